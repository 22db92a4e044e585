/* Lines of a text for people that introduce a recipient. */
#pragma once

#include "bounce/phrases.h"

typedef enum mw_hold {
    MW_HOLD_NONE,
    MW_HOLD_WEAK,   /* a sentence mentions it */
    MW_HOLD_STRONG, /* it stands where recipients stand */
} mw_hold;

typedef struct mw_intro {
    mw_hold grade;
    mw_span address;
    mw_span rest;  /* what of the line belongs to its text */
    bool sentence; /* the address stands within a sentence: the text before it may go on */
} mw_intro;

/* previous: the trimmed line with words before it, empty without one. The address is a mere name where a
 * notice says no other. */
mw_intro mw_notice_introduce(mw_arena *arena, const mw_phrases *phrases, mw_span line, mw_span previous);
