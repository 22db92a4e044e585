#include "spf/spf.h"
#include "base/limits.h"
#include "dns/source.h"

static mw_dns *world_of(const char *zone) {
    GError *error = NULL;
    mw_source *source = mw_source_zone_bytes(mw_span_of(zone), "test.zone", &error);
    g_assert_no_error(error);
    return mw_dns_new(source, NULL);
}

static const mw_spf *check(mw_arena *arena, mw_dns *dns, const char *ip, const char *helo,
                           const char *mail_from) {
    mw_spf_request request = {.helo = helo, .mail_from = mail_from, .receiver = "mx.test", .now = 1767225600};
    if (ip)
        g_assert_true(mw_ip_parse(mw_span_of(ip), &request.client_ip));
    mw_spf_prefetch(arena, dns, &request);
    return mw_spf_check(arena, dns, &request);
}

static const char zone[] =
    "$ORIGIN shop.test.\n"
    "@ 60 IN TXT \"v=spf1 ip4:192.0.2.0/28 include:_spf.host.test ~all\"\n"
    "@ 60 IN MX 5 mail\n"
    "mail 60 IN A 203.0.113.80\n"
    "_spf.host.test. 60 IN TXT \"v=spf1 include:eu.host.test include:us.host.test ?all\"\n"
    "eu.host.test. 60 IN TXT \"v=spf1 ip4:198.51.100.0/25 ip6:2001:db8:1::/48 -all\"\n"
    "us.host.test. 60 IN TXT \"v=spf1 ip4:198.51.100.128/25 -all\"\n"
    "relay 60 IN TXT \"v=spf1 a -all exp=why.shop.test\"\n"
    "relay 60 IN A 192.0.2.200\n"
    "why 60 IN TXT \"%{i} is not %{h}%_at %{t} for %{r}\"\n"
    "moved 60 IN TXT \"v=spf1 redirect=relay.shop.test\"\n"
    "typo 60 IN TXT \"v=spf1 a:shop.-test -all\"\n"
    "inner 60 IN TXT \"v=spf1 include:typo.shop.test -all\"\n"
    "two 60 IN TXT \"v=spf1 mx -all\"\n"
    "two 60 IN TXT \"v=spf1 ip4:192.0.2.1 mx ~all\"\n"
    "dead 60 IN TXT \"v=spf1 a:gone.shop.test -all\"\n"
    ";@ gone.shop.test. A SERVFAIL\n"
    ";@ silent.shop.test. TXT TIMEOUT\n"
    "voids 60 IN TXT \"v=spf1 a:n1.shop.test mx:n2.shop.test exists:n3.shop.test -all\"\n"
    "two-voids 60 IN TXT \"v=spf1 a:n1.shop.test mx:n2.shop.test -all\"\n"
    "nullmx 60 IN TXT \"v=spf1 mx -all\"\n"
    "nullmx 60 IN MX 0 .\n"
    "long-name 60 IN TXT \"v=spf1 a:%{l}.shop.test ?all\"\n"
    "none-in 60 IN TXT \"v=spf1 include:shop.example ?all\"\n"
    "loop 60 IN TXT \"v=spf1 include:loop.shop.test -all\"\n"
    "open 60 IN TXT \"v=spf1 +all\"\n";

static void test_results(void) {
    static const struct {
        const char *ip, *helo, *mail_from, *want, *matched, *path, *problem;
        int lookups, voids;
    } cases[] = {
        {"192.0.2.3", "h.test", "a@shop.test", "pass", "ip4:192.0.2.0/28", NULL, NULL, 0, 0},
        {"::ffff:192.0.2.3", "h.test", "a@shop.test", "pass", "ip4:192.0.2.0/28", NULL, NULL, 0, 0},
        {"198.51.100.200", "h.test", "a@shop.test", "pass", "ip4:198.51.100.128/25",
         "shop.test > _spf.host.test > us.host.test", NULL, 3, 0},
        {"2001:db8:1::9", "h.test", "a@shop.test", "pass", "ip6:2001:db8:1::/48",
         "shop.test > _spf.host.test > eu.host.test", NULL, 2, 0},
        {"203.0.113.9", "h.test", "a@shop.test", "softfail", "~all", NULL, NULL, 3, 0},
        {"127.0.0.1", "h.test", "a@relay.shop.test", "fail", "-all", NULL, NULL, 1, 0},
        {"203.0.113.9", "h.test", "a@moved.shop.test", "fail", "-all", "moved.shop.test > relay.shop.test",
         NULL, 2, 0},
        {"192.0.2.200", "relay.shop.test", "", "pass", "a", NULL, NULL, 1, 0},
        {"192.0.2.200", "relay.shop.test", NULL, "pass", "a", NULL, NULL, 1, 0},
        {"192.0.2.200", "h.test", "@relay.shop.test", "pass", "a", NULL, NULL, 1, 0},
        {"192.0.2.200", "h.test", "\"a@b\"@relay.shop.test.", "pass", "a", NULL, NULL, 1, 0},
        {"192.0.2.200", "h.test", "a@[192.0.2.200]", "none", NULL, NULL,
         "[192.0.2.200] is no domain that can have an SPF record", 0, 0},
        {"192.0.2.200", "MAIL1", "", "none", NULL, NULL, "MAIL1 is no domain that can have an SPF record", 0,
         0},
        {"192.0.2.200", "h.test", "a@nowhere.test", "none", NULL, NULL, "nowhere.test does not exist", 0, 0},
        {"192.0.2.200", "h.test", "a@mail.shop.test", "none", NULL, NULL, "mail.shop.test has no SPF record",
         0, 0},
        {"192.0.2.200", "h.test", "a@typo.shop.test", "permerror", NULL, NULL,
         "typo.shop.test: invalid top label at offset 7: \"a:shop.-test\"", 0, 0},
        {"192.0.2.200", "h.test", "a@inner.shop.test", "permerror", NULL, NULL,
         "typo.shop.test: invalid top label at offset 7: \"a:shop.-test\"", 1, 0},
        {"192.0.2.200", "h.test", "a@dead.shop.test", "temperror", NULL, NULL,
         "A of gone.shop.test: the name server failed (SERVFAIL)", 1, 0},
        {"192.0.2.200", "h.test", "a@silent.shop.test", "temperror", NULL, NULL,
         "TXT of silent.shop.test: no answer in time", 0, 0},
        {"192.0.2.200", "h.test", "a@voids.shop.test", "permerror", NULL, NULL,
         "more than 2 look-ups find nothing: the third is \"exists:n3.shop.test\" of voids.shop.test "
         "(n3.shop.test has no such record)",
         3, 3},
        {"192.0.2.200", "h.test", "a@two-voids.shop.test", "fail", "-all", NULL, NULL, 2, 2},
        {"192.0.2.200", "h.test", "a@nullmx.shop.test", "fail", "-all", NULL, NULL, 1, 0},
        {"192.0.2.200", "h.test", "a@none-in.shop.test", "permerror", NULL, NULL,
         "shop.example does not exist", 1, 0},
        /* a name that cannot exist is asked of nobody, and matches nothing */
        {"192.0.2.200", "h.test", "a..b@long-name.shop.test", "neutral", "?all", NULL, NULL, 1, 0},
        {NULL, "h.test", "a@shop.test", "untestable", NULL, NULL,
         "the address of the sending server is not known", 0, 0},
        {"192.0.2.200", NULL, "", "untestable", NULL, NULL,
         "the sender is empty and the HELO name is not known", 0, 0},
        {"192.0.2.200", NULL, NULL, "untestable", NULL, NULL,
         "neither the envelope sender nor the HELO name is known", 0, 0},
    };
    g_autoptr(mw_dns) dns = world_of(zone);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        const mw_spf *spf = check(arena, dns, cases[i].ip, cases[i].helo, cases[i].mail_from);
        g_test_message("%s %s", cases[i].ip, cases[i].mail_from);
        g_assert_cmpstr(mw_spf_result_name(spf->result), ==, cases[i].want);
        g_assert_cmpstr(spf->matched, ==, cases[i].matched);
        g_assert_cmpstr(spf->matched_path, ==, cases[i].path);
        g_assert_cmpstr(spf->problem, ==, cases[i].problem);
        g_assert_cmpint(spf->lookups, ==, cases[i].lookups);
        g_assert_cmpint(spf->void_lookups, ==, cases[i].voids);
    }
}

static void test_explanation(void) {
    g_autoptr(mw_dns) dns = world_of(zone);
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_spf *spf = check(arena, dns, "203.0.113.9", "h.test", "a@moved.shop.test");
    g_assert_cmpstr(spf->explanation, ==, "203.0.113.9 is not h.test at 1767225600 for mx.test");
    g_assert_cmpstr(spf->identity, ==, "mailfrom");
    g_assert_cmpstr(check(arena, dns, "203.0.113.9", "relay.shop.test", "")->identity, ==, "helo");
    g_assert_cmpstr(check(arena, dns, "203.0.113.9", "h.test", "a@shop.test")->explanation, ==, NULL);
}

/* What was not asked is nobody's error. */
static void test_no_dns(void) {
    g_autoptr(mw_dns) dns = mw_dns_new(mw_source_none(), NULL);
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_spf *spf = check(arena, dns, "203.0.113.9", "h.test", "a@shop.test");
    g_assert_cmpint(spf->result, ==, MW_SPF_UNTESTABLE);
    g_assert_cmpuint(spf->advice->len, ==, 0);
    g_assert_nonnull(spf->problem);
}

static void test_tree(void) {
    g_autoptr(mw_dns) dns = world_of(zone);
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_spf_node *top = check(arena, dns, "198.51.100.200", "h.test", "a@shop.test")->tree;
    g_assert_cmpuint(top->n_terms, ==, 3);
    g_assert_true(top->terms[1].matched);
    g_assert_cmpint(top->terms[1].lookups, ==, 3);
    g_assert_false(top->terms[2].evaluated);
    const mw_spf_node *host = top->terms[1].child;
    g_assert_cmpstr(host->domain, ==, "_spf.host.test");
    g_assert_cmpint(host->result, ==, MW_SPF_PASS);
    g_assert_cmpint(host->terms[0].child->result, ==, MW_SPF_FAIL);
    g_assert_false(host->terms[0].matched);
    g_assert_true(host->terms[1].matched);
    const mw_spf_node *node = check(arena, dns, "192.0.2.1", "h.test", "a@loop.shop.test")->tree;
    int depth = 0;
    for (; node->terms[0].child; node = node->terms[0].child)
        depth++;
    g_assert_cmpint(depth, ==, MW_MAX_SPF_LOOKUPS);
    g_assert_true(node->terms[0].over_limit);
}

/* Every advice that is given, in order. */
static const char *advice_of(mw_arena *arena, const mw_spf *spf) {
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < spf->advice->len; i++) {
        const mw_spf_advice *advice = spf->advice->pdata[i];
        g_assert_nonnull(advice->text);
        g_assert_nonnull(advice->fix);
        g_string_append_printf(out, "%s%s%s", i ? " " : "", advice->is_problem ? "!" : "", advice->id);
    }
    return mw_strdup(arena, out->str);
}

static void test_advice(void) {
    static const struct {
        const char *record, *want, *fix; /* fix: of the first */
    } cases[] = {
        {"\"v=spf1 ip4:203.0.113.9 -all\"", "", NULL},
        {"\"v=spf1 ip4:203.0.113.9\"", "no_all", "End the SPF record of x.test in ~all or -all."},
        {"\"v=spf1 +all\"", "plusall",
         "In the SPF record of x.test: list the servers that send its mail, and end it in ~all or -all."},
        {"\"v=spf1 ip4:203.0.113.9 ptr ~all\"", "ptr",
         "In the SPF record of x.test: name the servers with ip4, ip6, a or mx in place of ptr."},
        {"\"v=spf1 ip4:203.0.0.0/12 -all\"", "wide_range",
         "Replace \"ip4:203.0.0.0/12\" in the SPF record of x.test by the addresses that really send its "
         "mail."},
        {"\"v=spf1 ip4:203.0.0.0/16 -all\"", "", NULL},
        {"\"v=spf1 a:nothing.test ip4:203.0.113.9 -all\"", "void",
         "Take \"a:nothing.test\" out of the SPF record of x.test, or correct it."},
        {"\"v=spf1 ip4:203.0.113.9 -all a:y.test redirect=y.test\"", "unused_terms unused_terms",
         "In the SPF record of x.test: move all to the end."},
        {"\"v=spf1 ip4=203.0.113.9 -all\"", "unused_terms",
         "In the SPF record of x.test: write ip4: with a colon in place of ip4=."},
        {"\"v=spf1 ip4:203.0.113.9 include:none.test -all\"", "include_none",
         "Take \"include:none.test\" out of the SPF record of x.test, or correct it."},
        {"\"v=spf1 ip4:203.0.113.9 include:bad.test -all\"", "include_broken",
         "In the SPF record of bad.test: correct \"-al\": all was meant, it seems."},
        {"\"v=spf1 include:none.test -all\"", "!include_none",
         "Take \"include:none.test\" out of the SPF record of x.test, or correct it."},
        {"\"v=spf1include:y.test -all\"", "nearly",
         "Let the SPF record of x.test begin with exactly v=spf1 and a blank, without quotes of its own."},
        {"\"v=spf1 ipv4:203.0.113.9 -all\"", "!syntax",
         "In the SPF record of x.test: correct \"ipv4:203.0.113.9\": ip4 was meant, it seems."},
        {"\"v=spf1 ip4:203.0.113.9-all\"", "!syntax",
         "In the SPF record of x.test: put a blank before the \"-all\" at the end of "
         "\"ip4:203.0.113.9-all\"."},
        {"\"v=spf1 203.0.113.9 -all\"", "!syntax",
         "In the SPF record of x.test: write ip4:203.0.113.9 in place of 203.0.113.9."},
        {"\"v=spf1 ip4:2001:db8::9 -all\"", "!syntax",
         "In the SPF record of x.test: write ip6: in place of ip4:: it is an IPv6 address."},
        {"\"v=spf1 ip4:y.test -all\"", "!syntax",
         "In the SPF record of x.test: \"ip4:y.test\" names a host, not an address: write a: in place of "
         "ip4:."},
        {"\"v=spf1 include: y.test -all\"", "!syntax",
         "In the SPF record of x.test: take out the blank behind \"include:\", or put the domain there."},
        {"\"v=spf1 a, mx, -all\"", "!syntax",
         "In the SPF record of x.test: take the \",\" out of \"a,\": terms stand apart by blanks alone."},
        {"\"v=spf1 mx \\226\\128\\147all\"", "!syntax",
         "In the SPF record of x.test: type \"\xe2\x80\x93"
         "all\" anew with plain characters: it holds one that a word processor or a web page "
         "put in, such as a long dash or a curly quote."},
        {"\"v=spf1 ip4:203.0.113.9 mx ~all\"\nx.test. TXT \"v=spf1 mx a:y.test -all\"", "!multiple",
         "Publish one record at x.test in place of all of them: v=spf1 mx a:y.test ip4:203.0.113.9 ~all"},
        {"\"v=spf1 redirect:y.test\"", "!syntax",
         "In the SPF record of x.test: write redirect= with an equals sign, not a colon."},
        {"\"v=spf1 ip4:203.0.113.9 include:six.test include:six.test -all\"", "too_many_lookups", NULL},
        {"\"v=spf1 include:six.test include:six.test ip4:203.0.113.9 -all\"", "!too_many_lookups", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autoptr(mw_dns) dns =
            world_of(mw_printf(arena,
                               "x.test. TXT %s\nbad.test. TXT \"v=spf1 -al\"\ny.test. A 192.0.2.1\n"
                               "six.test. TXT \"v=spf1 a:y.test a:y.test a:y.test a:y.test a:y.test ?all\"\n",
                               cases[i].record));
        const mw_spf *spf = check(arena, dns, "203.0.113.9", "h.test", "a@x.test");
        g_test_message("%s", cases[i].record);
        g_assert_cmpstr(advice_of(arena, spf), ==, cases[i].want);
        if (cases[i].fix)
            g_assert_cmpstr(((const mw_spf_advice *)spf->advice->pdata[0])->fix, ==, cases[i].fix);
    }
}

static void test_mended(void) {
    static const struct {
        const char *record, *want; /* want NULL: nothing to mend, or it can't be told what was meant */
    } cases[] = {
        {"\"v=spf1 ip4:203.0.113.9 -all\"", NULL},
        {"\"v=spf1 ipv4:203.0.113.9 -all\"", "v=spf1 ip4:203.0.113.9 -all"},
        {"\"v=spf1 +ipv4:203.0.113.9/24 -all\"", "v=spf1 +ip4:203.0.113.9/24 -all"},
        {"\"v=spf1 ip4:203.0.113.9-all\"", "v=spf1 ip4:203.0.113.9 -all"},
        {"\"v=spf1 203.0.113.9 -all\"", "v=spf1 ip4:203.0.113.9 -all"},
        {"\"v=spf1 2001:db8::9 -all\"", "v=spf1 ip6:2001:db8::9 -all"},
        {"\"v=spf1 ip4:2001:db8::9 -all\"", "v=spf1 ip6:2001:db8::9 -all"},
        {"\"v=spf1 ip6:203.0.113.9 -all\"", "v=spf1 ip4:203.0.113.9 -all"},
        {"\"v=spf1 ip4:y.test -all\"", "v=spf1 a:y.test -all"},
        {"\"v=spf1 ip4:203.0.113.900 -all\"", NULL},
        {"\"v=spf1 inlcude:y.test -all\"", "v=spf1 include:y.test -all"},
        {"\"v=spf1 include: y.test -all\"", "v=spf1 include:y.test -all"},
        {"\"v=spf1 include:\"", NULL},
        {"\"v=spf1 a, mx, -all\"", "v=spf1 a mx -all"},
        {"\"v=spf1 mx;ip4:203.0.113.9 -all\"", NULL},
        {"\"v=spf1 mx \\226\\128\\147all\"", "v=spf1 mx -all"},
        {"\"v=spf1 redirect:y.test\"", "v=spf1 redirect=y.test"},
        {"\"v=spf1 mx redirect=y.test redirect=z.test\"", "v=spf1 mx redirect=y.test"},
        {"\"v=spf1 mx -al\"", "v=spf1 mx -all"},
        {"\"v=spf1 ip4=203.0.113.9 a=y.test -all\"", "v=spf1 ip4:203.0.113.9 a:y.test -all"},
        {"\"v=spf1 colour=red -all\"", NULL},
        {"\"v=spf1 ipv4:203.0.113.9 +all\"", NULL},
        {"\"v=spf1 ipv4:0.0.0.0/0 -all\"", NULL},
        {"\"v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1; -all\"", NULL},
        {"\"v=spf1 ipv4:203.0.113.9 a//1 -all\"", NULL},
        {"\"v=spf1 ipv4:203.0.113.9 -ip4:0.0.0.0/1 -all\"", "v=spf1 ip4:203.0.113.9 -ip4:0.0.0.0/1 -all"},
        {"\"v=spf1 ipv4:203.0.113.9 \\000 -all\"", NULL},
        {"\"v=spf1 include:none.test -all\"", "v=spf1 -all"},
        {"\"v=spf1 mx include:none.test a ~all\"", "v=spf1 mx a ~all"},
        {"\"v=spf1 include:bad.test -all\"", NULL}, /* another domain's record */
        {"\"v=spf1include:y.test -all\"", "v=spf1 include:y.test -all"},
        {"\"\\\"v=spf1 mx -all\\\"\"", "v=spf1 mx -all"},
        {"\"spf1 mx -all\"", "v=spf1 mx -all"},
        {"\"hello\"", NULL},
        {"\"v=spf1\" \"ip4:203.0.113.9 -all\"", "v=spf1 ip4:203.0.113.9 -all"},
        {"\"v=spf1 a:a.test a:b.test a:c.test ip4:203.0.113.9 -all\"", "v=spf1 ip4:203.0.113.9 -all"},
        {"\"v=spf1 a:a.test a:six.test a:b.test a:c.test ip4:203.0.113.9 -all\"\nsix.test. AAAA 2001:db8::1",
         "v=spf1 a:six.test a:c.test ip4:203.0.113.9 -all"},
        {"\"v=spf1 a a a a a a a a a a a ip4:203.0.113.9 -all\"\nx.test. A 192.0.2.1",
         "v=spf1 ip4:203.0.113.9 a a a a a a a a a a a -all"},
        {"\"v=spf1 -a a a a a a a a a a a ip4:203.0.113.9 -all\"\nx.test. A 192.0.2.1", NULL},
        {"\"v=spf1 mx ~all\"\nx.test. TXT \"v=spf1 a:y.test -all\"", "v=spf1 mx a:y.test ~all"},
        {"\"v=spf1 mx ~all\"\nx.test. TXT \"v=spf1 +all\"", NULL},
        {"\"v=spf1 mx ~all\"\nx.test. TXT \"v=spf1 redirect=y.test\"", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autoptr(mw_dns) dns =
            world_of(mw_printf(arena, "x.test. TXT %s\nbad.test. TXT \"v=spf1 -al\"\n", cases[i].record));
        const mw_spf *spf = check(arena, dns, "203.0.113.9", "h.test", "a@x.test");
        g_test_message("%s", cases[i].record);
        g_assert_cmpstr(spf->mended ? spf->mended->text : NULL, ==, cases[i].want);
        if (spf->mended)
            g_assert_cmpstr(spf->mended->name, ==, "x.test");
    }
}

static void test_moved(void) {
    static const struct {
        const char *zone, *want;
    } cases[] = {
        {"x.test. TXT \"v=spf1 ip4:192.0.2.44 -all\"\nx.test. MX 1 mail.x.test.\nmail.x.test. A "
         "203.0.113.9\n",
         "moved"},
        {"x.test. TXT \"v=spf1 -all\"\nx.test. A 203.0.113.9\n", "own_server"},
        {"x.test. TXT \"v=spf1 ip4:192.0.2.44 ~all\"\n9.113.0.203.in-addr.arpa. PTR out.x.test.\n"
         "out.x.test. A 203.0.113.9\n",
         "moved"},
        /* a reverse name that does not resolve back proves nothing */
        {"x.test. TXT \"v=spf1 ip4:192.0.2.44 ~all\"\n9.113.0.203.in-addr.arpa. PTR out.x.test.\n"
         "out.x.test. A 203.0.113.10\n",
         ""},
        /* what the record names is still the domain's own */
        {"x.test. TXT \"v=spf1 ip4:192.0.2.44 -all\"\nx.test. MX 1 mail.x.test.\nx.test. MX 2 old.x.test.\n"
         "mail.x.test. A 203.0.113.9\nold.x.test. A 192.0.2.44\n",
         "own_server"},
        {"x.test. TXT \"v=spf1 ip4:192.0.2.44 -all\"\n", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autoptr(mw_dns) dns = world_of(cases[i].zone);
        g_assert_cmpstr(advice_of(arena, check(arena, dns, "203.0.113.9", "h.test", "a@x.test")), ==,
                        cases[i].want);
    }
}

/* ---- records made to break an evaluator ---- */

static void append_record(GString *out, const char *name, const char *text) {
    g_string_append_printf(out, "%s 60 IN TXT", name);
    for (size_t i = 0, n = strlen(text); i < n; i += 255)
        g_string_append_printf(out, " \"%.255s\"", text + i);
    g_string_append_c(out, '\n');
}

static char *repeated(const char *start, const char *term, int count, const char *end) {
    GString *out = g_string_new(start);
    for (int i = 0; i < count; i++)
        g_string_append(out, term);
    g_string_append(out, end);
    return g_string_free(out, FALSE);
}

static void test_torture(void) {
    static const struct {
        const char *start, *term;
        int count;
        const char *end, *want;
    } cases[] = {
        {"v=spf1", " ip4:198.51.100.0/24", 64, " -all", "fail"},
        {"v=spf1", " ip4:198.51.100.0/24", 257, " ip4:203.0.113.9 -all", "pass"},
        {"v=spf1", " ip4:198.51.100.0/24", 3000, " ?ip4:203.0.113.9 -all", "neutral"},
        {"v=spf1", " a", 11, " -all", "permerror"},
        {"v=spf1", " a", 20000, " -all", "permerror"},
        {"v=spf1 a:", "%{d}", 127, " -all", "fail"},
        {"v=spf1 a:", "%{l}", 15000, " -all", "fail"},
        {"v=spf1 exists:", "a.", 30000, "test -all", "fail"},
        {"v=spf1 a:", "x", 59000, ".test -all", "fail"},
        {"v=spf1 redirect=", "%{d2r}.", 8000, "test", "permerror"},
        {"v=spf1 ", "x=%{l}", 9000, " -all", "fail"},
        {"v=spf1 ip4:1.2.3.4/", "1", 50000, " -all", "permerror"},
        {"v=spf1 ", "-", 60000, "", "permerror"},
        {"v=spf1 a:%{d", "1", 60000, "} -all", "fail"},
        {"v=spf1 a:%{d.-+,/_=", ".-+,/_=", 8000, "}", "neutral"},
        {"v=spf1", " exp=%{p}.x.test", 1, " -all", "fail"},
        {"v=spf1", " ", 59000, "-all", "fail"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autoptr(GString) text = g_string_new("y.test. A 192.0.2.1\nx.test. A 192.0.2.1\n");
        g_autofree char *record = repeated(cases[i].start, cases[i].term, cases[i].count, cases[i].end);
        append_record(text, "x.test.", record);
        g_autoptr(mw_dns) dns = world_of(text->str);
        const mw_spf *spf = check(arena, dns, "203.0.113.9", "h.test", "some-body@x.test");
        g_test_message("%s%s x %d: %s", cases[i].start, cases[i].term, cases[i].count, spf->problem);
        g_assert_cmpstr(mw_spf_result_name(spf->result), ==, cases[i].want);
    }
}

/* What a report holds of a record is bounded, and says so. */
static void test_many_slips(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *record = repeated("v=spf1", " ptr", 12000, " ip4:203.0.113.9 -all");
    append_record(text, "x.test.", record);
    g_autoptr(mw_dns) dns = world_of(text->str);
    const mw_spf *spf = check(arena, dns, "203.0.113.9", "h.test", "a@x.test");
    g_assert_cmpint(spf->result, ==, MW_SPF_PERMERROR);
    g_assert_cmpuint(spf->tree->n_terms, ==, MW_MAX_SPF_SHOWN);
    g_assert_cmpuint(spf->tree->n_left_out, ==, 12002 - MW_MAX_SPF_SHOWN);
    g_assert_cmpstr(advice_of(arena, spf), ==, "!too_many_lookups ptr ptr ptr long_record void");
    const mw_spf_advice *last = spf->advice->pdata[3];
    g_assert_true(g_str_has_suffix(last->text, "; there are more of this kind"));
}

static void test_long_explanation(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *exp = repeated("", "%{d}", 127, "");
    g_autofree char *huge = repeated("", "%{l}%{d}", 7000, "");
    g_autofree char *local = g_strnfill(1000, 'x');
    append_record(text, "x.test.", "v=spf1 -all exp=e.x.test");
    append_record(text, "e.x.test.", exp);
    append_record(text, "z.test.", "v=spf1 -all exp=e.z.test");
    append_record(text, "e.z.test.", huge);
    g_autoptr(mw_dns) dns = world_of(text->str);
    const mw_spf *spf = check(arena, dns, "203.0.113.9", "h.test", "a@x.test");
    g_assert_cmpint(spf->result, ==, MW_SPF_FAIL);
    g_assert_cmpuint(strlen(spf->explanation), ==, 127 * strlen("x.test"));
    spf = check(arena, dns, "203.0.113.9", "h.test", mw_printf(arena, "%s@z.test", local));
    g_assert_cmpuint(strlen(spf->explanation), ==, MW_MAX_SPF_EXPLANATION + strlen(" [...]"));
    /* a local part beyond all bounds spoils its macros, not the evaluation */
    spf = check(arena, dns, "203.0.113.9", "h.test", mw_printf(arena, "%s%s@z.test", local, local));
    g_assert_cmpint(spf->result, ==, MW_SPF_FAIL);
    g_assert_null(spf->explanation);
}

/* Includes down to the limit, each record as wide as it may be. */
static void test_nesting(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 12; i++) {
        g_autofree char *record =
            repeated("v=spf1", " ip6:2001:db8::/33", 500, mw_printf(arena, " include:n%d.test -all", i + 1));
        append_record(text, mw_printf(arena, "n%d.test.", i), record);
    }
    append_record(text, "n12.test.", "v=spf1 ip4:203.0.113.9 -all");
    g_autoptr(mw_dns) dns = world_of(text->str);
    static const struct {
        const char *from, *want;
        int lookups;
    } cases[] = {{"a@n2.test", "pass", 10}, {"a@n1.test", "permerror", 11}, {"a@n0.test", "permerror", 11}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const mw_spf *spf = check(arena, dns, "203.0.113.9", "h.test", cases[i].from);
        g_assert_cmpstr(mw_spf_result_name(spf->result), ==, cases[i].want);
        g_assert_cmpint(spf->lookups, ==, cases[i].lookups);
    }
}

/* A record that is known pulls what it names into the cache before anything waits for it. */
static void test_prefetch(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_dns) dns = world_of(zone);
    mw_spf_request request = {.helo = "h.test", .mail_from = "a@shop.test", .now = 0};
    g_assert_true(mw_ip_parse(MW_SPAN("198.51.100.200"), &request.client_ip));
    mw_spf_prefetch(arena, dns, &request);
    guint asked = mw_dns_questions(dns, arena)->len;
    g_assert_cmpuint(asked, ==, 4);
    mw_spf_check(arena, dns, &request);
    g_assert_cmpuint(mw_dns_questions(dns, arena)->len, ==, asked);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/spf/results", test_results);
    g_test_add_func("/spf/explanation", test_explanation);
    g_test_add_func("/spf/no-dns", test_no_dns);
    g_test_add_func("/spf/tree", test_tree);
    g_test_add_func("/spf/advice", test_advice);
    g_test_add_func("/spf/mended", test_mended);
    g_test_add_func("/spf/moved", test_moved);
    g_test_add_func("/spf/torture", test_torture);
    g_test_add_func("/spf/many-slips", test_many_slips);
    g_test_add_func("/spf/long-explanation", test_long_explanation);
    g_test_add_func("/spf/nesting", test_nesting);
    g_test_add_func("/spf/prefetch", test_prefetch);
    return g_test_run();
}
