#include "repair/field.h"

/* RFC 2047 encoders as they are seen: the charset's case and the encoding's letter tell them apart. */
static const struct {
    const char *charset;
    char encoding;
} word_forms[] = {
    {"utf-8", 'q'},      {"utf-8", 'b'},      {"UTF-8", 'Q'},        {"UTF-8", 'B'},
    {"utf-8", 'Q'},      {"utf-8", 'B'},      {"UTF-8", 'q'},        {"UTF-8", 'b'},
    {"iso-8859-1", 'q'}, {"iso-8859-1", 'Q'}, {"ISO-8859-1", 'Q'},   {"iso-8859-1", 'b'},
    {"ISO-8859-1", 'B'}, {"iso-8859-1", 'B'}, {"windows-1252", 'Q'}, {"Windows-1252", 'Q'},
};

enum { WORD_MAX = 75 };

static bool plain_in_q(unsigned char c, bool strict) {
    if (g_ascii_isalnum(c))
        return true;
    return strict ? c && strchr("!*+-/", c) : c > 0x20 && c < 0x7f && !strchr("=?_", c);
}

static void append_q(GString *out, mw_span bytes, bool strict) {
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.data[i];
        if (c == ' ')
            g_string_append_c(out, '_');
        else if (plain_in_q(c, strict))
            g_string_append_c(out, (char)c);
        else
            g_string_append_printf(out, "=%02X", c);
    }
}

static size_t size_in_q(mw_span bytes, bool strict) {
    size_t n = 0;
    for (size_t i = 0; i < bytes.len; i++)
        n += bytes.data[i] == ' ' || plain_in_q((unsigned char)bytes.data[i], strict) ? 1 : 3;
    return n;
}

/* One encoded word, or several of at most 75 characters with a blank between them. */
static void append_words(GString *out, mw_span bytes, const char *charset, char encoding, bool strict) {
    bool utf8 = g_ascii_strcasecmp(charset, "utf-8") == 0, base64 = g_ascii_tolower(encoding) == 'b';
    size_t room = WORD_MAX - strlen(charset) - 7, at = 0;
    while (at < bytes.len) {
        size_t end = at;
        while (end < bytes.len) {
            size_t next = end + 1;
            while (utf8 && next < bytes.len && ((unsigned char)bytes.data[next] & 0xc0) == 0x80)
                next++;
            mw_span piece = mw_span_slice(bytes, at, next);
            size_t size = base64 ? (piece.len + 2) / 3 * 4 : size_in_q(piece, strict);
            if (size > room && end > at)
                break;
            end = next;
        }
        mw_span piece = mw_span_slice(bytes, at, end);
        g_string_append_printf(out, "%s=?%s?%c?", at ? " " : "", charset, encoding);
        if (base64) {
            g_autofree char *text = g_base64_encode((const guchar *)piece.data, piece.len);
            g_string_append(out, text);
        } else {
            append_q(out, piece, strict);
        }
        g_string_append(out, "?=");
        at = end;
    }
}

static bool needs_encoding(mw_span word) {
    for (size_t i = 0; i < word.len; i++)
        if ((unsigned char)word.data[i] >= 0x80)
            return true;
    return false;
}

/* From the first word that needs it to the last one. */
static void append_part(GString *out, mw_span text, const char *charset, char encoding, bool strict) {
    size_t first = text.len, last = 0;
    for (size_t at = 0; at < text.len;) {
        size_t n = mw_span_find(mw_span_from(text, at), ' ');
        size_t end = n == SIZE_MAX ? text.len : at + n;
        if (needs_encoding(mw_span_slice(text, at, end))) {
            first = MIN(first, at);
            last = end;
        }
        at = end + 1;
    }
    g_string_append_len(out, text.data, (gssize)first);
    if (first < last)
        append_words(out, mw_span_slice(text, first, last), charset, encoding, strict);
    mw_span rest = mw_span_from(text, MAX(first, last));
    mw_span_append(out, rest);
}

/* Text in the character set of a form that is not UTF-8; NULL where it has no place for a character. The C
 * library loads a character set with the first converter and unloads it with the last: these stay open. */
static char *converted_to(const char *charset, const char *text) {
    static const char *const names[] = {"ISO-8859-1", "WINDOWS-1252"};
    static GIConv kept[G_N_ELEMENTS(names)]; /* under the lock */
    static GMutex lock;
    if (g_str_is_ascii(text))
        return g_strdup(text);
    size_t i = g_ascii_strcasecmp(charset, names[0]) == 0 ? 0 : 1;
    g_mutex_lock(&lock);
    kept[i] = kept[i] ? kept[i] : g_iconv_open(names[i], "UTF-8");
    bool opened = kept[i] != (GIConv)-1;
    char *out = opened ? g_convert_with_iconv(text, -1, kept[i], NULL, NULL, NULL) : NULL;
    g_mutex_unlock(&lock);
    return out;
}

const char *mw_repair_encode_word(mw_arena *arena, const char *text, unsigned which) {
    if (which == 0)
        return text;
    which--;
    /* for each form: whole, the words that need it; then both with more characters left plain */
    unsigned form = which / 4, style = which % 4;
    if (form >= G_N_ELEMENTS(word_forms))
        return NULL;
    bool base64 = g_ascii_tolower(word_forms[form].encoding) == 'b';
    if (base64 && style >= 2)
        return "";
    g_autofree char *converted = NULL;
    if (form >= 8) {
        converted = converted_to(word_forms[form].charset, text);
        if (!converted)
            return "";
        text = converted;
    }
    g_autoptr(GString) out = g_string_new(NULL);
    mw_span bytes = mw_span_of(text);
    if (style % 2 == 0)
        append_words(out, bytes, word_forms[form].charset, word_forms[form].encoding, style < 2);
    else
        append_part(out, bytes, word_forms[form].charset, word_forms[form].encoding, style < 2);
    return mw_strdup(arena, out->str);
}
