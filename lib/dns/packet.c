#include "dns/packet.h"

#include "base/limits.h"

enum { HEADER = 12, MAX_JUMPS = 64, RCODE_NOERROR = 0, RCODE_NXDOMAIN = 3, RCODE_REFUSED = 5, CLASS_IN = 1 };

/* A cursor whose error sticks. */
typedef struct cursor {
    const uint8_t *bytes;
    size_t len, at;
    bool bad;
} cursor;

typedef struct record {
    mw_name owner;
    uint16_t type, class;
    uint32_t ttl;
    size_t at, len; /* of the rdata */
} record;

static uint32_t get(cursor *c, unsigned octets) {
    uint32_t value = 0;
    if (c->bad || c->len - c->at < octets) {
        c->bad = true;
        return 0;
    }
    while (octets--)
        value = value << 8 | c->bytes[c->at++];
    return value;
}

/* RFC 1035 section 4.1.4; a pointer must lead backwards, so that no loop is possible. */
static void get_name(cursor *c, mw_name *out) {
    size_t at = c->at, least = c->at, end = 0, len = 0;
    for (unsigned jumps = 0; !c->bad && jumps < MAX_JUMPS;) {
        uint8_t n = at < c->len ? c->bytes[at] : 0xff;
        if (at + 1 < c->len && n >= 0xc0) {
            size_t to = (size_t)(n & 0x3f) << 8 | c->bytes[at + 1];
            end = end ? end : at + 2;
            c->bad = to >= least;
            least = at = to;
            jumps++;
            continue;
        }
        if (n > 63 || at + 1 + n > c->len || len + 1 + n > sizeof out->wire - (n ? 1 : 0))
            break;
        memcpy(out->wire + len, c->bytes + at, 1u + n);
        len += 1u + n;
        at += 1u + n;
        if (!n) {
            out->len = (uint8_t)len;
            c->at = end ? end : at;
            return;
        }
    }
    c->bad = true;
}

static record get_record(cursor *c) {
    record r = {.type = 0};
    get_name(c, &r.owner);
    r.type = (uint16_t)get(c, 2);
    r.class = (uint16_t)get(c, 2);
    r.ttl = get(c, 4);
    r.len = get(c, 2);
    r.at = c->at;
    if (c->len - c->at < r.len)
        c->bad = true;
    else
        c->at += r.len;
    return r;
}

/* The record's rdata with its names whole; false when they are broken. */
static bool read_rdata(mw_arena *arena, const cursor *packet, const record *r, mw_rdata *out) {
    unsigned fixed = r->type == MW_TYPE_MX ? 2 : 0;
    unsigned names = r->type == MW_TYPE_SOA ? 2 : 0;
    if (r->type == MW_TYPE_MX || r->type == MW_TYPE_NS || r->type == MW_TYPE_CNAME || r->type == MW_TYPE_PTR)
        names = 1;
    cursor c = {.bytes = packet->bytes, .len = r->at + r->len, .at = r->at};
    GByteArray *wire = g_byte_array_new();
    if (r->len < fixed)
        c.bad = true;
    else
        g_byte_array_append(wire, c.bytes + c.at, fixed);
    c.at += fixed;
    for (unsigned i = 0; i < names && !c.bad; i++) {
        mw_name name;
        get_name(&c, &name);
        if (!c.bad)
            g_byte_array_append(wire, name.wire, name.len);
    }
    if (!c.bad && c.at <= c.len)
        g_byte_array_append(wire, c.bytes + c.at, (guint)(c.len - c.at));
    *out = (mw_rdata){mw_memdup(arena, wire->data, wire->len), (uint16_t)wire->len};
    bool ok = !c.bad && wire->len <= UINT16_MAX;
    g_byte_array_unref(wire);
    return ok;
}

/* The records of the type at the name go to out; the target of a CNAME there to target. False: broken. */
static bool collect(mw_arena *arena, const cursor *packet, const GArray *records, const mw_name *name,
                    uint16_t type, GArray *out, mw_name *target, uint32_t *ttl) {
    target->len = 0;
    for (guint i = 0; i < records->len; i++) {
        const record *r = &g_array_index(records, record, i);
        mw_rdata rdata;
        if (r->class != CLASS_IN || (r->type != type && r->type != MW_TYPE_CNAME) ||
            !mw_name_equal(&r->owner, name))
            continue;
        if (!read_rdata(arena, packet, r, &rdata))
            return false;
        *ttl = MIN(*ttl, r->ttl);
        if (r->type == type)
            g_array_append_val(out, rdata);
        else if (!mw_rdata_name(&rdata, target))
            return false;
    }
    return true;
}

static mw_dns_status status_of(unsigned rcode, bool records) {
    switch (rcode) {
    case RCODE_NOERROR:
        return records ? MW_DNS_OK : MW_DNS_NODATA;
    case RCODE_NXDOMAIN:
        return MW_DNS_NXDOMAIN;
    case RCODE_REFUSED:
        return MW_DNS_REFUSED;
    default:
        return MW_DNS_SERVFAIL;
    }
}

/* Follows the chain from the question's name. */
static bool follow(mw_arena *arena, const cursor *packet, const GArray *records, const mw_question *question,
                   unsigned rcode, mw_answer *answer) {
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(mw_rdata));
    mw_name name = question->name, target;
    uint32_t ttl = UINT32_MAX;
    for (unsigned hop = 0; hop <= MW_MAX_CNAMES; hop++) {
        if (!collect(arena, packet, records, &name, question->type, found, &target, &ttl))
            return false;
        if (found->len || !target.len) {
            answer->status = status_of(rcode, found->len);
            if (answer->status == MW_DNS_OK) {
                answer->records = mw_memdup(arena, found->data, found->len * sizeof(mw_rdata));
                answer->n_records = found->len;
            }
            answer->ttl = ttl == UINT32_MAX ? 0 : ttl;
            if (hop)
                answer->canonical = name;
            return true;
        }
        name = target;
    }
    answer->status = MW_DNS_SERVFAIL; /* a loop */
    return true;
}

bool mw_packet_read(mw_arena *arena, mw_span packet, const mw_question *question, mw_answer *out) {
    if (packet.len < HEADER)
        return false;
    cursor c = {.bytes = (const uint8_t *)packet.data, .len = packet.len, .at = 2};
    uint32_t flags = get(&c, 2), questions = get(&c, 2), answers = get(&c, 2);
    c.at = HEADER;
    if (!(flags & 0x8000) || questions != 1)
        return false;
    mw_name name;
    get_name(&c, &name);
    uint32_t type = get(&c, 2), class = get(&c, 2);
    if (c.bad || type != question->type || class != CLASS_IN || !mw_name_equal(&name, &question->name))
        return false;
    g_autoptr(GArray) records = g_array_new(FALSE, FALSE, sizeof(record));
    for (uint32_t i = 0; i < answers && !c.bad; i++) {
        record r = get_record(&c);
        g_array_append_val(records, r);
    }
    mw_answer answer = {.secure = flags & 0x0020};
    if (c.bad || !follow(arena, &c, records, question, flags & 15, &answer))
        return false;
    *out = answer;
    return true;
}

size_t mw_packet_write(const mw_question *question, bool dnssec, uint8_t out[MW_PACKET_QUESTION]) {
    static const uint8_t opt[] = {0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0}; /* EDNS, 4096 octets */
    size_t at = HEADER;
    memset(out, 0, HEADER);
    out[2] = 1;
    out[3] = dnssec ? 0x20 : 0;
    out[5] = 1;
    out[11] = 1;
    memcpy(out + at, question->name.wire, question->name.len);
    at += question->name.len;
    out[at++] = (uint8_t)(question->type >> 8);
    out[at++] = (uint8_t)question->type;
    out[at++] = 0;
    out[at++] = CLASS_IN;
    memcpy(out + at, opt, sizeof opt);
    return at + sizeof opt;
}
