/* Domain names as text: A-labels (libidn2) and registrable domains (libpsl's public suffix list). */
#pragma once

#include "base/span.h"

/* Lower case, without the final dot, U-labels as A-labels (UTS 46, non-transitional). What is no valid IDN is
 * only lower-cased in ASCII. Never NULL. */
char *mw_domain_ascii(mw_arena *arena, mw_span domain);
/* For people: A-labels as Unicode where that is safe to read: no label mixes scripts. Otherwise as it is. */
char *mw_domain_unicode(mw_arena *arena, const char *domain);

/* The registrable domain, such as example.co.uk of a.b.example.co.uk; the domain itself when it has none (a
 * public suffix, a single label, an address). Points into domain. */
const char *mw_domain_registrable(const char *domain);
bool mw_domain_is_public_suffix(const char *domain);
/* Both have the same registrable domain, and it is not a public suffix. */
bool mw_domain_same_organisation(const char *a, const char *b);
/* domain is above or below it (ASCII case folded). */
bool mw_domain_below(const char *domain, const char *above);
/* Letters, digits, hyphens and underscores in labels of 1 to 63, at most 253 octets. */
bool mw_domain_valid(const char *domain);
/* Its last label is a top-level domain that exists (or test, example: RFC 2606), no file's suffix such as
 * "txt". */
bool mw_domain_known_tld(const char *domain);
/* As Unicode whatever it looks like: to be compared, never to be shown. */
char *mw_domain_u_labels(mw_arena *arena, const char *domain);
