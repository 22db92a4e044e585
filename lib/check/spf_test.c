/* SPF's findings, each case in its own small DNS. */
#include "check/world_test.h"

extern const mw_check mw_check_spf;

static const char zone[] = "good.example. 60 IN TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"
                           "soft.example. 60 IN TXT \"v=spf1 ~all\"\n"
                           "open.example. 60 IN TXT \"v=spf1 +all\"\n"
                           "mute.example. 60 IN TXT \"v=spf1 ip4:192.0.2.1\"\n"
                           "bad.example. 60 IN TXT \"v=spf1 ipv4:192.0.2.1 -all\"\n"
                           "own.example. 60 IN TXT \"v=spf1 -all\"\n"
                           "own.example. 60 IN A 192.0.2.9\n"
                           "helo.example. 60 IN TXT \"v=spf1 -all\"\n"
                           ";@ dead.example. TXT SERVFAIL\n"
                           "empty.example. 60 IN A 192.0.2.1\n";

static void test_symbols(void) {
    static const struct {
        const char *ip, *helo, *mail_from, *want, *summary, *fix; /* of the first finding */
    } cases[] = {
        {"192.0.2.1", "h.test", "a@good.example", "R_SPF_ALLOW",
         "192.0.2.1 may send for good.example: \"ip4:192.0.2.1\"", NULL},
        {"192.0.2.2", "h.test", "a@good.example", "R_SPF_FAIL",
         "good.example does not list 192.0.2.2, and its record ends in -all", NULL},
        {"192.0.2.2", "h.test", "a@soft.example", "R_SPF_SOFTFAIL", NULL, NULL},
        {"192.0.2.2", "h.test", "a@mute.example", "R_SPF_NEUTRAL SPF_NO_ALL",
         "mute.example says nothing about 192.0.2.2: its record has no all at its end", NULL},
        {"192.0.2.2", "h.test", "a@open.example", "R_SPF_ALLOW R_SPF_PLUSALL", NULL, NULL},
        {"192.0.2.2", "h.test", "a@empty.example", "R_SPF_NA", "empty.example has no SPF record", NULL},
        {"192.0.2.2", "h.test", "a@bad.example", "R_SPF_PERMFAIL",
         "bad.example: unknown mechanism at offset 7: \"ipv4:192.0.2.1\"",
         "In the SPF record of bad.example: correct \"ipv4:192.0.2.1\": ip4 was meant, it seems."},
        {"192.0.2.9", "h.test", "a@own.example", "R_SPF_FAIL SPF_OWN_SERVER_MISSING", NULL,
         "Add ip4:192.0.2.9 to the SPF record of own.example."},
        {"192.0.2.2", "h.test", "a@dead.example", "R_SPF_FAIL? R_SPF_DNSFAIL", NULL, NULL},
        {"192.0.2.2", "helo.example", "", "R_SPF_FAIL",
         "helo.example does not list 192.0.2.2, and its record ends in -all (judged by the HELO name, as the "
         "envelope sender is empty)",
         NULL},
        {NULL, "h.test", "a@good.example", "R_SPF_FAIL?", NULL, NULL},
        {"192.0.2.2", NULL, NULL, "R_SPF_FAIL?", NULL, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        world w = world_new(&(world_spec){
            .zone = zone, .client_ip = cases[i].ip, .helo = cases[i].helo, .mail_from = cases[i].mail_from});
        world_run(&w, &mw_check_spf);
        g_test_message("%s %s", cases[i].ip, cases[i].mail_from);
        g_assert_cmpstr(world_symbols(&w), ==, cases[i].want);
        const mw_finding *first = *cases[i].want ? w.facts->findings->pdata[0] : NULL;
        if (cases[i].summary)
            g_assert_cmpstr(first->summary, ==, cases[i].summary);
        if (cases[i].fix)
            g_assert_cmpstr(first->fix, ==, cases[i].fix);
        g_assert_cmpint(w.facts->notices->len, ==, first == NULL);
        world_free(&w);
    }
}

static void test_unanswered(void) {
    world w = world_new(
        &(world_spec){.zone = zone, .client_ip = "192.0.2.2", .helo = "h", .mail_from = "a@dead.example"});
    world_run(&w, &mw_check_spf);
    g_assert_true(((mw_finding *)w.facts->findings->pdata[0])->counts_for_exit);
    world_free(&w);
    w = world_new(
        &(world_spec){.zone = zone, .client_ip = "192.0.2.2", .helo = "h", .mail_from = "a@dead.example"});
    mw_dns_free(w.dns);
    w.facts->dns = w.dns = mw_dns_new(mw_source_none(), NULL);
    w.facts->no_dns = true;
    world_run(&w, &mw_check_spf);
    g_assert_cmpstr(world_symbols(&w), ==, "R_SPF_FAIL?");
    g_assert_true(((mw_finding *)w.facts->findings->pdata[0])->counts_for_exit);
    world_free(&w);
}

/* Addresses that the trace says, not the user. */
static void test_not_judged(void) {
    static const struct {
        const char *ip;
        bool authenticated, copy;
        const char *want;
    } cases[] = {
        {"192.0.2.2", false, false, "R_SPF_FAIL"},
        {"10.1.2.3", false, false, "R_SPF_FAIL?"},
        {"192.0.2.2", true, false, ""},
        {"192.0.2.2", false, true, ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        world w = world_new(&(world_spec){
            .zone = zone, .client_ip = cases[i].ip, .helo = "h.test", .mail_from = "a@good.example"});
        mw_trace *trace = mw_new(w.arena, mw_trace);
        mw_hop *hop = mw_new(w.arena, mw_hop);
        mw_evidence *evidence = mw_new(w.arena, mw_evidence);
        ((mw_envelope *)w.facts->envelope)->client_ip_given = false;
        trace->hops = mw_array_new(w.arena);
        hop->authenticated = cases[i].authenticated;
        evidence->sender_copy = cases[i].copy;
        g_ptr_array_add(trace->hops, hop);
        w.facts->trace = trace;
        w.facts->evidence = evidence;
        world_run(&w, &mw_check_spf);
        g_assert_cmpstr(world_symbols(&w), ==, cases[i].want);
        g_assert_cmpint(w.facts->spf->result, ==,
                        strcmp(cases[i].want, "R_SPF_FAIL") == 0 ? MW_SPF_FAIL : MW_SPF_UNTESTABLE);
        world_free(&w);
    }
}

/* A pass that the receiver recorded for the same sender and client takes the points away. */
static void test_changed_since(void) {
    static const struct {
        const char *result, *name, *value;
        double scale;
    } cases[] = {
        {"pass", "smtp.mailfrom", "a@good.example", 0},
        {"pass", "smtp.mailfrom", "good.example", 0},
        {"pass", "envelope-from", "<A@GOOD.example>", 0},
        {"pass", "smtp.mailfrom", "a@other.example", 1},
        {"pass", "client-ip", "192.0.2.1", 1},
        {"pass", "client-ip", "192.0.2.2", 0},
        {"pass", "smtp.helo", "h.test", 1},
        {"fail", "smtp.mailfrom", "a@good.example", 1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        world w = world_new(&(world_spec){
            .zone = zone, .client_ip = "192.0.2.2", .helo = "h.test", .mail_from = "a@good.example"});
        mw_property property = {cases[i].name, cases[i].value};
        mw_claim claim = {.trusted = true,
                          .method = "spf",
                          .result = cases[i].result,
                          .properties = &property,
                          .n_properties = 1};
        g_ptr_array_add(w.facts->claims, &claim);
        ((mw_envelope *)w.facts->envelope)->client_ip_given = false;
        world_run(&w, &mw_check_spf);
        const mw_finding *finding = w.facts->findings->pdata[0];
        g_assert_cmpstr(finding->symbol->name, ==, "R_SPF_FAIL");
        g_assert_cmpfloat(finding->scale, ==, cases[i].scale);
        g_assert_cmpint(g_str_has_prefix(finding->summary, "changed since"), ==, cases[i].scale == 0);
        world_free(&w);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/spf/symbols", test_symbols);
    g_test_add_func("/check/spf/unanswered", test_unanswered);
    g_test_add_func("/check/spf/not-judged", test_not_judged);
    g_test_add_func("/check/spf/changed-since", test_changed_since);
    return g_test_run();
}
