#include "bounce/notice_address.h"

static bool local_byte(char c) {
    return g_ascii_isalnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~.", c)) || (c & 0x80);
}

static bool domain_byte(char c) {
    return g_ascii_isalnum(c) || c == '.' || c == '-' || (c & 0x80);
}

/* Scripts that put no blanks around an address (Chinese, Japanese, Korean; their brackets) take three bytes a
 * letter: one next to letters of ASCII is no part of the address. */
static bool wide_ends(mw_span text, size_t end) {
    size_t lead = end;
    while (lead > 0 && end - lead < 3 && (text.data[lead - 1] & 0xc0) == 0x80)
        lead--;
    return lead > 0 && lead < end && (unsigned char)text.data[lead - 1] >= 0xe0;
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
    while (start > from && local_byte(text.data[start - 1]) && !(plain && wide_ends(text, start)))
        start--;
    while (start < sign && strchr("'`*|/{=.", text.data[start])) /* quotes and bullets, not the local part */
        start++;
    return start;
}

mw_span mw_notice_address(mw_span text, size_t from, size_t *end) {
    for (size_t sign = from; sign < text.len; sign++) {
        if (text.data[sign] != '@')
            continue;
        size_t start = local_start(text, from, sign), stop = sign + 1;
        bool plain = stop < text.len && !(text.data[stop] & 0x80);
        while (stop < text.len && domain_byte(text.data[stop]) &&
               !(plain && (unsigned char)text.data[stop] >= 0xe0))
            stop++;
        mw_span address = mw_span_strip_end(mw_span_slice(text, start, stop), ".-");
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
