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

bool mw_span_starts(mw_span span, const char *text) {
    size_t n = strlen(text);
    return n == 0 || (span.len >= n && g_ascii_strncasecmp(span.data, text, n) == 0);
}

bool mw_span_is(mw_span span, const char *text) {
    return span.len == strlen(text) && mw_span_starts(span, text);
}

bool mw_span_ends(mw_span span, const char *text) {
    size_t n = strlen(text);
    return span.len >= n && mw_span_starts(mw_span_from(span, span.len - n), text);
}

size_t mw_span_find(mw_span span, char byte) {
    const char *p = span.len ? memchr(span.data, byte, span.len) : NULL;
    return p ? (size_t)(p - span.data) : SIZE_MAX;
}

size_t mw_span_search(mw_span span, const char *text) {
    size_t n = strlen(text);
    if (n == 0)
        return 0;
    char low = g_ascii_tolower(text[0]), up = g_ascii_toupper(text[0]);
    for (size_t i = 0; i + n <= span.len; i++)
        if ((span.data[i] == low || span.data[i] == up) && g_ascii_strncasecmp(span.data + i, text, n) == 0)
            return i;
    return SIZE_MAX;
}

bool mw_span_holds(mw_span span, const char *const *texts) {
    for (size_t i = 0; texts[i]; i++) {
        if (mw_span_search(span, texts[i]) != SIZE_MAX)
            return true;
    }
    return false;
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
