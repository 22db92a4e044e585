#include "dns/manners_test.h"

#include <string.h>

const test_manner test_manners[] = {
    {"m-none", "no answer, over UDP nor TCP"},
    {"m-udpmute", "no answer over UDP alone"},
    {"m-empty", "a packet of no bytes"},
    {"m-header", "the header alone, which counts answers"},
    {"m-short", "half a header"},
    {"m-id", "another id"},
    {"m-question", "another question"},
    {"m-noquestion", "no question"},
    {"m-twoquestions", "two questions counted"},
    {"m-noqr", "no response by its flag"},
    {"m-opcode", "another operation"},
    {"m-counts", "65,535 answers counted"},
    {"m-cut", "the last record cut"},
    {"m-rdlength", "a record longer than the packet"},
    {"m-rdshort", "an address of three octets"},
    {"m-rdlong", "an address of five octets"},
    {"m-pointerself", "a compressed name that points to itself"},
    {"m-pointerahead", "a compressed name that points ahead"},
    {"m-pointerout", "a compressed name that points out of the packet"},
    {"m-label", "a label of a reserved kind"},
    {"m-long", "a name of over 255 octets"},
    {"m-class", "an answer of another class"},
    {"m-type", "an answer of another type"},
    {"m-stranger", "a record of another name"},
    {"m-additional", "the address in the additional section alone"},
    {"m-nxdata", "NXDOMAIN with an address"},
    {"m-faildata", "SERVFAIL with an address"},
    {"m-refusedata", "REFUSED with an address"},
    {"m-rcode", "a code that nobody has assigned"},
    {"m-self", "an alias of itself"},
    {"m-loop", "two aliases of each other"},
    {"m-chain", "forty aliases in a row"},
    {"m-tc", "truncated, over TCP, too"},
    {"m-tcgarbage", "truncated, and garbage over TCP"},
    {"m-trailing", "garbage behind the last record"},
    {"m-noise", "noise behind the question"},
    {"m-ones", "all bits set"},
    {"m-opt", "an OPT record of nonsense"},
    {"m-delegation", "a delegation instead of an answer"},
    {"m-soa", "an SOA record that is cut"},
    {NULL, NULL},
};

typedef struct out {
    uint8_t *bytes;
    size_t len, size;
} out;

static void put(out *o, const void *data, size_t len) {
    if (o->len + len <= o->size) {
        memcpy(o->bytes + o->len, data, len);
        o->len += len;
    }
}

static void record(out *o, const void *owner, size_t owner_len, unsigned type, unsigned class,
                   const void *rdata, size_t len) {
    uint8_t fixed[10] = {
        (uint8_t)(type >> 8), (uint8_t)type, (uint8_t)(class >> 8), (uint8_t) class, 0, 0, 0, 60,
        (uint8_t)(len >> 8),  (uint8_t)len};
    put(o, owner, owner_len);
    put(o, fixed, sizeof fixed);
    put(o, rdata, len);
    o->bytes[7]++;
}

static const uint8_t here[2] = {0xc0, 12}, evil[5] = {203, 0, 113, 66, 0};
static const uint8_t other[] = {5, 'o', 't', 'h', 'e', 'r', 4, 't', 'e', 's', 't', 0};
enum { A = 1, NS = 2, CNAME = 5, SOA = 6, OPT = 41, IN = 1 };

static void address(out *o) {
    record(o, here, 2, A, IN, evil, 4);
}

/* The header says otherwise. */
static bool of_header(const char *m, out *o) {
    static const struct {
        const char *label;
        int byte, and, flip;
    } bits[] = {
        {"m-id", 0, 0xff, 0x5a},      {"m-twoquestions", 5, 0, 2}, {"m-noqr", 2, 0x7f, 0},
        {"m-opcode", 2, 0x87, 0x28},  {"m-nxdata", 3, 0xf0, 3},    {"m-faildata", 3, 0xf0, 2},
        {"m-refusedata", 3, 0xf0, 5}, {"m-rcode", 3, 0xf0, 14},    {"m-question", 14, 0, 'y'},
        {"m-tc", 2, 0xff, 2},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(bits); i++)
        if (strcmp(m, bits[i].label) == 0) {
            address(o);
            o->bytes[bits[i].byte] = (uint8_t)((o->bytes[bits[i].byte] & bits[i].and) ^ bits[i].flip);
            return true;
        }
    return false;
}

/* The owner or the data of the one record is bad. */
static bool of_record(const char *m, out *o, size_t end) {
    uint8_t owner[300], pointer[2] = {0xc0, 12};
    if (strcmp(m, "m-pointerself") == 0)
        record(o, (uint8_t[]){0xc0 | (uint8_t)(end >> 8), (uint8_t)end}, 2, A, IN, evil, 4);
    else if (strcmp(m, "m-pointerahead") == 0)
        record(o, (uint8_t[]){0xc0, (uint8_t)(end + 16)}, 2, A, IN, evil, 4);
    else if (strcmp(m, "m-pointerout") == 0)
        record(o, (uint8_t[]){0xff, 0xff}, 2, A, IN, evil, 4);
    else if (strcmp(m, "m-label") == 0)
        record(o, (uint8_t[]){0x81, 'x', 0}, 3, A, IN, evil, 4);
    else if (strcmp(m, "m-long") == 0) {
        for (size_t i = 0; i < sizeof owner; i++)
            owner[i] = i % 2 ? 'x' : 1;
        owner[sizeof owner - 2] = 0;
        record(o, owner, sizeof owner - 1, A, IN, evil, 4);
    } else if (strcmp(m, "m-rdshort") == 0)
        record(o, pointer, 2, A, IN, evil, 3);
    else if (strcmp(m, "m-rdlong") == 0)
        record(o, pointer, 2, A, IN, evil, 5);
    else if (strcmp(m, "m-class") == 0)
        record(o, pointer, 2, A, 3, evil, 4);
    else if (strcmp(m, "m-type") == 0)
        record(o, pointer, 2, NS, IN, other, sizeof other);
    else if (strcmp(m, "m-stranger") == 0)
        record(o, other, sizeof other, A, IN, evil, 4);
    else if (strcmp(m, "m-self") == 0)
        record(o, pointer, 2, CNAME, IN, pointer, 2);
    else if (strcmp(m, "m-loop") == 0) {
        record(o, pointer, 2, CNAME, IN, other, sizeof other);
        record(o, other, sizeof other, CNAME, IN, pointer, 2);
    } else if (strcmp(m, "m-chain") == 0) {
        uint8_t from[12] = {5, 'c', 'h', 'a', '0', '0', 4, 't', 'e', 's', 't', 0}, to[12];
        for (int i = 0; i < 40; i++) {
            memcpy(to, from, sizeof to);
            to[4] = (uint8_t)('0' + i / 10);
            to[5] = (uint8_t)('0' + i % 10);
            record(o, i ? from : pointer, i ? sizeof from : 2, CNAME, IN, to, sizeof to);
            memcpy(from, to, sizeof to);
        }
        record(o, from, sizeof from, A, IN, evil, 4);
    } else
        return false;
    return true;
}

/* Sections and lengths. */
static bool of_packet(const char *m, out *o, size_t end, bool stream) {
    address(o);
    if (strcmp(m, "m-none") == 0 || (strcmp(m, "m-udpmute") == 0 && !stream))
        o->len = 0;
    else if (strcmp(m, "m-empty") == 0)
        o->len = stream ? 0 : 1;
    else if (strcmp(m, "m-header") == 0)
        o->len = 12;
    else if (strcmp(m, "m-short") == 0)
        o->len = 6;
    else if (strcmp(m, "m-noquestion") == 0) {
        o->bytes[5] = 0;
        memmove(o->bytes + 12, o->bytes + end, o->len - end);
        o->len -= end - 12;
    } else if (strcmp(m, "m-counts") == 0)
        o->bytes[6] = o->bytes[7] = 0xff;
    else if (strcmp(m, "m-cut") == 0)
        o->len -= 2;
    else if (strcmp(m, "m-rdlength") == 0)
        o->bytes[o->len - 6] = 0xff;
    else if (strcmp(m, "m-additional") == 0) {
        o->bytes[7] = 0;
        o->bytes[11] = 1;
    } else if (strcmp(m, "m-tcgarbage") == 0) {
        o->bytes[2] |= stream ? 0 : 2;
        if (stream)
            memset(o->bytes + 12, 0xa5, o->len - 12);
    } else if (strcmp(m, "m-trailing") == 0) {
        for (int i = 0; i < 100; i++)
            put(o, "\xff\x00\xc0", 3);
        o->bytes[7] = 2;
    } else if (strcmp(m, "m-noise") == 0)
        for (size_t i = end; i < o->len; i++)
            o->bytes[i] = (uint8_t)(i * 197);
    else if (strcmp(m, "m-ones") == 0)
        memset(o->bytes + 2, 0xff, o->len - 2);
    else if (strcmp(m, "m-opt") == 0) {
        o->len = end;
        o->bytes[7] = 0;
        record(o, "\0", 1, OPT, 0xffff, "\0\xff\xff\xff\xff", 5);
        o->bytes[7] = 0;
        o->bytes[11] = 1;
    } else if (strcmp(m, "m-delegation") == 0 || strcmp(m, "m-soa") == 0) {
        bool soa = m[2] == 's';
        o->len = end;
        o->bytes[7] = 0;
        record(o, here, 2, soa ? SOA : NS, IN, other, soa ? 4 : sizeof other);
        o->bytes[7] = 0;
        o->bytes[9] = 1;
    } else {
        o->len = end;
        o->bytes[7] = 0;
        return false;
    }
    return true;
}

size_t test_manner_write(const char *label, uint8_t *reply, size_t len, size_t end, size_t size,
                         bool stream) {
    if (strncmp(label, "m-", 2) != 0)
        return len;
    out o = {reply, end, size};
    memset(reply + 6, 0, 6);
    reply[3] = 0x80;
    if (of_header(label, &o) || of_record(label, &o, end) || of_packet(label, &o, end, stream))
        return o.len;
    return len;
}
