#include "base/suggest.h"

static void test_near(void) {
    static const struct {
        const char *word, *want;
    } cases[] = {
        {"R_SPF_FIAL", "R_SPF_FAIL"},
        {"R_SPF_FAILL", "R_SPF_FAIL"},
        {"r_spf_fail", "R_SPF_FAIL"},
        {"nodns", "no-dns"},
        {"gmial", "gmail"},
        {"fail-n", "fail-on"},
        {"timout", "timeout"},
        {"rep", "reply"},
        {"zzzzzzzz", NULL},
        {"x", NULL},
        {"", NULL},
        {"ab", NULL},
        {"bogus", NULL},
        {"re", NULL},
        {"RDNS_NON", "RDNS_NONE"},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    GPtrArray *names = mw_array_new(arena);
    static const char *const all[] = {"R_SPF_FAIL", "R_SPF_NA", "no-dns", "gmail",     "yahoo",
                                      "fail-on",    "timeout",  "reply",  "RDNS_NONE", "no-lists"};
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        g_ptr_array_add(names, (gpointer)all[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].word);
        g_assert_cmpstr(mw_suggest(names, cases[i].word), ==, cases[i].want);
    }
    g_autofree char *longest = g_strnfill(5000, 'R');
    g_assert_null(mw_suggest(names, longest));
    g_assert_cmpstr(mw_suggest_words(arena, names, "yahooo"), ==, "; did you mean yahoo?");
    g_assert_cmpstr(mw_suggest_words(arena, names, "quux"), ==, "");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/suggest/near", test_near);
    return g_test_run();
}
