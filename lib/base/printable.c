#include "base/printable.h"

/* Marks that may stand on one character: what Vietnamese, Hebrew, Thai and Tibetan text has, and no more. */
enum { MAX_MARKS = 5 };

static bool is_invisible(gunichar c) {
    if (c < 0x20 || (c >= 0x7f && c < 0xa0))
        return true;
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT: /* zero-width, bidi controls, tags, soft hyphen */
    case G_UNICODE_SURROGATE:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return true;
    default:
        /* fillers that show nothing, and variation selectors */
        return c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 || c == 0x2800 ||
               (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
    }
}

/* A mark too many on what stands before it, which would write over the lines above and below. marks counts
 * on; it is MAX_MARKS at the beginning of a text, where a mark would stand on what is not its own. */
static bool is_stacked(gunichar c, unsigned *marks) {
    bool mark = c >= 0x300 && g_unichar_ismark(c) && g_unichar_type(c) != G_UNICODE_SPACING_MARK;
    *marks = mark ? *marks + 1 : 0;
    return mark && *marks > MAX_MARKS;
}

/* How much of it is ASCII that shows as it is, most of any text. */
static size_t plain_run(const char *p, size_t len) {
    size_t n = 0;
    while (n < len && p[n] >= 0x20 && p[n] < 0x7f)
        n++;
    return n;
}

bool mw_printable_is_plain(mw_span text) {
    return plain_run(text.data, text.len) == text.len;
}

void mw_printable_append(GString *out, mw_span text, size_t max) {
    const char *p = text.len ? text.data : "", *end = p + text.len; /* nothing may be NULL */
    unsigned marks = MAX_MARKS;
    for (size_t shown = 0; p < end; shown++) {
        size_t left = (size_t)(end - p), plain = plain_run(p, max ? MIN(left, max - shown) : left);
        if (plain) {
            g_string_append_len(out, p, (gssize)plain);
            p += plain;
            shown += plain;
            marks = 0;
            if (p == end)
                return;
        }
        if (max && shown == max) {
            g_string_append(out, "...");
            return;
        }
        gunichar c = g_utf8_get_char_validated(p, end - p);
        if (*p == 0) {
            g_string_append(out, "\\u{0}");
            p++;
        } else if (c == (gunichar)-1 || c == (gunichar)-2) {
            g_string_append_printf(out, "\\x%02X", (unsigned char)*p);
            p++;
        } else {
            if (c == '\t' || c == '\r' || c == '\n')
                g_string_append_c(out, ' ');
            else if (is_invisible(c) || is_stacked(c, &marks))
                g_string_append_printf(out, "\\u{%X}", c);
            else
                g_string_append_len(out, p, g_utf8_skip[(unsigned char)*p]);
            p += g_utf8_skip[(unsigned char)*p];
        }
    }
}

char *mw_printable(mw_arena *arena, const char *text) {
    if (!text)
        return NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    mw_printable_append(out, mw_span_of(text), 0);
    return mw_strndup(arena, out->str, out->len);
}

static void append_json_escape(GString *out, gunichar c) {
    if (c < 0x10000)
        g_string_append_printf(out, "\\u%04X", c);
    else
        g_string_append_printf(out, "\\u%04X\\u%04X", 0xd800 + ((c - 0x10000) >> 10),
                               0xdc00 + ((c - 0x10000) & 0x3ff));
}

/* How many ASCII characters that show something stand at the start. */
static size_t count_plain(const char *p, const char *end) {
    const uint64_t each = UINT64_C(0x0101010101010101);
    const char *from = p;
    for (uint64_t eight; end - p >= 8; p += 8) {
        memcpy(&eight, p, 8);
        if (((eight - each * 0x20) | (eight + each) | eight) & each * 0x80)
            break;
    }
    while (p < end && *p >= 0x20 && *p < 0x7f)
        p++;
    return (size_t)(p - from);
}

char *mw_printable_json(const char *json) {
    const char *end = json + strlen(json);
    GString *out = g_string_sized_new((size_t)(end - json) + 1);
    unsigned marks = 0;
    for (const char *p = json; *p; p = g_utf8_next_char(p)) {
        size_t plain = count_plain(p, end);
        if (plain) {
            is_stacked((gunichar)p[plain - 1], &marks); /* what a mark would stand on */
            g_string_append_len(out, p, (gssize)plain);
            p += plain;
        }
        if (!*p)
            break;
        gunichar c = g_utf8_get_char(p);
        if (c < 0x20 || !(is_invisible(c) || is_stacked(c, &marks)))
            g_string_append_len(out, p, g_utf8_skip[(unsigned char)*p]);
        else
            append_json_escape(out, c);
    }
    return g_string_free(out, FALSE);
}

static void append_escape(GString *out, gunichar c, mw_ascii_form form) {
    if (form == MW_ASCII_JSON)
        append_json_escape(out, c);
    else if (form == MW_ASCII_XML)
        g_string_append_printf(out, "&#x%X;", c);
    else
        g_string_append_printf(out, "\\u{%X}", c);
}

char *mw_printable_ascii(const char *text, mw_ascii_form form) {
    GString *out = g_string_sized_new(strlen(text) + 1);
    for (const char *p = text, *end = text + strlen(text); p < end;) {
        const char *plain = p;
        while (p < end && (unsigned char)*p < 0x80)
            p++;
        g_string_append_len(out, plain, p - plain);
        if (p == end)
            break;
        gunichar c = g_utf8_get_char_validated(p, end - p);
        bool bad = c == (gunichar)-1 || c == (gunichar)-2;
        if (bad && form == MW_ASCII_TEXT)
            g_string_append_printf(out, "\\x%02X", (unsigned char)*p);
        else
            append_escape(out, bad ? 0xfffd : c, form);
        p += bad ? 1 : g_utf8_skip[(unsigned char)*p];
    }
    return g_string_free(out, FALSE);
}

size_t mw_printable_width(const char *text) {
    size_t width = 0;
    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (!g_unichar_iszerowidth(c))
            width += g_unichar_iswide(c) ? 2 : 1;
    }
    return width;
}

char *mw_utf8(mw_arena *arena, mw_span text) {
    if (mw_span_is_ascii(text) || g_utf8_validate_len(text.data, text.len, NULL))
        return mw_span_dup(arena, text);
    g_autoptr(GString) out = g_string_sized_new(text.len);
    for (const char *p = text.data, *end = p + text.len, *bad; p < end; p = bad + 1) {
        g_utf8_validate_len(p, (gsize)(end - p), &bad);
        g_string_append_len(out, p, bad - p);
        if (bad == end)
            break;
        g_string_append_unichar(out, *bad ? 0xfffd : 0x2400);
    }
    return mw_strndup(arena, out->str, out->len);
}
