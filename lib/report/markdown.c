#include "report/markdown.h"
#include "report/bounce.h"
#include "report/head.h"
#include "report/sender.h"

enum { MAX_ROWS = 60 };

/* GitHub makes a link or a mention of it wherever it stands but in code, however it is escaped. */
static bool would_be_live(mw_span word) {
    return mw_span_find(word, '@') != SIZE_MAX || mw_span_search(word, "://") != SIZE_MAX ||
           mw_span_search(word, "www.") != SIZE_MAX;
}

static void add_word_as_code(GString *out, mw_span word) {
    g_string_append_c(out, '`');
    for (size_t i = 0; i < word.len; i++) {
        if (word.data[i] == '|')
            g_string_append(out, "\\|"); /* also in code, where it stands in a table */
        else
            g_string_append_c(out, word.data[i] == '`' ? '\'' : word.data[i]);
    }
    g_string_append_c(out, '`');
}

/* What could begin a mark is escaped. */
static void add_word(GString *out, mw_span word, bool first) {
    for (size_t i = 0; i < word.len; i++) {
        bool marks =
            strchr("\\`*_[]<>|~&", word.data[i]) || (first && i == 0 && strchr("#+-=", word.data[i]));
        if (marks)
            g_string_append_c(out, '\\');
        g_string_append_c(out, word.data[i]);
    }
}

static void add(GString *out, const char *text) {
    g_autoptr(GString) shown = g_string_new(NULL);
    mw_printable_append(shown, mw_span_of(text ? text : ""), 0);
    mw_span rest = {shown->str, shown->len};
    for (bool first = true; rest.data; first = false) {
        mw_span word = mw_span_cut(&rest, ' ');
        if (!first)
            g_string_append_c(out, ' ');
        if (would_be_live(word))
            add_word_as_code(out, word);
        else
            add_word(out, word, first);
    }
}

/* A fence that is longer than any in the text. */
static void add_code(GString *out, const char *text) {
    g_autoptr(GString) shown = g_string_new(NULL);
    mw_printable_append(shown, mw_span_of(text), 0);
    size_t longest = 0, run = 0;
    for (const char *p = shown->str; *p; p++)
        longest = MAX(longest, run = *p == '`' ? run + 1 : 0);
    g_autofree char *fence = g_strnfill(MAX(longest + 1, 3), '`');
    g_string_append_printf(out, "\n%s\n%s\n%s\n", fence, shown->str, fence);
}

static void add_lines(GString *out, const GPtrArray *lines) {
    for (guint i = 0; i < lines->len; i++) {
        const mw_line *line = lines->pdata[i];
        if (line->kind == MW_LINE_HEADLINE)
            continue;
        if (line->kind == MW_LINE_WHOLE) {
            add_code(out, line->text);
            continue;
        }
        g_string_append(out, "\n");
        if (*line->label)
            g_string_append_printf(out, "**%s:** ", line->label);
        add(out, line->text);
        g_string_append(out, "\n");
    }
}

static void add_findings(GString *out, const GPtrArray *findings) {
    guint n = 0;
    for (guint i = 0; i < findings->len && n < MAX_ROWS; i++) {
        const mw_finding *f = findings->pdata[i];
        if (f->state == MW_HIT && f->points == 0)
            continue;
        if (n++ == 0)
            g_string_append(out, "\n| points | finding | |\n|---:|---|---|\n");
        if (f->state == MW_HIT)
            g_string_append_printf(out, "| %+.2f | `%s` | ", f->points, f->symbol->name);
        else
            g_string_append_printf(out, "| not known | `%s` | ", f->symbol->name);
        add(out, f->summary);
        g_string_append(out, " |\n");
    }
}

char *mw_markdown_write(const mw_diagnosis *d) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GString) scratch = g_string_new(NULL);
    GString *out = g_string_new("## ");
    const mw_verdict *v = d->verdict;
    const mw_bounce *bounce = d->facts->bounce;
    mw_layout layout = {.out = scratch, .arena = arena, .width = 100, .lines = mw_array_new(arena)};
    if (bounce) {
        mw_bounce_write(&layout, d, 0);
    } else {
        mw_head_write(&layout, d, v, 0);
        mw_sender_write(&layout, d, 0);
    }
    mw_color color = mw_head_color(v);
    g_string_append(out, color == MW_RED ? "\u2716 " : color == MW_GREEN ? "\u2714 " : "? ");
    add(out, mw_head_word(arena, v));
    const char *reason = bounce ? mw_bounce_line(arena, d) : mw_head_reason(arena, d, v);
    g_string_append(out, "\n\n");
    add(out, reason);
    g_string_append(out, "\n");
    add_lines(out, layout.lines);
    if (!bounce)
        add_findings(out, d->facts->findings);
    return g_string_free(out, FALSE);
}
