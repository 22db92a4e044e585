#include "score/deceit.h"
#include "base/domain.h"
#include "check/check.h"
#include "score/lead.h"

/* ---- did the author domain send it? ---- */

static bool of_author(const mw_facts *facts, const char *domain) {
    return domain && facts->from_domain && mw_domain_same_organisation(domain, facts->from_domain);
}

/* A signature of the author domain that was good until the mail was changed: the mail was the author's. */
static bool was_signed(const mw_facts *facts) {
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++) {
        const mw_dkim *dkim = facts->dkim->pdata[i];
        bool open = dkim->result == MW_DKIM_TEMPERROR || dkim->result == MW_DKIM_UNTESTABLE;
        if (of_author(facts, dkim->domain) && (open || dkim->changed_since || dkim->cause == MW_DKIM_CHANGED))
            return true;
    }
    return false;
}

/* The receiver, or a forwarder whose ARC seal holds and is trusted, noted that it passed: anybody can seal.
 */
static bool passed_before(const mw_facts *facts) {
    const mw_claim *then = mw_claims_trusted(facts->claims, "dmarc");
    if (then && strcmp(then->result, "pass") == 0)
        return true;
    return mw_trusted_sealer(facts) != NULL;
}

static bool spf_denies(const mw_facts *facts) {
    const mw_spf *spf = facts->spf;
    return spf && (spf->result == MW_SPF_FAIL || spf->result == MW_SPF_SOFTFAIL) &&
           of_author(facts, spf->domain);
}

bool mw_denied(const mw_facts *facts) {
    const mw_dmarc *dmarc = facts->dmarc;
    bool fails = dmarc && dmarc->rfc9989.result == MW_DMARC_FAIL;
    bool open = dmarc &&
                (dmarc->rfc9989.result == MW_DMARC_TEMPERROR || dmarc->rfc9989.result == MW_DMARC_UNTESTABLE);
    if (facts->trace->forwarder >=
        0) /* handed on: what fails for the forwarder tells nothing of the author */
        return false;
    return (fails || (!open && spf_denies(facts))) && !mw_lead_author_proved(facts) && !was_signed(facts) &&
           !passed_before(facts);
}

bool mw_disowned(const mw_facts *facts) {
    const mw_dmarc *dmarc = facts->dmarc;
    return dmarc && dmarc->rfc9989.result == MW_DMARC_FAIL &&
           dmarc->rfc9989.disposition >= MW_POLICY_QUARANTINE;
}

/* Somebody else answers for the mail, such as a mailing service: SPF or a signature passes for that domain.
 */
static bool vouched_by_another(const mw_facts *facts) {
    if (facts->spf && facts->spf->result == MW_SPF_PASS)
        return true;
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++)
        if (((const mw_dkim *)facts->dkim->pdata[i])->result == MW_DKIM_PASS)
            return true;
    return false;
}

/* ---- the deception ---- */

static bool is_mine(const mw_facts *facts) {
    for (guint i = 0; facts->mine && i < facts->mine->len; i++)
        if (mw_ip_equal(facts->mine->pdata[i], &facts->envelope->client_ip))
            return true;
    return false;
}

/* The heaviest one; a link or a name before a list. */
static const mw_finding *deception(const mw_facts *facts, bool lists) {
    const mw_finding *found = NULL;
    for (guint i = 0; i < facts->findings->len; i++) {
        const mw_finding *finding = facts->findings->pdata[i];
        bool listed = finding->deceives == MW_DECEIVES_LIST;
        if (finding->state != MW_HIT || finding->deceives == MW_DECEIVES_NOBODY || finding->scale <= 0 ||
            (listed && (!lists || finding->points <= 0)))
            continue;
        bool found_listed = found && found->deceives == MW_DECEIVES_LIST;
        if (!found || (found_listed && !listed) ||
            (found_listed == listed && finding->points > found->points))
            found = finding;
    }
    return found;
}

/* ---- what the two can do ---- */

static const char *owner_words(const mw_facts *facts, bool forged) {
    const char *domain = facts->from_domain ? facts->from_domain : "the domain in From";
    if (!forged)
        return mw_printf(facts->arena,
                         "If %s is yours, somebody sends through an account or a server of yours: change its "
                         "password and look for what sent this mail.",
                         domain);
    return mw_printf(
        facts->arena,
        "If %s is yours, the refusal protects you, and your records are right as they are. Only if %s "
        "is a server of yours, run mailwhy again with --mine and its address.",
        domain,
        facts->envelope->client_ip.family ? mw_ip_text(facts->arena, &facts->envelope->client_ip)
                                          : "the sending server");
}

mw_deceit mw_deceit_find(const mw_facts *facts) {
    mw_deceit deceit = {0};
    if (facts->bounce || facts->evidence->sender_copy || is_mine(facts))
        return deceit;
    bool denied = mw_denied(facts);
    if (!denied && !mw_lead_author_proved(facts))
        return deceit;
    deceit.by = deception(facts, denied && !vouched_by_another(facts));
    if (!deceit.by)
        return deceit;
    deceit.forged = denied;
    deceit.deceptive = !denied;
    deceit.if_owner = owner_words(facts, denied);
    deceit.if_recipient = "If you received it, delete it, and do not click on anything in it.";
    return deceit;
}
