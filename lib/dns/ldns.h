/* Types and rdata between text and wire, by ldns. */
#pragma once

#include "dns/dns.h"

/* "MX", "TYPE65280"; 0: no such type. */
uint16_t mw_any_type_read(mw_span name);
char *mw_any_type_text(mw_arena *arena, uint16_t type);

/* The rdata text of one record (master file form, names relative to origin) in wire form. False: why says
 * what is wrong with it, in words that outlive all. */
bool mw_rdata_read(mw_arena *arena, uint16_t type, const char *text, const mw_name *origin, mw_rdata *out,
                   const char **why);
/* The rdata in master file form: one line; RFC 3597's where the type's own would not read back the same. */
char *mw_rdata_text(mw_arena *arena, uint16_t type, const mw_rdata *rdata);
