#include "check/catalogue.h"
#include "base/error.h"

#include <string.h>

struct mw_catalogue {
    GHashTable *by_name; /* of const mw_symbol *, upper case */
};

static const struct {
    const char *owner, *words;
} owners[] = {
    {"author", "the sender"},
    {"sender", "the sender"},
    {"dns", "whoever runs the sending domain's DNS"},
    {"server", "whoever runs the sending server, or rents out its address"},
    {"forwarder", "the forwarder or mailing list"},
    {"receiver", "the receiving side"},
    {"recipient", "the recipient"},
    {"provider", "the sender's mail provider"},
    {"nobody", "nobody: nothing is wrong"},
    {"list", "the block list"},
};

const char *mw_owner_words(const char *owner) {
    for (size_t i = 0; i < G_N_ELEMENTS(owners); i++)
        if (strcmp(owners[i].owner, owner) == 0)
            return owners[i].words;
    return owner;
}

static const char *get(GKeyFile *file, mw_arena *arena, const char *group, const char *key) {
    g_autofree char *value = g_key_file_get_string(file, group, key, NULL);
    return value && *value ? mw_strdup(arena, value) : NULL;
}

static bool read_symbol(mw_catalogue *catalogue, mw_arena *arena, GKeyFile *ini, const char *file,
                        const char *name, GError **error) {
    mw_symbol *symbol = mw_new(arena, mw_symbol);
    *symbol = (mw_symbol){
        .name = mw_strdup(arena, name),
        .group = get(ini, arena, name, "group"),
        .check = get(ini, arena, name, "check"),
        .title = get(ini, arena, name, "title"),
        .explain = get(ini, arena, name, "explain"),
        .owner = get(ini, arena, name, "owner"),
        .fix = get(ini, arena, name, "fix"),
        .source = get(ini, arena, name, "source"),
    };
    if (!symbol->group || !symbol->check || !symbol->title || !symbol->explain || !symbol->owner) {
        g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s: [%s] needs group, check, title, explain and owner",
                    file, name);
        return false;
    }
    g_autofree char *upper = g_ascii_strup(name, -1);
    g_hash_table_replace(catalogue->by_name, mw_strdup(arena, upper), symbol);
    return true;
}

mw_catalogue *mw_catalogue_new(const mw_data *data, mw_arena *arena, GError **error) {
    mw_catalogue *catalogue = mw_new(arena, mw_catalogue);
    catalogue->by_name =
        mw_arena_own(arena, g_hash_table_new(g_str_hash, g_str_equal), (GDestroyNotify)g_hash_table_unref);
    for (const char **file = mw_data_names(arena, "symbols/"); *file; file++) {
        g_autoptr(GKeyFile) ini = mw_data_ini(data, *file, error);
        if (!ini)
            return NULL;
        g_auto(GStrv) names = g_key_file_get_groups(ini, NULL);
        for (char **name = names; *name; name++)
            if (!read_symbol(catalogue, arena, ini, *file, *name, error))
                return NULL;
    }
    return catalogue;
}

const mw_symbol *mw_catalogue_find(const mw_catalogue *catalogue, const char *name) {
    g_autofree char *upper = g_ascii_strup(name, -1);
    return g_hash_table_lookup(catalogue->by_name, upper);
}

static int by_group_and_name(gconstpointer a, gconstpointer b) {
    const mw_symbol *x = *(const mw_symbol *const *)a, *y = *(const mw_symbol *const *)b;
    int order = strcmp(x->group, y->group);
    return order ? order : strcmp(x->name, y->name);
}

GPtrArray *mw_catalogue_all(const mw_catalogue *catalogue, mw_arena *arena) {
    GPtrArray *all = mw_array_new(arena);
    GHashTableIter iter;
    gpointer symbol;
    g_hash_table_iter_init(&iter, catalogue->by_name);
    while (g_hash_table_iter_next(&iter, NULL, &symbol))
        g_ptr_array_add(all, symbol);
    g_ptr_array_sort(all, by_group_and_name);
    return all;
}
