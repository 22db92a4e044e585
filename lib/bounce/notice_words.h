/* What the wording of a text for people tells of it as a whole. */
#pragma once

#include "bounce/phrases.h"

enum { MW_NOTICE_WORDS = 6000 }; /* bytes of a text in which its first sentences stand */

typedef struct mw_notice_words {
    const char *form; /* whose wording it is ("Exim", "qmail" ...), or "text" */
    bool warning;     /* only a delay */
    bool final;       /* it says that nothing is tried any more */
    int likeness;     /* how much it reads like a bounce: 0 not at all; 2 a phrase of bounces; 4 several */
} mw_notice_words;

mw_notice_words mw_notice_words_read(mw_arena *arena, const mw_phrases *phrases, mw_span text);
/* The same of a folded text; pairs: its own, or those of a longer one that it is a part of. */
mw_notice_words mw_notice_words_of(const mw_phrases *phrases, const mw_pairs *pairs, mw_span low);
/* It speaks of a mail that the reader sent. */
bool mw_notice_to_sender(mw_arena *arena, const mw_phrases *phrases, mw_span text);
