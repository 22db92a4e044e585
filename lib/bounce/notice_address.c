#include "bounce/notice_address.h"

static bool local_byte(char c) {
    return g_ascii_isalnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~.", c)) || (c & 0x80);
}

static bool domain_byte(char c) {
    return g_ascii_isalnum(c) || c == '.' || c == '-' || (c & 0x80);
}

/* A letter of Latin (U+00C0 to U+024F): only such a one stands in an address next to letters of ASCII. Many
 * scripts put no blank before an address, or a mere quotation mark. */
static bool is_latin(unsigned char lead) {
    return lead >= 0xc3 && lead <= 0xc9;
}

/* What ends there is a letter of another script, or a mark of several bytes. */
static bool foreign_ends(mw_span text, size_t end) {
    size_t lead = end;
    while (lead > 0 && end - lead < 3 && (text.data[lead - 1] & 0xc0) == 0x80)
        lead--;
    return lead > 0 && lead < end && !is_latin((unsigned char)text.data[lead - 1]);
}

/* The same at the beginning of what stands there. */
static bool foreign_begins(char c) {
    return (unsigned char)c >= 0xc0 && !is_latin((unsigned char)c);
}

/* Where the local part of the address begins whose @ is at sign. */
static size_t local_start(mw_span text, size_t from, size_t sign) {
    size_t start = sign;
    if (sign > from && text.data[sign - 1] == '"') {
        for (start = sign - 1; start > from && text.data[start - 1] != '"'; start--)
            ;
        return start > from ? start - 1 : sign;
    }
    bool plain = sign > from && !(text.data[sign - 1] & 0x80);
    while (start > from && local_byte(text.data[start - 1]) && !(plain && foreign_ends(text, start)))
        start--;
    while (start < sign && strchr("'`*|/{=.-", text.data[start])) /* quotes and bullets, not the local part */
        start++;
    return start;
}

/* Where the domain ends that begins there. Each label has one script. */
static size_t domain_end(mw_span text, size_t stop) {
    bool plain = stop < text.len && !(text.data[stop] & 0x80);
    while (stop < text.len && domain_byte(text.data[stop])) {
        bool foreign = foreign_begins(text.data[stop]);
        if (foreign && plain && text.data[stop - 1] != '.')
            break;
        plain = plain && !foreign;
        stop++;
    }
    return stop;
}

/* Without what some languages put behind a name: "example.net-re". No top-level domain has a hyphen but
 * those of other scripts. */
static mw_span without_ending(mw_span address) {
    size_t dot = address.len;
    while (dot > 0 && address.data[dot - 1] != '.')
        dot--;
    mw_span last = mw_span_from(address, dot);
    size_t hyphen = mw_span_find(last, '-');
    bool ending = hyphen != SIZE_MAX && !mw_span_starts(last, "xn--");
    return mw_span_slice(address, 0, ending ? dot + hyphen : address.len);
}

mw_span mw_notice_address(mw_span text, size_t from, size_t *end) {
    for (size_t sign = from; sign < text.len; sign++) {
        if (text.data[sign] != '@')
            continue;
        size_t start = local_start(text, from, sign), stop = sign + 1;
        stop = domain_end(text, stop);
        mw_span address = without_ending(mw_span_strip_end(mw_span_slice(text, start, stop), ".-"));
        bool domain = address.len > sign - start + 2 &&
                      mw_span_find(mw_span_slice(text, sign, start + address.len), '.') != SIZE_MAX;
        if (start == sign || !domain || sign - start > 128 || address.len > 320)
            continue;
        *end = start + address.len;
        if (*end < text.len && (text.data[*end] == '>' || text.data[*end] == '"' || text.data[*end] == '\''))
            (*end)++;
        if (*end < text.len && text.data[*end] == '>')
            (*end)++;
        return address;
    }
    *end = text.len;
    return (mw_span){text.data, 0};
}

bool mw_notice_office(mw_span address) {
    static const char *const names[] = {"postmaster@", "mailer-daemon@", "abuse@",     "support@", "help@",
                                        "helpdesk@",   "hostmaster@",    "webmaster@", "noc@",     NULL};
    return mw_span_begins(address, names);
}

bool mw_notice_has_word(mw_span text) {
    for (size_t i = 0; i < text.len; i++) {
        if (g_ascii_isalnum(text.data[i]) || (text.data[i] & 0x80))
            return true;
    }
    return false;
}
