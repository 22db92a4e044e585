/* rspamd's composite symbols: raised when an expression over other symbols is true, and taking their weight
 * away. */
#pragma once

#include "check/facts.h"

typedef struct mw_composite mw_composite;

/* Expressions of symbols with &, |, !, parentheses (and the words and, or, not); g:GROUP, g+:GROUP and
 * g-:GROUP stand for any symbol of a group (with points above or below zero). The composite takes the place
 * of the symbols it names: their points are taken away, but for those with "-" before them, and for all with
 * the policy "leave". NULL and MW_ERROR_DATA when it can't be read. */
const mw_composite *mw_composite_read(mw_arena *arena, const char *name, const char *expression,
                                      double points, const char *policy, const char *title, GError **error);

/* Takes away the rows of an earlier run: before the points are set anew. */
void mw_composites_forget(mw_facts *facts, const GPtrArray *composites);
/* Adds a row for each composite that is true, in their order; the points must have been set. composites: of
 * const mw_composite *. */
void mw_composites_apply(mw_facts *facts, const GPtrArray *composites);
const char *mw_composite_name(const mw_composite *composite);
