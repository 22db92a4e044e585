/* Digests, key records (RFC 6376 section 3.6.1, RFC 8463) and signatures on OpenSSL 3. key.c is the only file
 * that includes it.
 */
#pragma once

#include "dkim/canon.h"

/* ---- digests ---- */

typedef enum mw_hash { MW_SHA256, MW_SHA1 } mw_hash;

typedef struct mw_digest_value {
    uint8_t bytes[32];
    uint8_t len; /* 32 or 20; 0: none */
} mw_digest_value;

static inline bool mw_digest_equal(const mw_digest_value *a, const mw_digest_value *b) {
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}
/* The bytes as base64, for showing. */
char *mw_digest_text(mw_arena *arena, const mw_digest_value *value);

typedef struct mw_digest mw_digest;
mw_digest *mw_digest_new(mw_hash hash);
void mw_digest_free(mw_digest *digest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mw_digest, mw_digest_free)
void mw_digest_add(mw_digest *digest, const char *bytes, size_t len);
/* One in the same state. */
mw_digest *mw_digest_copy(const mw_digest *digest);
/* The value so far; more may be added behind it. */
mw_digest_value mw_digest_get(const mw_digest *digest);
/* The same of what was added and of more behind it. */
mw_digest_value mw_digest_get_with(const mw_digest *digest, const char *more, size_t len);
/* The same, cheaper; digest is of no use then until it is set anew. */
mw_digest_value mw_digest_end_with(mw_digest *digest, const char *more, size_t len);
/* Makes digest what from is now; both keep their lives. They must be of the same hash. */
void mw_digest_set(mw_digest *digest, const mw_digest *from);
/* Of one run of bytes. */
mw_digest_value mw_digest_of(mw_hash hash, mw_span bytes);

/* ---- body hashes ---- */

/* One body hash that a signature asks for. */
typedef struct mw_body_want {
    mw_canon canon;
    mw_hash hash;
    bool has_length; /* l=: only the first length canonical bytes are hashed (section 3.4.5) */
    uint64_t length;
    mw_digest_value value;     /* out; of the whole body where it is shorter than length */
    uint64_t canonical_length; /* out: of the whole body */
} mw_body_want;

/* Fills in wants: one pass over the body for each canonicalisation in use, one digest for each pair of
 * canonicalisation and hash, however many lengths are asked for. The body is the pieces laid end to end, cut
 * anywhere; nothing is copied. */
void mw_body_hashes(const mw_span *pieces, size_t n_pieces, mw_body_want *wants, size_t n_wants);

/* ---- keys ---- */

typedef enum mw_key_type { MW_KEY_RSA, MW_KEY_ED25519, MW_KEY_OTHER } mw_key_type;

typedef enum mw_key_problem {
    MW_KEY_GOOD,
    MW_KEY_SYNTAX,     /* no tag=value list, or not "v=DKIM1" */
    MW_KEY_REVOKED,    /* p= is empty */
    MW_KEY_UNREADABLE, /* p= is missing, no base64, or no public key of its type */
    MW_KEY_FOREIGN,    /* the name holds a record of another kind */
} mw_key_problem;

typedef struct mw_key {
    mw_key_problem problem;
    const char *reason; /* the problem in words: "the key is revoked (p= is empty)"; NULL when good */
    const char *notice; /* what is odd about a usable record, in words; or NULL */
    mw_key_type type;
    const char *type_name;           /* k= as written, "rsa" when it is absent */
    unsigned bits;                   /* of the modulus; 256 for Ed25519; 0 when unreadable */
    bool testing, strict;            /* t=y, t=s */
    bool allows_mail;                /* s= */
    bool allows_sha256, allows_sha1; /* h= */
    bool pkcs1;                      /* an RSAPublicKey, not a SubjectPublicKeyInfo */
    void *handle;                    /* for key.c */
} mw_key;

/* Reads the text of one TXT record. Never NULL; the key lives in the arena. */
const mw_key *mw_key_read(mw_arena *arena, mw_span record);

/* Does signature (decoded) sign this digest? For RSA by PKCS #1 v1.5 with the digest's hash; for Ed25519 over
 * the digest's bytes (RFC 8463 section 3). False for any key that is not good. */
bool mw_key_verify(const mw_key *key, mw_span signature, mw_hash hash, const mw_digest_value *digest);

/* The digest that an RSA signature was made over, whatever the mail looks like now. False where the key is no
 * RSA key, or the signature was not made with it. */
bool mw_key_recover(const mw_key *key, mw_span signature, mw_hash *hash, mw_digest_value *out);
