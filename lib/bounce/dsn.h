/* Delivery status notifications: the fields of a message/delivery-status part (RFC 3464, RFC 6533), read as
 * tolerantly as real mail servers demand: no blank line between recipients or one too many, field names in
 * any case and with blanks before the colon, continuation lines that are not indented, missing address types.
 */
#pragma once

#include "base/span.h"

typedef struct mw_dsn_recipient {
    const char *original; /* Original-Recipient without its type, or NULL */
    const char *final;    /* Final-Recipient, or NULL */
    const char *actual;   /* X-Actual-Recipient, or NULL */
    const char *action;   /* lower case: "failed", "delayed", "delivered", "relayed", "expanded"; or NULL */
    const char *status;   /* "5.1.1", or NULL */
    const char *comment;  /* what stands behind the status, or NULL */
    const char *remote_mta;
    const char *diagnostic; /* unfolded, with its type ("smtp; 550 ..."), or NULL */
    const char *private;    /* what a field of the program's own says, where it holds a reply; or NULL */
    const char *until;      /* Will-Retry-Until, or NULL */
} mw_dsn_recipient;

typedef struct mw_dsn {
    const char *reporting_mta; /* without its type, or NULL */
    const char *received_from; /* Received-From-MTA, or NULL */
    const char *arrival_date;  /* or NULL */
    const char *queue_id;      /* X-...-Queue-ID or Original-Envelope-Id, or NULL */
    const char *sender;        /* X-Postfix-Sender and the like, or NULL */
    GPtrArray *recipients;     /* of mw_dsn_recipient *, at most MW_MAX_RECIPIENTS */
} mw_dsn;

/* Never NULL. */
const mw_dsn *mw_dsn_read(mw_arena *arena, mw_span content);

/* An address without its type and brackets: "rfc822; <a@example.org>" is a@example.org. NULL when empty. */
char *mw_dsn_address(mw_arena *arena, mw_span value);
