#include "dns/source.h"

#include "dns/cache.h"
#include "dns/ldns.h"
#include "dns/types.h"

static const char world[] =
    "; a world\n"
    "$TTL 300\n"
    "example.test. 60 IN SOA ns.example.test. host.example.test. 1 3600 600 86400 300\n"
    "example.test. IN 1h TXT \"v=spf1 -all\" \"; no comment\"\n"
    "\tMX 10 mail.example.test.\n"
    "mail.example.test. A 192.0.2.1\n"
    "mail.example.test. 60 IN A 192.0.2.1\n"
    "mail.example.test. A 192.0.2.2\n"
    "a.b.deep.test. A 192.0.2.3\n"
    "*.wild.test. TXT \"any\"\n"
    "there.wild.test. A 192.0.2.4\n"
    "www.test. CNAME mail.Example.test.\n"
    "dangling.test. CNAME gone.test.\n"
    "loop1.test. CNAME loop2.test.\nloop2.test. CNAME loop1.test.\n"
    "*.alias.test. CNAME mail.example.test.\n"
    "odd\\000\\.name.test. TXT ( \"a\\000\\255\" ; comment\n  \"b\" )\n"
    "generic.test. TYPE65280 \\# 3 010203\n"
    "$ORIGIN sub.test.\n@ A 192.0.2.5\nhost A 192.0.2.6\n MX 5 @\n"
    "@ SOA ns host 4294967295 1h 600 1w 300\n"
    ";@ slow.test. TXT TIMEOUT\n"
    ";@ fail.test. A SERVFAIL ttl=30 bogus why=\"signature expired\"\n"
    ";@ never.test. A NXDOMAIN ttl=60\n"
    ";@ mail.example.test. A OK secure\n";

static mw_source *open_world(const char *text, bool replay) {
    g_autoptr(GError) error = NULL;
    mw_span span = mw_span_of(text);
    mw_source *source =
        replay ? mw_source_replay_bytes(span, "w", &error) : mw_source_zone_bytes(span, "w", &error);
    g_assert_no_error(error);
    return source;
}

static char *describe(mw_arena *arena, const mw_answer *answer, uint16_t type) {
    char *text = mw_printf(arena, "%s", mw_dns_status_name(answer->status));
    if (answer->canonical.len)
        text = mw_printf(arena, "%s =%s", text, mw_name_text(arena, &answer->canonical));
    for (size_t i = 0; i < answer->n_records; i++)
        text = mw_printf(arena, "%s %s", text, mw_rdata_text(arena, type, &answer->records[i]));
    return mw_printf(arena, "%s%s%s", text, answer->secure ? " secure" : "", answer->bogus ? " bogus" : "");
}

static void test_world(void) {
    static const struct {
        const char *name, *type, *zone, *replay;
    } cases[] = {
        {"example.test", "TXT", "OK \"v=spf1 -all\" \"; no comment\"", NULL},
        {"EXAMPLE.test", "MX", "OK 10 mail.example.test.", NULL},
        {"example.test", "A", "NODATA", "NOTRECORDED"},
        {"mail.example.test", "A", "OK 192.0.2.1 192.0.2.2 secure", NULL},
        {"nothing.example.test", "A", "NXDOMAIN", "NOTRECORDED"},
        {"deep.test", "A", "NODATA", "NOTRECORDED"},
        {"b.deep.test", "TXT", "NODATA", "NOTRECORDED"},
        {"x.deep.test", "TXT", "NXDOMAIN", "NOTRECORDED"},
        {"x.wild.test", "TXT", "OK \"any\"", "NOTRECORDED"},
        {"x.y.wild.test", "TXT", "OK \"any\"", "NOTRECORDED"},
        {"x.wild.test", "A", "NODATA", "NOTRECORDED"},
        {"there.wild.test", "TXT", "NODATA", "NOTRECORDED"},
        {"x.there.wild.test", "TXT", "NXDOMAIN", "NOTRECORDED"},
        {"www.test", "A", "OK =mail.Example.test 192.0.2.1 192.0.2.2 secure", NULL},
        {"www.test", "TXT", "NODATA =mail.Example.test", "NOTRECORDED =mail.Example.test"},
        {"www.test", "CNAME", "OK mail.Example.test.", NULL},
        {"dangling.test", "A", "NXDOMAIN =gone.test", "NOTRECORDED =gone.test"},
        {"loop1.test", "A", "SERVFAIL", NULL},
        {"x.alias.test", "A", "OK =mail.example.test 192.0.2.1 192.0.2.2 secure", "NOTRECORDED"},
        {"odd\\000\\.name.test", "TXT", "OK \"a\\000\\255\" \"b\"", NULL},
        {"generic.test", "TYPE65280", "OK \\# 3 010203", NULL},
        {"sub.test", "A", "OK 192.0.2.5", NULL},
        {"example.test", "SOA", "OK ns.example.test. host.example.test. 1 3600 600 86400 300", NULL},
        {"sub.test", "SOA", "OK ns.sub.test. host.sub.test. 4294967295 3600 600 604800 300", NULL},
        {"host.sub.test", "MX", "OK 5 sub.test.", NULL},
        {"slow.test", "TXT", "TIMEOUT", NULL},
        {"slow.test", "A", "NODATA", "NOTRECORDED"},
        {"fail.test", "A", "SERVFAIL bogus", NULL},
        {"never.test", "A", "NXDOMAIN", NULL},
        {"never.test", "TXT", "NXDOMAIN", "NOTRECORDED"},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_cache *caches[] = {mw_cache_new(open_world(world, false), 0),
                          mw_cache_new(open_world(world, true), 0)};
    for (int round = 0; round < 4; round++) { /* what a mail asked before is answered the same to the next */
        bool replay = round % 2;
        g_autoptr(mw_dns) dns = mw_dns_new(mw_cache_view(caches[replay]), NULL);
        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
            mw_name name;
            g_assert_true(mw_name_read_escaped(mw_span_of(cases[i].name), &name));
            uint16_t type = mw_type_read(mw_span_of(cases[i].type));
            const mw_answer *answer = mw_dns_query(dns, &name, type, MW_FOR_AUTH, "test");
            const char *want = replay && cases[i].replay ? cases[i].replay : cases[i].zone;
            g_assert_cmpstr(describe(arena, answer, type), ==, want);
            g_assert_true(answer == mw_dns_query(dns, &name, type, MW_FOR_AUTH, "test"));
        }
        mw_dns_stats stats = mw_dns_statistics(dns);
        g_assert_cmpuint(stats.queries, ==, G_N_ELEMENTS(cases));
        g_assert_cmpint(stats.elapsed_ms, ==, 0);
    }
    mw_cache_free(caches[0]);
    mw_cache_free(caches[1]);
}

static void test_long_txt(void) {
    GString *text = g_string_new("big.test. 60 IN TXT");
    for (int i = 0; i < 60000; i++) {
        if (i % 255 == 0)
            g_string_append(text, i ? "\" \"" : " \"");
        g_string_append_printf(text, "\\%03d", i % 256);
    }
    g_string_append(text, "\"\n");
    g_autoptr(mw_dns) dns = mw_dns_new(open_world(text->str, false), NULL);
    const mw_answer *answer = mw_dns_query_text(dns, "big.test", MW_TYPE_TXT, MW_FOR_AUTH, "test");
    g_assert_cmpuint(answer->n_records, ==, 1);
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_span joined = mw_rdata_txt(arena, &answer->records[0]);
    g_assert_cmpuint(joined.len, ==, 60000);
    g_assert_cmpint((uint8_t)joined.data[59999], ==, 59999 % 256);
    g_string_free(text, TRUE);
}

static void test_errors(void) {
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"a.test. A 192.0.2.1\n\nb.test. A 192.0.2\n", "w:3: not a A record: 192.0.2: *"},
        {"a.test. A 192.0.2.1 192.0.2.2\n", "w:1: not a A record*"},
        {"a.test. TXT \"open\nb.test. A 192.0.2.1\n", "w:1: a string has no closing quote"},
        {"a.test. TXT ( \"x\"\n", "w:1: a parenthesis is not closed"},
        {"a.test. TXT )\n", "w:1: a parenthesis is closed*"},
        {"a.test. TXT\n", "w:1: a TXT record without a string"},
        {"a.test. NOSUCH x\n", "w:1: NOSUCH is no record type"},
        {"a.test. 60 IN\n", "w:1: a record has no type"},
        {" A 192.0.2.1\n", "w:1: the first record has no name"},
        {"a..test. A 192.0.2.1\n", "w:1: a..test. is no domain name"},
        {"$INCLUDE other\n", "w:1: $INCLUDE is not understood"},
        {"\n;@ a.test. TXT\n", "w:2: a ;@ line needs NAME TYPE STATUS"},
        {";@ a.test. TXT LOST\n", "w:1: a ;@ line with a name, type or status*"},
        {";@ a.test. TXT NOTRECORDED\n", "w:1: NOTRECORDED cannot be recorded"},
        {";@ a.test. TXT TIMEOUT maybe\n", "w:1: a ;@ line with a word*"},
        {";@run at=yesterday\n", "w:1: a ;@run line without*"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(mw_source_zone_bytes(mw_span_of(cases[i].text), "w", &error));
        g_assert_error(error, MW_ERROR, MW_ERROR_DATA);
        if (!g_pattern_match_simple(cases[i].want, error->message))
            g_error("%s, not %s", error->message, cases[i].want);
    }
    g_autoptr(GError) error = NULL;
    g_assert_null(mw_source_zone("/nonexistent/zone", &error));
    g_assert_error(error, MW_ERROR, MW_ERROR_FILE);
}

static void test_run(void) {
    g_autoptr(mw_dns) dns = mw_dns_new(
        open_world(
            ";@run at=2026-11-22T03:00:00Z mailwhy=0.1.0 source=\"192.0.2.53, 2001:db8::53\" queries=57 "
            "unanswered=2 elapsed_ms=160\na.test. A 192.0.2.1\n",
            true),
        NULL);
    mw_dns_query_text(dns, "a.test", MW_TYPE_A, MW_FOR_PTR, "test");
    mw_dns_stats stats = mw_dns_statistics(dns);
    g_assert_cmpstr(stats.source, ==, "192.0.2.53, 2001:db8::53");
    g_assert_cmpuint(stats.queries, ==, 57);
    g_assert_cmpuint(stats.unanswered, ==, 2);
    g_assert_cmpint(stats.elapsed_ms, ==, 160);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dns/snapshot/world", test_world);
    g_test_add_func("/dns/snapshot/long-txt", test_long_txt);
    g_test_add_func("/dns/snapshot/errors", test_errors);
    g_test_add_func("/dns/snapshot/run", test_run);
    return g_test_run();
}
