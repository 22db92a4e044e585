/* The bodies that the body's half of repair goes through: the one that stands in the mail, and those that one
 * edit undone makes of it. For repair*.c alone.
 */
#pragma once

#include "repair/body.h"

enum { MW_REPAIR_MAX_KEPT = 4 * 1024 * 1024 }; /* bytes of a body that is kept for a second edit */

/* A body with some edits undone. */
typedef struct mw_repair_node {
    mw_repair_text *text;
    GPtrArray *edits; /* of const mw_repair_edit *, in the order in which they were undone */
    GArray *hints;    /* of mw_repair_hint */
    mw_span type, encoding;
} mw_repair_node;

typedef struct mw_repair_tree {
    mw_repair_run *run;
    GPtrArray *nodes; /* of mw_repair_node *; the first is the body as it stands */
    mw_repair_body *out;
    bool found;
} mw_repair_tree;

/* Starts with text (taken) as the first node. mw_repair_tree_clear() ends it; out stays. */
void mw_repair_tree_init(mw_repair_tree *tree, mw_repair_run *run, mw_repair_text *text, mw_repair_body *out);
void mw_repair_tree_clear(mw_repair_tree *tree);

/* ---- nodes ---- */

/* What from (may be NULL) has, with another text (taken; may be NULL). It is nobody's until it is kept. */
mw_repair_node *mw_repair_node_new(const mw_repair_node *from, mw_repair_text *text);
/* A new node of raw, copied, with one more edit; NULL where it has too many lines. */
mw_repair_node *mw_repair_node_child(mw_repair_tree *tree, const mw_repair_node *from, mw_span raw,
                                     mw_repair_kind kind, const char *words);
/* The same, of a string that it takes. */
mw_repair_node *mw_repair_node_take(mw_repair_tree *tree, const mw_repair_node *from, GString *raw,
                                    const mw_repair_edit *edit);
void mw_repair_node_add_edit(mw_repair_tree *tree, mw_repair_node *node, mw_repair_kind kind,
                             const char *words);
void mw_repair_node_set_hint(mw_repair_node *node, const char *name, mw_span value);
/* Gives it a copy of raw as its text. */
void mw_repair_node_set_text(mw_repair_tree *tree, mw_repair_node *node, mw_span raw);

/* Takes the node and keeps it for a further edit, where it has a text that is small enough. */
void mw_repair_tree_keep(mw_repair_tree *tree, mw_repair_node *node);
/* Tries its text first. */
void mw_repair_tree_offer(mw_repair_tree *tree, mw_repair_node *node);

/* ---- a match ---- */

/* Tries pieces, whole and with lines at the end left out. Reports a match with the node's edits before it;
 * edit (may be NULL) is one more. */
bool mw_repair_tree_try(mw_repair_tree *tree, const mw_repair_node *node, const mw_repair_edit *edit,
                        const mw_span *pieces, size_t n_pieces);
/* The search is over: the node's edits and hints are found. */
void mw_repair_tree_report(mw_repair_tree *tree, const mw_repair_node *node);
/* One more edit of what was found. */
void mw_repair_tree_add_edit(mw_repair_tree *tree, mw_repair_kind kind, const char *words);
/* That removed had been added at the end of the text; NULL for empty lines, which never count there. */
const char *mw_repair_footer_words(mw_arena *arena, mw_span removed);
/* The same as an edit of what was found. */
void mw_repair_tree_add_footer(mw_repair_tree *tree, mw_span removed);
