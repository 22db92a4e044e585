#include "check/mail_host.h"
#include "dns/source.h"

enum { MAX_MX = 5 };

static const char why_mx[] = "mail servers of a domain", why_host[] = "address of a mail server",
                  why_self[] = "address of a domain";

static void ask_hosts(mw_dns *dns, const mw_name *name, const mw_answer *answer, void *data) {
    for (size_t i = 0; i < answer->n_records && i < MAX_MX; i++) {
        uint16_t preference;
        mw_name host;
        if (mw_rdata_mx(&answer->records[i], &preference, &host) && host.len > 1)
            mw_dns_prefetch(dns, &host, MW_TYPE_A, MW_FOR_OTHER, why_host);
    }
    if (answer->n_records == 0)
        mw_dns_prefetch(dns, name, MW_TYPE_A, MW_FOR_OTHER, why_self);
}

void mw_mail_host_prefetch(mw_facts *facts, const char *domain) {
    mw_name name;
    mw_dns_pattern(facts->dns, why_host, "the mail servers of the sender's domains", MW_FOR_OTHER);
    mw_dns_pattern(facts->dns, why_self, "a sender's domain without mail servers", MW_FOR_OTHER);
    if (mw_name_read(mw_span_of(domain), &name))
        mw_dns_prefetch_then(facts->dns, &name, MW_TYPE_MX, MW_FOR_OTHER, why_mx, ask_hosts, NULL);
}

/* 1: it has an address, 0: none, -1: no telling. */
static int has_address(mw_facts *facts, const mw_name *name, const char *why, mw_dns_status *failure) {
    const mw_answer *a = mw_dns_query(facts->dns, name, MW_TYPE_A, MW_FOR_OTHER, why);
    if (a->status == MW_DNS_OK)
        return 1;
    const mw_answer *aaaa = mw_dns_query(facts->dns, name, MW_TYPE_AAAA, MW_FOR_OTHER, why);
    if (aaaa->status == MW_DNS_OK)
        return 1;
    if (!mw_dns_failed(a->status) && !mw_dns_failed(aaaa->status))
        return 0;
    *failure = mw_dns_failed(a->status) ? a->status : aaaa->status;
    return -1;
}

static mw_mail_host told(mw_mail_host *host, mw_host_state state, const char *why) {
    host->state = state;
    host->why = why;
    return *host;
}

typedef struct exchange {
    uint16_t preference;
    mw_name name;
} exchange;

/* The MX hosts, the preferred first. */
static size_t read_exchanges(const mw_answer *mx, exchange out[MAX_MX], bool *null_mx) {
    size_t n = 0;
    for (size_t i = 0; i < mx->n_records && n < MAX_MX; i++) {
        exchange e;
        if (!mw_rdata_mx(&mx->records[i], &e.preference, &e.name))
            continue;
        if (e.name.len <= 1) {
            *null_mx = mx->n_records == 1;
            continue;
        }
        size_t at = n++;
        for (; at > 0 && out[at - 1].preference > e.preference; at--)
            out[at] = out[at - 1];
        out[at] = e;
    }
    return n;
}

/* RFC 5321 section 5.1: an MX record holds a host's name. */
static const char *find_numeric(const mw_mail_host *host) {
    mw_ip ip;
    for (guint i = 0; i < host->hosts->len; i++)
        if (mw_ip_parse(mw_span_of(host->hosts->pdata[i]), &ip))
            return host->hosts->pdata[i];
    return NULL;
}

mw_mail_host mw_mail_host_read(mw_facts *facts, const char *domain) {
    mw_mail_host host = {.hosts = mw_array_new(facts->arena)};
    mw_name name;
    mw_dns_status failure = MW_DNS_OK;
    if (!mw_name_read(mw_span_of(domain), &name))
        return told(&host, MW_HOST_NONE, "is no name that can exist");
    const mw_answer *mx = mw_dns_query(facts->dns, &name, MW_TYPE_MX, MW_FOR_OTHER, why_mx);
    if (mw_dns_failed(mx->status))
        return told(&host, MW_HOST_UNKNOWN, mw_dns_status_words(mx->status));
    if (mx->status == MW_DNS_NXDOMAIN)
        return told(&host, MW_HOST_NONE, "does not exist");
    exchange exchanges[MAX_MX];
    bool null_mx = false;
    size_t n = read_exchanges(mx, exchanges, &null_mx);
    if (null_mx)
        return told(&host, MW_HOST_NULL_MX, "takes no mail");
    int any = 0;
    for (size_t i = 0; i < n; i++) {
        g_ptr_array_add(host.hosts, mw_name_text(facts->arena, &exchanges[i].name));
        if (any <= 0) {
            int one = has_address(facts, &exchanges[i].name, why_host, &failure);
            any = one ? one : any;
        }
    }
    if (n == 0)
        any = has_address(facts, &name, why_self, &failure);
    if (any > 0)
        return told(&host, MW_HOST_FINE, NULL);
    const char *numeric = find_numeric(&host);
    if (numeric && any == 0)
        return told(&host, MW_HOST_DEAD_MX,
                    mw_printf(facts->arena, "has an address (%s) in its MX record, where a host name belongs",
                              numeric));
    if (any < 0)
        return told(&host, MW_HOST_UNKNOWN, mw_dns_status_words(failure));
    return n ? told(&host, MW_HOST_DEAD_MX, "has mail servers without an address")
             : told(&host, MW_HOST_NONE, "has neither mail servers nor an address");
}
