#include "dns/name.h"

enum { MAX_LABEL = 63, MAX_NAME = 255 };

/* A name that is being built; stays bad once it is. */
typedef struct builder {
    uint8_t wire[MAX_NAME];
    unsigned len;   /* of the finished labels */
    unsigned label; /* bytes of the open one */
    bool bad;
} builder;

static void add_byte(builder *b, uint8_t byte) {
    if (b->label == MAX_LABEL || b->len + 1 + b->label + 1 >= MAX_NAME)
        b->bad = true;
    else
        b->wire[b->len + 1 + b->label++] = byte;
}

static void end_label(builder *b) {
    if (b->label == 0)
        b->bad = true;
    if (b->bad)
        return;
    b->wire[b->len] = (uint8_t)b->label;
    b->len += 1 + b->label;
    b->label = 0;
}

static bool finish(builder *b, mw_name *out) {
    if (b->bad)
        return false;
    b->wire[b->len++] = 0;
    out->len = (uint8_t)b->len;
    memcpy(out->wire, b->wire, b->len);
    return true;
}

bool mw_name_read(mw_span text, mw_name *out) {
    if (text.len && text.data[text.len - 1] == '.')
        text.len--;
    if (text.len + 2 > MAX_NAME)
        return false;
    uint8_t wire[MAX_NAME];
    size_t label = 0; /* where its length stands, which is put there when it ends */
    for (size_t i = 0; i < text.len; i++) {
        wire[i + 1] = (uint8_t)text.data[i];
        if (text.data[i] != '.')
            continue;
        if (i == label || i - label > MAX_LABEL)
            return false;
        wire[label] = (uint8_t)(i - label);
        label = i + 1;
    }
    if (text.len && (text.len == label || text.len - label > MAX_LABEL))
        return false;
    wire[label] = (uint8_t)(text.len - label);
    size_t len = text.len ? text.len + 2 : 1;
    wire[len - 1] = 0;
    out->len = (uint8_t)len;
    memcpy(out->wire, wire, len);
    return true;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The byte that an escape at text[i] == '\\' stands for; moves i to its last character. -1: broken. */
static int read_escape(mw_span text, size_t *i) {
    size_t left = text.len - *i - 1;
    const char *p = text.data + *i + 1;
    if (left >= 3 && is_digit(p[0]) && is_digit(p[1]) && is_digit(p[2])) {
        int value = (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
        *i += 3;
        return value > 255 ? -1 : value;
    }
    if (!left || is_digit(p[0]))
        return -1;
    *i += 1;
    return (uint8_t)p[0];
}

bool mw_name_read_escaped(mw_span text, mw_name *out) {
    builder b = {.len = 0};
    if (!text.len || (text.len == 1 && text.data[0] == '.'))
        return finish(&b, out);
    for (size_t i = 0; i < text.len && !b.bad; i++) {
        if (text.data[i] == '.') {
            end_label(&b);
            if (i + 1 == text.len)
                return finish(&b, out);
        } else if (text.data[i] == '\\') {
            int byte = read_escape(text, &i);
            if (byte < 0)
                return false;
            add_byte(&b, (uint8_t)byte);
        } else {
            add_byte(&b, (uint8_t)text.data[i]);
        }
    }
    end_label(&b);
    return finish(&b, out);
}

bool mw_name_prefix(mw_span prefix, const mw_name *name, mw_name *out) {
    mw_name front;
    if (!name->len || !mw_name_read(prefix, &front) || front.len - 1 + name->len > MAX_NAME)
        return false;
    memcpy(front.wire + front.len - 1, name->wire, name->len);
    front.len = (uint8_t)(front.len - 1 + name->len);
    *out = front;
    return true;
}

/* At most four characters; behind them. */
static char *write_byte(char *to, uint8_t byte) {
    if (byte >= 33 && byte <= 126 && !strchr(".\\\"();@$", byte)) {
        *to++ = (char)byte;
        return to;
    }
    *to++ = '\\';
    if (byte >= 33 && byte <= 126) {
        *to++ = (char)byte;
        return to;
    }
    *to++ = (char)('0' + byte / 100);
    *to++ = (char)('0' + byte / 10 % 10);
    *to++ = (char)('0' + byte % 10);
    return to;
}

char *mw_name_text(mw_arena *arena, const mw_name *name) {
    if (name->len < 2)
        return mw_strdup(arena, name->len ? "." : "");
    char text[4 * MAX_NAME], *end = text;
    for (unsigned at = 0; at < name->len && name->wire[at]; at += 1 + name->wire[at]) {
        if (at)
            *end++ = '.';
        for (unsigned i = 1; i <= name->wire[at]; i++)
            end = write_byte(end, name->wire[at + i]);
    }
    return mw_strndup(arena, text, (size_t)(end - text));
}

static bool same_bytes(const uint8_t *a, const uint8_t *b, unsigned len) {
    if (memcmp(a, b, len) == 0)
        return true;
    for (unsigned i = 0; i < len; i++)
        if (mw_name_fold(a[i]) != mw_name_fold(b[i]))
            return false;
    return true;
}

bool mw_name_equal(const mw_name *a, const mw_name *b) {
    if (a->len == b->len && memcmp(a->wire, b->wire, a->len) == 0) /* as a rule */
        return true;
    if (a->len != b->len || a->len < 8)
        return a->len == b->len && same_bytes(a->wire, b->wire, a->len);
    for (unsigned at = 0; at < a->len; at += 8)
        if (mw_name_folded8(mw_name_eight(a, at)) != mw_name_folded8(mw_name_eight(b, at)))
            return false;
    return true;
}

bool mw_name_below(const mw_name *name, const mw_name *domain) {
    if (!name->len || !domain->len)
        return false;
    unsigned at = 0;
    while ((unsigned)name->len - at > domain->len)
        at += 1u + name->wire[at];
    return (unsigned)name->len - at == domain->len && same_bytes(name->wire + at, domain->wire, domain->len);
}

unsigned mw_name_labels(const mw_name *name) {
    unsigned n = 0;
    for (unsigned at = 0; at < name->len && name->wire[at]; at += 1u + name->wire[at])
        n++;
    return n;
}

void mw_name_parent(const mw_name *name, unsigned n, mw_name *out) {
    unsigned at = 0;
    while (n-- && at < name->len && name->wire[at])
        at += 1u + name->wire[at];
    unsigned len = (unsigned)name->len - at;
    memmove(out->wire, name->wire + at, len);
    out->len = (uint8_t)len;
}
