/* Record types by name, and the few whose records mail is made of: for these the module with ldns, and the
 * OpenSSL that it brings, is not loaded. */
#pragma once

#include "dns/dns.h"

/* "MX", "TYPE65280"; 0: no such type. */
uint16_t mw_type_read(mw_span name);
char *mw_type_text(mw_arena *arena, uint16_t type);

/* Master-file text of a name: relative to origin without a final dot; "@" is the origin. */
bool mw_name_read_relative(mw_span text, const mw_name *origin, mw_name *out);

/* The rdata of an A, AAAA, NS, CNAME, PTR, MX or SOA record, given as its words. False for other types and
 * for what is not plainly well-formed: then mw_rdata_read() reads it, or says what is wrong. */
bool mw_usual_rdata_read(mw_arena *arena, uint16_t type, const mw_span words[], size_t n,
                         const mw_name *origin, mw_rdata *out);
