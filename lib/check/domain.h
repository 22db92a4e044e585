/* --domain: what a domain's DNS says of its mail, without a mail. */
#pragma once

#include "check/facts.h"

/* A mail server of the domain (MX), or the domain itself where it has none. */
typedef struct mw_domain_host {
    const char *name;
    uint16_t preference;
    GPtrArray *addresses; /* of const mw_ip * */
    GPtrArray *reverse;   /* of const char *: for each address what its PTR record says, in words */
} mw_domain_host;

/* A DKIM key that was found, or asked for with --selector. */
typedef struct mw_domain_key {
    const char *selector;
    const char *words; /* "rsa, 2048 bits", or what is wrong */
    bool good;
} mw_domain_key;

struct mw_domain_facts {
    const char *name;           /* lower case A-labels */
    const GPtrArray *selectors; /* of const char *: --selector; may be empty */
    bool each_server;           /* single name servers can be asked, or a recording may hold what they said */
    GPtrArray *hosts;           /* of const mw_domain_host *, the preferred first */
    const char *no_hosts;       /* why there is none, in words that follow the domain; or NULL */
    GPtrArray *keys;            /* of const mw_domain_key * */
    unsigned selectors_tried;
    const char *alignment;                /* what DMARC asks for, in words; or NULL */
    const char *bimi, *mta_sts, *tls_rpt; /* the records; NULL: none */
};

/* A TXT record at NAME that begins with version, the first of them; *count gets how many there are. NULL:
 * none, or no answer (then *failed). Asks the DNS. */
const char *mw_domain_record(mw_facts *facts, const char *name, const char *version, const char *why,
                             unsigned *count, bool *failed);
