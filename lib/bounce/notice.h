/* The free forms of bounces: what stands in the text for people. One grammar for all of them: lines that
 * introduce a recipient, lines that belong to it, transcripts, and the line behind which the returned mail
 * begins.
 */
#pragma once

#include "bounce/notice_words.h"

typedef struct mw_notice_recipient {
    const char *address;
    const char *text; /* the lines that belong to it, joined; "" without any */
    const char *more; /* the same with what follows up to the next recipient */
    bool strong;      /* it stands where recipients stand, not in a sentence */
} mw_notice_recipient;

typedef struct mw_notice {
    mw_span text;          /* without the returned mail */
    mw_span original;      /* the returned mail behind its separator; empty without one */
    GPtrArray *recipients; /* of mw_notice_recipient *, each address once */
    mw_notice_words words; /* of text */
} mw_notice;

/* sender: to whom the bounce went, or NULL: never taken for a recipient from a mere sentence. Never NULL. */
const mw_notice *mw_notice_read(mw_arena *arena, const mw_phrases *phrases, mw_span text, const char *sender);
