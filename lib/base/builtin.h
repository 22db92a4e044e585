/* The files of data/, read by cmd/embed when mailwhy is built. A file is a table of texts; of an .ini file
 * the columns are group, key and value, and the rows of a group stand together. */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct mw_builtin {
    const char *name;      /* below data/, such as "profiles/default.ini"; NULL ends the list */
    const uint32_t *cells; /* places in mw_builtin_text: first the columns' names, then the rows */
    uint32_t n_columns, n_rows;
} mw_builtin;

extern const mw_builtin mw_builtin_files[];
extern const char mw_builtin_text[];

/* docs/report.schema.json, as it is. */
extern const char mw_builtin_schema[];

/* data/replies.model, as it is. */
extern const unsigned char mw_builtin_model[];
extern const size_t mw_builtin_model_size;
