/* HTML that hides: text that a reader can't see, a picture in place of text, tags that don't fit together.
 * Filters take all of them for an attempt to show them something else than the reader. */
#include "check/check.h"

/* Fewer hidden characters than this are a slip of the layout. */
enum { LEAST_HIDDEN = 10, LEAST_TEXT = 5, LEAST_BROKEN = 4 };

static void check_balance(mw_facts *facts, const mw_balance *balance) {
    size_t n = balance->stray + balance->unclosed;
    if (!balance->cut && n < LEAST_BROKEN)
        return;
    mw_hit(facts, "HTML_TAG_BALANCE_BODY", "the HTML is broken: %s%s%s",
           balance->stray ? mw_printf(facts->arena, "%zu end tag%s of what is not open", balance->stray,
                                      balance->stray == 1 ? "" : "s")
                          : "",
           balance->unclosed
               ? mw_printf(facts->arena, "%s%zu element%s without an end", balance->stray ? ", " : "",
                           balance->unclosed, balance->unclosed == 1 ? "" : "s")
               : "",
           !balance->cut ? ""
           : n           ? ", and its text ends within a tag"
                         : "its text ends within a tag");
}

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
    check_balance(facts, &links->balance);
}

const mw_check mw_check_hidden = {.name = "hidden", .run = run};
