/* BIMI: the logo that a domain wants shown beside its mail
 * (draft-brand-indicators-for-message-identification). Only the record is looked at: nothing is fetched. */
#include "check/check.h"
#include "check/domain.h"
#include "dkim/taglist.h"

static const char why[] = "BIMI record";

static const char *domain_of(const mw_facts *facts) {
    return facts->domain ? facts->domain->name : facts->from_domain;
}

/* Of a mail it is asked only where the mail speaks of it. */
static const char *name_of(const mw_facts *facts) {
    const mw_field *field = facts->domain ? NULL : mw_message_field(facts->message, "BIMI-Selector");
    const char *selector = "default";
    if (!domain_of(facts) || (!facts->domain && !field))
        return NULL;
    if (field) {
        mw_taglist tags = mw_taglist_read(facts->arena, field->value);
        mw_span s = mw_taglist_get(&tags, "s");
        selector = s.len && s.len < 64 ? mw_span_dup(facts->arena, s) : selector;
    }
    return mw_printf(facts->arena, "%s._bimi.%s", selector, domain_of(facts));
}

static void prefetch(mw_facts *facts) {
    const char *name = name_of(facts);
    if (name)
        mw_dns_prefetch_text(facts->dns, name, MW_TYPE_TXT, MW_FOR_OTHER, why);
}

static void flaw(mw_facts *facts, const char *record, const char *text, const char *fix) {
    if (mw_found(facts, "BIMI_FLAW"))
        return;
    mw_finding *finding = mw_hit(facts, "BIMI_FLAW", "%s", text);
    finding->evidence = record;
    finding->fix = fix;
}

static bool is_https(mw_span value, const char *end) {
    return mw_span_starts(value, "https://") && mw_span_ends(value, end);
}

/* Receivers show a logo only for a domain that enforces DMARC for all of its mail. */
static bool enforces(const mw_dmarc *dmarc) {
    const mw_dmarc_verdict *v = dmarc ? &dmarc->rfc9989 : NULL;
    return v && (v->policy == MW_POLICY_REJECT || v->policy == MW_POLICY_QUARANTINE) &&
           !(v->record && (strstr(v->record, "sp=none") || strstr(v->record, "pct=0")));
}

static void judge(mw_facts *facts, const char *name, const char *record) {
    mw_taglist tags = mw_taglist_read(facts->arena, mw_span_of(record));
    mw_span logo = mw_taglist_get(&tags, "l"), certificate = mw_taglist_get(&tags, "a");
    if (!mw_taglist_has(&tags, "l"))
        flaw(facts, record, mw_printf(facts->arena, "the BIMI record at %s names no logo (l=)", name),
             "Add l= with the https address of the logo.");
    else if (logo.len == 0)
        return; /* the domain says that it wants none */
    else if (!is_https(logo, ".svg"))
        flaw(facts, record,
             mw_printf(facts->arena, "the logo of the BIMI record at %s is no https address of an .svg file",
                       name),
             "Name an SVG file (profile Tiny Portable/Secure) at an https address in l=.");
    else if (certificate.len && !mw_span_starts(certificate, "https://"))
        flaw(facts, record,
             mw_printf(facts->arena, "the certificate (a=) of the BIMI record at %s is no https address",
                       name),
             "Name the certificate's https address in a=.");
    else if (!enforces(facts->dmarc))
        flaw(facts, record,
             mw_printf(facts->arena,
                       "the logo of %s is not shown: its DMARC policy asks neither for quarantine nor for "
                       "reject for all of its mail",
                       domain_of(facts)),
             "Go on to p=quarantine or p=reject, without sp=none.");
    else if (certificate.len == 0)
        flaw(facts, record,
             mw_printf(facts->arena,
                       "the BIMI record at %s names no certificate (a=): the receivers that ask for one "
                       "show no logo",
                       name),
             "Have a certificate for the logo issued (VMC or CMC) and name its address in a=.");
}

static void run(mw_facts *facts) {
    const char *name = name_of(facts);
    unsigned count;
    bool failed;
    if (!name)
        return;
    const char *record = mw_domain_record(facts, name, "v=BIMI1", why, &count, &failed);
    if (facts->domain)
        facts->domain->bimi = record;
    if (count > 1)
        flaw(facts, record,
             mw_printf(facts->arena, "there are %u BIMI records at %s, and only one may be", count, name),
             "Leave one of them.");
    else if (record)
        judge(facts, name, record);
}

const mw_check mw_check_bimi = {.name = "bimi", .prefetch = prefetch, .run = run, .subject = MW_OF_BOTH};
