/* The HELO name: its form, whether it exists, and how generic it is beside the reverse DNS name
 * (RFC 5321 sections 2.3.5, 4.1.1.1, 4.1.3, 4.1.4). */
#include "base/domain.h"
#include "base/error.h"
#include "check/check.h"
#include "check/client.h"
#include "check/hostname.h"

enum { MAX_MX = 5, LEVEL_SURE = 5 };

static uint16_t address_type(const mw_facts *facts) {
    return facts->envelope->client_ip.family == 4 ? MW_TYPE_A : MW_TYPE_AAAA;
}

/* A final dot is no part of the grammar (RFC 5321 section 2.3.5), but the same host is meant. */
static const char *without_dot(mw_arena *arena, const char *helo) {
    size_t n = strlen(helo);
    return n > 1 && helo[n - 1] == '.' ? mw_strndup(arena, helo, n - 1) : helo;
}

/* The address in a literal of IPv6 without its tag (RFC 5321 section 4.1.3). */
static const char *without_tag(mw_arena *arena, const char *helo) {
    mw_span text = mw_span_of(helo);
    if (text.len > 2 && text.data[0] == '[' && mw_span_ends(text, "]"))
        text = mw_span_slice(text, 1, text.len - 1);
    if (!mw_span_starts(text, "IPv6:"))
        return helo;
    mw_ip ip;
    const char *address = mw_span_dup(arena, mw_span_from(text, 5));
    return mw_ip_parse(mw_span_of(address), &ip) ? address : helo;
}

/* The HELO name without brackets, or NULL when there is none to judge. */
static const char *judged_helo(mw_facts *facts) {
    const char *helo = facts->envelope->helo;
    if (!helo || !*helo || mw_client_untestable(facts))
        return NULL;
    return without_dot(facts->arena, without_tag(facts->arena, helo));
}

static bool is_address(const char *helo) {
    mw_ip ip;
    return mw_ip_parse(mw_span_of(helo), &ip);
}

static void prefetch(mw_facts *facts) {
    const char *helo = judged_helo(facts);
    if (!helo || is_address(helo) || !strchr(helo, '.'))
        return;
    mw_dns_prefetch_text(facts->dns, helo, address_type(facts), MW_FOR_OTHER, "address of the HELO name");
    mw_dns_pattern(facts->dns, "address of the HELO name", "A and AAAA of the HELO name", MW_FOR_OTHER);
    mw_dns_pattern(facts->dns, "mail servers of the HELO name", "MX of the HELO name", MW_FOR_OTHER);
    mw_dns_pattern(facts->dns, "address of a mail server", "A of the HELO name's mail servers", MW_FOR_OTHER);
}

static bool confirmed_name(const mw_facts *facts, const char *helo) {
    for (guint i = 0; facts->rdns && i < facts->rdns->confirmed->len; i++)
        if (g_ascii_strcasecmp(facts->rdns->confirmed->pdata[i], helo) == 0)
            return true;
    return false;
}

static void check_address(mw_facts *facts, const char *helo) {
    mw_ip ip = {0};
    mw_ip_parse(mw_span_of(helo), &ip);
    if (!mw_ip_public(&ip))
        mw_hit(facts, "HFILTER_HELO_BADIP",
               "the server introduced itself as %s, an address of a local network", helo);
    else if (mw_ip_equal(&ip, &facts->envelope->client_ip))
        mw_hit(facts, "HFILTER_HELO_BAREIP",
               "the server introduced itself with its address, %s, not with a name", helo);
    else
        mw_hit(facts, "HFILTER_HELO_BAREIP",
               "the server introduced itself as %s, which is not its address either", helo);
}

static bool is_full_name(const char *helo) {
    const char *last = strrchr(helo, '.');
    return mw_domain_valid(helo) && last && !strchr(helo, '_') && !g_ascii_isdigit(last[1]);
}

/* 1: one of the mail servers of the name has an address, 0: none has, -1: no telling; -2: it has none. */
static int mail_servers_exist(mw_facts *facts, const char *helo) {
    const mw_answer *mx =
        mw_dns_query_text(facts->dns, helo, MW_TYPE_MX, MW_FOR_OTHER, "mail servers of the HELO name");
    if (mw_dns_failed(mx->status))
        return -1;
    int result = -2;
    for (size_t i = 0; i < mx->n_records && i < MAX_MX; i++) {
        mw_name name;
        uint16_t preference;
        if (!mw_rdata_mx(&mx->records[i], &preference, &name) || name.len <= 1)
            continue;
        const mw_answer *a =
            mw_dns_query(facts->dns, &name, MW_TYPE_A, MW_FOR_OTHER, "address of a mail server");
        if (a->status == MW_DNS_OK)
            return 1;
        result = mw_dns_failed(a->status) ? -1 : result == -2 ? 0 : result;
    }
    return result;
}

static bool holds_client(const mw_facts *facts, const mw_answer *answer) {
    const mw_ip *ip = &facts->envelope->client_ip;
    for (size_t i = 0; i < answer->n_records; i++)
        if (answer->records[i].len == (ip->family == 4 ? 4 : 16) &&
            memcmp(answer->records[i].data, ip->bytes, answer->records[i].len) == 0)
            return true;
    return false;
}

static void check_unresolved(mw_facts *facts, const char *helo) {
    switch (mail_servers_exist(facts, helo)) {
    case -2:
        mw_hit(facts, "HFILTER_HELO_NORES_A_OR_MX",
               "the server introduced itself as %s, a name without an address", helo);
        break;
    case 0:
        mw_hit(facts, "HFILTER_HELO_NORESOLVE_MX", "the mail servers of the HELO name %s have no address",
               helo);
        break;
    case -1:
        mw_unknown(facts, "HFILTER_HELO_NORES_A_OR_MX",
                   "whether the HELO name %s exists is not known: the look-up failed", helo);
        break;
    default:
        break;
    }
}

static void check_resolves(mw_facts *facts, const char *helo) {
    bool v4 = address_type(facts) == MW_TYPE_A;
    const mw_answer *same =
        mw_dns_query_text(facts->dns, helo, address_type(facts), MW_FOR_OTHER, "address of the HELO name");
    if (same->status == MW_DNS_OK) {
        if (!holds_client(facts, same))
            mw_hit(facts, "HFILTER_HELO_IP_A", "the server introduced itself as %s, whose address is not %s",
                   helo, mw_ip_text(facts->arena, &facts->envelope->client_ip));
        return;
    }
    const mw_answer *other = mw_dns_query_text(facts->dns, helo, v4 ? MW_TYPE_AAAA : MW_TYPE_A, MW_FOR_OTHER,
                                               "address of the HELO name");
    if (other->status == MW_DNS_OK)
        return;
    if (mw_dns_failed(same->status) || mw_dns_failed(other->status))
        mw_unknown(facts, "HFILTER_HELO_NORES_A_OR_MX", "whether the HELO name %s exists is not known: %s",
                   helo, mw_dns_status_words(mw_dns_failed(same->status) ? same->status : other->status));
    else
        check_unresolved(facts, helo);
}

/* Only the more telling one of the two names counts, as in rspamd: they are mostly the same. */
static unsigned check_generic(mw_facts *facts, const mw_hostnames *names, const char *helo) {
    static const char *const helo_symbols[] = {"HFILTER_HELO_1", "HFILTER_HELO_2", "HFILTER_HELO_3",
                                               "HFILTER_HELO_4", "HFILTER_HELO_5"};
    static const char *const host_symbols[] = {"HFILTER_HOSTNAME_1", "HFILTER_HOSTNAME_2",
                                               "HFILTER_HOSTNAME_3", "HFILTER_HOSTNAME_4",
                                               "HFILTER_HOSTNAME_5"};
    const mw_ip *ip = &facts->envelope->client_ip;
    const char *why_helo = NULL, *why_host = NULL;
    unsigned helo_level = 0, host_level = 0;
    if (helo && !strchr(helo, '.')) {
        helo_level = LEVEL_SURE;
        why_helo = "a single word without a domain";
    } else if (helo && mw_hostname_local(names, helo)) {
        helo_level = LEVEL_SURE;
        why_helo = mw_printf(facts->arena, "names in .%s exist only inside a network",
                             mw_hostname_local(names, helo));
    } else if (helo) {
        helo_level = mw_hostname_generic(names, facts->arena, helo, ip, &why_helo);
    }
    const char *host = facts->rdns && facts->rdns->confirmed->len ? facts->rdns->confirmed->pdata[0] : NULL;
    if (host)
        host_level = mw_hostname_generic(names, facts->arena, host, ip, &why_host);
    if (helo_level && helo_level >= host_level)
        mw_hit(facts, helo_symbols[helo_level - 1], "the server introduced itself as %s: %s", helo, why_helo);
    else if (host_level)
        mw_hit(facts, host_symbols[host_level - 1], "the server's name is %s: %s", host, why_host);
    return helo_level;
}

static void run(mw_facts *facts) {
    if (mw_client_untestable(facts))
        return;
    const char *helo = judged_helo(facts), *receiver = mw_client_receiver(facts);
    g_autoptr(GError) error = NULL;
    const mw_hostnames *names = mw_hostnames_of(facts->data, &error);
    if (!names) {
        mw_notice(facts, "The HELO name is not judged: %s.", error->message);
        return;
    }
    if (helo && is_address(helo)) {
        check_address(facts, helo);
        helo = NULL;
    }
    unsigned level = check_generic(facts, names, helo);
    if (!helo)
        return;
    if (receiver && g_ascii_strcasecmp(helo, receiver) == 0)
        mw_hit(facts, "HELO_IS_RECEIVER", "the server introduced itself as %s, the receiver's own name",
               helo);
    if (level || confirmed_name(facts, helo))
        return;
    if (!is_full_name(helo))
        mw_hit(facts, "HFILTER_HELO_NOT_FQDN",
               "the server introduced itself as %s, which is no full host name", helo);
    else
        check_resolves(facts, helo);
}

const mw_check mw_check_helo = {.name = "helo", .prefetch = prefetch, .run = run};
