/* Whether the tags of an HTML part fit together. Parsers mend what does not, so it is counted before one
 * reads it.
 */
#pragma once

#include "base/span.h"

typedef struct mw_balance {
    size_t stray;    /* end tags of elements that are not open */
    size_t unclosed; /* elements that are still open at the end, though the standard asks for an end tag */
    bool cut;        /* the text ends within a tag or a comment */
} mw_balance;

/* Adds what is wrong with text to balance. Only elements whose end tag must be there are counted (HTML,
 * section 13.1.2.4), by name, and html, head and body where they are closed more often than opened. Linear.
 */
void mw_balance_read(mw_span text, mw_balance *balance);
