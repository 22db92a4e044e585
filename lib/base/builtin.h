/* The files of data/, made into C by cmd/embed at build time. */
#pragma once

#include <stddef.h>

typedef struct mw_builtin {
    const char *name; /* below data/, such as "profiles/default.ini"; NULL ends the list */
    const unsigned char *bytes;
    size_t len;
} mw_builtin;

extern const mw_builtin mw_builtin_files[];
