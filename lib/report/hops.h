/* The way of the mail, hop by hop, for -v. */
#pragma once

#include "check/facts.h"
#include "report/layout.h"

/* One paragraph a hop, top first: role, client, host, protocol, TLS, time, delay, and why it has that role;
 * then the slowest hop, clock skew, loops and forwarding. The first 50 hops are shown. */
void mw_hops_write(mw_layout *layout, const mw_facts *facts);
