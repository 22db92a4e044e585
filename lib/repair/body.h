/* The body's half of repair: the edits that, undone, give bh=. For repair*.c alone. */
#pragma once

#include "repair/mime.h"

/* A header field as it was, by what the body's edit implies: the value, or data NULL where there was none. */
typedef struct mw_repair_hint {
    const char *name;
    mw_span value;
} mw_repair_hint;

typedef struct mw_repair_body {
    GPtrArray *edits; /* of const mw_repair_edit *; empty when the body is as it was signed */
    GArray *hints;    /* of mw_repair_hint */
} mw_repair_body;

/* False when nothing is found. out is in the run's scratch arena. */
bool mw_repair_body_search(mw_repair_run *run, const mw_message *message, mw_repair_body *out);
