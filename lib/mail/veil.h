/* Styles that hide text from a reader's eye while programs still read it. */
#pragma once

#include "base/span.h"

typedef enum mw_veil {
    MW_VEIL_NONE,
    MW_VEIL_SIZE,    /* letters of no size */
    MW_VEIL_COLOUR,  /* in the colour of what is behind them */
    MW_VEIL_PLACE,   /* far outside the window */
    MW_VEIL_OPACITY, /* fully transparent */
    MW_VEILS
} mw_veil;

/* Reads the value of a style attribute, at most 4 KiB of it. What a client hides as a matter of course
 * (display:none of a preview line or of the other layout) is none. */
mw_veil mw_veil_of(const char *style);
