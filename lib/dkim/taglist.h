/* tag=value lists as DKIM, ARC and their key records write them (RFC 6376 section 3.2), and the base64 in
 * them. */
#pragma once

#include "base/span.h"

typedef struct mw_tag {
    mw_span name, value; /* both trimmed; folding white space inside the value is kept */
    size_t offset;       /* of the name in the text */
} mw_tag;

typedef struct mw_taglist {
    const mw_tag *tags; /* in the order of the text, at most MW_MAX_TAGS */
    size_t n_tags;
    const char *error; /* the first thing that breaks the grammar, in words; NULL for a good list */
    size_t error_offset;
} mw_taglist;

/* Reads strictly: names are ALPHA *(ALPHA / DIGIT / "_"), no name twice, no empty element but the one behind
 * a final semicolon, no control characters. Bytes from 0x80 are let pass (RFC 8616). What can be read of a
 * bad list is there all the same, for showing: error says whether it may be trusted. Linear. */
mw_taglist mw_taglist_read(mw_arena *arena, mw_span text);

/* The value of the first tag of that name (case counts); data is NULL when there is none. */
mw_span mw_taglist_get(const mw_taglist *list, const char *name);
bool mw_taglist_has(const mw_taglist *list, const char *name);

/* A copy without SP, HTAB, CR and LF, NUL-terminated. NULL for the NULL span. */
char *mw_tag_compact(mw_arena *arena, mw_span value);

/* word stands in a colon-separated list, white space around the colons ignored, ASCII case folded. */
bool mw_tag_listed(mw_span list, const char *word);

/* Base64 with white space in it and with or without its padding (RFC 6376 section 2.10). NULL data when it is
 * no base64, or empty. */
mw_span mw_tag_base64(mw_arena *arena, mw_span text);
