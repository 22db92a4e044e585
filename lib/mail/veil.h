/* Styles that hide text from a reader's eye while programs still read it. */
#pragma once

#include "base/span.h"

typedef enum mw_veil {
    MW_VEIL_NONE,
    MW_VEIL_SIZE,    /* letters of no size */
    MW_VEIL_COLOUR,  /* in the colour of what is behind them */
    MW_VEIL_PLACE,   /* far outside the window */
    MW_VEIL_OPACITY, /* fully transparent */
    MW_VEIL_GONE,    /* not laid out at all: a preview line, or the other layout; nobody minds */
    MW_VEILS
} mw_veil;

/* Reads the value of a style attribute, at most 4 KiB of it; never MW_VEIL_COLOUR, which takes more than one
 * element to tell (mail/shades.h). */
mw_veil mw_veil_of(const char *style);

/* The style in lower case, without blanks, one ";" before and behind; the caller frees it. */
char *mw_style_compact(const char *style);
/* The value of a property in such a text; it ends at the next ";". NULL: it is not there. */
const char *mw_style_property(const char *text, const char *name);
