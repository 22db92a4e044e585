/* Names that a network hands out by the thousand (dialup-7.pool.isp.example): a server has one of its own.
 * Which words give them away is data: data/hostnames.tsv. */
#pragma once

#include "base/data.h"
#include "base/ip.h"

typedef struct mw_hostnames mw_hostnames;

const mw_hostnames *mw_hostnames_of(const mw_data *data, GError **error);

/* How much a name looks handed out: 0 not at all, 5 most. What tells it, in words, goes to *why. ip may be
 * NULL; a name that spells the whole address is at least 2. Linear in the length of the name. */
unsigned mw_hostname_generic(const mw_hostnames *names, mw_arena *arena, const char *name, const mw_ip *ip,
                             const char **why);
/* The name ends in one that only exists inside a network ("localdomain", "lan"): that ending, else NULL. */
const char *mw_hostname_local(const mw_hostnames *names, const char *name);
