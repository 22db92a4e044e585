/* Many diagnoses in one page: how they ended, what they share, and which single change mends most of them. */
#pragma once

#include "score/diagnosis.h"

typedef struct mw_tally mw_tally;

mw_tally *mw_tally_new(void);
void mw_tally_free(mw_tally *tally);

/* Nothing of the diagnosis is kept. */
void mw_tally_add(mw_tally *tally, const mw_diagnosis *diagnosis);
/* A file that is no mail, or could not be read. */
void mw_tally_add_error(mw_tally *tally, const char *file, const char *text);

/* Each returns a new string that the caller frees. */
char *mw_tally_text(const mw_tally *tally, int width);
char *mw_tally_json(const mw_tally *tally, bool line);
/* RFC 4180, a head row, and a row for each outcome, cluster, fix and error. */
char *mw_tally_csv(const mw_tally *tally);
/* A page: bars, clusters, fixes, a list of the mails, and a section for each that mw_tally_add_page() kept.
 */
char *mw_tally_html(const mw_tally *tally);

/* Keeps the mail's own section for the page: of the first few hundred; of the others the line in the list. */
void mw_tally_add_page(mw_tally *tally, const mw_diagnosis *diagnosis);
