/* Do the sender's domains exist, and do they take mail? (RFC 5321 section 2.3.5, RFC 7505) */
#include "base/domain.h"
#include "check/check.h"
#include "check/mail_host.h"

static const char *mail_from_domain(const mw_facts *facts) {
    const char *domain = facts->envelope->mail_from_domain;
    mw_ip ip;
    return domain && !mw_ip_parse(mw_span_of(domain), &ip) ? domain : NULL;
}

static bool same(const char *a, const char *b) {
    return a && b && g_ascii_strcasecmp(a, b) == 0;
}

static void prefetch(mw_facts *facts) {
    if (mail_from_domain(facts))
        mw_mail_host_prefetch(facts, mail_from_domain(facts));
    if (facts->from_domain && !same(facts->from_domain, mail_from_domain(facts)))
        mw_mail_host_prefetch(facts, facts->from_domain);
}

static void check_mail_from(mw_facts *facts, const char *domain) {
    if (!mw_domain_valid(domain) || !strchr(domain, '.')) {
        mw_hit(facts, "HFILTER_FROMHOST_NOT_FQDN", "the envelope sender's domain %s is no full domain name",
               domain);
        return;
    }
    mw_mail_host host = mw_mail_host_read(facts, domain);
    switch (host.state) {
    case MW_HOST_NONE:
        mw_hit(facts, "HFILTER_FROMHOST_NORES_A_OR_MX", "the envelope sender's domain %s %s", domain,
               host.why);
        break;
    case MW_HOST_DEAD_MX:
        mw_hit(facts, "HFILTER_FROMHOST_NORESOLVE_MX",
               "no mail can reach the envelope sender's domain %s: it %s", domain, host.why);
        break;
    case MW_HOST_NULL_MX:
        mw_hit(facts, "MAIL_FROM_NULL_MX", "the envelope sender's domain %s says that it takes no mail",
               domain)
            ->evidence = mw_printf(facts->arena, "%s MX 0 .", domain);
        break;
    case MW_HOST_UNKNOWN:
        mw_unknown(facts, "HFILTER_FROMHOST_NORES_A_OR_MX",
                   "whether the envelope sender's domain %s exists is not known: %s", domain, host.why);
        break;
    default:
        break;
    }
}

static void check_from(mw_facts *facts, const char *domain) {
    if (!mw_domain_valid(domain) || !strchr(domain, '.'))
        return;
    mw_mail_host host = mw_mail_host_read(facts, domain);
    if (host.state == MW_HOST_NONE || host.state == MW_HOST_DEAD_MX)
        mw_hit(facts, "FROM_DOMAIN_NO_MAIL", "no mail can reach %s, the domain in From: it %s", domain,
               host.why);
    else if (host.state == MW_HOST_NULL_MX)
        mw_hit(facts, "FROM_DOMAIN_NO_MAIL",
               "no mail can reach %s, the domain in From: it says so itself (MX 0 .)", domain);
    else if (host.state == MW_HOST_UNKNOWN)
        mw_unknown(facts, "FROM_DOMAIN_NO_MAIL", "whether %s, the domain in From, exists is not known: %s",
                   domain, host.why);
}

static void run(mw_facts *facts) {
    const char *mail_from = mail_from_domain(facts);
    if (mail_from)
        check_mail_from(facts, mail_from);
    if (facts->from_domain && !same(facts->from_domain, mail_from))
        check_from(facts, facts->from_domain);
}

const mw_check mw_check_sender_domains = {.name = "sender_domains", .prefetch = prefetch, .run = run};
