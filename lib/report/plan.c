#include "report/plan.h"

#include "base/printable.h"
#include "dns/types.h"

const char *mw_purpose_name(mw_purpose purpose) {
    static const char *const names[] = {"authentication", "reverse DNS", "lists", "other checks"};
    return names[purpose];
}

static void write_questions(GString *out, mw_arena *arena, const mw_plan *plan, mw_purpose purpose) {
    bool any = false;
    for (guint i = 0; i < plan->questions->len; i++) {
        const mw_asked *q = plan->questions->pdata[i];
        if (q->purpose != purpose)
            continue;
        if (!any)
            g_string_append_printf(out, "\nFor %s\n", mw_purpose_name(purpose));
        any = true;
        g_string_append_printf(out, "  %-5s %s   (%s)\n", mw_type_text(arena, q->type),
                               mw_printable(arena, mw_name_text(arena, &q->name)), q->why);
    }
}

char *mw_plan_text(const mw_plan *plan) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    GString *out = g_string_new(NULL);
    guint n = plan->questions->len;
    g_string_append_printf(out, "%u question%s would be asked at first, of %s. Nothing was asked.\n", n,
                           n == 1 ? "" : "s", mw_printable(arena, plan->source));
    for (mw_purpose purpose = MW_FOR_AUTH; purpose <= MW_FOR_OTHER; purpose++)
        write_questions(out, arena, plan, purpose);
    g_string_append(out, "\nThen, as far as the answers lead there\n");
    for (guint i = 0; i < plan->patterns->len; i++) {
        const mw_pattern *p = plan->patterns->pdata[i];
        g_string_append_printf(out, "  %s   (%s)\n", p->pattern, p->why);
    }
    return g_string_free(out, FALSE);
}
