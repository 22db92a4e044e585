/* The second opinion, which decides: each half of a signature on our own canonicaliser. */
#pragma once

#include "dkim/dkim.h"
#include "dkim/key_find.h"
#include "dkim/screen.h"

/* One signature under way. */
typedef struct mw_dkim_case {
    mw_signature signature;
    const mw_dkim_key *key; /* NULL for a malformed signature */
    mw_body_want want;
    bool hashed;              /* want is filled in */
    bool body_matches;        /* of hashed */
    bool checked;             /* the header signature was verified: there was a key for it */
    bool verifies;            /* of checked */
    bool foreign;             /* of checked: RSA, and not made with this key at all */
    mw_digest_value digest;   /* of checked: of the header as it is */
    mw_digest_value original; /* of checked: of what was signed; len 0 when it can't be told (Ed25519) */
} mw_dkim_case;

/* Reads, asks for keys and verifies them all; the body is passed over once for each canonicalisation. */
void mw_dkim_cases(mw_arena *arena, mw_dns *dns, const mw_message *message, const mw_field *const *fields,
                   size_t n, mw_dkim_case *out);
