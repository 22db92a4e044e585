/* Who speaks for the mail, and for which domain: identifiers and their alignment. */
#include "dmarc/judge.h"
#include "base/domain.h"

enum { SPARE_WALKS = 4 };

/* Who speaks for a domain */

static const char *spf_symbol(mw_spf_result result) {
    switch (result) {
    case MW_SPF_NONE:
        return "R_SPF_NA";
    case MW_SPF_NEUTRAL:
        return "R_SPF_NEUTRAL";
    case MW_SPF_FAIL:
        return "R_SPF_FAIL";
    case MW_SPF_SOFTFAIL:
        return "R_SPF_SOFTFAIL";
    case MW_SPF_TEMPERROR:
        return "R_SPF_DNSFAIL";
    case MW_SPF_PERMERROR:
        return "R_SPF_PERMFAIL";
    default:
        return NULL;
    }
}

static const char *dkim_symbol(mw_dkim_result result) {
    switch (result) {
    case MW_DKIM_FAIL:
    case MW_DKIM_NEUTRAL:
        return "R_DKIM_REJECT";
    case MW_DKIM_TEMPERROR:
        return "R_DKIM_TEMPFAIL";
    case MW_DKIM_PERMERROR:
    case MW_DKIM_POLICY:
        return "R_DKIM_PERMFAIL";
    default:
        return NULL;
    }
}

static void add_spf(mw_dmarc_judge *judge) {
    const mw_spf *spf = judge->request->spf;
    if (!spf)
        return;
    const char *domain = spf->domain ? spf->domain : judge->request->mail_from_domain;
    mw_dmarc_identifier *id = mw_new(judge->arena, mw_dmarc_identifier);
    id->domain = domain ? mw_domain_ascii(judge->arena, mw_span_of(domain)) : NULL;
    id->label = spf->identity && strcmp(spf->identity, "helo") == 0 ? "HELO" : "MAIL FROM";
    id->passes = spf->result == MW_SPF_PASS;
    id->temperror = spf->result == MW_SPF_TEMPERROR;
    id->untestable = spf->result == MW_SPF_UNTESTABLE;
    id->result = mw_spf_result_name(spf->result);
    id->symbol = spf_symbol(spf->result);
    g_ptr_array_add(judge->identifiers, id);
}

static void add_dkim(mw_dmarc_judge *judge) {
    const GPtrArray *all = judge->request->dkim;
    for (guint i = 0; all && i < all->len; i++) {
        const mw_dkim *dkim = all->pdata[i];
        if (!dkim->domain)
            continue;
        mw_dmarc_identifier *id = mw_new(judge->arena, mw_dmarc_identifier);
        id->dkim = true;
        id->domain = mw_domain_ascii(judge->arena, mw_span_of(dkim->domain));
        id->label = "d=";
        id->passes = dkim->result == MW_DKIM_PASS;
        id->temperror = dkim->result == MW_DKIM_TEMPERROR;
        id->untestable = dkim->result == MW_DKIM_UNTESTABLE;
        id->result = mw_dkim_result_name(dkim->result);
        id->symbol = dkim_symbol(dkim->result);
        g_ptr_array_add(judge->identifiers, id);
    }
}

void mw_dmarc_identify(mw_dmarc_judge *judge) {
    judge->identifiers = mw_array_new(judge->arena);
    judge->spare_walks = SPARE_WALKS;
    add_spf(judge);
    add_dkim(judge);
}

/* Alignment */

static mw_dmarc_fit fit_of_failure(const mw_dmarc_lookup *failed) {
    return failed->state == MW_DMARC_NO_ANSWER ? MW_FIT_TEMPERROR : MW_FIT_UNKNOWN;
}

static const char *last_label(const char *domain) {
    const char *dot = strrchr(domain, '.');
    return dot ? dot + 1 : domain;
}

/* The author domain's organisation is not known: only what shares no label with it is surely another. */
static mw_dmarc_fit fit_without_org(const mw_dmarc_judge *judge, const char *domain) {
    if (strcmp(last_label(domain), last_label(judge->domain)) != 0)
        return MW_FIT_OTHER;
    return fit_of_failure(judge->walk.failed);
}

static mw_dmarc_fit fit_by_walk(mw_dmarc_judge *judge, const mw_dmarc_identifier *id) {
    mw_dmarc_walk walk;
    bool matters = id->passes || id->temperror || id->untestable;
    if (!matters && judge->spare_walks-- <= 0)
        return mw_domain_same_organisation(id->domain, judge->domain) ? MW_FIT_ALIGNED : MW_FIT_OTHER;
    mw_dmarc_walk_up(judge->finder, id->domain, &walk);
    if (walk.failed)
        return fit_of_failure(walk.failed);
    return strcmp(mw_dmarc_walk_org(&walk, id->domain), judge->org) == 0 ? MW_FIT_ALIGNED : MW_FIT_OTHER;
}

static mw_dmarc_fit fit_9989(mw_dmarc_judge *judge, const mw_dmarc_identifier *id, bool strict) {
    if (!id->domain)
        return MW_FIT_UNKNOWN;
    if (strcmp(id->domain, judge->domain) == 0)
        return MW_FIT_ALIGNED;
    if (strict)
        return mw_domain_below(id->domain, judge->org ? judge->org : mw_domain_registrable(judge->domain))
                   ? MW_FIT_TOO_STRICT
                   : MW_FIT_OTHER;
    if (!judge->org)
        return fit_without_org(judge, id->domain);
    /* an Organizational Domain is the domain itself or above it: what lies elsewhere needs no walk */
    return mw_domain_below(id->domain, judge->org) ? fit_by_walk(judge, id) : MW_FIT_OTHER;
}

static mw_dmarc_fit fit_7489(const mw_dmarc_judge *judge, const mw_dmarc_identifier *id, bool strict) {
    if (!id->domain)
        return MW_FIT_UNKNOWN;
    if (strcmp(id->domain, judge->domain) == 0)
        return MW_FIT_ALIGNED;
    if (!mw_domain_same_organisation(id->domain, judge->domain))
        return MW_FIT_OTHER;
    return strict ? MW_FIT_TOO_STRICT : MW_FIT_ALIGNED;
}

void mw_dmarc_align(mw_dmarc_judge *judge) {
    const mw_dmarc_record *now = judge->policy ? judge->policy->record : NULL;
    const mw_dmarc_record *old =
        judge->policy_7489->state == MW_DMARC_FOUND ? judge->policy_7489->record : NULL;
    for (guint i = 0; i < judge->identifiers->len; i++) {
        mw_dmarc_identifier *id = judge->identifiers->pdata[i];
        id->fit = fit_9989(judge, id, now && (id->dkim ? now->adkim_strict : now->aspf_strict));
        id->fit_7489 = fit_7489(judge, id, old && (id->dkim ? old->adkim_strict : old->aspf_strict));
    }
}
