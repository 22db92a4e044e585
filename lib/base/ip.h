/* IP addresses, both families. Documentation ranges (RFC 5737, RFC 3849) count as public. */
#pragma once

#include "base/span.h"

typedef struct mw_ip {
    uint8_t family;    /* 4 or 6; 0: no address */
    uint8_t bytes[16]; /* network order; an IPv4 address has the first four */
} mw_ip;

/* Reads 192.0.2.1, 2001:db8::1, IPv6:2001:db8::1, [192.0.2.1], [IPv6:2001:db8::1], a zone id (%eth0)
 * dropped. An IPv4-mapped IPv6 address becomes the IPv4 one (RFC 7208 section 5). White space around it
 * is allowed; anything else makes it false, with out untouched. */
bool mw_ip_parse(mw_span text, mw_ip *out);

/* RFC 5952 form; "" without an address. */
char *mw_ip_text(mw_arena *arena, const mw_ip *ip);
enum { MW_IP_TEXT = 46 };
const char *mw_ip_print(const mw_ip *ip, char buffer[MW_IP_TEXT]);

bool mw_ip_equal(const mw_ip *a, const mw_ip *b);
/* The first bits of both are the same; false for different families. */
bool mw_ip_in(const mw_ip *ip, const mw_ip *net, unsigned bits);

/* Reachable from the Internet: not private, loopback, link-local, shared (RFC 6598), multicast, this
 * network, or unique local. False without an address. */
bool mw_ip_public(const mw_ip *ip);
bool mw_ip_loopback(const mw_ip *ip);

/* The labels of the reverse name without a suffix: "1.2.0.192" or 32 nibbles (RFC 5782, RFC 3596). */
char *mw_ip_reversed(mw_arena *arena, const mw_ip *ip);
/* The same with in-addr.arpa or ip6.arpa. */
char *mw_ip_reverse_name(mw_arena *arena, const mw_ip *ip);
