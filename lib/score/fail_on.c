#include "score/fail_on.h"
#include "base/error.h"
#include "base/suggest.h"
#include "score/weight.h"

static const char *const own_words[] = {"score", "junk", "incomplete", "any", "never"};

static int by_name(gconstpointer a, gconstpointer b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Symbols, and with groups what they are about: of the catalogue and of the profile's own. */
static GPtrArray *known_names(mw_arena *arena, const mw_catalogue *catalogue, const mw_profile *profile,
                              bool groups) {
    GPtrArray *names = mw_array_new(arena), *symbols = mw_catalogue_all(catalogue, arena);
    for (guint i = 0; i < symbols->len; i++) {
        const mw_symbol *s = symbols->pdata[i];
        g_ptr_array_add(names, (gpointer)s->name);
        if (groups) {
            g_ptr_array_add(names, (gpointer)s->group);
            g_ptr_array_add(names, (gpointer)s->check);
        }
    }
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init(&iter, profile->points);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        g_ptr_array_add(names, name);
    return names;
}

/* False and an error for the first word that is none of the names. */
static bool check_words(mw_arena *arena, const char *option, const char *words, GPtrArray *names,
                        const char *what, GError **error) {
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < names->len; i++)
        g_hash_table_add(known, g_ascii_strdown(names->pdata[i], -1));
    for (mw_span rest = mw_span_of(words); rest.data;) {
        const char *word = mw_span_dup(arena, mw_span_trim(mw_span_cut(&rest, ',')));
        g_autofree char *folded = g_ascii_strdown(word, -1);
        if (g_hash_table_contains(known, folded))
            continue;
        g_ptr_array_sort(names, by_name);
        const char *near = mw_suggest_words(arena, names, word);
        g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "--%s %s: there is no such %s%s", option, word, what,
                    *near ? near : "; --list-symbols names them");
        return false;
    }
    return true;
}

bool mw_fail_on_known(const char *fail_on, const mw_catalogue *catalogue, const mw_profile *profile,
                      GError **error) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    GPtrArray *names = known_names(arena, catalogue, profile, true);
    for (size_t i = 0; i < G_N_ELEMENTS(own_words); i++)
        g_ptr_array_add(names, (gpointer)own_words[i]);
    g_ptr_array_extend(names, mw_receivers_names(arena), NULL, NULL);
    return check_words(arena, "fail-on", fail_on, names, "symbol, group or receiver", error);
}

bool mw_exclude_known(const char *exclude, const mw_catalogue *catalogue, const mw_profile *profile,
                      GError **error) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    return check_words(arena, "exclude", exclude, known_names(arena, catalogue, profile, false), "symbol",
                       error);
}

static bool is_receiver(mw_span word) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const GPtrArray *names = mw_receivers_names(arena);
    for (guint i = 0; i < names->len; i++)
        if (mw_span_is(word, names->pdata[i]))
            return true;
    return false;
}

/* ---- the verdict, and what is left of it without what is accepted ---- */

/* A rule of a receiver's that refuses, and shows nothing that is accepted. */
static bool refuses_anew(const mw_receiver *receiver) {
    for (guint i = 0; i < receiver->rules->len; i++) {
        const mw_rule *rule = receiver->rules->pdata[i];
        if (rule->applies && rule->state == MW_RULE_NOT_MET && strcmp(rule->enforcement, "reject") == 0 &&
            !(rule->finding && rule->finding->accepted))
            return true;
    }
    return false;
}

static bool any_refuses_anew(const mw_diagnosis *d) {
    for (guint i = 0; d->receivers && i < d->receivers->len; i++)
        if (refuses_anew(d->receivers->pdata[i]))
            return true;
    return false;
}

static mw_outcome outcome_of(const mw_score *score, bool incomplete) {
    static const mw_outcome outcomes[] = {[MW_ACCEPT] = MW_OUTCOME_ACCEPT,
                                          [MW_JUNK] = MW_OUTCOME_JUNK,
                                          [MW_DEFER] = MW_OUTCOME_DEFER,
                                          [MW_REJECT] = MW_OUTCOME_REJECT};
    return incomplete && !score->complete ? MW_OUTCOME_UNKNOWN : outcomes[score->action];
}

/* Of the mail, a bounce's as it is: what a receiver did is no finding. */
static mw_outcome outcome_now(const mw_diagnosis *d, mw_score *left) {
    const mw_verdict *v = d->verdict;
    g_autoptr(GPtrArray) counted = g_ptr_array_new();
    *left = d->score;
    for (guint i = 0; i < d->facts->findings->len; i++)
        if (!((const mw_finding *)d->facts->findings->pdata[i])->accepted)
            g_ptr_array_add(counted, d->facts->findings->pdata[i]);
    if (counted->len == d->facts->findings->len || v->action > MW_OUTCOME_UNKNOWN)
        return v->action;
    *left = mw_score_sum(d->profile, d->limit, counted);
    return any_refuses_anew(d) ? MW_OUTCOME_REJECT : outcome_of(left, !v->complete);
}

static int verdict_status(const mw_diagnosis *d, bool junk) {
    mw_score left;
    switch (outcome_now(d, &left)) {
    case MW_OUTCOME_REJECT:
    case MW_OUTCOME_UNDELIVERED:
        return 1;
    case MW_OUTCOME_JUNK:
    case MW_OUTCOME_DEFER:
        return junk;
    case MW_OUTCOME_UNKNOWN:
        return junk && left.best >= MW_JUNK ? 1 : 3;
    case MW_OUTCOME_NOT_JUDGED:
        return 3;
    default:
        return 0;
    }
}

/* ---- symbols, groups, receivers ---- */

static bool is_about(mw_span name, const mw_symbol *symbol) {
    return mw_span_is(name, symbol->name) || mw_span_is(name, symbol->group) ||
           mw_span_is(name, symbol->check);
}

/* Of a group only what matters: not what takes points off, or is only told. */
static bool matches(const mw_diagnosis *d, mw_span name, const mw_finding *f) {
    bool any = mw_span_is(name, "any");
    if (f->accepted || !(any || is_about(name, f->symbol)))
        return false;
    return (!any && mw_span_is(name, f->symbol->name)) || mw_finding_weight(d, f) != MW_WEIGHT_NONE;
}

static int finding_status(const mw_diagnosis *d, mw_span name) {
    const mw_verdict *v = d->verdict;
    bool undelivered = v->action == MW_OUTCOME_UNDELIVERED;
    int status = 0;
    if (undelivered && (mw_span_is(name, "any") || (v->check && mw_span_is(name, v->check))))
        return 1;
    for (guint i = 0; i < d->facts->findings->len; i++) {
        const mw_finding *finding = d->facts->findings->pdata[i];
        if (!matches(d, name, finding))
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
        return refuses_anew(answer->receiver);
    return !answer || answer->action == MW_OUTCOME_UNKNOWN ? 3 : 0;
}

static int status_of(const mw_diagnosis *d, mw_span word) {
    if (mw_span_is(word, "never"))
        return 0;
    if (mw_span_is(word, "incomplete"))
        return !d->verdict->complete;
    if (mw_span_is(word, "score") || mw_span_is(word, "junk"))
        return verdict_status(d, mw_span_is(word, "junk"));
    return is_receiver(word) ? receiver_status(d, word) : finding_status(d, word);
}

int mw_fail_on_status(const mw_diagnosis *diagnosis, const char *fail_on) {
    int status = 0;
    for (mw_span rest = mw_span_of(fail_on ? fail_on : "score"); rest.data;) {
        int one = status_of(diagnosis, mw_span_trim(mw_span_cut(&rest, ',')));
        if (one == 1)
            return 1;
        status = one ? one : status;
    }
    return status;
}
