#include "check/then_now.h"
#include "check/world_test.h"

extern const mw_check mw_check_then_now;

static const char message[] = "From: a@good.example\r\nSubject: x\r\n\r\nhi\r\n";

static world new_world(const char *at, const char *now) {
    return world_new(&(world_spec){.message = message,
                                   .client_ip = "192.0.2.2",
                                   .helo = "h.test",
                                   .mail_from = "a@good.example",
                                   .at = at,
                                   .now = now});
}

/* What was recorded, what SPF says now, and what the words hold. */
static void test_spf(void) {
    static const struct {
        const char *recorded;
        mw_spf_result now;
        const char *words;
    } cases[] = {
        {"pass", MW_SPF_PASS, "the receiver recorded spf=pass; today's run says the same"},
        {"pass", MW_SPF_NONE,
         "the receiver recorded spf=pass; today's run says spf=none (the SPF record is gone)"},
        {"none", MW_SPF_PASS,
         "the receiver recorded spf=none; today's run says spf=pass (the SPF record was published since)"},
        {"temperror", MW_SPF_PASS,
         "the receiver recorded spf=temperror; today's run says spf=pass (the DNS did not answer the "
         "receiver then)"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        world w = new_world(NULL, "2026-11-01T10:00:00Z");
        mw_claim claim = {.trusted = true, .method = "spf", .result = cases[i].recorded};
        mw_spf spf = {.result = cases[i].now, .domain = "good.example"};
        g_ptr_array_add(w.facts->claims, &claim);
        w.facts->spf = &spf;
        const char *words = mw_then_now_words(w.arena, mw_then_now_read(w.arena, w.facts));
        g_assert_cmpstr(words, ==, cases[i].words);
        claim.trusted = false;
        g_assert_null(mw_then_now_words(w.arena, mw_then_now_read(w.arena, w.facts)));
        world_free(&w);
    }
}

/* A claim finds its own signature, by domain and selector. */
static void test_dkim(void) {
    world w = new_world(NULL, "2026-11-01T10:00:00Z");
    mw_property properties[] = {{"header.d", "good.example"}, {"header.s", "s2"}};
    mw_claim claim = {
        .trusted = true, .method = "dkim", .result = "pass", .properties = properties, .n_properties = 2};
    mw_dkim first = {.domain = "good.example", .selector = "s1", .result = MW_DKIM_PASS};
    mw_dkim second = {
        .domain = "good.example", .selector = "s2", .result = MW_DKIM_PERMERROR, .changed_since = true};
    g_ptr_array_add(w.facts->claims, &claim);
    w.facts->dkim = mw_array_new(w.arena);
    g_ptr_array_add(w.facts->dkim, &first);
    g_ptr_array_add(w.facts->dkim, &second);
    GPtrArray *rows = mw_then_now_read(w.arena, w.facts);
    g_assert_cmpuint(rows->len, ==, 1);
    const mw_then_now *row = rows->pdata[0];
    g_assert_cmpstr(row->now, ==, "permerror");
    g_assert_true(row->differs);
    g_assert_nonnull(strstr(row->why, "withdrawn"));
    world_free(&w);
}

/* A reverse name that was there at the delivery costs nothing; on an old mail what else tells of today says
 * so. */
static void test_old_mail(void) {
    static const struct {
        const char *at, *recorded;
        double scale;
        const char *mark;
    } cases[] = {
        {"2026-11-01T10:00:00Z", "mail.good.example", 0, "changed since"},
        {"2026-11-01T10:00:00Z", NULL, 1, "(as of today)"},
        {"2026-11-20T10:00:00Z", "mail.good.example", 0, "changed since"},
        {"2026-11-20T10:00:00Z", NULL, 1, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        world w = new_world(cases[i].at, "2026-11-22T10:00:00Z");
        mw_envelope *envelope = (mw_envelope *)w.facts->envelope;
        envelope->client_ip_given = false;
        envelope->rdns = cases[i].recorded;
        mw_trace trace = {.hops = mw_array_new(w.arena)};
        mw_rdns rdns = {
            .result = MW_RDNS_NONE, .names = mw_array_new(w.arena), .confirmed = mw_array_new(w.arena)};
        w.facts->trace = &trace;
        w.facts->rdns = &rdns;
        mw_finding *finding = mw_hit(w.facts, "RDNS_NONE", "192.0.2.2 has no PTR record");
        mw_check_then_now.run(w.facts);
        g_assert_cmpfloat(finding->scale, ==, cases[i].scale);
        if (cases[i].mark)
            g_assert_nonnull(strstr(finding->summary, cases[i].mark));
        else
            g_assert_cmpstr(finding->summary, ==, "192.0.2.2 has no PTR record");
        world_free(&w);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/then_now/spf", test_spf);
    g_test_add_func("/check/then_now/dkim", test_dkim);
    g_test_add_func("/check/then_now/old-mail", test_old_mail);
    return g_test_run();
}
