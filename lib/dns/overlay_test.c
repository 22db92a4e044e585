#include "dns/source.h"

#include <glib/gstdio.h>

#include "dns/ldns.h"
#include "dns/types.h"
#include "dns/server_test.h"

static const char world[] =
    "a.test. TXT \"old\"\na.test. A 192.0.2.1\nwww.test. CNAME a.test.\nmx.test. MX 10 a.test.\n"
    ";@ fail.test. TXT SERVFAIL\n";

typedef struct test_case {
    const char *changes[4];
    const char *name, *type, *want;
} test_case;

static const test_case cases[] = {
    {{"a.test TXT new"}, "a.test", "TXT", "OK \"new\""},
    {{"a.test. 60 IN TXT \"new\"", "A.test TXT \"other\""}, "a.test", "TXT", "OK \"new\" \"other\""},
    {{"a.test TXT v=DMARC1; p=none"}, "a.test", "TXT", "OK \"v=DMARC1; p=none\""},
    {{"+a.test TXT \"new\""}, "a.test", "TXT", "OK \"new\" \"old\""},
    {{"+a.test TXT \"old\"", "+a.test TXT \"new\"", "+a.test TXT new"},
     "a.test",
     "TXT",
     "OK \"new\" \"old\""},
    {{"+b.test TXT \"new\""}, "b.test", "TXT", "OK \"new\""},
    {{"+fail.test TXT \"new\""}, "fail.test", "TXT", "SERVFAIL"},
    {{"fail.test TXT \"new\""}, "fail.test", "TXT", "OK \"new\""},
    {{"-a.test TXT"}, "a.test", "TXT", "NODATA"},
    {{"-a.test TXT"}, "a.test", "A", "OK 192.0.2.1"},
    {{"-a.test TXT", "+a.test TXT \"n\""}, "a.test", "TXT", "OK \"n\""},
    {{"a.test A 192.0.2.9"}, "www.test", "A", "OK =a.test 192.0.2.9"},
    {{"+a.test A 192.0.2.9"}, "www.test", "A", "OK =a.test 192.0.2.1 192.0.2.9"},
    {{"b.test CNAME a.test."}, "b.test", "TXT", "OK =a.test \"old\""},
    {{"b.test CNAME a.test.", "a.test TXT x"}, "b.test", "TXT", "OK =a.test \"x\""},
    {{"k.test DNAME a.test.", "x.a.test TXT t"}, "x.k.test", "TXT", "OK =x.a.test \"t\""},
    {{"-www.test CNAME"}, "www.test", "A", "NODATA"},
    {{"b.test CNAME c.test.", "c.test CNAME b.test."}, "b.test", "A", "SERVFAIL"},
    {{"x.y.test A 192.0.2.3"}, "y.test", "A", "NODATA"},
    {{"x.y.test A 192.0.2.3"}, "x.y.test", "TXT", "NODATA"},
    {{"x.y.test A 192.0.2.3"}, "z.y.test", "TXT", "NXDOMAIN"},
    {{"*.y.test A 192.0.2.3"}, "z.y.test", "A", "OK 192.0.2.3"},
    {{"*.y.test A 192.0.2.3", "q.y.test A 192.0.2.4"}, "z.q.y.test", "A", "NXDOMAIN"},
    {{"mx.test MX 0 ."}, "mx.test", "MX", "OK 0 ."},
    {{"5.2.0.192.in-addr.arpa PTR a.test."}, "5.2.0.192.in-addr.arpa", "PTR", "OK a.test."},
};

static void add_changes(mw_changes *changes, const test_case *c) {
    for (size_t k = 0; k < G_N_ELEMENTS(c->changes) && c->changes[k]; k++) {
        g_autoptr(GError) error = NULL;
        mw_changes_add(changes, c->changes[k], &error);
        g_assert_no_error(error);
    }
}

static char *describe(mw_arena *arena, const mw_answer *answer, uint16_t type) {
    char *text = mw_printf(arena, "%s", mw_dns_status_name(answer->status));
    if (answer->canonical.len)
        text = mw_printf(arena, "%s =%s", text, mw_name_text(arena, &answer->canonical));
    for (size_t i = 0; i < answer->n_records; i++)
        text = mw_printf(arena, "%s %s", text, mw_rdata_text(arena, type, &answer->records[i]));
    return text;
}

static void check(mw_source *below, const test_case *c) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_changes) changes = mw_changes_new();
    add_changes(changes, c);
    g_autoptr(mw_dns) dns = mw_dns_new(mw_source_overlay(below, changes), NULL);
    uint16_t type = mw_type_read(mw_span_of(c->type));
    const mw_answer *answer = mw_dns_query_text(dns, c->name, type, MW_FOR_AUTH, "test");
    g_assert_cmpstr(describe(arena, answer, type), ==, c->want);
}

static void test_over_zone(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        check(mw_source_zone_bytes(mw_span_of(world), "w", NULL), &cases[i]);
}

/* The same over answers that come later in another thread, and over an engine that has them already. */
static void test_over_server(void) {
    g_autoptr(test_server) server = test_server_new(world, 1);
    const char *servers[] = {test_server_address(server), NULL};
    mw_unbound_options options = {.servers = servers};
    g_autoptr(mw_dns) below = mw_dns_new(mw_source_unbound(&options, NULL), NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        check(mw_source_engine(below), &cases[i]);
    g_autoptr(mw_changes) changes = mw_changes_new();
    add_changes(changes, &cases[0]);
    g_autoptr(mw_dns) dns = mw_dns_new(mw_source_overlay(mw_source_unbound(&options, NULL), changes), NULL);
    g_assert_cmpint(mw_dns_query_text(dns, "mx.test", MW_TYPE_MX, MW_FOR_AUTH, "test")->status, ==,
                    MW_DNS_OK);
    mw_dns_prefetch_text(dns, "drop.test", MW_TYPE_A, MW_FOR_AUTH, "test"); /* never answered: not leaked */
}

static void test_errors(void) {
    static const char *const bad[] = {"",
                                      "a.test",
                                      "a.test A",
                                      "a.test A 1.2.3",
                                      "-a.test",
                                      "-a.test A 192.0.2.1",
                                      "+",
                                      "-",
                                      "a..test A 192.0.2.1",
                                      "a.test A 192.0.2.1\nb.test A 192.0.2.1"};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(mw_changes) changes = mw_changes_new();
        g_autoptr(GError) error = NULL;
        g_assert_false(mw_changes_add(changes, bad[i], &error));
        g_assert_error(error, MW_ERROR, MW_ERROR_OPTION);
    }
}

static void test_file(void) {
    g_autofree char *file = g_build_filename(g_get_tmp_dir(), "mailwhy-what-if-XXXXXX", NULL);
    int fd = g_mkstemp(file);
    g_assert_cmpint(fd, >=, 0);
    g_close(fd, NULL);
    g_autofree char *option = g_strconcat("@", file, NULL);
    g_autoptr(mw_changes) changes = mw_changes_new();
    g_autoptr(GError) error = NULL;
    g_assert_true(g_file_set_contents(file, "; try\n\n# this\na.test TXT new\r\n-a.test A\n", -1, NULL));
    g_assert_true(mw_changes_add(changes, option, &error));
    g_assert_true(g_file_set_contents(file, "a.test TXT new\nwrong", -1, NULL));
    g_assert_false(mw_changes_add(changes, option, &error));
    g_assert_error(error, MW_ERROR, MW_ERROR_DATA);
    g_assert_nonnull(strstr(error->message, ":2: "));
    g_unlink(file);
    g_clear_error(&error);
    g_assert_false(mw_changes_add(changes, option, &error));
    g_assert_error(error, MW_ERROR, MW_ERROR_FILE);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dns/overlay/zone", test_over_zone);
    g_test_add_func("/dns/overlay/server", test_over_server);
    g_test_add_func("/dns/overlay/errors", test_errors);
    g_test_add_func("/dns/overlay/file", test_file);
    return g_test_run();
}
