#include "report/json_value.h"
#include "base/printable.h"

#include <string.h>

/* What stands between the braces so far, with nothing between the words. */
struct mw_json {
    GString *text;
};

mw_json *mw_json_object(void) {
    mw_json *object = g_new(mw_json, 1);
    object->text = g_string_sized_new(256);
    return object;
}

static bool is_escaped(unsigned char c) {
    return c < 32 || c == '"' || c == '\\';
}

static const char *escape_of(unsigned char c, char buffer[8]) {
    static const char *const known[128] = {['"'] = "\\\"", ['\\'] = "\\\\", ['\b'] = "\\b", ['\f'] = "\\f",
                                           ['\n'] = "\\n", ['\r'] = "\\r",  ['\t'] = "\\t"};
    if (known[c])
        return known[c];
    g_snprintf(buffer, 8, "\\u%04X", c);
    return buffer;
}

/* Valid UTF-8 that ends in a NUL. */
static void add_string(GString *out, const char *text) {
    char buffer[8];
    g_string_append_c(out, '"');
    const char *from = text;
    for (const char *p = text; *p; p++) {
        if (!is_escaped((unsigned char)*p))
            continue;
        g_string_append_len(out, from, p - from);
        g_string_append(out, escape_of((unsigned char)*p, buffer));
        from = p + 1;
    }
    g_string_append(out, from);
    g_string_append_c(out, '"');
}

static void add_text(mw_arena *arena, GString *out, const char *value) {
    if (value)
        add_string(out, g_utf8_validate(value, -1, NULL) ? value : mw_utf8(arena, mw_span_of(value)));
    else
        g_string_append(out, "null");
}

static GString *add_key(mw_json *object, const char *key) {
    GString *out = object->text;
    g_string_append(out, out->len ? ",\"" : "\"");
    g_string_append(out, key); /* ours: nothing in it is escaped */
    g_string_append_len(out, "\":", 2);
    return out;
}

/* Takes the value. */
static void add_object(GString *out, mw_json *value) {
    g_string_append_c(out, '{');
    g_string_append_len(out, value->text->str, (gssize)value->text->len);
    g_string_append_c(out, '}');
    g_string_free(value->text, TRUE);
    g_free(value);
}

void mw_json_put(mw_json *object, const char *key, mw_json *value) {
    GString *out = add_key(object, key);
    if (value)
        add_object(out, value);
    else
        g_string_append(out, "null");
}

void mw_json_text(mw_arena *arena, mw_json *object, const char *key, const char *value) {
    add_text(arena, add_key(object, key), value);
}

void mw_json_bool(mw_json *object, const char *key, bool value) {
    g_string_append(add_key(object, key), value ? "true" : "false");
}

void mw_json_int(mw_json *object, const char *key, int64_t value) {
    char digits[24];
    g_snprintf(digits, sizeof digits, "%" G_GINT64_FORMAT, value);
    g_string_append(add_key(object, key), digits);
}

void mw_json_int_or_null(mw_json *object, const char *key, int64_t value) {
    if (value)
        mw_json_int(object, key, value);
    else
        mw_json_put(object, key, NULL);
}

void mw_json_points(mw_json *object, const char *key, double value) {
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(digits, sizeof digits, "%.12g", value);
    GString *out = add_key(object, key);
    g_string_append(out, digits);
    if (!strpbrk(digits, ".e"))
        g_string_append(out, ".0");
}

void mw_json_time(mw_arena *arena, mw_json *object, const char *key, mw_time time) {
    mw_json_text(arena, object, key, mw_time_rfc3339(arena, time));
}

void mw_json_address(mw_arena *arena, mw_json *object, const char *key, const mw_ip *ip) {
    mw_json_text(arena, object, key, ip->family ? mw_ip_text(arena, ip) : NULL);
}

void mw_json_strings(mw_arena *arena, mw_json *object, const char *key, const GPtrArray *values) {
    GString *out = add_key(object, key);
    g_string_append_c(out, '[');
    for (guint i = 0; values && i < values->len; i++) {
        g_string_append(out, i ? "," : "");
        add_text(arena, out, values->pdata[i]);
    }
    g_string_append_c(out, ']');
}

static void add_item(GString *out, bool *first, mw_json *value) {
    if (!value)
        return;
    if (!*first)
        g_string_append_c(out, ',');
    *first = false;
    add_object(out, value);
}

void mw_json_list(mw_arena *arena, mw_json *object, const char *key, const GPtrArray *all, mw_json_one one,
                  const void *context) {
    GString *out = add_key(object, key);
    bool first = true;
    g_string_append_c(out, '[');
    for (guint i = 0; all && i < all->len; i++)
        add_item(out, &first, one(arena, all->pdata[i], context));
    g_string_append_c(out, ']');
}

void mw_json_array(mw_arena *arena, mw_json *object, const char *key, const void *all, size_t n, size_t size,
                   mw_json_one one) {
    GString *out = add_key(object, key);
    bool first = true;
    g_string_append_c(out, '[');
    for (size_t i = 0; i < n; i++)
        add_item(out, &first, one(arena, (const char *)all + i * size, NULL));
    g_string_append_c(out, ']');
}

/* ---- written ---- */

static void new_line(GString *out, int depth) {
    g_string_append_printf(out, "\n%*s", 2 * depth, "");
}

/* From behind the opening quote to behind the closing one. */
static const char *string_end(const char *p) {
    while (*p != '"')
        p += *p == '\\' ? 2 : 1;
    return p + 1;
}

char *mw_json_indent(const char *line) {
    GString *out = g_string_sized_new(2 * strlen(line));
    int depth = 0;
    for (const char *p = line; *p;) {
        const char *from = p;
        char c = *p++;
        if (c == '"')
            p = string_end(p);
        bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';
        if (opens && *p == (c == '{' ? '}' : ']')) {
            g_string_append_len(out, from, 2);
            p++;
            continue;
        }
        if (closes)
            new_line(out, --depth);
        g_string_append_len(out, from, p - from);
        if (opens)
            depth++;
        if (opens || c == ',')
            new_line(out, depth);
        else if (c == ':')
            g_string_append_c(out, ' ');
    }
    return g_string_free(out, FALSE);
}

char *mw_json_line(mw_json *object) {
    g_autoptr(GString) out = g_string_sized_new(object->text->len + 4);
    add_object(out, object);
    g_string_append_c(out, '\n');
    return mw_printable_json(out->str);
}

char *mw_json_dump(mw_json *object) {
    g_autofree char *line = mw_json_line(object);
    return mw_json_indent(line);
}
