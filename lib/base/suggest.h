/* "Did you mean": the known name that a mistyped one is nearest to. */
#pragma once

#include "base/arena.h"

/* Of names (const char *), the one that word is a slip or two away from (a letter more, less, another, or two
 * swapped; case is folded), or that it is the beginning of; the first of several. NULL: none is near. */
const char *mw_suggest(const GPtrArray *names, const char *word);

/* "; did you mean NAME?", or "". */
const char *mw_suggest_words(mw_arena *arena, const GPtrArray *names, const char *word);
