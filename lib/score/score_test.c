#include "report/layout.h"
#include "score/score.h"

#include <glib/gstdio.h>
#include <unistd.h>

static mw_symbol symbols[] = {
    {.name = "RDNS_NONE", .group = "rdns"},
    {.name = "SUBJ_ALL_CAPS", .group = "subject"},
    {.name = "DMARC_POLICY_REJECT", .group = "dmarc"},
    {.name = "R_SPF_ALLOW", .group = "spf"},
    {.name = "DMARC_POLICY_QUARANTINE", .group = "dmarc"},
};

static GPtrArray *findings(mw_arena *arena, const mw_finding *list, size_t n) {
    GPtrArray *all = mw_array_new(arena);
    for (size_t i = 0; i < n; i++)
        g_ptr_array_add(all, mw_memdup(arena, &list[i], sizeof list[i]));
    return all;
}

static void test_score(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    const mw_profile *profile = mw_profile_read(arena, data, "default", NULL);
    const mw_finding ptr = {.symbol = &symbols[0], .scale = 1},
                     caps = {.symbol = &symbols[1], .scale = 0.275},
                     policy = {.symbol = &symbols[2], .scale = 1}, good = {.symbol = &symbols[3], .scale = 1},
                     open = {.symbol = &symbols[0],
                             .scale = 1,
                             .state = MW_STATE_UNKNOWN,
                             .counts_for_exit = true},
                     aside = {.symbol = &symbols[0], .scale = 1, .state = MW_STATE_UNKNOWN};
    const mw_finding sums[] = {ptr, caps, good};
    mw_score score = mw_score_findings(profile, 13, findings(arena, sums, 3));
    g_assert_cmpfloat_with_epsilon(score.points, 1.3 + 0.83 - 0.2, 1e-9); /* 3 x 0.275, rounded */
    g_assert_cmpint(score.action, ==, MW_ACCEPT);
    g_assert_true(score.complete);

    score = mw_score_findings(profile, 1.93, findings(arena, sums, 3));
    g_assert_cmpint(score.action, ==, MW_REJECT);
    g_assert_false(score.by_blocker);

    const mw_finding blocked[] = {policy};
    score = mw_score_findings(profile, 13, findings(arena, blocked, 1));
    g_assert_cmpint(score.action, ==, MW_REJECT);
    g_assert_true(score.by_blocker);

    const mw_finding unknown[] = {caps, open};
    score = mw_score_findings(profile, 2, findings(arena, unknown, 2));
    g_assert_false(score.complete);
    g_assert_cmpfloat_with_epsilon(score.max_points, 2.13, 1e-9);
    g_assert_cmpint(score.action, ==, MW_ACCEPT);
    score = mw_score_findings(profile, 2.5, findings(arena, unknown, 2));
    g_assert_true(score.complete);

    const mw_finding list[] = {caps, aside};
    score = mw_score_findings(profile, 2, findings(arena, list, 2));
    g_assert_true(score.complete);
    g_assert_cmpint(score.unknown, ==, 1);
}

static void test_profile(void) {
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"[profile]\nlimit=5\n[points]\nRDNS_NONE=2.5\n", true},
        {"[profile]\nlimit=five\n", false},
        {"[points]\nRDNS_NONE=nan\n", false},
        {"no ini\n", false},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *path = NULL;
        int fd = g_file_open_tmp("mailwhy-XXXXXX.ini", &path, NULL);
        g_assert_cmpint(fd, >=, 0);
        g_close(fd, NULL);
        g_assert_true(g_file_set_contents(path, cases[i].text, -1, NULL));
        const mw_profile *profile = mw_profile_read(arena, data, path, &error);
        g_assert_cmpint(profile != NULL, ==, cases[i].good);
        if (profile)
            g_assert_cmpfloat(mw_profile_points(profile, "RDNS_NONE"), ==, 2.5);
        else
            g_assert_nonnull(strstr(error->message, path));
        g_unlink(path);
    }
    g_assert_null(mw_profile_read(arena, data, "no-such-profile", NULL));
}

static void test_layout(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_layout l = {.out = g_string_new(NULL), .arena = arena, .width = 24};
    mw_layout_labelled(&l, "Cause", "one two three four \x1b[31m five");
    g_assert_cmpstr(l.out->str, ==,
                    "Cause     one two three\n          four\n          \\u{1B}[31m\n          five\n");
    g_string_free(l.out, TRUE);
}

/* What the unanswered questions could do, either way, makes it incomplete. */
static void test_open(void) {
    enum { CAPS = 1, REJECTS = 2, JUNKS = 4 };
    static const struct {
        double points; /* by SUBJ_ALL_CAPS, 3 each */
        int open;      /* which symbol is unanswered */
        const char *if_well;
        bool counts, complete;
        mw_action best, worst;
    } cases[] = {
        {3, REJECTS, NULL, true, false, MW_ACCEPT, MW_REJECT},
        {3, JUNKS, NULL, true, false, MW_ACCEPT, MW_JUNK},
        {3, REJECTS, NULL, false, true, MW_ACCEPT, MW_ACCEPT}, /* nobody could settle it */
        {5.9, 0, NULL, true, false, MW_ACCEPT, MW_JUNK},       /* RDNS_NONE: 1.3 */
        {1, 0, NULL, true, true, MW_ACCEPT, MW_ACCEPT},
        {6.1, 0, "R_SPF_ALLOW", true, false, MW_ACCEPT, MW_JUNK},
        {13.1, 0, "R_SPF_ALLOW", true, false, MW_JUNK, MW_REJECT},
        {13.3, REJECTS, "R_SPF_ALLOW", true, true, MW_REJECT, MW_REJECT},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    const mw_profile *profile = mw_profile_read(arena, data, "default", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const mw_finding list[] = {{.symbol = &symbols[CAPS], .scale = cases[i].points / 3},
                                   {.symbol = &symbols[cases[i].open],
                                    .scale = 1,
                                    .state = MW_STATE_UNKNOWN,
                                    .counts_for_exit = cases[i].counts,
                                    .if_well = cases[i].if_well}};
        mw_score score = mw_score_findings(profile, 13, findings(arena, list, 2));
        g_test_message("case %zu", i);
        g_assert_cmpint(score.complete, ==, cases[i].complete);
        g_assert_cmpint(score.best, ==, cases[i].best);
        g_assert_cmpint(score.worst, ==, cases[i].worst);
    }
    const mw_finding quarantine[] = {{.symbol = &symbols[JUNKS], .scale = 1}};
    mw_score score = mw_score_findings(profile, 13, findings(arena, quarantine, 1));
    g_assert_cmpint(score.action, ==, MW_JUNK);
    g_assert_true(score.by_junk_blocker && score.complete && !score.by_blocker);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/score", test_score);
    g_test_add_func("/score/open", test_open);
    g_test_add_func("/report/profile", test_profile);
    g_test_add_func("/report/layout", test_layout);
    return g_test_run();
}
