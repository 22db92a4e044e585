/* Single name servers: each says what it says, and whoever can't be asked fails. */
#include "dns/each.h"
#include "dns/server_test.h"

static const char one[] = "x.test. MX 10 a.test.\n", other[] = "x.test. MX 20 b.test.\n";

static void assert_mx(mw_dns *dns, const char *server, mw_dns_status status, const char *want) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_name name, at, host;
    uint16_t preference;
    g_assert_true(mw_name_read(MW_SPAN("x.test"), &name));
    at = name;
    g_assert_true(!server || mw_dns_at(server, &name, &at));
    const mw_answer *answer = mw_dns_query(dns, &at, MW_TYPE_MX, MW_FOR_OTHER, "test");
    g_assert_cmpint(answer->status, ==, status);
    if (!want)
        return;
    g_assert_cmpint(answer->n_records, ==, 1);
    g_assert_true(mw_rdata_mx(&answer->records[0], &preference, &host));
    g_assert_cmpstr(mw_name_text(arena, &host), ==, want);
}

static void test_each(void) {
    g_autoptr(test_server) a = test_server_new(one, 0), b = test_server_new(other, 0);
    const char *servers[] = {test_server_address(a), NULL};
    g_autoptr(GError) error = NULL;
    mw_source *rest = mw_source_unbound(&(mw_unbound_options){.servers = servers}, &error);
    g_assert_no_error(error);
    g_autoptr(mw_dns) dns = mw_dns_new(mw_source_each(rest), NULL);
    mw_dns_start(dns);
    assert_mx(dns, NULL, MW_DNS_OK, "a.test");
    assert_mx(dns, test_server_address(a), MW_DNS_OK, "a.test");
    assert_mx(dns, test_server_address(b), MW_DNS_OK, "b.test");
}

static void test_names(void) {
    mw_name name, out;
    g_autofree char *longest = g_strnfill(64, 'a');
    g_assert_true(mw_name_read(MW_SPAN("x.test"), &name));
    g_assert_false(mw_dns_at("", &name, &out));
    g_assert_false(mw_dns_at(longest, &name, &out));
    g_assert_true(mw_dns_at("2001:db8::1@5300", &name, &out));
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_assert_cmpstr(mw_name_text(arena, &out), ==, "2001:db8::1\\@5300._at.x.test");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dns/each/servers", test_each);
    g_test_add_func("/dns/each/names", test_names);
    return g_test_run();
}
