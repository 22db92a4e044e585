#include "mail/balance.h"

/* Those up to LAST_OPTIONAL may go without an end tag. */
static const char *const names[] = {"html", "head", "body",   "table",  "div", "span",      "a",  "b",  "i",
                                    "u",    "font", "center", "strong", "em",  "form",      "ul", "ol", "h1",
                                    "h2",   "h3",   "style",  "script", "pre", "blockquote"};
enum { N_NAMES = G_N_ELEMENTS(names), LAST_OPTIONAL = 2, LONGEST_NAME = 16 };

static int find(mw_span name) {
    for (int i = 0; i < N_NAMES; i++)
        if (name.len == strlen(names[i]) && g_ascii_strncasecmp(name.data, names[i], name.len) == 0)
            return i;
    return -1;
}

static mw_span name_at(mw_span text, size_t at) {
    size_t n = 0;
    while (n < LONGEST_NAME && at + n < text.len && g_ascii_isalnum(text.data[at + n]))
        n++;
    return mw_span_slice(text, at, at + n);
}

/* Behind the ">" of the tag, which a quoted value may hold, too; SIZE_MAX: it does not end. */
static size_t tag_end(mw_span text, size_t at) {
    char quote = '\0';
    for (; at < text.len; at++) {
        char c = text.data[at];
        if (quote)
            quote = c == quote ? '\0' : quote;
        else if (c == '>')
            return at + 1;
        else if ((c == '"' || c == '\'') && text.data[at - 1] == '=')
            quote = c;
    }
    return SIZE_MAX;
}

/* Behind the first end, from at on; SIZE_MAX: there is none. */
static size_t behind(mw_span text, size_t at, const char *end) {
    size_t found = mw_span_search(mw_span_from(text, at), end);
    return found == SIZE_MAX ? SIZE_MAX : at + found + strlen(end);
}

/* What begins with the "<" at that place: counts it, and returns the place behind it. */
static size_t read_tag(mw_span text, size_t at, size_t open[N_NAMES], mw_balance *balance) {
    mw_span rest = mw_span_from(text, at);
    if (mw_span_starts(rest, "<!--"))
        return behind(text, at, "-->");
    bool ends = mw_span_starts(rest, "</");
    mw_span name = name_at(text, at + 1 + ends);
    if (name.len == 0 && !mw_span_starts(rest, "<!") && !mw_span_starts(rest, "<?"))
        return at + 1; /* a "<" in the text */
    size_t end = tag_end(text, at + 1);
    int i = find(name);
    if (end == SIZE_MAX || i < 0)
        return end;
    bool script = strcmp(names[i], "script") == 0 || strcmp(names[i], "style") == 0;
    if (!ends && script) {
        size_t closed = behind(text, end, names[i][1] == 'c' ? "</script>" : "</style>");
        balance->unclosed += closed == SIZE_MAX;
        return closed;
    }
    if (!ends)
        open[i] += text.data[end - 2] != '/';
    else if (open[i])
        open[i]--;
    else
        balance->stray++;
    return end;
}

void mw_balance_read(mw_span text, mw_balance *balance) {
    size_t open[N_NAMES] = {0}, at = 0;
    while (at < text.len) {
        const char *next = memchr(text.data + at, '<', text.len - at);
        if (!next)
            break;
        at = read_tag(text, (size_t)(next - text.data), open, balance);
        balance->cut |= at == SIZE_MAX;
    }
    for (int i = LAST_OPTIONAL + 1; i < N_NAMES; i++)
        balance->unclosed += open[i];
}
