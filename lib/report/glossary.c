#include "report/glossary.h"
#include "base/span.h"

enum { WORD, ALSO, MEANING, SYMBOL };

static const mw_table *read_table(const mw_data *data, mw_arena *arena, GError **error) {
    static const char *const columns[] = {"word", "also", "meaning", "symbol"};
    const mw_table *table = mw_data_table(data, "glossary.tsv", error);
    for (size_t i = 0; table && i < G_N_ELEMENTS(columns); i++)
        if (mw_table_column(table, columns[i], error) < 0)
            table = NULL;
    return table;
}

static bool names(const char *const *row, const char *word) {
    mw_span rest = mw_span_of(row[ALSO]);
    if (g_ascii_strcasecmp(row[WORD], word) == 0)
        return true;
    while (rest.data)
        if (mw_span_is(mw_span_cut(&rest, '|'), word))
            return true;
    return false;
}

const mw_word *mw_glossary_find(const mw_data *data, mw_arena *arena, const char *word, GError **error) {
    const mw_table *table = *word ? read_table(data, arena, error) : NULL;
    for (guint i = 0; table && i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        if (!names(row, word))
            continue;
        mw_word found = {row[WORD], row[MEANING], row[SYMBOL]};
        return mw_memdup(arena, &found, sizeof found);
    }
    return NULL;
}

void mw_glossary_names(const mw_data *data, mw_arena *arena, GPtrArray *all) {
    const mw_table *table = read_table(data, arena, NULL);
    for (guint i = 0; table && i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        g_ptr_array_add(all, (gpointer)row[WORD]);
        for (mw_span rest = mw_span_of(row[ALSO]); rest.len;)
            g_ptr_array_add(all, mw_span_dup(arena, mw_span_cut(&rest, '|')));
    }
}
