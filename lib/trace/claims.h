/* What others recorded in the header: results of SPF, DKIM, DMARC, ARC, reverse DNS and spam filters. Claims
 * are shown beside our own run, never mixed with it.
 */
#pragma once

#include "base/ip.h"
#include "mail/message.h"

typedef struct mw_property {
    const char *name, *value; /* "smtp.mailfrom", "a@example.org" */
} mw_property;

typedef struct mw_claim {
    const char *source; /* the field's name: "Authentication-Results" */
    const mw_field *field;
    const char *by;     /* authserv-id or host that says so; NULL when not said */
    bool trusted;       /* written by the boundary host, in its own block; otherwise the sender's word */
    const char *method; /* "spf", "dkim", "dmarc", "arc", "iprev", "compauth", "scl", "spam" ... lower case */
    const char *result; /* lower case */
    const char *reason; /* comment or reason=, or NULL */
    const mw_property *properties;
    size_t n_properties;
    int instance; /* i= of an ARC-Authentication-Results, else 0 */
} mw_claim;

/* The value of a property, or NULL. */
const char *mw_claim_property(const mw_claim *claim, const char *name);

/* All claims in the header, top first, at most MW_MAX_CLAIMS; trusted is set by mw_trace_read(). */
GPtrArray *mw_claims_read(mw_arena *arena, const mw_message *message);

/* The first trusted claim of a method, or NULL. */
const mw_claim *mw_claims_trusted(const GPtrArray *claims, const char *method);
