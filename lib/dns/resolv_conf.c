#include "dns/resolv_conf.h"
#include "base/ip.h"
#include "base/limits.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* An address, with a zone id and a port perhaps. */
static bool is_server(mw_span text) {
    mw_span port = text, address = mw_span_cut(&port, '@');
    mw_ip ip;
    uint64_t number;
    bool bare = address.len && (g_ascii_isxdigit(address.data[0]) || address.data[0] == ':');
    return bare && mw_ip_parse(address, &ip) &&
           (!port.data || (mw_span_number(port, 65535, &number) && number > 0));
}

/* The value of a "nameserver" line, without what stands behind it; data NULL for any other line. */
static mw_span server_of(mw_span line) {
    static const char keyword[] = "nameserver";
    line = mw_span_trim(line);
    mw_span rest = mw_span_from(line, sizeof keyword - 1);
    if (!mw_span_starts(line, keyword) || !rest.len || !is_blank(rest.data[0]))
        return (mw_span){NULL, 0};
    rest = mw_span_trim(rest);
    size_t end = 0;
    while (end < rest.len && !is_blank(rest.data[end]) && rest.data[end] != '#' && rest.data[end] != ';')
        end++;
    return mw_span_slice(rest, 0, end);
}

const char *const *mw_resolv_conf_servers(mw_arena *arena, mw_span text) {
    const char **servers = mw_new_n(arena, const char *, MW_MAX_RESOLVERS + 1);
    size_t n = 0;
    if (mw_span_starts(text, "\xef\xbb\xbf"))
        text = mw_span_from(text, 3);
    while (text.data && n < MW_MAX_RESOLVERS) {
        mw_span server = server_of(mw_span_cut(&text, '\n'));
        if (is_server(server))
            servers[n++] = mw_span_dup(arena, server);
    }
    if (!n)
        servers[0] = "127.0.0.1";
    return servers;
}
