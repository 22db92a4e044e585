/* --domain: its mail servers, their addresses and the names that these lead back to (RFC 5321 section 5.1).
 */
#include "check/check.h"
#include "check/domain.h"

enum { MAX_HOSTS = 10, MAX_ADDRESSES = 4 };

static const char why_mx[] = "mail servers of a domain", why_address[] = "address of a mail server",
                  why_reverse[] = "reverse DNS of a mail server";

static void on_address(mw_dns *dns, const mw_name *name, const mw_answer *answer, void *data) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < answer->n_records && i < MAX_ADDRESSES; i++) {
        mw_ip ip = {.family = answer->records[i].len == 4 ? 4 : 6};
        if (answer->records[i].len != 4 && answer->records[i].len != 16)
            continue;
        memcpy(ip.bytes, answer->records[i].data, answer->records[i].len);
        mw_dns_prefetch_text(dns, mw_ip_reverse_name(arena, &ip), MW_TYPE_PTR, MW_FOR_PTR, why_reverse);
    }
}

static void on_mx(mw_dns *dns, const mw_name *name, const mw_answer *answer, void *data) {
    for (size_t i = 0; i < answer->n_records && i < MAX_HOSTS; i++) {
        uint16_t preference;
        mw_name host;
        if (!mw_rdata_mx(&answer->records[i], &preference, &host) || host.len <= 1)
            continue;
        mw_dns_prefetch_then(dns, &host, MW_TYPE_A, MW_FOR_PTR, why_address, on_address, NULL);
        mw_dns_prefetch_then(dns, &host, MW_TYPE_AAAA, MW_FOR_PTR, why_address, on_address, NULL);
    }
}

static void prefetch(mw_facts *facts) {
    mw_name name;
    mw_dns_pattern(facts->dns, why_address, "A and AAAA of the domain's mail servers", MW_FOR_PTR);
    mw_dns_pattern(facts->dns, why_reverse, "PTR of the addresses of the domain's mail servers", MW_FOR_PTR);
    if (mw_name_read(mw_span_of(facts->domain->name), &name))
        mw_dns_prefetch_then(facts->dns, &name, MW_TYPE_MX, MW_FOR_PTR, why_mx, on_mx, NULL);
}

/* ---- one host ---- */

static bool leads_back(mw_facts *facts, const mw_name *name, const mw_ip *ip) {
    const mw_answer *answer =
        mw_dns_query(facts->dns, name, ip->family == 4 ? MW_TYPE_A : MW_TYPE_AAAA, MW_FOR_PTR, why_address);
    size_t size = ip->family == 4 ? 4 : 16;
    for (size_t i = 0; i < answer->n_records; i++)
        if (answer->records[i].len == size && memcmp(answer->records[i].data, ip->bytes, size) == 0)
            return true;
    return false;
}

/* What the PTR record of an address says; a server that sends from there is refused for want of a right one.
 */
static const char *reverse_words(mw_facts *facts, const mw_domain_host *host, const mw_ip *ip) {
    const char *text = mw_ip_text(facts->arena, ip);
    const mw_answer *answer = mw_dns_query_text(facts->dns, mw_ip_reverse_name(facts->arena, ip), MW_TYPE_PTR,
                                                MW_FOR_PTR, why_reverse);
    mw_name name;
    if (mw_dns_failed(answer->status))
        return mw_dns_status_words(answer->status);
    if (answer->n_records == 0 || !mw_rdata_name(&answer->records[0], &name)) {
        mw_hit(facts, "MX_NO_REVERSE_NAME",
               "%s, an address of the mail server %s, has no PTR record: what it sends itself is refused by "
               "many",
               text, host->name);
        return "no PTR record";
    }
    const char *reverse = mw_name_text(facts->arena, &name);
    if (leads_back(facts, &name, ip))
        return reverse;
    mw_hit(facts, "MX_NO_REVERSE_NAME",
           "the PTR record of %s, an address of the mail server %s, names %s, which does not lead back to it",
           text, host->name, reverse);
    return mw_printf(facts->arena, "%s, which does not lead back", reverse);
}

/* False: no answer. */
static bool add_addresses(mw_facts *facts, mw_domain_host *host, const mw_name *name, uint16_t type) {
    const mw_answer *answer = mw_dns_query(facts->dns, name, type, MW_FOR_PTR, why_address);
    size_t size = type == MW_TYPE_A ? 4 : 16;
    for (size_t i = 0; i < answer->n_records && i < MAX_ADDRESSES; i++) {
        if (answer->records[i].len != size)
            continue;
        mw_ip *ip = mw_new(facts->arena, mw_ip);
        ip->family = size == 4 ? 4 : 6;
        memcpy(ip->bytes, answer->records[i].data, size);
        g_ptr_array_add(host->addresses, ip);
        g_ptr_array_add(host->reverse, (gpointer)reverse_words(facts, host, ip));
    }
    return !mw_dns_failed(answer->status);
}

static void add_host(mw_facts *facts, const mw_name *name, uint16_t preference) {
    mw_domain_host *host = mw_new(facts->arena, mw_domain_host);
    *host = (mw_domain_host){.name = mw_name_text(facts->arena, name),
                             .preference = preference,
                             .addresses = mw_array_new(facts->arena),
                             .reverse = mw_array_new(facts->arena)};
    mw_ip numeric;
    bool known = add_addresses(facts, host, name, MW_TYPE_A);
    known &= add_addresses(facts, host, name, MW_TYPE_AAAA);
    const mw_answer *alias = mw_dns_query(facts->dns, name, MW_TYPE_A, MW_FOR_PTR, why_address);
    GPtrArray *hosts = facts->domain->hosts;
    guint at = hosts->len;
    while (at > 0 && ((const mw_domain_host *)hosts->pdata[at - 1])->preference > preference)
        at--;
    g_ptr_array_insert(hosts, (gint)at, host);
    if (mw_ip_parse(mw_span_of(host->name), &numeric))
        mw_hit(facts, "MX_FLAW", "an MX record of %s holds the address %s, where a host name belongs",
               facts->domain->name, host->name)
            ->fix = "Put the mail server's host name into the MX record.";
    else if (alias->canonical.len)
        mw_hit(facts, "MX_FLAW",
               "the mail server %s of %s is an alias (CNAME) of %s, which an MX record must not name",
               host->name, facts->domain->name, mw_name_text(facts->arena, &alias->canonical))
            ->fix = "Name the host itself in the MX record.";
    else if (known && host->addresses->len == 0)
        mw_hit(facts, "MX_FLAW", "the mail server %s of %s has no address", host->name, facts->domain->name)
            ->fix = mw_printf(facts->arena, "Give %s an address record, or take it out of the MX records.",
                              host->name);
}

static void run(mw_facts *facts) {
    struct mw_domain_facts *domain = facts->domain;
    mw_name name;
    if (!mw_name_read(mw_span_of(domain->name), &name))
        return;
    const mw_answer *mx = mw_dns_query(facts->dns, &name, MW_TYPE_MX, MW_FOR_PTR, why_mx);
    if (mw_dns_failed(mx->status)) {
        domain->no_hosts = mw_dns_status_words(mx->status);
        mw_unknown(facts, "MX_FLAW", "the mail servers of %s are not known: %s", domain->name,
                   domain->no_hosts)
            ->counts_for_exit = !facts->no_dns;
        return;
    }
    for (size_t i = 0; i < mx->n_records && i < MAX_HOSTS; i++) {
        uint16_t preference;
        mw_name host;
        if (!mw_rdata_mx(&mx->records[i], &preference, &host))
            continue;
        if (host.len > 1)
            add_host(facts, &host, preference);
        else
            domain->no_hosts = "takes no mail, and says so (MX 0 .)";
    }
    if (mx->n_records == 0)
        domain->no_hosts = mx->status == MW_DNS_NXDOMAIN ? "does not exist" : "has no MX record";
}

const mw_check mw_check_domain_hosts = {
    .name = "domain_hosts", .prefetch = prefetch, .run = run, .subject = MW_OF_DOMAIN};
