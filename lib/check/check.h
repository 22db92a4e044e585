/* A check is one file that turns facts into findings. Adding one: a file here, its row in checks.c, its
 * symbols in data/symbols/.
 *
 * The room check owns the findings about a mail, one file a check. It may not know what a finding costs:
 * points are score/'s.
 */
#pragma once

#include "check/facts.h"

typedef struct mw_check {
    const char *name;
    void (*prefetch)(mw_facts *facts); /* asks ahead for what can be known now; may be NULL */
    void (*run)(mw_facts *facts);
    bool depends; /* judges what other checks found: run again when one of those is assumed to be otherwise */
    bool as_written; /* judges how the header is written: not run on a reader's view, which is written anew */
} mw_check;

/* In the order in which they run: facts that others build on first. NULL-terminated. */
extern const mw_check *const mw_checks[];

/* Asks ahead for all checks; mw_checks_run() does so, too. */
void mw_checks_prefetch(mw_facts *facts);
/* Asks ahead for everything that is known, then runs every check. facts->findings and ->notices must be
 * empty. */
void mw_checks_run(mw_facts *facts);

/* What the findings would be if all was well with the keys, each a group ("spf", "dkim", "rdns" ...) or a
 * symbol: their findings are left out, the facts of a group set to pass, and the checks that depend on others
 * run again. The rest is taken from base, which stays as it is. keys is NULL-terminated. */
mw_facts *mw_checks_assume(const mw_facts *base, const char *const *keys);
