/* The tree of small worlds, line by line. */
#include "dns/source.h"
#include "report/spf_tree.h"

static const char zone[] = "shop.test. 60 IN TXT \"v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 include:host.test "
                           "a:gone.test -all exp=e.test\"\n"
                           "host.test. 60 IN TXT \"v=spf1 exists:%{i}.ok.test ~all\"\n"
                           "198.51.100.7.ok.test. 60 IN A 127.0.0.2\n"
                           "eleven.test. 60 IN TXT \"v=spf1 include:five.test include:five.test mx -all\"\n"
                           "five.test. 60 IN TXT \"v=spf1 a:a.test a:a.test a:a.test a:a.test\"\n"
                           "a.test. 60 IN A 192.0.2.1\n"
                           "deep.test. 60 IN TXT \"v=spf1 include:eight.test include:five.test -all\"\n"
                           "eight.test. 60 IN TXT \"v=spf1 include:five.test a:a.test a:a.test\"\n"
                           "bad.test. 60 IN TXT \"v=spf1 redirect=typo.test\"\n"
                           "typo.test. 60 IN TXT \"v=spf1 moo\"\n";

static void test_tree(void) {
    static const struct {
        const char *ip, *domain, *want;
    } cases[] = {
        {"198.51.100.7", "shop.test",
         "SPF       shop.test: pass, 2 of 10 look-ups\n"
         "          2 addresses and networks                          no match\n"
         "          include:host.test                              2  matches\n"
         "            exists:%{i}.ok.test = 198.51.100.7.ok.test   1  decides: pass\n"
         "            1 more term                                     not read\n"
         "          2 more terms                                      not read\n"},
        {"203.0.113.9", "shop.test",
         "SPF       shop.test: fail, 3 of 10 look-ups, 2 of 2 that find nothing\n"
         "          2 addresses and networks                         no match\n"
         "          include:host.test                             2  softfail\n"
         "            exists:%{i}.ok.test = 203.0.113.9.ok.test   1  finds nothing\n"
         "            ~all                                           matches: softfail\n"
         "          a:gone.test                                   1  finds nothing\n"
         "          -all                                             decides: fail\n"},
        {"203.0.113.9", "deep.test",
         "SPF       deep.test: permerror, 11 of 10 look-ups\n"
         "          include:eight.test    8  neutral\n"
         "            include:five.test   5  neutral\n"
         "              a:a.test          1\n"
         "              a:a.test          1\n"
         "              a:a.test          1\n"
         "              a:a.test          1\n"
         "            a:a.test            1\n"
         "            a:a.test            1\n"
         "          include:five.test     3  goes over the limit in here\n"
         "            a:a.test            1\n"
         "            a:a.test            1  one more than the 10 look-ups that are allowed\n"
         "            2 more terms           not read\n"
         "          1 more term              not read\n"},
        {"203.0.113.9", "bad.test",
         "SPF       bad.test: permerror, 1 of 10 look-ups\n"
         "          redirect=typo.test   1  typo.test: unknown mechanism at offset 7: \"moo\"\n"},
    };
    GError *error = NULL;
    g_autoptr(mw_dns) dns = mw_dns_new(mw_source_zone_bytes(mw_span_of(zone), "test.zone", &error), NULL);
    g_assert_no_error(error);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        mw_spf_request request = {.helo = "h.test", .mail_from = mw_printf(arena, "a@%s", cases[i].domain)};
        g_assert_true(mw_ip_parse(mw_span_of(cases[i].ip), &request.client_ip));
        g_autoptr(GString) out = g_string_new(NULL);
        mw_layout layout = {.out = out, .arena = arena, .width = 100};
        mw_spf_tree_write(&layout, mw_spf_check(arena, dns, &request), true);
        g_assert_cmpstr(out->str, ==, cases[i].want);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/spf-tree", test_tree);
    return g_test_run();
}
