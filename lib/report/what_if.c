#include "report/report.h"

static bool has(const mw_diagnosis *d, const mw_symbol *symbol) {
    for (guint i = 0; i < d->facts->findings->len; i++) {
        const mw_finding *finding = d->facts->findings->pdata[i];
        if (finding->state == MW_HIT && finding->symbol == symbol)
            return true;
    }
    return false;
}

GPtrArray *mw_diagnosis_only_in(mw_arena *arena, const mw_diagnosis *a, const mw_diagnosis *b) {
    GPtrArray *list = mw_array_new(arena);
    for (guint i = 0; i < a->facts->findings->len; i++) {
        const mw_finding *finding = a->facts->findings->pdata[i];
        if (finding->state == MW_HIT && !has(b, finding->symbol))
            g_ptr_array_add(list, (mw_finding *)finding);
    }
    return list;
}
