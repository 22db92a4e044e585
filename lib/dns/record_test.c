#include "dns/ldns.h"
#include "dns/types.h"
#include "dns/server_test.h"

static const char world[] =
    "a.test. 60 TXT \"v=spf1 -all\" \"x\\000\\\"y\\255\"\na.test. TXT \"zz\"\na.test. MX 10 "
    "mx.a.test.\na.test. MX 0 .\n"
    "mx.a.test. 30 A 192.0.2.1\nwww.test. 20 CNAME mx.a.test.\n*.wild.test. A 192.0.2.9\n"
    "quote.test. PTR q\\\"\\;\\(\\027x.test.\n"
    "odd\\000\\.\\255x.test. TXT \"odd\"\n2.0.0.127.secretsecret.list.test. A 127.0.0.2\n"
    "2.0.0.127.secretsecret.list.test. TXT \"see http://list.test/SecretSecret\"\n"
    ";@ slow.test. TXT TIMEOUT\n;@ fail.test. A SERVFAIL ttl=30 bogus why=\"a signature expired\"\n"
    ";@ fail.test. MX REFUSED\n;@ mx.a.test. AAAA BADANSWER\n;@ sure.test. A OK secure\nsure.test. A "
    "192.0.2.7\n"
    ";@ gone.test. TXT NXDOMAIN ttl=77 secure\n";

static const struct {
    const char *name, *type;
} questions[] = {
    {"a.test", "TXT"},
    {"A.test", "MX"},
    {"mx.a.test", "A"},
    {"www.test", "A"},
    {"www.test", "TXT"},
    {"www.test", "CNAME"},
    {"x.wild.test", "A"},
    {"x.wild.test", "AAAA"},
    {"*.wild.test", "A"},
    {"no.test", "A"},
    {"gone.test", "TXT"},
    {"slow.test", "TXT"},
    {"fail.test", "A"},
    {"fail.test", "MX"},
    {"mx.a.test", "AAAA"},
    {"sure.test", "A"},
    {"odd\\000\\.\\255x.test", "TXT"},
    {"2.0.0.127.SecretSecret.list.test", "A"},
    {"2.0.0.127.SecretSecret.list.test", "TXT"},
    {"quote.test", "PTR"},
    {"test", "NS"},
    {".", "TXT"},
};

static void ask_all(mw_dns *dns, GString *out) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(questions); i++) {
        mw_name name;
        g_assert_true(mw_name_read_escaped(mw_span_of(questions[i].name), &name));
        uint16_t type = mw_type_read(mw_span_of(questions[i].type));
        const mw_answer *a = mw_dns_query(dns, &name, type, MW_FOR_OTHER, "test");
        g_string_append_printf(out, "%s %s %s %u %d%d =%s %s:", questions[i].name, questions[i].type,
                               mw_dns_status_name(a->status), a->ttl, a->secure, a->bogus,
                               mw_name_text(arena, &a->canonical), a->why_bogus ? a->why_bogus : "");
        for (size_t k = 0; k < a->n_records; k++)
            g_string_append_printf(out, " %s", mw_rdata_text(arena, type, &a->records[k]));
        g_string_append_c(out, '\n');
    }
}

/* Without the secret, which a replay cannot know. */
static char *without_secret(const GString *text) {
    g_auto(GStrv) parts = g_strsplit(text->str, "SecretSecret", -1);
    return g_strjoinv("key", parts);
}

static char *record(mw_source *source, mw_arena *arena, GString *out) {
    g_autoptr(mw_dns) dns = mw_dns_new(source, NULL);
    mw_dns_hide(dns, "secretsecret");
    ask_all(dns, out);
    mw_dns_stats stats = mw_dns_statistics(dns);
    return mw_dns_recording(dns, 1795316400, &stats, arena);
}

static void check_replay(mw_source *source) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GString) first = g_string_new(NULL);
    g_autoptr(GString) second = g_string_new(NULL);
    char *recording = record(source, arena, first);
    g_assert_null(strcasestr(recording, "secretsecret"));
    g_autoptr(GError) error = NULL;
    mw_source *replay = mw_source_replay_bytes(mw_span_of(recording), "r", &error);
    g_assert_no_error(error);
    g_assert_cmpint(mw_source_run(replay)->at, ==, 1795316400);
    char *again = record(replay, arena, second);
    g_autofree char *want = without_secret(first), *got = without_secret(second);
    g_assert_cmpstr(got, ==, want);
    g_assert_cmpstr(again, ==, recording);
}

static void test_zone(void) {
    g_autoptr(GError) error = NULL;
    mw_source *source = mw_source_zone_bytes(mw_span_of(world), "w", &error);
    g_assert_no_error(error);
    check_replay(source);
}

static void test_live(void) {
    g_autoptr(test_server) server = test_server_new(world, 0);
    const char *servers[] = {test_server_address(server), NULL};
    check_replay(mw_source_unbound(&(mw_unbound_options){.servers = servers}, NULL));
}

static void test_pending(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(test_server) server = test_server_new(world, 0);
    const char *servers[] = {test_server_address(server), NULL};
    mw_source *source = mw_source_unbound(&(mw_unbound_options){.servers = servers}, NULL);
    mw_dns_limits limits = {.queries = 2, .query_ms = 100, .run_ms = 500};
    g_autoptr(mw_dns) dns = mw_dns_new(source, &limits);
    mw_dns_prefetch_text(dns, "drop.test", MW_TYPE_A, MW_FOR_LIST, "test");
    mw_dns_query_text(dns, "drop2.test", MW_TYPE_A, MW_FOR_LIST, "test");
    mw_dns_query_text(dns, "more.test", MW_TYPE_A, MW_FOR_LIST, "test");
    mw_dns_stats stats = mw_dns_statistics(dns);
    char *recording = mw_dns_recording(dns, 0, &stats, arena);
    g_assert_nonnull(strstr(recording, "\n;@ drop.test. A TIMEOUT\n"));
    g_assert_nonnull(strstr(recording, "\n;@ more.test. A BUDGET\n"));
    g_assert_nonnull(strstr(recording, " queries=2 unanswered=2 "));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dns/record/zone", test_zone);
    g_test_add_func("/dns/record/live", test_live);
    g_test_add_func("/dns/record/pending", test_pending);
    return g_test_run();
}
