#include "reply/pasted.h"

/* ---- HTML -------------------------------------------------------------------------------------------- */

/* The character that an entity at the beginning stands for, and its length; 0 when there is none. */
static size_t entity(mw_span text, gunichar *out) {
    static const struct {
        const char *name;
        gunichar c;
    } names[] = {{"&lt;", '<'},    {"&gt;", '>'},   {"&amp;", '&'},   {"&quot;", '"'},
                 {"&apos;", '\''}, {"&nbsp;", ' '}, {"&ndash;", '-'}, {"&rsquo;", '\''}};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (mw_span_starts(text, names[i].name)) {
            *out = names[i].c;
            return strlen(names[i].name);
        }
    }
    if (!mw_span_starts(text, "&#"))
        return 0;
    bool hex = text.len > 2 && (text.data[2] | 0x20) == 'x';
    size_t i = hex ? 3 : 2, first = i;
    gunichar c = 0;
    for (; i < text.len && i < first + 6; i++) {
        int digit = hex ? g_ascii_xdigit_value(text.data[i]) : g_ascii_digit_value(text.data[i]);
        if (digit < 0)
            break;
        c = c * (hex ? 16 : 10) + (gunichar)digit;
    }
    *out = c;
    return i > first && i < text.len && text.data[i] == ';' && c >= ' ' && g_unichar_validate(c) ? i + 1 : 0;
}

static mw_span without_entities(mw_arena *arena, mw_span text) {
    if (mw_span_find(text, '&') == SIZE_MAX)
        return text;
    char *out = mw_alloc(arena, text.len + 1), *to = out; /* no entity is shorter than its character */
    for (size_t i = 0, n; i < text.len; i += n) {
        gunichar c;
        n = text.data[i] == '&' ? entity(mw_span_from(text, i), &c) : 0;
        if (n) {
            to += g_unichar_to_utf8(c, to);
        } else {
            *to++ = text.data[i];
            n = 1;
        }
    }
    return (mw_span){out, (size_t)(to - out)};
}

/* ---- quoted-printable -------------------------------------------------------------------------------- */

/* The length of "=" and the end of the line behind it, where the line is as long as an encoder makes it. */
static size_t soft_end(mw_span text, size_t at, size_t line) {
    enum { SHORTEST = 60, LONGEST = 76 };
    size_t n = at + 1 < text.len && text.data[at + 1] == '\r' ? 3 : 2;
    bool end = at + n <= text.len && text.data[at + n - 1] == '\n';
    return end && at - line >= SHORTEST && at - line < LONGEST ? n : 0;
}

/* "=C3", "=3D": a byte that is no control; -1 when there is none. */
static int escape(mw_span text, size_t at) {
    if (at + 3 > text.len || g_ascii_islower(text.data[at + 1]) || g_ascii_islower(text.data[at + 2]))
        return -1;
    int high = g_ascii_xdigit_value(text.data[at + 1]), low = g_ascii_xdigit_value(text.data[at + 2]);
    int c = high < 0 || low < 0 ? -1 : high * 16 + low;
    return c >= ' ' && c != 0x7f ? c : -1;
}

static bool is_quoted_printable(mw_span text) {
    if (mw_span_search(text, "=3D") != SIZE_MAX)
        return true;
    for (size_t i = 0, line = 0; i < text.len; i++) {
        if (text.data[i] == '=' && soft_end(text, i, line))
            return true;
        line = text.data[i] == '\n' ? i + 1 : line;
    }
    return false;
}

static mw_span without_quoting(mw_arena *arena, mw_span text) {
    if (mw_span_find(text, '=') == SIZE_MAX || !is_quoted_printable(text))
        return text;
    char *out = mw_alloc(arena, text.len + 1), *to = out;
    for (size_t i = 0, line = 0; i < text.len; i++) {
        size_t soft = text.data[i] == '=' ? soft_end(text, i, line) : 0;
        int c = text.data[i] == '=' && !soft ? escape(text, i) : -1;
        if (soft)
            i += soft - 1;
        else
            *to++ = c < 0 ? text.data[i] : (char)c;
        i += c < 0 ? 0 : 2;
        line = text.data[i] == '\n' ? i + 1 : line;
    }
    return (mw_span){out, (size_t)(to - out)};
}

/* ---- qmail's log ------------------------------------------------------------------------------------- */

/* A word with many underscores in which a sentence stands. */
static bool hangs_together(mw_span word) {
    size_t n = 0;
    for (size_t i = 0; i < word.len; i++)
        n += word.data[i] == '_';
    return n >= 3 &&
           (mw_span_search(word, "_said:_") != SIZE_MAX || mw_span_search(word, "_(#") != SIZE_MAX ||
            mw_span_search(word, ",_") != SIZE_MAX || mw_span_search(word, "._") != SIZE_MAX);
}

static mw_span without_underscores(mw_arena *arena, mw_span text) {
    char *out = NULL;
    for (size_t i = 0, end; i < text.len; i = end + 1) {
        for (end = i; end < text.len && !strchr(" \t\r\n", text.data[end]); end++)
            ;
        if (!hangs_together(mw_span_slice(text, i, end)))
            continue;
        if (!out)
            out = mw_strndup(arena, text.data, text.len);
        for (size_t k = i; k < end; k++) {
            bool capital = k + 1 < end && k > i && out[k - 1] != '/' && g_ascii_isupper(out[k + 1]);
            bool seam = out[k] == '/' && (k + 1 == end || capital); /* the end of a line */
            out[k] = out[k] == '_' || seam ? ' ' : out[k];
        }
    }
    return out ? (mw_span){out, text.len} : text;
}

/* ---- JSON -------------------------------------------------------------------------------------------- */

/* "\n" or "\r\n" in front of a reply code, as a log in JSON or a program's source writes the end of a line:
 * its length; else 0. */
static size_t written_end(mw_span text, size_t at) {
    mw_span rest = mw_span_from(text, at);
    size_t n = rest.len >= 4 && memcmp(rest.data, "\\r\\n", 4) == 0 ? 4
               : rest.len >= 2 && memcmp(rest.data, "\\n", 2) == 0  ? 2
                                                                    : 0;
    bool code = n && rest.len > n + 3 && strchr("45", rest.data[n]) && g_ascii_isdigit(rest.data[n + 1]) &&
                g_ascii_isdigit(rest.data[n + 2]) && strchr(" -", rest.data[n + 3]);
    return code ? n : 0;
}

static mw_span without_written_ends(mw_arena *arena, mw_span text) {
    if (mw_span_search(text, "\\n") == SIZE_MAX)
        return text;
    char *out = mw_alloc(arena, text.len + 1), *to = out;
    for (size_t i = 0; i < text.len;) {
        size_t n = text.data[i] == '\\' ? written_end(text, i) : 0;
        *to++ = n ? '\n' : text.data[i];
        i += n ? n : 1;
    }
    return (mw_span){out, (size_t)(to - out)};
}

mw_span mw_reply_as_said(mw_arena *arena, mw_span text) {
    text = without_written_ends(arena, text);
    text = without_quoting(arena, without_entities(arena, text));
    return mw_span_search(text, "_said:_") == SIZE_MAX && mw_span_search(text, "_(#") == SIZE_MAX &&
                   mw_span_search(text, "._") == SIZE_MAX && mw_span_search(text, ",_") == SIZE_MAX
               ? text
               : without_underscores(arena, text);
}
