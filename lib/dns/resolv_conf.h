/* The name servers of a resolv.conf (resolv.conf(5)). */
#pragma once

#include "base/span.h"

/* Addresses such as "192.0.2.1", "2001:db8::53", "fe80::1%eth0", also with a port as "127.0.0.1@5300": at
 * most MW_MAX_RESOLVERS, NULL-terminated. A line that is none is passed over; without a name server it is the
 * host itself, 127.0.0.1, as in the C library. */
const char *const *mw_resolv_conf_servers(mw_arena *arena, mw_span text);
