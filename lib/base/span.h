/* A run of bytes in somebody else's memory: not NUL-terminated, may hold any byte.
 *
 * The ground floor owns what every room needs: arena, spans, addresses, domains, time, text made safe, data
 * files. It knows nothing of mail.
 */
#pragma once

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct mw_span {
    const char *data; /* NULL only in the empty span of nothing */
    size_t len;
} mw_span;

#define MW_SPAN(literal) ((mw_span){(literal), sizeof(literal) - 1})
/* The same where a constant is needed: in static tables. */
#define MW_SPAN_INIT(literal) \
    { (literal), sizeof(literal) - 1 }

static inline mw_span mw_span_of(const char *text) {
    return (mw_span){text, text ? strlen(text) : 0};
}
/* What the string holds now: valid until it changes. */
static inline mw_span mw_span_of_string(const GString *string) {
    return (mw_span){string->str, string->len};
}

/* From position from (clamped) to the end, or to position to. */
mw_span mw_span_from(mw_span span, size_t from);
mw_span mw_span_slice(mw_span span, size_t from, size_t to);

/* Without SP, HTAB, CR and LF at both ends. */
mw_span mw_span_trim(mw_span span);
/* Without any of these bytes, or NUL, at its start, at its end. */
mw_span mw_span_strip(mw_span span, const char *bytes);
mw_span mw_span_strip_end(mw_span span, const char *bytes);

bool mw_span_equal(mw_span a, mw_span b);
/* Eight bytes, ASCII case folded: 0x20 is set in those that are capitals. */
static inline uint64_t mw_fold8(uint64_t bytes) {
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t low = bytes & each * 0x7f; /* so that no sum carries into the next byte */
    uint64_t from_a = low + each * (0x80 - 'A'), behind_z = low + each * (0x7f - 'Z');
    return bytes | ((from_a ^ behind_z) & ~bytes & each * 0x80) >> 2;
}
/* n bytes are the same, ASCII case folded. */
bool mw_folded_equal(const char *a, const char *b, size_t n);
/* The first bytes tell most apart: they differ in more than the bit in which the cases do. */
static inline bool mw_span_starts_n(mw_span span, const char *text, size_t n) {
    return span.len >= n &&
           (!n || (((span.data[0] ^ text[0]) & ~0x20) == 0 && mw_folded_equal(span.data, text, n)));
}
/* ASCII case folded. */
static inline bool mw_span_starts(mw_span span, const char *text) {
    return mw_span_starts_n(span, text, strlen(text));
}
static inline bool mw_span_is(mw_span span, const char *text) {
    size_t n = strlen(text);
    return span.len == n && mw_span_starts_n(span, text, n);
}
static inline bool mw_span_ends(mw_span span, const char *text) {
    size_t n = strlen(text);
    return span.len >= n && mw_folded_equal(span.data + span.len - n, text, n);
}
/* It starts with one of the texts, a list that NULL ends. */
bool mw_span_begins(mw_span span, const char *const *texts);

/* No byte above 127, and no NUL. */
bool mw_span_is_ascii(mw_span span);

/* Position of the first occurrence, or SIZE_MAX. The others fold ASCII case. */
size_t mw_span_find(mw_span span, char byte);
size_t mw_span_search_n(mw_span span, const char *text, size_t n);
static inline size_t mw_span_search(mw_span span, const char *text) {
    return mw_span_search_n(span, text, strlen(text));
}

/* Splits at the first byte: returns what is before it and moves rest behind it; rest->data is NULL when
 * there was none. */
mw_span mw_span_cut(mw_span *rest, char byte);
/* The next line without its end (LF or CR LF), and moves rest behind that; rest->data is never NULL. */
mw_span mw_span_line(mw_span *rest);

char *mw_span_dup(mw_arena *arena, mw_span span);
/* A copy in the arena, with any byte. */
mw_span mw_span_copy(mw_arena *arena, mw_span span);
void mw_span_append(GString *out, mw_span span);
/* mw_span_is() one of them. */
bool mw_span_is_any(mw_span span, const char *const *texts, size_t n);
/* Decimal digits only, at least one; false on anything else or on overflow of max. */
bool mw_span_number(mw_span span, uint64_t max, uint64_t *out);
