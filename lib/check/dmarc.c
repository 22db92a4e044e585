#include "dkim/taglist.h"
#include "base/domain.h"
#include "base/limits.h"
#include "check/check.h"
#include "check/client.h"
#include "check/signature.h"
#include "check/domain.h"
#include "dmarc/record.h"

/* Every distinct author domain. */
static GPtrArray *author_domains(const mw_facts *facts) {
    GPtrArray *domains = mw_array_new(facts->arena);
    for (guint i = 0; i < facts->from->len; i++) {
        const mw_address *address = facts->from->pdata[i];
        if (!address->domain || !*address->domain)
            continue;
        char *domain = mw_domain_ascii(facts->arena, mw_span_of(address->domain));
        if (!g_ptr_array_find_with_equal_func(domains, domain, g_str_equal, NULL))
            g_ptr_array_add(domains, domain);
    }
    return domains;
}

static const char *mail_from_domain(const mw_facts *facts) {
    const mw_envelope *envelope = facts->envelope;
    if (envelope->mail_from_domain)
        return mw_domain_ascii(facts->arena, mw_span_of(envelope->mail_from_domain));
    return envelope->mail_from && !*envelope->mail_from ? envelope->helo : NULL;
}

/* The signing domains below From's organisation: their walks decide on alignment. */
static void prefetch_signers(mw_facts *facts, const char *from) {
    const mw_field *field = mw_message_field(facts->message, "DKIM-Signature");
    for (int i = 0; field && i < MW_MAX_SIGNATURES; i++) {
        mw_taglist tags = mw_taglist_read(facts->arena, field->value);
        mw_span d = mw_taglist_get(&tags, "d");
        if (d.data)
            mw_dmarc_prefetch(facts->arena, facts->dns, from, mw_domain_ascii(facts->arena, d));
        field = mw_message_next_field(facts->message, field, "DKIM-Signature");
    }
}

/* A mail that came back was judged by a receiver; what of it can't be tested its parts tell. */
static const char *untestable(const mw_facts *facts) {
    return facts->bounce ? NULL : mw_delivery_untestable(facts);
}

static void prefetch(mw_facts *facts) {
    GPtrArray *domains = author_domains(facts);
    if (!facts->domain && untestable(facts))
        return;
    for (guint i = 0; i < domains->len && i < MW_MAX_AUTHOR_DOMAINS; i++)
        mw_dmarc_prefetch(facts->arena, facts->dns, domains->pdata[i], mail_from_domain(facts));
    if (domains->len)
        prefetch_signers(facts, domains->pdata[0]);
}

/* The first that passes, of SPF or of DKIM; one that misses by strict alignment alone before others. */
static const mw_dmarc_identifier *passing(const mw_dmarc *dmarc, bool dkim) {
    const mw_dmarc_identifier *found = NULL;
    for (guint i = 0; i < dmarc->identifiers->len; i++) {
        const mw_dmarc_identifier *id = dmarc->identifiers->pdata[i];
        if (id->passes && id->dkim == dkim &&
            (!found || (id->fit == MW_FIT_TOO_STRICT && found->fit != id->fit)))
            found = id;
    }
    return found;
}

/* "SPF passes for a.example and DKIM for b.example, but neither for c.example" */
static const char *failure_words(const mw_facts *facts, const mw_dmarc *dmarc) {
    const mw_dmarc_identifier *spf = passing(dmarc, false), *dkim = passing(dmarc, true);
    const mw_dmarc_identifier *one = spf && spf->fit == MW_FIT_TOO_STRICT ? spf : dkim ? dkim : spf;
    if (!one)
        return mw_printf(facts->arena, "neither SPF nor DKIM passes for %s, the domain in From",
                         dmarc->domain);
    if (one->fit == MW_FIT_TOO_STRICT)
        return mw_printf(facts->arena, "%s passes for %s, but %s=s asks for %s itself, the domain in From",
                         one->dkim ? "DKIM" : "SPF", one->domain, one->dkim ? "adkim" : "aspf",
                         dmarc->domain);
    if (spf && dkim)
        return mw_printf(facts->arena,
                         "SPF passes for %s and DKIM for %s, but neither for %s, the domain in From",
                         spf->domain, dkim->domain, dmarc->domain);
    return mw_printf(facts->arena, "%s passes, but for %s, not for %s, the domain in From",
                     one->dkim ? "DKIM" : "SPF", one->domain, dmarc->domain);
}

/* The result by which it failed, and which a repair would mend: a signature of the author domain first. */
static const mw_finding *explaining(const mw_facts *facts, const mw_dmarc *dmarc) {
    for (int dkim = 1; dkim >= 0; dkim--)
        for (guint i = 0; i < dmarc->identifiers->len; i++) {
            const mw_dmarc_identifier *id = dmarc->identifiers->pdata[i];
            if (id->dkim != (bool)dkim || id->passes || id->fit != MW_FIT_ALIGNED || !id->symbol)
                continue;
            const mw_finding *finding = mw_found(facts, id->symbol);
            if (finding)
                return finding;
        }
    return NULL;
}

static const char *evidence_words(const mw_facts *facts, const mw_dmarc *dmarc) {
    const mw_dmarc_verdict *v = &dmarc->rfc9989;
    if (!v->record)
        return dmarc->alignment;
    return mw_printf(facts->arena, "%s _dmarc.%s: %s", dmarc->alignment ? dmarc->alignment : "",
                     v->record_domain, v->record);
}

static const char *policy_words(const mw_facts *facts, const mw_dmarc_verdict *v) {
    const char *policy = mw_policy_name(v->policy), *lowered = "";
    if (v->policy != v->disposition)
        lowered = mw_printf(facts->arena, ", lowered to %s by t=y", mw_policy_name(v->disposition));
    if (!v->record_domain || strcmp(v->record_domain, v->domain) == 0)
        return mw_printf(facts->arena, "its policy is %s%s", policy, lowered);
    if (v->policy_tag && strcmp(v->policy_tag, "np") == 0)
        return mw_printf(facts->arena, "%s does not exist, and for such names %s has the policy %s%s",
                         v->domain, v->record_domain, policy, lowered);
    return mw_printf(facts->arena, "the policy of %s for names below it is %s%s", v->record_domain, policy,
                     lowered);
}

/* A signature of the author's organisation that was good until somebody on the way changed the mail. */
static const mw_dkim *broken_on_the_way(const mw_facts *facts, const mw_dmarc *dmarc) {
    for (guint i = 0; i < facts->dkim->len; i++) {
        const mw_dkim *d = facts->dkim->pdata[i];
        if (d->repair && d->repair->proven && d->repair->edits->len && d->repair->avoided_by && d->domain &&
            !d->repair->by_signer && dmarc->domain && mw_domain_same_organisation(d->domain, dmarc->domain))
            return d;
    }
    return NULL;
}

/* One that would align, and has no finding of its own because another one passes. */
static const mw_dkim *broken_beside(const mw_facts *facts, const mw_dmarc *dmarc) {
    for (guint i = 0; i < dmarc->identifiers->len; i++) {
        const mw_dmarc_identifier *id = dmarc->identifiers->pdata[i];
        for (guint k = 0; id->dkim && !id->passes && id->fit == MW_FIT_ALIGNED && k < facts->dkim->len; k++) {
            const mw_dkim *d = facts->dkim->pdata[k];
            if (g_strcmp0(d->domain, id->domain) == 0 && d->reason && mw_signature_fix(facts, d))
                return d;
        }
    }
    return NULL;
}

/* told: the signature's own finding says so already. */
static void blame_the_way(mw_facts *facts, mw_finding *finding, const mw_dkim *broken, bool told) {
    const mw_repair *repair = broken->repair;
    finding->owner = mw_signature_owner(facts, broken);
    finding->fix = mw_signature_advice(facts, broken);
    if (told)
        return;
    finding->summary = mw_printf(
        facts->arena, "%s. The signature of %s was good until the mail was changed on its way: %s%s",
        finding->summary, broken->domain, (const char *)repair->edits->pdata[0],
        repair->edits->len > 1 ? mw_printf(facts->arena, ", and %u more", repair->edits->len - 1) : "");
}

static void report_fail(mw_facts *facts, const mw_dmarc *dmarc) {
    static const char *const symbols[] = {
        [MW_POLICY_NONE] = "DMARC_POLICY_SOFTFAIL",
        [MW_POLICY_QUARANTINE] = "DMARC_POLICY_QUARANTINE",
        [MW_POLICY_REJECT] = "DMARC_POLICY_REJECT",
    };
    const mw_dmarc_verdict *v = &dmarc->rfc9989;
    const char *forwarder = mw_client_handed_on_by(facts);
    const mw_finding *cause = explaining(facts, dmarc);
    if (cause && forwarder && strcmp(cause->symbol->group, "spf") == 0)
        cause = NULL; /* no envelope sender of a forwarder's would mend it */
    const mw_claim *recorded = mw_claims_trusted(facts->claims, "dmarc");
    mw_finding *finding =
        mw_hit(facts, symbols[v->disposition], "%s; %s", failure_words(facts, dmarc), policy_words(facts, v));
    finding->evidence = evidence_words(facts, dmarc);
    finding->fix = dmarc->would_align;
    const mw_dkim *broken = broken_on_the_way(facts, dmarc),
                  *silent = cause || broken ? NULL : broken_beside(facts, dmarc);
    if (silent) {
        finding->summary =
            mw_printf(facts->arena, "%s. The signature of %s, which would count, does not pass: %s",
                      finding->summary, silent->domain, silent->reason);
        finding->fix = mw_signature_fix(facts, silent);
        finding->owner = mw_signature_owner(facts, silent);
    }
    if (forwarder && !broken)
        finding->summary = mw_printf(facts->arena, "%s. By its envelope the mail was forwarded by %s",
                                     finding->summary, forwarder);
    if (broken)
        blame_the_way(facts, finding, broken, cause != NULL);
    if (cause)
        finding->because_of = cause->symbol->name;
    if (author_domains(facts)->len > 1) { /* each of them would have to pass */
        finding->fix = "Put one address into the From field. Others belong into Reply-To or Cc.";
        finding->owner = "author";
    }
    const char *sealer = mw_trusted_sealer(facts);
    if (sealer) {
        finding->scale = 0;
        finding->summary =
            mw_printf(facts->arena,
                      "overruled by the ARC seal of %s, which is trusted and recorded a pass of DMARC: %s",
                      sealer, finding->summary);
    }
    if (cause && cause->scale == 0 && recorded && strcmp(recorded->result, "pass") == 0) {
        finding->scale = 0;
        finding->summary =
            mw_printf(facts->arena, "changed since the delivery, when it passed: now %s", finding->summary);
    }
}

static const char *pass_words(const mw_facts *facts, const mw_dmarc *dmarc) {
    const char *spf = NULL, *dkim = NULL;
    for (guint i = dmarc->identifiers->len; i-- > 0;) {
        const mw_dmarc_identifier *id = dmarc->identifiers->pdata[i];
        if (id->passes && id->fit == MW_FIT_ALIGNED)
            *(id->dkim ? &dkim : &spf) = id->domain;
    }
    const char *what = spf && dkim ? "SPF and DKIM pass" : spf ? "SPF passes" : "DKIM passes";
    const char *other = spf && strcmp(spf, dmarc->domain) != 0     ? spf
                        : dkim && strcmp(dkim, dmarc->domain) != 0 ? dkim
                                                                   : NULL;
    return other ? mw_printf(facts->arena, "%s for %s, the domain in From (by way of %s)", what,
                             dmarc->domain, other)
                 : mw_printf(facts->arena, "%s for %s, the domain in From", what, dmarc->domain);
}

/* SPF or DKIM passes for the author domain itself: whatever policy there is, it is met. */
static bool passes_itself(const mw_dmarc *dmarc) {
    for (guint i = 0; i < dmarc->identifiers->len; i++) {
        const mw_dmarc_identifier *id = dmarc->identifiers->pdata[i];
        if (id->passes && g_strcmp0(id->domain, dmarc->domain) == 0)
            return true;
    }
    return false;
}

/* The copy can't show it, but the receiver saw it pass. */
static bool passed_then(const mw_facts *facts, const mw_dmarc *dmarc) {
    const mw_claim *then = mw_claims_trusted(facts->claims, "dmarc");
    return !dmarc->dns_unanswered && then && strcmp(then->result, "pass") == 0;
}

/* Not judged: what it would cost if it failed. */
static void report_open(mw_facts *facts, const mw_dmarc *dmarc) {
    const mw_dmarc_verdict *v = &dmarc->rfc9989;
    const char *symbol = v->policy == MW_POLICY_NONE         ? "DMARC_POLICY_SOFTFAIL"
                         : v->policy == MW_POLICY_QUARANTINE ? "DMARC_POLICY_QUARANTINE"
                                                             : "DMARC_POLICY_REJECT";
    if (v->result == MW_DMARC_TEMPERROR) {
        mw_finding *finding = mw_hit(facts, "DMARC_DNSFAIL", "%s", v->reason);
        const mw_finding *cause = explaining(facts, dmarc);
        finding->because_of = cause ? cause->symbol->name : NULL;
    }
    if (passes_itself(dmarc))
        return;
    mw_finding *open = mw_unknown(facts, symbol, "DMARC was not judged: %s", v->reason);
    open->counts_for_exit = !passed_then(facts, dmarc);
    open->if_well = "DMARC_POLICY_ALLOW";
    open->evidence = v->record;
}

static const char *defect_symbol(const mw_dmarc *dmarc, const char *id) {
    static const struct {
        const char *id, *symbol;
    } symbols[] = {
        {"several", "DMARC_BAD_POLICY"},      {"version", "DMARC_BAD_POLICY"},
        {"repeated_tag", "DMARC_BAD_POLICY"}, {"wrong_name", "DMARC_WRONG_NAME"},
        {"reports", "DMARC_REPORTS_REFUSED"}, {"sp_weak", "DMARC_WEAK_SUBDOMAINS"},
        {"np_weak", "DMARC_WEAK_SUBDOMAINS"}, {"monitoring", "DMARC_MONITORING"},
        {"testing", "DMARC_TESTING"},         {"pct", "DMARC_TESTING"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(symbols); i++)
        if (strcmp(symbols[i].id, id) == 0)
            return symbols[i].symbol;
    bool unusable = strcmp(id, "missing_p") == 0 || strcmp(id, "bad_value") == 0;
    return unusable && dmarc->bad_record ? "DMARC_BAD_POLICY" : "DMARC_RECORD_FLAW";
}

/* One row a symbol: the first defect speaks, the others are in the evidence. */
static void report_defects(mw_facts *facts, const mw_dmarc *dmarc) {
    for (guint i = 0; i < dmarc->defects->len; i++) {
        const mw_spf_advice *defect = dmarc->defects->pdata[i];
        const char *symbol = defect_symbol(dmarc, defect->id);
        bool watching = strcmp(defect->id, "monitoring") == 0;
        if (watching && dmarc->rfc9989.result == MW_DMARC_PASS && strstr(dmarc->rfc9989.record, "rua"))
            continue;
        mw_finding *finding = mw_found(facts, symbol);
        if (finding) {
            finding->evidence = mw_printf(facts->arena, "%s %s", finding->evidence, defect->text);
            continue;
        }
        finding = mw_hit(facts, symbol, "%s", defect->text);
        finding->evidence = dmarc->rfc9989.record ? dmarc->rfc9989.record : defect->text;
        finding->fix = defect->fix;
    }
}

static void report_none(mw_facts *facts, const mw_dmarc *dmarc) {
    const mw_dmarc_verdict *v = &dmarc->rfc9989;
    mw_finding *finding = mw_hit(facts, "DMARC_NA", "%s", v->reason);
    if (dmarc->alias_at)
        finding->fix = mw_printf(facts->arena,
                                 "Replace the CNAME at %s by a TXT record, to begin with \"v=DMARC1; p=none; "
                                 "rua=mailto:dmarc-reports@%s\", or publish the record at %s, to which it "
                                 "leads. No TXT record can stand beside a CNAME.",
                                 dmarc->alias_at, dmarc->alias_at + strlen("_dmarc."), dmarc->alias_of);
    else if (dmarc->mended && dmarc->mended->type)
        finding->fix = mw_printf(facts->arena, "Replace the TXT record at %s by an alias (CNAME) of %s.",
                                 dmarc->mended->name, dmarc->mended->text);
    else if (!dmarc->domain)
        finding->fix =
            "Write one plain address into From: without its domain there is nothing that DMARC could "
            "go by.";
    else if (v->org_domain)
        finding->fix = mw_printf(facts->arena,
                                 "Publish a TXT record at _dmarc.%s, to begin with \"v=DMARC1; p=none; "
                                 "rua=mailto:dmarc-reports@%s\".",
                                 mw_domain_registrable(v->org_domain), mw_domain_registrable(v->org_domain));
}

static void report(mw_facts *facts, const mw_dmarc *dmarc) {
    const mw_dmarc_verdict *v = &dmarc->rfc9989;
    switch (v->result) {
    case MW_DMARC_PASS:
        mw_hit(facts, "DMARC_POLICY_ALLOW", "%s", pass_words(facts, dmarc))->evidence =
            evidence_words(facts, dmarc);
        break;
    case MW_DMARC_FAIL:
        report_fail(facts, dmarc);
        break;
    case MW_DMARC_NONE:
    case MW_DMARC_PERMERROR:
        if (!dmarc->bad_record)
            report_none(facts, dmarc);
        break;
    default:
        report_open(facts, dmarc);
    }
    report_defects(facts, dmarc);
    if (dmarc->bad_record && !mw_found(facts, "DMARC_BAD_POLICY"))
        mw_hit(facts, "DMARC_BAD_POLICY", "%s", v->reason ? v->reason : "the record can't be used");
}

/* Without a known MAIL FROM, SPF's word is for the HELO name, which counts for an empty MAIL FROM alone. */
static const mw_spf *usable_spf(const mw_facts *facts) {
    const mw_spf *spf = facts->spf;
    if (!spf || facts->envelope->mail_from || !spf->identity || strcmp(spf->identity, "helo") != 0)
        return spf;
    mw_spf *unknown = mw_new(facts->arena, mw_spf);
    *unknown = (mw_spf){.result = MW_SPF_UNTESTABLE, .identity = "mailfrom"};
    return unknown;
}

/* A sender's own copy is from before it was signed: a signature of the author's domain may have come to it.
 * With --client-ip the copy is taken for what was delivered. */
static GPtrArray *usable_dkim(const mw_facts *facts) {
    bool unsigned_copy = facts->dkim->len == 0 && facts->evidence &&
                         (facts->evidence->sender_copy || facts->evidence->no_delivery);
    if (!unsigned_copy || !facts->from_domain || facts->envelope->client_ip_given)
        return facts->dkim;
    GPtrArray *open = mw_array_new(facts->arena);
    mw_dkim *unseen = mw_new(facts->arena, mw_dkim);
    *unseen = (mw_dkim){.domain = facts->from_domain,
                        .result = MW_DKIM_UNTESTABLE,
                        .reason = facts->evidence->sender_copy ? "this copy is from before it was signed"
                                                               : "this view of it leaves out signatures"};
    g_ptr_array_add(open, unseen);
    return open;
}

static const char *alignment_words(mw_facts *facts, const mw_dmarc_verdict *v) {
    if (!v->record)
        return NULL;
    const mw_dmarc_record *record = mw_dmarc_record_read(facts->arena, mw_span_of(v->record), "");
    return mw_printf(facts->arena, "SPF %s, DKIM %s",
                     record->aspf_strict ? "for the very same domain (aspf=s)" : "for the same organisation",
                     record->adkim_strict ? "for the very same domain (adkim=s)"
                                          : "for the same organisation");
}

/* The record alone: there is no mail that could pass or fail. */
static void run_domain(mw_facts *facts) {
    mw_dmarc_request request = {.from_domains = mw_array_new(facts->arena), .advice = !facts->no_dns};
    g_ptr_array_add(request.from_domains, (gpointer)facts->domain->name);
    mw_dmarc *dmarc =
        mw_memdup(facts->arena, mw_dmarc_check(facts->arena, facts->dns, &request), sizeof *dmarc);
    if (dmarc->rfc9989.result == MW_DMARC_FAIL) {
        dmarc->rfc9989.result = dmarc->rfc7489.result = MW_DMARC_UNTESTABLE;
        dmarc->rfc9989.disposition = dmarc->rfc7489.disposition = MW_POLICY_NONE;
        dmarc->rfc9989.reason = dmarc->rfc7489.reason = "no mail was judged";
        dmarc->alignment = dmarc->would_align = dmarc->difference = NULL;
        report_defects(facts, dmarc);
    } else {
        report(facts, dmarc);
    }
    facts->dmarc = dmarc;
    facts->domain->alignment = alignment_words(facts, &dmarc->rfc9989);
}

static void run(mw_facts *facts) {
    if (facts->domain) {
        run_domain(facts);
        return;
    }
    mw_dmarc_request request = {
        .from_domains = author_domains(facts),
        .untestable = untestable(facts),
        .mail_from_domain = mail_from_domain(facts),
        .spf = usable_spf(facts),
        .dkim = usable_dkim(facts),
        .forwarder = mw_client_handed_on_by(facts),
        .dkim2_alone = facts->dkim->len == 0 && mw_message_field(facts->message, "DKIM2-Signature"),
        .advice = !facts->no_dns,
    };
    facts->dmarc = mw_dmarc_check(facts->arena, facts->dns, &request);
    if (request.untestable)
        mw_notice(facts, "DMARC was not checked: %s", request.untestable);
    else
        report(facts, facts->dmarc);
}

const mw_check mw_check_dmarc = {
    .name = "dmarc", .prefetch = prefetch, .run = run, .depends = true, .subject = MW_OF_BOTH};
