/* Forwarding: addresses rewritten by forwarders, and where in the trace one took the mail from its sender. */
#pragma once

#include "trace/boundary.h"

/* The sender behind a rewritten MAIL FROM: SRS0, SRS1, Exchange Online's "+SRS=", Gmail's "+caf_=", BATV's
 * "prvs=". scheme (may be NULL) gets its name. NULL when the address is none of them. */
const char *mw_forward_decode(mw_arena *arena, const char *address, const char **scheme);

/* Sets forwarder, forwarded_by and that hop's role in trace. */
void mw_forward_find(mw_arena *arena, const mw_hosts *hosts, const mw_message *message,
                     const GPtrArray *claims, mw_trace *trace, const mw_envelope *envelope);
