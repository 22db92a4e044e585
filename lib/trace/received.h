/* One Received field: RFC 5321 section 4.4, with recovery for what hosts really write. */
#pragma once

#include "base/pairs.h"
#include "trace/trace.h"

/* Never fails: what a line does not say stays NULL, 0 or unknown. role, reason and delay are the trace's.
 * Linear in the field's size; beyond MW_MAX_RECEIVED_TOKENS words only the date is looked for. */
mw_hop *mw_received_read(mw_arena *arena, const mw_field *field);

/* The same from an unfolded value, for records that keep a Received line's text. */
mw_hop *mw_received_parse(mw_arena *arena, mw_span value);

/* "[192.0.2.1]:25", "[192.0.2.1:25]", "192.0.2.1:25" beside what mw_ip_parse() reads. */
bool mw_received_ip(mw_span word, mw_ip *out);

/* The server that wrote the line notes a reverse name only where it leads back to the address. */
bool mw_received_looks_behind(const mw_hop *hop);

/* The family whose form a line has, from the unfolded value and its pairs; NULL when it is not known. */
const char *mw_received_software(mw_span value, const mw_pairs *pairs, const mw_hop *hop);
