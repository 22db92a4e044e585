#include "dmarc/dmarc.h"
#include "dns/source.h"

/* What SPF and DKIM said: "spf pass a.example", "dkim fail b.example", several with commas. */
typedef struct verdict_case {
    const char *from, *said, *zone;
    const char *now, *old; /* "fail reject" by RFC 9989 and RFC 7489 */
    const char *org;
} verdict_case;

#define EXAMPLE(record) "_dmarc.shop.example. 60 IN TXT \"" record "\"\n"

static const verdict_case cases[] = {
    {"shop.example", "spf pass shop.example", EXAMPLE("v=DMARC1; p=reject"), "pass", "pass", "shop.example"},
    {"shop.example", "dkim pass mail.shop.example", EXAMPLE("v=DMARC1; p=reject"), "pass", "pass",
     "shop.example"},
    {"mail.shop.example", "dkim pass shop.example", EXAMPLE("v=DMARC1; p=reject"), "pass", "pass",
     "shop.example"},
    {"shop.example", "spf pass mail.shop.example", EXAMPLE("v=DMARC1; p=reject; aspf=s"), "fail reject",
     "fail reject", "shop.example"},
    {"shop.example", "dkim pass mail.shop.example", EXAMPLE("v=DMARC1; p=reject; aspf=s"), "pass", "pass",
     "shop.example"},
    {"shop.example", "spf softfail shop.example, dkim fail shop.example", EXAMPLE("v=DMARC1; p=quarantine"),
     "fail quarantine", "fail quarantine", "shop.example"},
    {"shop.example", "spf pass list.example, dkim pass list.example", EXAMPLE("v=DMARC1; p=none"),
     "fail none", "fail none", "shop.example"},
    {"shop.example", "", "", "none", "none", "shop.example"},
    /* neighbours that only look alike */
    {"x.com", "dkim pass y.com", "_dmarc.x.com. 60 IN TXT \"v=DMARC1; p=reject\"\n", "fail reject",
     "fail reject", "x.com"},
    {"x.com", "spf pass com", "_dmarc.x.com. 60 IN TXT \"v=DMARC1; p=reject\"\n", "fail reject",
     "fail reject", "x.com"},
    {"shop.co.uk", "dkim pass other.co.uk, spf pass co.uk",
     "_dmarc.shop.co.uk. 60 IN TXT \"v=DMARC1; p=reject\"\n", "fail reject", "fail reject", "shop.co.uk"},
    {"co.uk", "dkim pass shop.co.uk", "_dmarc.co.uk. 60 IN TXT \"v=DMARC1; p=reject; psd=y\"\n",
     "fail reject", "fail reject", "co.uk"},
    {"ann.github.io", "dkim pass bob.github.io", "_dmarc.ann.github.io. 60 IN TXT \"v=DMARC1; p=reject\"\n",
     "fail reject", "fail reject", "ann.github.io"},
    /* a suffix that has a record without psd= makes one organisation of all below it, by RFC 9989 alone */
    {"ann.github.io", "dkim pass bob.github.io", "_dmarc.github.io. 60 IN TXT \"v=DMARC1; p=reject\"\n",
     "pass", "none", "github.io"},
    {"ann.github.io", "dkim pass bob.github.io",
     "_dmarc.github.io. 60 IN TXT \"v=DMARC1; p=reject; psd=y\"\n", "fail reject", "none", "ann.github.io"},
    {"notshop.example", "dkim pass shop.example",
     "_dmarc.notshop.example. 60 IN TXT \"v=DMARC1; p=reject\"\n", "fail reject", "fail reject",
     "notshop.example"},
    /* sp, np, psd, t, pct */
    {"news.shop.example", "", EXAMPLE("v=DMARC1; p=none; sp=reject") "news.shop.example. 60 IN A 192.0.2.1\n",
     "fail reject", "fail reject", "shop.example"},
    {"ghost.shop.example", "", EXAMPLE("v=DMARC1; p=none; sp=none; np=reject"), "fail reject", "fail none",
     "shop.example"},
    {"news.shop.example", "", EXAMPLE("v=DMARC1; p=none; np=reject") "news.shop.example. 60 IN MX 0 .\n",
     "fail none", "fail none", "shop.example"},
    {"news.shop.example", "",
     EXAMPLE("v=DMARC1; p=none; np=reject") ";@ news.shop.example. A TIMEOUT\n;@ news.shop.example. AAAA "
                                            "TIMEOUT\n"
                                            ";@ news.shop.example. MX TIMEOUT\n",
     "temperror", "fail none", "shop.example"},
    {"shop.example", "", EXAMPLE("v=DMARC1; p=reject; t=y"), "fail quarantine", "fail reject",
     "shop.example"},
    {"shop.example", "", EXAMPLE("v=DMARC1; p=reject; pct=0"), "fail reject", "fail quarantine",
     "shop.example"},
    {"a.b.shop.example", "dkim pass c.shop.example",
     EXAMPLE("v=DMARC1; p=none") "_dmarc.b.shop.example. 60 IN TXT \"v=DMARC1; p=reject; psd=n\"\n",
     "fail reject", "pass", "b.shop.example"},
    {"a.b.c.d.e.f.g.h.i.shop.example", "dkim pass shop.example", EXAMPLE("v=DMARC1; p=reject"), "pass",
     "pass", "shop.example"},
    /* the eighth query and no more: the record three labels below the top is not met */
    {"a.b.c.d.e.f.g.h.shop.example", "",
     "_dmarc.b.c.d.e.f.g.h.shop.example. 60 IN TXT \"v=DMARC1; p=reject\"\n", "none", "none",
     "a.b.c.d.e.f.g.h.shop.example"},
    /* records that can't be used */
    {"shop.example", "dkim pass shop.example", EXAMPLE("v=DMARC1; p=banana"), "none", "none", "shop.example"},
    {"shop.example", "", EXAMPLE("v=DMARC1; p=reject") EXAMPLE("v=DMARC1; p=none"), "none", "none",
     "shop.example"},
    {"shop.example", "", EXAMPLE("v=DMARC1; p=reject; p=none"), "none", "none", "shop.example"},
    {"shop.example", "", EXAMPLE("v=spf1 -all") EXAMPLE("v=DMARC1; p=reject"), "fail reject", "fail reject",
     "shop.example"},
    /* the DNS fails: neither pass nor fail */
    {"shop.example", "dkim pass shop.example", ";@ _dmarc.shop.example. TXT SERVFAIL\n", "temperror",
     "temperror", NULL},
    {"mail.shop.example", "", ";@ _dmarc.shop.example. TXT TIMEOUT\n", "temperror", "temperror", NULL},
    {"shop.example", "dkim pass shop.example",
     EXAMPLE("v=DMARC1; p=reject") ";@ _dmarc.example. TXT SERVFAIL\n", "pass", "pass", NULL},
    {"shop.example", "spf temperror shop.example", EXAMPLE("v=DMARC1; p=reject"), "temperror", "temperror",
     "shop.example"},
    {"shop.example", "spf temperror other.example, dkim fail shop.example", EXAMPLE("v=DMARC1; p=reject"),
     "fail reject", "fail reject", "shop.example"},
    {"shop.example", "spf temperror shop.example, dkim pass shop.example", EXAMPLE("v=DMARC1; p=reject"),
     "pass", "pass", "shop.example"},
    /* what could not be tested is no failure, where it could have aligned */
    {"shop.example", "spf untestable shop.example", EXAMPLE("v=DMARC1; p=reject"), "untestable", "untestable",
     "shop.example"},
    {"shop.example", "spf untestable -", EXAMPLE("v=DMARC1; p=reject"), "untestable", "untestable",
     "shop.example"},
    {"shop.example", "spf fail shop.example, dkim untestable mail.shop.example",
     EXAMPLE("v=DMARC1; p=reject"), "untestable", "untestable", "shop.example"},
    {"shop.example", "spf fail shop.example, dkim untestable other.example", EXAMPLE("v=DMARC1; p=reject"),
     "fail reject", "fail reject", "shop.example"},
    {"shop.example", "spf pass shop.example, dkim untestable shop.example", EXAMPLE("v=DMARC1; p=reject"),
     "pass", "pass", "shop.example"},
    {"shop.example", "spf untestable -", "", "none", "none", "shop.example"},
    /* several authors: the most strict verdict */
    {"shop.example,bank.example", "dkim pass shop.example",
     EXAMPLE("v=DMARC1; p=none") "_dmarc.bank.example. 60 IN TXT \"v=DMARC1; p=reject\"\n", "fail reject",
     "fail reject", "bank.example"},
    {"shop.example,bank.example", "dkim pass shop.example", EXAMPLE("v=DMARC1; p=none"), "none", "none",
     "bank.example"},
    /* no name of the DNS */
    {"[192.0.2.1]", "", "", "none", "none", NULL},
    {"192.0.2.1", "", "", "none", "none", NULL},
    {"shop..example", "", "", "none", "none", NULL},
    {"xn--mnchen-3ya.example", "dkim pass xn--mnchen-3ya.example",
     "_dmarc.xn--mnchen-3ya.example. 60 IN TXT \"v=DMARC1; p=reject\"\n", "pass", "pass",
     "xn--mnchen-3ya.example"},
    {"xn--mnchen-3ya.example", "dkim pass M\303\274nchen.example",
     "_dmarc.xn--mnchen-3ya.example. 60 IN TXT \"v=DMARC1; p=reject\"\n", "pass", "pass",
     "xn--mnchen-3ya.example"},
};

static mw_spf_result spf_result(const char *name) {
    for (int i = 0; i <= MW_SPF_UNTESTABLE; i++)
        if (strcmp(mw_spf_result_name((mw_spf_result)i), name) == 0)
            return (mw_spf_result)i;
    g_assert_not_reached();
}

static mw_dkim_result dkim_result(const char *name) {
    static const char *const names[] = {"pass",      "fail",   "neutral",   "temperror",
                                        "permerror", "policy", "untestable"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i], name) == 0)
            return (mw_dkim_result)i;
    g_assert_not_reached();
}

static void read_said(mw_arena *arena, const char *said, mw_dmarc_request *request) {
    GPtrArray *dkim = mw_array_new(arena);
    g_auto(GStrv) parts = g_strsplit(said, ", ", -1);
    for (char **p = parts; *p && **p; p++) {
        g_auto(GStrv) words = g_strsplit(*p, " ", 3);
        const char *domain = strcmp(words[2], "-") == 0 ? NULL : mw_strdup(arena, words[2]);
        if (strcmp(words[0], "spf") == 0) {
            mw_spf *spf = mw_new(arena, mw_spf);
            *spf = (mw_spf){.result = spf_result(words[1]), .domain = domain, .identity = "mailfrom"};
            request->spf = spf;
        } else {
            mw_dkim *signature = mw_new(arena, mw_dkim);
            *signature = (mw_dkim){.result = dkim_result(words[1]), .domain = domain};
            g_ptr_array_add(dkim, signature);
        }
    }
    request->dkim = dkim;
}

static mw_dns *world(const char *zone) {
    g_autoptr(GError) error = NULL;
    mw_source *source = mw_source_zone_bytes(mw_span_of(zone), "test", &error);
    g_assert_no_error(error);
    return mw_dns_new(source, NULL);
}

static const mw_dmarc *judge(mw_arena *arena, mw_dns *dns, const char *from, const char *said) {
    mw_dmarc_request request = {.from_domains = mw_array_new(arena), .advice = true};
    g_auto(GStrv) domains = g_strsplit(from, ",", -1);
    for (char **d = domains; *d && **d; d++)
        g_ptr_array_add(request.from_domains, mw_strdup(arena, *d));
    read_said(arena, said, &request);
    if (request.from_domains->len)
        mw_dmarc_prefetch(arena, dns, request.from_domains->pdata[0], NULL);
    return mw_dmarc_check(arena, dns, &request);
}

static char *words(mw_arena *arena, const mw_dmarc_verdict *v) {
    const char *result = mw_dmarc_result_name(v->result);
    return v->result == MW_DMARC_FAIL ? mw_printf(arena, "%s %s", result, mw_policy_name(v->disposition))
                                      : mw_strdup(arena, result);
}

static void test_verdicts(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const verdict_case *c = &cases[i];
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autoptr(mw_dns) dns = world(c->zone);
        const mw_dmarc *dmarc = judge(arena, dns, c->from, c->said);
        g_test_message("%s | %s | %s", c->from, c->said, c->zone);
        g_assert_cmpstr(words(arena, &dmarc->rfc9989), ==, c->now);
        g_assert_cmpstr(words(arena, &dmarc->rfc7489), ==, c->old);
        g_assert_cmpstr(dmarc->rfc9989.org_domain, ==, c->org);
        g_assert_true(!dmarc->difference == !strcmp(c->now, c->old));
    }
}

static void test_no_author(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_dns) dns = world("");
    const mw_dmarc *dmarc = judge(arena, dns, "", "spf pass shop.example");
    g_assert_cmpint(dmarc->rfc9989.result, ==, MW_DMARC_NONE);
    g_assert_nonnull(dmarc->rfc9989.reason);
    g_assert_null(dmarc->domain);
}

static void test_no_dns(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_dns) dns = mw_dns_new(mw_source_none(), NULL);
    const mw_dmarc *dmarc = judge(arena, dns, "shop.example", "dkim pass shop.example");
    g_assert_cmpint(dmarc->rfc9989.result, ==, MW_DMARC_UNTESTABLE);
    g_assert_cmpint(dmarc->rfc7489.result, ==, MW_DMARC_UNTESTABLE);
}

/* Each walk asks at most eight names, and a name is asked once. */
static void test_queries(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_dns) dns = world(EXAMPLE("v=DMARC1; p=reject"));
    judge(arena, dns, "a.b.c.d.e.f.g.h.i.j.shop.example", "dkim pass shop.example, dkim pass other.test");
    GPtrArray *asked = mw_dns_questions(dns, arena);
    guint walked = 0;
    for (guint i = 0; i < asked->len; i++) {
        const mw_asked *a = asked->pdata[i];
        walked += a->type == MW_TYPE_TXT;
    }
    g_assert_cmpuint(walked, ==, 8);
}

typedef struct defect_case {
    const char *zone, *ids;
    bool bad;
} defect_case;

static const defect_case defect_cases[] = {
    {EXAMPLE("v=DMARC1; p=reject"), "", false},
    {EXAMPLE("v=DMARC1; p=reject; sp=none"), "sp_weak", false},
    {EXAMPLE("v=DMARC1; p=reject; np=none"), "np_weak", false},
    {EXAMPLE("v=DMARC1; p=quarantine; sp=reject"), "", false},
    {EXAMPLE("v=DMARC1; p=none"), "monitoring", false},
    {EXAMPLE("v=DMARC1; p=reject; t=y; pct=50"), "testing pct", false},
    {EXAMPLE("v=DMARC1; p=banana"), "bad_value", true},
    {EXAMPLE("v=DMARC1; p=reject") EXAMPLE("v=DMARC1; p=none"), "several", true},
    {EXAMPLE("v=DMARC1 p=reject"), "version", true},
    {EXAMPLE("v=DMARC1; p=reject; p=reject"), "repeated_tag", true},
    {EXAMPLE("v=DMARC1; p=reject; rua=mailto:d@reports.test"), "reports", false},
    {EXAMPLE("v=DMARC1; p=reject; rua=mailto:d@mail.shop.example"), "", false},
    {EXAMPLE("v=DMARC1; p=reject; rua=mailto:d@reports.test") "shop.example._report._dmarc.reports.test. 60 "
                                                              "IN TXT \"v=DMARC1;\"\n",
     "", false},
    {EXAMPLE("v=DMARC1; p=reject; rua=mailto:d@reports.test") "*._report._dmarc.reports.test. 60 IN TXT "
                                                              "v=DMARC1\n",
     "", false},
    {EXAMPLE("v=DMARC1; p=reject; rua=mailto:d@reports.test") ";@ shop.example._report._dmarc.reports.test. "
                                                              "TXT SERVFAIL\n",
     "", false},
    {"shop.example. 60 IN TXT \"v=DMARC1; p=reject\"\n", "wrong_name", false},
    {"dmarc.shop.example. 60 IN TXT \"v=DMARC1; p=reject\"\n", "wrong_name", false},
    {"_dmarc.shop.example.shop.example. 60 IN TXT \"v=DMARC1; p=reject\"\n", "wrong_name", false},
    {"shop.example. 60 IN TXT \"v=spf1 -all\"\n", "", false},
    {"_dmarc.example. 60 IN TXT \"v=DMARC1; p=none; psd=y\"\n", "", false},
};

static void test_defects(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(defect_cases); i++) {
        const defect_case *c = &defect_cases[i];
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autoptr(mw_dns) dns = world(c->zone);
        const mw_dmarc *dmarc = judge(arena, dns, "shop.example", "");
        g_autoptr(GString) ids = g_string_new(NULL);
        for (guint k = 0; k < dmarc->defects->len; k++)
            g_string_append_printf(ids, "%s%s", k ? " " : "",
                                   ((const mw_spf_advice *)dmarc->defects->pdata[k])->id);
        g_test_message("%s", c->zone);
        g_assert_cmpstr(ids->str, ==, c->ids);
        g_assert_true(dmarc->bad_record == c->bad);
    }
}

static void test_would_align(void) {
    static const struct {
        const char *said, *record, *expected;
    } all[] = {
        {"dkim pass mail.shop.example", "v=DMARC1; p=reject; adkim=s", "adkim=r"},
        {"dkim fail shop.example", "v=DMARC1; p=reject", "Mend the DKIM signature of d=shop.example"},
        {"dkim pass esp.test", "v=DMARC1; p=reject", "signs with d=esp.test sign with d=shop.example"},
        {"spf pass esp.test", "v=DMARC1; p=reject",
         "If esp.test sends for you: let it sign with DKIM as d=shop.example"},
        {"spf fail shop.example", "v=DMARC1; p=reject", "let SPF pass for shop.example"},
        {"", "v=DMARC1; p=reject", "Sign with DKIM as d=shop.example"},
        {"dkim pass shop.example", "v=DMARC1; p=reject", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autoptr(mw_dns) dns =
            world(mw_printf(arena, "_dmarc.shop.example. 60 IN TXT \"%s\"\n", all[i].record));
        const mw_dmarc *dmarc = judge(arena, dns, "shop.example", all[i].said);
        if (!all[i].expected) {
            g_assert_null(dmarc->would_align);
            continue;
        }
        g_test_message("%s: %s", all[i].said, dmarc->would_align);
        g_assert_nonnull(strstr(dmarc->would_align, all[i].expected));
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dmarc/verdicts", test_verdicts);
    g_test_add_func("/dmarc/no_author", test_no_author);
    g_test_add_func("/dmarc/no_dns", test_no_dns);
    g_test_add_func("/dmarc/queries", test_queries);
    g_test_add_func("/dmarc/defects", test_defects);
    g_test_add_func("/dmarc/would_align", test_would_align);
    return g_test_run();
}
