/* Files of groups with keys and values ("[group]", "key=value"), as GKeyFile reads them. */
#pragma once

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct mw_ini_entry {
    const char *group, *key, *value; /* escapes undone; "" where nothing is behind the "=" */
} mw_ini_entry;

typedef struct mw_ini {
    const mw_ini_entry *entries; /* in the order of the file; those of a group stand together */
    size_t n_entries;
    const uint16_t *index; /* of all keys by their hash: 1 + the entry, 0 where none is */
    size_t index_mask;
} mw_ini;
/* Of entries that live as long as the arena. */
mw_ini *mw_ini_of(mw_arena *arena, const mw_ini_entry *entries, size_t n_entries);

/* All in the arena; NULL and MW_ERROR_DATA, which names where, when it does not parse. */
mw_ini *mw_ini_read(mw_arena *arena, const char *text, size_t len, const char *where, GError **error);

/* base with the values of own in place of its own, and with what only own has behind it. */
mw_ini *mw_ini_merge(mw_arena *arena, const mw_ini *base, const mw_ini *own);

/* NULL when there is no such key, or nothing behind it. */
const char *mw_ini_get(const mw_ini *ini, const char *group, const char *key);
/* The texts between the ";" of a value, ended by NULL; NULL when there is no value. */
const char *const *mw_ini_list(mw_arena *arena, const mw_ini *ini, const char *group, const char *key);
/* Where the group of this entry ends: the index of the next group's first, or n_entries. */
size_t mw_ini_group_end(const mw_ini *ini, size_t entry);
