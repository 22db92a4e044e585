/* The modules keys (key.c, OpenSSL) and opendkim (opendkim.c, libopendkim). */
#include "base/module.h"
#include "dkim/key.h"
#include "dkim/opendkim.h"

static const mw_digest_value no_value = {.len = 0};

static const mw_key *no_key(mw_arena *arena) {
    mw_key *key = mw_new(arena, mw_key);
    *key = (mw_key){.problem = MW_KEY_UNREADABLE, .reason = "keys can't be read", .type_name = ""};
    return key;
}

MW_LATE(MW_MODULE_KEYS, char *, mw_digest_text, (mw_arena * arena, const mw_digest_value *value),
        (arena, value), mw_strdup(arena, ""))
MW_LATE(MW_MODULE_KEYS, mw_digest *, mw_digest_new, (mw_hash hash), (hash), NULL)
MW_LATE_VOID(MW_MODULE_KEYS, mw_digest_free, (mw_digest * digest), (digest))
MW_LATE_VOID(MW_MODULE_KEYS, mw_digest_add, (mw_digest * digest, const char *bytes, size_t len),
             (digest, bytes, len))
MW_LATE(MW_MODULE_KEYS, mw_digest *, mw_digest_copy, (const mw_digest *digest), (digest), NULL)
MW_LATE(MW_MODULE_KEYS, mw_digest_value, mw_digest_get, (const mw_digest *digest), (digest), no_value)
MW_LATE(MW_MODULE_KEYS, mw_digest_value, mw_digest_get_with,
        (const mw_digest *digest, const char *more, size_t len), (digest, more, len), no_value)
MW_LATE(MW_MODULE_KEYS, mw_digest_value, mw_digest_end_with,
        (mw_digest * digest, const char *more, size_t len), (digest, more, len), no_value)
MW_LATE_VOID(MW_MODULE_KEYS, mw_digest_set, (mw_digest * digest, const mw_digest *from), (digest, from))
MW_LATE(MW_MODULE_KEYS, mw_digest_value, mw_digest_of, (mw_hash hash, mw_span bytes), (hash, bytes), no_value)
MW_LATE_VOID(MW_MODULE_KEYS, mw_body_hashes,
             (const mw_span *pieces, size_t n_pieces, mw_body_want *wants, size_t n_wants),
             (pieces, n_pieces, wants, n_wants))
MW_LATE(MW_MODULE_KEYS, const mw_key *, mw_key_read, (mw_arena * arena, mw_span record), (arena, record),
        no_key(arena))
MW_LATE(MW_MODULE_KEYS, bool, mw_key_verify,
        (const mw_key *key, mw_span signature, mw_hash hash, const mw_digest_value *digest),
        (key, signature, hash, digest), false)
MW_LATE(MW_MODULE_KEYS, bool, mw_key_recover,
        (const mw_key *key, mw_span signature, mw_hash *hash, mw_digest_value *out),
        (key, signature, hash, out), false)
MW_LATE_VOID(MW_MODULE_OPENDKIM, mw_opendkim_ask,
             (mw_arena * arena, const mw_message *message, bool with_body, mw_opendkim *questions,
              size_t n_questions),
             (arena, message, with_body, questions, n_questions))
