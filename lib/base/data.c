#include "base/data.h"
#include "base/builtin.h"
#include "base/data_folder.h"
#include "base/error.h"

#include <pthread.h>
#include <string.h>

struct mw_data {
    char *folder;
    GHashTable *own;      /* of the folder: name -> GBytes *; NULL: not loaded */
    pthread_mutex_t lock; /* over these two; taken again while something is made of tables */
    mw_arena *arena;
    GHashTable *made; /* what was asked for before: its key -> it */
};

mw_data *mw_data_new(const char *folder) {
    mw_data *data = g_new0(mw_data, 1);
    data->folder = g_strdup(folder);
    data->arena = mw_arena_new();
    data->made = g_hash_table_new(g_str_hash, g_str_equal);
    pthread_mutexattr_t again;
    pthread_mutexattr_init(&again);
    pthread_mutexattr_settype(&again, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&data->lock, &again);
    pthread_mutexattr_destroy(&again);
    return data;
}

void mw_data_free(mw_data *data) {
    if (!data)
        return;
    g_free(data->folder);
    g_clear_pointer(&data->own, g_hash_table_unref);
    g_hash_table_unref(data->made);
    mw_arena_free(data->arena);
    pthread_mutex_destroy(&data->lock);
    g_free(data);
}

const void *mw_data_made(const mw_data *data, const char *key, mw_data_maker make, const void *about,
                         GError **error) {
    mw_data *d = (mw_data *)data; /* what it keeps changes no answer */
    pthread_mutex_lock(&d->lock);
    const void *made = g_hash_table_lookup(d->made, key);
    if (!made && (made = make(data, d->arena, about, error)))
        g_hash_table_insert(d->made, mw_strdup(d->arena, key), (gpointer)made);
    pthread_mutex_unlock(&d->lock);
    return made;
}

/* ---- what is built in ---- */

static const mw_builtin *find_builtin(const char *name) {
    for (const mw_builtin *f = mw_builtin_files; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

bool mw_data_has_builtin(const char *name) {
    return find_builtin(name);
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

/* The cells of a built-in file: the columns' names, then row by row. */
static const char **builtin_cells(mw_arena *arena, const mw_builtin *file) {
    size_t n = ((size_t)file->n_rows + 1) * file->n_columns;
    const char **cells = mw_new_n(arena, const char *, n);
    for (size_t i = 0; i < n; i++)
        cells[i] = mw_builtin_text + file->cells[i];
    return cells;
}

static const mw_ini *builtin_ini(mw_arena *arena, const mw_builtin *file) {
    const char **cells = builtin_cells(arena, file) + 3;
    mw_ini_entry *entries = mw_new_n(arena, mw_ini_entry, file->n_rows);
    for (size_t i = 0; i < file->n_rows; i++)
        entries[i] = (mw_ini_entry){cells[3 * i], cells[3 * i + 1], cells[3 * i + 2]};
    return mw_ini_of(arena, entries, file->n_rows);
}

static void set_builtin(mw_table *table, mw_arena *arena, const mw_builtin *file) {
    const char **cells = builtin_cells(arena, file);
    table->n_columns = file->n_columns;
    table->columns = cells;
    g_ptr_array_set_size(table->rows, (gint)file->n_rows);
    for (size_t i = 0; i < file->n_rows; i++)
        table->rows->pdata[i] = cells + (i + 1) * file->n_columns;
}

/* ---- what stands in its place ---- */

#define MODEL "replies.model"

mw_span mw_data_model(const mw_data *data) {
    GBytes *own = data->own ? g_hash_table_lookup(data->own, MODEL) : NULL;
    gsize size = 0;
    const char *octets = own ? g_bytes_get_data(own, &size) : (const char *)mw_builtin_model;
    return own ? (mw_span){octets ? octets : "", size} : (mw_span){octets, mw_builtin_model_size};
}

static int by_name(gconstpointer a, gconstpointer b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **mw_data_all_names(const mw_data *data, mw_arena *arena, const char *prefix) {
    const char **builtin = mw_data_names(arena, prefix);
    GPtrArray *names = mw_array_new(arena);
    for (size_t i = 0; builtin[i]; i++)
        g_ptr_array_add(names, (char *)builtin[i]);
    GHashTableIter iter;
    gpointer name;
    if (data->own)
        g_hash_table_iter_init(&iter, data->own);
    while (data->own && g_hash_table_iter_next(&iter, &name, NULL)) {
        if (g_str_has_prefix(name, prefix) && !g_strv_contains(builtin, name))
            g_ptr_array_add(names, name);
    }
    g_ptr_array_sort(names, by_name);
    g_ptr_array_add(names, NULL);
    return (const char **)names->pdata;
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

static void *no_such(const char *name, GError **error) {
    g_set_error(error, MW_ERROR, MW_ERROR_FILE, "%s: no such data file", name);
    return NULL;
}

static const void *make_ini(const mw_data *data, mw_arena *arena, const void *name, GError **error) {
    g_autofree char *path = NULL;
    const char *text = NULL;
    size_t len;
    const mw_builtin *builtin = find_builtin(name);
    const mw_ini *ini = builtin ? builtin_ini(arena, builtin) : NULL;
    find_override(data, name, &path, &text, &len);
    if (!text)
        return ini ? ini : no_such(name, error);
    const mw_ini *own = mw_ini_read(arena, text, len, path, error);
    return own && ini ? mw_ini_merge(arena, ini, own) : own;
}

const mw_ini *mw_data_ini(const mw_data *data, const char *name, GError **error) {
    return mw_data_made(data, name, make_ini, name, error);
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

static const void *make_table(const mw_data *data, mw_arena *arena, const void *name, GError **error) {
    g_autofree char *path = NULL;
    const char *text = NULL;
    size_t len;
    mw_table *table = mw_new(arena, mw_table);
    table->rows = mw_array_new(arena);
    const mw_builtin *builtin = find_builtin(name);
    if (builtin)
        set_builtin(table, arena, builtin);
    find_override(data, name, &path, &text, &len);
    table->own = text != NULL;
    if (text && !add_rows(table, arena, path, text, len, builtin != NULL, error))
        return NULL;
    return builtin || text ? table : no_such(name, error);
}

const mw_table *mw_data_table(const mw_data *data, const char *name, GError **error) {
    return mw_data_made(data, name, make_table, name, error);
}

int mw_table_column(const mw_table *table, const char *name, GError **error) {
    for (size_t i = 0; i < table->n_columns; i++)
        if (strcmp(table->columns[i], name) == 0)
            return (int)i;
    g_set_error(error, MW_ERROR, MW_ERROR_DATA, "a table lacks the column \"%s\"", name);
    return -1;
}

/* That a file of the folder is what its name says, whether this run will ask for it or not. */
static bool check_file(const mw_data *data, const char *name, GError **error) {
    if (g_str_has_suffix(name, ".model")) /* its user looks at it */
        return true;
    if (g_str_has_suffix(name, ".tsv"))
        return mw_data_table(data, name, error) != NULL;
    return mw_data_ini(data, name, error) != NULL;
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
        if (!check_file(data, name, error))
            return false;
    }
    return true;
}

/* ---- rows by their first cell ---- */

/* Of a table: the first cell, folded -> 1 + the index of the row. */
static const void *make_index(const mw_data *data, mw_arena *arena, const void *name, GError **error) {
    const mw_table *table = mw_data_table(data, name, error);
    if (!table)
        return NULL;
    GHashTable *index = mw_arena_own(arena, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                                     (GDestroyNotify)g_hash_table_unref);
    for (guint i = 0; i < table->rows->len; i++) {
        char *cell = g_ascii_strdown(((const char *const *)table->rows->pdata[i])[0], -1);
        if (g_hash_table_contains(index, cell))
            g_free(cell);
        else
            g_hash_table_insert(index, cell, GUINT_TO_POINTER(i + 1));
    }
    return index;
}

static GHashTable *index_of(const mw_data *data, const char *table) {
    char key[64];
    g_snprintf(key, sizeof key, "index of %s", table);
    return (GHashTable *)mw_data_made(data, key, make_index, table, NULL);
}

static const char *const *row_at(const mw_data *data, const char *table, guint place) {
    return place ? mw_data_table(data, table, NULL)->rows->pdata[place - 1] : NULL;
}

const char *const *mw_data_row(const mw_data *data, const char *table, const char *name) {
    GHashTable *index = index_of(data, table);
    g_autofree char *low = g_ascii_strdown(name, -1);
    return row_at(data, table, index ? GPOINTER_TO_UINT(g_hash_table_lookup(index, low)) : 0);
}

const char *const *mw_data_row_below(const mw_data *data, const char *table, const char *domain) {
    GHashTable *index = index_of(data, table);
    g_autofree char *low = g_ascii_strdown(domain, -1);
    guint first = 0;
    for (const char *end = low; index && end; end = strchr(end, '.'), end = end ? end + 1 : NULL) {
        guint place = GPOINTER_TO_UINT(g_hash_table_lookup(index, end));
        if (place && (!first || place < first))
            first = place;
    }
    return row_at(data, table, first);
}
