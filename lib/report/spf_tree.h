/* The evaluation of an SPF record as a tree for a terminal. */
#pragma once

#include "spf/spf.h"
#include "report/layout.h"

/* One line a term that was read, indented below the include or redirect that led to it: what it is, what it
 * cost, what came of it. The branch that goes over the ten is marked down to the term that does. Addresses
 * that do not match are one line together, and what was not reached is counted. Nothing without a
 * tree. Without whole only the terms that decide or are at fault, and the way to them. */
void mw_spf_tree_write(mw_layout *layout, const mw_spf *spf, bool whole);

/* The tree shows more than the sentence that names the result: what decides, or is at fault, lies in another
 * record than the domain's own. */
bool mw_spf_tree_helps(const mw_spf *spf);
