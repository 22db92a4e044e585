/* The canonicaliser against the slow reference, in pieces; header canonicalisation against its own laws. The
 * first two bytes choose the size of the pieces. */
#include "dkim/canon_slow.h"
#include "dkim/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(void *data, const char *bytes, size_t len) {
    g_string_append_len(data, bytes, (gssize)len);
}

static void check_body(mw_span body, mw_canon canon, size_t step) {
    g_autoptr(GString) fast = g_string_new(NULL);
    mw_canon_body state;
    mw_canon_body_start(&state, canon, take, fast);
    for (size_t at = 0; at < body.len; at += step)
        mw_canon_body_feed(&state, mw_span_slice(body, at, at + step));
    mw_canon_body_end(&state);
    GString *slow = slow_body(body, canon);
    g_assert_cmpmem(fast->str, fast->len, slow->str, slow->len);
    mw_body_want wants[2] = {{.canon = canon}, {.canon = canon, .has_length = true, .length = step}};
    mw_body_hashes(&body, 1, wants, 2);
    mw_digest_value whole = mw_digest_of(MW_SHA256, (mw_span){slow->str, slow->len});
    mw_digest_value start = mw_digest_of(MW_SHA256, (mw_span){slow->str, MIN(slow->len, step)});
    g_assert_true(mw_digest_equal(&wants[0].value, &whole));
    g_assert_true(mw_digest_equal(&wants[1].value, &start));
    g_string_free(slow, TRUE);
}

/* Relaxed is idempotent, and taking b= out twice is as good as once. */
static void check_field(mw_span raw) {
    g_autoptr(GString) once = g_string_new(NULL), twice = g_string_new(NULL);
    mw_canon_field(once, raw, MW_CANON_RELAXED);
    g_assert_cmpuint(once->len, <=, raw.len + 2);
    mw_canon_field(twice, (mw_span){once->str, once->len - 2}, MW_CANON_RELAXED);
    g_assert_cmpuint(twice->len, <=, once->len);
    g_string_truncate(once, 0);
    g_string_truncate(twice, 0);
    mw_canon_signature(once, raw, MW_CANON_SIMPLE);
    mw_canon_signature(twice, (mw_span){once->str, once->len}, MW_CANON_SIMPLE);
    g_assert_cmpmem(once->str, once->len, twice->str, twice->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2)
        return 0;
    size_t step = 1 + (size_t)(data[0] | (data[1] & 3) << 8);
    mw_span text = {(const char *)data + 2, size - 2};
    check_body(text, MW_CANON_SIMPLE, step);
    check_body(text, MW_CANON_RELAXED, step);
    check_field(text);
    return 0;
}
