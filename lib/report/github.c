#include "report/bounce.h"
#include "check/position.h"
#include "report/tools.h"
#include "score/weight.h"

/* As the runner's toolkit escapes them: a property may hold no colon and no comma besides. */
static void add(GString *out, const char *text, bool property) {
    g_autoptr(GString) shown = g_string_new(NULL);
    mw_printable_append(shown, mw_span_of(text), 0);
    for (const char *p = shown->str; *p; p++) {
        if (*p == '%' || (property && (*p == ':' || *p == ',')))
            g_string_append_printf(out, "%%%02X", (unsigned char)*p);
        else
            g_string_append_c(out, *p);
    }
}

static void add_line(GString *out, const char *level, const char *file, size_t line, const char *title,
                     const char *text) {
    g_string_append_printf(out, "::%s file=", level);
    add(out, file, true);
    g_string_append_printf(out, ",line=%zu,col=1,title=", line);
    add(out, title, true);
    g_string_append(out, "::");
    add(out, text, false);
    g_string_append_c(out, '\n');
}

char *mw_github_write(const mw_diagnosis *d) {
    static const char *const levels[] = {NULL, "notice", "warning", "error"};
    GString *out = g_string_new(NULL);
    g_autoptr(mw_arena) arena = mw_arena_new();
    if (d->facts->bounce)
        add_line(out, d->verdict->action == MW_OUTCOME_UNDELIVERED ? "error" : "warning", d->file, 1,
                 mw_outcome_name(d->verdict->action), mw_bounce_line(arena, d));
    for (guint i = 0; i < d->facts->findings->len; i++) {
        const mw_finding *f = d->facts->findings->pdata[i];
        mw_weight weight = mw_finding_weight(d, f);
        size_t line = mw_finding_line(d->facts, f);
        if (weight != MW_WEIGHT_NONE && !f->accepted)
            add_line(out, levels[weight], d->file, MAX(line, 1), f->symbol->name,
                     mw_printf(arena, "%s (mailwhy --explain %s)", f->summary, f->symbol->name));
    }
    if (out->len == 0)
        add_line(out, "notice", d->file, 1, mw_outcome_name(d->verdict->action), d->verdict->summary);
    return g_string_free(out, FALSE);
}
