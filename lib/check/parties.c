#include "check/parties.h"
#include "base/domain.h"
#include "base/limits.h"
#include "check/check.h"
#include "check/client.h"
#include "dkim/taglist.h"

static const char why_dns[] = "whose DNS it is", why_address[] = "whose address it is";

enum { MAX_DOMAINS = 4, REVERSE_ZONES = 2 };

const char *mw_party_host(const char *name) {
    mw_ip ip;
    if (!name || strlen(name) > MW_MAX_PARTY || !strchr(name, '.') || !mw_domain_valid(name) ||
        mw_ip_parse(mw_span_of(name), &ip))
        return NULL;
    return name;
}

static void add_domain(mw_facts *facts, GPtrArray *domains, const char *domain) {
    if (!domain || domains->len >= MAX_DOMAINS || !mw_domain_valid(domain))
        return;
    const char *own = mw_domain_registrable(domain);
    if (strchr(own, '.') && !g_ptr_array_find_with_equal_func(domains, own, g_str_equal, NULL))
        g_ptr_array_add(domains, mw_strdup(facts->arena, own));
}

/* The registrable domains whose DNS may have to be mended. */
static GPtrArray *domains_of(mw_facts *facts) {
    GPtrArray *domains = mw_array_new(facts->arena);
    add_domain(facts, domains, facts->from_domain);
    add_domain(facts, domains, facts->envelope->mail_from_domain);
    const mw_field *field = mw_message_field(facts->message, "DKIM-Signature");
    for (int i = 0; field && i < MW_MAX_SIGNATURES; i++) {
        mw_taglist tags = mw_taglist_read(facts->arena, field->value);
        mw_span d = mw_taglist_get(&tags, "d");
        if (d.data)
            add_domain(facts, domains, mw_domain_ascii(facts->arena, d));
        field = mw_message_next_field(facts->message, field, "DKIM-Signature");
    }
    return domains;
}

/* The names at which the zone of an address is mostly cut, the longest first: 24 and 16 bits of IPv4, 48 and
 * 32 of IPv6. They lack so many labels of the whole name. */
static bool reverse_zone(mw_facts *facts, unsigned which, mw_name *out) {
    static const unsigned cut[2][REVERSE_ZONES] = {{1, 2}, {20, 24}};
    const mw_ip *ip = &facts->envelope->client_ip;
    mw_name name;
    if (mw_client_untestable(facts) || !mw_name_read(mw_span_of(mw_ip_reverse_name(facts->arena, ip)), &name))
        return false;
    mw_name_parent(&name, cut[ip->family == 6][which], out);
    return true;
}

static void prefetch(mw_facts *facts) {
    GPtrArray *domains = domains_of(facts);
    mw_name zone;
    for (guint i = 0; i < domains->len; i++)
        mw_dns_prefetch_text(facts->dns, domains->pdata[i], MW_TYPE_NS, MW_FOR_OTHER, why_dns);
    for (unsigned i = 0; i < REVERSE_ZONES && reverse_zone(facts, i, &zone); i++)
        mw_dns_prefetch(facts->dns, &zone, MW_TYPE_SOA, MW_FOR_OTHER, why_address);
}

static const char *first_host(const mw_facts *facts, const mw_answer *answer,
                              bool (*read)(const mw_rdata *rdata, mw_name *out)) {
    for (size_t i = 0; i < answer->n_records; i++) {
        mw_name name;
        const char *host =
            read(&answer->records[i], &name) ? mw_party_host(mw_name_text(facts->arena, &name)) : NULL;
        if (host)
            return host;
    }
    return NULL;
}

static void run(mw_facts *facts) {
    struct mw_parties *parties = mw_new(facts->arena, struct mw_parties);
    GPtrArray *domains = domains_of(facts);
    parties->dns = mw_array_new(facts->arena);
    facts->parties = parties;
    for (guint i = 0; i < domains->len; i++) {
        mw_name name;
        if (!mw_name_read(mw_span_of(domains->pdata[i]), &name))
            continue;
        const mw_answer *answer = mw_dns_known(facts->dns, &name, MW_TYPE_NS, MW_FOR_OTHER, why_dns);
        mw_party party = {domains->pdata[i], first_host(facts, answer, mw_rdata_name)};
        if (party.host)
            g_ptr_array_add(parties->dns, mw_memdup(facts->arena, &party, sizeof party));
    }
    mw_name zone;
    for (unsigned i = 0; i < REVERSE_ZONES && !parties->address_owner && reverse_zone(facts, i, &zone); i++)
        parties->address_owner = first_host(
            facts, mw_dns_known(facts->dns, &zone, MW_TYPE_SOA, MW_FOR_OTHER, why_address), mw_rdata_soa);
}

const char *mw_parties_dns(const mw_facts *facts, const char *domain) {
    const char *own = domain ? mw_domain_registrable(domain) : NULL;
    for (guint i = 0; own && facts->parties && i < facts->parties->dns->len; i++) {
        const mw_party *party = facts->parties->dns->pdata[i];
        if (g_ascii_strcasecmp(party->domain, own) == 0)
            return party->host;
    }
    return NULL;
}

const mw_check mw_check_parties = {.name = "parties", .prefetch = prefetch, .run = run};
