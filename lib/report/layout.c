#include "report/layout.h"

static void start_color(mw_layout *layout, mw_color color) {
    static const char *const codes[] = {"", "1", "31", "32", "33", "2"};
    if (layout->color && color != MW_PLAIN)
        g_string_append_printf(layout->out, "\x1b[%sm", codes[color]);
}

static void end_color(mw_layout *layout, mw_color color) {
    if (layout->color && color != MW_PLAIN)
        g_string_append(layout->out, "\x1b[0m");
}

/* True where lines are kept. */
static bool keep(mw_layout *layout, mw_line_kind kind, mw_color color, const char *label, const char *text) {
    if (!layout->lines)
        return false;
    mw_line line = {kind, color, mw_strdup(layout->arena, label), mw_strdup(layout->arena, text)};
    g_ptr_array_add(layout->lines, mw_memdup(layout->arena, &line, sizeof line));
    return true;
}

void mw_layout_text(mw_layout *layout, mw_color color, const char *text) {
    start_color(layout, color);
    g_string_append(layout->out, mw_printable(layout->arena, text));
    end_color(layout, color);
}

void mw_layout_format(mw_layout *layout, mw_color color, const char *format, ...) {
    va_list args;
    va_start(args, format);
    mw_layout_text(layout, color, mw_vprintf(layout->arena, format, args));
    va_end(args);
}

void mw_layout_end(mw_layout *layout) {
    while (layout->out->len && layout->out->str[layout->out->len - 1] == ' ')
        g_string_truncate(layout->out, layout->out->len - 1);
    g_string_append_c(layout->out, '\n');
}

/* A word is never broken, but one that would fill lines is somebody's mischief: its beginning tells enough.
 */
static char *cut_word(mw_layout *layout, int hang, char *word) {
    enum { LEAST = 60, LINES = 2 };
    size_t most = (size_t)MAX(LINES * (layout->width - hang), LEAST);
    if (mw_printable_width(word) <= most)
        return word;
    g_autoptr(GString) shown = g_string_new(NULL);
    mw_printable_append(shown, mw_span_of(word), most - 3);
    return mw_strdup(layout->arena, shown->str);
}

void mw_layout_wrap(mw_layout *layout, mw_color color, int at, int hang, const char *text) {
    const char *p = mw_printable(layout->arena, text);
    int column = at;
    bool first = true;
    start_color(layout, color);
    for (;;) {
        while (*p == ' ')
            p++;
        if (!*p)
            break;
        const char *end = strchrnul(p, ' ');
        char *word = cut_word(layout, hang, mw_strndup(layout->arena, p, (size_t)(end - p)));
        int width = (int)mw_printable_width(word);
        if (!first && column + 1 + width > layout->width) {
            end_color(layout, color);
            g_string_append_printf(layout->out, "\n%*s", hang, "");
            start_color(layout, color);
            column = hang;
        } else if (!first) {
            g_string_append_c(layout->out, ' ');
            column++;
        }
        g_string_append(layout->out, word);
        column += width;
        first = false;
        p = end;
    }
    end_color(layout, color);
    mw_layout_end(layout);
}

void mw_layout_headline(mw_layout *layout, mw_color color, const char *word, const char *text) {
    enum { GAP = 3, HANG = 4 };
    if (keep(layout, MW_LINE_HEADLINE, color, word, text))
        return;
    mw_layout_text(layout, color, word);
    int at = (int)mw_printable_width(mw_printable(layout->arena, word)) + GAP;
    int first = (int)mw_printable_width(mw_printable(layout->arena, text));
    if (!*text) {
        mw_layout_end(layout);
        return;
    }
    if (at + first > layout->width && HANG + first <= layout->width) {
        g_string_append_printf(layout->out, "\n%*s", HANG, ""); /* whole on a line of its own */
        at = HANG;
    } else {
        g_string_append_printf(layout->out, "%*s", GAP, "");
    }
    mw_layout_wrap(layout, MW_PLAIN, at, HANG, text);
}

void mw_layout_labelled(mw_layout *layout, const char *label, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const char *text = mw_vprintf(layout->arena, format, args);
    va_end(args);
    if (keep(layout, MW_LINE_LABELLED, MW_PLAIN, label, text))
        return;
    start_color(layout, MW_BOLD);
    g_string_append(layout->out, label);
    end_color(layout, MW_BOLD);
    g_string_append_printf(layout->out, "%*s", (int)(MW_LABEL_WIDTH - strlen(label)), "");
    mw_layout_wrap(layout, MW_PLAIN, MW_LABEL_WIDTH, MW_LABEL_WIDTH, text);
}

void mw_layout_whole(mw_layout *layout, int at, const char *text) {
    if (keep(layout, MW_LINE_WHOLE, MW_PLAIN, "", text))
        return;
    g_string_append_printf(layout->out, "%*s", at, "");
    mw_printable_append(layout->out, mw_span_of(text), 0);
    g_string_append_c(layout->out, '\n');
}
