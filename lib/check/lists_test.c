/* Lists: every state, by a zone of its own; nothing that refuses or is silent ever counts. */
#include "check/world_test.h"
#include "base/domain.h"
#include "check/zones.h"

#include <glib/gstdio.h>

extern const mw_check mw_check_lists;

/* Test entries of the two Spamhaus lists as they should be. */
#define ZEN_TEST "2.0.0.127.zen.spamhaus.org. 60 IN A 127.0.0.2\n"
#define DBL_TEST "dbltest.com.dbl.spamhaus.org. 60 IN A 127.0.1.2\n"

static const struct {
    const char *name, *zone, *lists;
    mw_list_state state;
    const char *want; /* symbols */
} states[] = {
    {"listed", ZEN_TEST "9.2.0.192.zen.spamhaus.org. 60 IN A 127.0.0.3\n", "zen.spamhaus.org", MW_LIST_LISTED,
     "RBL_SPAMHAUS_CSS"},
    {"two codes",
     ZEN_TEST
     "9.2.0.192.zen.spamhaus.org. 60 IN A 127.0.0.4\n9.2.0.192.zen.spamhaus.org. 60 IN A 127.0.0.11\n",
     "zen.spamhaus.org", MW_LIST_LISTED, "RBL_SPAMHAUS_XBL RBL_SPAMHAUS_PBL"},
    {"code without weight", ZEN_TEST "9.2.0.192.zen.spamhaus.org. 60 IN A 127.0.0.30\n", "zen.spamhaus.org",
     MW_LIST_LISTED, ""},
    {"clean", ZEN_TEST, "zen.spamhaus.org", MW_LIST_CLEAN, ""},
    {"silent test", "x.example. 60 IN A 192.0.2.1\n", "zen.spamhaus.org", MW_LIST_UNKNOWN, ""},
    {"listed, silent test", "9.2.0.192.zen.spamhaus.org. 60 IN A 127.0.0.2\n", "zen.spamhaus.org",
     MW_LIST_UNKNOWN, ""},
    {"refused", ZEN_TEST "9.2.0.192.zen.spamhaus.org. 60 IN A 127.255.255.254\n", "zen.spamhaus.org",
     MW_LIST_REFUSED, ""},
    {"refused by code", ";@ 9.2.0.192.zen.spamhaus.org. A REFUSED\n", "zen.spamhaus.org", MW_LIST_REFUSED,
     ""},
    {"test refused", "*.zen.spamhaus.org. 60 IN A 127.255.255.255\n", "zen.spamhaus.org", MW_LIST_REFUSED,
     ""},
    {"lying resolver", ZEN_TEST "9.2.0.192.zen.spamhaus.org. 60 IN A 198.51.100.80\n", "zen.spamhaus.org",
     MW_LIST_REFUSED, ""},
    {"time-out", ZEN_TEST ";@ 9.2.0.192.zen.spamhaus.org. A TIMEOUT\n", "zen.spamhaus.org", MW_LIST_UNKNOWN,
     ""},
    {"undocumented", ZEN_TEST "9.2.0.192.zen.spamhaus.org. 60 IN A 127.0.0.77\n", "zen.spamhaus.org",
     MW_LIST_UNKNOWN, ""},
    {"lists all", "*.zen.spamhaus.org. 60 IN A 127.0.0.2\n", "zen.spamhaus.org", MW_LIST_DEAD, ""},
    {"gone", "9.2.0.192.ix.dnsbl.manitu.net. 60 IN A 127.0.0.2\n", "ix.dnsbl.manitu.net", MW_LIST_DEAD, ""},
    {"gone, below", "x.example. 60 IN A 192.0.2.1\n", "spam.dnsbl.sorbs.net", MW_LIST_DEAD, ""},
    {"no key", "x.example. 60 IN A 192.0.2.1\n", "{key}.zen.dq.spamhaus.net", MW_LIST_NOT_ASKED, ""},
    {"test entry is a refusal code",
     "2.0.0.127.list.dnswl.org. 60 IN A 127.0.10.0\n9.2.0.192.list.dnswl.org. 60 IN A 127.0.5.2\n",
     "list.dnswl.org", MW_LIST_LISTED, "RCVD_IN_DNSWL_MED"},
    {"over-used",
     "2.0.0.127.list.dnswl.org. 60 IN A 127.0.10.0\n9.2.0.192.list.dnswl.org. 60 IN A 127.0.10.3\n",
     "list.dnswl.org", MW_LIST_REFUSED, ""},
    {"unknown zone",
     "2.0.0.127.rbl.own.example. 60 IN A 127.0.0.2\n9.2.0.192.rbl.own.example. 60 IN A 127.0.0.5\n",
     "rbl.own.example", MW_LIST_LISTED, "RBL_OTHER"},
    {"no test entry, listed", "9.2.0.192.pbl.abuse.ro. 60 IN A 127.0.0.9\n", "pbl.abuse.ro", MW_LIST_LISTED,
     "RBL_OTHER"},
    {"no test entry, not listed", "x.example. 60 IN A 192.0.2.1\n", "pbl.abuse.ro", MW_LIST_UNKNOWN, ""},
};

static void test_states(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
        world w = world_new(&(world_spec){.zone = states[i].zone,
                                          .client_ip = "192.0.2.9",
                                          .lists = states[i].lists,
                                          .message = "To: b@example.net\n\nhello\n"});
        world_run(&w, &mw_check_lists);
        g_test_message("%s", states[i].name);
        g_assert_cmpint(w.facts->list_entries->len, ==, 1);
        const mw_list_entry *entry = w.facts->list_entries->pdata[0];
        g_assert_cmpint(entry->state, ==, states[i].state);
        g_assert_cmpstr(world_symbols(&w), ==, states[i].want);
        bool usable = entry->state == MW_LIST_LISTED || entry->state == MW_LIST_CLEAN;
        g_assert_cmpint(w.facts->notices->len, ==, usable ? 0 : 1);
        world_free(&w);
    }
}

static void test_domains(void) {
    static const char zone[] = ZEN_TEST DBL_TEST "bad.example.dbl.spamhaus.org. 60 IN A 127.0.1.2\n"
                                                 "*.bad.example.dbl.spamhaus.org. 60 IN A 127.0.1.2\n"
                                                 "phish.example.dbl.spamhaus.org. 60 IN A 127.0.1.4\n";
    world w = world_new(
        &(world_spec){.zone = zone,
                      .client_ip = "192.0.2.9",
                      .helo = "mail.bad.example",
                      .mail_from = "x@news.bad.example",
                      .lists = "dbl.spamhaus.org",
                      .message = "From: A <a@shop.bad.example>\nReply-To: <b@phish.example>\n\nhello\n"});
    world_run(&w, &mw_check_lists);
    g_assert_cmpstr(world_symbols(&w), ==, "DBL_SPAM DBL_PHISH");
    g_assert_cmpint(w.facts->list_entries->len, ==, 2);
    g_assert_cmpstr(((mw_list_entry *)w.facts->list_entries->pdata[0])->subject, ==, "bad.example");
    world_free(&w);
}

/* An address literal as HELO is never asked at a list of domains. */
static void test_no_address_at_domain_list(void) {
    world w = world_new(&(world_spec){.zone = DBL_TEST,
                                      .client_ip = "192.0.2.9",
                                      .helo = "[192.0.2.9]",
                                      .lists = "dbl.spamhaus.org",
                                      .message = "To: b@example.net\n\nhello\n"});
    world_run(&w, &mw_check_lists);
    g_assert_cmpint(w.facts->list_entries->len, ==, 0);
    g_assert_cmpint(mw_dns_questions(w.dns, w.arena)->len, ==, 0);
    world_free(&w);
}

static mw_hop *hop(world *w, const char *ip, mw_role role) {
    mw_hop *h = mw_new(w->arena, mw_hop);
    mw_ip_parse(mw_span_of(ip), &h->from_ip);
    h->role = role;
    return h;
}

static void test_hops(void) {
    static const char zone[] = ZEN_TEST "5.2.0.192.zen.spamhaus.org. 60 IN A 127.0.0.4\n"
                                        "6.2.0.192.zen.spamhaus.org. 60 IN A 127.0.0.11\n"
                                        "7.2.0.192.zen.spamhaus.org. 60 IN A 127.0.0.2\n";
    world w = world_new(&(world_spec){.zone = zone, .client_ip = "192.0.2.9", .lists = "zen.spamhaus.org"});
    mw_trace *trace = mw_new(w.arena, mw_trace);
    trace->hops = mw_array_new(w.arena);
    g_ptr_array_add(trace->hops, hop(&w, "192.0.2.9", MW_ROLE_BOUNDARY));
    g_ptr_array_add(trace->hops, hop(&w, "192.0.2.5", MW_ROLE_SENDER));
    g_ptr_array_add(trace->hops, hop(&w, "192.0.2.6", MW_ROLE_SENDER));
    g_ptr_array_add(trace->hops, hop(&w, "192.0.2.7", MW_ROLE_SUBMISSION));
    g_ptr_array_add(trace->hops, hop(&w, "10.0.0.7", MW_ROLE_SENDER));
    w.facts->trace = trace;
    world_run(&w, &mw_check_lists);
    g_assert_cmpstr(world_symbols(&w), ==, "RECEIVED_SPAMHAUS_XBL");
    g_assert_cmpint(w.facts->list_entries->len, ==, 3);
    world_free(&w);
}

static void test_link_hosts(void) {
    static const char zone[] =
        ZEN_TEST "www.site.example. 60 IN A 192.0.2.80\n80.2.0.192.zen.spamhaus.org. 60 IN A 127.0.0.3\n"
                 "inner.example. 60 IN A 10.0.0.1\n";
    world w = world_new(
        &(world_spec){.zone = zone,
                      .lists = "zen.spamhaus.org",
                      .message = "To: b@example.net\n\nhttp://www.site.example/x http://inner.example/\n"});
    world_run(&w, &mw_check_lists);
    g_assert_cmpstr(world_symbols(&w), ==, "URIBL_SBL_CSS");
    g_assert_cmpint(w.facts->list_entries->len, ==, 1);
    world_free(&w);
}

static void test_nothing_to_judge(void) {
    static const char *const ips[] = {NULL, "10.0.0.1", "127.0.0.1"};
    for (size_t i = 0; i < G_N_ELEMENTS(ips); i++) {
        world w =
            world_new(&(world_spec){.zone = ZEN_TEST, .client_ip = ips[i], .lists = "zen.spamhaus.org"});
        world_run(&w, &mw_check_lists);
        g_assert_cmpint(w.facts->list_entries->len, ==, 0);
        g_assert_cmpint(mw_dns_questions(w.dns, w.arena)->len, ==, 0);
        world_free(&w);
    }
}

static void test_key(void) {
    g_autofree char *folder = g_dir_make_tmp("mailwhy-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "keys.ini", NULL);
    g_assert_true(g_file_set_contents(file, "[keys]\nspamhaus=s3cr3tk3y\n", -1, NULL));
    static const char zone[] = "2.0.0.127.s3cr3tk3y.zen.dq.spamhaus.net. 60 IN A 127.0.0.2\n"
                               "9.2.0.192.s3cr3tk3y.zen.dq.spamhaus.net. 60 IN A 127.0.0.2\n";
    world w = world_new(&(world_spec){.zone = zone, .client_ip = "192.0.2.9", .data = folder});
    world_run(&w, &mw_check_lists);
    g_assert_true(mw_found(w.facts, "RBL_SPAMHAUS_SBL") != NULL);
    GPtrArray *asked = mw_dns_questions(w.dns, w.arena);
    for (guint i = 0; i < asked->len; i++)
        g_assert_null(strstr(mw_name_text(w.arena, &((mw_asked *)asked->pdata[i])->name), "s3cr3t"));
    for (guint i = 0; i < w.facts->list_entries->len; i++) {
        const mw_list_entry *entry = w.facts->list_entries->pdata[i];
        g_assert_null(strstr(entry->zone, "s3cr3t"));
        g_assert_cmpstr(entry->zone, !=, "zen.spamhaus.org");
        g_assert_true(!entry->meaning || !strstr(entry->meaning, "s3cr3t"));
    }
    for (guint i = 0; i < w.facts->findings->len; i++) {
        const mw_finding *finding = w.facts->findings->pdata[i];
        g_assert_null(strstr(finding->summary, "s3cr3t"));
        g_assert_null(strstr(finding->evidence, "s3cr3t"));
    }
    for (guint i = 0; i < w.facts->notices->len; i++)
        g_assert_null(strstr(w.facts->notices->pdata[i], "s3cr3t"));
    world_free(&w);
    g_remove(file);
    g_rmdir(folder);
}

/* Every row of the table reads, and every symbol in it is in the catalogue. */
static void test_table(void) {
    world w = world_new(&(world_spec){0});
    g_autoptr(GError) error = NULL;
    GPtrArray *zones = mw_zones_choose(w.data, w.arena, "all", &error);
    g_assert_no_error(error);
    g_assert_cmpint(zones->len, >, 60);
    for (guint i = 0; i < zones->len; i++) {
        const mw_zone *zone = zones->pdata[i];
        g_assert_true(mw_domain_valid(zone->zone));
        g_assert_null(mw_zone_dead(w.data, w.arena, zone->zone));
        for (size_t j = 0; j < zone->n_codes; j++)
            if (zone->codes[j].symbol && !mw_catalogue_find(w.facts->catalogue, zone->codes[j].symbol))
                g_error("%s: no symbol %s", zone->zone, zone->codes[j].symbol);
    }
    g_assert_null(mw_zones_choose(w.data, w.arena, "no list at all", &error));
    g_assert_error(error, MW_ERROR, MW_ERROR_OPTION);
    world_free(&w);
}

/* Every code of every zone raises its symbol: for the connecting address, or for the domain in From. */
static void test_every_code(void) {
    world all = world_new(&(world_spec){0});
    GPtrArray *zones = mw_zones_choose(all.data, all.arena, "all", NULL);
    for (guint i = 0; i < zones->len; i++) {
        const mw_zone *zone = zones->pdata[i];
        bool by_ip = zone->ask & (MW_ASK_IP4 | MW_ASK_IP6), six = !(zone->ask & MW_ASK_IP4) && by_ip;
        for (size_t j = 0; j < zone->n_codes; j++) {
            const mw_zone_code *code = &zone->codes[j];
            if (!code->symbol || !(by_ip || (zone->ask & (MW_ASK_FROM | MW_ASK_DKIM))))
                continue;
            const char *label = six     ? "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"
                                : by_ip ? "9.2.0.192"
                                        : "shop.example";
            const uint8_t *a = code->low;
            g_autoptr(GString) text = g_string_new(NULL);
            if (zone->tests[0]) {
                const char *answer = strchr(zone->tests[0], '=');
                g_string_append_printf(text, "%.*s.%s. 60 IN A %s\n", (int)strcspn(zone->tests[0], "="),
                                       zone->tests[0], zone->zone, answer ? answer + 1 : "127.0.0.2");
            }
            if (code->bit)
                g_string_append_printf(text, "%s.%s. 60 IN A 127.0.0.%u\n", label, zone->zone, code->bit);
            else
                g_string_append_printf(text, "%s.%s. 60 IN A %u.%u.%u.%u\n", label, zone->zone, a[0], a[1],
                                       a[2], a[3]);
            world w = world_new(&(world_spec){.zone = text->str,
                                              .lists = zone->show,
                                              .client_ip = six ? "2001:db8::1" : "192.0.2.9",
                                              .mail_from = "",
                                              .message = "From: a@shop.example\n\nx\n"});
            mw_dkim dkim = {.domain = "shop.example", .result = MW_DKIM_PASS};
            w.facts->dkim = mw_array_new(w.arena);
            g_ptr_array_add(w.facts->dkim, &dkim);
            world_run(&w, &mw_check_lists);
            if (!mw_found(w.facts, code->symbol))
                g_error("%s: %s is not raised: %s", zone->show, code->symbol, world_symbols(&w));
            world_free(&w);
        }
    }
    world_free(&all);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/lists/states", test_states);
    g_test_add_func("/check/lists/domains", test_domains);
    g_test_add_func("/check/lists/no-address", test_no_address_at_domain_list);
    g_test_add_func("/check/lists/hops", test_hops);
    g_test_add_func("/check/lists/link-hosts", test_link_hosts);
    g_test_add_func("/check/lists/nothing", test_nothing_to_judge);
    g_test_add_func("/check/lists/key", test_key);
    g_test_add_func("/check/lists/table", test_table);
    g_test_add_func("/check/lists/every-code", test_every_code);
    return g_test_run();
}
