#include "report/rows.h"
#include "score/profile.h"

enum { MAX_SYMBOL_WIDTH = 32, LEAST_SYMBOL_WIDTH = 20, STACK_BELOW = 90, STACKED_AT = 6, SHOWN_CHECKS = 5 };

/* Of no points: worth a row only where it breaks authentication. */
static bool breaks(const mw_finding *f) {
    static const char *const symbols[] = {
        "R_SPF_FAIL",       "R_SPF_SOFTFAIL",      "R_SPF_NEUTRAL",
        "R_SPF_PERMFAIL",   "R_SPF_DNSFAIL",       "R_SPF_PLUSALL",
        "R_DKIM_REJECT",    "R_DKIM_PERMFAIL",     "R_DKIM_TEMPFAIL",
        "DMARC_BAD_POLICY", "DMARC_POLICY_REJECT", "DMARC_POLICY_QUARANTINE",
        "DMARC_DNSFAIL",    "ARC_REJECT",          "ARC_INVALID",
        "RDNS_NONE",        "RDNS_DNSFAIL",        NULL};
    return g_strv_contains(symbols, f->symbol->name);
}

static bool is_shown(const mw_finding *f, const mw_finding *leads, int verbose) {
    if (f->state != MW_HIT)
        return verbose > 0 && f->points > 0;
    return verbose > 0 || f == leads || f->points >= 0.005 || (f->points > -0.005 && breaks(f));
}

static int row_rank(const mw_finding *f) {
    return f->state != MW_HIT ? 3 : f->points > 0 ? 0 : f->points < 0 ? 2 : 1;
}

static int by_points(gconstpointer a, gconstpointer b) {
    const mw_finding *x = *(const mw_finding *const *)a, *y = *(const mw_finding *const *)b;
    if (row_rank(x) != row_rank(y))
        return row_rank(x) - row_rank(y);
    if (x->points != y->points)
        return x->points > y->points ? -1 : 1;
    return strcmp(x->symbol->name, y->symbol->name);
}

typedef struct rows {
    mw_layout *l;
    const mw_diagnosis *d;
    const mw_finding *leads;
    const char *told; /* the cause, as the head has told it; or NULL */
    const GPtrArray *sorted;
    int symbol_width, verbose;
} rows;

/* Red for what refuses: by itself, or as the heaviest of a total that does. */
static mw_color points_color(const rows *r, const mw_finding *f, bool blocks) {
    if (f->points < 0)
        return MW_GREEN;
    return blocks || (r->d->score.points >= r->d->limit && f == r->sorted->pdata[0]) ? MW_RED : MW_PLAIN;
}

static int text_column(const rows *r) {
    return 2 + r->symbol_width + 2 + 6 + 2;
}

/* Beside the points, on one line. */
static bool fits(const rows *r, const char *text) {
    return text_column(r) + (int)mw_printable_width(mw_printable(r->l->arena, text)) <= r->l->width;
}

static void write_text(rows *r, const char *text) {
    mw_layout *l = r->l;
    int column = text_column(r);
    if (fits(r, text) || l->width >= STACK_BELOW) {
        g_string_append(l->out, "  ");
        mw_layout_wrap(l, MW_PLAIN, column, column, text);
    } else {
        g_string_append_printf(l->out, "\n%*s", STACKED_AT, "");
        mw_layout_wrap(l, MW_PLAIN, STACKED_AT, STACKED_AT, text);
    }
}

/* Nothing is told twice, and a line is enough, but for who asks for all. */
static const char *row_words(const rows *r, const mw_finding *f, bool follows) {
    if (f == r->leads || (r->verbose <= 0 && r->told && strstr(r->told, f->summary)))
        return "see Cause";
    if (r->verbose <= 0 && f->state == MW_HIT && follows && f->points > 0)
        return "follows from it";
    if (r->verbose > 0 || f->state != MW_HIT || fits(r, f->summary) || !fits(r, f->symbol->title))
        return f->summary;
    const char *named =
        strcmp(f->symbol->group, "domains") == 0 && strcmp(f->symbol->check, "list") == 0
            ? mw_printf(r->l->arena, "%s: %.*s", f->symbol->title, (int)strcspn(f->summary, " "), f->summary)
            : NULL; /* which domain is listed; of addresses it is the server's */
    return named && fits(r, named) ? named : f->symbol->title;
}

static void write_row(rows *r, const mw_finding *f, int indent) {
    mw_layout *l = r->l;
    int pad = 2 + r->symbol_width - indent - (int)strlen(f->symbol->name);
    bool blocks = f->state == MW_HIT && f->scale > 0 && mw_profile_blocks(r->d->profile, f->symbol->name);
    g_string_append_printf(l->out, "%*s", 2 + indent, "");
    mw_layout_text(l, MW_PLAIN, f->symbol->name);
    g_string_append_printf(l->out, "%*s", MAX(pad, 1), "");
    if (f->state == MW_HIT)
        mw_layout_format(l, points_color(r, f, blocks), "%+6.2f", f->points);
    else
        mw_layout_format(l, MW_YELLOW, "%6s", "?");
    const char *text = row_words(r, f, indent > 0);
    write_text(r, mw_printf(l->arena, "%s%s%s", text, blocks ? " [refuses by itself]" : "",
                            f->accepted ? " [accepted]" : ""));
}

/* Consequences stand under their cause; two levels are enough for a reader. */
static void write_with_consequences(rows *r, const mw_finding *f, int depth) {
    write_row(r, f, depth);
    for (guint i = 0; depth < 2 && i < r->sorted->len; i++) {
        const mw_finding *other = r->sorted->pdata[i];
        if (other != f && other->because_of && strcmp(other->because_of, f->symbol->name) == 0)
            write_with_consequences(r, other, depth + 1);
    }
}

static bool has(const GPtrArray *list, const mw_finding *finding) {
    for (guint i = 0; i < list->len; i++)
        if (list->pdata[i] == finding)
            return true;
    return false;
}

/* What takes points off, in one row: what it is stands in the line of what passed. */
static void write_credits(rows *r, const GPtrArray *findings) {
    double credits = 0;
    for (guint i = 0; i < findings->len; i++) {
        const mw_finding *f = findings->pdata[i];
        if (f->state == MW_HIT && f->points < 0 && !has(r->sorted, f))
            credits += f->points;
    }
    if (credits > -0.005)
        return;
    g_string_append_printf(r->l->out, "  what passed%*s", r->symbol_width - 9, "");
    mw_layout_format(r->l, MW_GREEN, "%+6.2f", credits);
    write_text(r, "see Passed");
}

static guint count_with_points(const GPtrArray *list) {
    guint n = 0;
    for (guint i = 0; i < list->len; i++) {
        const mw_finding *f = list->pdata[i];
        n += f->state == MW_HIT && f->points != 0;
    }
    return n;
}

bool mw_rows_write(mw_layout *l, const mw_diagnosis *d, const mw_verdict *v, int verbose) {
    GPtrArray *sorted = mw_array_new(l->arena);
    rows r = {l, d, v->finding, v->cause, sorted, LEAST_SYMBOL_WIDTH, verbose};
    for (guint i = 0; i < d->facts->findings->len; i++) {
        mw_finding *f = d->facts->findings->pdata[i];
        if (!is_shown(f, v->finding, verbose))
            continue;
        g_ptr_array_add(sorted, f);
        r.symbol_width = MIN(MAX(r.symbol_width, (int)strlen(f->symbol->name) + 1), MAX_SYMBOL_WIDTH);
    }
    if (sorted->len == 0)
        return false;
    g_ptr_array_sort(sorted, by_points);
    for (guint i = 0; i < sorted->len; i++) {
        const mw_finding *f = sorted->pdata[i], *cause = mw_finding_cause(d->facts, f);
        if (!cause || cause == f || !has(sorted, cause))
            write_with_consequences(&r, f, 0);
    }
    write_credits(&r, d->facts->findings);
    if (verbose <= 0 || count_with_points(sorted) < 2)
        return true; /* the headline tells the total */
    g_string_append_printf(l->out, "  total%*s", r.symbol_width - 3, "");
    mw_layout_format(l, MW_BOLD, "%+6.2f", d->score.points);
    write_text(&r, mw_printf(l->arena, "rejected from %g on", d->limit));
    return true;
}

/* ---- what passed ---- */

static void add_word(GString *text, const char *word) {
    g_string_append_printf(text, "%s%s", text->len ? ", " : "", word);
}

static void add_signatures(GString *text, const mw_facts *f) {
    GString *domains = g_string_new(NULL);
    for (guint i = 0; f->dkim && i < f->dkim->len; i++) {
        const mw_dkim *dkim = f->dkim->pdata[i];
        if (dkim->result == MW_DKIM_PASS && dkim->domain)
            add_word(domains, dkim->domain);
    }
    if (domains->len)
        g_string_append_printf(text, "%sDKIM (%s)", text->len ? ", " : "", domains->str);
    g_string_free(domains, TRUE);
}

/* Lists with an answer to go by in which nothing stands, and those without one. */
static void add_lists(mw_arena *arena, GString *text, const mw_facts *f) {
    g_autoptr(GHashTable) clean = g_hash_table_new(g_str_hash, g_str_equal),
                          bad = g_hash_table_new(g_str_hash, g_str_equal),
                          silent = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < f->list_entries->len; i++) {
        const mw_list_entry *e = f->list_entries->pdata[i];
        GHashTable *set = e->state == MW_LIST_CLEAN       ? clean
                          : e->state == MW_LIST_LISTED    ? bad
                          : e->state == MW_LIST_NOT_ASKED ? NULL
                                                          : silent;
        if (set)
            g_hash_table_add(set, (gpointer)e->zone);
    }
    GHashTableIter iter;
    gpointer zone;
    g_hash_table_iter_init(&iter, bad);
    while (g_hash_table_iter_next(&iter, &zone, NULL))
        g_hash_table_remove(clean, zone);
    guint n = g_hash_table_size(clean), none = g_hash_table_size(silent);
    if (n)
        add_word(text, mw_printf(arena, "%u %s%s", n, n == 1 ? "list" : "lists",
                                 none ? mw_printf(arena, " (%u without an answer)", none) : ""));
}

void mw_rows_passed(mw_layout *l, const mw_diagnosis *d) {
    const mw_facts *f = d->facts;
    g_autoptr(GString) text = g_string_new(NULL);
    if (f->spf && f->spf->result == MW_SPF_PASS)
        add_word(text, f->spf->domain && g_strcmp0(f->spf->domain, f->from_domain)
                           ? mw_printf(l->arena, "SPF (%s)", f->spf->domain)
                           : "SPF");
    add_signatures(text, f);
    if (f->dmarc && f->dmarc->rfc9989.result == MW_DMARC_PASS)
        add_word(text, "DMARC");
    if (f->arc && f->arc->result == MW_ARC_PASS)
        add_word(text, "ARC");
    if (f->rdns && f->rdns->result == MW_RDNS_PASS)
        add_word(text, "reverse DNS");
    add_lists(l->arena, text, f);
    if (text->len)
        mw_layout_labelled(l, "Passed", "%s", text->str);
}

/* ---- what is not known ---- */

static const char *check_words(const char *check) {
    static const char *const words[][2] = {{"spf", "SPF"},
                                           {"dkim", "DKIM"},
                                           {"dmarc", "DMARC"},
                                           {"arc", "ARC"},
                                           {"helo", "HELO"},
                                           {"rdns", "reverse DNS"},
                                           {"sender", "the sender's domain"},
                                           {"list", "block lists"},
                                           {"link", "links"}};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i][0], check) == 0)
            return words[i][1];
    return check;
}

static void write_open_briefly(mw_layout *l, const mw_diagnosis *d) {
    GPtrArray *checks = mw_array_new(l->arena);
    const mw_finding *only = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < d->facts->findings->len; i++) {
        const mw_finding *f = d->facts->findings->pdata[i];
        const char *word = check_words(f->symbol->check);
        if (f->state == MW_HIT || g_ptr_array_find_with_equal_func(checks, word, g_str_equal, NULL))
            continue;
        only = f;
        if (checks->len < SHOWN_CHECKS)
            add_word(text, word);
        g_ptr_array_add(checks, (gpointer)word);
    }
    const mw_finding *lead = d->verdict->finding;
    if (checks->len == 1 && !(lead && strcmp(lead->symbol->check, only->symbol->check) == 0))
        mw_layout_labelled(l, "Unknown", "%s", only->summary);
    else if (checks->len > 1)
        mw_layout_labelled(l, "Unknown", "%s%s (-v tells why)", text->str,
                           checks->len > SHOWN_CHECKS
                               ? mw_printf(l->arena, " and %u more", checks->len - SHOWN_CHECKS)
                               : "");
}

void mw_rows_unknown(mw_layout *l, const mw_diagnosis *d, int verbose) {
    const mw_facts *f = d->facts;
    bool any = false;
    if (verbose <= 0)
        write_open_briefly(l, d);
    for (guint i = 0; verbose > 0 && i < f->findings->len; i++) {
        const mw_finding *x = f->findings->pdata[i];
        if (x->state == MW_HIT)
            continue;
        mw_layout_labelled(l, any ? "" : "Unknown", "%s: %s", x->symbol->name, x->summary);
        any = true;
    }
    for (guint i = 0, told = 0; i < f->notices->len; i++)
        if (verbose > 0 || f->notices->pdata[i] != f->lists_notice)
            mw_layout_labelled(l, told++ ? "" : "Note", "%s", (const char *)f->notices->pdata[i]);
}
