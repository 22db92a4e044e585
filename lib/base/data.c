#include "base/data.h"
#include "base/builtin.h"
#include "base/data_folder.h"
#include "base/error.h"

#include <string.h>

struct mw_data {
    char *folder;
    GHashTable *own; /* of the folder: name -> GBytes *; NULL: not loaded */
};

mw_data *mw_data_new(const char *folder) {
    mw_data *data = g_new0(mw_data, 1);
    data->folder = g_strdup(folder);
    return data;
}

void mw_data_free(mw_data *data) {
    if (!data)
        return;
    g_free(data->folder);
    g_clear_pointer(&data->own, g_hash_table_unref);
    g_free(data);
}

const char *mw_data_builtin(const char *name, size_t *len) {
    for (const mw_builtin *f = mw_builtin_files; f->name; f++)
        if (strcmp(f->name, name) == 0) {
            *len = f->len;
            return (const char *)f->bytes;
        }
    return NULL;
}

const char **mw_data_names(mw_arena *arena, const char *prefix) {
    size_t count = 0;
    for (const mw_builtin *f = mw_builtin_files; f->name; f++)
        count += g_str_has_prefix(f->name, prefix);
    const char **names = mw_new_n(arena, const char *, count + 1);
    count = 0;
    for (const mw_builtin *f = mw_builtin_files; f->name; f++)
        if (g_str_has_prefix(f->name, prefix))
            names[count++] = f->name;
    return names;
}

/* The override's path and text, which the data keep; text stays NULL without one. */
static void find_override(const mw_data *data, const char *name, char **path, const char **text,
                          size_t *len) {
    GBytes *own = data->own ? g_hash_table_lookup(data->own, name) : NULL;
    if (!own)
        return;
    *path = g_build_filename(data->folder, name, NULL);
    *text = g_bytes_get_data(own, len);
    if (!*text)
        *text = "";
}

static GKeyFile *parse_ini(const char *name, const char *text, size_t len, GError **error) {
    g_autoptr(GKeyFile) file = g_key_file_new();
    GError *problem = NULL;
    if (!g_key_file_load_from_data(file, text, len, G_KEY_FILE_NONE, &problem)) {
        g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s: %s", name, problem->message);
        g_error_free(problem);
        return NULL;
    }
    return g_steal_pointer(&file);
}

static void merge_ini(GKeyFile *into, GKeyFile *from) {
    g_auto(GStrv) groups = g_key_file_get_groups(from, NULL);
    for (char **g = groups; *g; g++) {
        g_auto(GStrv) keys = g_key_file_get_keys(from, *g, NULL, NULL);
        for (char **k = keys; k && *k; k++) {
            g_autofree char *value = g_key_file_get_value(from, *g, *k, NULL);
            g_key_file_set_value(into, *g, *k, value);
        }
    }
}

static GKeyFile *no_such(const char *name, GError **error) {
    g_set_error(error, MW_ERROR, MW_ERROR_FILE, "%s: no such data file", name);
    return NULL;
}

GKeyFile *mw_data_ini(const mw_data *data, const char *name, GError **error) {
    g_autoptr(GKeyFile) file = NULL;
    g_autofree char *path = NULL;
    const char *text = NULL;
    size_t len;
    const char *builtin = mw_data_builtin(name, &len);
    if (builtin && !(file = parse_ini(name, builtin, len, error)))
        return NULL;
    find_override(data, name, &path, &text, &len);
    if (text) {
        g_autoptr(GKeyFile) own = parse_ini(path, text, len, error);
        if (!own)
            return NULL;
        if (file)
            merge_ini(file, own);
        else
            file = g_steal_pointer(&own);
    }
    return file ? g_steal_pointer(&file) : no_such(name, error);
}

/* The cells of a line, which are cut apart where they stand. */
static void split_cells(GPtrArray *cells, char *line) {
    g_ptr_array_set_size(cells, 0);
    g_strchomp(line);
    for (char *tab; (tab = strchr(line, '\t')); line = tab + 1) {
        *tab = '\0';
        g_ptr_array_add(cells, line);
    }
    g_ptr_array_add(cells, line);
}

/* Puts the rows of one file into the table; with own, they take the place of the rows they name. */
static bool add_rows(mw_table *table, mw_arena *arena, const char *path, const char *text, size_t len,
                     bool own, GError **error) {
    g_autoptr(GPtrArray) cells = g_ptr_array_new();
    bool head = false;
    guint front = 0, n = 0;
    for (char *line = mw_strndup(arena, text, len), *next; line; line = next, n++) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if (line[0] == '#' || line[strspn(line, " \t\r")] == 0)
            continue;
        split_cells(cells, line);
        guint count = cells->len;
        if (!head) {
            head = true;
            if (!table->columns) {
                const char **columns = mw_new_n(arena, const char *, count + 1);
                for (guint i = 0; i < count; i++)
                    columns[i] = cells->pdata[i];
                table->columns = columns;
                table->n_columns = count;
            } else if (count != table->n_columns || strcmp(cells->pdata[0], table->columns[0]) != 0) {
                g_set_error(error, MW_ERROR, MW_ERROR_DATA,
                            "%s:%u: the columns must be those of the built-in table", path, n + 1);
                return false;
            }
            continue;
        }
        if (count > table->n_columns) {
            g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s:%u: %u cells in a table of %zu columns", path,
                        n + 1, count, table->n_columns);
            return false;
        }
        const char **row = mw_new_n(arena, const char *, table->n_columns + 1);
        for (guint i = 0; i < table->n_columns; i++)
            row[i] = i < count ? cells->pdata[i] : "";
        guint same = own ? 0 : table->rows->len;
        while (same < table->rows->len && strcmp(((const char **)table->rows->pdata[same])[0], row[0]) != 0)
            same++;
        if (same < table->rows->len)
            table->rows->pdata[same] = row;
        else if (own)
            g_ptr_array_insert(table->rows, (gint)front++, row);
        else
            g_ptr_array_add(table->rows, row);
    }
    return true;
}

const mw_table *mw_data_table(const mw_data *data, mw_arena *arena, const char *name, GError **error) {
    g_autofree char *path = NULL;
    const char *text = NULL;
    size_t len;
    mw_table *table = mw_new(arena, mw_table);
    table->rows = mw_array_new(arena);
    const char *builtin = mw_data_builtin(name, &len);
    if (builtin && !add_rows(table, arena, name, builtin, len, false, error))
        return NULL;
    find_override(data, name, &path, &text, &len);
    if (text && !add_rows(table, arena, path, text, len, builtin != NULL, error))
        return NULL;
    if (!builtin && !text)
        return (void *)no_such(name, error);
    return table;
}

int mw_table_column(const mw_table *table, const char *name, GError **error) {
    for (size_t i = 0; i < table->n_columns; i++)
        if (strcmp(table->columns[i], name) == 0)
            return (int)i;
    g_set_error(error, MW_ERROR, MW_ERROR_DATA, "a table lacks the column \"%s\"", name);
    return -1;
}

/* That a file of the folder is what its name says, whether this run will ask for it or not. */
static bool check_file(const mw_data *data, mw_arena *arena, const char *name, GError **error) {
    if (g_str_has_suffix(name, ".tsv"))
        return mw_data_table(data, arena, name, error) != NULL;
    g_autoptr(GKeyFile) ini = mw_data_ini(data, name, error);
    return ini != NULL;
}

bool mw_data_load(mw_data *data, GError **error) {
    if (!data->folder || data->own)
        return true;
    g_autoptr(mw_arena) arena = mw_arena_new();
    if (!(data->own = mw_data_folder_read(arena, data->folder, error)))
        return false;
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init(&iter, data->own);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        if (!check_file(data, arena, name, error))
            return false;
    }
    return true;
}
