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

static const struct {
    const char *key;
    size_t field;
} keys[] = {
    {"group", offsetof(mw_symbol, group)},   {"check", offsetof(mw_symbol, check)},
    {"title", offsetof(mw_symbol, title)},   {"explain", offsetof(mw_symbol, explain)},
    {"owner", offsetof(mw_symbol, owner)},   {"fix", offsetof(mw_symbol, fix)},
    {"source", offsetof(mw_symbol, source)},
};

static void set(mw_symbol *symbol, const mw_ini_entry *entry) {
    for (size_t i = 0; i < G_N_ELEMENTS(keys) && *entry->value; i++)
        if (strcmp(keys[i].key, entry->key) == 0)
            *(const char **)(void *)((char *)symbol + keys[i].field) = entry->value;
}

/* The group of entries from first up to end. */
static bool read_symbol(mw_catalogue *catalogue, mw_arena *arena, const mw_ini_entry *first,
                        const mw_ini_entry *end, const char *file, GError **error) {
    mw_symbol *symbol = mw_new(arena, mw_symbol);
    symbol->name = first->group;
    for (const mw_ini_entry *e = first; e < end; e++)
        set(symbol, e);
    if (!symbol->group || !symbol->check || !symbol->title || !symbol->explain || !symbol->owner) {
        g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s: [%s] needs group, check, title, explain and owner",
                    file, symbol->name);
        return false;
    }
    char *upper = mw_strdup(arena, symbol->name);
    for (char *c = upper; *c; c++)
        *c = g_ascii_toupper(*c);
    g_hash_table_replace(catalogue->by_name, upper, symbol);
    return true;
}

mw_catalogue *mw_catalogue_new(const mw_data *data, mw_arena *arena, GError **error) {
    mw_catalogue *catalogue = mw_new(arena, mw_catalogue);
    catalogue->by_name =
        mw_arena_own(arena, g_hash_table_new(g_str_hash, g_str_equal), (GDestroyNotify)g_hash_table_unref);
    for (const char **file = mw_data_names(arena, "symbols/"); *file; file++) {
        const mw_ini *ini = mw_data_ini(data, *file, error);
        if (!ini)
            return NULL;
        for (size_t i = 0, end; i < ini->n_entries; i = end) {
            end = mw_ini_group_end(ini, i);
            if (!read_symbol(catalogue, arena, ini->entries + i, ini->entries + end, *file, error))
                return NULL;
        }
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
