/* A body as lines, raw and canonical side by side, and the edits of whole bodies undone. For repair*.c alone.
 */
#pragma once

#include "repair/run.h"

enum { MW_REPAIR_MAX_LINES = 400000 };

/* Line i is raw_at[i] to raw_at[i + 1] of raw, and the same of canonical: canonicalisation keeps lines. */
typedef struct mw_repair_text {
    mw_span raw, canonical; /* whole lines, each with its CRLF */
    uint32_t *raw_at, *canon_at;
    size_t n_lines;
    GString *own_raw, *own_canonical; /* what holds them; or NULL */
} mw_repair_text;

/* raw must outlive it where it ends with CRLF. NULL when it has more than MW_REPAIR_MAX_LINES lines. */
mw_repair_text *mw_repair_text_new(mw_span raw, mw_canon canon);
void mw_repair_text_free(mw_repair_text *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mw_repair_text, mw_repair_text_free)

/* Lines from to to (not included), raw or canonical. */
mw_span mw_repair_lines(const mw_repair_text *text, size_t from, size_t to);
mw_span mw_repair_canonical(const mw_repair_text *text, size_t from, size_t to);

/* Appends the canonical form of whole lines; empty ones at the end stay. */
void mw_repair_canonicalise(GString *out, mw_span raw, mw_canon canon);

/* ---- edits of a whole body ---- */

enum { MW_REPAIR_UNDOS = 20 };
/* In one pass over the body, which of these edits can have been made to it: for mw_repair_undo(). */
unsigned mw_repair_marks(mw_span raw, mw_canon canon);
/* The body with edit number which (below MW_REPAIR_UNDOS) undone, and what it was. NULL where that changes
 * nothing. */
GString *mw_repair_undo(mw_arena *arena, mw_span raw, mw_canon canon, unsigned marks, unsigned which,
                        mw_repair_edit *edit);

/* ---- words ---- */

/* "4 lines", "1 line" */
const char *mw_repair_count(mw_arena *arena, size_t n, const char *noun);
/* "4 lines were", "1 line was" */
const char *mw_repair_count_were(mw_arena *arena, size_t n, const char *noun);
/* The first line with something in it, quoted, at most some 40 characters; NULL when there is none. */
const char *mw_repair_beginning(mw_arena *arena, mw_span text);
/* Valid UTF-8, unfolded, trimmed, at most max characters and "..." then. */
const char *mw_repair_excerpt(mw_arena *arena, mw_span text, size_t max);
/* Lines with something in them, and empty ones between them. */
size_t mw_repair_count_lines(mw_span text);
