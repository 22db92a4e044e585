/* Reverse DNS and HELO, each case in its own small DNS. */
#include "check/hostname.h"
#include "check/world_test.h"

extern const mw_check mw_check_rdns, mw_check_helo;

static const char zone[] =
    "1.2.0.192.in-addr.arpa. 60 IN PTR mail.good.example.\n"
    "mail.good.example. 60 IN A 192.0.2.1\n"
    "2.2.0.192.in-addr.arpa. 60 IN PTR mail.other.example.\n"
    "mail.other.example. 60 IN A 192.0.2.99\n"
    ";@ 3.2.0.192.in-addr.arpa. PTR SERVFAIL\n"
    ";@ 4.2.0.192.in-addr.arpa. PTR TIMEOUT\n"
    "5.2.0.192.in-addr.arpa. 60 IN PTR slow.example.\n"
    ";@ slow.example. A TIMEOUT\n"
    "6.2.0.192.in-addr.arpa. 60 IN PTR a.wrong.example.\n"
    "6.2.0.192.in-addr.arpa. 60 IN PTR mail.right.example.\n"
    "mail.right.example. 60 IN A 192.0.2.6\n"
    "7.2.0.192.in-addr.arpa. 60 IN PTR 192-0-2-7.dsl.isp.example.\n"
    "192-0-2-7.dsl.isp.example. 60 IN A 192.0.2.7\n"
    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 60 IN PTR six.example.\n"
    "six.example. 60 IN AAAA 2001:db8::1\n"
    "11.2.0.192.in-addr.arpa. 60 IN PTR a.user.isp.example.\na.user.isp.example. 60 IN A 192.0.2.11\n"
    "12.2.0.192.in-addr.arpa. 60 IN PTR host-12.isp.example.\nhost-12.isp.example. 60 IN A 192.0.2.12\n"
    "13.2.0.192.in-addr.arpa. 60 IN PTR 12-34.cable.isp.example.\n12-34.cable.isp.example. 60 IN A "
    "192.0.2.13\n"
    "14.2.0.192.in-addr.arpa. 60 IN PTR 12-34.pool.isp.example.\n12-34.pool.isp.example. 60 IN A 192.0.2.14\n"
    "onlymx.example. 60 IN MX 10 gone.example.\n"
    "goodmx.example. 60 IN MX 10 mail.good.example.\n"
    ";@ broken.example. A SERVFAIL\n";

static void test_rdns(void) {
    static const struct {
        const char *ip, *want;
        mw_rdns_result result;
    } cases[] = {
        {"192.0.2.1", "", MW_RDNS_PASS},
        {"192.0.2.2", "HFILTER_HOSTNAME_UNKNOWN", MW_RDNS_MISMATCH},
        {"192.0.2.3", "RDNS_DNSFAIL RDNS_NONE? HFILTER_HOSTNAME_UNKNOWN?", MW_RDNS_TEMPERROR},
        {"192.0.2.4", "RDNS_DNSFAIL RDNS_NONE? HFILTER_HOSTNAME_UNKNOWN?", MW_RDNS_TEMPERROR},
        {"192.0.2.5", "RDNS_DNSFAIL HFILTER_HOSTNAME_UNKNOWN?", MW_RDNS_TEMPERROR},
        {"192.0.2.6", "", MW_RDNS_PASS},
        {"192.0.2.200", "RDNS_NONE HFILTER_HOSTNAME_UNKNOWN", MW_RDNS_NONE},
        {"2001:db8::1", "", MW_RDNS_PASS},
        {"10.1.2.3", "RDNS_NONE? HFILTER_HOSTNAME_UNKNOWN?", MW_RDNS_UNTESTABLE},
        {NULL, "RDNS_NONE? HFILTER_HOSTNAME_UNKNOWN?", MW_RDNS_UNTESTABLE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        world w = world_new(&(world_spec){.zone = zone, .client_ip = cases[i].ip});
        world_run(&w, &mw_check_rdns);
        g_assert_cmpstr(world_symbols(&w), ==, cases[i].want);
        g_assert_cmpint(w.facts->rdns->result, ==, cases[i].result);
        g_assert_cmpint(w.facts->notices->len, ==, cases[i].result == MW_RDNS_UNTESTABLE);
        world_free(&w);
    }
}

static void test_submission(void) {
    world w = world_new(&(world_spec){.zone = zone, .client_ip = "192.0.2.200", .helo = "PC"});
    mw_envelope *envelope = (mw_envelope *)w.facts->envelope;
    envelope->client_ip_given = false;
    mw_trace *trace = mw_new(w.arena, mw_trace);
    mw_hop *hop = mw_new(w.arena, mw_hop);
    hop->authenticated = true;
    trace->hops = mw_array_new(w.arena);
    g_ptr_array_add(trace->hops, hop);
    w.facts->trace = trace;
    world_run(&w, &mw_check_rdns);
    world_run(&w, &mw_check_helo);
    g_assert_cmpstr(world_symbols(&w), ==, "");
    g_assert_cmpint(w.facts->rdns->result, ==, MW_RDNS_UNTESTABLE);
    world_free(&w);
}

static void test_helo(void) {
    static const struct {
        const char *ip, *helo, *want;
    } cases[] = {
        {"192.0.2.1", "mail.good.example", ""},
        {"192.0.2.1", "MAIL.Good.Example", ""},
        {"192.0.2.6", "mail.good.example", "HFILTER_HELO_IP_A"},
        {"192.0.2.1", "gone.example", "HFILTER_HELO_NORES_A_OR_MX"},
        {"192.0.2.1", "onlymx.example", "HFILTER_HELO_NORESOLVE_MX"},
        {"192.0.2.1", "goodmx.example", ""},
        {"192.0.2.1", "broken.example", "HFILTER_HELO_NORES_A_OR_MX?"},
        {"192.0.2.1", "six.example", ""},
        {"192.0.2.1", "my_host.example", "HFILTER_HELO_NOT_FQDN"},
        {"192.0.2.1", "host.1", "HFILTER_HELO_NOT_FQDN"},
        {"192.0.2.1", "a..example", "HFILTER_HELO_NOT_FQDN"},
        {"192.0.2.1", "WIN-1A2B", "HFILTER_HELO_5"},
        {"192.0.2.1", "localhost", "HFILTER_HELO_5"},
        {"192.0.2.1", "pc.localdomain", "HFILTER_HELO_5"},
        {"192.0.2.1", "printer.lan", "HFILTER_HELO_5"},
        {"192.0.2.1", "192.0.2.1", "HFILTER_HELO_BAREIP"},
        {"192.0.2.1", "[192.0.2.1]", "HFILTER_HELO_BAREIP"},
        {"192.0.2.1", "[10.0.0.1]", "HFILTER_HELO_BADIP"},
        {"192.0.2.1", "127.0.0.1", "HFILTER_HELO_BADIP"},
        {"192.0.2.1", "[IPv6:2001:db8::1]", "HFILTER_HELO_BAREIP"},
        {"192.0.2.7", "192-0-2-7.dsl.isp.example", "HFILTER_HELO_5"},
        {"192.0.2.7", "mail.good.example", "HFILTER_HOSTNAME_5 HFILTER_HELO_IP_A"},
        {"192.0.2.1", "a.user.isp.example", "HFILTER_HELO_1"},
        {"192.0.2.1", "host-12.isp.example", "HFILTER_HELO_2"},
        {"192.0.2.1", "12-34.cable.isp.example", "HFILTER_HELO_3"},
        {"192.0.2.1", "12-34.pool.isp.example", "HFILTER_HELO_4"},
        {"192.0.2.11", "six.example", "HFILTER_HOSTNAME_1"},
        {"192.0.2.12", "six.example", "HFILTER_HOSTNAME_2"},
        {"192.0.2.13", "six.example", "HFILTER_HOSTNAME_3"},
        {"192.0.2.14", "six.example", "HFILTER_HOSTNAME_4"},
        {"192.0.2.1", NULL, ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        world w = world_new(&(world_spec){.zone = zone, .client_ip = cases[i].ip, .helo = cases[i].helo});
        world_run(&w, &mw_check_rdns);
        world_run(&w, &mw_check_helo);
        g_assert_cmpstr(world_symbols(&w), ==, cases[i].want);
        world_free(&w);
    }
}

static void test_receivers_name(void) {
    world w = world_new(&(world_spec){.zone = zone, .client_ip = "192.0.2.1", .helo = "mail.other.example"});
    ((mw_envelope *)w.facts->envelope)->received_by = "Mail.Other.example";
    world_run(&w, &mw_check_rdns);
    world_run(&w, &mw_check_helo);
    g_assert_cmpstr(world_symbols(&w), ==, "HELO_IS_RECEIVER HFILTER_HELO_IP_A");
    world_free(&w);
}

static void test_hostnames(void) {
    static const struct {
        const char *name;
        unsigned want;
    } cases[] = {
        {"mail.example.org", 0},
        {"mx1.dyn.com", 0},
        {"dsl.example.org", 0},
        {"static15.isp.example", 0},
        {"198-51-100-7.dynamic.isp.example", 5},
        {"dhcp-12.isp.example", 5},
        {"p1234.dip.isp.example", 4},
        {"12-34.adsl.isp.example", 5},
        {"host-12.isp.example", 2},
        {"ghost-12.isp.example", 0},
        {"a.pool.isp.example", 4},
        {"x12pool.isp.example", 4},
        {"carpool-1.isp.example", 0},
        {"ec2-198-51-100-7.isp.example", 2},
        {"7.100.51.198.isp.example", 2},
        {"198051100007.isp.example", 2},
        {"c6336407.isp.example", 2},
        {"mail-198-51-100-7.isp.example", 0},
        {"1198-51-100-7.isp.example", 0},
        {"user.isp.example", 0},
        {"a.user.isp.example", 1},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    g_autoptr(GError) error = NULL;
    const mw_hostnames *names = mw_hostnames_of(data, &error);
    g_assert_no_error(error);
    mw_ip ip;
    g_assert_true(mw_ip_parse(MW_SPAN("198.51.100.7"), &ip));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *why = NULL;
        unsigned level = mw_hostname_generic(names, arena, cases[i].name, &ip, &why);
        if (level != cases[i].want)
            g_error("%s: %u, not %u (%s)", cases[i].name, level, cases[i].want, why ? why : "");
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/rdns", test_rdns);
    g_test_add_func("/check/submission", test_submission);
    g_test_add_func("/check/helo", test_helo);
    g_test_add_func("/check/helo-receiver", test_receivers_name);
    g_test_add_func("/check/hostnames", test_hostnames);
    return g_test_run();
}
