/* HTML that hides: text that a reader can't see, and a picture in place of text. Filters take both for an
 * attempt to show them something else than the reader. */
#include "check/check.h"

/* Fewer hidden characters than this are a slip of the layout. */
enum { LEAST_HIDDEN = 10, LEAST_TEXT = 5 };

static void run(mw_facts *facts) {
    static const struct {
        const char *symbol, *words;
    } veils[MW_VEILS] = {
        [MW_VEIL_SIZE] = {"ZERO_FONT", "written in letters of no size"},
        [MW_VEIL_COLOUR] = {"R_WHITE_ON_WHITE", "in the colour of their background"},
        [MW_VEIL_PLACE] = {"MANY_INVISIBLE_PARTS", "placed far outside the window"},
        [MW_VEIL_OPACITY] = {"MANY_INVISIBLE_PARTS", "fully transparent"},
    };
    const mw_links *links = mw_facts_links(facts);
    for (size_t i = 0; i < MW_VEILS; i++)
        if (veils[i].symbol && links->veiled[i] >= LEAST_HIDDEN && !mw_found(facts, veils[i].symbol))
            mw_hit(facts, veils[i].symbol, "%zu characters that nobody can see: %s", links->veiled[i],
                   veils[i].words);
    if (links->html && links->n_images > 0 && links->seen < LEAST_TEXT)
        mw_hit(facts, "R_EMPTY_IMAGE", "the mail is a picture alone, with no text beside it");
}

const mw_check mw_check_hidden = {.name = "hidden", .run = run};
