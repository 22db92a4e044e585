#include "base/ini.h"
#include "base/error.h"

#include <string.h>

static GArray *new_entries(mw_arena *arena) {
    GArray *entries = g_array_new(FALSE, FALSE, sizeof(mw_ini_entry));
    return mw_arena_own(arena, entries, (GDestroyNotify)g_array_unref);
}

static uint32_t hash_key(const char *group, const char *key) {
    uint32_t h = 2166136261u; /* FNV-1a */
    for (; *group; group++)
        h = (h ^ (uint8_t)*group) * 16777619u;
    h = (h ^ '\n') * 16777619u;
    for (; *key; key++)
        h = (h ^ (uint8_t)*key) * 16777619u;
    return h ^ h >> 15;
}

/* A key that stands twice is found where it stands first. Of more entries than the index can name, none is
 * made. */
static void make_index(mw_arena *arena, mw_ini *ini) {
    size_t size = 8;
    while (size < 2 * ini->n_entries)
        size *= 2;
    if (ini->n_entries >= UINT16_MAX)
        return;
    uint16_t *index = mw_new_n(arena, uint16_t, size);
    for (size_t i = 0; i < ini->n_entries; i++) {
        size_t at = hash_key(ini->entries[i].group, ini->entries[i].key) & (size - 1);
        while (index[at])
            at = (at + 1) & (size - 1);
        index[at] = (uint16_t)(i + 1);
    }
    ini->index = index;
    ini->index_mask = size - 1;
}

mw_ini *mw_ini_of(mw_arena *arena, const mw_ini_entry *entries, size_t n_entries) {
    mw_ini *ini = mw_new(arena, mw_ini);
    *ini = (mw_ini){.entries = entries, .n_entries = n_entries};
    make_index(arena, ini);
    return ini;
}

static mw_ini *of_entries(mw_arena *arena, const GArray *entries) {
    return mw_ini_of(arena, (const mw_ini_entry *)(const void *)entries->data, entries->len);
}

mw_ini *mw_ini_read(mw_arena *arena, const char *text, size_t len, const char *where, GError **error) {
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) problem = NULL;
    if (!g_key_file_load_from_data(file, text, len, G_KEY_FILE_NONE, &problem)) {
        g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s: %s", where, problem->message);
        return NULL;
    }
    GArray *entries = new_entries(arena);
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    for (char **g = groups; *g; g++) {
        const char *group = mw_strdup(arena, *g);
        g_auto(GStrv) keys = g_key_file_get_keys(file, *g, NULL, NULL);
        for (char **k = keys; k && *k; k++) {
            g_autofree char *value = g_key_file_get_string(file, *g, *k, NULL);
            if (!value)
                value = g_key_file_get_value(file, *g, *k, NULL);
            mw_ini_entry entry = {group, mw_strdup(arena, *k), mw_strdup(arena, value)};
            g_array_append_val(entries, entry);
        }
    }
    return of_entries(arena, entries);
}

/* The index of a key, or where a new one of its group belongs. */
static guint place(const GArray *entries, const mw_ini_entry *wanted, bool *found) {
    guint behind = entries->len;
    for (guint i = 0; i < entries->len; i++) {
        const mw_ini_entry *e = &g_array_index(entries, mw_ini_entry, i);
        if (strcmp(e->group, wanted->group) != 0)
            continue;
        behind = i + 1;
        if ((*found = strcmp(e->key, wanted->key) == 0))
            return i;
    }
    return behind;
}

mw_ini *mw_ini_merge(mw_arena *arena, const mw_ini *base, const mw_ini *own) {
    GArray *entries = new_entries(arena);
    g_array_append_vals(entries, base->entries, (guint)base->n_entries);
    for (size_t i = 0; i < own->n_entries; i++) {
        bool found = false;
        guint at = place(entries, &own->entries[i], &found);
        if (found)
            g_array_index(entries, mw_ini_entry, at).value = own->entries[i].value;
        else
            g_array_insert_val(entries, at, own->entries[i]);
    }
    return of_entries(arena, entries);
}

static const char *value_of(const mw_ini_entry *e) {
    return *e->value ? e->value : NULL;
}

static bool is_key(const mw_ini_entry *e, const char *group, const char *key) {
    return strcmp(e->key, key) == 0 && strcmp(e->group, group) == 0;
}

const char *mw_ini_get(const mw_ini *ini, const char *group, const char *key) {
    for (size_t i = 0; !ini->index && i < ini->n_entries; i++)
        if (is_key(&ini->entries[i], group, key))
            return value_of(&ini->entries[i]);
    if (!ini->index)
        return NULL;
    size_t at = hash_key(group, key) & ini->index_mask;
    for (; ini->index[at]; at = (at + 1) & ini->index_mask)
        if (is_key(&ini->entries[ini->index[at] - 1], group, key))
            return value_of(&ini->entries[ini->index[at] - 1]);
    return NULL;
}

const char *const *mw_ini_list(mw_arena *arena, const mw_ini *ini, const char *group, const char *key) {
    const char *value = mw_ini_get(ini, group, key);
    if (!value)
        return NULL;
    char **parts = g_strsplit(value, ";", -1);
    guint n = g_strv_length(parts);
    if (n && !*parts[n - 1]) /* behind the last ";" */
        g_clear_pointer(&parts[n - 1], g_free);
    return (const char *const *)mw_arena_own(arena, parts, (GDestroyNotify)g_strfreev);
}

size_t mw_ini_group_end(const mw_ini *ini, size_t entry) {
    const char *group = ini->entries[entry].group;
    do
        entry++;
    while (entry < ini->n_entries &&
           (ini->entries[entry].group == group || strcmp(ini->entries[entry].group, group) == 0));
    return entry;
}
