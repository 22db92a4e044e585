#include "run/domain.h"
#include "check/domain.h"

static const mw_trace *no_trace(mw_arena *arena) {
    mw_trace *trace = mw_new(arena, mw_trace);
    *trace = (mw_trace){.hops = mw_array_new(arena), .boundary = -1, .forwarder = -1, .slowest = -1};
    return trace;
}

static const mw_evidence *no_evidence(mw_arena *arena) {
    mw_evidence *evidence = mw_new(arena, mw_evidence);
    evidence->notes = mw_array_new(arena);
    return evidence;
}

static const mw_envelope *envelope_of(mw_arena *arena, const mw_settings *s) {
    mw_envelope *envelope = mw_new(arena, mw_envelope);
    envelope->rcpt_to = mw_array_new(arena);
    envelope->reasons = mw_array_new(arena);
    envelope->received_at = s->at;
    envelope->client_ip = s->client_ip;
    envelope->client_ip_given = s->client_ip.family != 0;
    envelope->helo = s->helo;
    return envelope;
}

mw_span mw_domain_mail(mw_arena *arena, const char *domain) {
    return mw_span_of(mw_printf(arena, "From: postmaster@%s\r\n\r\n", domain));
}

void mw_domain_fill(mw_facts *facts, const mw_settings *s) {
    mw_arena *arena = facts->arena;
    struct mw_domain_facts *domain = mw_new(arena, struct mw_domain_facts);
    *domain = (struct mw_domain_facts){.name = s->domain,
                                       .selectors = s->selectors,
                                       .each_server = s->recursive || s->replay,
                                       .hosts = mw_array_new(arena),
                                       .keys = mw_array_new(arena)};
    facts->domain = domain;
    facts->mime = mw_mime_read(arena, facts->message);
    facts->trace = no_trace(arena);
    facts->evidence = no_evidence(arena);
    facts->envelope = envelope_of(arena, s);
    facts->claims = mw_array_new(arena);
    facts->dkim = mw_array_new(arena);
    facts->from = mw_addresses(arena, mw_message_field(facts->message, "From"));
    facts->from_domain = s->domain;
}
