/* The receiver's claims against our own run: what a reply says of the mail is confirmed, contradicted, or
 * cannot be reproduced. */
#pragma once

#include "check/facts.h"

/* Sets claim and claim_evidence of each recipient, and whether the bounce is backscatter. After the checks.
 */
void mw_bounce_examine(mw_facts *facts);

/* What a pasted reply names is looked up now: lists and addresses, the reverse name, SPF and DMARC records of
 * the domains. Of const char *, one line each; empty when the reply names nothing. */
GPtrArray *mw_reply_look_up(mw_facts *facts, const mw_smtp_reply *reply);
