/* A signer for tests: fixed keys, and signatures made by OpenSSL over bytes that the test gives. */
#pragma once

#include "dkim/key.h"
#include "dkim/taglist.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

static const char *const signer_rsa2048 =
    "MIIEogIBAAKCAQEAsV6yrWAtjKamHmwj33A5pYJVNT5SzKvdAsgIog3iOMemcekfDfoDFu3Wqdq4W2l6R2H8"
    "zCUk5CDpw3VlwtHD1VJEI9eOh777WcS6N+pIVS2od5CZCTwHfEoWOhZgVOKNf7cDMBSq6CSdjH273K54zfrL"
    "rOl5VruXm/AAm1xm/4lU6cUBIsL0CEEWQQYQERPterawe5PhYRgw/n+oJB0TRpcoE/poN/tZy6FwTc+ohUpz"
    "qY0icC5je3vm0axCB7FWEmJ/Xi/8yeXkabzP3ZCdQEJzklKr5mgiysdXE0meeejBUFyttWm4qVvYl7AoCo5F"
    "5P5pcaEc39t1w36fPzUtdQIDAQABAoIBAA56lP+11gdhGTbANs4dZU9J9uEG9TpeSIcwGL2l1X2IwAu/byNf"
    "G9PKLCz8Z51AByp+6LnUybtSUSgn/rEVxN82kne8jRbZXmpNtrKBePsfDt1dG+kBkfjcPA6XggXxN9d2SJfV"
    "sBKNiUuNKKyTP4BNBJsDtL3W8sGDfivbMfs9B14ywZt0OR2zRDvBkoNg/cbMaFygt//TynteHg53KyAJKNPh"
    "pyz3O7mjTV2UCGzLgQUh/yriNStJE3xfw9dCKAMkUXsWvzm/tOu1TsPkibKOy5Ee6YT5nP1EFc+tjTvfh8eM"
    "tMiWQqcg2/yXEZlp7UB9mkMgeS9T+jHe6K0O05cCgYEA3npyvsrkkGIqvdmTWIP6r+a8u3t7CwprjEv/sxU8"
    "7g9diJyl+/YXhHmI9+AYlWcz+rKUt1LrlW7nOaPOM2sCjhGnaq01/4OLl36Z+yVi7m0ua81kHiZ88CqueFaW"
    "hyHEQ+ZwJx5exNkIA3lBNQezQxNIkX8zRrTeJ5lazgpEc5sCgYEAzBhN+EIi1o+aPImHKzYw9a67lxz2vqAv"
    "XjpIcdP/uSwT8i8rgbilndm5AW84J7ndgXGlY40rMgUq/YyFxJV9N7T7NF2jsHLdw/6DXZUYsAId+Ditw2/f"
    "PIlZE2K2acPSGv6RmVud1JqKkdNTvII0S3p1kPatNaZqdF2fp+VtHC8CgYAxb949nVJK7zV2OHnwimtTWR+J"
    "PbgqzOb3JxAr2EVQ1SNAryaHJbk2G9ee1TJBSMyZIcPANPHao+lHuqmgbWAE99FO+CxumemUAXLwBu/D8YkG"
    "NX7Q4FaU+7cHUJ5katF1ESjM2IfQkDWip/ggc5SXDBrtEenwBVL0U7SE4m0xjwKBgEEnuSx6IJkSuxB8bzRy"
    "Vmr4X1a8nmD4zmZsgNgl78tzsOJuAJunEOg1q4Qzt1+nTHmYiE4hsRqE39aV19aMSq9QDaoIAsu/v+BkDhgA"
    "EyONaXfm0EJGIqQ2zMMNjmJxa0/G2UB2KQrIU1h+eIsDniJCc+nVdjJccDu579AvxAdtAoGAYA62wgocjApf"
    "dcL5fl0pqTBx7EQIVl8AUa+wJERDmaPmZ04PHBR/Vn4QNAFclOXtocu7+54oF0X84gTZgWiV54eVGHpHi9tL"
    "tl4ppSwqsUFUdMDvT1W1+Dj9YMKajjs4z3K5RnO3/J1SacTY/Hy0ZJfQQyyjeuZT5Ao4jmQmvdY=";
static const char *const signer_rsa1024 =
    "MIICXAIBAAKBgQC+qTtCIxIA+0w076QnezfKnlb2cYWK20D0KB6ApUBttEsTxKop8UwRVWrgT+5VnDKsK53r"
    "iD5LKcF2CLD9BXLXL03+4UsjnTG3ZtEozXRL+hQecx0VOVKTP192m6Ea+zN25YFPhiopg+jYZe+FRomdcnzu"
    "qSvF68wyer7ZF7088wIDAQABAoGAQ9t9YLuUo87Mv6Zu2TJsl+uk7c9XhSUlyAAjYwvtk13wvpdnLMhZl228"
    "PRuVqtiN3GMlsHdsHFo/JaBQRa1Two75FY8hcSF4zDD4attRD84yYMZi8ZJnxnlORoQQoieRATncD8DhQ5cW"
    "Vh02+rzIaXlsxSHTjQ+F2nKHsSxKjAkCQQDoRWIA4nV4kYDux1PdJfYQzWixmMLMUrFJamQ4KH636D3iyKxO"
    "BmPkupfXcBrL5F5LfDbyAQXeLDYP/A7cvEhtAkEA0iOeBtKW6MGPQEQXQTH5VNJWs3XmnHExh/nhiJaPSa4D"
    "myeaQ5kJ1GlzdEmdhF42HxY+wrdu928JSXL90Jb+3wJBALbdsUv6/vteqwDTA87PzUvrPGreVzdgP14Kmj6w"
    "exu1h8udrDJ9y3XQBi3CgAZYlHifoe6kKYeCjUnGa7kTr30CQEBy9BCbnfUdCFZpi8hPD21YZYb87hGlFc/i"
    "b614n9G1MR3w83swALfI78QGn+ztCCRYqj8GC16QC4UfY4EKDnkCQFL4DOmCUL4XmSuY3iF3kH44kglsTB+K"
    "V07LMpd5YYPeSIbplKQL1qV1hLmW4PgwTaN7/we0xzDAbjTJw+IFvH0=";
static const char *const signer_rsa768 =
    "MIIByQIBAAJhAK1GSY9AP8mzZAdAqOMP6CdFezxF4fly7ApSygfP+W8Nwa19OKiQWaO30CnCH7VV/VIsbOwi"
    "JDZPPLyzfk+8CO5kl7XAQ9mBvtkjHfiZiKPxmYRjp+W1+mpFulcwxueSkQIDAQABAmAcc4MWk30l2F/fVP2m"
    "MvFyqVT/45WkSPt7AncL61lQo9iebQZFn1YorMDwamCcfN7TR8rq/mmkB60Q6fzBcln9Duzmf2PYeufqOF//"
    "VroAIjZry2jaMdzAXppbDYpGrkUCMQDcX61IF7tklaBLO6Jp9lDSdCjcIHD51sEzWQA1mjL4tGoVm+gmWCOQ"
    "LGlzBc4vqe8CMQDJSWCtgEWZnyGINbU6pq/qb2AXKT+GITc9QEYpzIMQE/4Fg+jRW7koMRada4dbC38CMDy9"
    "4nVMlUpUM6qI9WtfiUd43QpPptQ2bWpJzdT4e7QxhkwOfR6UjLjghPA/WWWp4QIwFdl7Pxovc++MKkb6NzWk"
    "3uPcIGd/18V/Q4zYkOz8RSCGcH7TJPa58JzzgX8MoFttAjBulo7tEI+1/LH8URkoHA3x43Ef5ErRRl0OL7IX"
    "azX8cvZ+rj2hSanzqYyY7QWomlg=";
static const char *const signer_ed25519 = "MC4CAQAwBQYDK2VwBCIEIDVaDybs/khz1tmJB03Ec7XNGeUv1O5AoJcEnp9K7LHj";

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)

static inline EVP_PKEY *signer_load(const char *base64) {
    gsize len = 0;
    g_autofree guchar *der = g_base64_decode(base64, &len);
    const unsigned char *p = der;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &p, (long)len);
    g_assert_nonnull(key);
    return key;
}

/* p= of the public half: SubjectPublicKeyInfo, or PKCS #1, or the 32 bytes of Ed25519. */
static inline char *signer_public(mw_arena *arena, const char *base64, bool pkcs1) {
    g_autoptr(EVP_PKEY) key = signer_load(base64);
    unsigned char raw[32], *der = NULL;
    size_t n = sizeof(raw);
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) {
        g_assert_cmpint(EVP_PKEY_get_raw_public_key(key, raw, &n), ==, 1);
        g_autofree char *text = g_base64_encode(raw, n);
        return mw_strdup(arena, text);
    }
    int len = pkcs1 ? i2d_PublicKey(key, &der) : i2d_PUBKEY(key, &der);
    g_assert_cmpint(len, >, 0);
    g_autofree char *text = g_base64_encode(der, (gsize)len);
    OPENSSL_free(der);
    return mw_strdup(arena, text);
}

/* The signature of data, as a DKIM signer makes it: RSA by PKCS #1 v1.5, Ed25519 over the SHA-256 of data. */
static inline mw_span signer_sign(mw_arena *arena, const char *base64, mw_hash hash, mw_span data) {
    g_autoptr(EVP_PKEY) key = signer_load(base64);
    bool ed25519 = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
    mw_digest_value digest = mw_digest_of(hash, data);
    unsigned char *out = mw_alloc(arena, 1024);
    size_t len = 1024;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const EVP_MD *md = ed25519 ? NULL : hash == MW_SHA1 ? EVP_sha1() : EVP_sha256();
    g_assert_cmpint(EVP_DigestSignInit(context, NULL, md, NULL, key), ==, 1);
    const void *bytes = ed25519 ? (const void *)digest.bytes : (const void *)data.data;
    g_assert_cmpint(EVP_DigestSign(context, out, &len, bytes, ed25519 ? digest.len : data.len), ==, 1);
    EVP_MD_CTX_free(context);
    return (mw_span){(const char *)out, len};
}

static inline char *signer_base64(mw_arena *arena, const void *bytes, size_t len) {
    g_autofree char *text = g_base64_encode(bytes, len);
    return mw_strdup(arena, text);
}

/* headers (with their line ends), then a signature field of that name on top, then the body: a mail signed by
 * key. tags are all but bh= and b=, such as "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=sel;
 * h=from:to". */
static inline char *signer_mail(mw_arena *arena, const char *name, const char *tags, const char *key,
                                const char *headers, const char *body) {
    mw_taglist list = mw_taglist_read(arena, mw_span_of(tags));
    mw_canon header_canon, body_canon;
    g_assert_true(mw_canon_read(mw_taglist_get(&list, "c"), &header_canon, &body_canon));
    mw_hash hash = mw_span_ends(mw_taglist_get(&list, "a"), "sha1") ? MW_SHA1 : MW_SHA256;
    mw_body_want want = {.canon = body_canon, .hash = hash, .has_length = mw_taglist_has(&list, "l")};
    mw_span_number(mw_taglist_get(&list, "l"), UINT64_MAX - 1, &want.length);
    mw_message *content = (mw_message *)(uintptr_t)mw_message_read(
        arena, mw_span_of(mw_printf(arena, "%s\r\n%s", headers, body)), NULL);
    mw_body_hashes(&content->body, 1, &want, 1);
    const char *bh = signer_base64(arena, want.value.bytes, want.value.len);
    char *field = mw_printf(arena, "%s: %s; bh=%s; b=", name, tags, bh);
    GString *data = g_string_new(NULL);
    GPtrArray *fields =
        mw_canon_select(arena, mw_canon_index_new(arena, content), mw_taglist_get(&list, "h"), NULL);
    for (guint i = 0; i < fields->len; i++)
        mw_canon_field(data, ((const mw_field *)fields->pdata[i])->raw, header_canon);
    mw_canon_signature(data, mw_span_of(field), header_canon);
    mw_span signature = signer_sign(arena, key, hash, (mw_span){data->str, data->len});
    g_string_free(data, TRUE);
    const char *b = signer_base64(arena, signature.data, signature.len);
    return mw_printf(arena, "%s%.40s\r\n %s\r\n%s\r\n%s", field, b, b + 40, headers, body);
}

/* "NAME. 60 IN TXT ..." for a key record of any length. */
static inline char *signer_zone_line(mw_arena *arena, const char *name, const char *record) {
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "%s. 60 IN TXT", name);
    size_t n = strlen(record), at = 0;
    do {
        g_string_append(out, " \"");
        for (size_t i = 0; i < 255 && at < n; i++, at++)
            g_string_append_printf(out, strchr("\"\\", record[at]) ? "\\%c" : "%c", record[at]);
        g_string_append(out, "\"");
    } while (at < n);
    g_string_append(out, "\n");
    return mw_strdup(arena, out->str);
}
