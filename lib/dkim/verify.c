#include "dkim/verify.h"

static void check_header(mw_arena *arena, const mw_canon_index *index, mw_dkim_case *c) {
    const mw_signature *s = &c->signature;
    const mw_key *key = c->key->key;
    if (c->key->state != MW_KEY_FOUND || (key->type == MW_KEY_ED25519) != s->ed25519)
        return;
    mw_hash hash = MW_SHA256;
    c->checked = true;
    c->digest = mw_signature_digest(arena, index, s);
    if (s->ed25519) {
        c->verifies = mw_key_verify(key, s->signature, s->hash, &c->digest);
        if (c->verifies)
            c->original = c->digest;
        return;
    }
    /* what was signed tells whether it verifies, too: the key is used once */
    if (!mw_key_recover(key, s->signature, &hash, &c->original) || hash != s->hash)
        c->original.len = 0;
    c->foreign = c->original.len == 0;
    c->verifies = !c->foreign && mw_digest_equal(&c->original, &c->digest) &&
                  s->signature.len == (key->bits + 7) / 8; /* RFC 8017 section 8.2.2 */
}

void mw_dkim_cases(mw_arena *arena, mw_dns *dns, const mw_message *message, const mw_field *const *fields,
                   size_t n, mw_dkim_case *out) {
    mw_body_want *wants = mw_new_n(arena, mw_body_want, n);
    const mw_canon_index *index = mw_canon_index_new(arena, message);
    size_t n_wants = 0;
    for (size_t i = 0; i < n; i++) {
        mw_dkim_case *c = &out[i];
        *c = (mw_dkim_case){0};
        mw_signature_read(arena, fields[i], &c->signature);
        c->hashed = !c->signature.problem;
        if (!c->hashed)
            continue;
        wants[n_wants++] = mw_signature_body_want(&c->signature);
        c->key = mw_dkim_key_find(arena, dns, c->signature.key_name);
        check_header(arena, index, c);
    }
    mw_body_hashes(&message->body, 1, wants, n_wants);
    for (size_t i = 0, w = 0; i < n; i++) {
        if (!out[i].hashed)
            continue;
        out[i].want = wants[w++];
        out[i].body_matches = mw_signature_body_matches(&out[i].signature, &out[i].want);
    }
}
