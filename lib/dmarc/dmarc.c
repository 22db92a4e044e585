#include "dmarc/judge.h"
#include "dmarc/opendmarc.h"
#include "base/domain.h"
#include "base/limits.h"

const char *mw_dmarc_result_name(mw_dmarc_result result) {
    static const char *const names[] = {"none", "pass", "fail", "temperror", "permerror", "untestable"};
    return names[result];
}

/* Verdicts */

typedef struct tally {
    bool spf, dkim; /* passes aligned */
    bool temperror, untestable;
    const mw_dmarc_identifier *open; /* what is neither pass nor fail, and could align */
} tally;

static tally count_identifiers(const mw_dmarc_judge *judge, bool old) {
    tally t = {0};
    for (guint i = 0; i < judge->identifiers->len; i++) {
        const mw_dmarc_identifier *id = judge->identifiers->pdata[i];
        mw_dmarc_fit fit = old ? id->fit_7489 : id->fit;
        if (fit == MW_FIT_OTHER || fit == MW_FIT_TOO_STRICT)
            continue;
        if (id->passes && fit == MW_FIT_ALIGNED) {
            *(id->dkim ? &t.dkim : &t.spf) = true;
            continue;
        }
        if (!id->passes && !id->temperror && !id->untestable)
            continue;
        bool temperror = id->temperror || (!id->untestable && fit == MW_FIT_TEMPERROR);
        *(temperror ? &t.temperror : &t.untestable) = true;
        if (!t.open || (temperror && !t.open->temperror))
            t.open = id;
    }
    return t;
}

static const char *open_words(mw_arena *arena, const mw_dmarc_identifier *open) {
    const char *what = open->dkim ? "DKIM" : "SPF";
    if (open->temperror)
        return mw_printf(arena, "%s could not be judged: the DNS of %s did not answer", what,
                         open->domain ? open->domain : "its domain");
    if (open->untestable)
        return open->domain ? mw_printf(arena, "%s for %s can't be tested on this copy of the mail", what,
                                        open->domain)
                            : mw_printf(arena, "%s can't be tested on this copy of the mail", what);
    return mw_printf(arena, "%s passes for %s, but the DNS did not tell whether both are one organisation",
                     what, open->domain);
}

static void settle(mw_dmarc_judge *judge, mw_dmarc_verdict *verdict, mw_policy effective, const tally *t) {
    verdict->aligned_spf = t->spf;
    verdict->aligned_dkim = t->dkim;
    if (!t->spf && !t->dkim && (t->temperror || t->untestable)) {
        verdict->result = t->temperror ? MW_DMARC_TEMPERROR : MW_DMARC_UNTESTABLE;
        verdict->reason = open_words(judge->arena, t->open);
        return;
    }
    mw_enforce enforce = mw_dmarc_enforce(effective, t->spf, t->dkim);
    static const mw_policy dispositions[] = {
        [MW_ENFORCE_NONE] = MW_POLICY_NONE,
        [MW_ENFORCE_QUARANTINE] = MW_POLICY_QUARANTINE,
        [MW_ENFORCE_REJECT] = MW_POLICY_REJECT,
    };
    if (enforce == MW_ENFORCE_ERROR) {
        verdict->result = MW_DMARC_PERMERROR;
        verdict->reason = "libopendmarc refused the policy";
    } else if (enforce == MW_ENFORCE_PASS) {
        verdict->result = MW_DMARC_PASS;
    } else {
        verdict->result = MW_DMARC_FAIL;
        verdict->disposition = dispositions[enforce];
    }
}

static mw_policy lowered(mw_policy policy, bool lower) {
    return lower && policy > MW_POLICY_NONE ? policy - 1 : policy;
}

static void no_answer(mw_dmarc_judge *judge, mw_dmarc_verdict *verdict, const mw_dmarc_lookup *lookup) {
    verdict->result = lookup->state == MW_DMARC_NO_ANSWER ? MW_DMARC_TEMPERROR : MW_DMARC_UNTESTABLE;
    verdict->reason =
        mw_printf(judge->arena, "_dmarc.%s: %s", lookup->domain, mw_dns_status_words(lookup->status));
}

static const char *none_words(const mw_dmarc_judge *judge) {
    const mw_dmarc_lookup *own = judge->walk.steps[0];
    for (size_t i = 0; i < judge->walk.n_steps; i++) {
        const mw_dmarc_lookup *step = judge->walk.steps[i];
        if (step->state == MW_DMARC_SEVERAL)
            return mw_printf(judge->arena, "%s has %u DMARC records, so receivers use none of them",
                             step->domain, step->count);
        if (step->state == MW_DMARC_DUPLICATE)
            return mw_printf(judge->arena,
                             "the DMARC record of %s has a tag twice, so receivers do not use it",
                             step->domain);
    }
    if (own->pretender)
        return mw_printf(judge->arena, "the record at _dmarc.%s does not begin with v=DMARC1", own->domain);
    for (size_t i = 0; i < judge->walk.n_steps; i++) {
        const mw_dmarc_lookup *step = judge->walk.steps[i];
        if (step->state == MW_DMARC_NO_RECORD && step->alias)
            return mw_printf(judge->arena,
                             "_dmarc.%s is an alias (CNAME) of %s, where no DMARC record stands",
                             step->domain, step->alias);
        if (step->meant)
            return mw_printf(
                judge->arena,
                "the TXT record at _dmarc.%s holds the host name %s, where an alias (CNAME) to it "
                "was meant",
                step->domain, step->meant);
    }
    return mw_printf(judge->arena, "neither %s nor a domain above it has a DMARC record", judge->domain);
}

/* The policy of the record for this author domain. False when it depends on whether the domain exists, and
 * nobody can tell: verdict then says so. */
static bool choose_policy(mw_dmarc_judge *judge, mw_dmarc_verdict *verdict, const tally *t, mw_policy *out) {
    const mw_dmarc_record *record = judge->policy->record;
    verdict->policy_tag = "p";
    if (strcmp(judge->policy->domain, judge->domain) == 0) {
        *out = mw_dmarc_record_policy(record, MW_FOR_ITSELF);
        return true;
    }
    const char *below = record->sp == MW_POLICY_ABSENT ? "p" : "sp";
    verdict->policy_tag = below;
    mw_policy existing = mw_dmarc_record_policy(record, MW_FOR_EXISTING);
    mw_policy missing = mw_dmarc_record_policy(record, MW_FOR_MISSING);
    *out = existing;
    /* a mail that passes meets no policy: the question would only cost time */
    if (existing == missing || t->spf || t->dkim)
        return true;
    mw_dns_status status = mw_dmarc_exists(judge->dns, judge->domain);
    if (status == MW_DNS_NXDOMAIN) {
        *out = missing;
        verdict->policy_tag = "np";
    }
    if (!mw_dns_failed(status) || lowered(existing, record->testing) == lowered(missing, record->testing))
        return true;
    bool unasked = status == MW_DNS_NOTRECORDED || status == MW_DNS_BUDGET;
    verdict->result = unasked ? MW_DMARC_UNTESTABLE : MW_DMARC_TEMPERROR;
    verdict->reason = mw_printf(judge->arena, "whether %s exists decides between sp= and np=: %s",
                                judge->domain, mw_dns_status_words(status));
    return false;
}

static void judge_9989(mw_dmarc_judge *judge) {
    mw_dmarc_verdict *verdict = &judge->rfc9989;
    verdict->org_domain = judge->org;
    if (!judge->policy && judge->walk.failed) {
        no_answer(judge, verdict, judge->walk.failed);
        return;
    }
    if (!judge->policy) {
        verdict->reason = none_words(judge);
        return;
    }
    const mw_dmarc_record *record = judge->policy->record;
    verdict->record = record->text;
    verdict->record_domain = judge->policy->domain;
    if (mw_dmarc_record_policy(record, MW_FOR_ITSELF) == MW_POLICY_ABSENT) {
        verdict->reason =
            mw_printf(judge->arena, "the DMARC record of %s has no policy that receivers can use",
                      judge->policy->domain);
        return;
    }
    tally t = count_identifiers(judge, false);
    if (!choose_policy(judge, verdict, &t, &verdict->policy))
        return;
    settle(judge, verdict, lowered(verdict->policy, record->testing), &t);
}

static void judge_7489(mw_dmarc_judge *judge) {
    mw_dmarc_verdict *verdict = &judge->rfc7489;
    const mw_dmarc_lookup *found = judge->policy_7489;
    verdict->org_domain = mw_domain_registrable(judge->domain);
    if (found->state == MW_DMARC_NO_ANSWER || found->state == MW_DMARC_NOT_ASKED) {
        no_answer(judge, verdict, found);
        return;
    }
    if (found->state != MW_DMARC_FOUND) {
        verdict->reason = none_words(judge);
        return;
    }
    verdict->record = found->record->text;
    verdict->record_domain = found->domain;
    verdict->policy = mw_dmarc_record_policy_7489(found->record, strcmp(found->domain, judge->domain) != 0);
    if (verdict->policy == MW_POLICY_ABSENT) {
        verdict->reason = mw_printf(
            judge->arena, "the DMARC record of %s has no policy that receivers can use", found->domain);
        return;
    }
    tally t = count_identifiers(judge, true);
    /* pct=0 spares every mail; any other share is a matter of chance, and the policy is what is asked for */
    settle(judge, verdict, lowered(verdict->policy, found->record->pct == 0), &t);
}

static void judge_domain(mw_dmarc_judge *judge) {
    judge->rfc9989.disposition = judge->rfc7489.disposition = MW_POLICY_NONE;
    judge->rfc9989.domain = judge->rfc7489.domain = judge->domain;
    mw_dmarc_walk_up(judge->finder, judge->domain, &judge->walk);
    bool own = judge->walk.n_hits > 0 && strcmp(judge->walk.hits[0]->domain, judge->domain) == 0;
    judge->org = judge->walk.failed ? NULL : mw_dmarc_walk_org(&judge->walk, judge->domain);
    judge->policy = own          ? judge->walk.hits[0]
                    : judge->org ? mw_dmarc_walk_policy(&judge->walk, judge->domain, judge->org)
                                 : NULL;
    judge->policy_7489 = mw_dmarc_find_7489(judge->finder, judge->domain);
    mw_dmarc_identify(judge);
    mw_dmarc_align(judge);
    judge_9989(judge);
    judge_7489(judge);
}

/* Several author domains */

static int strictness(const mw_dmarc_verdict *v) {
    switch (v->result) {
    case MW_DMARC_FAIL:
        return 10 + (int)v->disposition;
    case MW_DMARC_TEMPERROR:
        return 5;
    case MW_DMARC_UNTESTABLE:
        return 4;
    case MW_DMARC_PERMERROR:
        return 3;
    case MW_DMARC_NONE:
        return 2;
    default:
        return 1;
    }
}

static void all_the_same(mw_dmarc *dmarc, mw_dmarc_result result, const char *reason) {
    mw_dmarc_verdict verdict = {
        .result = result, .disposition = MW_POLICY_NONE, .domain = dmarc->domain, .reason = reason};
    dmarc->rfc9989 = dmarc->rfc7489 = verdict;
}

static void take(mw_dmarc *dmarc, mw_dmarc_judge *judge, bool first) {
    if (first || strictness(&judge->rfc7489) > strictness(&dmarc->rfc7489))
        dmarc->rfc7489 = judge->rfc7489;
    if (!first && strictness(&judge->rfc9989) <= strictness(&dmarc->rfc9989))
        return;
    dmarc->rfc9989 = judge->rfc9989;
    dmarc->domain = judge->domain;
    dmarc->identifiers = judge->identifiers;
    dmarc->alignment = mw_dmarc_alignment_words(judge);
    dmarc->would_align = judge->rfc9989.result == MW_DMARC_FAIL ? mw_dmarc_would_align(judge) : NULL;
    mw_dmarc_advise(judge, dmarc);
}

static bool is_open(const mw_dmarc_verdict *v) {
    return v->result == MW_DMARC_TEMPERROR;
}

static void check_domains(mw_arena *arena, mw_dns *dns, const mw_dmarc_request *request, mw_dmarc *dmarc) {
    mw_dmarc_finder finder;
    mw_dmarc_finder_init(&finder, arena, dns);
    guint judged = 0;
    for (guint i = 0; i < request->from_domains->len && judged < MW_MAX_AUTHOR_DOMAINS; i++) {
        const char *domain = request->from_domains->pdata[i];
        if (!mw_dmarc_domain_usable(domain))
            continue;
        mw_dmarc_judge judge = {arena, dns, &finder, request, domain};
        judge_domain(&judge);
        take(dmarc, &judge, judged++ == 0);
        dmarc->dns_unanswered |= judge.walk.failed && !judge.policy;
    }
    if (judged == 0)
        all_the_same(dmarc, MW_DMARC_NONE,
                     mw_printf(arena, "\"%s\" in From is no name that can be in the DNS", dmarc->domain));
    dmarc->dns_unanswered |= is_open(&dmarc->rfc9989);
}

const mw_dmarc *mw_dmarc_check(mw_arena *arena, mw_dns *dns, const mw_dmarc_request *request) {
    mw_dmarc *dmarc = mw_new(arena, mw_dmarc);
    dmarc->defects = mw_array_new(arena);
    dmarc->identifiers = mw_array_new(arena);
    dmarc->domain = request->from_domains->len ? request->from_domains->pdata[0] : NULL;
    if (!dmarc->domain)
        all_the_same(dmarc, MW_DMARC_NONE, "the mail has no From address with a domain");
    else if (request->untestable)
        all_the_same(dmarc, MW_DMARC_UNTESTABLE, request->untestable);
    else
        check_domains(arena, dns, request, dmarc);
    dmarc->difference = mw_dmarc_difference(arena, dmarc);
    return dmarc;
}

/* Without a record the places of a misplaced one are asked for (advice.c); may run in the source's
 * thread. */
static void ask_places(mw_dns *dns, const mw_name *name, const mw_answer *answer, void *data) {
    static const char why[] = "a DMARC record at a wrong name";
    mw_name org, other;
    if (!mw_dns_absent(answer->status))
        return;
    mw_name_parent(name, 1, &org);
    mw_dns_prefetch(dns, &org, MW_TYPE_TXT, MW_FOR_OTHER, why);
    if (mw_name_prefix(MW_SPAN("dmarc"), &org, &other))
        mw_dns_prefetch(dns, &other, MW_TYPE_TXT, MW_FOR_OTHER, why);
    g_autoptr(mw_arena) arena = mw_arena_new();
    if (mw_name_prefix(mw_span_of(mw_printf(arena, "_dmarc.%s", mw_name_text(arena, &org))), &org, &other))
        mw_dns_prefetch(dns, &other, MW_TYPE_TXT, MW_FOR_OTHER, why);
}

void mw_dmarc_prefetch(mw_arena *arena, mw_dns *dns, const char *from_domain, const char *mail_from_domain) {
    if (!mw_dmarc_domain_usable(from_domain))
        return;
    const char *org = mw_domain_registrable(from_domain);
    mw_dns_pattern(dns, "DMARC record",
                   "TXT of _dmarc. at the domains that pass SPF or DKIM, and their parents", MW_FOR_AUTH);
    mw_dns_pattern(dns, "does the From domain exist", "A, MX and AAAA of the From domain", MW_FOR_AUTH);
    mw_dns_pattern(dns, "may DMARC reports go there",
                   "TXT of DOMAIN._report._dmarc. at those who get the reports", MW_FOR_OTHER);
    mw_dns_pattern(dns, "a DMARC record at a wrong name",
                   "TXT of the places where DMARC records are put by mistake", MW_FOR_OTHER);
    mw_dmarc_walk_prefetch(arena, dns, from_domain);
    mw_name record;
    if (strcmp(org, from_domain) != 0)
        mw_dns_prefetch_text(dns, from_domain, MW_TYPE_A, MW_FOR_AUTH, "does the From domain exist");
    else if (!mw_domain_is_public_suffix(org) &&
             mw_name_read(mw_span_of(mw_printf(arena, "_dmarc.%s", org)), &record))
        mw_dns_prefetch_then(dns, &record, MW_TYPE_TXT, MW_FOR_AUTH, "DMARC record", ask_places, NULL);
    if (mail_from_domain && strcmp(mail_from_domain, from_domain) != 0 &&
        mw_domain_below(mail_from_domain, org))
        mw_dmarc_walk_prefetch(arena, dns, mail_from_domain);
}
