/* The words that reports use, for people who don't know them: data/glossary.tsv. */
#pragma once

#include "base/data.h"

typedef struct mw_word {
    const char *word, *meaning;
    const char *symbol; /* a finding that is about it; "" without one */
} mw_word;

/* The row of a word or of one of its other names, case folded. NULL: none, or (with an error) the table is
 * broken. */
const mw_word *mw_glossary_find(const mw_data *data, mw_arena *arena, const char *word, GError **error);

/* Adds all words and their other names: of const char *. */
void mw_glossary_names(const mw_data *data, mw_arena *arena, GPtrArray *names);
