/* Where verifiers differ, and the result hangs on it: passes here, fails there (data/differences.tsv). */
#include "check/check.h"

enum { TOPIC, HERE, THERE, SOURCE, DATE };

static void tell(mw_facts *facts, const char *topic) {
    const mw_table *table = mw_data_table(facts->data, "differences.tsv", NULL);
    for (guint i = 0; table && i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        if (strcmp(row[TOPIC], topic) == 0)
            mw_notice(facts, "Receivers differ here: %s; %s (%s, %s).", row[HERE], row[THERE], row[SOURCE],
                      row[DATE]);
    }
}

/* What ended SPF. */
static const char *spf_topic(const mw_spf *spf) {
    static const char *const topics[][2] = {
        {"void", "void"}, {"too_many_lookups", "lookups"}, {"multiple", "several_spf"}};
    for (guint i = 0; spf && spf->result == MW_SPF_PERMERROR && i < spf->advice->len; i++) {
        const mw_spf_advice *advice = spf->advice->pdata[i];
        for (size_t k = 0; advice->is_problem && k < G_N_ELEMENTS(topics); k++)
            if (strcmp(advice->id, topics[k][0]) == 0)
                return topics[k][1];
    }
    return NULL;
}

static bool two_keys(const mw_facts *facts) {
    bool found = false;
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++) {
        const mw_dkim *dkim = facts->dkim->pdata[i];
        if (dkim->result == MW_DKIM_PASS)
            return false;
        found |= dkim->key_count > 1;
    }
    return found;
}

static void run(mw_facts *facts) {
    const char *topic = spf_topic(facts->spf);
    if (topic)
        tell(facts, topic);
    if (two_keys(facts))
        tell(facts, "two_keys");
    if (mw_found(facts, "DKIM_ED25519_ONLY"))
        tell(facts, "ed25519");
}

const mw_check mw_check_differences = {.name = "differences", .run = run, .subject = MW_OF_BOTH};
