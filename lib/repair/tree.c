#include "repair/tree.h"

enum { MAX_NODES = 400 };

/* ---- nodes ---- */

static void node_free(void *data) {
    mw_repair_node *node = data;
    mw_repair_text_free(node->text);
    g_ptr_array_free(node->edits, TRUE);
    g_array_free(node->hints, TRUE);
    g_free(node);
}

mw_repair_node *mw_repair_node_new(const mw_repair_node *from, mw_repair_text *text) {
    mw_repair_node *node = g_new0(mw_repair_node, 1);
    node->text = text;
    node->edits = g_ptr_array_new();
    node->hints = g_array_new(FALSE, FALSE, sizeof(mw_repair_hint));
    if (from) {
        node->type = from->type;
        node->encoding = from->encoding;
        g_ptr_array_extend(node->edits, from->edits, NULL, NULL);
        g_array_append_vals(node->hints, from->hints->data, from->hints->len);
    }
    return node;
}

void mw_repair_node_add_edit(mw_repair_tree *tree, mw_repair_node *node, mw_repair_kind kind,
                             const char *words) {
    g_ptr_array_add(node->edits, (gpointer)mw_repair_edit_new(tree->run->scratch, kind, words));
}

void mw_repair_node_set_hint(mw_repair_node *node, const char *name, mw_span value) {
    mw_repair_hint hint = {name, value};
    for (guint i = 0; i < node->hints->len; i++) {
        if (strcmp(g_array_index(node->hints, mw_repair_hint, i).name, name) == 0) {
            g_array_index(node->hints, mw_repair_hint, i) = hint;
            return;
        }
    }
    g_array_append_val(node->hints, hint);
}

/* A text that owns what it is made of; NULL where it has too many lines. */
static mw_repair_text *text_of(const mw_repair_tree *tree, mw_span raw) {
    mw_repair_charge(tree->run, MW_REPAIR_WORK_CANDIDATE + raw.len * MW_REPAIR_WORK_TEXT);
    mw_repair_text *text = mw_repair_text_new(raw, tree->run->canon);
    if (text && !text->own_raw) {
        text->own_raw = g_string_new_len(raw.data, (gssize)raw.len);
        text->raw = mw_span_of_string(text->own_raw);
        if (tree->run->canon == MW_CANON_SIMPLE)
            text->canonical = text->raw;
    }
    return text;
}

void mw_repair_node_set_text(mw_repair_tree *tree, mw_repair_node *node, mw_span raw) {
    node->text = text_of(tree, raw);
}

mw_repair_node *mw_repair_node_child(mw_repair_tree *tree, const mw_repair_node *from, mw_span raw,
                                     mw_repair_kind kind, const char *words) {
    mw_repair_text *text = text_of(tree, raw);
    if (!text)
        return NULL;
    mw_repair_node *node = mw_repair_node_new(from, text);
    mw_repair_node_add_edit(tree, node, kind, words);
    return node;
}

mw_repair_node *mw_repair_node_take(mw_repair_tree *tree, const mw_repair_node *from, GString *raw,
                                    const mw_repair_edit *edit) {
    mw_repair_charge(tree->run, MW_REPAIR_WORK_CANDIDATE + raw->len * MW_REPAIR_WORK_TEXT);
    mw_repair_text *text = mw_repair_text_new(mw_span_of_string(raw), tree->run->canon);
    if (text && !text->own_raw)
        text->own_raw = raw;
    else
        g_string_free(raw, TRUE); /* no CRLF at its end: the text has its own copy */
    if (!text)
        return NULL;
    mw_repair_node *node = mw_repair_node_new(from, text);
    mw_repair_node_add_edit(tree, node, edit->kind, edit->words);
    return node;
}

/* ---- the tree ---- */

void mw_repair_tree_init(mw_repair_tree *tree, mw_repair_run *run, mw_repair_text *text,
                         mw_repair_body *out) {
    *tree = (mw_repair_tree){.run = run, .out = out};
    tree->nodes = g_ptr_array_new_with_free_func(node_free);
    g_ptr_array_add(tree->nodes, mw_repair_node_new(NULL, text));
}

void mw_repair_tree_clear(mw_repair_tree *tree) {
    g_ptr_array_free(tree->nodes, TRUE);
}

void mw_repair_tree_keep(mw_repair_tree *tree, mw_repair_node *node) {
    if (!tree->found && node->text && tree->nodes->len < MAX_NODES &&
        node->text->raw.len <= MW_REPAIR_MAX_KEPT)
        g_ptr_array_add(tree->nodes, node);
    else
        node_free(node);
}

void mw_repair_tree_offer(mw_repair_tree *tree, mw_repair_node *node) {
    if (!tree->found && !tree->run->over)
        mw_repair_tree_try(tree, node, NULL, &node->text->canonical, 1);
    mw_repair_tree_keep(tree, node);
}

/* ---- a match ---- */

void mw_repair_tree_report(mw_repair_tree *tree, const mw_repair_node *node) {
    tree->found = true;
    g_ptr_array_extend(tree->out->edits, node->edits, NULL, NULL);
    for (guint i = 0; i < node->hints->len; i++) {
        mw_repair_hint hint = g_array_index(node->hints, mw_repair_hint, i);
        if (hint.value.data) /* the node goes, with its text */
            hint.value = mw_span_of(mw_span_dup(tree->run->scratch, hint.value));
        g_array_append_val(tree->out->hints, hint);
    }
}

void mw_repair_tree_add_edit(mw_repair_tree *tree, mw_repair_kind kind, const char *words) {
    g_ptr_array_add(tree->out->edits, (gpointer)mw_repair_edit_new(tree->run->scratch, kind, words));
}

const char *mw_repair_footer_words(mw_arena *arena, mw_span removed) {
    const char *beginning = mw_repair_beginning(arena, removed);
    size_t lines = mw_repair_count_lines(removed);
    return beginning ? mw_printf(arena, "%s added at the end of the text, beginning %s",
                                 mw_repair_count_were(arena, lines, "line"), beginning)
                     : NULL;
}

void mw_repair_tree_add_footer(mw_repair_tree *tree, mw_span removed) {
    const char *words = mw_repair_footer_words(tree->run->scratch, removed);
    if (words)
        mw_repair_tree_add_edit(tree, MW_REPAIR_FOOTER, words);
}

/* The last bytes of the pieces. */
static GString *tail_of(const mw_span *pieces, size_t n_pieces, size_t bytes) {
    GString *tail = g_string_new(NULL);
    for (size_t i = n_pieces; i-- > 0 && bytes;) {
        size_t n = MIN(bytes, pieces[i].len);
        g_string_prepend_len(tail, pieces[i].data + pieces[i].len - n, (gssize)n);
        bytes -= n;
    }
    return tail;
}

bool mw_repair_tree_try(mw_repair_tree *tree, const mw_repair_node *node, const mw_repair_edit *edit,
                        const mw_span *pieces, size_t n_pieces) {
    int64_t left_out = mw_repair_try(tree->run, pieces, n_pieces, true);
    if (left_out == MW_REPAIR_NO_MATCH)
        return false;
    mw_repair_tree_report(tree, node);
    if (edit)
        g_ptr_array_add(tree->out->edits, (gpointer)edit);
    if (left_out > 0) {
        g_autoptr(GString) removed = tail_of(pieces, n_pieces, (size_t)left_out);
        mw_repair_tree_add_footer(tree, mw_span_of_string(removed));
    }
    return true;
}
