#include "repair/body.h"
#include "repair/expand.h"

enum { MAX_BANNER_LINES = 40 };

static void expand_undos(mw_repair_tree *tree, const mw_repair_node *from) {
    mw_repair_run *run = tree->run;
    mw_span raw = from->text->raw;
    if (!mw_repair_charge(run, raw.len / 4))
        return;
    unsigned marks = mw_repair_marks(raw, run->canon);
    for (unsigned which = 0; which < MW_REPAIR_UNDOS && !tree->found && mw_repair_on_time(run); which++) {
        mw_repair_edit edit;
        GString *former = mw_repair_undo(run->scratch, raw, run->canon, marks, which, &edit);
        mw_repair_node *n = former ? mw_repair_node_take(tree, from, former, &edit) : NULL;
        if (n)
            mw_repair_tree_offer(tree, n);
    }
}

static mw_span field_value(const mw_message *message, const char *name) {
    const mw_field *field = mw_message_field(message, name);
    return field ? field->value : (mw_span){NULL, 0};
}

/* The work in stages, each with its share of the bounds, so that none starves those behind it. */
static bool go_on(mw_repair_tree *tree, unsigned percent) {
    return !tree->found && mw_repair_stage(tree->run, percent);
}

/* One edit, and lines at the end. */
static void search_singles(mw_repair_tree *tree) {
    const mw_repair_node *root = tree->nodes->pdata[0];
    bool parts = mw_span_starts(mw_span_trim(root->type), "multipart/");
    if (go_on(tree, 10))
        expand_undos(tree, root);
    if (go_on(tree, 15))
        mw_repair_expand_parts(tree, root);
    if (!parts && go_on(tree, 15))
        mw_repair_deepen_banners(tree, root, MAX_BANNER_LINES);
    if (go_on(tree, 20))
        mw_repair_deepen_leaves(tree, root, 1);
    if (go_on(tree, 20))
        mw_repair_expand_encodings(tree, root);
    if (go_on(tree, 10))
        mw_repair_expand_cut_forms(tree, root);
    if (parts && go_on(tree, 10))
        mw_repair_deepen_banners(tree, root, 4);
}

static void search_pairs(mw_repair_tree *tree) {
    const mw_repair_node *root = tree->nodes->pdata[0];
    guint singles = tree->nodes->len;
    if (go_on(tree, 20))
        mw_repair_deepen_runs(tree, root);
    if (go_on(tree, 25))
        mw_repair_deepen_leaves(tree, root, 3);
    if (go_on(tree, 20)) {
        for (guint i = 1; i < singles && !tree->found && !tree->run->over; i++) {
            const mw_repair_node *n = tree->nodes->pdata[i];
            const mw_repair_edit *first = n->edits->pdata[0];
            expand_undos(tree, n);
            mw_repair_expand_parts(tree, n);
            if (!tree->found && first->kind != MW_REPAIR_ENCODING)
                mw_repair_expand_encodings(tree, n);
        }
    }
    if (go_on(tree, 15)) {
        for (guint i = 1; i < singles && !tree->found && !tree->run->over; i++) {
            const mw_repair_node *n = tree->nodes->pdata[i];
            bool parts = mw_span_starts(mw_span_trim(n->type), "multipart/");
            mw_repair_deepen_banners(tree, n, parts ? 4 : 12);
        }
    }
    if (go_on(tree, 100))
        for (guint i = 1; i < singles && !tree->found && !tree->run->over; i++)
            mw_repair_deepen_leaves(tree, tree->nodes->pdata[i], 1);
}

bool mw_repair_body_search(mw_repair_run *run, const mw_message *message, mw_repair_body *out) {
    out->edits = mw_array_new(run->scratch);
    out->hints = g_array_new(FALSE, FALSE, sizeof(mw_repair_hint));
    mw_arena_own(run->scratch, out->hints, (GDestroyNotify)g_array_unref);
    mw_repair_text *text = mw_repair_text_new(message->body, run->canon);
    if (!text) {
        run->cut_short = true;
        return false;
    }
    mw_repair_tree tree;
    mw_repair_tree_init(&tree, run, text, out);
    mw_repair_node *root = tree.nodes->pdata[0];
    root->type = field_value(message, "Content-Type");
    root->encoding = field_value(message, "Content-Transfer-Encoding");
    mw_repair_stage(run, 100);
    mw_repair_charge(run, text->raw.len * MW_REPAIR_WORK_TEXT);
    mw_repair_tree_try(&tree, root, NULL, &text->canonical, 1);
    search_singles(&tree);
    search_pairs(&tree);
    mw_repair_tree_clear(&tree);
    return tree.found;
}
