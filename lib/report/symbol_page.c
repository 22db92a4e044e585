#include "report/symbol_page.h"
#include "receivers/about.h"
#include "score/profile.h"

static mw_page_part *add(mw_arena *arena, GPtrArray *page, const char *label, bool verbatim) {
    mw_page_part *part = mw_new(arena, mw_page_part);
    *part = (mw_page_part){.label = label, .lines = mw_array_new(arena), .verbatim = verbatim};
    g_ptr_array_add(page, part);
    return part;
}

static void add_text(mw_arena *arena, GPtrArray *page, const char *label, const char *text) {
    if (text && *text)
        g_ptr_array_add(add(arena, page, label, false)->lines, (gpointer)text);
}

/* A cell in which "\n" begins a new line. */
static void add_lines(mw_arena *arena, GPtrArray *page, const char *label, const char *cell) {
    mw_page_part *part = add(arena, page, label, true);
    g_auto(GStrv) lines = g_strsplit(cell, "\\n", -1);
    for (char **line = lines; *line; line++)
        g_ptr_array_add(part->lines, mw_strdup(arena, *line));
}

/* The row of pages.tsv. */
static void add_examples(mw_arena *arena, const mw_data *data, GPtrArray *page, const char *symbol) {
    const mw_table *table = mw_data_table(data, "pages.tsv", NULL);
    int name = table ? mw_table_column(table, "symbol", NULL) : -1;
    int bad = table ? mw_table_column(table, "bad", NULL) : -1;
    int good = table ? mw_table_column(table, "good", NULL) : -1;
    int look = table ? mw_table_column(table, "look", NULL) : -1;
    if (name < 0 || bad < 0 || good < 0 || look < 0)
        return;
    for (guint i = 0; i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        if (strcmp(row[name], symbol) != 0)
            continue;
        add_lines(arena, page, "Bad mail", row[bad]);
        add_lines(arena, page, "Good mail", row[good]);
        add_text(arena, page, "Look", row[look]);
    }
}

static void add_points(mw_arena *arena, const mw_data *data, mw_page_part *part, const char *profile,
                       const char *symbol) {
    const mw_profile *p = mw_profile_read(arena, data, profile, NULL);
    double points = p ? mw_profile_points(p, symbol) : 0;
    bool alone = p && (mw_profile_blocks(p, symbol) || mw_profile_junks(p, symbol));
    if (points != 0 || alone)
        g_ptr_array_add(part->lines,
                        mw_printf(arena,
                                  "A filter counts %+.1f points, and refuses from %g on%s (profile %s)",
                                  points, p->limit, alone ? "; it also acts by this alone" : "", profile));
}

static void add_receivers(mw_arena *arena, const mw_data *data, GPtrArray *page, const char *symbol) {
    mw_page_part *part = add(arena, page, "Receivers", false);
    const GPtrArray *rules = mw_receivers_about(data, symbol);
    for (guint i = 0; rules && i < rules->len; i++)
        g_ptr_array_add(part->lines, rules->pdata[i]);
    add_points(arena, data, part, "default", symbol);
    add_points(arena, data, part, "rspamd", symbol);
    if (!part->lines->len)
        g_ptr_array_add(
            part->lines,
            (gpointer) "None of the published rules that are known is about it, and it costs no points.");
}

GPtrArray *mw_symbol_page(mw_arena *arena, const mw_data *data, const mw_symbol *s) {
    GPtrArray *page = mw_array_new(arena);
    add_text(arena, page, "It means", s->explain);
    add_examples(arena, data, page, s->name);
    add_text(arena, page, "Who acts", mw_printf(arena, "%s.", mw_owner_words(s->owner)));
    add_text(arena, page, "Do", s->fix);
    add_receivers(arena, data, page, s->name);
    add_text(arena, page, "Source", s->source);
    return page;
}
