#include "mail/url.h"
#include "base/domain.h"

enum { MAX_URL = 16384, MAX_HOST = 1024 };

static bool is_dropped(char c) {
    return c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

/* Without what browsers drop: tabs and line ends anywhere, controls and blanks at both ends. */
static char *cleaned(mw_arena *arena, mw_span text) {
    text = mw_span_slice(text, 0, MAX_URL);
    while (text.len && (unsigned char)text.data[0] <= ' ')
        text = mw_span_from(text, 1);
    while (text.len && (unsigned char)text.data[text.len - 1] <= ' ')
        text.len--;
    char *out = mw_alloc(arena, text.len + 1), *end = out;
    for (size_t i = 0; i < text.len; i++)
        if (!is_dropped(text.data[i]))
            *end++ = text.data[i];
    return out;
}

/* Length of "scheme" when text begins with "scheme:", else 0. */
static size_t scheme_length(const char *text) {
    size_t n = 0;
    if (!g_ascii_isalpha(text[0]))
        return 0;
    while (g_ascii_isalnum(text[n]) || text[n] == '+' || text[n] == '-' || text[n] == '.')
        n++;
    return text[n] == ':' ? n : 0;
}

static bool is_web(const char *scheme) {
    return strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0 || strcmp(scheme, "ftp") == 0;
}

static int hex(char c) {
    return g_ascii_isxdigit(c) ? g_ascii_xdigit_value(c) : -1;
}

/* Appends text with %XX decoded; true when there was one. */
static bool decode_percent(GString *out, mw_span text) {
    bool any = false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '%' && i + 2 < text.len && hex(text.data[i + 1]) >= 0 &&
            hex(text.data[i + 2]) >= 0) {
            char c = (char)(hex(text.data[i + 1]) * 16 + hex(text.data[i + 2]));
            if (c)
                g_string_append_c(out, c);
            i += 2;
            any = true;
        } else {
            g_string_append_c(out, text.data[i]);
        }
    }
    return any;
}

static bool is_zero_width(gunichar c) {
    return c == 0x200b || c == 0x200c || c == 0x200d || c == 0x2060 || c == 0xfeff || c == 0xad ||
           c == 0x180e;
}

/* A label that mixes Latin letters with those of an alphabet that has its own. */
static unsigned host_oddities(const char *host) {
    unsigned odd = 0;
    bool latin = false, other = false;
    for (const char *p = host; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (is_zero_width(c))
            odd |= MW_URL_ZERO_WIDTH;
        if (c == '.' || c == 0x3002 || c == 0xff0e) {
            latin = other = false;
            continue;
        }
        switch (g_unichar_get_script(c)) {
        case G_UNICODE_SCRIPT_LATIN:
            latin = true;
            break;
        case G_UNICODE_SCRIPT_CYRILLIC:
        case G_UNICODE_SCRIPT_GREEK:
        case G_UNICODE_SCRIPT_ARMENIAN:
        case G_UNICODE_SCRIPT_CHEROKEE:
            other = true;
            break;
        default:
            break;
        }
        if (latin && other)
            odd |= MW_URL_MIXED_SCRIPT;
    }
    return odd;
}

/* One part of an address in decimal, octal (0...) or hexadecimal (0x...); -1 when it is no number. */
static int64_t number_part(mw_span text) {
    unsigned base = 10;
    if (text.len > 1 && text.data[0] == '0' && (text.data[1] == 'x' || text.data[1] == 'X')) {
        base = 16;
        text = mw_span_from(text, 2);
        if (!text.len)
            return 0;
    } else if (text.len > 1 && text.data[0] == '0') {
        base = 8;
    }
    if (!text.len || text.len > 12)
        return -1;
    int64_t value = 0;
    for (size_t i = 0; i < text.len; i++) {
        int digit = hex(text.data[i]);
        if (digit < 0 || (unsigned)digit >= base)
            return -1;
        value = value * base + digit;
    }
    return value <= UINT32_MAX ? value : -1;
}

/* An IPv4 address in any form that inet_aton() takes; the last part fills what is left. */
static bool number_host(const char *host, mw_ip *ip, bool *disguised) {
    int64_t parts[4];
    size_t n = 0;
    mw_span rest = mw_span_of(host);
    if (rest.len && rest.data[rest.len - 1] == '.')
        rest.len--;
    while (rest.data) {
        if (n == 4 || (parts[n] = number_part(mw_span_cut(&rest, '.'))) < 0)
            return false;
        n++;
    }
    if (n == 0)
        return false;
    uint32_t value = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        if (parts[i] > 255)
            return false;
        value |= (uint32_t)parts[i] << (24 - 8 * i);
    }
    if (n > 1 && parts[n - 1] >= (int64_t)1 << (8 * (5 - n)))
        return false;
    value |= (uint32_t)parts[n - 1];
    *ip = (mw_ip){
        .family = 4,
        .bytes = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value}};
    char plain[MW_IP_TEXT];
    *disguised = strcmp(mw_ip_print(ip, plain), host) != 0;
    return true;
}

static void read_host(mw_arena *arena, mw_span text, mw_url *out) {
    g_autoptr(GString) decoded = g_string_new(NULL);
    if (decode_percent(decoded, mw_span_slice(text, 0, MAX_HOST)))
        out->oddities |= MW_URL_PERCENT_HOST;
    if (!g_utf8_validate(decoded->str, (gssize)decoded->len, NULL))
        g_string_assign(decoded, "");
    out->oddities |= host_oddities(decoded->str);
    g_autoptr(GString) seen = g_string_new(NULL);
    for (const char *p = decoded->str; *p; p = g_utf8_next_char(p))
        if (!is_zero_width(g_utf8_get_char(p)))
            g_string_append_unichar(seen, g_utf8_get_char(p));
    bool disguised = false;
    if (mw_ip_parse(mw_span_of(seen->str), &out->ip)) {
        out->host = mw_ip_text(arena, &out->ip);
    } else if (number_host(seen->str, &out->ip, &disguised)) {
        out->host = mw_ip_text(arena, &out->ip);
        out->oddities |= disguised ? MW_URL_NUMBER_HOST : 0;
    } else if (seen->len) {
        out->host = mw_domain_ascii(arena, mw_span_of(seen->str));
    }
}

static bool ends_authority(char c) {
    return c == '/' || c == '\\' || c == '?' || c == '#';
}

/* "user:secret@host:port" */
static void read_authority(mw_arena *arena, mw_span text, mw_url *out) {
    for (size_t i = text.len; i > 0; i--)
        if (text.data[i - 1] == '@') {
            out->oddities |= i > 1 ? MW_URL_USERINFO : 0;
            text = mw_span_from(text, i);
            break;
        }
    size_t end = text.len;
    if (text.len && text.data[0] == '[') {
        size_t close = mw_span_find(text, ']');
        end = close == SIZE_MAX ? text.len : close + 1;
    } else {
        size_t colon = mw_span_find(text, ':');
        end = colon == SIZE_MAX ? text.len : colon;
    }
    read_host(arena, mw_span_slice(text, 0, end), out);
}

bool mw_url_read(mw_arena *arena, mw_span text, mw_url *out) {
    const char *url = cleaned(arena, text);
    if (!*url)
        return false;
    *out = (mw_url){.text = url, .scheme = "", .rest = ""};
    size_t n = scheme_length(url);
    const char *p = url;
    if (n) {
        char *scheme = mw_strndup(arena, url, n);
        for (char *q = scheme; *q; q++)
            *q = g_ascii_tolower(*q);
        out->scheme = scheme;
        p += n + 1;
    }
    bool web = n && is_web(out->scheme);
    if (!web && !(p[0] == '/' && p[1] == '/')) {
        out->rest = p;
        return true;
    }
    /* browsers take any number of slashes of either kind */
    for (; *p == '/' || *p == '\\'; p++)
        out->oddities |= *p == '\\' ? MW_URL_BACKSLASH : 0;
    size_t len = 0;
    while (p[len] && !ends_authority(p[len]))
        len++;
    read_authority(arena, (mw_span){p, len}, out);
    out->rest = p + len;
    return true;
}

GPtrArray *mw_url_nested(mw_arena *arena, const mw_url *url, size_t max) {
    GPtrArray *found = mw_array_new(arena);
    g_autoptr(GString) decoded = g_string_new(NULL);
    decode_percent(decoded, mw_span_of(url->rest));
    mw_span rest = {decoded->str, decoded->len};
    while (found->len < max) {
        size_t at = mw_span_search(rest, "http");
        if (at == SIZE_MAX)
            break;
        mw_span here = mw_span_from(rest, at);
        size_t n = mw_span_starts(here, "https://") ? 8 : mw_span_starts(here, "http://") ? 7 : 0;
        rest = mw_span_from(here, n ? n : 4);
        if (!n || at == 0)
            continue;
        size_t len = 0;
        while (len < here.len && here.data[len] != '&' && here.data[len] != ' ' && here.data[len] != '"')
            len++;
        mw_span *span = mw_new(arena, mw_span);
        char *copy = mw_span_dup(arena, mw_span_slice(here, 0, len));
        *span = mw_span_of(copy);
        g_ptr_array_add(found, span);
    }
    return found;
}
