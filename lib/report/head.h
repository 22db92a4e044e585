/* The first lines of a report on a mail: what happens to it, why, who acts, and what they do. */
#pragma once

#include "report/layout.h"
#include "score/diagnosis.h"

/* "WOULD BE REJECTED", "NOT KNOWN", "REFUSED BY GMAIL" ... */
const char *mw_head_word(mw_arena *arena, const mw_verdict *verdict);
/* Red for what refuses, green for what passes, yellow for all between. */
mw_color mw_head_color(const mw_verdict *verdict);
/* What stands behind the word: by what it is so, and the total. */
const char *mw_head_reason(mw_arena *arena, const mw_diagnosis *diagnosis, const mw_verdict *verdict);

/* The answer to one person: cause, who, what to do, what is left then, and the further steps. */
void mw_head_write(mw_layout *layout, const mw_diagnosis *diagnosis, const mw_verdict *verdict, int verbose);

/* A proven record to be copied, else the words of how the finding is mended. Nothing where there is neither.
 */
void mw_head_advice(mw_layout *layout, const mw_diagnosis *diagnosis, const char *label, const char *number,
                    const mw_finding *finding, const char *note);
