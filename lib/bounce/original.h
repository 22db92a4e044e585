/* The returned mail: where it begins in a text for people, and the mail itself. */
#pragma once

#include "bounce/bounce.h"
#include "bounce/phrases.h"

/* Index of the line with which the notice ends; *from: of the one with which the returned mail begins. n
 * without one. told: some line may say that a mail follows (MW_PHRASE_ORIGINAL); most notices have none. */
size_t mw_bounce_separator(mw_arena *arena, const mw_phrases *phrases, bool told, const mw_span *lines,
                           size_t n, size_t *from);

/* Reads it from the parts beside the report (NULL without one), else from what the text for people has behind
 * its separator. */
void mw_bounce_find_original(mw_arena *arena, mw_bounce *bounce, const mw_mime *mime, const mw_part *report,
                             mw_span behind);
