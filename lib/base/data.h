/* The data files: built into the library, each one overridable by a file of the same name in a folder.
 *
 * Two forms. An .ini file has groups of keys; an override replaces single keys of it. A .tsv file is a table:
 * tab-separated, "#" starts a comment line, the first other line names the columns; a row of an override
 * replaces the built-in row with the same first column, or is put in front of the others when there is none.
 */
#pragma once

#include "base/ini.h"
#include "base/span.h"

#include <stdbool.h>

typedef struct mw_data mw_data;

/* folder NULL: the built-in files alone. Those of a folder, whose name is copied, count from mw_data_load()
 * on. */
mw_data *mw_data_new(const char *folder);
/* Reads the folder's .ini and .tsv files and its replies.model, and those of the subfolders that the built-in
 * files have: nothing is opened later. False and an error that names the file when there is no such folder,
 * or one of them can't be read, is too large, is no UTF-8 or does not parse. */
bool mw_data_load(mw_data *data, GError **error);
void mw_data_free(mw_data *data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mw_data, mw_data_free)

/* A file such as "profiles/default.ini" is built in. */
bool mw_data_has_builtin(const char *name);
/* Names of all built-in files under a prefix, such as "symbols/", in alphabetical order, NULL-terminated. */
const char **mw_data_names(mw_arena *arena, const char *prefix);
/* The same with the .tsv files that the folder adds under a prefix that is a folder's name and "/". */
const char **mw_data_all_names(const mw_data *data, mw_arena *arena, const char *prefix);

/* Something that is made of the data once, and asked for by many mails, in any thread: made, when it is first
 * asked for by that key, of the data and of what the caller hands over, in an arena that lives as long as the
 * data. It must not change afterwards. NULL and an error when it can't be made. */
typedef const void *(*mw_data_maker)(const mw_data *data, mw_arena *arena, const void *about, GError **error);
const void *mw_data_made(const mw_data *data, const char *key, mw_data_maker make, const void *about,
                         GError **error);

/* The file of keys, built-in and override merged; it lives as long as the data, as does the next. NULL and an
 * error that names file and line when it does not parse, or when there is neither. */
const mw_ini *mw_data_ini(const mw_data *data, const char *name, GError **error);

typedef struct mw_table {
    const char *const *columns; /* NULL-terminated */
    size_t n_columns;
    GPtrArray *rows; /* of const char *const *, n_columns each; a missing cell is "" */
    bool own;        /* rows of the override are among them */
} mw_table;

/* NULL and an error as above. A row with too many cells is an error. */
const mw_table *mw_data_table(const mw_data *data, const char *name, GError **error);
/* The row of a table whose first cell is this name, ASCII case folded, or the first of them; below: whose
 * first cell is the domain or one above it. NULL without one, or without the table. */
const char *const *mw_data_row(const mw_data *data, const char *table, const char *name);
const char *const *mw_data_row_below(const mw_data *data, const char *table, const char *domain);
/* The octets of replies.model, which others parse: the folder's, else the built-in ones. They live as long as
 * the data. */
mw_span mw_data_model(const mw_data *data);
/* Index of a column. The file must have it: a missing one is MW_ERROR_DATA and -1. */
int mw_table_column(const mw_table *table, const char *name, GError **error);
