/* MTA-STS (RFC 8461) and TLS reports (RFC 8460): what a domain says of encryption on the way to it. Of a mail
 * it is asked for the recipient's domain, where a refusal speaks of TLS. */
#include "check/check.h"
#include "check/domain.h"
#include "dkim/taglist.h"

static const char why[] = "MTA-STS and TLS reports";

static const char *domain_of(const mw_facts *facts) {
    if (facts->domain)
        return facts->domain->name;
    for (guint i = 0; facts->bounce && i < facts->bounce->recipients->len; i++) {
        const mw_bounce_recipient *r = facts->bounce->recipients->pdata[i];
        const char *at = r->recipient ? strrchr(r->recipient, '@') : NULL;
        if (at && at[1] && r->meaning && g_strcmp0(r->meaning->cause, "tls") == 0)
            return at + 1;
    }
    return NULL;
}

static void prefetch(mw_facts *facts) {
    const char *domain = domain_of(facts);
    if (!domain)
        return;
    mw_dns_prefetch_text(facts->dns, mw_printf(facts->arena, "_mta-sts.%s", domain), MW_TYPE_TXT,
                         MW_FOR_OTHER, why);
    mw_dns_prefetch_text(facts->dns, mw_printf(facts->arena, "mta-sts.%s", domain), MW_TYPE_A, MW_FOR_OTHER,
                         why);
    mw_dns_prefetch_text(facts->dns, mw_printf(facts->arena, "_smtp._tls.%s", domain), MW_TYPE_TXT,
                         MW_FOR_OTHER, why);
}

static void flaw(mw_facts *facts, const char *symbol, const char *record, const char *text, const char *fix) {
    if (!facts->domain) {
        mw_notice(facts, "TLS: %s.", text);
        return;
    }
    mw_finding *finding = mw_hit(facts, symbol, "%s", text);
    finding->evidence = record;
    finding->fix = fix;
}

static const char *judge_sts(mw_facts *facts, const char *domain) {
    const char *name = mw_printf(facts->arena, "_mta-sts.%s", domain);
    unsigned count;
    bool failed;
    const char *record = mw_domain_record(facts, name, "v=STSv1", why, &count, &failed);
    if (!record)
        return NULL;
    mw_taglist tags = mw_taglist_read(facts->arena, mw_span_of(record));
    const mw_answer *host = mw_dns_query_text(facts->dns, mw_printf(facts->arena, "mta-sts.%s", domain),
                                              MW_TYPE_A, MW_FOR_OTHER, why);
    if (count > 1)
        flaw(facts, "MTA_STS_FLAW", record,
             mw_printf(facts->arena, "there are %u MTA-STS records at %s: senders take that for none", count,
                       name),
             "Leave one of them.");
    else if (!mw_taglist_get(&tags, "id").len)
        flaw(facts, "MTA_STS_FLAW", record,
             mw_printf(facts->arena, "the MTA-STS record at %s has no id=", name),
             "Add id= with letters and digits, a new value at each change of the policy.");
    else if (mw_dns_absent(host->status))
        flaw(
            facts, "MTA_STS_FLAW", record,
            mw_printf(
                facts->arena,
                "%s has an MTA-STS record, but the host mta-sts.%s, where its policy belongs, has no address",
                domain, domain),
            "Publish the policy at that host, or delete the record.");
    return record;
}

static const char *judge_reports(mw_facts *facts, const char *domain) {
    const char *name = mw_printf(facts->arena, "_smtp._tls.%s", domain);
    unsigned count;
    bool failed;
    const char *record = mw_domain_record(facts, name, "v=TLSRPTv1", why, &count, &failed);
    if (!record)
        return NULL;
    mw_taglist tags = mw_taglist_read(facts->arena, mw_span_of(record));
    mw_span rua = mw_taglist_get(&tags, "rua");
    if (count > 1)
        flaw(facts, "TLS_RPT_FLAW", record,
             mw_printf(facts->arena, "there are %u TLS report records at %s: senders take that for none",
                       count, name),
             "Leave one of them.");
    else if (!mw_span_starts(rua, "mailto:") && !mw_span_starts(rua, "https:"))
        flaw(facts, "TLS_RPT_FLAW", record,
             mw_printf(facts->arena, "the TLS report record at %s names no address for reports (rua=)", name),
             "Add rua=mailto: with an address that takes the reports.");
    return record;
}

/* Beside the reply that speaks of TLS: whether it is so no mail can show. */
static void tell(mw_facts *facts, const char *text) {
    for (guint i = 0; i < facts->bounce->recipients->len; i++) {
        mw_bounce_recipient *r = facts->bounce->recipients->pdata[i];
        if (r->claim != MW_CLAIM_NONE || !r->meaning || strcmp(r->meaning->cause, "tls") != 0)
            continue;
        r->claim = MW_CLAIM_NOT_REPRODUCIBLE;
        r->claim_evidence = text;
    }
}

static void run(mw_facts *facts) {
    const char *domain = domain_of(facts);
    if (!domain)
        return;
    const char *sts = judge_sts(facts, domain), *reports = judge_reports(facts, domain);
    if (facts->domain) {
        facts->domain->mta_sts = sts;
        facts->domain->tls_rpt = reports;
        return;
    }
    tell(facts, mw_printf(facts->arena, "%s %s, and %s for reports about TLS", domain,
                          sts ? "has an MTA-STS record: senders that keep to it deliver only over TLS with a "
                                "certificate that fits"
                              : "has no MTA-STS record",
                          reports ? "asks" : "does not ask"));
}

const mw_check mw_check_transport = {
    .name = "transport", .prefetch = prefetch, .run = run, .subject = MW_OF_BOTH};
