#include "dns/types.h"
#include "base/ip.h"
#include "dns/ldns.h"

static const struct {
    const char *name;
    uint16_t type;
} usual[] = {
    {"A", MW_TYPE_A},     {"AAAA", MW_TYPE_AAAA}, {"TXT", MW_TYPE_TXT},     {"MX", MW_TYPE_MX},
    {"PTR", MW_TYPE_PTR}, {"NS", MW_TYPE_NS},     {"CNAME", MW_TYPE_CNAME}, {"SOA", MW_TYPE_SOA},
};

uint16_t mw_type_read(mw_span name) {
    for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
        if (mw_span_is(name, usual[i].name))
            return usual[i].type;
    return mw_any_type_read(name);
}

char *mw_type_text(mw_arena *arena, uint16_t type) {
    for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
        if (usual[i].type == type)
            return mw_strdup(arena, usual[i].name);
    return mw_any_type_text(arena, type);
}

/* "a.b." is whole, "a.b\." is not. */
static bool is_absolute(mw_span text) {
    size_t slashes = 0;
    while (slashes + 1 < text.len && text.data[text.len - 2 - slashes] == '\\')
        slashes++;
    return text.len && text.data[text.len - 1] == '.' && slashes % 2 == 0;
}

bool mw_name_read_relative(mw_span text, const mw_name *origin, mw_name *out) {
    if (text.len == 1 && text.data[0] == '@') {
        *out = *origin;
        return true;
    }
    mw_name name;
    if (!mw_name_read_escaped(text, &name))
        return false;
    if (!is_absolute(text)) {
        if (name.len - 1 + origin->len > (int)sizeof name.wire)
            return false;
        memcpy(name.wire + name.len - 1, origin->wire, origin->len);
        name.len = (uint8_t)(name.len - 1 + origin->len);
    }
    *out = name;
    return true;
}

static bool read_address(mw_arena *arena, uint16_t type, mw_span word, mw_rdata *out) {
    int family = type == MW_TYPE_A ? 4 : 6;
    for (size_t i = 0; i < word.len; i++) /* what mw_ip_parse() takes besides is no master file's */
        if (!g_ascii_isxdigit(word.data[i]) && word.data[i] != (family == 4 ? '.' : ':'))
            return false;
    mw_ip ip;
    if (!mw_ip_parse(word, &ip) || ip.family != family)
        return false;
    uint16_t len = family == 4 ? 4 : 16;
    *out = (mw_rdata){mw_memdup(arena, ip.bytes, len), len};
    return true;
}

static bool read_name(mw_arena *arena, int preference, mw_span word, const mw_name *origin, mw_rdata *out) {
    mw_name name;
    size_t front = preference >= 0 ? 2 : 0;
    if (!word.len || !mw_name_read_relative(word, origin, &name))
        return false;
    uint8_t *wire = mw_alloc(arena, front + name.len);
    if (front) {
        wire[0] = (uint8_t)(preference >> 8);
        wire[1] = (uint8_t)preference;
    }
    memcpy(wire + front, name.wire, name.len);
    *out = (mw_rdata){wire, (uint16_t)(front + name.len)};
    return true;
}

enum { SOA_NAMES = 2, SOA_NUMBERS = 5 };

/* Times that are written with units (1h) are left to ldns. */
static bool read_soa(mw_arena *arena, const mw_span words[], const mw_name *origin, mw_rdata *out) {
    uint8_t wire[SOA_NAMES * sizeof(mw_name) + SOA_NUMBERS * sizeof(uint32_t)];
    size_t len = 0;
    for (size_t i = 0; i < SOA_NAMES; i++) {
        mw_name name;
        if (!words[i].len || !mw_name_read_relative(words[i], origin, &name))
            return false;
        memcpy(wire + len, name.wire, name.len);
        len += name.len;
    }
    for (size_t i = SOA_NAMES; i < SOA_NAMES + SOA_NUMBERS; i++) {
        uint64_t number;
        if (!mw_span_number(words[i], UINT32_MAX, &number))
            return false;
        for (int shift = 24; shift >= 0; shift -= 8)
            wire[len++] = (uint8_t)(number >> shift);
    }
    *out = (mw_rdata){mw_memdup(arena, wire, len), (uint16_t)len};
    return true;
}

bool mw_usual_rdata_read(mw_arena *arena, uint16_t type, const mw_span words[], size_t n,
                         const mw_name *origin, mw_rdata *out) {
    uint64_t preference;
    switch (type) {
    case MW_TYPE_A:
    case MW_TYPE_AAAA:
        return n == 1 && read_address(arena, type, words[0], out);
    case MW_TYPE_NS:
    case MW_TYPE_CNAME:
    case MW_TYPE_PTR:
        return n == 1 && read_name(arena, -1, words[0], origin, out);
    case MW_TYPE_MX:
        return n == 2 && mw_span_number(words[0], UINT16_MAX, &preference) &&
               read_name(arena, (int)preference, words[1], origin, out);
    case MW_TYPE_SOA:
        return n == SOA_NAMES + SOA_NUMBERS && read_soa(arena, words, origin, out);
    default:
        return false;
    }
}
