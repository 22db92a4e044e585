/* Authentication-Results by RFC 8601 section 2.2: quoted strings, nested comments, versions, reasons and
 * properties; also without an authserv-id, as Exchange Online writes it, and with the "i=" of RFC 8617. */
#pragma once

#include "trace/claims.h"

/* Octets of what one property or reason says; what is behind them is left out. */
enum { MW_MAX_CLAIM_VALUE = 1000 };

typedef struct mw_authres {
    const char *authserv_id; /* NULL when the field has none */
    int instance;            /* i=, 0 without */
    bool none;               /* "none": nothing was checked */
    bool broken;             /* some of it follows no grammar and was passed over */
} mw_authres;

/* Reads an unfolded value and appends one mw_claim * a result to claims: method, result, reason, properties,
 * by and instance; the caller adds source and field. At most MW_MAX_CLAIMS in the array. Linear. */
mw_authres mw_authres_read(mw_arena *arena, mw_span value, GPtrArray *claims);
