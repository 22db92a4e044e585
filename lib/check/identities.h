/* Which domains and addresses of a mail the lists are asked for, and by which of its parts. */
#pragma once

#include "check/zones.h"
#include "check/facts.h"

typedef struct mw_identity {
    const char *subject; /* a registrable domain, or an address */
    const char *label;   /* what stands before the zone */
    unsigned asks;       /* mw_ask: in which parts of the mail it stands */
    const char *where;   /* in words: "the From address" */
} mw_identity;

/* The registrable domains of HELO, MAIL FROM, From, Reply-To and links, and the addresses in links; DKIM
 * domains with a valid signature once those are known. At most MW_MAX_LIST_DOMAINS; *left_out counts the
 * rest. */
GPtrArray *mw_identities(mw_facts *facts, unsigned *left_out);

/* The hosts that links name, each once, at most MW_MAX_LIST_HOSTS: of const char *. */
GPtrArray *mw_identities_hosts(mw_facts *facts);
