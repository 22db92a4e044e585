#include "mail/bound.h"

#include "base/limits.h"

#include <glib.h>

typedef struct counter {
    GHashTable *boundaries; /* of char *: those that a field declared */
    bool any;               /* too many were: every line with two hyphens counts */
    bool in_header, carries, digest;
    size_t parts, fields, parameters, header;
} counter;

static size_t count(mw_span text, char c) {
    size_t n = 0;
    for (const char *p = text.data, *end = text.data + text.len; (p = memchr(p, c, (size_t)(end - p))); p++)
        if (++n, p + 1 == end)
            break;
    return n;
}

/* What the line declares as a boundary, quoted or not. */
static void declare(counter *c, mw_span line) {
    size_t at = mw_span_search(line, "boundary");
    if (at == SIZE_MAX || c->any)
        return;
    mw_span rest = mw_span_from(line, at + 8);
    size_t equals = mw_span_find(rest, '=');
    if (equals == SIZE_MAX)
        return;
    rest = mw_span_trim(mw_span_from(rest, equals + 1));
    bool quoted = rest.len && rest.data[0] == '"';
    rest = mw_span_from(rest, quoted ? 1 : 0);
    size_t n = 0;
    while (n < rest.len && (quoted ? rest.data[n] != '"' : rest.data[n] != ';'))
        n++;
    rest = mw_span_trim(mw_span_slice(rest, 0, n));
    g_hash_table_add(c->boundaries, g_strndup(rest.data ? rest.data : "", rest.len));
    c->any =
        memchr(rest.data ? rest.data : "", '\\', rest.len) || g_hash_table_size(c->boundaries) > MW_MAX_PARTS;
}

static bool declared(const counter *c, mw_span text) {
    g_autofree char *key = g_strndup(text.data ? text.data : "", MIN(text.len, 2000));
    return g_hash_table_contains(c->boundaries, key);
}

static bool is_delimiter(const counter *c, mw_span line) {
    if (line.len < 3 || line.data[0] != '-' || line.data[1] != '-')
        return false;
    mw_span name = mw_span_trim(mw_span_from(line, 2));
    if (c->any || declared(c, name))
        return true;
    return mw_span_ends(name, "--") && declared(c, mw_span_slice(name, 0, name.len - 2));
}

static bool is_over(const counter *c) {
    return c->parts > MW_MAX_PARTS || c->fields > MW_MAX_PART_FIELDS || c->parameters > MW_MAX_PARAMETERS ||
           c->header > MW_MAX_PART_HEADERS;
}

static void read_header_line(counter *c, mw_span line) {
    c->header += line.len;
    c->fields += line.data[0] != ' ' && line.data[0] != '\t';
    c->parameters += count(line, ';');
    c->carries |= mw_span_search(line, "message/") != SIZE_MAX;
    c->digest |= mw_span_search(line, "digest") != SIZE_MAX;
    declare(c, line);
}

size_t mw_mime_bound(mw_span content_type, mw_span body) {
    counter c = {.boundaries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    for (mw_span rest = content_type; rest.data && rest.len;)
        declare(&c, mw_span_cut(&rest, '\n'));
    c.in_header = mw_span_search(content_type, "message/") != SIZE_MAX;
    c.digest = mw_span_search(content_type, "digest") != SIZE_MAX;
    size_t at = 0;
    while (at < body.len) {
        mw_span rest = mw_span_from(body, at);
        size_t end = mw_span_find(rest, '\n');
        mw_span line = mw_span_slice(rest, 0, end == SIZE_MAX ? rest.len : end);
        if (is_delimiter(&c, line)) {
            c.parts++;
            c.in_header = true;
            c.carries = false;
        } else if (c.in_header && mw_span_trim(line).len == 0) {
            c.parts += c.carries || c.digest;
            c.in_header = c.carries || c.digest;
            c.carries = false;
        } else if (c.in_header) {
            read_header_line(&c, line);
        }
        if (is_over(&c))
            break;
        at = end == SIZE_MAX ? body.len : at + end + 1;
    }
    g_hash_table_unref(c.boundaries);
    return at;
}

bool mw_mime_field_bound(mw_span field) {
    return field.len <= MW_MAX_PART_HEADERS / 8 && count(field, ';') <= MW_MAX_PARAMETERS / 8;
}
