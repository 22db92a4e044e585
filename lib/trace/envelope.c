#include "trace/read.h"

#include "base/domain.h"

static void replace_client(mw_arena *arena, mw_envelope *envelope, const mw_ip *client_ip) {
    if (!mw_ip_equal(client_ip, &envelope->client_ip)) {
        envelope->helo = NULL;
        envelope->rdns = NULL;
    }
    envelope->client_ip = *client_ip;
    envelope->client_ip_given = true;
    envelope->confidence = MW_CONFIDENCE_HIGH;
    envelope->reasons = mw_array_new(arena);
    g_ptr_array_add(envelope->reasons, (char *)"the client address was given on the command line");
}

void mw_envelope_apply(mw_arena *arena, mw_envelope *envelope, const mw_envelope_override *override) {
    if (override->client_ip.family)
        replace_client(arena, envelope, &override->client_ip);
    if (override->helo)
        envelope->helo = override->helo;
    if (override->mail_from) {
        bool null = strcmp(override->mail_from, "<>") == 0;
        const char *address = null ? "" : override->mail_from, *at = strrchr(address, '@');
        envelope->mail_from = address;
        envelope->mail_from_domain = at && at[1] ? mw_domain_ascii(arena, mw_span_of(at + 1)) : NULL;
    }
    if (override->rcpt_to && override->rcpt_to->len)
        envelope->rcpt_to = override->rcpt_to;
    if (override->received_at != MW_TIME_UNKNOWN)
        envelope->received_at = override->received_at;
}
