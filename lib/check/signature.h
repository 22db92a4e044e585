/* What the checks of DKIM and of ARC ask alike. */
#pragma once

#include "check/facts.h"

/* The mail, its times, and what its file can't prove; no search for what broke a signature. In dkim.c. */
mw_dkim_request mw_signature_request(const mw_facts *facts);

/* The host that changed the mail after it was signed, as far as its lines tell, in its own words; or NULL. In
 * dkim.c. */
const char *mw_signature_editor(const mw_facts *facts, const mw_dkim *dkim);

/* Who must act where a signature does not pass, when SPF was judged: "server" where the sender's own servers
 * changed the mail, "forwarder", "receiver"; NULL: the symbol's own owner. In dkim.c. */
const char *mw_signature_owner(const mw_facts *facts, const mw_dkim *dkim);
/* What mends it, whatever its cause; or NULL. In dkim.c. */
const char *mw_signature_fix(const mw_facts *facts, const mw_dkim *dkim);
/* What they do about an edit that broke it, or NULL. In dkim.c. */
const char *mw_signature_advice(const mw_facts *facts, const mw_dkim *dkim);
