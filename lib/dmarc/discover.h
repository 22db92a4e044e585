/* Where a DMARC record is looked for: the tree walk of RFC 9989 section 4.10, the two look-ups of RFC 7489
 * section 6.6.3, and the questions around them. Names are looked up once a finder.
 */
#pragma once

#include "dmarc/record.h"

typedef enum mw_dmarc_state {
    MW_DMARC_NO_RECORD,
    MW_DMARC_FOUND,
    MW_DMARC_SEVERAL,   /* more than one: all are set aside */
    MW_DMARC_DUPLICATE, /* one with a tag twice: set aside, too */
    MW_DMARC_NO_ANSWER, /* the DNS failed: it may be there or not */
    MW_DMARC_NOT_ASKED, /* not recorded, or out of budget */
} mw_dmarc_state;

typedef struct mw_dmarc_lookup {
    const char *domain; /* the record's name is _dmarc.DOMAIN */
    mw_dmarc_state state;
    mw_dns_status status;
    const mw_dmarc_record *record;    /* when FOUND, or the first of SEVERAL or DUPLICATE */
    const mw_dmarc_record *pretender; /* one that receivers pass over, or NULL */
    unsigned count;                   /* of records that begin with v=DMARC1 */
    const char *alias;                /* the name is an alias (CNAME) of this one; or NULL */
    const char *meant; /* a TXT record there holds this host's name, where a CNAME was meant; or NULL */
} mw_dmarc_lookup;

typedef struct mw_dmarc_finder {
    mw_arena *arena;
    mw_dns *dns;
    GHashTable *lookups; /* owned by the arena */
} mw_dmarc_finder;

void mw_dmarc_finder_init(mw_dmarc_finder *finder, mw_arena *arena, mw_dns *dns);
const mw_dmarc_lookup *mw_dmarc_find(mw_dmarc_finder *finder, const char *domain);

enum { MW_DMARC_WALK = 8 }; /* RFC 9989: at most this many queries a walk */

typedef struct mw_dmarc_walk {
    const mw_dmarc_lookup *steps[MW_DMARC_WALK]; /* every name that was asked, the domain itself first */
    size_t n_steps;
    const mw_dmarc_lookup *hits[MW_DMARC_WALK]; /* those with one usable record */
    size_t n_hits;
    const mw_dmarc_lookup *failed; /* the step without an answer, at which the walk ended; or NULL */
} mw_dmarc_walk;

/* domain: lower case, without the final dot. */
void mw_dmarc_walk_up(mw_dmarc_finder *finder, const char *domain, mw_dmarc_walk *out);
/* The Organizational Domain (RFC 9989 section 4.10.2); points into domain or a step. */
const char *mw_dmarc_walk_org(const mw_dmarc_walk *walk, const char *domain);
/* The record whose policy applies (section 4.10.1), or NULL. */
const mw_dmarc_lookup *mw_dmarc_walk_policy(const mw_dmarc_walk *walk, const char *domain, const char *org);
/* Asks ahead for the names of a walk. */
void mw_dmarc_walk_prefetch(mw_arena *arena, mw_dns *dns, const char *domain);

/* RFC 7489: at the domain, else at its organizational domain by the public suffix list. */
const mw_dmarc_lookup *mw_dmarc_find_7489(mw_dmarc_finder *finder, const char *domain);

/* Does the name exist at all? OK, NXDOMAIN, or the status of the failure (RFC 9989 section 3.2.8). */
mw_dns_status mw_dmarc_exists(mw_dns *dns, const char *domain);
/* Can it be a name in the DNS: labels of 1 to 63 octets, 253 in all, and no address. */
bool mw_dmarc_domain_usable(const char *domain);
