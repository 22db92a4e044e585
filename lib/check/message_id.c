#include "check/message_id.h"
#include "base/ip.h"

static mw_message_id read_host(mw_span host, const char **why) {
    mw_ip ip;
    if (host.len && host.data[0] == '[')
        return MW_MESSAGE_ID_FINE; /* a literal is what the RFC allows */
    if (mw_ip_parse(host, &ip)) {
        *why = "its right side is a bare address";
        return MW_MESSAGE_ID_ADDRESS;
    }
    if (mw_span_find(host, '.') == SIZE_MAX) {
        *why = "its right side is no full domain name";
        return MW_MESSAGE_ID_NOT_FQDN;
    }
    return MW_MESSAGE_ID_FINE;
}

static bool has_blank(mw_span text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.data[i] <= ' ' || text.data[i] == 0x7f || text.data[i] == '<' ||
            text.data[i] == '>')
            return true;
    return false;
}

static size_t last_at(mw_span text) {
    for (size_t i = text.len; i > 0; i--)
        if (text.data[i - 1] == '@')
            return i - 1;
    return SIZE_MAX;
}

mw_message_id mw_message_id_read(mw_span value, const char **why, mw_message_id *host_too) {
    value = mw_span_trim(value);
    mw_span inner = value;
    bool brackets = value.len >= 2 && value.data[0] == '<' && value.data[value.len - 1] == '>';
    if (brackets)
        inner = mw_span_slice(value, 1, value.len - 1);
    *host_too = MW_MESSAGE_ID_FINE;
    size_t at = last_at(inner);
    const char *host_why = NULL;
    mw_message_id host =
        at == SIZE_MAX ? MW_MESSAGE_ID_FINE : read_host(mw_span_from(inner, at + 1), &host_why);
    *why = value.len == 0        ? "it is empty"
           : !brackets           ? "it does not stand in angle brackets"
           : has_blank(inner)    ? "it holds a blank or a bracket"
           : at == SIZE_MAX      ? "it has no @"
           : at == 0             ? "nothing stands before its @"
           : at + 1 == inner.len ? "nothing stands behind its @"
                                 : NULL;
    if (*why) {
        *host_too = host_why && at + 1 < inner.len ? host : MW_MESSAGE_ID_FINE;
        return MW_MESSAGE_ID_BAD;
    }
    *why = host_why;
    return host;
}
