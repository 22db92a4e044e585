#include "repair/text.h"
#include "base/printable.h"

/* ---- lines ---- */

static void take(void *data, const char *bytes, size_t len) {
    g_string_append_len(data, bytes, (gssize)len);
}

static size_t count_line_ends(mw_span text) {
    size_t n = 0;
    const char *end = text.data + text.len;
    for (const char *p = text.data; text.len && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        n += p > text.data && p[-1] == '\r';
    return n;
}

void mw_repair_canonicalise(GString *out, mw_span raw, mw_canon canon) {
    if (canon == MW_CANON_SIMPLE) {
        mw_span_append(out, raw);
        return;
    }
    gsize start = out->len;
    mw_canon_body body;
    mw_canon_body_start(&body, canon, take, out);
    mw_canon_body_feed(&body, raw);
    mw_canon_body_end(&body);
    size_t lines = count_line_ends((mw_span){out->str + start, out->len - start});
    for (size_t all = count_line_ends(raw); lines < all; lines++)
        g_string_append_len(out, "\r\n", 2);
}

/* Starts of the lines, and the end of the last one. */
static uint32_t *find_lines(mw_span text, size_t n_lines) {
    uint32_t *at = g_new(uint32_t, n_lines + 1);
    size_t n = 0;
    const char *end = text.data + text.len;
    at[n++] = 0;
    for (const char *p = text.data; text.len && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        if (p > text.data && p[-1] == '\r' && n <= n_lines)
            at[n++] = (uint32_t)(p + 1 - text.data);
    while (n <= n_lines)
        at[n++] = (uint32_t)text.len;
    return at;
}

mw_repair_text *mw_repair_text_new(mw_span raw, mw_canon canon) {
    g_autoptr(GString) ended = NULL;
    if (raw.len && !mw_span_ends(raw, "\r\n")) {
        ended = g_string_sized_new(raw.len + 2);
        mw_span_append(ended, raw);
        g_string_append_len(ended, "\r\n", 2);
        raw = mw_span_of_string(ended);
    }
    size_t n_lines = count_line_ends(raw);
    if (n_lines > MW_REPAIR_MAX_LINES || raw.len > UINT32_MAX / 2)
        return NULL;
    mw_repair_text *text = g_new0(mw_repair_text, 1);
    text->own_raw = g_steal_pointer(&ended);
    text->raw = text->canonical = raw;
    text->n_lines = n_lines;
    text->raw_at = find_lines(raw, n_lines);
    if (canon == MW_CANON_SIMPLE) {
        text->canon_at = g_memdup2(text->raw_at, (n_lines + 1) * sizeof(uint32_t));
        return text;
    }
    text->own_canonical = g_string_sized_new(raw.len + 2);
    mw_repair_canonicalise(text->own_canonical, raw, canon);
    text->canonical = (mw_span){text->own_canonical->str, text->own_canonical->len};
    text->canon_at = find_lines(text->canonical, n_lines);
    return text;
}

void mw_repair_text_free(mw_repair_text *text) {
    if (!text)
        return;
    if (text->own_raw)
        g_string_free(text->own_raw, TRUE);
    if (text->own_canonical)
        g_string_free(text->own_canonical, TRUE);
    g_free(text->raw_at);
    g_free(text->canon_at);
    g_free(text);
}

mw_span mw_repair_lines(const mw_repair_text *text, size_t from, size_t to) {
    return mw_span_slice(text->raw, text->raw_at[from], text->raw_at[to]);
}

mw_span mw_repair_canonical(const mw_repair_text *text, size_t from, size_t to) {
    return mw_span_slice(text->canonical, text->canon_at[from], text->canon_at[to]);
}

/* ---- edits of a whole body ---- */

enum { MIN_CUT = 200 };               /* octets of a line that a server would cut */
enum { MAX_MOVED = 4 * 1024 * 1024 }; /* bytes of a body that is copied on a mere suspicion */

/* Appends the line (without its end) as it was before; true when that is a change. */
typedef bool (*undo_line)(GString *out, mw_span line);

static bool replace_start(GString *out, mw_span line, const char *start, const char *instead) {
    size_t n = strlen(start);
    if (line.len < n || memcmp(line.data, start, n) != 0)
        return false;
    g_string_append(out, instead);
    line = mw_span_from(line, n);
    mw_span_append(out, line);
    return true;
}

static bool undo_from(GString *out, mw_span line) {
    size_t n = 0;
    while (n < line.len && line.data[n] == '>')
        n++;
    if (n == 0 || line.len < n + 5 || memcmp(line.data + n, "From ", 5) != 0)
        return false;
    g_string_append_len(out, line.data + 1, (gssize)line.len - 1);
    return true;
}

static bool redo_from(GString *out, mw_span line) {
    return replace_start(out, line, "From ", ">From ");
}

static bool undo_dots(GString *out, mw_span line) {
    return replace_start(out, line, "..", ".");
}

static bool redo_dots(GString *out, mw_span line) {
    return replace_start(out, line, ".", "..");
}

static bool undo_delimiter(GString *out, mw_span line) {
    return line.len == 2 && replace_start(out, line, "--", "-- ");
}

static bool undo_stuffing(GString *out, mw_span line) {
    return replace_start(out, line, " ", "");
}

static bool undo_extra_cr(GString *out, mw_span line) {
    if (!line.len || line.data[line.len - 1] != '\r')
        return false;
    g_string_append_len(out, line.data, (gssize)line.len - 1);
    return true;
}

static bool undo_trailing(GString *out, mw_span line) {
    size_t n = line.len;
    while (n && (line.data[n - 1] == ' ' || line.data[n - 1] == '\t'))
        n--;
    if (n == line.len)
        return false;
    g_string_append_len(out, line.data, (gssize)n);
    return true;
}

static bool undo_tabs(GString *out, mw_span line) {
    if (mw_span_search(line, "        ") == SIZE_MAX)
        return false;
    for (size_t i = 0; i < line.len; i++) {
        if (line.len - i >= 8 && memcmp(line.data + i, "        ", 8) == 0) {
            g_string_append_c(out, '\t');
            i += 7;
        } else {
            g_string_append_c(out, line.data[i]);
        }
    }
    return true;
}

/* What a body has where an edit can have been made: most have few of them. */
enum {
    HAS_LINES = 1,
    HAS_ESCAPE = 2,   /* a line that begins with ">" */
    HAS_DOT = 4,      /* "." */
    HAS_DOTS = 8,     /* ".." */
    HAS_FROM = 16,    /* "From " */
    HAS_BLANK = 32,   /* " " */
    HAS_DASHES = 64,  /* "--" */
    HAS_CRS = 128,    /* a line that ends with CR CR LF */
    HAS_BREAK = 256,  /* "!" */
    HAS_LONG = 1024,  /* a line of MIN_CUT octets */
    HAS_BLANKS = 512, /* eight blanks, where simple is asked for */
};

static const struct {
    undo_line line;
    mw_repair_kind kind;
    const char *words; /* %s: the lines */
    unsigned mark;
    bool simple; /* relaxed does not see it */
} line_undos[] = {
    {undo_from, MW_REPAIR_ESCAPE, "\">\" was put in front of %s that began with \"From \"", HAS_ESCAPE},
    {undo_dots, MW_REPAIR_ESCAPE, "the dot at the start of %s was doubled", HAS_DOTS},
    {redo_dots, MW_REPAIR_ESCAPE, "a dot was taken away at the start of %s", HAS_DOT},
    {undo_delimiter, MW_REPAIR_SPACE, "the blank behind \"--\" was taken away in %s", HAS_DASHES, true},
    {undo_extra_cr, MW_REPAIR_SPACE, "the line ends were doubled (CR CR LF) in %s", HAS_CRS},
    {undo_trailing, MW_REPAIR_SPACE, "blanks were added at the end of %s", HAS_LINES, true},
    {undo_tabs, MW_REPAIR_SPACE, "tabs were replaced by 8 blanks in %s", HAS_BLANKS, true},
    {redo_from, MW_REPAIR_ESCAPE, "the \">\" in front of \"From \" was taken away in %s", HAS_FROM},
    {undo_stuffing, MW_REPAIR_SPACE, "a blank was put in front of %s", HAS_BLANK},
};

static unsigned marks_at_start(const char *line, size_t len) {
    switch (len ? line[0] : 0) {
    case '>':
        return HAS_ESCAPE;
    case '.':
        return len > 1 && line[1] == '.' ? HAS_DOT | HAS_DOTS : HAS_DOT;
    case 'F':
        return len >= 5 && memcmp(line, "From ", 5) == 0 ? HAS_FROM : 0;
    case ' ':
        return HAS_BLANK;
    case '-':
        return len > 1 && line[1] == '-' ? HAS_DASHES : 0;
    default:
        return 0;
    }
}

unsigned mw_repair_marks(mw_span raw, mw_canon canon) {
    unsigned marks = HAS_LINES;
    for (size_t at = 0; at < raw.len;) {
        size_t n = mw_span_find(mw_span_from(raw, at), '\n'), len = n == SIZE_MAX ? raw.len - at : n;
        const char *line = raw.data + at;
        marks |= marks_at_start(line, len);
        marks |= len >= MIN_CUT ? HAS_LONG : 0;
        if (len >= 2 && line[len - 1] == '\r')
            marks |= line[len - 2] == '\r' ? HAS_CRS : line[len - 2] == '!' ? HAS_BREAK : 0;
        at += len + 1;
    }
    if (canon == MW_CANON_SIMPLE && memmem(raw.data, raw.len, "        ", 8))
        marks |= HAS_BLANKS;
    return marks;
}

static size_t undo_lines(GString *out, mw_span raw, undo_line undo) {
    size_t changed = 0;
    for (size_t at = 0; at < raw.len;) {
        size_t n = mw_span_find(mw_span_from(raw, at), '\n');
        size_t end = n == SIZE_MAX ? raw.len : at + n;
        bool crlf = n != SIZE_MAX && end > at && raw.data[end - 1] == '\r';
        mw_span line = mw_span_slice(raw, at, crlf ? end - 1 : end);
        if (undo(out, line))
            changed++;
        else
            mw_span_append(out, line);
        g_string_append(out, crlf ? "\r\n" : n == SIZE_MAX ? "" : "\n");
        at = n == SIZE_MAX ? raw.len : end + 1;
    }
    return changed;
}

static size_t longest_line(mw_span raw) {
    size_t longest = 0;
    for (size_t at = 0; at < raw.len;) {
        size_t n = mw_span_find(mw_span_from(raw, at), '\n');
        size_t len = n == SIZE_MAX ? raw.len - at : n;
        longest = MAX(longest, len && raw.data[at + len - 1] == '\r' ? len - 1 : len);
        at += len + 1;
    }
    return longest;
}

/* Long lines that a mail server cut: behind "!" (mark), or after so many octets; the next piece begins with a
 * blank that counts among them, or with nothing. Returns at how many places. */
static size_t join_lines(GString *out, mw_span raw, char mark, size_t length, bool blank) {
    size_t joined = 0, start = 0;
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.data[i] != '\r' || i + 2 >= raw.len || raw.data[i + 1] != '\n') {
            g_string_append_c(out, raw.data[i]);
            continue;
        }
        bool led = raw.data[i + 2] == ' ';
        bool mine =
            mark ? i - start >= MIN_CUT && raw.data[i - 1] == mark : i - start == length && led == blank;
        if (!mine) {
            g_string_append_len(out, "\r\n", 2);
            start = i + 2;
            i++;
            continue;
        }
        if (mark)
            g_string_truncate(out, out->len - 1);
        start = i + 2;
        i += led ? 2 : 1;
        joined++;
    }
    return joined;
}

/* Where servers cut; 0: as long as the longest line is. */
static const struct {
    char mark;
    size_t length;
    bool blank;
    const char *words;
} cuts[] = {
    {'!', 0, false, "long lines were cut (with \"!\") at %s"},
    {0, 998, true, "long lines were cut (with a line end and a blank behind 998 octets) at %s"},
    {0, 990, true, "long lines were cut (with a line end and a blank behind 990 octets) at %s"},
    {0, 990, false, "long lines were cut (behind 990 octets) at %s"},
    {0, 998, false, "long lines were cut (behind 998 octets) at %s"},
    {0, 0, true, "long lines were cut (with a line end and a blank) at %s"},
    {0, 0, false, "long lines were cut at %s"},
};

static size_t undo_cut(GString *out, mw_span raw, unsigned which) {
    size_t length = cuts[which].length ? cuts[which].length : longest_line(raw);
    if (!cuts[which].mark && (length < MIN_CUT || (!cuts[which].length && (length == 998 || length == 990))))
        return 0;
    return join_lines(out, raw, cuts[which].mark, length, cuts[which].blank);
}

static size_t halve_line_ends(GString *out, mw_span raw) {
    size_t n = 0;
    for (size_t i = 0; i < raw.len; i++) {
        g_string_append_c(out, raw.data[i]);
        if (raw.data[i] == '\n' && i + 2 < raw.len && raw.data[i + 1] == '\r' && raw.data[i + 2] == '\n') {
            i += 2;
            n++;
        }
    }
    return n;
}

/* Whether edit number which, of those that are not done line by line, is worth a look. */
static bool may_apply_to_whole(mw_span raw, unsigned marks, unsigned which) {
    size_t end = mw_span_find(raw, '\r');
    if (which < G_N_ELEMENTS(cuts))
        return cuts[which].mark ? (marks & HAS_BREAK) != 0 : raw.len <= MAX_MOVED && (marks & HAS_LONG);
    if (which == G_N_ELEMENTS(cuts)) /* all lines: the first, too */
        return end != SIZE_MAX && mw_span_starts(mw_span_from(raw, end), "\r\n\r\n");
    return raw.len <= MAX_MOVED;
}

/* Edit number which of the whole body; at how many places. */
static size_t undo_whole(GString *out, mw_span raw, unsigned which, mw_repair_edit *edit) {
    edit->kind = which < G_N_ELEMENTS(cuts) ? MW_REPAIR_CUT : MW_REPAIR_SPACE;
    if (which < G_N_ELEMENTS(cuts)) {
        edit->words = cuts[which].words;
        return undo_cut(out, raw, which);
    }
    which -= G_N_ELEMENTS(cuts);
    if (which == 0) {
        edit->words = "an empty line was put behind %s";
        return halve_line_ends(out, raw);
    }
    edit->words = "%s in front of the text, with nothing in it, was taken away";
    g_string_append_len(out, "\r\n\r\n", (gssize)(2 * which));
    mw_span_append(out, raw);
    return which;
}

GString *mw_repair_undo(mw_arena *arena, mw_span raw, mw_canon canon, unsigned marks, unsigned which,
                        mw_repair_edit *edit) {
    const unsigned n_lines = G_N_ELEMENTS(line_undos);
    if (!raw.len || which >= n_lines + G_N_ELEMENTS(cuts) + 3 ||
        (which < n_lines && line_undos[which].simple && canon != MW_CANON_SIMPLE) ||
        !(which < n_lines ? (marks & line_undos[which].mark) != 0
                          : may_apply_to_whole(raw, marks, which - n_lines)))
        return NULL;
    GString *out = g_string_sized_new(raw.len + 16);
    size_t n;
    if (which < n_lines) {
        n = undo_lines(out, raw, line_undos[which].line);
        edit->kind = line_undos[which].kind;
        edit->words = line_undos[which].words;
    } else {
        n = undo_whole(out, raw, which - n_lines, edit);
    }
    if (n == 0) {
        g_string_free(out, TRUE);
        return NULL;
    }
    g_autoptr(GString) text = g_string_new(edit->words);
    g_string_replace(text, "%s", mw_repair_count(arena, n, edit->kind == MW_REPAIR_CUT ? "place" : "line"),
                     1);
    edit->words = mw_strdup(arena, text->str);
    return out;
}

/* ---- words ---- */

const char *mw_repair_count(mw_arena *arena, size_t n, const char *noun) {
    return mw_printf(arena, "%zu %s%s", n, noun, n == 1 ? "" : "s");
}

const char *mw_repair_count_were(mw_arena *arena, size_t n, const char *noun) {
    return mw_printf(arena, "%s %s", mw_repair_count(arena, n, noun), n == 1 ? "was" : "were");
}

const char *mw_repair_excerpt(mw_arena *arena, mw_span text, size_t max) {
    text = mw_span_trim(text);
    g_autoptr(GString) flat = g_string_new(NULL);
    for (size_t i = 0; i < MIN(text.len, 4 * max + 16); i++) {
        char c = text.data[i];
        if (c == '\r' || c == '\n')
            continue;
        g_string_append_c(flat, c == '\t' ? ' ' : c);
    }
    const char *utf8 = mw_utf8(arena, mw_span_of_string(flat));
    if ((size_t)g_utf8_strlen(utf8, -1) <= max)
        return utf8;
    size_t n = (size_t)(g_utf8_offset_to_pointer(utf8, (glong)max) - utf8);
    return mw_printf(arena, "%.*s...", (int)n, utf8);
}

const char *mw_repair_beginning(mw_arena *arena, mw_span text) {
    mw_span rest = text;
    while (rest.data && rest.len) {
        mw_span line = mw_span_trim(mw_span_cut(&rest, '\n'));
        if (line.len)
            return mw_printf(arena, "\"%s\"", mw_repair_excerpt(arena, line, 40));
    }
    return NULL;
}

size_t mw_repair_count_lines(mw_span text) {
    text = mw_span_trim(text);
    return text.len ? count_line_ends(text) + 1 : 0;
}
