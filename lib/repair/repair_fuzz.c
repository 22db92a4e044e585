/* The search over a mail and a body hash that was made of some other mail: nothing may be claimed but what
 * hashes right, and no input may take it out of its bounds. */
#include "repair/repair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    MOST_OCTETS = 256, /* a search that fails takes longer, the more places it has */
    SHORT_US = 25,     /* of most searches, so that there are many; each stage gets its share */
    LONG_US = 100,
};

/* Keys of which no signature here fits an input, so nothing can be proven. The RSA one is read and used as
 * ever; what it signed is the digest of a header that no input has. */
static const char ed25519[] = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
static const char rsa[] =
    "v=DKIM1; p="
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCYCn3pzJAKrjWyqMmPWh/0386a6mM8QFmtkgTSy3PTBEqa"
    "IOZ6vq6cr9lp5aDJ0Q9I6e+Eh8vPe8yrJcocQAOZVvJ9JQw1+KVzsn8xg6+5uf8um7Gs1E0iZiSMLanuac6B"
    "+0c83MgTWNPK/ebD61v7C50Gr6NCRQdF0PEiruCmvQIDAQAB";
static const char signed_once[] =
    "dL29bK3WO6SnLihdY4g9Bdqyz0eKMvVO4LAeVm7/+eGLtPhDoPSzYopAgnXZTgVyH3UaqjVPvXQSIzCAEr30"
    "7+jkj2mEfCPqOPXrxnqZ51pLkmvpls2ws6U0phORMORhdfAnICHV1TAzBUZNxl4TS+Bp71GLuhJmvbNgUXO/"
    "2M4=";

typedef struct keys {
    const mw_key *rsa, *ed25519;
    mw_span signature;
} keys;

static const keys *keys_once(void) {
    static keys all;
    static mw_arena *arena;
    if (!arena) {
        arena = mw_arena_new();
        gsize size;
        guchar *signature = g_base64_decode(signed_once, &size);
        all = (keys){mw_key_read(arena, MW_SPAN(rsa)),
                     mw_key_read(arena, MW_SPAN(ed25519)),
                     {mw_memdup(arena, signature, size), size}};
        g_free(signature);
        g_assert_cmpint(all.rsa->problem, ==, MW_KEY_GOOD);
        g_assert_cmpint(all.ed25519->problem, ==, MW_KEY_GOOD);
    }
    return &all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 5 || size > MOST_OCTETS)
        return 0;
    g_autoptr(mw_arena) arena = mw_arena_new();
    uint8_t how = data[0], effort = data[1];
    mw_span bytes = {mw_memdup(arena, data + 2, size - 2), size - 2};
    const mw_message *message = mw_message_read(arena, bytes, NULL);
    if (!message || message->n_fields == 0 || !message->has_body)
        return 0;
    mw_canon canon = how & 1 ? MW_CANON_RELAXED : MW_CANON_SIMPLE;
    /* the hash of the body without its first or last line, so that the search has something to find */
    mw_span body = message->body;
    size_t line = mw_span_find(body, '\n');
    mw_span signed_body = how & 2 && line != SIZE_MAX ? mw_span_from(body, line + 1)
                                                      : mw_span_slice(body, 0, body.len - body.len / 4);
    mw_body_want want = {.canon = canon, .hash = MW_SHA256, .has_length = how & 4, .length = how >> 3};
    mw_body_hashes(&signed_body, 1, &want, 1);
    const keys *all = keys_once();
    bool asks_key = (effort & 0x0f) == 0x0f;
    mw_repair_target target = {
        .message = message,
        .field = &message->fields[how % message->n_fields],
        .domain = "example.org",
        .signed_fields = MW_SPAN("from:to:cc:subject:date:reply-to:message-id:mime-version:content-type:"
                                 "content-transfer-encoding:list-id:from:subject"),
        .header_canon = how & 8 ? MW_CANON_RELAXED : MW_CANON_SIMPLE,
        .body_canon = canon,
        .hash = MW_SHA256,
        .signature = asks_key ? (mw_span){(const char *)data, MIN(size, 64)} : all->signature,
        .body_hash = {(const char *)want.value.bytes, want.value.len},
        .has_length = want.has_length,
        .length = want.length,
        .key = asks_key ? all->ed25519 : all->rsa,
        .budget_us = effort >= 0xf0 ? LONG_US : SHORT_US,
    };
    const mw_repair *repair = mw_repair_search(arena, &target);
    g_assert_false(repair && repair->proven);
    return 0;
}
