#include "score/fail_on.h"
#include "score/points.h"

static mw_symbol symbols[] = {
    {.name = "RDNS_NONE", .group = "rdns", .check = "rdns", .owner = "server"},
    {.name = "SUBJ_ALL_CAPS", .group = "subject", .check = "subject", .owner = "author"},
};

static void test_status(void) {
    static const struct {
        const char *fail_on;
        mw_outcome action;
        int want;
    } cases[] = {
        {NULL, MW_OUTCOME_REJECT, 1},
        {NULL, MW_OUTCOME_JUNK, 0},
        {"score", MW_OUTCOME_UNKNOWN, 3},
        {"never", MW_OUTCOME_REJECT, 0},
        {"SUBJ_ALL_CAPS", MW_OUTCOME_ACCEPT, 1},
        {"subj_all_caps", MW_OUTCOME_ACCEPT, 1},
        {"RDNS_NONE", MW_OUTCOME_REJECT, 3}, /* unknown */
        {"R_SPF_FAIL", MW_OUTCOME_REJECT, 0},
        {"R_SPF_FAIL, score", MW_OUTCOME_REJECT, 1},
        {NULL, MW_OUTCOME_UNDELIVERED, 1},
        {NULL, MW_OUTCOME_DELAYED, 0},
        {NULL, MW_OUTCOME_DELIVERED, 0},
        {NULL, MW_OUTCOME_COMPLAINT, 0},
        {NULL, MW_OUTCOME_NOT_JUDGED, 3},
        {"RDNS_NONE,SUBJ_ALL_CAPS", MW_OUTCOME_ACCEPT, 1},
        {"subject", MW_OUTCOME_ACCEPT, 1},
        {"Subject", MW_OUTCOME_ACCEPT, 1},
        {"any", MW_OUTCOME_ACCEPT, 1},
        {"any", MW_OUTCOME_UNDELIVERED, 1},
        {"rdns", MW_OUTCOME_ACCEPT, 3},
        {"dkim", MW_OUTCOME_ACCEPT, 0},
        {"junk", MW_OUTCOME_ACCEPT, 0},
        {"junk", MW_OUTCOME_JUNK, 1},
        {"junk", MW_OUTCOME_DEFER, 1},
        {"junk", MW_OUTCOME_REJECT, 1},
        {"junk", MW_OUTCOME_UNKNOWN, 3},
        {"junk", MW_OUTCOME_DELAYED, 0},
        {"incomplete", MW_OUTCOME_ACCEPT, 1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        mw_finding open = {.symbol = &symbols[0], .state = MW_STATE_UNKNOWN, .counts_for_exit = true},
                   hit = {.symbol = &symbols[1]};
        hit.points = 3;
        mw_facts facts = {.findings = mw_array_new(arena)};
        g_ptr_array_add(facts.findings, &open);
        g_ptr_array_add(facts.findings, &hit);
        const mw_verdict verdict = {.action = cases[i].action};
        mw_diagnosis d = {
            .facts = &facts, .verdict = &verdict, .profile = mw_profile_new(arena, "test", NULL)};
        g_assert_cmpint(mw_fail_on_status(&d, cases[i].fail_on), ==, cases[i].want);
    }
}

/* 3 points of 4 are accepted: what refuses without them still does. */
static void test_accepted(void) {
    static const struct {
        const char *fail_on;
        double other;
        int want;
    } cases[] = {{NULL, 1, 0},        {NULL, 2, 1},  {"SUBJ_ALL_CAPS", 2, 0}, {"subject", 2, 0},
                 {"RDNS_NONE", 1, 1}, {"any", 1, 1}, {"junk", 1, 0}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        mw_profile *profile = mw_profile_new(arena, "test", NULL);
        mw_finding accepted = {.symbol = &symbols[1], .scale = 1, .points = 3, .accepted = true},
                   other = {.symbol = &symbols[0], .scale = 1, .points = cases[i].other};
        mw_facts facts = {.findings = mw_array_new(arena)};
        g_ptr_array_add(facts.findings, &accepted);
        g_ptr_array_add(facts.findings, &other);
        const mw_verdict verdict = {.action = MW_OUTCOME_REJECT, .by = MW_BY_SCORE, .complete = true};
        mw_diagnosis d = {.facts = &facts, .verdict = &verdict, .profile = profile, .limit = 2};
        g_assert_cmpint(mw_fail_on_status(&d, cases[i].fail_on), ==, cases[i].want);
    }
}

static void test_known(void) {
    static const struct {
        const char *text;
        bool known;
    } cases[] = {{"score", true},
                 {"never", true},
                 {"RDNS_NONE,rdns_none", true},
                 {"RDNS_NONE, score", true},
                 {"gmail,score", true},
                 {"dmarc,lists,DMARC,junk,incomplete,any", true},
                 {"dmarcs", false},
                 {"hotmail", false},
                 {"NO_SUCH", false},
                 {"", false}};
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    const mw_catalogue *catalogue = mw_catalogue_new(data, arena, NULL);
    const mw_profile *profile = mw_profile_read(arena, data, "default", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_cmpint(mw_fail_on_known(cases[i].text, catalogue, profile, &error), ==, cases[i].known);
        g_assert_cmpint(error == NULL, ==, cases[i].known);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/fail-on/status", test_status);
    g_test_add_func("/report/fail-on/known", test_known);
    g_test_add_func("/report/fail-on/accepted", test_accepted);
    return g_test_run();
}
