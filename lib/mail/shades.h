/* The colours of text and of what is behind it, through the elements of an HTML part. */
#pragma once

#include "base/arena.h"

#include <stdbool.h>

typedef struct mw_shades mw_shades;

/* What an element says of colours; the texts may be NULL. */
typedef struct mw_dress {
    const char *style, *color, *bgcolor; /* the attributes */
    bool sheet;                          /* a style sheet of the mail may dress it, too */
    bool picture;                        /* it has a background picture of its own */
} mw_dress;

/* Black on white. */
mw_shades *mw_shades_new(mw_arena *arena);
/* An element begins, or ends; at most MW_MAX_SHADES are told apart within one another. */
void mw_shades_enter(mw_shades *shades, const mw_dress *dress);
void mw_shades_leave(mw_shades *shades);
/* Text that stands here can't be told from what is behind it. Never where a style sheet or a picture may have
 * changed that. */
bool mw_shades_hide(const mw_shades *shades);
