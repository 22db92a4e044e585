/* A mail whose every line was written anew, by a transfer, an editor or a page: undone as a whole. */
#pragma once

#include "base/span.h"

typedef struct mw_respelled {
    mw_span bytes;     /* the mail as it was, in the arena */
    const char *words; /* what was undone, for the report */
    bool displayed;    /* not every octet can be trusted */
} mw_respelled;

/* Knows line ends of CR CR LF, an empty line behind every line, UTF-16, and the source of a page with the
 * signs < > & written as HTML. False, and out untouched, for anything else. Linear in the size. */
bool mw_respelled_find(mw_arena *arena, mw_span bytes, mw_respelled *out);
