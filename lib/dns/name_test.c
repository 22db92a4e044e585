#include "dns/dns.h"

static mw_name name_of(const char *text) {
    mw_name name;
    g_assert_true(mw_name_read_escaped(mw_span_of(text), &name));
    return name;
}

static void test_read(void) {
    g_autofree char *label63 = g_strnfill(63, 'a'), *label64 = g_strnfill(64, 'a');
    g_autofree char *name253 = g_strdup_printf("%s.%s.%s.%.61s", label63, label63, label63, label63);
    g_autofree char *name254 = g_strdup_printf("%s.%s.%s.%.62s", label63, label63, label63, label63);
    const struct {
        const char *text;
        bool escaped, plain; /* accepted by which reader */
        const char *want;
    } cases[] = {
        {"", true, true, "."},
        {".", true, true, "."},
        {"Example.ORG", true, true, "Example.ORG"},
        {"example.org.", true, true, "example.org"},
        {"a..b", false, false, NULL},
        {".a", false, false, NULL},
        {"a..", false, false, NULL},
        {"\\065\\.b.c", true, true, "A\\.b.c"},
        {"a\\", false, true, NULL},
        {"a\\25", false, true, NULL},
        {"a\\256", false, true, NULL},
        {"*.x y", true, true, "*.x\\032y"},
        {"a\\000b\\255.c", true, true, "a\\000b\\255.c"},
        {label63, true, true, label63},
        {label64, false, false, NULL},
        {name253, true, true, name253},
        {name254, false, false, NULL},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t len = strlen(cases[i].text);
        g_autofree char *copy = g_memdup2(len ? cases[i].text : "x", MAX(len, 1));
        mw_name name = {.len = 77}, other;
        g_assert_cmpint(mw_name_read_escaped((mw_span){copy, len}, &name), ==, cases[i].escaped);
        g_assert_cmpint(mw_name_read((mw_span){copy, len}, &other), ==, cases[i].plain);
        if (cases[i].escaped)
            g_assert_cmpstr(mw_name_text(arena, &name), ==, cases[i].want);
        else
            g_assert_cmpint(name.len, ==, 77);
    }
}

static void test_family(void) {
    mw_name a = name_of("www.Example.org"), b = name_of("example.ORG"), c = name_of("ample.org"),
            root = name_of(".");
    mw_name out;
    g_assert_true(mw_name_below(&a, &b) && mw_name_below(&b, &b) && mw_name_below(&b, &root));
    g_assert_false(mw_name_below(&b, &a) || mw_name_below(&b, &c));
    g_assert_cmpuint(mw_name_labels(&a), ==, 3);
    mw_name_parent(&a, 1, &out);
    g_assert_true(mw_name_equal(&out, &b));
    mw_name_parent(&a, 9, &out);
    g_assert_true(mw_name_equal(&out, &root));
    g_assert_true(mw_name_prefix(MW_SPAN("www"), &b, &out) && mw_name_equal(&out, &a));
    g_autofree char *long_label = g_strnfill(63, 'a');
    mw_name wide = b;
    int fits = 0;
    while (mw_name_prefix(mw_span_of(long_label), &wide, &wide))
        fits++;
    g_assert_cmpint(fits, ==, 3);
}

static void test_rdata(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_name name;
    uint16_t preference;
    mw_rdata mx = {(const uint8_t *)"\0\12\2mx\0", 6}, null_mx = {(const uint8_t *)"\0\0\0", 3};
    g_assert_true(mw_rdata_mx(&mx, &preference, &name));
    g_assert_cmpuint(preference, ==, 10);
    g_assert_cmpstr(mw_name_text(arena, &name), ==, "mx");
    g_assert_true(mw_rdata_mx(&null_mx, &preference, &name) && name.len == 1);
    static const mw_rdata bad[] = {{(const uint8_t *)"", 0},
                                   {(const uint8_t *)"\0\12", 2},
                                   {(const uint8_t *)"\0\12\3mx", 5},
                                   {(const uint8_t *)"\0\12\2mx\0\0", 7},
                                   {(const uint8_t *)"\0\12\300\14", 4}};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        mw_rdata copy = {g_memdup2(bad[i].data, bad[i].len), bad[i].len};
        g_assert_false(mw_rdata_mx(&copy, &preference, &name));
        g_free((void *)copy.data);
    }
    mw_rdata txt = {(const uint8_t *)"\2ab\0\1\0\5cd", 9};
    mw_span text = mw_rdata_txt(arena, &txt);
    g_assert_cmpmem(text.data, text.len, "ab\0cd", 5);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dns/name/read", test_read);
    g_test_add_func("/dns/name/family", test_family);
    g_test_add_func("/dns/name/rdata", test_rdata);
    return g_test_run();
}
