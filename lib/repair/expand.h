/* The edits of a body: those that make a new body of it (expand), which is kept for a second edit, and those
 * that are only tried (deepen). For repair*.c alone.
 */
#pragma once

#include "repair/tree.h"

/* MIME parts added, or a wrapper around all of the mail. */
void mw_repair_expand_parts(mw_repair_tree *tree, const mw_repair_node *from);

/* Parts encoded anew, or with lines of another length; all of them, then each alone. */
void mw_repair_expand_encodings(mw_repair_tree *tree, const mw_repair_node *from);
/* Lines added at the end of a part, and the whole part encoded anew then. */
void mw_repair_expand_cut_forms(mw_repair_tree *tree, const mw_repair_node *from);

/* Up to max_lines lines put in front of the text. */
void mw_repair_deepen_banners(mw_repair_tree *tree, const mw_repair_node *node, size_t max_lines);
/* Edits inside the parts, several together up to max_cost. */
void mw_repair_deepen_leaves(mw_repair_tree *tree, const mw_repair_node *node, unsigned max_cost);
/* Lines that were put in somewhere: every run, the short ones first. */
void mw_repair_deepen_runs(mw_repair_tree *tree, const mw_repair_node *node);
