#include "dns/dns.h"

/* A whole, uncompressed name that fills the rest of the rdata. */
static bool read_name(const mw_rdata *rdata, size_t at, mw_name *out) {
    size_t len = rdata->len > at ? rdata->len - at : 0;
    const uint8_t *wire = rdata->data + at;
    if (!len || len > sizeof out->wire)
        return false;
    size_t pos = 0;
    while (pos < len && wire[pos]) {
        if (wire[pos] > 63)
            return false;
        pos += 1u + wire[pos];
    }
    if (pos + 1 != len)
        return false;
    memcpy(out->wire, wire, len);
    out->len = (uint8_t)len;
    return true;
}

bool mw_rdata_name(const mw_rdata *rdata, mw_name *out) {
    return read_name(rdata, 0, out);
}

bool mw_rdata_soa(const mw_rdata *rdata, mw_name *out) {
    for (size_t pos = 0; pos < rdata->len && rdata->data[pos] <= 63; pos += 1u + rdata->data[pos])
        if (rdata->data[pos] == 0)
            return read_name(&(mw_rdata){rdata->data, (uint16_t)(pos + 1)}, 0, out);
    return false;
}

bool mw_rdata_mx(const mw_rdata *rdata, uint16_t *preference, mw_name *out) {
    if (rdata->len < 3 || !read_name(rdata, 2, out))
        return false;
    *preference = (uint16_t)(rdata->data[0] << 8 | rdata->data[1]);
    return true;
}

mw_span mw_rdata_txt(mw_arena *arena, const mw_rdata *rdata) {
    char *text = mw_alloc(arena, (size_t)rdata->len + 1);
    size_t len = 0;
    for (size_t at = 0; at < rdata->len;) {
        size_t n = rdata->data[at++];
        n = MIN(n, rdata->len - at);
        if (n)
            memcpy(text + len, rdata->data + at, n);
        len += n;
        at += n;
    }
    return (mw_span){text, len};
}
