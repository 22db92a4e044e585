#include "score/party.h"
#include "base/domain.h"
#include "check/parties.h"
#include "check/signature.h"
#include "score/diagnosis.h"

static bool is(const char *a, const char *b) {
    return a && strcmp(a, b) == 0;
}

/* ---- of a mail ---- */

/* The first signature that does not pass: the one that the findings speak of. */
static const mw_dkim *broken_signature(const mw_facts *facts) {
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++)
        if (((const mw_dkim *)facts->dkim->pdata[i])->result != MW_DKIM_PASS)
            return facts->dkim->pdata[i];
    return NULL;
}

/* No mail reaches the domain of the envelope sender; else it is the one in From that is meant. */
static bool is_of_envelope(const mw_facts *facts) {
    return facts->envelope && facts->envelope->mail_from_domain &&
           (!mw_found(facts, "FROM_DOMAIN_NO_MAIL") || mw_found(facts, "HFILTER_FROMHOST_NORES_A_OR_MX") ||
            mw_found(facts, "HFILTER_FROMHOST_NORESOLVE_MX") || mw_found(facts, "MAIL_FROM_NULL_MX"));
}

const char *mw_party_domain(const mw_facts *facts, const char *check) {
    const mw_dkim *dkim = is(check, "dkim") ? broken_signature(facts) : NULL;
    const char *found = NULL;
    if (is(check, "spf"))
        found = facts->spf && facts->spf->domain ? facts->spf->domain
                : facts->envelope                ? facts->envelope->mail_from_domain
                                                 : NULL;
    else if (is(check, "dmarc") && facts->dmarc)
        found =
            facts->dmarc->rfc9989.record_domain ? facts->dmarc->rfc9989.record_domain : facts->dmarc->domain;
    else if (is(check, "sender") && is_of_envelope(facts))
        found = facts->envelope->mail_from_domain;
    else if (dkim)
        found = dkim->domain;
    return found ? found : facts->from_domain;
}

static const char *confirmed_name(const mw_facts *facts) {
    const mw_rdns *rdns = facts->rdns;
    return rdns && rdns->result == MW_RDNS_PASS && rdns->confirmed->len
               ? mw_party_host(rdns->confirmed->pdata[0])
               : NULL;
}

static const char *editor(const mw_facts *facts) {
    const mw_dkim *dkim = broken_signature(facts);
    return dkim && dkim->cause == MW_DKIM_CHANGED ? mw_party_host(mw_signature_editor(facts, dkim)) : NULL;
}

/* A reverse name, and a list's entry, are the affair of whoever rents the address out; the rest is the
 * server's. */
static const char *server(const mw_facts *facts, const char *check) {
    const char *owner = facts->parties ? facts->parties->address_owner : NULL;
    const char *name = is(check, "dkim") || is(check, "dmarc") ? editor(facts) : NULL;
    if (is(check, "rdns") && owner)
        return owner;
    name = name ? name : confirmed_name(facts);
    return name ? name : owner;
}

static const char *forwarder(const mw_facts *facts) {
    const char *name = editor(facts);
    return name ? name : confirmed_name(facts);
}

/* ---- of a bounce ---- */

static const char *mail_host_of(const mw_bounce_recipient *r) {
    return r ? mw_party_host(r->remote_host) : NULL;
}

/* The sender's server, as far as the bounce tells: who wrote it, unless the receiver did. */
static const char *sending_server(const mw_facts *facts, const mw_bounce_recipient *r) {
    const char *reporter = mw_party_host(facts->bounce->reporting_mta), *remote = mail_host_of(r);
    const char *at = r && r->recipient ? strrchr(r->recipient, '@') : NULL;
    if (!reporter || (remote && mw_domain_same_organisation(reporter, remote)) ||
        (at && mw_domain_same_organisation(reporter, at + 1)))
        return confirmed_name(facts);
    return reporter;
}

static const char *of_bounce(const mw_facts *facts, const mw_verdict *v) {
    if (is(v->who, "dns"))
        return mw_parties_dns(facts, facts->from_domain);
    if (is(v->who, "provider"))
        return sending_server(facts, v->recipient);
    return is(v->who, "receiver") ? mail_host_of(v->recipient) : NULL;
}

const char *mw_party_name(const mw_diagnosis *d, const mw_verdict *v) {
    const mw_facts *facts = d->facts;
    if (v->by == MW_BY_BOUNCE)
        return of_bounce(facts, v);
    if (is(v->who, "dns"))
        return mw_parties_dns(facts, mw_party_domain(facts, v->check));
    if (is(v->who, "server"))
        return server(facts, v->check);
    if (is(v->who, "forwarder"))
        return forwarder(facts);
    return is(v->who, "receiver") ? mw_party_host(facts->envelope->received_by) : NULL;
}
