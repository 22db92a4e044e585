/* HTML as far as links and words go, by libxml2's SAX push parser (the only file that includes it is html.c).
 */
#pragma once

#include "base/arena.h"
#include "mail/veil.h"
#include "base/span.h"

typedef struct mw_html_link {
    const char *tag;  /* "a", "area", "form", "iframe", "meta" (a refresh) */
    const char *href; /* the attribute's value, entities decoded, blanks at its ends cut; valid UTF-8 */
    const char
        *text; /* what is seen between <a> and </a>, each run of white space one blank; "" for others */
} mw_html_link;

typedef struct mw_html {
    GPtrArray *links; /* of mw_html_link *, at most MW_MAX_LINKS */
    size_t n_links;   /* all that there were */
    const char *text; /* what is seen, each run of white space one blank; cut at MW_MAX_VISIBLE_TEXT */
    const char *base; /* <base href>, or NULL */
    size_t n_images;
    size_t veiled[MW_VEILS]; /* characters that a style hides, blanks left out: by how */
    bool password_field;     /* a form asks for one */
} mw_html;

/* Never fails. text is taken as UTF-8, whatever a <meta> says; NULs and bytes that are no UTF-8 are replaced.
 * Linear in its length, also where tags are nested without end. */
mw_html *mw_html_read(mw_arena *arena, mw_span text);
/* The same of text that is UTF-8 without NULs, which is written over. */
mw_html *mw_html_take(mw_arena *arena, char *text);
