#include "repair/expand.h"
#include "repair/leaf.h"

enum {
    MAX_ROOM = 12 * 1024 * 1024, /* bytes of choices at once */
    MAX_SLOTS = 40,
    MAX_RUN_TEXT = 400, /* lines of a body in which a run of lines is looked for */
    MAX_RUN = 60,       /* lines of that run */
};

/* ---- lines in front ---- */

static const mw_repair_edit *banner(mw_arena *arena, mw_span removed, size_t n_lines) {
    const char *beginning = mw_repair_beginning(arena, removed);
    if (!beginning)
        return mw_repair_edit_new(arena, MW_REPAIR_SPACE,
                                  mw_printf(arena, "%s put in front of the text",
                                            mw_repair_count_were(arena, n_lines, "empty line")));
    size_t lines = mw_repair_count_lines(removed);
    return mw_repair_edit_new(arena, MW_REPAIR_BANNER,
                              mw_printf(arena, "%s put in front of the text, beginning %s",
                                        mw_repair_count_were(arena, lines, "line"), beginning));
}

void mw_repair_deepen_banners(mw_repair_tree *tree, const mw_repair_node *n, size_t max_lines) {
    const mw_repair_text *text = n->text;
    for (size_t start = 1; start < MIN(text->n_lines, max_lines + 1) && !tree->run->over; start++) {
        mw_repair_charge(tree->run, MW_REPAIR_WORK_CANDIDATE);
        mw_span piece = mw_repair_canonical(text, start, text->n_lines);
        const mw_repair_edit *edit = banner(tree->run->scratch, mw_repair_lines(text, 0, start), start);
        if (mw_repair_tree_try(tree, n, edit, &piece, 1))
            return;
    }
}

/* ---- edits inside the parts ---- */

typedef struct leaves {
    GArray *places, *slots; /* of mw_repair_place, mw_repair_slot */
} leaves;

static bool try_product(mw_repair_tree *tree, const mw_repair_node *n, const leaves *l,
                        const mw_repair_slot *slots, unsigned max_cost) {
    g_autofree size_t *chosen = g_new0(size_t, l->slots->len + 1);
    const mw_repair_place *places = (const mw_repair_place *)(void *)l->places->data;
    if (!mw_repair_product(tree->run, places, l->places->len, slots, l->slots->len, 0, max_cost, chosen))
        return false;
    mw_repair_tree_report(tree, n);
    for (guint i = 0; i < l->slots->len; i++) {
        const mw_repair_edit *edit = &mw_repair_choice_at(&slots[i], chosen[i])->edit;
        if (chosen[i])
            mw_repair_tree_add_edit(tree, edit->kind, edit->words);
    }
    return true;
}

/* The choices of a slot that take away the text of that mark, and the one that takes nothing. */
static mw_repair_slot marked(const mw_repair_slot *slot, unsigned mark) {
    mw_repair_slot out = {g_array_new(FALSE, FALSE, sizeof(mw_repair_choice)), g_array_ref(slot->texts)};
    for (guint i = 0; i < slot->choices->len; i++) {
        mw_repair_choice choice = g_array_index(slot->choices, mw_repair_choice, i);
        if (choice.cost && choice.mark != mark)
            continue;
        choice.cost = MIN(choice.cost, 1);
        g_array_append_val(out.choices, choice);
    }
    return out;
}

/* The same words taken away from several parts, as gateways put them into the text and the HTML. */
static void try_same_text(mw_repair_tree *tree, const mw_repair_node *n, const leaves *l) {
    const mw_repair_slot *all = (const mw_repair_slot *)(void *)l->slots->data;
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL); /* mark to 1 + the slot that has it */
    g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < l->slots->len; i++) {
        for (guint c = 0; c < all[i].choices->len && !tree->found && !tree->run->over; c++) {
            unsigned mark = mw_repair_choice_at(&all[i], c)->mark;
            gpointer key = GUINT_TO_POINTER(mark);
            guint first = GPOINTER_TO_UINT(g_hash_table_lookup(seen, key));
            if (!mark || first == i + 1)
                continue;
            if (!first) {
                g_hash_table_insert(seen, key, GUINT_TO_POINTER(i + 1));
                continue;
            }
            if (!g_hash_table_add(done, key))
                continue;
            g_autofree mw_repair_slot *slots = g_new0(mw_repair_slot, l->slots->len);
            for (guint k = 0; k < l->slots->len; k++)
                slots[k] = marked(&all[k], mark);
            try_product(tree, n, l, slots, l->slots->len);
            for (guint k = 0; k < l->slots->len; k++)
                mw_repair_slot_clear(&slots[k]);
        }
    }
}

void mw_repair_deepen_leaves(mw_repair_tree *tree, const mw_repair_node *n, unsigned max_cost) {
    g_autoptr(GArray) parts = mw_repair_parts(n->text, n->type, n->encoding);
    g_autoptr(GArray) places = g_array_new(FALSE, TRUE, sizeof(mw_repair_place));
    g_autoptr(GArray) slots = g_array_new(FALSE, TRUE, sizeof(mw_repair_slot));
    size_t number[MW_REPAIR_MAX_PARTS + 1] = {0}, at = 0, room = MAX_ROOM;
    for (guint i = 0; i < parts->len && slots->len < MAX_SLOTS; i++) {
        const mw_repair_part *part = &g_array_index(parts, mw_repair_part, i);
        size_t mine = part->parent >= 0 ? ++number[part->parent] : 1;
        if (part->multipart || part->delimiter < at)
            continue;
        mw_repair_place gap = {.fixed = mw_repair_canonical(n->text, at, part->delimiter), .slot = -1};
        mw_repair_place place = {.slot = (int)slots->len};
        mw_repair_slot slot = mw_repair_slot_new();
        mw_repair_leaf_choices(tree->run, n->text, part, mine, &room, &slot);
        g_array_append_val(places, gap);
        g_array_append_val(places, place);
        g_array_append_val(slots, slot);
        at = part->end;
    }
    mw_repair_place rest = {.fixed = mw_repair_canonical(n->text, at, n->text->n_lines), .slot = -1};
    g_array_append_val(places, rest);
    mw_repair_slot *all = (mw_repair_slot *)(void *)slots->data;
    leaves l = {places, slots};
    if (max_cost == 1 && slots->len > 1)
        try_same_text(tree, n, &l);
    if (!tree->found)
        try_product(tree, n, &l, all, max_cost);
    for (guint i = 0; i < slots->len; i++)
        mw_repair_slot_clear(&all[i]);
}

/* ---- lines in the middle ---- */

static void report_run(mw_repair_tree *tree, const mw_repair_node *n, size_t at, size_t n_lines) {
    mw_arena *arena = tree->run->scratch;
    const char *beginning = mw_repair_beginning(arena, mw_repair_lines(n->text, at, at + n_lines));
    mw_repair_tree_report(tree, n);
    mw_repair_tree_add_edit(tree, beginning ? MW_REPAIR_BANNER : MW_REPAIR_SPACE,
                            mw_printf(arena, "%s put into the text behind line %zu%s%s",
                                      mw_repair_count_were(arena, n_lines, beginning ? "line" : "empty line"),
                                      at, beginning ? ", beginning " : "", beginning ? beginning : ""));
}

void mw_repair_deepen_runs(mw_repair_tree *tree, const mw_repair_node *n) {
    const mw_repair_text *text = n->text;
    size_t end = text->n_lines;
    if (end > MAX_RUN_TEXT)
        return;
    g_autoptr(GPtrArray) states = g_ptr_array_new_with_free_func((GDestroyNotify)mw_digest_free);
    g_autofree mw_repair_hasher *at = g_new0(mw_repair_hasher, end + 1);
    mw_repair_hasher hasher = mw_repair_hasher_new(tree->run, 0);
    for (size_t i = 0; i < end; i++) {
        g_ptr_array_add(states, mw_digest_copy(hasher.digest));
        at[i] = hasher;
        at[i].digest = states->pdata[i];
        mw_repair_hasher_add(tree->run, &hasher, mw_repair_canonical(text, i, i + 1));
    }
    for (size_t len = 1; len <= MIN(MAX_RUN, end); len++) {
        for (size_t i = 1; i + len < end; i++) {
            mw_span tail = mw_repair_canonical(text, i + len, end);
            if (!mw_repair_spend(tree->run, tail.len))
                return;
            mw_repair_hasher one = mw_repair_hasher_copy(&at[i], hasher.digest);
            mw_repair_hasher_add(tree->run, &one, tail);
            if (!mw_repair_hasher_ends(tree->run, &one))
                continue;
            report_run(tree, n, i, len);
            return;
        }
    }
}
