/* Several replies in one text: lines of a mail log, or replies one below the other. */
#pragma once

#include "reply/reply.h"

enum { MW_LOG_REPLIES = 200 }; /* different ones that are kept; the others are only counted */

typedef struct mw_logged_reply {
    mw_span text;
    const mw_smtp_reply *reply;
    guint count; /* lines that say the same, addresses and numbers apart */
} mw_logged_reply;

typedef struct mw_reply_log {
    GPtrArray *replies; /* of mw_logged_reply *, the most frequent first; one for a text that is one reply */
    guint lines;        /* that hold a reply */
    guint left_out;     /* of them those of more than MW_LOG_REPLIES different ones */
} mw_reply_log;

/* Never NULL, and with at least one reply. */
const mw_reply_log *mw_reply_log_read(mw_arena *arena, mw_span text);
