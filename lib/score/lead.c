#include "score/lead.h"
#include "base/domain.h"

/* ---- what breaks authentication ---- */

/* A row that was changed since the delivery speaks for nothing. */
static const mw_finding *first_of(const mw_facts *facts, const char *const *symbols) {
    for (; *symbols; symbols++) {
        const mw_finding *finding = mw_found(facts, *symbols);
        if (finding && finding->scale > 0)
            return finding;
    }
    return NULL;
}

static const mw_finding *broken_spf(const mw_facts *facts) {
    static const char *const symbols[] = {"R_SPF_FAIL",     "R_SPF_SOFTFAIL", "R_SPF_NEUTRAL",
                                          "R_SPF_PERMFAIL", "R_SPF_DNSFAIL",  NULL};
    return first_of(facts, symbols);
}

/* Findings of signatures are raised only where none passes. */
static const mw_finding *broken_dkim(const mw_facts *facts) {
    static const char *const symbols[] = {"R_DKIM_REJECT", "R_DKIM_PERMFAIL", "R_DKIM_TEMPFAIL", NULL};
    return first_of(facts, symbols);
}

static bool dkim_passes(const mw_facts *facts) {
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++)
        if (((const mw_dkim *)facts->dkim->pdata[i])->result == MW_DKIM_PASS)
            return true;
    return false;
}

bool mw_lead_author_proved(const mw_facts *facts) {
    const mw_dmarc *dmarc = facts->dmarc;
    if (dmarc && dmarc->rfc9989.result == MW_DMARC_PASS)
        return true;
    bool policy = dmarc && dmarc->rfc9989.policy != MW_POLICY_ABSENT;
    for (guint i = 0; dmarc && !policy && i < dmarc->identifiers->len; i++) {
        const mw_dmarc_identifier *id = dmarc->identifiers->pdata[i];
        if (id->passes && id->domain && dmarc->domain &&
            mw_domain_same_organisation(id->domain, dmarc->domain))
            return true;
    }
    return false;
}

/* DMARC's own, or the result of the author domain by which it failed. */
static const mw_finding *broken_dmarc(const mw_facts *facts) {
    static const char *const symbols[] = {"DMARC_POLICY_REJECT", "DMARC_POLICY_QUARANTINE",
                                          "DMARC_POLICY_SOFTFAIL", "DMARC_DNSFAIL", NULL};
    const mw_finding *finding = first_of(facts, symbols);
    const mw_finding *root = finding ? mw_finding_cause(facts, finding) : NULL;
    return root && root->scale > 0 ? root : finding;
}

static const mw_finding *broken_authentication(const mw_facts *facts) {
    static const char *const unusable[] = {"R_SPF_PERMFAIL", "R_SPF_DNSFAIL", NULL};
    static const char *const bad_policy[] = {"DMARC_BAD_POLICY", "DMARC_WRONG_NAME", "DMARC_DNSFAIL", NULL};
    bool spf_passes = facts->spf && facts->spf->result == MW_SPF_PASS;
    const mw_finding *spf = broken_spf(facts), *dkim = broken_dkim(facts);
    if (!spf_passes && !dkim_passes(facts) && (spf || dkim))
        return spf ? spf : dkim;
    const mw_finding *dmarc = mw_lead_author_proved(facts) ? NULL : broken_dmarc(facts);
    const mw_finding *of_spf = mw_lead_author_proved(facts) ? first_of(facts, unusable) : spf;
    const mw_finding *policy = first_of(facts, bad_policy);
    if (!policy && facts->dmarc &&
        (facts->dmarc->alias_at || (facts->dmarc->mended && facts->dmarc->mended->type)))
        policy = mw_found(facts, "DMARC_NA"); /* somebody meant to have one */
    return dkim ? dkim : dmarc ? dmarc : of_spf ? of_spf : policy;
}

/* ---- rules of receivers ---- */

static bool counts(const mw_rule *rule, bool all) {
    return rule->applies && rule->state == MW_RULE_NOT_MET && (!all || strcmp(rule->who, "all") == 0);
}

const mw_rule *mw_lead_rule(const mw_receiver *receiver, bool all) {
    static const char *const enforcements[] = {"reject", "defer", "junk"};
    for (size_t e = 0; e < G_N_ELEMENTS(enforcements); e++)
        for (guint i = 0; i < receiver->rules->len; i++) {
            const mw_rule *rule = receiver->rules->pdata[i];
            if (counts(rule, all) && strcmp(rule->enforcement, enforcements[e]) == 0)
                return rule;
        }
    return NULL;
}

const mw_finding *mw_lead_shown(const mw_facts *facts, const mw_rule *rule) {
    const mw_finding *found = rule->finding;
    for (guint i = 0; !rule->finding && rule->check && i < facts->findings->len; i++) {
        const mw_finding *finding = facts->findings->pdata[i];
        if (finding->state == MW_HIT && strcmp(finding->symbol->check, rule->check) == 0 &&
            finding->points > 0 && (!found || finding->points > found->points))
            found = finding;
    }
    return found;
}

static mw_lead unmet_rule(const mw_facts *facts, const GPtrArray *receivers) {
    for (guint i = 0; receivers && i < receivers->len; i++) {
        const mw_receiver *receiver = receivers->pdata[i];
        const mw_rule *rule = mw_lead_rule(receiver, true);
        if (rule)
            return (mw_lead){.finding = mw_lead_shown(facts, rule), .rule = rule, .receiver = receiver};
    }
    return (mw_lead){0};
}

/* ---- the one that leads ---- */

static const mw_finding *first_remedy(const mw_cause *cause) {
    return cause->remedies->len ? ((const mw_remedy *)cause->remedies->pdata[0])->finding : NULL;
}

static const mw_finding *decides(const mw_score *score, const mw_cause *cause) {
    const mw_finding *first = first_remedy(cause);
    return first                      ? first
           : score->blocker           ? score->blocker
           : score->action == MW_JUNK ? score->junk_blocker
                                      : NULL;
}

static const mw_finding *heaviest(const mw_score *score, const mw_cause *cause) {
    const mw_remedy *first = cause->remedies->len ? cause->remedies->pdata[0] : NULL;
    return first && score->points - first->after.points >= MW_WORTH_TELLING - 0.001 ? first->finding : NULL;
}

mw_lead mw_lead_find(const mw_facts *facts, const mw_score *score, const mw_cause *cause,
                     const GPtrArray *receivers) {
    /* no points, and yet they must be mended */
    static const char *const without_points[] = {"RDNS_DNSFAIL", "DNS_BESIDE_ALIAS", NULL};
    if (score->action != MW_ACCEPT)
        return (mw_lead){.finding = decides(score, cause)};
    mw_lead lead = {.finding = broken_authentication(facts)};
    if (!lead.finding)
        lead = unmet_rule(facts, receivers);
    if (!lead.finding && !lead.rule)
        lead.finding = heaviest(score, cause);
    if (!lead.finding && !lead.rule)
        lead.finding = first_of(facts, without_points);
    return lead;
}

/* ---- what is not known ---- */

static int weight(const mw_profile *profile, const mw_finding *finding) {
    const char *symbol = finding->symbol->name;
    return mw_profile_blocks(profile, symbol) ? 1000000 : mw_profile_junks(profile, symbol) ? 100000 : 0;
}

static const mw_finding *weightiest(const mw_facts *facts, const mw_profile *profile) {
    const mw_finding *found = NULL;
    double most = 0;
    for (guint i = 0; i < facts->findings->len; i++) {
        const mw_finding *finding = facts->findings->pdata[i];
        double weighs = weight(profile, finding) + finding->points;
        if (finding->state == MW_HIT || !finding->counts_for_exit || (found && weighs <= most))
            continue;
        found = finding;
        most = weighs;
    }
    return found;
}

/* The result of SPF that DMARC waits for, where an option would settle it. */
static const mw_finding *open_spf(const mw_facts *facts) {
    for (guint i = 0; i < facts->findings->len; i++) {
        const mw_finding *finding = facts->findings->pdata[i];
        if (finding->state != MW_HIT && finding->fix && strcmp(finding->symbol->name, "R_SPF_FAIL") == 0)
            return finding;
    }
    return NULL;
}

mw_open_question mw_lead_open(const mw_facts *facts, const mw_profile *profile) {
    static const char *const roots[][2] = {{"spf", "R_SPF_DNSFAIL"},
                                           {"dkim", "R_DKIM_TEMPFAIL"},
                                           {"dmarc", "DMARC_DNSFAIL"},
                                           {"arc", "ARC_DNSFAIL"},
                                           {"rdns", "RDNS_DNSFAIL"}};
    mw_open_question open = {.row = weightiest(facts, profile)};
    for (size_t i = 0; open.row && i < G_N_ELEMENTS(roots); i++)
        if (strcmp(open.row->symbol->check, roots[i][0]) == 0)
            open.root = mw_found(facts, roots[i][1]);
    if (open.row && !open.root && open_spf(facts))
        open.row = open_spf(facts);
    const mw_finding *deeper = open.root ? mw_finding_cause(facts, open.root) : NULL;
    if (deeper)
        open.root = deeper;
    return open;
}
