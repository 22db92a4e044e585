/* Findings that are accepted as they are: a text file, a line each, the symbol and what it is about.
 *
 *     # why it is accepted
 *     RDNS_NONE	203.0.113.25
 *     SUBJ_ALL_CAPS
 *
 * A symbol alone is about the mail as a whole; "*" in place of the subject stands for any.
 */
#pragma once

#include "check/facts.h"

typedef struct mw_baseline mw_baseline;

/* False and one line, which names the file and the line, for what is no such text. */
const mw_baseline *mw_baseline_read(mw_arena *arena, const char *path, GError **error);
/* Marks the findings that it names as accepted, and remembers which of its lines were of use: from any
 * thread. NULL marks none. */
void mw_baseline_mark(const mw_baseline *baseline, mw_facts *facts);
/* The lines that were of use for no mail so far ("RDNS_NONE 203.0.113.25, line 2"): of const char *. */
GPtrArray *mw_baseline_stale(mw_arena *arena, const mw_baseline *baseline);

/* A finding as a line of such a file. */
const char *mw_baseline_line(mw_arena *arena, const mw_facts *facts, const mw_finding *finding);
