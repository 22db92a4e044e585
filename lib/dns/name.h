/* Domain names as raw labels: any byte may stand in one (SPF macros expand to anything). */
#pragma once

#include "base/span.h"

typedef struct mw_name {
    uint8_t len;       /* with the root's zero byte; 0: no name */
    uint8_t wire[255]; /* RFC 1035 section 3.1, not compressed */
} mw_name;

/* ASCII case folded, as names are compared. Length bytes are under 'A', so the wire form is folded as a
 * whole. */
static inline uint8_t mw_name_fold(uint8_t byte) {
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

static inline uint64_t mw_name_folded8(const uint8_t *at) {
    uint64_t bytes;
    memcpy(&bytes, at, 8);
    return mw_fold8(bytes);
}
/* Eight bytes from at on; where the name ends before, its last eight: the next at is then behind its end. */
static inline const uint8_t *mw_name_eight(const mw_name *name, unsigned at) {
    return name->wire + (at + 8 <= name->len ? at : name->len - 8u);
}
static inline void mw_name_folded(const mw_name *name, mw_name *out) {
    out->len = name->len;
    for (unsigned at = 0; at < name->len && name->len < 8; at++)
        out->wire[at] = mw_name_fold(name->wire[at]);
    for (unsigned at = 0; at < name->len && name->len >= 8; at += 8) {
        const uint8_t *from = mw_name_eight(name, at);
        uint64_t bytes = mw_name_folded8(from);
        memcpy(out->wire + (from - name->wire), &bytes, 8);
    }
}
/* Of the folded name; one seed a table. */
static inline uint32_t mw_name_hash(const mw_name *name, uint32_t seed) {
    const uint64_t factor = UINT64_C(0xff51afd7ed558ccd);
    uint64_t hash = seed ^ UINT64_C(0x9e3779b97f4a7c15) * (name->len + 1u), bytes = 0;
    for (unsigned at = 0; at < name->len && name->len >= 8; at += 8) {
        hash = (hash ^ mw_name_folded8(mw_name_eight(name, at))) * factor;
        hash ^= hash >> 32;
    }
    for (unsigned at = 0; at < name->len && name->len < 8; at++)
        bytes = bytes << 8 | name->wire[at];
    hash = (hash ^ mw_fold8(bytes)) * factor;
    return (uint32_t)(hash ^ hash >> 32);
}

/* Dotted text, each byte between the dots taken as it is; one final dot allowed; "" and "." are the root.
 * False (out untouched) for an empty label, a label over 63 or a name over 255 octets. */
bool mw_name_read(mw_span text, mw_name *out);
/* Master-file text: \DDD and \X escapes (RFC 1035 section 5.1). */
bool mw_name_read_escaped(mw_span text, mw_name *out);
/* prefix + "." + name, such as _dmarc. False when it is too long. */
bool mw_name_prefix(mw_span prefix, const mw_name *name, mw_name *out);

/* Without the final dot (the root is "."); odd bytes escaped as in a master file. */
char *mw_name_text(mw_arena *arena, const mw_name *name);
bool mw_name_equal(const mw_name *a, const mw_name *b); /* ASCII case folded */
/* name is domain or below it. */
bool mw_name_below(const mw_name *name, const mw_name *domain);
unsigned mw_name_labels(const mw_name *name); /* without the root */
/* The name without its first n labels. */
void mw_name_parent(const mw_name *name, unsigned n, mw_name *out);
