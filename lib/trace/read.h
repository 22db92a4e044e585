/* From the header to the trace and the envelope. */
#pragma once

#include "base/data.h"
#include "trace/claims.h"
#include "trace/trace.h"

/* Reads the Received fields, chooses the boundary hop, fills out (all of it), and sets trusted of the claims
 * that the boundary host wrote. returned: the mail is the original of a bounce, whose lines are all the
 * sender's, so there is no boundary. astray: of const mw_ip *, clients whose reverse name does not lead back;
 * or NULL. NULL and MW_ERROR_DATA only when boundary.tsv or mail_hosts.tsv is broken. */
const mw_trace *mw_trace_read(mw_arena *arena, const mw_data *data, const mw_message *message,
                              GPtrArray *claims, bool returned, const GPtrArray *astray, mw_envelope *out,
                              GError **error);

/* What the command line says instead; NULL, family 0 and MW_TIME_UNKNOWN: not said. */
typedef struct mw_envelope_override {
    mw_ip client_ip;
    const char *helo, *mail_from; /* mail_from "" or "<>" is the null sender */
    GPtrArray *rcpt_to;           /* of const char *, or NULL */
    mw_time received_at;
} mw_envelope_override;

/* Lays it over. A client address that differs from the trace's takes HELO and reverse name with it unless
 * they are given, too. */
void mw_envelope_apply(mw_arena *arena, mw_envelope *envelope, const mw_envelope_override *override);
