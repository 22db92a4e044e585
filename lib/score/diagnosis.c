#include "score/diagnosis.h"

#define SLIGHT 0.5 /* points that nobody asks for a repair to save */

bool mw_diagnosis_has_first_step(const mw_diagnosis *d) {
    const mw_cause *cause = d->cause;
    return cause->remedies->len &&
           (d->score.action != MW_ACCEPT || d->score.points - cause->after.points >= SLIGHT);
}

const mw_fix *mw_diagnosis_fix(const mw_diagnosis *d, const char *key) {
    for (guint i = 0; d->fixes && i < d->fixes->len; i++) {
        const mw_fix *fix = d->fixes->pdata[i];
        if (strcmp(fix->key, key) == 0)
            return fix;
    }
    return NULL;
}

static bool has_key(const GPtrArray *remedies, const char *key) {
    for (guint i = 0; i < remedies->len; i++)
        if (strcmp(((const mw_remedy *)remedies->pdata[i])->key, key) == 0)
            return true;
    return false;
}

static const mw_finding *told_by(const mw_facts *facts, const char *key) {
    for (guint i = 0; i < facts->findings->len; i++) {
        const mw_finding *finding = facts->findings->pdata[i];
        if (finding->state == MW_HIT && mw_finding_fix(finding) && strcmp(mw_remedy_key(finding), key) == 0)
            return finding;
    }
    return NULL;
}

GPtrArray *mw_diagnosis_remedies(mw_arena *arena, const mw_diagnosis *d) {
    GPtrArray *all = mw_array_new(arena);
    if (d->verdict->forged || d->verdict->deceptive) /* it would help whoever wrote it */
        return all;
    for (guint i = 0; i < d->cause->remedies->len; i++)
        g_ptr_array_add(all, d->cause->remedies->pdata[i]);
    for (guint i = 0; d->fixes && i < d->fixes->len; i++) {
        const mw_fix *fix = d->fixes->pdata[i];
        const mw_finding *finding = has_key(all, fix->key) ? NULL : told_by(d->facts, fix->key);
        mw_remedy remedy = {.key = fix->key, .finding = finding, .after = fix->after};
        if (finding)
            g_ptr_array_add(all, mw_memdup(arena, &remedy, sizeof remedy));
    }
    return all;
}
