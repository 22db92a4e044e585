/* Reverse DNS of the connecting address, with forward confirmation (RFC 1912 section 2.1, RFC 8601 iprev). */
#include "base/limits.h"
#include "check/check.h"
#include "check/client.h"

static const char why_forward[] = "address of a reverse DNS name";

/* May run in the source's thread; data is the type to ask for. */
static void ask_forward(mw_dns *dns, const mw_name *name, const mw_answer *ptr, void *data) {
    mw_name host;
    for (size_t i = 0; i < ptr->n_records && i < MW_MAX_PTR_NAMES; i++)
        if (mw_rdata_name(&ptr->records[i], &host))
            mw_dns_prefetch(dns, &host, (uint16_t)GPOINTER_TO_UINT(data), MW_FOR_PTR, why_forward);
}

static void prefetch(mw_facts *facts) {
    const mw_ip *ip = &facts->envelope->client_ip;
    mw_name name;
    if (mw_client_untestable(facts) || !mw_name_read(mw_span_of(mw_ip_reverse_name(facts->arena, ip)), &name))
        return;
    mw_dns_pattern(facts->dns, why_forward, "A or AAAA of the names in the PTR record", MW_FOR_PTR);
    mw_dns_prefetch_then(facts->dns, &name, MW_TYPE_PTR, MW_FOR_PTR, "reverse DNS of the sending server",
                         ask_forward, GUINT_TO_POINTER(ip->family == 4 ? MW_TYPE_A : MW_TYPE_AAAA));
}

/* 1: the name leads back to the address, 0: it does not, -1: no telling. */
static int leads_back(mw_facts *facts, const mw_name *name, const mw_answer **answer) {
    const mw_ip *ip = &facts->envelope->client_ip;
    size_t size = ip->family == 4 ? 4 : 16;
    *answer =
        mw_dns_query(facts->dns, name, ip->family == 4 ? MW_TYPE_A : MW_TYPE_AAAA, MW_FOR_PTR, why_forward);
    if (mw_dns_failed((*answer)->status))
        return -1;
    for (size_t i = 0; i < (*answer)->n_records; i++)
        if ((*answer)->records[i].len == size && memcmp((*answer)->records[i].data, ip->bytes, size) == 0)
            return 1;
    return 0;
}

/* Looks up each name and sorts it into rdns; returns the first failure, or NULL. */
static const char *confirm(mw_facts *facts, mw_rdns *rdns, const mw_answer *ptr) {
    const char *failure = NULL;
    for (size_t i = 0; i < ptr->n_records && rdns->names->len < MW_MAX_PTR_NAMES; i++) {
        mw_name name;
        if (!mw_rdata_name(&ptr->records[i], &name) || name.len <= 1)
            continue;
        char *text = mw_name_text(facts->arena, &name);
        g_ptr_array_add(rdns->names, text);
        const mw_answer *answer;
        int back = leads_back(facts, &name, &answer);
        if (back > 0)
            g_ptr_array_add(rdns->confirmed, text);
        else if (back < 0 && !failure)
            failure =
                mw_printf(facts->arena, "the look-up of %s: %s", text, mw_dns_status_words(answer->status));
    }
    return failure;
}

/* What it would cost if there was no name, or one that leads elsewhere. */
static void report_open(mw_facts *facts, const char *ip, const char *why, bool have_names) {
    if (!have_names)
        mw_unknown(facts, "RDNS_NONE", "whether %s has reverse DNS is not known: %s", ip, why)
            ->counts_for_exit = true;
    mw_unknown(facts, "HFILTER_HOSTNAME_UNKNOWN",
               "whether the reverse DNS of %s leads back to it is not known: %s", ip, why)
        ->counts_for_exit = true;
}

static void report_failure(mw_facts *facts, const mw_rdns *rdns, const char *ip, bool have_names) {
    if (rdns->result == MW_RDNS_TEMPERROR)
        mw_hit(facts, "RDNS_DNSFAIL", "the reverse DNS of %s could not be looked up (%s)", ip, rdns->problem);
    report_open(facts, ip, rdns->problem, have_names);
}

static void report_none(mw_facts *facts, const char *ip) {
    mw_hit(facts, "RDNS_NONE", "%s has no PTR record%s", ip, mw_client_as_of_today(facts))->evidence =
        mw_printf(facts->arena, "%s PTR: no record",
                  mw_ip_reverse_name(facts->arena, &facts->envelope->client_ip));
    mw_finding *finding = mw_hit(facts, "HFILTER_HOSTNAME_UNKNOWN",
                                 "without a PTR record the server %s has no name of its own", ip);
    finding->because_of = "RDNS_NONE";
}

/* A name that was written without its final dot: the name of the reverse zone stands behind it. */
static bool report_no_final_dot(mw_facts *facts, const char *name, const char *ip) {
    size_t n = strlen(name);
    const char *zone = mw_ip_reverse_name(facts->arena, &facts->envelope->client_ip);
    for (; zone; zone = strchr(zone, '.'), zone = zone ? zone + 1 : NULL) {
        size_t behind = strlen(zone);
        if (!strchr(zone, '.') || n <= behind + 1 || name[n - behind - 1] != '.' ||
            g_ascii_strcasecmp(name + n - behind, zone) != 0)
            continue;
        const char *meant = mw_strndup(facts->arena, name, n - behind - 1);
        mw_hit(
            facts, "HFILTER_HOSTNAME_UNKNOWN",
            "the PTR record of %s names %s: it lacks the dot behind %s, so the name of its zone was added%s",
            ip, name, meant, mw_client_as_of_today(facts))
            ->fix =
            mw_printf(facts->arena,
                      "Let the server's host write %s. with a dot at its end into the PTR record of %s, "
                      "and let that name lead back to %s.",
                      meant, ip, ip);
        return true;
    }
    return false;
}

/* Where the name has addresses of the other kind only, that is what is missing. */
static const char *other_family(mw_facts *facts, const char *name) {
    bool is4 = facts->envelope->client_ip.family == 4;
    const mw_answer *same =
        mw_dns_query_text(facts->dns, name, is4 ? MW_TYPE_A : MW_TYPE_AAAA, MW_FOR_PTR, why_forward);
    if (mw_dns_failed(same->status) || same->n_records)
        return "";
    const mw_answer *other =
        mw_dns_query_text(facts->dns, name, is4 ? MW_TYPE_AAAA : MW_TYPE_A, MW_FOR_OTHER, why_forward);
    return other->n_records == 0 ? ": it has no address"
           : is4                 ? ": it has an IPv6 address only"
                                 : ": it has an IPv4 address only, no AAAA record";
}

static void report_mismatch(mw_facts *facts, const mw_rdns *rdns, const char *ip) {
    const char *name = rdns->names->pdata[0];
    mw_ip numeric;
    if (mw_ip_parse(mw_span_of(name), &numeric)) {
        mw_hit(facts, "HFILTER_HOSTNAME_UNKNOWN",
               "the PTR record of %s holds an address, %s, where a host name belongs%s", ip, name,
               mw_client_as_of_today(facts))
            ->fix =
            mw_printf(facts->arena,
                      "Let the server's host put the server's full host name into the PTR record of %s: "
                      "a name with letters, whose address is %s.",
                      ip, ip);
        return;
    }
    if (report_no_final_dot(facts, name, ip))
        return;
    mw_finding *finding = mw_hit(facts, "HFILTER_HOSTNAME_UNKNOWN",
                                 "the PTR record of %s names %s, which does not lead back to %s%s%s", ip,
                                 name, ip, other_family(facts, name), mw_client_as_of_today(facts));
    finding->fix =
        mw_printf(facts->arena,
                  "Let the server's host change the PTR record of %s to a name that leads back to "
                  "it. Only if the server is yours and %s is its name: let that name's %s record hold "
                  "%s, too.",
                  ip, name, facts->envelope->client_ip.family == 4 ? "A" : "AAAA", ip);
}

static void untestable(mw_facts *facts, mw_rdns *rdns, const char *why) {
    rdns->result = MW_RDNS_UNTESTABLE;
    rdns->problem = why;
    mw_notice(facts, "Reverse DNS, HELO and IP lists are not judged, because %s.", why);
    if (!mw_delivery_untestable(facts)) /* --client-ip would settle it */
        report_open(facts, "the sending server", why, false);
}

static void run(mw_facts *facts) {
    mw_rdns *rdns = mw_new(facts->arena, mw_rdns);
    rdns->names = mw_array_new(facts->arena);
    rdns->confirmed = mw_array_new(facts->arena);
    facts->rdns = rdns;
    const char *why = mw_client_untestable(facts);
    if (why) {
        untestable(facts, rdns, why);
        return;
    }
    const mw_ip *client = &facts->envelope->client_ip;
    const char *ip = mw_ip_text(facts->arena, client);
    const mw_answer *ptr = mw_dns_query_text(facts->dns, mw_ip_reverse_name(facts->arena, client),
                                             MW_TYPE_PTR, MW_FOR_PTR, "reverse DNS of the sending server");
    const char *failure =
        mw_dns_failed(ptr->status) ? mw_dns_status_words(ptr->status) : confirm(facts, rdns, ptr);
    if (rdns->confirmed->len) {
        rdns->result = MW_RDNS_PASS;
    } else if (failure) {
        /* What was not asked has not failed. */
        rdns->result = ptr->status == MW_DNS_NOTRECORDED || ptr->status == MW_DNS_BUDGET ? MW_RDNS_UNTESTABLE
                                                                                         : MW_RDNS_TEMPERROR;
        rdns->problem = failure;
        report_failure(facts, rdns, ip, rdns->names->len > 0);
    } else if (rdns->names->len == 0) {
        rdns->result = MW_RDNS_NONE;
        report_none(facts, ip);
    } else {
        rdns->result = MW_RDNS_MISMATCH;
        report_mismatch(facts, rdns, ip);
    }
}

const mw_check mw_check_rdns = {.name = "rdns", .prefetch = prefetch, .run = run};
