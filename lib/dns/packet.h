/* DNS packets (RFC 1035 section 4), for DNS over HTTPS. */
#pragma once

#include "dns/source.h"

enum { MW_PACKET_QUESTION = 12 + 255 + 4 + 11 };

/* The question with ID 0 (RFC 8484 section 4.1), recursion desired; dnssec asks whether the resolver has
 * validated (AD, RFC 6840 section 5.7). Returns its length. */
size_t mw_packet_write(const mw_question *question, bool dnssec, uint8_t out[MW_PACKET_QUESTION]);

/* Reads an answer to the question, following CNAMEs; records and names are in the arena, not compressed.
 * False (out untouched) when it is none: broken, another question, a question itself. Never reads outside of
 * packet. */
bool mw_packet_read(mw_arena *arena, mw_span packet, const mw_question *question, mw_answer *out);
