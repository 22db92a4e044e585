/* The report as one HTML file. */
#pragma once

#include "report/explain.h"
#include "score/diagnosis.h"

/* The caller frees it. prefix NULL: a page; else an <article> for a page that has mw_page_style, whose ids
 * all begin with prefix.
 */
char *mw_html_write(const mw_diagnosis *diagnosis, const char *prefix);
/* An <article> with that id for a page of several mails, without the mail itself, letters and DNS. */
char *mw_html_part(const mw_diagnosis *diagnosis, const char *id);
/* What mw_explain_write() says, in the same forms. */
char *mw_html_explain(mw_arena *arena, const mw_explain_request *request, const char *prefix, GError **error);

/* The style sheet of all of them. */
extern const char mw_page_style[];
