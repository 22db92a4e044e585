/* A check is one file that turns facts into findings. Adding one: a file here, its row in checks.c, its
 * symbols in data/symbols/.
 *
 * The room check owns the findings about a mail, one file a check. It may not know what a finding costs:
 * points are score/'s.
 */
#pragma once

#include "check/facts.h"

/* Whether it judges a mail, or a domain without one (--domain). */
typedef enum mw_subject { MW_OF_MAIL, MW_OF_BOTH, MW_OF_DOMAIN } mw_subject;

typedef struct mw_check {
    const char *name;
    void (*prefetch)(mw_facts *facts); /* asks ahead for what can be known now; may be NULL */
    void (*run)(mw_facts *facts);
    bool depends; /* judges what other checks found: run again when one of those is assumed to be otherwise */
    bool as_written; /* judges how the header is written: not run on a reader's view, which is written anew */
    mw_subject subject;
} mw_check;

/* In the order in which they run: facts that others build on first. NULL-terminated. */
extern const mw_check *const mw_checks[];

/* The sealer whose word on DMARC stands in for a fail: the ARC chain passes, every seal from the newest down
 * to its own is of a trusted one, and it recorded a pass. NULL: none. In trusted_sealer.c. */
const char *mw_trusted_sealer(const mw_facts *facts);

/* Asks ahead for all checks; mw_checks_run() does so, too. */
void mw_checks_prefetch(mw_facts *facts);
/* Asks ahead for everything that is known, then runs every check. facts->findings and ->notices must be
 * empty. */
void mw_checks_run(mw_facts *facts);

/* What the findings would be if all was well with the keys, each a group ("spf", "dkim", "rdns" ...) or a
 * symbol: their findings are left out, the facts of a group set to pass, and the checks that depend on others
 * run again. The rest is taken from base, which stays as it is. keys is NULL-terminated. */
mw_facts *mw_checks_assume(const mw_facts *base, const char *const *keys);
