/* How much one domain looks like another. */
#pragma once

#include "base/span.h"

/* What a reader takes a domain's own label (without the public suffix) for: letters of other alphabets and
 * digits that look like Latin ones replaced, accents dropped. */
char *mw_lookalike_skeleton(mw_arena *arena, const char *domain);
/* Both look the same to a reader, but are different domains. */
bool mw_lookalike(mw_arena *arena, const char *a, const char *b);
/* rspamd's weight of a link that shows one domain and leads to another: 1 for those that differ in a letter
 * or two, 0.5 for unrelated ones. */
double mw_lookalike_weight(mw_arena *arena, const char *shown, const char *target);
