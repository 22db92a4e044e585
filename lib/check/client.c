#include "check/client.h"

#include "base/domain.h"
#include "check/hostname.h"
#include "trace/forward.h"

static const mw_hop *boundary(const mw_facts *facts) {
    if (!facts->trace || facts->trace->boundary < 0)
        return NULL;
    return facts->trace->hops->pdata[facts->trace->boundary];
}

const char *mw_delivery_untestable(const mw_facts *facts) {
    if (facts->envelope->client_ip_given)
        return NULL; /* what the user gave is taken as given */
    if (facts->evidence && facts->evidence->sender_copy && !facts->bounce)
        return "this is the sender's own copy: no receiving server has seen it";
    if (facts->evidence && facts->evidence->sender_copy && !facts->envelope->client_ip.family)
        return facts->bounce->paired
                   ? "this is the sender's own copy, and the reply does not name the sending server's "
                     "address: "
                     "give --client-ip"
                   : "nothing in the bounce names the sending server's address: give --client-ip";
    const mw_hop *hop = boundary(facts);
    if (hop && (hop->authenticated || hop->role == MW_ROLE_SUBMISSION))
        return "the sender logged in: a server does not judge its own user";
    return NULL;
}

const char *mw_client_untestable(const mw_facts *facts) {
    const mw_ip *ip = &facts->envelope->client_ip;
    const char *why = mw_delivery_untestable(facts);
    if (why)
        return why;
    if (ip->family == 0)
        return "the address of the sending server is not known";
    if (!mw_ip_public(ip))
        return mw_printf(facts->arena, "%s is a private address, which no outside server sends from",
                         mw_ip_text(facts->arena, ip));
    return NULL;
}

bool mw_client_handed_out(const mw_facts *facts, const char *reverse_name) {
    enum { SPELLS_ADDRESS = 2 };
    const mw_hostnames *names = reverse_name ? mw_hostnames_of(facts->data, NULL) : NULL;
    const char *why;
    return names && mw_hostname_generic(names, facts->arena, reverse_name, &facts->envelope->client_ip,
                                        &why) >= SPELLS_ADDRESS;
}

const char *mw_client_forwarder(const mw_facts *facts) {
    const char *scheme = NULL, *sender = facts->envelope->mail_from;
    const char *behind = mw_forward_decode(facts->arena, sender, &scheme);
    if (behind && strcmp(scheme, "BATV") != 0)
        return strrchr(sender, '@') + 1;
    const char *domain = facts->envelope->mail_from_domain;
    bool own = domain && facts->from_domain && !mw_domain_same_organisation(domain, facts->from_domain);
    return own && facts->trace && facts->trace->forwarder >= 0 ? facts->trace->forwarded_by : NULL;
}

const char *mw_client_handed_on_by(const mw_facts *facts) {
    const char *who = mw_client_forwarder(facts);
    return who ? who : facts->trace && facts->trace->forwarder >= 0 ? facts->trace->forwarded_by : NULL;
}

const char *mw_client_receiver(const mw_facts *facts) {
    if (facts->envelope->received_by)
        return facts->envelope->received_by;
    const mw_hop *hop = boundary(facts);
    return hop ? hop->by : NULL;
}

const char *mw_client_as_of_today(const mw_facts *facts) {
    enum { OLD_AFTER = 7 * 24 * 3600 };
    return facts->now - mw_facts_at(facts) > OLD_AFTER ? ", as of today" : "";
}
