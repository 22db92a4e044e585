#include "report/json_value.h"
#include "base/printable.h"

#include <math.h>
#include <string.h>

/* What stands between the braces so far, with nothing between the words. */
struct mw_json {
    char *text;
    size_t len, size;
};

mw_json *mw_json_object(void) {
    enum { FIRST = 256 };
    mw_json *object = g_new(mw_json, 1);
    *object = (mw_json){.text = g_malloc(FIRST), .size = FIRST};
    return object;
}

static void grow(mw_json *out, size_t by) {
    out->size = MAX(2 * out->size, out->len + by);
    out->text = g_realloc(out->text, out->size);
}

static inline void add(mw_json *out, const char *bytes, size_t n) {
    if (out->size - out->len < n)
        grow(out, n);
    memcpy(out->text + out->len, bytes, n);
    out->len += n;
}

static inline void add_c(mw_json *out, char c) {
    if (out->len == out->size)
        grow(out, 1);
    out->text[out->len++] = c;
}

static void add_escape(mw_json *out, unsigned char c) {
    static const char *const known[128] = {['"'] = "\\\"", ['\\'] = "\\\\", ['\b'] = "\\b", ['\f'] = "\\f",
                                           ['\n'] = "\\n", ['\r'] = "\\r",  ['\t'] = "\\t"};
    char buffer[8];
    if (!known[c])
        g_snprintf(buffer, sizeof buffer, "\\u%04X", c);
    add(out, known[c] ? known[c] : buffer, known[c] ? 2 : 6);
}

static bool is_plain(char c) {
    return c >= 0x20 && c != '"' && c != '\\' && (unsigned char)c < 0x80;
}

/* How many characters at the start are plain: eight at once, as most are. */
static size_t count_plain(const char *text, size_t len) {
    const uint64_t each = UINT64_C(0x0101010101010101), tops = each * 0x80;
    size_t n = 0;
    for (uint64_t bytes; n + 8 <= len; n += 8) {
        memcpy(&bytes, text + n, 8);
        uint64_t quote = bytes ^ each * '"', slash = bytes ^ each * '\\';
        /* a borrow from the byte below only marks one too many, and what is behind is looked at one by one */
        uint64_t odd = bytes | (bytes - each * 0x20) | (quote - each) | (slash - each);
        if (odd & tops)
            break;
    }
    while (n < len && is_plain(text[n]))
        n++;
    return n;
}

/* Valid UTF-8 that ends in a NUL. */
static void add_string(mw_json *out, const char *text) {
    for (const char *p = text;; p++) {
        const char *from = p;
        while (is_plain(*p) || (unsigned char)*p >= 0x80)
            p++;
        add(out, from, (size_t)(p - from));
        if (!*p)
            return;
        add_escape(out, (unsigned char)*p);
    }
}

static void add_text(mw_arena *arena, mw_json *out, const char *value) {
    if (!value) {
        add(out, "null", 4);
        return;
    }
    size_t plain = count_plain(value, strlen(value));
    add_c(out, '"');
    if (value[plain])
        add_string(out, g_utf8_validate(value, -1, NULL) ? value : mw_utf8(arena, mw_span_of(value)));
    else
        add(out, value, plain);
    add_c(out, '"');
}

static mw_json *add_key_n(mw_json *out, const char *key, size_t n) {
    if (out->size - out->len < n + 4)
        grow(out, n + 4);
    char *to = out->text + out->len;
    if (out->len)
        *to++ = ',';
    *to++ = '"';
    memcpy(to, key, n); /* ours: nothing in it is escaped */
    to += n;
    *to++ = '"';
    *to++ = ':';
    out->len = (size_t)(to - out->text);
    return out;
}

static mw_json *add_key(mw_json *out, const char *key) {
    return add_key_n(out, key, strlen(key));
}

static void free_object(mw_json *object) {
    g_free(object->text);
    g_free(object);
}

/* Takes the value. */
static void add_object(mw_json *out, mw_json *value) {
    add_c(out, '{');
    add(out, value->text, value->len);
    add_c(out, '}');
    free_object(value);
}

void mw_json_put(mw_json *object, const char *key, mw_json *value) {
    mw_json *out = add_key(object, key);
    if (value)
        add_object(out, value);
    else
        add(out, "null", 4);
}

void mw_json_text_n(mw_arena *arena, mw_json *object, const char *key, size_t n, const char *value) {
    add_text(arena, add_key_n(object, key, n), value);
}

void mw_json_bool(mw_json *object, const char *key, bool value) {
    add(add_key(object, key), value ? "true" : "false", value ? 4 : 5);
}

static void add_int(mw_json *out, int64_t value) {
    char digits[24], *first = digits + sizeof digits;
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do
        *--first = (char)('0' + left % 10);
    while (left /= 10);
    if (value < 0)
        *--first = '-';
    add(out, first, (size_t)(digits + sizeof digits - first));
}

void mw_json_int(mw_json *object, const char *key, int64_t value) {
    add_int(add_key(object, key), value);
}

void mw_json_int_or_null(mw_json *object, const char *key, int64_t value) {
    if (value)
        mw_json_int(object, key, value);
    else
        mw_json_put(object, key, NULL);
}

void mw_json_points(mw_json *object, const char *key, double value) {
    enum { MOST = 1000000 };
    mw_json *out = add_key(object, key);
    if (value > -MOST && value < MOST && (double)(int)value == value && !(value == 0 && signbit(value))) {
        add_int(out, (int)value);
        add(out, ".0", 2);
        return;
    }
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(digits, sizeof digits, "%.12g", value);
    add(out, digits, strlen(digits));
    if (!strpbrk(digits, ".e"))
        add(out, ".0", 2);
}

void mw_json_time(mw_arena *arena, mw_json *object, const char *key, mw_time time) {
    mw_json_text(arena, object, key, mw_time_rfc3339(arena, time));
}

void mw_json_address(mw_arena *arena, mw_json *object, const char *key, const mw_ip *ip) {
    mw_json_text(arena, object, key, ip->family ? mw_ip_text(arena, ip) : NULL);
}

void mw_json_strings(mw_arena *arena, mw_json *object, const char *key, const GPtrArray *values) {
    mw_json *out = add_key(object, key);
    add_c(out, '[');
    for (guint i = 0; values && i < values->len; i++) {
        add(out, ",", i ? 1 : 0);
        add_text(arena, out, values->pdata[i]);
    }
    add_c(out, ']');
}

static void add_item(mw_json *out, bool *first, mw_json *value) {
    if (!value)
        return;
    if (!*first)
        add_c(out, ',');
    *first = false;
    add_object(out, value);
}

void mw_json_list(mw_arena *arena, mw_json *object, const char *key, const GPtrArray *all, mw_json_one one,
                  const void *context) {
    mw_json *out = add_key(object, key);
    bool first = true;
    add_c(out, '[');
    for (guint i = 0; all && i < all->len; i++)
        add_item(out, &first, one(arena, all->pdata[i], context));
    add_c(out, ']');
}

void mw_json_array(mw_arena *arena, mw_json *object, const char *key, const void *all, size_t n, size_t size,
                   mw_json_one one) {
    mw_json *out = add_key(object, key);
    bool first = true;
    add_c(out, '[');
    for (size_t i = 0; i < n; i++)
        add_item(out, &first, one(arena, (const char *)all + i * size, NULL));
    add_c(out, ']');
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
    mw_json *out = mw_json_object();
    add_object(out, object);
    add(out, "\n", 2); /* the NUL with it */
    char *line = mw_printable_json(out->text);
    free_object(out);
    return line;
}

char *mw_json_dump(mw_json *object) {
    g_autofree char *line = mw_json_line(object);
    return mw_json_indent(line);
}
