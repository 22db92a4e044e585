#include "score/composite.h"
#include "base/error.h"

enum { MAX_DEPTH = 32, MAX_NODES = 512 };

typedef enum operation { OP_ATOM, OP_AND, OP_OR, OP_NOT } operation;

typedef struct node {
    operation op;
    const struct node *left, *right;
    const char *symbol; /* of an atom; or its group */
    bool group;
    int sign;   /* of a group: 1 points above zero, -1 below, 0 any */
    bool takes; /* the atom's points are taken away when the whole is true */
} node;

struct mw_composite {
    const char *name, *title;
    double points;
    const node *root;
};

static const char composite_check[] = "composite";

/* ---- reading ---- */

typedef struct reader {
    mw_arena *arena;
    mw_span rest;
    size_t nodes;
    bool failed, leaves;
} reader;

static void skip_blanks(reader *r) {
    while (r->rest.len && g_ascii_isspace(r->rest.data[0]))
        r->rest = mw_span_from(r->rest, 1);
}

static bool is_word_byte(char c) {
    return g_ascii_isalnum(c) || c == '_' || c == '.' || c == '+' || c == ':' || c == '-';
}

static mw_span peek_word(reader *r) {
    skip_blanks(r);
    size_t n = 0;
    while (n < r->rest.len && is_word_byte(r->rest.data[n]))
        n++;
    return mw_span_slice(r->rest, 0, n);
}

/* One of the sign's bytes ("&", doubled as well), or the word. */
static bool take(reader *r, char sign, const char *word) {
    mw_span next = peek_word(r);
    if (word && mw_span_is(next, word)) {
        r->rest = mw_span_from(r->rest, next.len);
        return true;
    }
    if (!r->rest.len || r->rest.data[0] != sign)
        return false;
    r->rest = mw_span_from(
        r->rest, r->rest.len > 1 && (sign == '&' || sign == '|') && r->rest.data[1] == sign ? 2 : 1);
    return true;
}

static node *new_node(reader *r, operation op, const node *left, const node *right) {
    if (++r->nodes > MAX_NODES)
        r->failed = true;
    node *n = mw_new(r->arena, node);
    *n = (node){.op = op, .left = left, .right = right};
    return n;
}

static const node *read_or(reader *r, int depth);

static const node *read_atom(reader *r) {
    node *atom = new_node(r, OP_ATOM, NULL, NULL);
    atom->takes = !r->leaves;
    skip_blanks(r);
    while (r->rest.len && strchr("-~^", r->rest.data[0])) {
        if (r->rest.data[0] == '-')
            atom->takes = false;
        r->rest = mw_span_from(r->rest, 1);
    }
    mw_span word = peek_word(r);
    if (!word.len) {
        r->failed = true;
        return atom;
    }
    r->rest = mw_span_from(r->rest, word.len);
    if (r->rest.len && r->rest.data[0] == '[') { /* options of a symbol: not looked at */
        size_t end = mw_span_find(r->rest, ']');
        r->rest = mw_span_from(r->rest, end == SIZE_MAX ? r->rest.len : end + 1);
    }
    if (mw_span_starts(word, "g:") || mw_span_starts(word, "g+:") || mw_span_starts(word, "g-:")) {
        atom->group = true;
        atom->sign = word.data[1] == '+' ? 1 : word.data[1] == '-' ? -1 : 0;
        word = mw_span_from(word, atom->sign ? 3 : 2);
    }
    atom->symbol = mw_span_dup(r->arena, word);
    return atom;
}

static const node *read_not(reader *r, int depth) {
    if (depth > MAX_DEPTH || r->failed) {
        r->failed = true;
        return new_node(r, OP_ATOM, NULL, NULL);
    }
    if (take(r, '!', "not"))
        return new_node(r, OP_NOT, read_not(r, depth + 1), NULL);
    if (take(r, '(', NULL)) {
        const node *inner = read_or(r, depth + 1);
        if (!take(r, ')', NULL))
            r->failed = true;
        return inner;
    }
    return read_atom(r);
}

static const node *read_and(reader *r, int depth) {
    const node *left = read_not(r, depth);
    while (!r->failed && take(r, '&', "and"))
        left = new_node(r, OP_AND, left, read_not(r, depth));
    return left;
}

static const node *read_or(reader *r, int depth) {
    const node *left = read_and(r, depth);
    while (!r->failed && take(r, '|', "or"))
        left = new_node(r, OP_OR, left, read_and(r, depth));
    return left;
}

const mw_composite *mw_composite_read(mw_arena *arena, const char *name, const char *expression,
                                      double points, const char *policy, const char *title, GError **error) {
    reader r = {
        .arena = arena, .rest = mw_span_of(expression), .leaves = policy && strcmp(policy, "leave") == 0};
    const node *root = read_or(&r, 0);
    skip_blanks(&r);
    if (r.failed || r.rest.len) {
        g_set_error(error, MW_ERROR, MW_ERROR_DATA, "the composite %s: \"%s\" cannot be read", name,
                    expression);
        return NULL;
    }
    mw_composite *composite = mw_new(arena, mw_composite);
    *composite = (mw_composite){mw_strdup(arena, name), mw_strdup(arena, title), points, root};
    return composite;
}

/* ---- judging ---- */

static bool matches(const node *atom, const mw_finding *finding) {
    if (finding->state != MW_HIT || !atom->symbol)
        return false;
    if (!atom->group)
        return strcmp(finding->symbol->name, atom->symbol) == 0;
    if (atom->sign && (atom->sign > 0 ? finding->points <= 0 : finding->points >= 0))
        return false;
    return strcmp(finding->symbol->group, atom->symbol) == 0;
}

static bool is_true(const node *n, const GPtrArray *findings) {
    switch (n->op) {
    case OP_AND:
        return is_true(n->left, findings) && is_true(n->right, findings);
    case OP_OR:
        return is_true(n->left, findings) || is_true(n->right, findings);
    case OP_NOT:
        return !is_true(n->left, findings);
    default:
        for (guint i = 0; i < findings->len; i++)
            if (matches(n, findings->pdata[i]))
                return true;
        return false;
    }
}

/* Sets the points of what the atoms name to zero; not those under a "not". */
static void take_points(const node *n, GPtrArray *findings, const char *by) {
    if (n->op == OP_AND || n->op == OP_OR) {
        take_points(n->left, findings, by);
        take_points(n->right, findings, by);
    }
    if (n->op != OP_ATOM || !n->takes)
        return;
    for (guint i = 0; i < findings->len; i++) {
        mw_finding *finding = findings->pdata[i];
        if (matches(n, finding)) {
            finding->points = 0;
            finding->because_of = finding->because_of ? finding->because_of : by;
        }
    }
}

static void add_row(mw_facts *facts, const mw_composite *composite) {
    const mw_symbol *known = mw_catalogue_find(facts->catalogue, composite->name);
    if (!known) {
        mw_symbol *symbol = mw_new(facts->arena, mw_symbol);
        *symbol = (mw_symbol){
            .name = composite->name,
            .group = composite_check,
            .title = composite->title ? composite->title : composite->name,
            .explain = "Your own server's configuration adds this when several findings come together.",
            .check = "header",
            .owner = "server"};
        known = symbol;
    }
    mw_finding *row = mw_new(facts->arena, mw_finding);
    *row = (mw_finding){.symbol = known,
                        .scale = 1,
                        .summary = known->title,
                        .points = composite->points,
                        .check = composite_check};
    g_ptr_array_add(facts->findings, row);
}

void mw_composites_forget(mw_facts *facts, const GPtrArray *composites) {
    for (guint i = facts->findings->len; i-- > 0;) {
        mw_finding *finding = facts->findings->pdata[i];
        if (finding->check == composite_check)
            g_ptr_array_remove_index(facts->findings, i);
        for (guint j = 0; j < composites->len; j++)
            if (finding->because_of == ((const mw_composite *)composites->pdata[j])->name)
                finding->because_of = NULL;
    }
}

void mw_composites_apply(mw_facts *facts, const GPtrArray *composites) {
    for (guint i = 0; i < composites->len; i++) {
        const mw_composite *composite = composites->pdata[i];
        if (!is_true(composite->root, facts->findings))
            continue;
        take_points(composite->root, facts->findings, composite->name);
        add_row(facts, composite);
    }
}

const char *mw_composite_name(const mw_composite *composite) {
    return composite->name;
}
