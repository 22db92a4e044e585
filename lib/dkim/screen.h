/* The strict screen in front of DKIM and ARC verification: a signature's field as typed values, or the reason
 * in words why it is none. What passes it is safe for libopendkim, within the limits of opendkim.h.
 */
#pragma once

#include "dkim/key.h"
#include "dkim/taglist.h"
#include "base/timestamp.h"

typedef struct mw_signature {
    const mw_field *field;
    mw_taglist tags;
    const char
        *problem; /* why it is no valid signature, in words; NULL: it is one. What could be read is there */
    const char *domain, *selector, *algorithm,
        *identity;             /* as written, without white space; NULL when absent */
    const char *signed_fields; /* h= without white space, or NULL */
    const char *key_name;      /* SELECTOR._domainkey.DOMAIN in A-labels; NULL where there is no such name */
    bool ed25519;
    mw_hash hash;
    mw_canon header_canon, body_canon;
    mw_span signature, body_hash; /* decoded b= and bh=; NULL data when absent or no base64 */
    bool has_length;              /* l= */
    uint64_t length;
    mw_time signed_at, expires_at; /* t=, x= */
    bool identity_below;           /* i= is in a subdomain of d= */
} mw_signature;

/* A DKIM-Signature field (RFC 6376 section 3.5, RFC 8301, RFC 8463). */
void mw_signature_read(mw_arena *arena, const mw_field *field, mw_signature *out);
/* The tags that it shares with ARC-Message-Signature and ARC-Seal (RFC 8617 section 4.1): a, b, d, s, t, and
 * where there are any c, h, bh, l. Neither v=, i= nor From in h= is asked for; rsa-sha1 is refused. */
void mw_signature_read_arc(mw_arena *arena, const mw_field *field, bool seal, mw_signature *out);

/* Digest of the header fields that the signature covers, with its own field at the end (section 3.7). */
mw_digest_value mw_signature_digest(mw_arena *arena, const mw_canon_index *index,
                                    const mw_signature *signature);
/* The body hash that it asks for: value is to be compared with body_hash. */
mw_body_want mw_signature_body_want(const mw_signature *signature);
bool mw_signature_body_matches(const mw_signature *signature, const mw_body_want *want);
