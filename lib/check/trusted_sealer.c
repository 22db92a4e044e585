#include "base/domain.h"
#include "check/check.h"

static bool is_trusted(const mw_facts *facts, const char *domain) {
    for (guint i = 0; domain && facts->sealers && i < facts->sealers->len; i++)
        if (mw_domain_below(domain, facts->sealers->pdata[i]))
            return true;
    return false;
}

static bool recorded_pass(const mw_facts *facts, int instance) {
    for (guint i = 0; facts->claims && i < facts->claims->len; i++) {
        const mw_claim *claim = facts->claims->pdata[i];
        if (claim->instance == instance && strcmp(claim->method, "dmarc") == 0 &&
            strcmp(claim->result, "pass") == 0)
            return true;
    }
    return false;
}

const char *mw_trusted_sealer(const mw_facts *facts) {
    const mw_arc *arc = facts->arc;
    if (!arc || arc->result != MW_ARC_PASS)
        return NULL;
    for (guint i = arc->sets->len; i-- > 0;) {
        const mw_arc_set *set = arc->sets->pdata[i];
        if (!is_trusted(facts, set->sealer))
            return NULL;
        if (recorded_pass(facts, set->instance))
            return set->sealer;
    }
    return NULL;
}
