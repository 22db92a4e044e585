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
    g_ptr_array_extend(names, mw_receivers_names(arena), NULL, NULL);
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

static bool is_receiver(mw_span word) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const GPtrArray *names = mw_receivers_names(arena);
    for (guint i = 0; i < names->len; i++)
        if (mw_span_is(word, names->pdata[i]))
            return true;
    return false;
}

bool mw_fail_on_known(const char *fail_on, const mw_catalogue *catalogue, const mw_profile *profile,
                      GError **error) {
    for (mw_span rest = mw_span_of(fail_on); rest.data;) {
        g_autofree char *name = NULL;
        mw_span word = mw_span_trim(mw_span_cut(&rest, ','));
        name = g_strndup(word.data, word.len);
        if (mw_span_is(word, "score") || mw_span_is(word, "never") || mw_catalogue_find(catalogue, name) ||
            g_hash_table_contains(profile->points, name) || is_receiver(word))
            continue;
        g_autoptr(mw_arena) arena = mw_arena_new();
        const char *near = suggestion(arena, catalogue, profile, name);
        g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "--fail-on %s: there is no such symbol or receiver%s",
                    name, *near ? near : "; --list-symbols names them");
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

/* Named with --for, with what that says of bulk senders; else by the rules for all. */
static int receiver_status(const mw_diagnosis *d, mw_span name) {
    const GPtrArray *named = d->verdict->receivers, *all = d->big_receivers;
    const mw_receiver_answer *answer = NULL;
    for (guint i = 0; named && i < named->len; i++)
        if (mw_span_is(name, ((const mw_receiver_answer *)named->pdata[i])->receiver->name))
            answer = named->pdata[i];
    for (guint i = 0; !answer && all && i < all->len; i++)
        if (mw_span_is(name, ((const mw_receiver *)all->pdata[i])->name))
            answer = mw_verdict_answer(d->facts->arena, all->pdata[i], false);
    if (answer && answer->action == MW_OUTCOME_REJECT)
        return 1;
    return !answer || answer->action == MW_OUTCOME_UNKNOWN ? 3 : 0;
}

int mw_fail_on_status(const mw_diagnosis *diagnosis, const char *fail_on) {
    int status = 0;
    for (mw_span rest = mw_span_of(fail_on ? fail_on : "score"); rest.data;) {
        mw_span word = mw_span_trim(mw_span_cut(&rest, ','));
        int one = mw_span_is(word, "never")   ? 0
                  : mw_span_is(word, "score") ? verdict_status(diagnosis)
                  : is_receiver(word)         ? receiver_status(diagnosis, word)
                                              : symbol_status(diagnosis, word);
        if (one == 1)
            return 1;
        status = one ? one : status;
    }
    return status;
}
