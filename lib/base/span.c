#include "base/span.h"

mw_span mw_span_slice(mw_span span, size_t from, size_t to) {
    if (to > span.len)
        to = span.len;
    if (from > to)
        from = to;
    return (mw_span){span.data ? span.data + from : NULL, to - from};
}

mw_span mw_span_from(mw_span span, size_t from) {
    return mw_span_slice(span, from, span.len);
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

mw_span mw_span_trim(mw_span span) {
    while (span.len && is_space(span.data[0])) {
        span.data++;
        span.len--;
    }
    while (span.len && is_space(span.data[span.len - 1]))
        span.len--;
    return span;
}

bool mw_span_equal(mw_span a, mw_span b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool mw_folded_equal(const char *a, const char *b, size_t n) {
    for (size_t at = 0; n >= 8 && at < n; at += 8) {
        size_t from = MIN(at, n - 8); /* the last ones, some of them once more */
        uint64_t x, y;
        memcpy(&x, a + from, 8);
        memcpy(&y, b + from, 8);
        if (x != y && mw_fold8(x) != mw_fold8(y))
            return false;
    }
    for (size_t i = 0; i < n && n < 8; i++) {
        if (lower(a[i]) != lower(b[i]))
            return false;
    }
    return true;
}

bool mw_span_is_ascii(mw_span span) {
    const uint64_t each = UINT64_C(0x0101010101010101);
    size_t i = 0;
    for (uint64_t eight; span.len - i >= 8; i += 8) {
        memcpy(&eight, span.data + i, 8);
        if (((eight - each) | eight) & each * 0x80)
            break;
    }
    while (i < span.len && (signed char)span.data[i] > 0)
        i++;
    return i == span.len;
}

bool mw_span_begins(mw_span span, const char *const *texts) {
    while (*texts && !mw_span_starts(span, *texts))
        texts++;
    return *texts != NULL;
}

size_t mw_span_find(mw_span span, char byte) {
    const char *p = span.len ? memchr(span.data, byte, span.len) : NULL;
    return p ? (size_t)(p - span.data) : SIZE_MAX;
}

/* ---- searching, ASCII case folded ---- */

enum { LANES = 16 };
typedef unsigned char lanes __attribute__((vector_size(LANES)));

/* Of the LANES places from at, those where the text may stand: its first and its last byte do, but for one
 * bit: that in which the cases differ. A byte of the result is 0 where it does not. */
static lanes candidates(const char *at, const char *text, size_t n) {
    const unsigned char bit = 0x20;
    lanes first, last;
    memcpy(&first, at, LANES);
    memcpy(&last, at + n - 1, LANES);
    return (lanes)(((first | bit) == (unsigned char)(text[0] | bit)) &
                   ((last | bit) == (unsigned char)(text[n - 1] | bit)));
}

size_t mw_span_search_n(mw_span span, const char *text, size_t n) {
    if (n == 0)
        return 0;
    size_t places = span.len >= n ? span.len - n + 1 : 0, i = 0;
    while (i < places && places >= LANES) {
        if (i + LANES > places) /* the last ones, some of them once more */
            i = places - LANES;
        lanes found = candidates(span.data + i, text, n);
        uint64_t halves[2];
        memcpy(halves, &found, LANES);
        for (size_t k = 0; (halves[0] | halves[1]) && k < LANES; k++) {
            if (found[k] && mw_folded_equal(span.data + i + k, text, n))
                return i + k;
        }
        i += LANES;
    }
    for (; i < places; i++) {
        if (mw_folded_equal(span.data + i, text, n))
            return i;
    }
    return SIZE_MAX;
}

mw_span mw_span_strip(mw_span span, const char *bytes) {
    while (span.len && strchr(bytes, span.data[0]))
        span = mw_span_from(span, 1);
    return span;
}

mw_span mw_span_strip_end(mw_span span, const char *bytes) {
    while (span.len && strchr(bytes, span.data[span.len - 1]))
        span.len--;
    return span;
}

mw_span mw_span_cut(mw_span *rest, char byte) {
    size_t at = mw_span_find(*rest, byte);
    mw_span head = *rest;
    if (at == SIZE_MAX) {
        *rest = (mw_span){NULL, 0};
        return head;
    }
    head.len = at;
    *rest = mw_span_from(*rest, at + 1);
    return head;
}

mw_span mw_span_line(mw_span *rest) {
    const char *end = rest->data + rest->len;
    mw_span line = mw_span_cut(rest, '\n');
    if (!rest->data)
        rest->data = end;
    if (line.len && line.data[line.len - 1] == '\r')
        line.len--;
    return line;
}

char *mw_span_dup(mw_arena *arena, mw_span span) {
    return mw_strndup(arena, span.data, span.len);
}

mw_span mw_span_copy(mw_arena *arena, mw_span span) {
    return (mw_span){mw_memdup(arena, span.data, span.len), span.len};
}

void mw_span_append(GString *out, mw_span span) {
    if (span.len)
        g_string_append_len(out, span.data, (gssize)span.len);
}

bool mw_span_is_any(mw_span span, const char *const *texts, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (mw_span_is(span, texts[i]))
            return true;
    return false;
}

bool mw_span_number(mw_span span, uint64_t max, uint64_t *out) {
    uint64_t value = 0;
    if (span.len == 0)
        return false;
    for (size_t i = 0; i < span.len; i++) {
        if (!g_ascii_isdigit(span.data[i]))
            return false;
        unsigned digit = (unsigned)(span.data[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    if (value > max)
        return false;
    *out = value;
    return true;
}
