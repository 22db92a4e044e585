/* A summary for programs: JSON and CSV. */
#include "base/printable.h"
#include "report/json_value.h"
#include "report/summary_parts.h"

#include <string.h>

/* ---- JSON ---- */

static void put_examples(mw_arena *a, mw_json *o, const char *const *examples) {
    GPtrArray *list = mw_array_new(a);
    for (int i = 0; i < MW_TALLY_EXAMPLES && examples[i]; i++)
        g_ptr_array_add(list, (gpointer)examples[i]);
    mw_json_strings(a, o, "examples", list);
}

static void put_shared(mw_arena *a, mw_json *o, const char *what, const char *whose) {
    mw_json_text(a, o, "shared", what);
    mw_json_text(a, o, "value", whose);
}

static mw_json *one_cluster(mw_arena *a, const void *item, const void *context) {
    const mw_tally_cluster *c = item;
    mw_json *o = mw_json_object();
    mw_json_int(o, "mails", c->mails);
    mw_json_text(a, o, "cause", c->cause);
    mw_json_text(a, o, "symbol_or_reason", c->title);
    put_shared(a, o, c->what, c->whose);
    mw_json_text(a, o, "who", c->who);
    mw_json_text(a, o, "action", c->action);
    mw_json_bool(o, "deceives", c->deceives);
    mw_json_time(a, o, "first", c->first);
    mw_json_time(a, o, "last", c->last);
    put_examples(a, o, c->examples);
    return o;
}

static mw_json *one_fix(mw_arena *a, const void *item, const void *context) {
    const mw_tally_fix *f = item;
    mw_json *o = mw_json_object();
    mw_json_int(o, "mails", f->mails);
    mw_json_int(o, "tried", f->touched);
    mw_json_text(a, o, "record", f->record);
    mw_json_text(a, o, "symbol", f->symbol);
    put_shared(a, o, f->what, f->whose);
    mw_json_text(a, o, "owner", f->who);
    mw_json_text(a, o, "text", f->text);
    put_examples(a, o, f->examples);
    return o;
}

static mw_json *one_failure(mw_arena *a, const void *item, const void *context) {
    const mw_tally_failure *f = item;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "file", f->file);
    mw_json_text(a, o, "error", f->text);
    return o;
}

char *mw_tally_json(const mw_tally *t, bool line) {
    g_autoptr(mw_arena) a = mw_arena_new();
    mw_json *o = mw_json_object(), *outcomes = mw_json_object();
    mw_json_int(o, "schema", 2);
    mw_json_text(a, o, "mailwhy", MAILWHY_VERSION);
    mw_json_text(a, o, "kind", "summary");
    mw_json_int(o, "mails", t->mails);
    mw_json_time(a, o, "first", t->first);
    mw_json_time(a, o, "last", t->last);
    for (int i = 0; i <= MW_OUTCOME_COMPLAINT; i++)
        mw_json_int(outcomes, mw_outcome_name((mw_outcome)i), t->outcomes[i]);
    mw_json_put(o, "outcomes", outcomes);
    mw_json_list(a, o, "clusters", mw_tally_clusters(a, t), one_cluster, NULL);
    mw_json_list(a, o, "fixes", mw_tally_fixes(a, t), one_fix, NULL);
    mw_json_list(a, o, "errors", t->failures, one_failure, NULL);
    return line ? mw_json_line(o) : mw_json_dump(o);
}

/* ---- CSV ---- */

/* What a spreadsheet takes for a formula at the beginning of a cell, also in the width of East Asian letters.
 */
static bool begins_formula(const char *text) {
    static const char *const wide[] = {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
    for (gsize i = 0; i < G_N_ELEMENTS(wide); i++)
        if (g_str_has_prefix(text, wide[i]))
            return true;
    return *text && strchr("=+-@", *text);
}

/* No cell begins with a formula, and none does where semicolons are taken for what parts cells. */
static void cell(GString *out, const char *text, bool last) {
    g_autoptr(GString) safe = g_string_new(NULL);
    mw_printable_append(safe, mw_span_of(text ? text : ""), 0);
    g_string_append_c(out, '"');
    for (const char *p = safe->str; *p; p++) {
        if ((p == safe->str || p[-1] == ';') && begins_formula(p))
            g_string_append_c(out, '\'');
        if (*p == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *p);
    }
    g_string_append(out, last ? "\"\r\n" : "\",");
}

static void row(GString *out, const char *kind, unsigned mails, const char *const cells[9]) {
    cell(out, kind, false);
    g_string_append_printf(out, "%u,", mails);
    for (int i = 0; i < 9; i++)
        cell(out, cells[i], i == 8);
}

char *mw_tally_csv(const mw_tally *t) {
    g_autoptr(mw_arena) a = mw_arena_new();
    GString *out = g_string_new("kind,mails,name,detail,shared,value,who,first,last,example,action\r\n");
    for (int i = 0; i <= MW_OUTCOME_COMPLAINT; i++)
        if (t->outcomes[i])
            row(out, "outcome", t->outcomes[i], (const char *[9]){mw_outcome_name((mw_outcome)i)});
    GPtrArray *all = mw_tally_clusters(a, t);
    for (guint i = 0; i < all->len; i++) {
        const mw_tally_cluster *c = all->pdata[i];
        row(out, "cluster", c->mails,
            (const char *[9]){mw_printf(a, "%s%s", c->cause, c->deceives ? MW_TALLY_DECEIVES : ""), c->title,
                              c->what, c->whose, c->who, mw_time_rfc3339(a, c->first),
                              mw_time_rfc3339(a, c->last), c->examples[0], c->action});
    }
    all = mw_tally_fixes(a, t);
    for (guint i = 0; i < all->len; i++) {
        const mw_tally_fix *f = all->pdata[i];
        row(out, "fix", f->mails,
            (const char *[9]){f->symbol, f->record, f->what, f->whose, f->who, NULL, NULL, f->examples[0],
                              f->text});
    }
    for (guint i = 0; i < t->failures->len; i++) {
        const mw_tally_failure *f = t->failures->pdata[i];
        row(out, "error", 1, (const char *[9]){NULL, f->text, NULL, NULL, NULL, NULL, NULL, f->file});
    }
    return g_string_free(out, FALSE);
}
