#include "score/weight.h"

mw_weight mw_finding_weight(const mw_diagnosis *d, const mw_finding *f) {
    const mw_verdict *v = d->facts->bounce ? d->own_run : d->verdict;
    bool leads = v && v->symbol && strcmp(v->symbol, f->symbol->name) == 0;
    if (f->state != MW_HIT)
        return leads || f->counts_for_exit ? MW_WEIGHT_NOTE : MW_WEIGHT_NONE;
    if (mw_profile_blocks(d->profile, f->symbol->name) || (leads && v->action == MW_OUTCOME_REJECT))
        return MW_WEIGHT_ERROR;
    if (leads || f->points > 0)
        return MW_WEIGHT_WARNING;
    bool defect = f->points == 0 && mw_finding_fix(f) && strcmp(mw_finding_owner(f), "nobody") != 0;
    return defect ? MW_WEIGHT_NOTE : MW_WEIGHT_NONE;
}
