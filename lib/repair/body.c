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

/* A lone CR of the text became a blank (Postfix), or the end of a line (Exim). Tried at each blank, at all
 * blanks of a line, at each line end and each two of them. */
static void expand_lone_cr(mw_repair_tree *tree, const mw_repair_node *from) {
    mw_span text = from->text->canonical, cr = MW_SPAN("\r");
    const mw_repair_edit *blank =
        mw_repair_edit_new(tree->run->scratch, MW_REPAIR_CUT, "a lone CR within a line became a blank");
    const mw_repair_edit *end =
        mw_repair_edit_new(tree->run->scratch, MW_REPAIR_CUT, "a lone CR within a line became a line end");
    size_t last_end = SIZE_MAX;
    for (size_t i = 0; i + 1 < text.len && !tree->found && !tree->run->over; i++) {
        if (text.data[i] == ' ') {
            const mw_span pieces[] = {mw_span_slice(text, 0, i), cr, mw_span_from(text, i + 1)};
            mw_repair_tree_try(tree, from, blank, pieces, 3);
        } else if (text.data[i] == '\r' && text.data[i + 1] == '\n') {
            const mw_span pieces[] = {mw_span_slice(text, 0, i), cr, mw_span_from(text, i + 2)};
            if (!mw_repair_tree_try(tree, from, end, pieces, 3) && last_end != SIZE_MAX && !tree->run->over) {
                const mw_span two[] = {mw_span_slice(text, 0, last_end), cr,
                                       mw_span_slice(text, last_end + 2, i), cr, mw_span_from(text, i + 2)};
                mw_repair_tree_try(tree, from, end, two, 5);
            }
            last_end = i;
        }
    }
}

enum { MAX_LONE = 10 }; /* blanks of a line of which every choice is tried */

/* The same at several blanks of one line, as a progress counter has them: any of a few, or all. */
static void expand_lone_crs(mw_repair_tree *tree, const mw_repair_node *from) {
    const mw_repair_text *text = from->text;
    for (size_t line = 0; line < text->n_lines && !tree->found && !tree->run->over; line++) {
        mw_span now = mw_repair_canonical(text, line, line + 1);
        g_autoptr(GString) former = g_string_new_len(now.data, (gssize)now.len);
        size_t at[MAX_LONE], n = 0, all = 0;
        for (size_t i = 0; i < now.len; i++) {
            if (now.data[i] != ' ')
                continue;
            all++;
            if (n < MAX_LONE)
                at[n++] = i;
            former->str[i] = '\r';
        }
        if (all < 2)
            continue;
        const mw_repair_edit *edit = mw_repair_edit_new(tree->run->scratch, MW_REPAIR_CUT,
                                                        "several lone CRs within a line became blanks");
        const mw_span pieces[] = {mw_repair_canonical(text, 0, line), mw_span_of_string(former),
                                  mw_repair_canonical(text, line + 1, text->n_lines)};
        bool found = mw_repair_tree_try(tree, from, edit, pieces, 3);
        for (unsigned chosen = 1; all <= MAX_LONE && !found && chosen < 1u << n && !tree->run->over;
             chosen++) {
            for (size_t i = 0; i < n; i++)
                former->str[at[i]] = chosen >> i & 1 ? '\r' : ' ';
            found = (chosen & (chosen - 1)) && mw_repair_tree_try(tree, from, edit, pieces, 3);
        }
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
    if (go_on(tree, 10))
        expand_lone_cr(tree, root);
    if (go_on(tree, 5))
        expand_lone_crs(tree, root);
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
    run->is = mw_repair_keep(run, &text->canonical, 1, text->canonical.len);
    mw_repair_tree_clear(&tree);
    return tree.found;
}
