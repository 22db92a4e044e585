/* Bounces: who was not reached, and what was said of it (RFC 3464 and the free forms). */
#pragma once

#include "mail/message.h"
#include "mail/mime.h"

typedef struct mw_bounce_recipient {
    const char *recipient;       /* address, or NULL */
    const char *action;          /* "failed", "delayed", "delivered" ... lower case */
    const char *reply_code;      /* "550" or NULL */
    const char *enhanced_status; /* "5.7.26" or NULL: the diagnostic's own before the Status field */
    const char *diagnostic;      /* the reply's whole text, joined, or NULL */
    const char *remote_host;     /* who said it, or NULL */
} mw_bounce_recipient;

typedef enum mw_bounce_kind {
    MW_BOUNCE_FAILURE,
    MW_BOUNCE_DELAY,
    MW_BOUNCE_SUCCESS,
    MW_BOUNCE_COMPLAINT, /* ARF, RFC 5965 */
    MW_BOUNCE_VACATION,
} mw_bounce_kind;

typedef struct mw_bounce {
    mw_bounce_kind kind;
    const char *reporting_mta;  /* or NULL */
    const char *form;           /* "RFC 3464", "qmail", "Exim" ...: by which form it was read */
    GPtrArray *recipients;      /* of mw_bounce_recipient * */
    const mw_message *original; /* what was returned, whole or its header; or NULL */
    bool original_headers_only;
} mw_bounce;

/* NULL when the message is none. */
const mw_bounce *mw_bounce_read(mw_arena *arena, const mw_message *message, const mw_mime *mime);
