#include "mail/respelled.h"

enum {
    MIN_LINES = 8,          /* that show a habit */
    MAX_PAGE_TOP = 4096,    /* octets before the header that a page may have */
    MAX_PAGE_HEADER = 8192, /* of the header that are looked at */
    MAX_REFERENCE = 8,      /* octets of "&quot;" and the like */
};

static mw_span next_line(mw_span *rest) {
    return mw_span_strip_end(mw_span_line(rest), "\r");
}

/* ---- line ends ---- */

static bool has_double_cr(mw_span bytes) {
    size_t lines = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.data[i] != '\n')
            continue;
        if (i < 2 || bytes.data[i - 1] != '\r' || bytes.data[i - 2] != '\r')
            return false;
        lines++;
    }
    return lines >= MIN_LINES;
}

static mw_span without_double_cr(mw_arena *arena, mw_span bytes) {
    char *out = mw_alloc(arena, bytes.len + 1), *to = out;
    for (size_t i = 0; i < bytes.len; i++) {
        bool one_too_many = i + 2 < bytes.len && memcmp(bytes.data + i, "\r\r\n", 3) == 0;
        if (!one_too_many)
            *to++ = bytes.data[i];
    }
    return (mw_span){out, (size_t)(to - out)};
}

/* Every second line is empty, the first ones are not: no header is so. */
static bool has_empty_seconds(mw_span bytes) {
    size_t lines = 0, full = 0;
    for (mw_span rest = bytes; rest.len; lines++) {
        mw_span line = next_line(&rest);
        if (lines % 2 && line.len)
            return false;
        if (lines % 2 == 0 && lines < MIN_LINES && !line.len)
            return false;
        full += line.len > 0;
    }
    return full >= MIN_LINES;
}

static mw_span without_seconds(mw_arena *arena, mw_span bytes) {
    char *out = mw_alloc(arena, bytes.len + 2), *to = out;
    size_t n = 0;
    for (mw_span rest = bytes; rest.len; n++) {
        const char *start = rest.data;
        next_line(&rest);
        size_t len = (size_t)(rest.data - start);
        if (n % 2)
            continue;
        memcpy(to, start, len);
        to += len;
    }
    return (mw_span){out, (size_t)(to - out)};
}

/* ---- another encoding ---- */

/* "Unicode text", as editors on Windows save it; NULL data for anything else. */
static mw_span from_utf16(mw_arena *arena, mw_span bytes) {
    bool little = mw_span_starts(bytes, "\xff\xfe"), big = mw_span_starts(bytes, "\xfe\xff");
    gsize n = 0;
    g_autofree char *text = little || big ? g_convert(bytes.data + 2, (gssize)(bytes.len - 2), "UTF-8",
                                                      little ? "UTF-16LE" : "UTF-16BE", NULL, &n, NULL)
                                          : NULL;
    return text ? (mw_span){mw_memdup(arena, text, n), n} : (mw_span){NULL, 0};
}

static bool has_beyond_ascii(mw_span text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] & 0x80)
            return true;
    return false;
}

/* ---- pages ---- */

static bool is_tag(mw_span text, size_t *len) {
    if (!text.len || text.data[0] != '<')
        return false;
    size_t close = mw_span_find(mw_span_slice(text, 0, 512), '>');
    bool tag = text.len > 1 && (g_ascii_isalpha(text.data[1]) || strchr("/!", text.data[1]));
    if (close == SIZE_MAX || !tag || mw_span_find(mw_span_slice(text, 0, close), '@') != SIZE_MAX)
        return false;
    *len = close + 1;
    return true;
}

/* Tags and blanks in front of the text of a page. */
static mw_span behind_tags(mw_span bytes) {
    mw_span rest = bytes;
    for (size_t len; rest.len && rest.data - bytes.data < MAX_PAGE_TOP;) {
        if (g_ascii_isspace(rest.data[0]))
            len = 1;
        else if (!is_tag(rest, &len))
            break;
        rest = mw_span_from(rest, len);
    }
    return rest;
}

/* Fields whose addresses stand in "&lt;" and "&gt;", and nowhere in "<". */
static bool is_page(mw_span text) {
    size_t fields = 0, written = 0;
    for (mw_span rest = mw_span_slice(text, 0, MAX_PAGE_HEADER); rest.len;) {
        mw_span line = next_line(&rest);
        mw_span plain = mw_span_slice(line, 0, mw_span_search(line, "<br"));
        if (mw_span_trim(plain).len == 0)
            break;
        if (mw_span_find(plain, '<') != SIZE_MAX || mw_span_find(plain, '>') != SIZE_MAX)
            return false;
        size_t colon = mw_span_find(mw_span_slice(plain, 0, 80), ':');
        fields += colon != SIZE_MAX && colon > 0 && g_ascii_isalpha(plain.data[0]);
        written += mw_span_search(plain, "&lt;") != SIZE_MAX;
    }
    return fields >= 3 && written >= 1;
}

static size_t reference(mw_span text, char *out) {
    static const struct {
        const char *name;
        char c;
    } names[] = {{"&lt;", '<'},   {"&gt;", '>'},   {"&amp;", '&'},   {"&quot;", '"'},
                 {"&#34;", '"'},  {"&#39;", '\''}, {"&#x27;", '\''}, {"&apos;", '\''},
                 {"&nbsp;", ' '}, {"&#43;", '+'},  {"&#61;", '='},   {"&#64;", '@'}};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (mw_span_starts(mw_span_slice(text, 0, MAX_REFERENCE), names[i].name)) {
            *out = names[i].c;
            return strlen(names[i].name);
        }
    }
    return 0;
}

static mw_span page_text(mw_arena *arena, mw_span text) {
    char *out = mw_alloc(arena, text.len + 1), *to = out;
    for (size_t i = 0; i < text.len;) {
        mw_span rest = mw_span_from(text, i);
        char c = text.data[i];
        size_t len = c == '&' ? reference(rest, &c) : 0;
        if (len) {
            *to++ = c;
        } else if (!(c == '<' && is_tag(rest, &len))) { /* of the page: the text's own are written "&lt;" */
            *to++ = c;
            len = 1;
        }
        i += len;
    }
    return (mw_span){out, (size_t)(to - out)};
}

bool mw_respelled_find(mw_arena *arena, mw_span bytes, mw_respelled *out) {
    if (has_double_cr(bytes)) {
        *out = (mw_respelled){without_double_cr(arena, bytes), "a CR too many in every line end: left out",
                              false};
        return true;
    }
    if (has_empty_seconds(bytes)) {
        *out =
            (mw_respelled){without_seconds(arena, bytes), "an empty line behind every line: left out", false};
        return true;
    }
    mw_span narrow = from_utf16(arena, bytes);
    if (narrow.data) {
        *out = (mw_respelled){narrow, "saved as UTF-16 text: read as what it was", has_beyond_ascii(narrow)};
        return true;
    }
    mw_span text = behind_tags(bytes);
    if (text.len && text.data[0] != '<' && is_page(text)) {
        *out = (mw_respelled){page_text(arena, text), "the source of a page, with < and > written as HTML",
                              true};
        return true;
    }
    return false;
}
