#include "receivers/about.h"
#include "receivers/rule_tests.h"

static bool names_symbol(const mw_rule_kind *kind, const char *symbol) {
    g_auto(GStrv) names = g_strsplit(kind->symbols, " ", -1);
    return g_strv_contains((const char *const *)names, symbol);
}

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

GPtrArray *mw_receivers_about(mw_arena *arena, const mw_data *data, const char *symbol) {
    GPtrArray *lines = mw_array_new(arena), *names = mw_receivers_names(arena);
    for (guint i = 0; i < names->len; i++) {
        const mw_ini *file =
            mw_data_ini(data, mw_printf(arena, "receivers/%s.ini", (const char *)names->pdata[i]), NULL);
        for (size_t k = 0; file && k < file->n_entries; k = mw_ini_group_end(file, k)) {
            const char *id = file->entries[k].group, *test = mw_ini_get(file, id, "test");
            const mw_rule_kind *kind = test ? mw_rule_kind_find(test) : NULL;
            if (kind && names_symbol(kind, symbol))
                g_ptr_array_add(
                    lines, mw_printf(arena, "%s %s (%s, %s): %s", mw_ini_get(file, "receiver", "title"),
                                     enforcement_words(mw_ini_get(file, id, "enforcement")), id,
                                     who_words(mw_ini_get(file, id, "who")), mw_ini_get(file, id, "text")));
        }
    }
    return lines;
}
