/* A host's own configuration as a profile: every form, and sums worked out by hand. */
#include "score/composite.h"
#include "score/conf.h"
#include "score/score.h"

#include <glib/gstdio.h>
#include <math.h>

typedef struct bench {
    mw_arena *arena;
    mw_data *data;
    mw_facts *facts;
} bench;

static bench bench_new(void) {
    bench b = {mw_arena_new(), mw_data_new(NULL), NULL};
    GError *error = NULL;
    b.facts = mw_new(b.arena, mw_facts);
    b.facts->arena = b.arena;
    b.facts->data = b.data;
    b.facts->catalogue = mw_catalogue_new(b.data, b.arena, &error);
    g_assert_no_error(error);
    b.facts->findings = mw_array_new(b.arena);
    b.facts->notices = mw_array_new(b.arena);
    return b;
}

static void bench_free(bench *b) {
    mw_data_free(b->data);
    mw_arena_free(b->arena);
}

/* Reads a profile from a file of that suffix. */
static const mw_profile *profile_of(bench *b, const char *suffix, const char *text, GError **error) {
    g_autofree char *folder = g_dir_make_tmp("mailwhy-XXXXXX", NULL);
    g_autofree char *path = g_strconcat(folder, "/own", suffix, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    const mw_profile *profile = mw_profile_read(b->arena, b->data, path, error);
    g_remove(path);
    g_rmdir(folder);
    return profile;
}

static const char dump[] =
    "{\"actions\": {\"reject\": 12, \"add_header\": 5.5, \"greylist\": null},\n"
    " \"group\": {\"headers\": {\"symbols\": {\"MISSING_DATE\": {\"weight\": 2.5, \"description\": \"x\"},\n"
    "                                     \"MISSING_MID\": {\"score\": \"1.25\"}}},\n"
    "           \"spf\": {\"symbol\": {\"R_SPF_FAIL\": {\"weight\": 3}}}},\n"
    " \"composites\": {\"OWN_BOTH\": {\"expression\": \"R_SPF_FAIL & -MISSING_DATE\", \"score\": 4, "
    "\"description\": \"both\"},\n"
    "                \"OWN_NEVER\": {\"expression\": \"R_SPF_FAIL & !MISSING_DATE\", \"score\": 9},\n"
    "                \"AUTH_NA\": {\"enabled\": false}},\n"
    " \"worker\": [{\"type\": \"normal\"}]}\n";

static void test_configdump(void) {
    bench b = bench_new();
    g_autoptr(GError) error = NULL;
    const mw_profile *profile = profile_of(&b, ".json", dump, &error);
    g_assert_no_error(error);
    g_assert_cmpfloat(profile->limit, ==, 12);
    g_assert_cmpfloat(profile->junk, ==, 5.5);
    g_assert_true(isinf(profile->defer));
    mw_hit(b.facts, "MISSING_DATE", "x");
    mw_hit(b.facts, "MISSING_MID", "x");
    mw_hit(b.facts, "R_SPF_FAIL", "x");
    mw_hit(b.facts, "SUBJ_ALL_CAPS", "x")->scale = 0.5;
    for (int again = 0; again < 2; again++) { /* scoring twice changes nothing */
        mw_score score = mw_score_facts(profile, profile->limit, b.facts);
        /* 2.5 + 1.25 + 3 x 0.5 of rspamd's own + 4 of the composite, which takes the 3 of R_SPF_FAIL away */
        g_assert_cmpfloat_with_epsilon(score.points, 9.25, 1e-9);
        g_assert_cmpint(score.action, ==, MW_JUNK);
        g_assert_cmpint(b.facts->findings->len, ==, 5);
        g_assert_cmpstr(mw_found(b.facts, "OWN_BOTH")->summary, ==, "both");
        g_assert_cmpfloat(mw_found(b.facts, "R_SPF_FAIL")->points, ==, 0);
    }
    bench_free(&b);
}

/* rspamd 3.4's own composites. */
static void test_rspamd(void) {
    static const struct {
        const char *symbols[8];
        double sum;
        const char *raised;
    } cases[] = {
        {{"R_SPF_NA", "R_DKIM_NA", "DMARC_NA", "ARC_NA"}, 1, "AUTH_NA"},
        {{"R_SPF_DNSFAIL", "R_DKIM_NA", "DMARC_NA", "ARC_NA"}, 1, "AUTH_NA_OR_FAIL"},
        {{"R_SPF_FAIL", "R_DKIM_ALLOW", "DMARC_POLICY_ALLOW", "ARC_NA"},
         -0.2 - 0.5,
         "DMARC_POLICY_ALLOW_WITH_FAILURES"},
        {{"R_SPF_ALLOW", "RBL_SPAMHAUS_PBL"}, 2 + 0.1, "BAD_REP_POLICIES"},
        {{"R_SPF_ALLOW", "RCVD_IN_DNSWL_MED"}, -0.2 - 0.2, NULL},
        {{"RDNS_NONE", "HFILTER_HOSTNAME_UNKNOWN"}, 1 + 2.5, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        bench b = bench_new();
        g_autoptr(GError) error = NULL;
        const mw_profile *profile = mw_profile_read(b.arena, b.data, "rspamd", &error);
        g_assert_no_error(error);
        guint n = 0;
        for (; cases[i].symbols[n]; n++)
            mw_hit(b.facts, cases[i].symbols[n], "x");
        g_assert_cmpfloat_with_epsilon(mw_score_facts(profile, 15, b.facts).points, cases[i].sum, 1e-9);
        g_assert_cmpint(b.facts->findings->len, ==, n + (cases[i].raised != NULL));
        if (cases[i].raised)
            g_assert_nonnull(mw_found(b.facts, cases[i].raised));
        bench_free(&b);
    }
}

static void test_local_d(void) {
    static const struct {
        const char *text, *symbol;
        double limit, points;
    } cases[] = {
        {"# own\nreject = 8;\nadd_header = 4;\n", "RDNS_NONE", 8, 1},
        {"actions {\n  reject: 9\n}\n", "RDNS_NONE", 9, 1},
        {"symbols = {\n  \"RDNS_NONE\" { weight = 2.5; description = \"a ; } b\"; }\n}\n", "RDNS_NONE", 15,
         2.5},
        {"symbols {\n  RDNS_NONE = { score = 2 }\n}\n", "RDNS_NONE", 15, 2},
        {"group \"hfilter\" {\n  symbols { \"HFILTER_HELO_5\" { weight = 7 } }\n}\n", "HFILTER_HELO_5", 15,
         7},
        {"group hfilter { symbol \"HFILTER_HELO_5\" { weight = 7; } }\n", "HFILTER_HELO_5", 15, 7},
        {"symbol { name = \"RDNS_NONE\"; weight = 3; }\n/* no more */\n.include \"x.inc\"\n", "RDNS_NONE", 15,
         3},
        {"max_score = 5;\nsymbols = { A { weight = 1 }\n RDNS_NONE { weight = -1.5 } }", "RDNS_NONE", 15,
         -1.5},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        bench b = bench_new();
        g_autoptr(GError) error = NULL;
        const mw_profile *profile = profile_of(&b, ".conf", cases[i].text, &error);
        g_assert_no_error(error);
        g_assert_cmpfloat(profile->limit, ==, cases[i].limit);
        g_assert_cmpfloat(mw_profile_points(profile, cases[i].symbol), ==, cases[i].points);
        bench_free(&b);
    }
}

static void test_folder(void) {
    bench b = bench_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("mailwhy-XXXXXX", NULL);
    static const char *const files[][2] = {
        {"actions.conf", "reject = 7;\n"},
        {"headers_group.conf", "symbols = { MISSING_DATE { weight = 6 } }\n"},
        {"composites.conf", "MINE { expression = \"MISSING_DATE\"; score = 2; }\n"},
        {"other.conf", "broken {\n"}};
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(folder, files[i][0], NULL);
        g_assert_true(g_file_set_contents(path, files[i][1], -1, NULL));
    }
    const mw_profile *profile = mw_profile_read(b.arena, b.data, folder, &error);
    g_assert_no_error(error);
    mw_hit(b.facts, "MISSING_DATE", "x");
    mw_score score = mw_score_facts(profile, profile->limit, b.facts);
    g_assert_cmpfloat(score.points, ==, 2); /* the composite stands in for the 6 */
    g_assert_cmpfloat(profile->limit, ==, 7);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(folder, files[i][0], NULL);
        g_remove(path);
    }
    g_rmdir(folder);
    bench_free(&b);
}

static void test_spamassassin(void) {
    bench b = bench_new();
    g_autoptr(GError) error = NULL;
    static const double rdns_none[] = {2.399, 1.274, 1.228, 0.793};
    for (int set = 0; set < 4; set++) {
        const mw_profile *profile =
            mw_profile_read(b.arena, b.data, mw_printf(b.arena, "spamassassin-set%d", set), &error);
        g_assert_no_error(error);
        g_assert_cmpfloat(mw_profile_points(profile, "RDNS_NONE"), ==, rdns_none[set]);
        g_assert_cmpfloat(profile->limit, ==, 5);
    }
    const mw_profile *profile =
        profile_of(&b, ".cf",
                   "# local.cf\nrequired_score 6.5\nrewrite_header Subject *SPAM*\n"
                   "score RDNS_NONE 2\nscore RDNS_NONE 3 3.5 4 4.5 # four\n"
                   "score SPF_FAIL (1.5)\nscore NO_SUCH_RULE 9\n  score DKIM_INVALID 0.7\n",
                   &error);
    g_assert_no_error(error);
    g_assert_cmpfloat(profile->limit, ==, 6.5);
    mw_hit(b.facts, "RDNS_NONE", "x");
    mw_hit(b.facts, "R_SPF_FAIL", "x");
    mw_hit(b.facts, "R_DKIM_REJECT", "x");
    mw_hit(b.facts, "SUBJ_ALL_CAPS", "x")->scale = 0.25; /* no shares: 0.5 */
    mw_score score = mw_score_facts(profile, profile->limit, b.facts);
    /* 3.5 + (0.919 + 1.5) + 0.7 + 0.5, each in hundredths */
    g_assert_cmpfloat_with_epsilon(score.points, 3.5 + 2.42 + 0.7 + 0.5, 1e-9);
    bench_free(&b);
}

static void test_sealers(void) {
    bench b = bench_new();
    g_autoptr(GError) error = NULL;
    const mw_profile *none = mw_profile_read(b.arena, b.data, "default", &error);
    const mw_profile *own = profile_of(
        &b, ".ini", "[profile]\nbase=default\ntrusted_sealers=Lists.example.org; b\303\274cher.example\n",
        &error);
    g_assert_no_error(error);
    g_assert_cmpint(none->sealers->len, ==, 0);
    g_assert_cmpint(own->sealers->len, ==, 2);
    g_assert_cmpstr(own->sealers->pdata[0], ==, "lists.example.org");
    g_assert_cmpstr(own->sealers->pdata[1], ==, "xn--bcher-kva.example");
    bench_free(&b);
}

static void test_broken(void) {
    static const char *const files[][2] = {
        {".json", "{\"actions\": "},
        {".json", "{\"actions\": {\"reject\": \"many\"}}"},
        {".conf", "symbols = {\n \"X\" { weight = 1; }\n"},
        {".conf", "symbols { X { weight = ten } }"},
        {".conf", "a \"unended\n"},
        {".conf", "= 5"},
        {".cf", "score RDNS_NONE\n"},
        {".cf", "required_score high\n"},
        {".ini", "[profile]\nbase=nothing\n"},
        {".ini", "[profile]\ntrusted_sealers=nowhere\n"},
        {".ini", "[points]\nRDNS_NONE=1e99\n"},
        {".ini", "[composites]\nX=(A & \n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        bench b = bench_new();
        g_autoptr(GError) error = NULL;
        g_assert_null(profile_of(&b, files[i][0], files[i][1], &error));
        g_assert_nonnull(error);
        bench_free(&b);
    }
    bench b = bench_new();
    g_autoptr(GError) error = NULL;
    g_assert_null(mw_profile_read(b.arena, b.data, "/nowhere/at/all.conf", &error));
    g_assert_error(error, MW_ERROR, MW_ERROR_FILE);
    bench_free(&b);
}

static void test_expressions(void) {
    static const struct {
        const char *text;
        bool reads, holds;
    } cases[] = {
        {"A", true, false},
        {"RDNS_NONE", true, true},
        {"!A & RDNS_NONE", true, true},
        {"not A and RDNS_NONE", true, true},
        {"A | RDNS_NONE", true, true},
        {"A || (RDNS_NONE && !A)", true, true},
        {"A & A | RDNS_NONE", true, true},
        {"A & (A | RDNS_NONE)", true, false},
        {"g:rdns", true, true},
        {"g+:rdns & !g-:rdns", true, true},
        {"g:spf", true, false},
        {"~RDNS_NONE & -RDNS_NONE", true, true},
        {"", false, false},
        {"A &", false, false},
        {"(A", false, false},
        {"A)", false, false},
        {"A B", false, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        bench b = bench_new();
        g_autoptr(GError) error = NULL;
        const mw_composite *composite = mw_composite_read(b.arena, "X", cases[i].text, 1, NULL, NULL, &error);
        g_assert_cmpint(composite != NULL, ==, cases[i].reads);
        if (composite) {
            GPtrArray *one = mw_array_new(b.arena);
            g_ptr_array_add(one, (gpointer)composite);
            mw_hit(b.facts, "RDNS_NONE", "x")->points = 1;
            mw_composites_apply(b.facts, one);
            g_assert_cmpint(b.facts->findings->len == 2, ==, cases[i].holds);
        }
        bench_free(&b);
    }
    g_autofree char *deep = g_strnfill(100000, '(');
    bench b = bench_new();
    g_assert_null(mw_composite_read(b.arena, "X", deep, 1, NULL, NULL, NULL));
    bench_free(&b);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/profile/configdump", test_configdump);
    g_test_add_func("/report/profile/rspamd", test_rspamd);
    g_test_add_func("/report/profile/local.d", test_local_d);
    g_test_add_func("/report/profile/folder", test_folder);
    g_test_add_func("/report/profile/spamassassin", test_spamassassin);
    g_test_add_func("/report/profile/sealers", test_sealers);
    g_test_add_func("/report/profile/broken", test_broken);
    g_test_add_func("/report/profile/expressions", test_expressions);
    return g_test_run();
}
