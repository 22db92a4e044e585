#include "score/baseline.h"

#include <glib/gstdio.h>

static const mw_symbol rdns = {.name = "RDNS_NONE", .group = "rdns", .check = "rdns"},
                       caps = {.name = "SUBJ_ALL_CAPS", .group = "subject", .check = "subject"};

static const mw_baseline *read_text(mw_arena *arena, const char *text, GError **error) {
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("baseline-XXXXXX", &path, NULL);
    g_assert_cmpint(fd, >=, 0);
    g_close(fd, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    const mw_baseline *baseline = mw_baseline_read(arena, path, error);
    g_remove(path);
    return baseline;
}

static void test_mark(void) {
    static const struct {
        const char *text;
        bool rdns, caps;
        unsigned stale;
    } cases[] = {
        {"", false, false, 0},
        {"# RDNS_NONE\t192.0.2.7\n", false, false, 0},
        {"RDNS_NONE\t192.0.2.7\n", true, false, 0},
        {"RDNS_NONE   192.0.2.7   \r\nSUBJ_ALL_CAPS", true, true, 0},
        {"RDNS_NONE\t192.0.2.8\n", false, false, 1},
        {"RDNS_NONE *\nRDNS_NONE 192.0.2.8\n", true, false, 1},
        {"RDNS_NONE\n", false, false, 1}, /* of the mail as a whole: this one is about an address */
        {"NO_SUCH\nSUBJ_ALL_CAPS\nSUBJ_ALL_CAPS\n", false, true, 1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        const mw_baseline *baseline = read_text(arena, cases[i].text, NULL);
        mw_finding a = {.symbol = &rdns, .summary = ""}, b = {.symbol = &caps, .summary = ""};
        mw_envelope envelope = {.client_ip = {.family = 4, .bytes = {192, 0, 2, 7}}};
        mw_facts facts = {.arena = arena, .envelope = &envelope, .findings = mw_array_new(arena)};
        g_ptr_array_add(facts.findings, &a);
        g_ptr_array_add(facts.findings, &b);
        g_assert_nonnull(baseline);
        mw_baseline_mark(baseline, &facts);
        g_assert_cmpint(a.accepted, ==, cases[i].rdns);
        g_assert_cmpint(b.accepted, ==, cases[i].caps);
        g_assert_cmpuint(mw_baseline_stale(arena, baseline)->len, ==, cases[i].stale);
        g_assert_cmpstr(mw_baseline_line(arena, &facts, &a), ==, "RDNS_NONE\t192.0.2.7");
        g_assert_cmpstr(mw_baseline_line(arena, &facts, &b), ==, "SUBJ_ALL_CAPS");
    }
}

static void test_no_baseline(void) {
    static const char *const texts[] = {"{\"schema\": 2}\n", "From: a@example.com\n", "\001\n",
                                        "RDNS,NONE x\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autoptr(GError) error = NULL;
        const mw_baseline *baseline = read_text(arena, texts[i], &error);
        g_assert_null(baseline);
        g_assert_nonnull(strstr(error->message, ":1: no symbol"));
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/score/baseline/mark", test_mark);
    g_test_add_func("/score/baseline/none", test_no_baseline);
    return g_test_run();
}
