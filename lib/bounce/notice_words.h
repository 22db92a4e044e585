/* What the wording of a text for people tells of it as a whole. */
#pragma once

#include "base/span.h"

typedef struct mw_notice_words {
    const char *form; /* whose wording it is ("Exim", "qmail" ...), or "text" */
    bool warning;     /* only a delay */
    int likeness;     /* how much it reads like a bounce: 0 not at all; 2 a phrase of bounces; 4 several */
} mw_notice_words;

mw_notice_words mw_notice_words_read(mw_span text);
/* It speaks of a mail that the reader sent. */
bool mw_notice_to_sender(mw_span text);
