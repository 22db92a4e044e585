#include "dkim/signer_test.h"

static const mw_key *read_key(mw_arena *arena, const char *record) {
    mw_span exact = {mw_memdup(arena, record, strlen(record)), strlen(record)};
    return mw_key_read(arena, exact);
}

/* P stands for the 2048-bit key, E for the Ed25519 one, Q for the RSA key in PKCS #1 form. */
static char *fill(mw_arena *arena, const char *text) {
    GString *out = g_string_new(NULL);
    for (const char *p = text; *p; p++) {
        bool value = p > text && p[-1] == '=' && (p[1] == 0 || p[1] == ';' || p[1] == '"' || p[1] == '\\');
        if (value && *p == 'P')
            g_string_append(out, signer_public(arena, signer_rsa2048, false));
        else if (value && *p == 'Q')
            g_string_append(out, signer_public(arena, signer_rsa2048, true));
        else if (value && *p == 'E')
            g_string_append(out, signer_public(arena, signer_ed25519, false));
        else
            g_string_append_c(out, *p);
    }
    char *filled = mw_strdup(arena, out->str);
    g_string_free(out, TRUE);
    return filled;
}

static void test_records(void) {
    static const struct {
        const char *record;
        mw_key_problem problem;
        const char *reason; /* a part of it */
        unsigned bits;
    } cases[] = {
        {"v=DKIM1; k=rsa; p=P", MW_KEY_GOOD, NULL, 2048},
        {"p=P", MW_KEY_GOOD, NULL, 2048},
        {"v=DKIM1;p=P;", MW_KEY_GOOD, NULL, 2048},
        {"v=DKIM1; k=rsa; p=Q", MW_KEY_GOOD, NULL, 2048},
        {"v=DKIM1; k=ed25519; p=E", MW_KEY_GOOD, NULL, 256},
        {"v=DKIM1; g=joe; n=a note \xc3\xa9; x=1; p=P", MW_KEY_GOOD, NULL, 2048},
        {"v=DKIM1; k=rsa; p=", MW_KEY_REVOKED, "revoked", 0},
        {"v=DKIM1; k=rsa", MW_KEY_UNREADABLE, "no p=", 0},
        {"", MW_KEY_UNREADABLE, "empty", 0},
        {"v=DKIM1; p=AAAA", MW_KEY_UNREADABLE, "no RSA public key", 0},
        {"v=DKIM1; p=!!!", MW_KEY_UNREADABLE, "no base64", 0},
        {"v=DKIM1; k=rsa; p=E", MW_KEY_UNREADABLE, "Ed25519 key", 0},
        {"v=DKIM1; k=ed25519; p=P", MW_KEY_UNREADABLE, "instead of 32", 0},
        {"v=DKIM1; k=dsa; p=P", MW_KEY_UNREADABLE, "unknown type (k=dsa)", 0},
        {"v=DKIM2; p=P", MW_KEY_SYNTAX, "other than DKIM1", 0},
        {"v=dkim1; p=P", MW_KEY_SYNTAX, "other than DKIM1", 0},
        {"k=rsa; v=DKIM1; p=P", MW_KEY_SYNTAX, "not at the start", 0},
        {"v=DKIM1; p=P; p=P", MW_KEY_SYNTAX, "p= twice", 0},
        {"v=DKIM1;; p=P", MW_KEY_SYNTAX, "malformed", 0},
        {"\"v=DKIM1; p=P\"", MW_KEY_SYNTAX, "quoted twice", 0},
        {"v=DKIM1; p=MIIBIjANBg\" \"kqhkiG9w0B", MW_KEY_UNREADABLE, "middle of the key", 0},
        {"v=DKIM1\\; p=P\\;", MW_KEY_SYNTAX, "backslashes", 0},
        {"v=spf1 -all", MW_KEY_FOREIGN, "an SPF record", 0},
        {"v=DMARC1; p=none", MW_KEY_FOREIGN, "a DMARC record", 0},
        {"hello world", MW_KEY_SYNTAX, "malformed", 0},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const mw_key *key = read_key(arena, fill(arena, cases[i].record));
        if (key->problem != cases[i].problem || key->bits != cases[i].bits ||
            (cases[i].reason && !strstr(key->reason, cases[i].reason)))
            g_error("%s: problem %d, %u bits, %s", cases[i].record, (int)key->problem, key->bits,
                    key->reason);
        g_assert_cmpint(key->reason == NULL, ==, cases[i].problem == MW_KEY_GOOD);
    }
    g_assert_nonnull(read_key(arena, fill(arena, "p=Q"))->notice);
    g_assert_null(read_key(arena, fill(arena, "p=P"))->notice);
}

static void test_flags(void) {
    static const struct {
        const char *record;
        bool testing, strict, mail, sha256, sha1;
    } cases[] = {
        {"p=P", false, false, true, true, true},
        {"p=P; t=y", true, false, true, true, true},
        {"p=P; t=y : s", true, true, true, true, true},
        {"p=P; t=yes", false, false, true, true, true},
        {"p=P; s=*", false, false, true, true, true},
        {"p=P; s=web : email", false, false, true, true, true},
        {"p=P; s=web", false, false, false, true, true},
        {"p=P; h=sha1 : sha256", false, false, true, true, true},
        {"p=P; h=sha1", false, false, true, false, true},
        {"p=P; h=sha256", false, false, true, true, false},
        {"p=P; h=md5", false, false, true, false, false},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const mw_key *key = read_key(arena, fill(arena, cases[i].record));
        g_assert_cmpint(key->problem, ==, MW_KEY_GOOD);
        g_assert_cmpint(key->testing, ==, cases[i].testing);
        g_assert_cmpint(key->strict, ==, cases[i].strict);
        g_assert_cmpint(key->allows_mail, ==, cases[i].mail);
        g_assert_cmpint(key->allows_sha256, ==, cases[i].sha256);
        g_assert_cmpint(key->allows_sha1, ==, cases[i].sha1);
    }
}

/* A provider's form that takes one string of 255 characters cuts a 2048-bit key. */
static void test_truncated(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    char *record = fill(arena, "v=DKIM1; k=rsa; p=P");
    g_assert_cmpuint(strlen(record), >, 300);
    for (size_t n = 250; n <= 256; n++) {
        const mw_key *key = mw_key_read(arena, (mw_span){mw_memdup(arena, record, n), n});
        g_assert_cmpint(key->problem, ==, MW_KEY_UNREADABLE);
        g_assert_nonnull(strstr(key->reason, "is cut off at 25"));
    }
    for (size_t n = 0; n < strlen(record); n++) {
        const mw_key *key = mw_key_read(arena, (mw_span){mw_memdup(arena, record, n), n});
        g_assert_cmpint(key->problem, !=, MW_KEY_GOOD);
    }
    const mw_key *key = mw_key_read(arena, (mw_span){record, 300});
    g_assert_nonnull(strstr(key->reason, "is cut off: "));
}

static void test_verify(void) {
    static const struct {
        const char *const *key;
        mw_hash hash;
        unsigned bits;
        bool rsa;
    } cases[] = {
        {&signer_rsa2048, MW_SHA256, 2048, true}, {&signer_rsa1024, MW_SHA256, 1024, true},
        {&signer_rsa768, MW_SHA256, 768, true},   {&signer_rsa2048, MW_SHA1, 2048, true},
        {&signer_ed25519, MW_SHA256, 256, false},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_span data = MW_SPAN("from:a\r\nto:b\r\n");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        for (int pkcs1 = 0; pkcs1 < 2; pkcs1++) {
            const mw_key *key =
                read_key(arena, mw_printf(arena, "k=%s; p=%s", cases[i].rsa ? "rsa" : "ed25519",
                                          signer_public(arena, *cases[i].key, pkcs1)));
            g_assert_cmpuint(key->bits, ==, cases[i].bits);
            mw_span signature = signer_sign(arena, *cases[i].key, cases[i].hash, data);
            mw_digest_value digest = mw_digest_of(cases[i].hash, data), recovered = {0}, other = digest;
            other.bytes[3] ^= 1;
            mw_hash hash = 9;
            g_assert_true(mw_key_verify(key, signature, cases[i].hash, &digest));
            g_assert_false(mw_key_verify(key, signature, cases[i].hash, &other));
            g_assert_false(mw_key_verify(key, mw_span_slice(signature, 0, 40), cases[i].hash, &digest));
            g_assert_false(mw_key_verify(key, (mw_span){NULL, 0}, cases[i].hash, &digest));
            g_assert_cmpint(mw_key_recover(key, signature, &hash, &recovered), ==, cases[i].rsa);
            if (cases[i].rsa) {
                g_assert_cmpint(hash, ==, cases[i].hash);
                g_assert_true(mw_digest_equal(&recovered, &digest));
            }
            ((char *)(uintptr_t)signature.data)[5] ^= 1;
            g_assert_false(mw_key_verify(key, signature, cases[i].hash, &digest));
            g_assert_false(mw_key_recover(key, signature, &hash, &recovered));
        }
}

static void test_digests(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_digest_value empty = mw_digest_of(MW_SHA256, (mw_span){NULL, 0});
    g_assert_cmpstr(mw_digest_text(arena, &empty), ==, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    empty = mw_digest_of(MW_SHA1, (mw_span){NULL, 0});
    g_assert_cmpstr(mw_digest_text(arena, &empty), ==, "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
    g_autoptr(mw_digest) digest = mw_digest_new(MW_SHA256);
    mw_digest_add(digest, "ab", 2);
    mw_digest_value ab = mw_digest_get(digest), want = mw_digest_of(MW_SHA256, MW_SPAN("ab"));
    g_assert_true(mw_digest_equal(&ab, &want));
    mw_digest_add(digest, "c", 1);
    mw_digest_value abc = mw_digest_get(digest);
    want = mw_digest_of(MW_SHA256, MW_SPAN("abc"));
    g_assert_true(mw_digest_equal(&abc, &want));
    g_assert_false(mw_digest_equal(&abc, &ab));
    /* what has ended starts anew as another one is */
    g_autoptr(mw_digest) other = mw_digest_copy(digest);
    mw_digest_value abcd = mw_digest_end_with(other, "d", 1), again = mw_digest_get_with(digest, "d", 1);
    g_assert_true(mw_digest_equal(&abcd, &again));
    for (int i = 0; i < 2; i++) {
        mw_digest_set(other, digest);
        abcd = mw_digest_end_with(other, "d", 1);
        g_assert_true(mw_digest_equal(&abcd, &again));
    }
}

/* Many signatures over one body: each gets the hash of its own prefix. */
static void test_body_hashes(void) {
    g_autoptr(GString) body = g_string_new(NULL);
    for (int i = 0; i < 3000; i++)
        g_string_append_printf(body, "line %d \t of  text%s\r\n", i, i % 7 ? "" : " ");
    g_autoptr(GString) relaxed = g_string_new(NULL);
    for (int i = 0; i < 3000; i++)
        g_string_append_printf(relaxed, "line %d of text\r\n", i);
    mw_body_want wants[40];
    for (int i = 0; i < 40; i++)
        wants[i] = (mw_body_want){.canon = i % 2 ? MW_CANON_RELAXED : MW_CANON_SIMPLE,
                                  .hash = i % 3 ? MW_SHA256 : MW_SHA1,
                                  .has_length = i < 36,
                                  .length = (uint64_t)((i * 7919) % 40) * 2500};
    mw_span whole = {body->str, body->len};
    mw_span pieces[3] = {mw_span_slice(whole, 0, 20001), mw_span_slice(whole, 20001, 20002),
                         mw_span_from(whole, 20002)};
    mw_body_hashes(pieces, 3, wants, 40);
    for (int i = 0; i < 40; i++) {
        GString *canonical = i % 2 ? relaxed : body;
        size_t n = wants[i].has_length ? MIN(wants[i].length, canonical->len) : canonical->len;
        mw_digest_value want = mw_digest_of(wants[i].hash, (mw_span){canonical->str, n});
        g_assert_true(mw_digest_equal(&want, &wants[i].value));
        g_assert_cmpuint(wants[i].canonical_length, ==, canonical->len);
    }
    mw_body_want none = {.canon = MW_CANON_RELAXED};
    mw_body_hashes(NULL, 0, &none, 1);
    mw_digest_value empty = mw_digest_of(MW_SHA256, (mw_span){NULL, 0});
    g_assert_true(mw_digest_equal(&none.value, &empty));
    g_assert_cmpuint(none.canonical_length, ==, 0);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/key/records", test_records);
    g_test_add_func("/key/flags", test_flags);
    g_test_add_func("/key/truncated", test_truncated);
    g_test_add_func("/key/verify", test_verify);
    g_test_add_func("/key/digests", test_digests);
    g_test_add_func("/key/body-hashes", test_body_hashes);
    return g_test_run();
}
