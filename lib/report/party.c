#include "report/party.h"

static bool is(const char *a, const char *b) {
    return a && strcmp(a, b) == 0;
}

static const char *signer(const mw_facts *f) {
    for (guint i = 0; f->dkim && i < f->dkim->len; i++) {
        const mw_dkim *dkim = f->dkim->pdata[i];
        if (dkim->result != MW_DKIM_PASS && dkim->domain)
            return dkim->domain;
    }
    return NULL;
}

const char *mw_party_domain(const mw_facts *f, const char *check) {
    const char *found =
        is(check, "spf") && f->spf && f->spf->domain ? f->spf->domain
        : is(check, "spf") && f->envelope            ? f->envelope->mail_from_domain
        : is(check, "dkim")                          ? signer(f)
        : is(check, "dmarc") && f->dmarc
            ? f->dmarc->rfc9989.record_domain ? f->dmarc->rfc9989.record_domain : f->dmarc->domain
        : is(check, "sender") && f->envelope ? f->envelope->mail_from_domain
                                             : NULL;
    return found ? found : f->from_domain;
}

static const char *named(mw_arena *arena, const char *words, const char *party) {
    return party ? mw_printf(arena, "%s (%s)", words, party) : words;
}

static const char *of_dns(mw_arena *arena, const char *domain, const char *party) {
    const char *words = domain ? mw_printf(arena, "you, where the DNS of %s is kept", domain)
                               : "whoever keeps the DNS of the sending domain";
    return party ? mw_printf(arena, "%s: %s", words, party) : words;
}

const char *mw_party_words(mw_arena *arena, const mw_diagnosis *d, const mw_verdict *v) {
    const mw_facts *f = d->facts;
    if (is(v->who, "dns"))
        return of_dns(arena, mw_party_domain(f, v->check), v->party);
    if (is(v->who, "server"))
        return named(arena, "whoever runs or rents out your sending server",
                     v->party                        ? v->party
                     : f->envelope->client_ip.family ? mw_ip_text(arena, &f->envelope->client_ip)
                                                     : NULL);
    if (is(v->who, "author") || is(v->who, "sender"))
        return "you, who write the mail";
    if (is(v->who, "forwarder"))
        return named(arena, "whoever forwards the mail or runs the mailing list", v->party);
    if (is(v->who, "receiver"))
        return named(arena, "the receiving side", v->party);
    if (is(v->who, "list"))
        return named(arena, "the operator of the block list", v->party);
    return NULL;
}

const char *mw_party_of_reply(mw_arena *arena, const mw_diagnosis *d, const char *owner, const char *cause,
                              const char *party) {
    const mw_facts *f = d->facts;
    if (is(owner, "dns"))
        return of_dns(arena, mw_party_domain(f, cause), party);
    if (is(owner, "sender") || is(owner, "author"))
        return "you";
    if (is(owner, "provider") || is(owner, "server"))
        return named(arena, "your mail provider, or whoever runs your sending server", party);
    if (is(owner, "recipient"))
        return "they: the recipient";
    if (is(owner, "receiver"))
        return named(arena, "they: whoever runs the recipient's mail server", party);
    if (is(owner, "forwarder"))
        return named(arena, "whoever forwards the mail or runs the mailing list", party);
    if (is(owner, "list"))
        return named(arena, "the operator of the block list", party);
    return is(owner, "nobody") ? "nobody has to" : "not known";
}
