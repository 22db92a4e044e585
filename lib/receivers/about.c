#include "receivers/about.h"
#include "receivers/rule_tests.h"

static const char *enforcement_words(const char *enforcement) {
    static const char *const words[][2] = {
        {"reject", "refuses it"}, {"defer", "puts it off"}, {"junk", "puts it into the junk folder"}};
    for (size_t i = 0; enforcement && i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i][0], enforcement) == 0)
            return words[i][1];
    return "asks for it, and does not say what follows";
}

static const char *who_words(const char *who) {
    return who && strcmp(who, "bulk") == 0        ? "senders to many"
           : who && strcmp(who, "forwarder") == 0 ? "forwarders"
                                                  : "all senders";
}

/* A rule of that kind is about each of its symbols. */
static void add_line(GHashTable *all, mw_arena *arena, const mw_rule_kind *kind, const char *line) {
    g_auto(GStrv) names = g_strsplit(kind->symbols, " ", -1);
    for (char **name = names; *name; name++) {
        GPtrArray *lines = g_hash_table_lookup(all, *name);
        if (!lines)
            g_hash_table_insert(all, mw_strdup(arena, *name), lines = mw_array_new(arena));
        g_ptr_array_add(lines, (gpointer)line);
    }
}

/* Of all symbols at once: symbol -> lines, a GPtrArray of const char *. */
static const void *make_all(const mw_data *data, mw_arena *arena, const void *about, GError **error) {
    GHashTable *all =
        mw_arena_own(arena, g_hash_table_new(g_str_hash, g_str_equal), (GDestroyNotify)g_hash_table_unref);
    GPtrArray *names = mw_receivers_names(arena);
    for (guint i = 0; i < names->len; i++) {
        const mw_ini *file =
            mw_data_ini(data, mw_printf(arena, "receivers/%s.ini", (const char *)names->pdata[i]), NULL);
        for (size_t k = 0; file && k < file->n_entries; k = mw_ini_group_end(file, k)) {
            const char *id = file->entries[k].group, *test = mw_ini_get(file, id, "test");
            const mw_rule_kind *kind = test ? mw_rule_kind_find(test) : NULL;
            if (kind)
                add_line(all, arena, kind,
                         mw_printf(arena, "%s %s (%s, %s): %s", mw_ini_get(file, "receiver", "title"),
                                   enforcement_words(mw_ini_get(file, id, "enforcement")), id,
                                   who_words(mw_ini_get(file, id, "who")), mw_ini_get(file, id, "text")));
        }
    }
    return all;
}

const GPtrArray *mw_receivers_about(const mw_data *data, const char *symbol) {
    return g_hash_table_lookup((GHashTable *)mw_data_made(data, "receivers/about", make_all, NULL, NULL),
                               symbol);
}
