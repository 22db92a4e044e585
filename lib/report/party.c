#include "report/party.h"
#include "score/party.h"

static bool is(const char *a, const char *b) {
    return a && strcmp(a, b) == 0;
}

/* "your provider", or "your provider (mx.shop.example)". */
static const char *perhaps_named(mw_arena *arena, const mw_language *in, const char *alone, const char *with,
                                 const char *party) {
    return party ? mw_say(arena, in, with, party, NULL) : mw_say(arena, in, alone, NULL);
}

static const char *of_dns(mw_arena *arena, const mw_language *in, const char *domain, const char *party) {
    if (domain && party)
        return mw_say(arena, in, "you, where the DNS of {1} is kept: {2}", domain, party, NULL);
    if (domain)
        return mw_say(arena, in, "you, where the DNS of {1} is kept", domain, NULL);
    return perhaps_named(arena, in, "whoever keeps the DNS of the sending domain",
                         "whoever keeps the DNS of the sending domain: {1}", party);
}

/* The report on a mail is in English; only what a bounce means is told in its language. */
static const mw_language *language_of(const mw_diagnosis *d) {
    return d->facts->bounce ? d->language : NULL;
}

static const char *of_forwarder(mw_arena *arena, const mw_language *in, const char *party) {
    return perhaps_named(arena, in, "whoever forwards the mail or runs the mailing list",
                         "whoever forwards the mail or runs the mailing list ({1})", party);
}

static const char *of_list(mw_arena *arena, const mw_language *in, const char *party) {
    return perhaps_named(arena, in, "the operator of the block list", "the operator of the block list ({1})",
                         party);
}

const char *mw_party_words(mw_arena *arena, const mw_diagnosis *d, const mw_verdict *v) {
    const mw_facts *f = d->facts;
    const mw_language *in = language_of(d);
    if (is(v->who, "dns"))
        return of_dns(arena, in, mw_party_domain(f, v->check), v->party);
    if (is(v->who, "server"))
        return perhaps_named(arena, in, "whoever runs or rents out your sending server",
                             "whoever runs or rents out your sending server ({1})",
                             v->party                        ? v->party
                             : f->envelope->client_ip.family ? mw_ip_text(arena, &f->envelope->client_ip)
                                                             : NULL);
    if (is(v->who, "author") || is(v->who, "sender"))
        return mw_say(arena, in, "you, who write the mail", NULL);
    if (is(v->who, "forwarder"))
        return of_forwarder(arena, in, v->party);
    if (is(v->who, "receiver"))
        return perhaps_named(arena, in, "the receiving side", "the receiving side ({1})", v->party);
    return is(v->who, "list") ? of_list(arena, in, v->party) : NULL;
}

const char *mw_party_of_reply(mw_arena *arena, const mw_diagnosis *d, const char *owner, const char *cause,
                              const char *party) {
    const mw_language *in = language_of(d);
    if (is(owner, "dns"))
        return of_dns(arena, in, mw_party_domain(d->facts, cause), party);
    if (is(owner, "sender") || is(owner, "author"))
        return mw_say(arena, in, "you", NULL);
    if (is(owner, "provider") || is(owner, "server"))
        return perhaps_named(arena, in, "your mail provider, or whoever runs your sending server",
                             "your mail provider, or whoever runs your sending server ({1})", party);
    if (is(owner, "recipient"))
        return mw_say(arena, in, "they: the recipient", NULL);
    if (is(owner, "receiver"))
        return perhaps_named(arena, in, "they: whoever runs the recipient's mail server",
                             "they: whoever runs the recipient's mail server ({1})", party);
    if (is(owner, "forwarder"))
        return of_forwarder(arena, in, party);
    if (is(owner, "list"))
        return of_list(arena, in, party);
    return is(owner, "nobody") ? mw_say(arena, in, "nobody has to", NULL)
                               : mw_say(arena, in, "not known", NULL);
}
