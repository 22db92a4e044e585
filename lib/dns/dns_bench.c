/* How near the engine comes to its longest chain of dependent questions, what a cached look-up costs, and
 * memory. The plan is a mail with 2 DKIM signatures, SPF with 3 includes (one nested), DMARC, ARC of 2 sets,
 * PTR and forward, 30 IP lists and 10 domain lists. Exit status 1 when a figure is over its aim. */
#include "dns/server_test.h"

#include <stdio.h>
#include <sys/resource.h>

enum { CHAIN = 3, IP_LISTS = 30, DOMAIN_LISTS = 10, LOOK_UPS = 2000000 };

static const char fixed[] =
    "sender.test. TXT \"v=spf1 include:one.test include:two.test mx -all\"\none.test. TXT \"v=spf1 "
    "include:nested.test\"\n"
    "two.test. TXT \"v=spf1 ip4:192.0.2.0/24\"\nnested.test. TXT \"v=spf1 ip4:198.51.100.0/24 -all\"\n"
    "sender.test. MX 10 mx.sender.test.\nmx.sender.test. A 192.0.2.25\n"
    "s1._domainkey.sender.test. TXT \"v=DKIM1; p=\"\ns2._domainkey.sender.test. TXT \"v=DKIM1; p=\"\n"
    "a1._domainkey.relay.test. TXT \"v=DKIM1; p=\"\na2._domainkey.relay.test. TXT \"v=DKIM1; p=\"\n"
    "_dmarc.sender.test. TXT \"v=DMARC1; p=reject\"\n"
    "25.2.0.192.in-addr.arpa. PTR mx.sender.test.\nmx.sender.test. AAAA 2001:db8::25\n";

/* Asks ahead like the checks do: SPF's includes and MX hosts, PTR's names. */
static void ask_ahead(mw_dns *dns, const mw_name *name, const mw_answer *answer, void *data) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    uint16_t type = GPOINTER_TO_UINT(data), preference;
    mw_name next;
    for (size_t i = 0; i < answer->n_records; i++) {
        if (type == MW_TYPE_PTR && mw_rdata_name(&answer->records[i], &next))
            mw_dns_prefetch(dns, &next, MW_TYPE_A, MW_FOR_PTR, "forward");
        if (type == MW_TYPE_MX && mw_rdata_mx(&answer->records[i], &preference, &next))
            mw_dns_prefetch(dns, &next, MW_TYPE_A, MW_FOR_AUTH, "mx");
        if (type != MW_TYPE_TXT)
            continue;
        g_auto(GStrv) terms = g_strsplit(mw_rdata_txt(arena, &answer->records[i]).data, " ", -1);
        for (char **term = terms; *term; term++) {
            if (g_str_has_prefix(*term, "include:") && mw_name_read(mw_span_of(*term + 8), &next))
                mw_dns_prefetch_then(dns, &next, MW_TYPE_TXT, MW_FOR_AUTH, "include", ask_ahead, data);
            if (g_str_equal(*term, "mx"))
                mw_dns_prefetch_then(dns, name, MW_TYPE_MX, MW_FOR_AUTH, "mx", ask_ahead,
                                     GUINT_TO_POINTER(MW_TYPE_MX));
        }
    }
}

typedef struct question {
    char name[80];
    uint16_t type;
    mw_purpose purpose;
} question;

static GArray *make_plan(void) {
    static const struct {
        const char *name;
        uint16_t type;
        mw_purpose purpose;
    } first[] = {
        {"sender.test", MW_TYPE_TXT, MW_FOR_AUTH},
        {"25.2.0.192.in-addr.arpa", MW_TYPE_PTR, MW_FOR_PTR},
        {"_dmarc.sender.test", MW_TYPE_TXT, MW_FOR_AUTH},
        {"s1._domainkey.sender.test", MW_TYPE_TXT, MW_FOR_AUTH},
        {"s2._domainkey.sender.test", MW_TYPE_TXT, MW_FOR_AUTH},
        {"a1._domainkey.relay.test", MW_TYPE_TXT, MW_FOR_AUTH},
        {"a2._domainkey.relay.test", MW_TYPE_TXT, MW_FOR_AUTH},
        {"mx.sender.test", MW_TYPE_A, MW_FOR_PTR},
        {"one.test", MW_TYPE_TXT, MW_FOR_AUTH},
        {"two.test", MW_TYPE_TXT, MW_FOR_AUTH},
        {"nested.test", MW_TYPE_TXT, MW_FOR_AUTH},
        {"sender.test", MW_TYPE_MX, MW_FOR_AUTH},
    };
    GArray *plan = g_array_new(FALSE, TRUE, sizeof(question));
    for (size_t i = 0; i < G_N_ELEMENTS(first); i++) {
        question q = {.type = first[i].type, .purpose = first[i].purpose};
        g_strlcpy(q.name, first[i].name, sizeof q.name);
        g_array_append_val(plan, q);
    }
    for (int i = 0; i < IP_LISTS + DOMAIN_LISTS; i++) {
        question q = {.type = MW_TYPE_A, .purpose = MW_FOR_LIST};
        g_snprintf(q.name, sizeof q.name,
                   i < IP_LISTS ? "25.2.0.192.l%d.list.test" : "sender.test.d%d.list.test", i);
        g_array_append_val(plan, q);
    }
    return plan;
}

/* What is known at first is asked at once; the rest comes from answers. */
static bool known_at_first(const question *q) {
    static const char *const later[] = {"one.test", "two.test", "nested.test", "mx.sender.test"};
    for (size_t i = 0; i < G_N_ELEMENTS(later); i++) {
        if (g_str_equal(q->name, later[i]))
            return false;
    }
    return q->type != MW_TYPE_MX;
}

static double run_plan(const char *address, bool ahead, mw_dns_stats *stats) {
    const char *servers[] = {address, NULL};
    int64_t start = g_get_monotonic_time();
    g_autoptr(mw_dns) dns =
        mw_dns_new(mw_source_unbound(&(mw_unbound_options){.servers = servers}, NULL), NULL);
    g_autoptr(GArray) plan = make_plan();
    for (guint i = 0; i < plan->len && ahead; i++) {
        const question *q = &g_array_index(plan, question, i);
        mw_name name;
        if (known_at_first(q) && mw_name_read(mw_span_of(q->name), &name))
            mw_dns_prefetch_then(dns, &name, q->type, q->purpose, "plan", ask_ahead,
                                 GUINT_TO_POINTER((guint)q->type));
    }
    for (guint i = 0; i < plan->len; i++) {
        const question *q = &g_array_index(plan, question, i);
        const mw_answer *answer = mw_dns_query_text(dns, q->name, q->type, q->purpose, "plan");
        g_assert_true(answer->status == MW_DNS_OK || answer->status == MW_DNS_NXDOMAIN);
    }
    double ms = (double)(g_get_monotonic_time() - start) / 1000;
    *stats = mw_dns_statistics(dns);
    return ms;
}

static double cached_us(void) {
    g_autoptr(mw_dns) dns = mw_dns_new(mw_source_zone_bytes(mw_span_of(fixed), "w", NULL), NULL);
    mw_name name;
    g_assert_true(mw_name_read(MW_SPAN("s1._domainkey.sender.test"), &name));
    int64_t start = g_get_monotonic_time();
    for (int i = 0; i < LOOK_UPS; i++)
        g_assert_true(mw_dns_query(dns, &name, MW_TYPE_TXT, MW_FOR_AUTH, "plan")->n_records == 1);
    return (double)(g_get_monotonic_time() - start) / LOOK_UPS;
}

/* A zone file with n records at one name, and each of them twice, read and asked for. */
static double zone_ms(unsigned n) {
    g_autoptr(GString) zone = g_string_new(NULL);
    for (unsigned i = 0; i < 2 * n; i++)
        g_string_append_printf(zone, "many.test. TXT \"record %u\"\n", i / 2);
    int64_t start = g_get_monotonic_time();
    mw_span text = {zone->str, zone->len};
    g_autoptr(mw_dns) dns = mw_dns_new(mw_source_zone_bytes(text, "w", NULL), NULL);
    g_assert_true(mw_dns_query_text(dns, "many.test", MW_TYPE_TXT, MW_FOR_AUTH, "zone")->n_records == n);
    return (double)(g_get_monotonic_time() - start) / 1000;
}

int main(void) {
    bool good = true;
    mw_dns_stats stats;
    for (unsigned rtt = 5; rtt <= 200; rtt = rtt == 5 ? 50 : rtt == 50 ? 200 : 1000) {
        g_autoptr(test_server) server = test_server_new(fixed, rtt);
        double best = 1e9;
        for (int i = 0; i < 3; i++)
            best = MIN(best, run_plan(test_server_address(server), true, &stats));
        double chain = CHAIN * (double)rtt;
        printf("round trip %3u ms: %7.1f ms for %u questions; longest chain %d x %u = %4.0f ms; ratio %.2f\n",
               rtt, best, stats.queries, CHAIN, rtt, chain, best / chain);
        good &= rtt != 50 || best / chain <= 1.15;
    }
    g_autoptr(test_server) server = test_server_new(fixed, 50);
    printf("one after the other at 50 ms: %.0f ms\n", run_plan(test_server_address(server), false, &stats));
    double us = cached_us();
    printf("cached look-up: %.3f us\n", us);
    double few = 1e9, many = 1e9;
    for (int i = 0; i < 3; i++) {
        few = MIN(few, zone_ms(10000));
        many = MIN(many, zone_ms(80000));
    }
    printf("zone file with 10000 and 80000 records at one name: %.0f and %.0f ms; ratio %.1f for 8 times as "
           "many\n",
           few, many, many / few);
    good &= many / few < 20; /* a quadratic one gives 64 */
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("memory at most: %ld kB\n", usage.ru_maxrss);
    return good && us < 0.3 ? 0 : 1;
}
