#include "base/ip.h"

#include <arpa/inet.h>

bool mw_ip_parse(mw_span text, mw_ip *out) {
    mw_ip ip = {0};
    char buffer[64];
    text = mw_span_trim(text);
    if (!text.len || !(g_ascii_isxdigit(text.data[0]) || strchr(":[Ii", text.data[0]))) /* most are words */
        return false;
    if (text.len >= 2 && text.data[0] == '[' && text.data[text.len - 1] == ']')
        text = mw_span_slice(text, 1, text.len - 1);
    if (mw_span_starts(text, "IPv6:"))
        text = mw_span_from(text, 5);
    size_t zone = mw_span_find(text, '%');
    if (zone != SIZE_MAX && mw_span_find(text, ':') < zone)
        text.len = zone;
    if (text.len == 0 || text.len >= sizeof buffer || memchr(text.data, 0, text.len))
        return false;
    memcpy(buffer, text.data, text.len);
    buffer[text.len] = 0;
    bool colon = strchr(buffer, ':') != NULL;
    if (!colon && g_ascii_isdigit(*buffer) && inet_pton(AF_INET, buffer, ip.bytes) == 1) {
        ip.family = 4;
    } else if (colon && inet_pton(AF_INET6, buffer, ip.bytes) == 1) {
        static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
        ip.family = 6;
        if (memcmp(ip.bytes, mapped, sizeof mapped) == 0) {
            memmove(ip.bytes, ip.bytes + 12, 4);
            memset(ip.bytes + 4, 0, 12);
            ip.family = 4;
        }
    } else {
        return false;
    }
    *out = ip;
    return true;
}

static char *put_octet(char *to, uint8_t octet) {
    if (octet >= 100)
        *to++ = (char)('0' + octet / 100);
    if (octet >= 10)
        *to++ = (char)('0' + octet / 10 % 10);
    *to++ = (char)('0' + octet % 10);
    return to;
}

/* The four octets from the first or, with a step of -1, from the last one on. */
static void put_dotted(char *to, const uint8_t *octet, int step) {
    for (int i = 0; i < 4; i++, octet += step) {
        if (i)
            *to++ = '.';
        to = put_octet(to, *octet);
    }
    *to = 0;
}

const char *mw_ip_print(const mw_ip *ip, char buffer[MW_IP_TEXT]) {
    buffer[0] = 0;
    if (ip->family == 4)
        put_dotted(buffer, ip->bytes, 1);
    else if (ip->family)
        inet_ntop(AF_INET6, ip->bytes, buffer, MW_IP_TEXT);
    return buffer;
}

char *mw_ip_text(mw_arena *arena, const mw_ip *ip) {
    char buffer[MW_IP_TEXT];
    return mw_strdup(arena, mw_ip_print(ip, buffer));
}

bool mw_ip_equal(const mw_ip *a, const mw_ip *b) {
    return a->family == b->family && memcmp(a->bytes, b->bytes, a->family == 4 ? 4 : 16) == 0;
}

bool mw_ip_in(const mw_ip *ip, const mw_ip *net, unsigned bits) {
    if (ip->family == 0 || ip->family != net->family)
        return false;
    unsigned max = ip->family == 4 ? 32 : 128;
    if (bits > max)
        bits = max;
    if (memcmp(ip->bytes, net->bytes, bits / 8) != 0)
        return false;
    if (bits % 8 == 0)
        return true;
    uint8_t mask = (uint8_t)(0xff << (8 - bits % 8));
    return (ip->bytes[bits / 8] & mask) == (net->bytes[bits / 8] & mask);
}

typedef struct range {
    mw_ip net;
    unsigned bits;
} range;

/* IANA special-purpose registries (RFC 6890 and its updates) without the documentation ranges. */
static const range not_public[] = {
    {{4, {0}}, 8},           {{4, {10}}, 8},       {{4, {100, 64}}, 10},    {{4, {127}}, 8},
    {{4, {169, 254}}, 16},   {{4, {172, 16}}, 12}, {{4, {192, 0, 0}}, 24},  {{4, {192, 168}}, 16},
    {{4, {198, 18}}, 15},    {{4, {224}}, 3},      {{6, {0}}, 96}, /* ::, ::1 and the old IPv4-compatible form
                                                                    */
    {{6, {0x01, 0x00}}, 64}, {{6, {0xfc}}, 7},     {{6, {0xfe, 0x80}}, 10}, {{6, {0xfe, 0xc0}}, 10},
    {{6, {0xff}}, 8},
};

bool mw_ip_public(const mw_ip *ip) {
    if (ip->family == 0)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(not_public); i++)
        if (mw_ip_in(ip, &not_public[i].net, not_public[i].bits))
            return false;
    return true;
}

bool mw_ip_loopback(const mw_ip *ip) {
    static const mw_ip four = {4, {127}}, six = {6, {[15] = 1}};
    return mw_ip_in(ip, &four, 8) || mw_ip_in(ip, &six, 128);
}

char *mw_ip_reversed(mw_arena *arena, const mw_ip *ip) {
    static const char digits[] = "0123456789abcdef";
    char text[4 * 16], *to = text;
    if (ip->family == 4)
        put_dotted(text, ip->bytes + 3, -1);
    for (int i = 15; ip->family == 6 && i >= 0; i--, to += 4)
        memcpy(to, (char[]){digits[ip->bytes[i] & 15], '.', digits[ip->bytes[i] >> 4], i ? '.' : 0}, 4);
    if (!ip->family)
        *text = 0;
    return mw_strdup(arena, text);
}

char *mw_ip_reverse_name(mw_arena *arena, const mw_ip *ip) {
    return mw_printf(arena, "%s.%s", mw_ip_reversed(arena, ip),
                     ip->family == 4 ? "in-addr.arpa" : "ip6.arpa");
}
