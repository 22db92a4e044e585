/* Forms that tools read: annotations, test results, code scanning. */
#pragma once

#include "score/diagnosis.h"

/* Each returns a new string that the caller frees. */

/* GitHub's workflow commands, one line a finding: ::error file=F,line=N,col=1,title=SYMBOL::text. */
char *mw_github_write(const mw_diagnosis *diagnosis);
/* JUnit's XML: a suite a mail, a case a check. What is not known is skipped. */
char *mw_junit_write(const mw_diagnosis *diagnosis);
/* The suite alone, for a document of several. */
char *mw_junit_part(const mw_diagnosis *diagnosis);
/* The same of what could not be read. */
char *mw_junit_error(const char *name, const char *text);
/* SARIF 2.1.0 (OASIS): rules from the symbols, results with line and column. */
char *mw_sarif_write(const mw_diagnosis *diagnosis);
/* The results alone, with commas between them, for a run over several mails; "" without any. What stands
 * before the first of them is constant, what stands behind the last names all symbols. */
char *mw_sarif_part(const mw_diagnosis *diagnosis);
extern const char mw_sarif_head[];
char *mw_sarif_tail(const mw_catalogue *catalogue);
