/* Who is behind a domain or an address, by the name of a host: asked ahead with the rest, and only to name
 * whoever must act. No result hangs on it, and nothing waits for it. */
#pragma once

#include "check/facts.h"

typedef struct mw_party {
    const char *domain; /* a registrable domain */
    const char *host;   /* the first of its name servers */
} mw_party;

struct mw_parties {
    GPtrArray *dns; /* of const mw_party *: of the author's, the envelope sender's and the signing domains */
    const char *address_owner; /* the master name server of the client's reverse zone; or NULL */
};

/* The name server of the domain, or NULL. */
const char *mw_parties_dns(const mw_facts *facts, const char *domain);

/* A name that may stand for a party: a host's, of several labels, MW_MAX_PARTY bytes at most; else NULL. */
const char *mw_party_host(const char *name);
