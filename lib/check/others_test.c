/* Findings beside the results: flaws of SPF and DMARC records, and of unsubscribing. */
#include "check/world_test.h"

extern const mw_check mw_check_spf, mw_check_dmarc, mw_check_unsubscribe;

#define T(name, text) name " 60 IN TXT \"" text "\"\n"

static const char zone[] = T("ptr.example.", "v=spf1 ip4:198.51.100.1 ptr -all") T(
    "wide.example.",
    "v=spf1 "
    "ip4:198."
    "51.100."
    "1 "
    "ip4:192."
    "0.0.0/8 "
    "-all") T("incnone.example.",
              "v=spf1 ip4:198.51.100.1 include:none.example -all") T("incbad.example.",
                                                                     "v=spf1 ip4:198.51.100.1 "
                                                                     "include:broken.example "
                                                                     "-all") T("broken.example.",
                                                                               "v=spf1 foo:bar -all")
    T("unused.example.", "v=spf1 ip4:198.51.100.1 -all ip4:192.0.2.7") T(
        "void.example.",
        "v=spf1 a:v1.example a:v2.example ip4:198.51.100.1 -all") T("nearly.example.",
                                                                    "spf1 ip4:192.0.2.1 -all")
        T("many.example.",
          "v=spf1 ip4:198.51.100.1 a:a1.example a:a2.example a:a3.example a:a4.example "
          "a:a5.example a:a6.example "
          "a:a7.example a:a8.example a:a9.example a:aa.example a:ab.example "
          "-all") "a1.example. 60 IN A 192.0.2.90\na2.example. 60 IN A "
                  "192.0.2.90\na3.example. 60 IN A 192.0.2.90\n"
                  "a4.example. 60 IN A 192.0.2.90\na5.example. 60 IN A "
                  "192.0.2.90\na6.example. 60 IN A 192.0.2.90\n"
                  "a7.example. 60 IN A 192.0.2.90\na8.example. 60 IN A "
                  "192.0.2.90\na9.example. 60 IN A 192.0.2.90\n"
                  "aa.example. 60 IN A 192.0.2.90\nab.example. 60 IN A "
                  "192.0.2.90\n"
                  "long.example. 60 IN TXT \"v=spf1 ip4:198.51.100.1 ip4:192.0.2.10 ip4:192.0.2.11 "
                  "ip4:192.0.2.12 ip4:192.0.2.13 ip4:192.0.2.14 ip4:192.0.2.15 ip4:192.0.2.16 "
                  "ip4:192.0.2.17 ip4:192.0.2.18 ip4:192.0.2.19 ip4:192.0.2.20 ip4:192.0.2.21 "
                  "ip4:192.0.2.22 ip4:192.0.2.23 \" \"ip4:192.0.2.30 ip4:192.0.2.31 ip4:192.0.2.32 "
                  "ip4:192.0.2.33 ip4:192.0.2.34 ip4:192.0.2.35 ip4:192.0.2.36 ip4:192.0.2.37 "
                  "ip4:192.0.2.38 ip4:192.0.2.39 ip4:192.0.2.40 ip4:192.0.2.41 ip4:192.0.2.42 "
                  "ip4:192.0.2.43 ip4:192.0.2.44 ip4:192.0.2.45 -all\"\n"
                  "moved.example. 60 IN TXT \"v=spf1 ip4:192.0.2.44 -all\"\nmoved.example. 60 IN A "
                  "198.51.100.1\n" T(
                      "_dmarc.soft.example.",
                      "v=DMARC1; "
                      "p=none; "
                      "rua=mailto:a@"
                      "soft.example") "soft.example. 60 IN A 192.0.2.1\n" T("_dmarc.test.example.",
                                                                            "v=DMARC1; p=reject; "
                                                                            "t=y") "test.example. "
                                                                                   "60 IN A "
                                                                                   "192.0.2.1\n" T(
                                                                                       "_dmarc."
                                                                                       "pct."
                                                                                       "example.",
                                                                                       "v=DMARC1; "
                                                                                       "p=reject; "
                                                                                       "pct=50") "p"
                                                                                                 "c"
                                                                                                 "t"
                                                                                                 "."
                                                                                                 "e"
                                                                                                 "x"
                                                                                                 "a"
                                                                                                 "m"
                                                                                                 "p"
                                                                                                 "l"
                                                                                                 "e"
                                                                                                 "."
                                                                                                 " "
                                                                                                 "6"
                                                                                                 "0"
                                                                                                 " "
                                                                                                 "I"
                                                                                                 "N"
                                                                                                 " "
                                                                                                 "A"
                                                                                                 " "
                                                                                                 "1"
                                                                                                 "9"
                                                                                                 "2"
                                                                                                 "."
                                                                                                 "0"
                                                                                                 "."
                                                                                                 "2"
                                                                                                 "."
                                                                                                 "1"
                                                                                                 "\n" T(
                                                                                                     "_dmarc."
                                                                                                     "flaw."
                                                                                                     "example"
                                                                                                     ".",
                                                                                                     "v="
                                                                                                     "DMARC1;"
                                                                                                     " p="
                                                                                                     "reject;"
                                                                                                     " adkim="
                                                                                                     "x") "fl"
                                                                                                          "aw"
                                                                                                          ".e"
                                                                                                          "xa"
                                                                                                          "mp"
                                                                                                          "le"
                                                                                                          ". "
                                                                                                          "60"
                                                                                                          " I"
                                                                                                          "N "
                                                                                                          "A "
                                                                                                          "19"
                                                                                                          "2."
                                                                                                          "0."
                                                                                                          "2."
                                                                                                          "1"
                                                                                                          "\n";

static void test_spf(void) {
    static const struct {
        const char *domain, *want;
    } cases[] = {
        {"ptr.example", "SPF_PTR"},
        {"wide.example", "SPF_WIDE_RANGE"},
        {"incnone.example", "SPF_INCLUDE_NONE"},
        {"incbad.example", "SPF_BROKEN_INCLUDE"},
        {"unused.example", "SPF_UNUSED_TERMS"},
        {"void.example", "SPF_VOID_LOOKUP"},
        {"nearly.example", "SPF_NEARLY_A_RECORD"},
        {"many.example", "SPF_TOO_MANY_LOOKUPS"},
        {"long.example", "SPF_LONG_RECORD"},
        {"moved.example", "SPF_SERVER_MOVED"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        world w = world_new(&(world_spec){.zone = zone, .client_ip = "198.51.100.1", .helo = "h.example"});
        mw_envelope *envelope = (mw_envelope *)w.facts->envelope;
        envelope->mail_from_domain = cases[i].domain;
        envelope->mail_from = mw_printf(w.arena, "a@%s", cases[i].domain);
        world_run(&w, &mw_check_spf);
        if (!mw_found(w.facts, cases[i].want))
            g_error("%s: no %s, but %s", cases[i].domain, cases[i].want, world_symbols(&w));
        world_free(&w);
    }
}

static void test_dmarc(void) {
    static const struct {
        const char *domain, *want;
    } cases[] = {
        {"soft.example", "DMARC_POLICY_SOFTFAIL"}, {"soft.example", "DMARC_MONITORING"},
        {"test.example", "DMARC_TESTING"},         {"pct.example", "DMARC_TESTING"},
        {"flaw.example", "DMARC_RECORD_FLAW"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *message = g_strdup_printf("From: a@%s\n\nx\n", cases[i].domain);
        world w = world_new(&(world_spec){.zone = zone,
                                          .client_ip = "198.51.100.1",
                                          .helo = "h.example",
                                          .mail_from = "a@other.example",
                                          .message = message});
        w.facts->evidence = mw_new(w.arena, mw_evidence);
        w.facts->dkim = mw_array_new(w.arena);
        world_run(&w, &mw_check_spf);
        world_run(&w, &mw_check_dmarc);
        if (!mw_found(w.facts, cases[i].want))
            g_error("%s: no %s, but %s", cases[i].domain, cases[i].want, world_symbols(&w));
        world_free(&w);
    }
}

static void test_unsubscribe(void) {
    static const struct {
        const char *fields, *want;
    } cases[] = {
        {"", ""},
        {"Precedence: bulk\n", "UNSUBSCRIBE_MISSING"},
        {"List-Unsubscribe: http without brackets\n", "UNSUBSCRIBE_BROKEN"},
        {"List-Unsubscribe: <https://a.example/u>\n", "UNSUBSCRIBE_NOT_ONE_CLICK"},
        {"List-Unsubscribe: <https://a.example/u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n",
         "UNSUBSCRIBE_NOT_SIGNED"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *message = g_strconcat("From: a@a.example\n", cases[i].fields, "\nx\n", NULL);
        world w = world_new(&(world_spec){.message = message});
        w.facts->evidence = mw_new(w.arena, mw_evidence);
        w.facts->dkim = mw_array_new(w.arena);
        world_run(&w, &mw_check_unsubscribe);
        g_assert_cmpstr(world_symbols(&w), ==, cases[i].want);
        world_free(&w);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/others/spf", test_spf);
    g_test_add_func("/check/others/dmarc", test_dmarc);
    g_test_add_func("/check/others/unsubscribe", test_unsubscribe);
    return g_test_run();
}
