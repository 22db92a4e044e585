#include "door.h"

#include "base/ip.h"

#include <string.h>

enum { FORM_HOURS = 12, MOST_TOKEN = 200 };

/* "name:port" without its port. */
static mw_span name_of(const char *authority) {
    const char *port = strrchr(authority, ':');
    const char *bracket = strrchr(authority, ']');
    bool has_port = port && port > bracket && strspn(port + 1, "0123456789") == strlen(port + 1);
    gsize len = has_port ? (gsize)(port - authority) : strlen(authority);
    return (mw_span){authority, len};
}

static bool is_one_of(mw_span name, const char *const *names) {
    for (const char *const *n = names; n && *n; n++)
        if (strlen(*n) == name.len && g_ascii_strncasecmp(*n, name.data, name.len) == 0)
            return true;
    return false;
}

/* A page elsewhere can make its own name lead here (DNS rebinding), but not an address, nor a name that is
 * ours. */
const char *door_host(const serve *s, const visitor *v) {
    static const char *const local[] = {"localhost", NULL};
    if (!v->host)
        return "this request says no Host: send one";
    mw_span name = name_of(v->host);
    mw_ip ip;
    if (is_one_of(name, (const char *const *)s->hosts) || is_one_of(name, local))
        return NULL;
    if (mw_ip_parse(name, &ip) && (s->beyond || mw_ip_loopback(&ip)))
        return NULL;
    return "this server does not go by that name: start it with --host NAME if it should";
}

const char *door_origin(const visitor *v, bool has_token) {
    static const char *const foreign = "a page from elsewhere sent this: open this server's own page instead";
    if (v->site && strcmp(v->site, "same-origin") != 0 && strcmp(v->site, "none") != 0)
        return foreign;
    bool own = v->site && strcmp(v->site, "same-origin") == 0;
    /* without a referrer a browser sends "null" with a form of our own page, too */
    if (!v->origin || (strcmp(v->origin, "null") == 0 && (own || has_token)))
        return NULL;
    const char *authority = strstr(v->origin, "://");
    return authority && g_ascii_strcasecmp(authority + 3, v->host ? v->host : "") == 0 ? NULL : foreign;
}

/* In a time that does not hang on where they differ. */
static bool same(const char *a, const char *b) {
    gsize n = strlen(a), m = strlen(b);
    unsigned differ = n != m;
    for (gsize i = 0; i < n && m; i++)
        differ |= (unsigned char)a[i] ^ (unsigned char)b[i % m];
    return differ == 0;
}

/* Bearer for programs, Basic (any name) for browsers. */
bool door_token(const serve *s, const visitor *v) {
    if (!s->token)
        return true;
    const char *given = v->authorization;
    if (!given)
        return false;
    if (g_ascii_strncasecmp(given, "Bearer ", 7) == 0)
        return same(given + 7, s->token);
    if (g_ascii_strncasecmp(given, "Basic ", 6) != 0)
        return false;
    gsize size;
    g_autofree guchar *decoded = g_base64_decode(given + 6, &size);
    g_autofree char *pair = g_strndup((char *)decoded, size);
    const char *password = strchr(pair, ':');
    return password && same(password + 1, s->token);
}

static char *sign(const serve *s, gint64 now) {
    g_autofree char *text = g_strdup_printf("form %" G_GINT64_FORMAT, now);
    return g_compute_hmac_for_string(G_CHECKSUM_SHA256, s->key, sizeof s->key, text, -1);
}

char *door_new_form_token(const serve *s, gint64 now) {
    g_autofree char *mac = sign(s, now);
    return g_strdup_printf("%" G_GINT64_FORMAT ".%s", now, mac);
}

bool door_form_token(const serve *s, const char *token, gint64 now) {
    if (!token || strlen(token) > MOST_TOKEN)
        return false;
    char *end;
    gint64 made = g_ascii_strtoll(token, &end, 10);
    if (*end != '.' || made > now || now - made > FORM_HOURS * 3600)
        return false;
    g_autofree char *mac = sign(s, made);
    return same(end + 1, mac);
}
