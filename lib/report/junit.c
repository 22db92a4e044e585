#include "report/bounce.h"
#include "report/head.h"
#include "report/markup.h"
#include "report/tools.h"
#include "score/fail_on.h"
#include "score/weight.h"

/* The checks in the order of their first findings, with the heaviest weight of each. */
typedef struct group {
    const char *check;
    mw_weight weight;
    guint first; /* the finding that has it */
    guint n;     /* how many matter */
} group;

/* What is accepted fails no test. */
static mw_weight weight_of(const mw_diagnosis *d, const mw_finding *f) {
    return f->accepted ? MW_WEIGHT_NONE : mw_finding_weight(d, f);
}

static GArray *groups_of(const mw_diagnosis *d) {
    GArray *groups = g_array_new(FALSE, FALSE, sizeof(group));
    for (guint i = 0; i < d->facts->findings->len; i++) {
        const mw_finding *f = d->facts->findings->pdata[i];
        mw_weight weight = weight_of(d, f);
        group *g = NULL;
        for (guint k = 0; k < groups->len && !g; k++)
            if (strcmp(g_array_index(groups, group, k).check, f->symbol->check) == 0)
                g = &g_array_index(groups, group, k);
        if (!g) {
            group new = {f->symbol->check, MW_WEIGHT_NONE, i, 0};
            g_array_append_val(groups, new);
            g = &g_array_index(groups, group, groups->len - 1);
        }
        g->n += weight != MW_WEIGHT_NONE;
        if (weight > g->weight)
            g->weight = weight, g->first = i;
    }
    return groups;
}

static bool is_skipped(const mw_diagnosis *d, const group *g) {
    return g->weight == MW_WEIGHT_NOTE &&
           ((const mw_finding *)d->facts->findings->pdata[g->first])->state != MW_HIT;
}

static bool is_failure(const group *g) {
    return g->weight >= MW_WEIGHT_WARNING;
}

static void write_case(mw_markup *m, mw_arena *arena, const mw_diagnosis *d, const group *g) {
    const mw_finding *first = d->facts->findings->pdata[g->first];
    mw_markup_open(m, "testcase");
    mw_markup_attribute(m, "classname", "mailwhy");
    mw_markup_attribute(m, "name", g->check);
    mw_markup_attribute(m, "time", "0");
    if (is_failure(g)) {
        mw_markup_open(m, "failure");
        mw_markup_attribute(m, "type", first->symbol->name);
        mw_markup_attribute(m, "message", first->summary);
        for (guint i = 0; i < d->facts->findings->len; i++) {
            const mw_finding *f = d->facts->findings->pdata[i];
            if (strcmp(f->symbol->check, g->check) || weight_of(d, f) == MW_WEIGHT_NONE)
                continue;
            mw_markup_text(m, mw_printf(arena, "%s %+.2f: %s", f->symbol->name, f->points, f->summary));
            mw_markup_raw(m, "\n");
            if (mw_finding_fix(f) && !d->verdict->forged && !d->verdict->deceptive) {
                mw_markup_text(m, mw_printf(arena, "Mend it: %s", mw_finding_fix(f)));
                mw_markup_raw(m, "\n");
            }
        }
        mw_markup_close(m);
    } else if (is_skipped(d, g)) {
        mw_markup_open(m, "skipped");
        mw_markup_attribute(m, "message", first->summary);
        mw_markup_close(m);
    }
    mw_markup_close(m);
}

static void write_verdict(mw_markup *m, mw_arena *arena, const mw_diagnosis *d) {
    const mw_verdict *v = d->verdict;
    int status = mw_fail_on_status(d, NULL);
    bool fails = status == 1, open = status == 3;
    mw_markup_open(m, "testcase");
    mw_markup_attribute(m, "classname", "mailwhy");
    mw_markup_attribute(m, "name", "verdict");
    mw_markup_attribute(m, "time", "0");
    if (fails || open) {
        mw_markup_open(m, fails ? "failure" : "skipped");
        if (fails)
            mw_markup_attribute(m, "type", mw_outcome_name(v->action));
        mw_markup_attribute(m, "message",
                            mw_printf(arena, "%s %s", mw_head_word(arena, v),
                                      d->facts->bounce ? mw_bounce_line(arena, d)
                                      : v->cause       ? v->cause
                                                       : ""));
        mw_markup_close(m);
    }
    mw_markup_close(m);
}

static void open_suite(mw_markup *m, const char *name, guint tests, guint failures, guint errors,
                       guint skipped) {
    const struct {
        const char *name;
        guint value;
    } counts[] = {{"tests", tests}, {"failures", failures}, {"errors", errors}, {"skipped", skipped}};
    mw_markup_open(m, "testsuite");
    mw_markup_attribute(m, "name", name);
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        char text[16];
        g_snprintf(text, sizeof text, "%u", counts[i].value);
        mw_markup_attribute(m, counts[i].name, text);
    }
    mw_markup_attribute(m, "time", "0");
}

static void write_suite(mw_markup *m, const mw_diagnosis *d) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GArray) groups = groups_of(d);
    int status = mw_fail_on_status(d, NULL);
    guint failures = status == 1, skipped = status == 3;
    for (guint i = 0; i < groups->len; i++) {
        failures += is_failure(&g_array_index(groups, group, i));
        skipped += is_skipped(d, &g_array_index(groups, group, i));
    }
    open_suite(m, d->file, groups->len + 1, failures, 0, skipped);
    write_verdict(m, arena, d);
    for (guint i = 0; i < groups->len; i++)
        write_case(m, arena, d, &g_array_index(groups, group, i));
    mw_markup_close(m);
}

char *mw_junit_write(const mw_diagnosis *d) {
    mw_markup *m = mw_markup_new(NULL);
    mw_markup_open(m, "testsuites");
    write_suite(m, d);
    return mw_markup_end(m);
}

char *mw_junit_part(const mw_diagnosis *d) {
    mw_markup *m = mw_markup_new("");
    write_suite(m, d);
    return mw_markup_end(m);
}

char *mw_junit_error(const char *name, const char *text) {
    mw_markup *m = mw_markup_new("");
    open_suite(m, name, 1, 0, 1, 0);
    mw_markup_open(m, "testcase");
    mw_markup_attribute(m, "classname", "mailwhy");
    mw_markup_attribute(m, "name", "read");
    mw_markup_attribute(m, "time", "0");
    mw_markup_open(m, "error");
    mw_markup_attribute(m, "type", "unreadable");
    mw_markup_attribute(m, "message", text);
    return mw_markup_end(m);
}
