#include "report/spf_tree.h"
#include "base/limits.h"

enum { INDENT = 2, TERM_SHOWN = 56, MAX_COLUMN = 64, MAX_ROWS = 200 };

typedef struct row {
    int depth;
    const char *text;
    int lookups; /* 0: none */
    const char *note;
    mw_color color;
} row;

typedef struct tree {
    mw_arena *arena;
    GArray *rows; /* of row */
    bool cut;
    bool path; /* only what leads to the decision or to the fault; the rest is counted */
} tree;

static void add(tree *t, int depth, const char *text, int lookups, const char *note, mw_color color) {
    if (t->rows->len >= MAX_ROWS) {
        t->cut = true;
        return;
    }
    row r = {depth, text, lookups, note, color};
    g_array_append_val(t->rows, r);
}

/* Down from here the look-ups go over the ten. */
static bool goes_over(const mw_spf_term *term) {
    if (term->over_limit)
        return true;
    for (size_t i = 0; term->child && i < term->child->n_terms; i++)
        if (goes_over(&term->child->terms[i]))
            return true;
    return false;
}

/* It, or what stands below it, decides or is at fault. */
static bool matters(const mw_spf_term *term, bool deciding) {
    return goes_over(term) || (term->child && term->child->problem) || term->is_void ||
           (term->matched && deciding);
}

static bool is_plain_address(const mw_spf_term *term) {
    return term->evaluated && !term->matched &&
           (g_ascii_strncasecmp(term->text, "ip", 2) == 0 ||
            (*term->text && g_ascii_strncasecmp(term->text + 1, "ip", 2) == 0));
}

/* deciding: the record is on the way to the term that decided. */
static const char *note_of(tree *t, const mw_spf_term *term, const mw_spf_node *in, bool over,
                           bool deciding) {
    if (term->over_limit)
        return mw_printf(t->arena, "one more than the %d look-ups that are allowed", MW_MAX_SPF_LOOKUPS);
    if (over)
        return "goes over the limit in here";
    if (term->child && term->child->problem)
        return term->child->problem;
    if (term->matched && !deciding)
        return mw_printf(t->arena, "matches: %s", mw_spf_result_name(in->result));
    if (term->matched)
        return term->child ? "matches" : mw_printf(t->arena, "decides: %s", mw_spf_result_name(in->result));
    if (term->is_void)
        return "finds nothing";
    return term->child ? mw_spf_result_name(term->child->result) : "";
}

static void add_node(tree *t, const mw_spf_node *node, int depth, bool deciding);

static void add_term(tree *t, const mw_spf_term *term, const mw_spf_node *in, int depth, bool deciding) {
    bool redirect = g_ascii_strncasecmp(term->text, "redirect=", 9) == 0;
    bool over = goes_over(term);
    mw_color color = over || (term->child && term->child->problem) ? MW_RED
                     : term->matched && deciding                   ? MW_BOLD
                     : term->is_void                               ? MW_YELLOW
                                                                   : MW_PLAIN;
    const char *text = term->text;
    if (term->target && strchr(text, '%'))
        text = mw_printf(t->arena, "%s = %s", text, term->target);
    add(t, depth, text, term->lookups, note_of(t, term, in, over, deciding), color);
    if (term->child)
        add_node(t, term->child, depth + 1, deciding && (term->matched || redirect));
}

/* A modifier has an equals sign before any colon. */
static bool is_modifier(const mw_spf_term *term) {
    return term->text[strcspn(term->text, "=:")] == '=';
}

static void add_path(tree *t, const mw_spf_node *node, int depth, bool deciding) {
    size_t others = 0;
    int lookups = 0;
    for (size_t i = 0; i < node->n_terms; i++) {
        const mw_spf_term *term = &node->terms[i];
        bool redirect = g_ascii_strncasecmp(term->text, "redirect=", 9) == 0;
        if (term->evaluated && (matters(term, deciding) || (redirect && term->child)))
            continue;
        others += term->evaluated && !is_modifier(term);
        lookups += term->evaluated ? term->lookups : 0;
    }
    if (others)
        add(t, depth, mw_printf(t->arena, "%zu other %s", others, others == 1 ? "term" : "terms"), lookups,
            "no match", MW_DIM);
    for (size_t i = 0; i < node->n_terms; i++) {
        const mw_spf_term *term = &node->terms[i];
        bool redirect = g_ascii_strncasecmp(term->text, "redirect=", 9) == 0;
        if (term->evaluated && (matters(term, deciding) || (redirect && term->child)))
            add_term(t, term, node, depth, deciding);
    }
}

static void add_node(tree *t, const mw_spf_node *node, int depth, bool deciding) {
    if (t->path) {
        add_path(t, node, depth, deciding);
        return;
    }
    size_t plain = 0, unread = node->n_left_out;
    for (size_t i = 0; i <= node->n_terms; i++) {
        const mw_spf_term *term = i < node->n_terms ? &node->terms[i] : NULL;
        if (term && is_plain_address(term)) {
            plain++;
            continue;
        }
        if (plain)
            add(t, depth,
                plain == 1 ? node->terms[i - 1].text
                           : mw_printf(t->arena, "%zu addresses and networks", plain),
                0, "no match", MW_DIM);
        plain = 0;
        if (term && term->evaluated)
            add_term(t, term, node, depth, deciding);
        else if (term && !is_modifier(term))
            unread++;
    }
    if (unread)
        add(t, depth, mw_printf(t->arena, "%zu %s", unread, unread == 1 ? "more term" : "more terms"), 0,
            "not read", MW_DIM);
}

static const char *shown(tree *t, const char *text) {
    g_autoptr(GString) out = g_string_new(NULL);
    mw_printable_append(out, mw_span_of(text), TERM_SHOWN);
    return mw_strdup(t->arena, out->str);
}

static void write_rows(tree *t, mw_layout *l) {
    int column = 0;
    for (guint i = 0; i < t->rows->len; i++) {
        row *r = &g_array_index(t->rows, row, i);
        r->text = shown(t, r->text);
        int width = MW_LABEL_WIDTH + INDENT * r->depth + (int)mw_printable_width(r->text);
        column = MIN(MAX(column, width), MAX_COLUMN);
    }
    for (guint i = 0; i < t->rows->len; i++) {
        const row *r = &g_array_index(t->rows, row, i);
        int width = MW_LABEL_WIDTH + INDENT * r->depth + (int)mw_printable_width(r->text);
        g_string_append_printf(l->out, "%*s", MW_LABEL_WIDTH + INDENT * r->depth, "");
        mw_layout_text(l, r->color, r->text);
        g_string_append_printf(l->out, "%*s", MAX(column - width, 0) + 1, "");
        if (r->lookups)
            mw_layout_format(l, r->color, "%3d  ", r->lookups);
        else
            g_string_append(l->out, "     ");
        mw_layout_wrap(l, r->color, column + 6, column + 6, r->note);
    }
    if (t->cut)
        mw_layout_labelled(l, "", "... and more terms: --json shows them all");
}

static bool is_decided(const mw_spf *spf) {
    return spf->result != MW_SPF_PERMERROR && spf->result != MW_SPF_TEMPERROR &&
           spf->result != MW_SPF_UNTESTABLE;
}

bool mw_spf_tree_helps(const mw_spf *spf) {
    for (size_t i = 0; spf->tree && i < spf->tree->n_terms; i++) {
        const mw_spf_term *term = &spf->tree->terms[i];
        if (term->evaluated && term->child &&
            (goes_over(term) || term->child->problem || (term->matched && is_decided(spf))))
            return true;
    }
    return false;
}

void mw_spf_tree_write(mw_layout *l, const mw_spf *spf, bool whole) {
    if (!spf || !spf->tree)
        return;
    tree t = {.arena = l->arena, .rows = g_array_new(FALSE, FALSE, sizeof(row)), .path = !whole};
    const char *voids = spf->void_lookups ? mw_printf(l->arena, ", %d of %d that find nothing",
                                                      spf->void_lookups, MW_MAX_SPF_VOIDS)
                                          : "";
    mw_layout_labelled(l, "SPF", "%s: %s, %d of %d look-ups%s", spf->tree->domain,
                       mw_spf_result_name(spf->result), spf->lookups, MW_MAX_SPF_LOOKUPS, voids);
    add_node(&t, spf->tree, 0, is_decided(spf));
    write_rows(&t, l);
    g_array_free(t.rows, TRUE);
}
