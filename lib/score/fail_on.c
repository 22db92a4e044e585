#include "score/fail_on.h"
#include "base/error.h"
#include "base/suggest.h"

static int by_name(gconstpointer a, gconstpointer b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *suggestion(mw_arena *arena, const mw_catalogue *catalogue, const mw_profile *profile,
                              const char *word) {
    GPtrArray *names = mw_array_new(arena), *symbols = mw_catalogue_all(catalogue, arena);
    g_ptr_array_add(names, (gpointer) "score");
    g_ptr_array_add(names, (gpointer) "never");
    for (guint i = 0; i < symbols->len; i++)
        g_ptr_array_add(names, (gpointer)((const mw_symbol *)symbols->pdata[i])->name);
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init(&iter, profile->points);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        if (!mw_catalogue_find(catalogue, name))
            g_ptr_array_add(names, name);
    g_ptr_array_sort(names, by_name);
    return mw_suggest_words(arena, names, word);
}

bool mw_fail_on_known(const char *fail_on, const mw_catalogue *catalogue, const mw_profile *profile,
                      GError **error) {
    for (mw_span rest = mw_span_of(fail_on); rest.data;) {
        g_autofree char *name = NULL;
        mw_span word = mw_span_trim(mw_span_cut(&rest, ','));
        name = g_strndup(word.data, word.len);
        if (mw_span_is(word, "score") || mw_span_is(word, "never") || mw_catalogue_find(catalogue, name) ||
            g_hash_table_contains(profile->points, name))
            continue;
        g_autoptr(mw_arena) arena = mw_arena_new();
        const char *near = suggestion(arena, catalogue, profile, name);
        g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "--fail-on %s: there is no such symbol%s", name,
                    *near ? near : "; --list-symbols names them");
        return false;
    }
    return true;
}

static int verdict_status(const mw_diagnosis *d) {
    switch (d->verdict->action) {
    case MW_OUTCOME_REJECT:
    case MW_OUTCOME_UNDELIVERED:
        return 1;
    case MW_OUTCOME_UNKNOWN:
    case MW_OUTCOME_NOT_JUDGED:
        return 3;
    default:
        return 0;
    }
}

static int symbol_status(const mw_diagnosis *d, mw_span name) {
    int status = 0;
    for (guint i = 0; i < d->facts->findings->len; i++) {
        const mw_finding *finding = d->facts->findings->pdata[i];
        if (!mw_span_is(name, finding->symbol->name))
            continue;
        if (finding->state == MW_HIT)
            return 1;
        if (finding->counts_for_exit)
            status = 3;
    }
    return status;
}

int mw_fail_on_status(const mw_diagnosis *diagnosis, const char *fail_on) {
    int status = 0;
    for (mw_span rest = mw_span_of(fail_on ? fail_on : "score"); rest.data;) {
        mw_span word = mw_span_trim(mw_span_cut(&rest, ','));
        int one = mw_span_is(word, "never")   ? 0
                  : mw_span_is(word, "score") ? verdict_status(diagnosis)
                                              : symbol_status(diagnosis, word);
        if (one == 1)
            return 1;
        status = one ? one : status;
    }
    return status;
}
