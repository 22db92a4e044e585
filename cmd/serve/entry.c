#include "entry.h"
#include "door.h"

#include <string.h>

enum { FORM_EXTRA = 2 << 20, CONTENT_TOO_LARGE = 413 };

static const char *field(struct MHD_Connection *c, const char *name) {
    return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

static bool refuse(refusal *why, guint status, const char *line) {
    *why = (refusal){.status = status, .line = line};
    return false;
}

/* ---- what is said plainly ---- */

typedef struct framing {
    guint hosts, lengths, codings; /* fields of that name */
    bool chunked;
} framing;

static enum MHD_Result count_field(void *data, enum MHD_ValueKind kind, const char *name, const char *value) {
    framing *f = data;
    f->hosts += g_ascii_strcasecmp(name, "Host") == 0;
    f->lengths += g_ascii_strcasecmp(name, "Content-Length") == 0;
    if (g_ascii_strcasecmp(name, "Transfer-Encoding") == 0) {
        f->codings++;
        f->chunked = value && g_ascii_strcasecmp(value, "chunked") == 0;
    }
    return MHD_YES;
}

/* A proxy in front may read such a header otherwise than libmicrohttpd does (RFC 9112, 6.1 and 11.2). */
bool entry_is_ambiguous(struct MHD_Connection *c) {
    framing f = {0};
    MHD_get_connection_values(c, MHD_HEADER_KIND, count_field, &f);
    return f.hosts > 1 || f.lengths + f.codings > 1 || (f.codings && !f.chunked);
}

/* ---- who may ---- */

static bool check_token(const serve *s, const route *to, const visitor *v, refusal *why) {
    if (to->open || door_token(s, v))
        return true;
    *why = (refusal){MHD_HTTP_UNAUTHORIZED,
                     "a token is needed: send Authorization: Bearer TOKEN, or give it as the password",
                     "WWW-Authenticate", "Basic realm=\"mailwhy\", charset=\"UTF-8\""};
    return false;
}

static bool check_method(const route *to, const char *method, refusal *why) {
    bool head = strcmp(method, "HEAD") == 0 && strcmp(to->method, "GET") == 0;
    if (head || strcmp(method, to->method) == 0)
        return true;
    *why = (refusal){MHD_HTTP_METHOD_NOT_ALLOWED, "this address takes another method", "Allow", to->method};
    return false;
}

static bool may_come_in(const serve *s, struct MHD_Connection *c, const route *to, const char *method,
                        refusal *why) {
    const visitor v = {field(c, "Host"), field(c, "Origin"), field(c, "Sec-Fetch-Site"),
                       field(c, "Authorization")};
    const char *no = door_host(s, &v);
    if (no)
        return refuse(why, MHD_HTTP_FORBIDDEN, no);
    if (!to)
        return refuse(why, MHD_HTTP_NOT_FOUND,
                      "there is nothing here: the page is /, programs use POST /v2/diagnose");
    if (!check_token(s, to, &v, why) || !check_method(to, method, why))
        return false;
    no = to->acts ? door_origin(&v, to->to == TO_BROWSER) : NULL;
    return !no || refuse(why, MHD_HTTP_FORBIDDEN, no);
}

/* ---- what it asks for ---- */

static enum MHD_Result take_argument(void *data, enum MHD_ValueKind kind, const char *name,
                                     const char *value) {
    query_add(data, name, value);
    return MHD_YES;
}

guint64 entry_most_octets(const serve *s, const route *to) {
    return ((guint64)s->max_size << 20) + (to->to == TO_BROWSER ? FORM_EXTRA : 0);
}

static bool take_query(const serve *s, struct MHD_Connection *c, const route *to, query *q, refusal *why) {
    const char *length = field(c, "Content-Length");
    if (length && g_ascii_strtoull(length, NULL, 10) > entry_most_octets(s, to))
        return refuse(why, CONTENT_TOO_LARGE, "the mail is larger than this server takes (--max-size)");
    if (to->to == TO_BROWSER)
        return true;
    MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, take_argument, q);
    if (!q->error && !query_accept(q, field(c, "Accept")))
        return refuse(
            why, MHD_HTTP_NOT_ACCEPTABLE,
            "no such format: there are application/json, application/x-ndjson, text/html, text/plain, "
            "text/markdown, application/xml (JUnit) and application/sarif+json");
    return !q->error || refuse(why, MHD_HTTP_BAD_REQUEST, q->error);
}

bool entry_check(const room *r, struct MHD_Connection *c, const route *to, const char *method, query *q,
                 refusal *why) {
    if (entry_is_ambiguous(c)) {
        *why = (refusal){MHD_HTTP_BAD_REQUEST,
                         "this request can be read in two ways: send one Host, and one Content-Length or "
                         "Transfer-Encoding: chunked",
                         "Connection", "close"};
        return false;
    }
    return may_come_in(r->s, c, to, method, why) && (to->answer || take_query(r->s, c, to, q, why));
}
