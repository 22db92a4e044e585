#include "dns/source.h"

static const char world[] =
    "shop.example. TXT \"out\"\nshop.example. A 192.0.2.1\nboth.example. A 10.1.2.3\nboth.example. A "
    "192.0.2.7\n"
    "in.example. A 192.168.4.4\nin.example. AAAA fd00::5\nlisted.example. A 127.0.0.2\nalias.example. CNAME "
    "db.corp.\n"
    "db.corp. A 192.0.2.9\nkey.secret.example. TXT \"s\"\nx.internal. TXT \"s\"\nrouter. A 192.0.2.3\n"
    "3.2.1.10.in-addr.arpa. PTR printer.shop.example.\n3.2.16.172.in-addr.arpa. PTR a.shop.example.\n"
    "1.2.0.192.in-addr.arpa. PTR shop.example.\n2.2.0.192.in-addr.arpa. PTR db.internal.\n"
    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa. PTR b.shop.example.\n";

static const struct {
    const char *name;
    uint16_t type;
    mw_dns_status status;
    size_t records;
} cases[] = {
    {"shop.example", MW_TYPE_TXT, MW_DNS_OK, 1},
    {"shop.example", MW_TYPE_A, MW_DNS_OK, 1},
    {"both.example", MW_TYPE_A, MW_DNS_OK, 1},
    {"in.example", MW_TYPE_A, MW_DNS_NODATA, 0},
    {"in.example", MW_TYPE_AAAA, MW_DNS_NODATA, 0},
    {"listed.example", MW_TYPE_A, MW_DNS_OK, 1},
    {"alias.example", MW_TYPE_A, MW_DNS_NXDOMAIN, 0},
    {"db.corp", MW_TYPE_A, MW_DNS_NXDOMAIN, 0},
    {"KEY.secret.EXAMPLE", MW_TYPE_TXT, MW_DNS_NXDOMAIN, 0},
    {"x.Internal", MW_TYPE_TXT, MW_DNS_NXDOMAIN, 0},
    {"router", MW_TYPE_A, MW_DNS_NXDOMAIN, 0},
    {"3.2.1.10.in-addr.arpa", MW_TYPE_PTR, MW_DNS_NXDOMAIN, 0},
    {"1.10.in-addr.arpa", MW_TYPE_NS, MW_DNS_NXDOMAIN, 0},
    {"3.2.16.172.in-addr.arpa", MW_TYPE_PTR, MW_DNS_NXDOMAIN, 0},
    {"1.2.0.192.in-addr.arpa", MW_TYPE_PTR, MW_DNS_OK, 1},
    {"2.2.0.192.in-addr.arpa", MW_TYPE_PTR, MW_DNS_NODATA, 0},
    {"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", MW_TYPE_PTR, MW_DNS_NXDOMAIN,
     0},
};

static void test_outside(void) {
    static const char *const zones[] = {"secret.example", NULL};
    g_autoptr(mw_dns) dns =
        mw_dns_new(mw_source_outside(mw_source_zone_bytes(mw_span_of(world), "w", NULL), zones), NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const mw_answer *answer = mw_dns_query_text(dns, cases[i].name, cases[i].type, MW_FOR_AUTH, "test");
        g_test_message("%s", cases[i].name);
        g_assert_cmpstr(mw_dns_status_name(answer->status), ==, mw_dns_status_name(cases[i].status));
        g_assert_cmpuint(answer->n_records, ==, cases[i].records);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dns/outside", test_outside);
    return g_test_run();
}
