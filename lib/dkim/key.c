#include "dkim/key.h"
#include "dkim/taglist.h"

/* SHA1_Update() and the like are old, but their state is a value: to copy one of EVP's costs an allocation,
 * and the search for an edit copies thousands. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <pthread.h>

/* ---- digests ---- */

struct mw_digest {
    mw_hash hash;
    union {
        SHA_CTX sha1;
        SHA256_CTX sha256;
    } state;
};

/* Before anything else is asked of OpenSSL, by libopendkim too: what a mail's signatures are does not depend
 * on how this machine is configured, and to read that takes a millisecond. */
static void start_openssl(void) {
    static gsize started;
    if (g_once_init_enter(&started)) {
        OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL);
        g_once_init_leave(&started, 1);
    }
}

char *mw_digest_text(mw_arena *arena, const mw_digest_value *value) {
    g_autofree char *text = g_base64_encode(value->bytes, value->len);
    return mw_strdup(arena, text);
}

mw_digest *mw_digest_new(mw_hash hash) {
    start_openssl();
    mw_digest *digest = g_new(mw_digest, 1);
    digest->hash = hash;
    if (hash == MW_SHA1)
        SHA1_Init(&digest->state.sha1);
    else
        SHA256_Init(&digest->state.sha256);
    return digest;
}

void mw_digest_free(mw_digest *digest) {
    g_free(digest);
}

void mw_digest_add(mw_digest *digest, const char *bytes, size_t len) {
    if (digest->hash == MW_SHA1)
        SHA1_Update(&digest->state.sha1, bytes, len);
    else
        SHA256_Update(&digest->state.sha256, bytes, len);
}

void mw_digest_set(mw_digest *digest, const mw_digest *from) {
    *digest = *from;
}

mw_digest *mw_digest_copy(const mw_digest *digest) {
    return g_memdup2(digest, sizeof *digest);
}

mw_digest_value mw_digest_end_with(mw_digest *digest, const char *more, size_t len) {
    mw_digest_value value = {.len = digest->hash == MW_SHA1 ? SHA_DIGEST_LENGTH : SHA256_DIGEST_LENGTH};
    mw_digest_add(digest, more, len);
    if (digest->hash == MW_SHA1)
        SHA1_Final(value.bytes, &digest->state.sha1);
    else
        SHA256_Final(value.bytes, &digest->state.sha256);
    return value;
}

mw_digest_value mw_digest_get_with(const mw_digest *digest, const char *more, size_t len) {
    mw_digest end = *digest;
    return mw_digest_end_with(&end, more, len);
}

mw_digest_value mw_digest_get(const mw_digest *digest) {
    return mw_digest_get_with(digest, "", 0);
}

mw_digest_value mw_digest_of(mw_hash hash, mw_span bytes) {
    g_autoptr(mw_digest) digest = mw_digest_new(hash);
    mw_digest_add(digest, bytes.data, bytes.len);
    return mw_digest_get(digest);
}

/* ---- body hashes ---- */

/* One digest over one canonical body, and whom it serves, the shortest length first. */
typedef struct lane {
    mw_digest *digest;
    GPtrArray *wants; /* of mw_body_want *; wants[0] to wants[done - 1] have their value */
    guint done;
    uint64_t length;
} lane;

static uint64_t stop_of(const mw_body_want *want) {
    return want->has_length ? want->length : UINT64_MAX;
}

static int by_stop(gconstpointer a, gconstpointer b) {
    uint64_t x = stop_of(*(mw_body_want *const *)a), y = stop_of(*(mw_body_want *const *)b);
    return (x > y) - (x < y);
}

static void lane_add(lane *l, const char *bytes, size_t len) {
    while (l->done < l->wants->len) {
        mw_body_want *want = l->wants->pdata[l->done];
        uint64_t room = stop_of(want) - l->length;
        size_t n = (size_t)MIN(room, len);
        mw_digest_add(l->digest, bytes, n);
        l->length += n;
        bytes += n;
        len -= n;
        if (n < room || stop_of(want) == UINT64_MAX)
            return;
        want->value = mw_digest_get(l->digest);
        l->done++;
    }
}

static void lanes_sink(void *data, const char *bytes, size_t len) {
    lane *lanes = data;
    for (int hash = 0; hash < 2; hash++)
        if (lanes[hash].digest)
            lane_add(&lanes[hash], bytes, len);
}

static void hash_canon(const mw_span *pieces, size_t n_pieces, mw_canon canon, mw_body_want *wants,
                       size_t n_wants) {
    lane lanes[2] = {0};
    for (size_t i = 0; i < n_wants; i++) {
        if (wants[i].canon != canon)
            continue;
        lane *l = &lanes[wants[i].hash];
        if (!l->digest) {
            l->digest = mw_digest_new(wants[i].hash);
            l->wants = g_ptr_array_new();
        }
        g_ptr_array_add(l->wants, &wants[i]);
    }
    if (!lanes[0].digest && !lanes[1].digest)
        return;
    for (int hash = 0; hash < 2; hash++)
        if (lanes[hash].digest)
            g_ptr_array_sort(lanes[hash].wants, by_stop);
    mw_canon_body body;
    mw_canon_body_start(&body, canon, lanes_sink, lanes);
    for (size_t i = 0; i < n_pieces; i++)
        mw_canon_body_feed(&body, pieces[i]);
    mw_canon_body_end(&body);
    for (int hash = 0; hash < 2; hash++) {
        lane *l = &lanes[hash];
        if (!l->digest)
            continue;
        for (guint i = 0; i < l->wants->len; i++) {
            mw_body_want *want = l->wants->pdata[i];
            want->canonical_length = body.written;
            if (i >= l->done)
                want->value = mw_digest_get(l->digest);
        }
        mw_digest_free(l->digest);
        g_ptr_array_free(l->wants, TRUE);
    }
}

void mw_body_hashes(const mw_span *pieces, size_t n_pieces, mw_body_want *wants, size_t n_wants) {
    hash_canon(pieces, n_pieces, MW_CANON_SIMPLE, wants, n_wants);
    hash_canon(pieces, n_pieces, MW_CANON_RELAXED, wants, n_wants);
}

/* ---- keys ---- */

static void free_handle(void *handle) {
    EVP_PKEY_free(handle);
}

static void fail(mw_key *key, mw_key_problem problem, const char *reason) {
    key->problem = problem;
    key->reason = reason;
}

/* Bytes that the DER value at the start of der says it takes; 0 when it is none. */
static size_t der_size(mw_span der) {
    const uint8_t *p = (const uint8_t *)der.data;
    if (der.len < 2 || p[0] != 0x30)
        return 0;
    if (p[1] < 0x80)
        return 2u + p[1];
    unsigned n = p[1] & 0x7f;
    if (n == 0 || n > 3 || der.len < 2 + n)
        return 0;
    size_t size = 0;
    for (unsigned i = 0; i < n; i++)
        size = size << 8 | p[2 + i];
    return size + 2 + n;
}

/* Decoding a key takes OpenSSL longer than checking a signature with it: those of the last mails are kept. */
enum { KEPT_KEYS = 256, MOST_KEPT = 600 };
typedef struct kept_key {
    EVP_PKEY *handle;
    bool pkcs1;
    size_t len;
    char der[MOST_KEPT];
} kept_key;
static kept_key *kept_keys[KEPT_KEYS];
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;

static unsigned place_of(mw_span der) {
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < der.len; i++)
        h = (h ^ (uint8_t)der.data[i]) * 16777619u;
    return (h ^ h >> 15) % KEPT_KEYS;
}

/* One more reference to it, or NULL. */
static EVP_PKEY *find_kept(mw_key *key, mw_span der) {
    pthread_mutex_lock(&kept_lock);
    const kept_key *k = der.len <= MOST_KEPT ? kept_keys[place_of(der)] : NULL;
    EVP_PKEY *handle = k && k->len == der.len && memcmp(k->der, der.data, der.len) == 0 ? k->handle : NULL;
    if (handle) {
        EVP_PKEY_up_ref(handle);
        key->pkcs1 = k->pkcs1;
    }
    pthread_mutex_unlock(&kept_lock);
    return handle;
}

static void keep(const mw_key *key, mw_span der, EVP_PKEY *handle) {
    if (!handle || der.len > MOST_KEPT)
        return;
    pthread_mutex_lock(&kept_lock);
    kept_key **slot = &kept_keys[place_of(der)];
    if (!*slot)
        *slot = g_new0(kept_key, 1);
    else
        EVP_PKEY_free((*slot)->handle);
    EVP_PKEY_up_ref(handle);
    (*slot)->handle = handle;
    (*slot)->pkcs1 = key->pkcs1;
    (*slot)->len = der.len;
    memcpy((*slot)->der, der.data, der.len);
    pthread_mutex_unlock(&kept_lock);
}

/* Into an object of this tag that fills all to the end. */
static bool enter(const unsigned char **at, const unsigned char *end, int tag) {
    long len;
    int found, class;
    int form = ASN1_get_object(at, &len, &found, &class, end - *at);
    return !(form & 0x81) && class == V_ASN1_UNIVERSAL && found == tag &&
           *at + len == end; /* 0x81: broken, or of open length */
}

/* A key in its usual wrapping (rsaEncryption, RFC 3279 section 2.3.1), as most are: to find out which decoder
 * it has for one takes OpenSSL more than a hundred times as long as to decode it. NULL: it is wrapped in
 * another way. */
static EVP_PKEY *decode_usual(mw_span der) {
    static const unsigned char algorithm[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                              0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};
    const unsigned char *p = (const unsigned char *)der.data, *end = p + der.len;
    if (!enter(&p, end, V_ASN1_SEQUENCE) || (size_t)(end - p) < sizeof algorithm ||
        memcmp(p, algorithm, sizeof algorithm) != 0)
        return NULL;
    p += sizeof algorithm;
    if (!enter(&p, end, V_ASN1_BIT_STRING) || p == end || *p++ != 0) /* bits that are not used */
        return NULL;
    EVP_PKEY *handle = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, end - p);
    if (handle && p != end)
        g_clear_pointer(&handle, EVP_PKEY_free);
    return handle;
}

static EVP_PKEY *decode_rsa(mw_key *key, mw_span der) {
    const unsigned char *p = (const unsigned char *)der.data;
    EVP_PKEY *handle = decode_usual(der);
    if (!handle)
        handle = d2i_PUBKEY(NULL, &p, (long)der.len);
    if (!handle) {
        p = (const unsigned char *)der.data;
        handle = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)der.len);
        key->pkcs1 = handle != NULL;
    }
    if (handle && EVP_PKEY_get_base_id(handle) != EVP_PKEY_RSA) {
        EVP_PKEY_free(handle);
        handle = NULL;
    }
    return handle;
}

static EVP_PKEY *rsa_key(mw_key *key, mw_span der) {
    EVP_PKEY *handle = find_kept(key, der);
    if (!handle)
        keep(key, der, handle = decode_rsa(key, der));
    return handle;
}

static const char *why_no_rsa(mw_arena *arena, mw_span record, mw_span der) {
    size_t size = der_size(der);
    if (size > der.len && record.len >= 250 && record.len <= 256)
        return mw_printf(
            arena,
            "the key record is cut off at %zu characters: the key needs more than one TXT string "
            "of 255 holds, and the rest is missing",
            record.len);
    if (size > der.len)
        return mw_printf(arena, "the key in p= is cut off: %zu bytes of %zu are there", der.len, size);
    if (der.len == 32)
        return "the record says k=rsa, but p= holds 32 bytes, which is an Ed25519 key";
    return "p= holds no RSA public key";
}

static void read_public_key(mw_arena *arena, mw_key *key, mw_span record, mw_span p) {
    mw_span der = mw_tag_base64(arena, p);
    EVP_PKEY *handle = NULL;
    if (!der.data && record.len >= 250 && record.len <= 256 && mw_span_find(p, ' ') == SIZE_MAX) {
        fail(key, MW_KEY_UNREADABLE,
             mw_printf(arena, "the key record is cut off at %zu characters, in the middle of the key",
                       record.len));
        return;
    }
    if (mw_span_find(p, '"') != SIZE_MAX) {
        fail(key, MW_KEY_UNREADABLE,
             "quotation marks stand in the middle of the key: strings that belong together were entered as "
             "one");
        return;
    }
    if (!der.data) {
        fail(key, MW_KEY_UNREADABLE, "the key in p= is no base64 text");
        return;
    }
    if (key->type == MW_KEY_RSA) {
        handle = rsa_key(key, der);
        if (!handle)
            fail(key, MW_KEY_UNREADABLE, why_no_rsa(arena, record, der));
    } else {
        if (der.len == 32)
            handle = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)der.data, 32);
        if (!handle)
            fail(
                key, MW_KEY_UNREADABLE,
                mw_printf(arena, "the record says k=ed25519, but p= holds %zu bytes instead of 32", der.len));
    }
    ERR_clear_error();
    if (!handle)
        return;
    key->handle = mw_arena_own(arena, handle, free_handle);
    key->bits = key->type == MW_KEY_RSA ? (unsigned)EVP_PKEY_get_bits(handle) : 256;
    if (key->pkcs1)
        key->notice =
            "the key is an RSAPublicKey without its usual wrapping, which many receivers can't read";
}

/* Not a key record at all, by how it begins; NULL when it may be one. */
static const char *foreign_kind(mw_span record) {
    if (mw_span_starts(record, "v=spf1"))
        return "an SPF record";
    if (mw_span_starts(record, "v=DMARC1"))
        return "a DMARC record";
    return NULL;
}

static bool read_form(mw_arena *arena, mw_key *key, const mw_taglist *list, mw_span record) {
    mw_span start = mw_span_trim(record), v = mw_taglist_get(list, "v");
    const char *foreign = foreign_kind(start);
    if (foreign) {
        fail(key, MW_KEY_FOREIGN, mw_printf(arena, "the name holds %s, not a key", foreign));
    } else if (start.len && start.data[0] == '"') {
        fail(key, MW_KEY_SYNTAX, "the key record is quoted twice: quotation marks are part of its text");
    } else if (mw_span_search(record, "\\;") != SIZE_MAX) {
        fail(key, MW_KEY_SYNTAX, "the key record has backslashes before its semicolons");
    } else if (list->error) {
        fail(key, MW_KEY_SYNTAX,
             mw_printf(arena, "the key record is malformed: %s at character %zu", list->error,
                       list->error_offset + 1));
    } else if (v.data && !mw_span_equal(v, MW_SPAN("DKIM1"))) {
        fail(key, MW_KEY_SYNTAX, "the key record has a v= other than DKIM1");
    } else if (v.data && !mw_span_equal(list->tags[0].name, MW_SPAN("v"))) {
        fail(key, MW_KEY_SYNTAX, "the key record has its v=DKIM1 not at the start");
    }
    return !key->reason;
}

const mw_key *mw_key_read(mw_arena *arena, mw_span record) {
    start_openssl();
    mw_key *key = mw_new(arena, mw_key);
    mw_taglist list = mw_taglist_read(arena, record);
    mw_span k = mw_taglist_get(&list, "k"), h = mw_taglist_get(&list, "h"), s = mw_taglist_get(&list, "s"),
            t = mw_taglist_get(&list, "t"), p = mw_taglist_get(&list, "p");
    key->type_name = k.data ? mw_span_dup(arena, k) : "rsa";
    key->type = !k.data || mw_span_is(k, "rsa") ? MW_KEY_RSA
                : mw_span_is(k, "ed25519")      ? MW_KEY_ED25519
                                                : MW_KEY_OTHER;
    key->testing = mw_tag_listed(t, "y");
    key->strict = mw_tag_listed(t, "s");
    key->allows_mail = !s.data || mw_tag_listed(s, "*") || mw_tag_listed(s, "email");
    key->allows_sha256 = !h.data || mw_tag_listed(h, "sha256");
    key->allows_sha1 = !h.data || mw_tag_listed(h, "sha1");
    if (!read_form(arena, key, &list, record))
        return key;
    if (!p.data)
        fail(key, MW_KEY_UNREADABLE,
             list.n_tags ? "the key record has no p=, so no key" : "the key record is empty");
    else if (p.len == 0)
        fail(key, MW_KEY_REVOKED, "the key is revoked (its p= is empty)");
    else if (key->type == MW_KEY_OTHER)
        fail(key, MW_KEY_UNREADABLE,
             mw_printf(arena, "the key is of an unknown type (k=%.40s)", key->type_name));
    else
        read_public_key(arena, key, record, p);
    return key;
}

/* What PKCS #1 v1.5 puts before the digest (RFC 8017 section 9.2, note 1). */
static const struct {
    mw_hash hash;
    mw_span prefix;
    uint8_t len;
} digest_infos[] = {
    {MW_SHA256, MW_SPAN_INIT("\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"),
     32},
    {MW_SHA1, MW_SPAN_INIT("\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14"), 20},
};

static bool read_digest_info(mw_span info, mw_hash *hash, mw_digest_value *out) {
    for (size_t i = 0; i < G_N_ELEMENTS(digest_infos); i++) {
        mw_span prefix = digest_infos[i].prefix;
        if (info.len != prefix.len + digest_infos[i].len || memcmp(info.data, prefix.data, prefix.len) != 0)
            continue;
        *hash = digest_infos[i].hash;
        *out = (mw_digest_value){.len = digest_infos[i].len};
        memcpy(out->bytes, info.data + prefix.len, out->len);
        return true;
    }
    return false;
}

bool mw_key_recover(const mw_key *key, mw_span signature, mw_hash *hash, mw_digest_value *out) {
    if (key->problem != MW_KEY_GOOD || key->type != MW_KEY_RSA || !signature.data)
        return false;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key->handle, NULL);
    size_t len = (size_t)EVP_PKEY_get_size(key->handle);
    g_autofree unsigned char *info = g_malloc(len + 1);
    bool good = context && EVP_PKEY_verify_recover_init(context) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
                EVP_PKEY_verify_recover(context, info, &len, (const unsigned char *)signature.data,
                                        signature.len) == 1 &&
                read_digest_info((mw_span){(const char *)info, len}, hash, out);
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return good;
}

static bool verify_ed25519(const mw_key *key, mw_span signature, const mw_digest_value *digest) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key->handle) == 1 &&
                EVP_DigestVerify(context, (const unsigned char *)signature.data, signature.len, digest->bytes,
                                 digest->len) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return good;
}

bool mw_key_verify(const mw_key *key, mw_span signature, mw_hash hash, const mw_digest_value *digest) {
    if (key->problem != MW_KEY_GOOD || !key->handle || !signature.data || digest->len == 0)
        return false;
    if (key->type == MW_KEY_ED25519)
        return verify_ed25519(key, signature, digest);
    mw_digest_value original;
    mw_hash found;
    return mw_key_recover(key, signature, &found, &original) && found == hash &&
           mw_digest_equal(&original, digest) &&
           signature.len == (size_t)EVP_PKEY_get_size(key->handle); /* RFC 8017 section 8.2.2 */
}
