/* A pattern language for the wording of SMTP replies that cannot backtrack.
 *
 *   dmarc policy         these bytes, case folded, as they stand (small letters, in a pattern)
 *   {spam|bulk} mail     one of several wordings; groups nest, one may be empty; a bar outside groups works,
 * too blocked * using      a gap: up to MW_PATTERN_GAP bytes of anything; ** up to MW_PATTERN_LONG_GAP ib6##
 * # one decimal digit ~spf~                ~ an edge of a word: not between two letters or digits
 *   ^greylisted$         ^ the beginning, $ the end of the text
 *   \*                   the next byte as it is
 *
 * Matching carries the set of all places that are reached so far, one bit a byte of the text, through the
 * pattern once: each byte of the pattern costs one pass over that set, whatever the text is.
 */
#pragma once

#include "base/span.h"

enum {
    MW_PATTERN_TEXT = 2047, /* bytes of a text that are looked at */
    MW_PATTERN_GAP = 120,
    MW_PATTERN_LONG_GAP = 1000,
    MW_PATTERN_LENGTH = 4000, /* of a pattern */
    MW_PATTERN_DEPTH = 8,     /* of groups in groups */
};

typedef struct mw_wording mw_wording;

/* NULL when it is none; problem (may be NULL) then says why. text is copied. */
const mw_wording *mw_wording_compile(mw_arena *arena, const char *text, const char **problem);

/* A text to match against many patterns. */
typedef struct mw_wording_text mw_wording_text;
const mw_wording_text *mw_wording_text_new(mw_arena *arena, mw_span text);

bool mw_wording_match(const mw_wording *pattern, const mw_wording_text *text);

/* Many patterns, of which most texts match few. They live as long as the arena. NULL: they are too many. */
typedef struct mw_wordings mw_wordings;
const mw_wordings *mw_wordings_new(mw_arena *arena, const GPtrArray *patterns); /* of const mw_wording * */

/* What stands between two outermost bars of a pattern: a text matches the pattern when it matches one. */
typedef struct mw_alternative {
    const mw_wording *of;
    uint16_t number; /* of the pattern, in the list */
    uint16_t head;   /* where it begins */
} mw_alternative;

/* Those that the text may match, in the order of the patterns: the others it does not. */
const mw_alternative *mw_wordings_sift(const mw_wordings *all, mw_arena *arena, const mw_wording_text *text,
                                       size_t *n);
bool mw_alternative_match(const mw_alternative *alternative, const mw_wording_text *text);
