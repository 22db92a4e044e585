/* Record sets by name and type: what a zone file, a recording or a set of changes is kept in. Adding and
 * finding cost the same however much there is, at one name, too.
 */
#pragma once

#include "dns/dns.h"

typedef struct mw_rrset {
    mw_name name;
    uint16_t type;
    uint32_t ttl;    /* the lowest of its records */
    GArray *records; /* of mw_rdata, each once (RFC 2181 section 5), in the order in which they came */
} mw_rrset;

typedef struct mw_rrsets mw_rrsets;

/* A set takes size bytes, zeroed at first: a struct of the user's own that begins with an mw_rrset. */
mw_rrsets *mw_rrsets_new(mw_arena *arena, size_t size);

/* The set of that name and type, ASCII case folded; find gives NULL without one, get makes it. */
void *mw_rrsets_find(const mw_rrsets *sets, const mw_name *name, uint16_t type);
void *mw_rrsets_get(mw_rrsets *sets, const mw_name *name, uint16_t type);
/* All of them, in the order in which they were made. */
const GPtrArray *mw_rrsets_all(const mw_rrsets *sets);

/* A record that is there already is not added. Its octets must live as long as the sets. */
void mw_rrset_add(mw_rrsets *sets, mw_rrset *set, mw_rdata rdata, uint32_t ttl);
bool mw_rrset_has(const mw_rrsets *sets, const mw_rrset *set, const mw_rdata *rdata);
void mw_rrset_clear(mw_rrsets *sets, mw_rrset *set);

/* The name exists in the DNS, and so does all above it (RFC 4592 section 2.2.2). */
void mw_rrsets_set_exists(mw_rrsets *sets, const mw_name *name);
bool mw_rrsets_exists(const mw_rrsets *sets, const mw_name *name);

/* There is a set of that type, which speaks for all names below its own. */
bool mw_rrsets_has_dname(const mw_rrsets *sets);
/* A name that begins with "*" exists. */
bool mw_rrsets_has_wildcard(const mw_rrsets *sets);

/* For tests: how many keys this thread has compared with one another so far. */
uint64_t mw_rrsets_compared(void);
