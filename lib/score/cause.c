#include "score/cause.h"
#include "check/check.h"

/* The smallest set is looked for among the most effective ones alone: at most 20 triples of 6. */
enum { MAX_TOGETHER = 3, MAX_TRIED = 6 };

/* Findings of these groups fall together: one repair mends them all. Of other groups each symbol is its own.
 */
static const char *const whole_groups[] = {"spf", "dkim", "arc", "dmarc", "rdns", "helo", NULL};

const char *mw_remedy_key(const mw_finding *finding) {
    const char *group = finding->symbol->group;
    return g_strv_contains(whole_groups, group) ? group : finding->symbol->name;
}

/* A failing result may cost nothing of its own and yet be what DMARC fails by. */
static bool is_failing(const mw_facts *facts, const mw_finding *finding) {
    const char *group = finding->symbol->group;
    if (strcmp(group, "spf") == 0)
        return facts->spf && facts->spf->result != MW_SPF_PASS && facts->spf->result != MW_SPF_UNTESTABLE;
    if (strcmp(group, "dkim") != 0)
        return false;
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++) {
        const mw_dkim *dkim = facts->dkim->pdata[i];
        if (dkim->result != MW_DKIM_PASS && dkim->result != MW_DKIM_UNTESTABLE)
            return true;
    }
    return false;
}

static mw_score score_without(const mw_facts *facts, const mw_profile *profile, double limit,
                              const char *const *keys) {
    mw_facts *assumed = mw_checks_assume(facts, keys);
    return mw_score_facts(profile, limit, assumed);
}

static mw_remedy *find_remedy(GPtrArray *remedies, const char *key) {
    for (guint i = 0; i < remedies->len; i++) {
        mw_remedy *remedy = remedies->pdata[i];
        if (strcmp(remedy->key, key) == 0)
            return remedy;
    }
    return NULL;
}

static int by_effect(gconstpointer a, gconstpointer b) {
    const mw_remedy *x = *(const mw_remedy *const *)a, *y = *(const mw_remedy *const *)b;
    if (x->after.action != y->after.action)
        return x->after.action < y->after.action ? -1 : 1;
    /* DMARC is a consequence: what it stands on comes first */
    int later = (strcmp(x->key, "dmarc") == 0) - (strcmp(y->key, "dmarc") == 0);
    if (x->flips && y->flips && later)
        return later;
    if (x->after.blockers != y->after.blockers)
        return x->after.blockers - y->after.blockers;
    if (x->after.points != y->after.points)
        return x->after.points < y->after.points ? -1 : 1;
    return later;
}

static GPtrArray *collect(const mw_facts *facts, const mw_profile *profile, double limit,
                          const mw_score *score) {
    GPtrArray *remedies = mw_array_new(facts->arena);
    for (guint i = 0; i < facts->findings->len; i++) {
        const mw_finding *finding = facts->findings->pdata[i];
        bool blocks = mw_profile_blocks(profile, finding->symbol->name) && finding->scale > 0;
        if (strcmp(mw_finding_owner(finding), "nobody") == 0)
            continue; /* it speaks for the mail: R_DKIM_ALLOW beside a signature that fails */
        if (finding->state != MW_HIT || (finding->points <= 0 && !blocks && !is_failing(facts, finding)))
            continue;
        const char *key = mw_remedy_key(finding);
        mw_remedy *remedy = find_remedy(remedies, key);
        if (remedy) {
            /* the root speaks for its group, not what follows from it */
            const mw_finding *now = remedy->finding;
            bool root = !finding->because_of, now_root = !now->because_of;
            if (root != now_root ? root : finding->points > now->points)
                remedy->finding = finding;
            continue;
        }
        remedy = mw_new(facts->arena, mw_remedy);
        *remedy = (mw_remedy){.key = key, .finding = finding};
        remedy->after = score_without(facts, profile, limit, (const char *const[]){key, NULL});
        remedy->flips = remedy->after.action < score->action;
        if (remedy->flips || remedy->after.points < score->points)
            g_ptr_array_add(remedies, remedy);
    }
    g_ptr_array_sort(remedies, by_effect);
    return remedies;
}

/* Moves the remedies at these places to the front, in their order. */
static void move_to_front(GPtrArray *remedies, const guint *places, guint n) {
    gpointer chosen[MAX_TOGETHER];
    for (guint i = 0; i < n; i++)
        chosen[i] = remedies->pdata[places[i]];
    for (guint i = 0; i < n; i++)
        g_ptr_array_remove(remedies, chosen[i]);
    for (guint i = 0; i < n; i++)
        g_ptr_array_insert(remedies, (gint)i, chosen[i]);
}

typedef struct search {
    const mw_facts *facts;
    const mw_profile *profile;
    double limit;
    const mw_score *score;
    mw_cause *cause;
} search;

/* Chooses n remedies from place from on, the more effective ones first; true when a choice changes the
 * verdict. */
static bool choose(search *s, guint n, guint from, guint *places, guint chosen) {
    GPtrArray *remedies = s->cause->remedies;
    if (chosen == n) {
        const char *keys[MAX_TOGETHER + 1] = {NULL};
        for (guint i = 0; i < n; i++)
            keys[i] = ((mw_remedy *)remedies->pdata[places[i]])->key;
        mw_score after = score_without(s->facts, s->profile, s->limit, keys);
        if (after.action >= s->score->action)
            return false;
        s->cause->after = after;
        s->cause->n_together = n;
        move_to_front(remedies, places, n);
        return true;
    }
    for (guint i = from; i < MIN(remedies->len, MAX_TRIED); i++) {
        places[chosen] = i;
        if (choose(s, n, i + 1, places, chosen + 1))
            return true;
    }
    return false;
}

/* The fewest remedies that together change the verdict. */
static void find_together(mw_cause *cause, const mw_facts *facts, const mw_profile *profile, double limit,
                          const mw_score *score) {
    search s = {facts, profile, limit, score, cause};
    guint places[MAX_TOGETHER];
    const mw_remedy *first = cause->remedies->len ? cause->remedies->pdata[0] : NULL;
    cause->after = first ? first->after : *score;
    /* the first is the mildest: where it alone does not change the verdict, no other alone does */
    cause->n_together = first && first->flips;
    for (guint n = 2; n <= MAX_TOGETHER && !cause->n_together && score->action != MW_ACCEPT; n++)
        choose(&s, n, 0, places, 0);
}

static const mw_finding *consequence(const mw_facts *facts, const mw_finding *finding,
                                     const mw_score *score) {
    if (score->blocker && score->blocker != finding && strcmp(score->blocker->symbol->group, "dmarc") == 0 &&
        (strcmp(finding->symbol->group, "spf") == 0 || strcmp(finding->symbol->group, "dkim") == 0))
        return score->blocker;
    return NULL;
}

static void append_sentence(GString *text, const char *summary) {
    if (text->len)
        g_string_append_c(text, ' ');
    gsize start = text->len;
    g_string_append(text, summary);
    /* a name or an address stays as it is */
    if (!memchr(summary, '.', strcspn(summary, " ")))
        text->str[start] = g_ascii_toupper(text->str[start]);
    if (text->len && !strchr(".!?", text->str[text->len - 1]))
        g_string_append_c(text, '.');
}

const mw_cause *mw_cause_find(const mw_facts *facts, const mw_profile *profile, double limit,
                              const mw_score *score) {
    mw_cause *cause = mw_new(facts->arena, mw_cause);
    if (facts->bounce && facts->bounce->backscatter) {
        *cause = (mw_cause){.remedies = mw_array_new(facts->arena),
                            .after = *score,
                            .text = "Probably not your mail: somebody used your address.",
                            .owner = "nobody"};
        return cause;
    }
    cause->remedies = collect(facts, profile, limit, score);
    find_together(cause, facts, profile, limit, score);
    if (cause->remedies->len == 0)
        return cause;
    g_autoptr(GString) text = g_string_new(NULL);
    guint n = MAX(cause->n_together, 1);
    for (guint i = 0; i < n; i++) {
        const mw_remedy *remedy = cause->remedies->pdata[i];
        append_sentence(text, remedy->finding->summary);
        const mw_finding *then = i == 0 ? consequence(facts, remedy->finding, score) : NULL;
        if (then)
            append_sentence(text, then->summary);
    }
    cause->text = mw_strdup(facts->arena, text->str);
    cause->owner = mw_finding_owner(((mw_remedy *)cause->remedies->pdata[0])->finding);
    return cause;
}
