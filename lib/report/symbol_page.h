/* The page of a symbol: what it is, a bad mail and a good one, how to see it oneself, how it is mended, what
 * receivers do about it. Shown by --explain and linked to in the HTML report. */
#pragma once

#include "check/catalogue.h"

/* One paragraph: lines are to be kept where it shows a mail or a record. */
typedef struct mw_page_part {
    const char *label; /* "It means", "Bad mail" ... */
    GPtrArray *lines;  /* of const char * */
    bool verbatim;
} mw_page_part;

/* Of const mw_page_part *, in order. An error of a data file leaves a part out: a run says so. */
GPtrArray *mw_symbol_page(mw_arena *arena, const mw_data *data, const mw_symbol *symbol);
