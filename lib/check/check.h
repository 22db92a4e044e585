/* A check is one file that turns facts into findings. Adding one: a file here, its row in checks.c, its
 * symbols in data/symbols/. */
#pragma once

#include "check/facts.h"

typedef struct mw_check {
    const char *name;
    void (*prefetch)(mw_facts *facts); /* asks ahead for what can be known now; may be NULL */
    void (*run)(mw_facts *facts);
} mw_check;

/* In the order in which they run: facts that others build on first. NULL-terminated. */
extern const mw_check *const mw_checks[];
