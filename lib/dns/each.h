/* Single name servers, asked one by one. */
#pragma once

#include "dns/source.h"

/* The name under which one server is asked for a name, where each can be asked (own recursion) or was (a
 * recording): its address, "192.0.2.1" or "192.0.2.1@5300", as one label, then "_at". False when that is too
 * long. */
bool mw_dns_at(const char *server, const mw_name *name, mw_name *out);

/* Over another source, which it takes over: a question whose name is one of mw_dns_at() is put to that very
 * server, all others to rest. At most 16 servers. */
mw_source *mw_source_each(mw_source *rest);
