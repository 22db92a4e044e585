#include "spf/parse.h"

/* Without a final NUL, in memory of its own size, so that an over-read is caught. */
static mw_span exact(mw_arena *arena, const char *text) {
    char *copy = g_memdup2(text, MAX(strlen(text), 1));
    return (mw_span){mw_arena_own(arena, copy, g_free), strlen(text)};
}

static void test_is_record(void) {
    static const struct {
        const char *text;
        bool want;
    } cases[] = {
        {"v=spf1", true},   {"V=SPF1 -all", true}, {"v=spf1 ", true},
        {"v=spf10", false}, {"v=spf1mx", false},   {"v=spf1\t-all", false},
        {" v=spf1", false}, {"v=spf", false},      {"", false},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(mw_spf_is_record(exact(arena, cases[i].text)), ==, cases[i].want);
}

static void test_errors(void) {
    static const struct {
        const char *text, *error;
        size_t offset;
        const char *error_text;
    } cases[] = {
        {"v=spf1 a:shop.-com -all", "invalid top label", 7, "a:shop.-com"},
        {"v=spf1 mx a:192.0.2.1", "invalid top label", 10, "a:192.0.2.1"},
        {"v=spf1 include:", "no domain is named", 7, "include:"},
        {"v=spf1 include: shop.example", "no domain is named", 7, "include:"},
        {"v=spf1 include", "a colon and a domain must follow", 7, "include"},
        {"v=spf1 exists:%{z}.example", "malformed macro", 7, "exists:%{z}.example"},
        {"v=spf1 a:%{c}.example", "malformed macro", 7, "a:%{c}.example"},
        {"v=spf1 a:%{d0}.example", "malformed macro", 7, "a:%{d0}.example"},
        {"v=spf1 a:%(d).example", "malformed macro", 7, "a:%(d).example"},
        {"v=spf1 a:example%", "malformed macro", 7, "a:example%"},
        {"v=spf1 a:%{d}example", "no domain with a dot in it", 7, "a:%{d}example"},
        {"v=spf1 a:shop", "no domain with a dot in it", 7, "a:shop"},
        {"v=spf1 a/33", "bad prefix length", 7, "a/33"},
        {"v=spf1 a/08", "bad prefix length", 7, "a/08"},
        {"v=spf1 a/4294967304", "bad prefix length", 7, "a/4294967304"},
        {"v=spf1 a//129", "bad prefix length", 7, "a//129"},
        {"v=spf1 a:shop.example/", "invalid top label", 7, "a:shop.example/"},
        {"v=spf1 ip4:192.0.2.1/", "bad prefix length", 7, "ip4:192.0.2.1/"},
        {"v=spf1 ip4:192.0.2", "bad address", 7, "ip4:192.0.2"},
        {"v=spf1 ip4:2001:db8::1", "bad address", 7, "ip4:2001:db8::1"},
        {"v=spf1 ip6:192.0.2.1", "bad address", 7, "ip6:192.0.2.1"},
        {"v=spf1 ip6:2001:db8::/129", "bad prefix length", 7, "ip6:2001:db8::/129"},
        {"v=spf1 ip4", "a colon and an address must follow", 7, "ip4"},
        {"v=spf1 all:x", "\"all\" takes no argument", 7, "all:x"},
        {"v=spf1 ip4:192.0.2.1 -al", "unknown mechanism", 21, "-al"},
        {"v=spf1 ipv4:192.0.2.1", "unknown mechanism", 7, "ipv4:192.0.2.1"},
        {"v=spf1 ptr/24", "unexpected text behind the mechanism", 7, "ptr/24"},
        {"v=spf1 - all", "neither a mechanism nor a modifier", 7, "-"},
        {"v=spf1 -redirect=shop.example", "a modifier takes no qualifier", 7, "-redirect=shop.example"},
        {"v=spf1 redirect=a.example redirect=b.example", "\"redirect=\" stands twice", 26,
         "redirect=b.example"},
        {"v=spf1 exp=a.example exp=b.example", "\"exp=\" stands twice", 21, "exp=b.example"},
        {"v=spf1 exp=", "no domain is named", 7, "exp="},
        {"v=spf1 new=%{q}", "malformed macro in an unknown modifier", 7, "new=%{q}"},
        {"v=spf1 a\tmx", "the byte 0x09 is not allowed", 8, "a\tmx"},
        {"v=spf1 a \xe2\x80\x93"
         "all",
         "the byte 0xe2 is not allowed", 9,
         "\xe2\x80\x93"
         "all"},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const mw_spf_record *record = mw_spf_parse(arena, exact(arena, cases[i].text));
        g_test_message("%s", cases[i].text);
        g_assert_cmpstr(record->error, ==, cases[i].error);
        g_assert_cmpuint(record->error_offset, ==, cases[i].offset);
        g_assert_cmpstr(mw_span_dup(arena, record->error_text), ==, cases[i].error_text);
        g_assert_cmpint(record->redirect, <, (int)record->n_terms);
        g_assert_cmpint(record->exp, <, (int)record->n_terms);
    }
}

static void test_terms(void) {
    static const struct {
        const char *text;
        mw_spf_kind kind;
        char qualifier;
        const char *spec;
        unsigned ip4_bits, ip6_bits;
    } cases[] = {
        {"v=spf1 -all", MW_SPF_ALL, '-', NULL, 32, 128},
        {"v=spf1   ?A/24//64  ", MW_SPF_A, '?', NULL, 24, 64},
        {"v=spf1 a//0", MW_SPF_A, '+', NULL, 32, 0},
        {"v=spf1 mx:%{d2}.shop.example./0", MW_SPF_MX, '+', "%{d2}.shop.example.", 0, 128},
        {"v=spf1 a:%{d/}", MW_SPF_A, '+', "%{d/}", 32, 128},
        {"v=spf1 ~include:a/b.shop.example", MW_SPF_INCLUDE, '~', "a/b.shop.example", 32, 128},
        {"v=spf1 ip4:192.0.2.0/24", MW_SPF_IP4, '+', NULL, 24, 128},
        {"v=spf1 ip6:2001:DB8::/32", MW_SPF_IP6, '+', NULL, 32, 32},
        {"v=spf1 ptr:shop.x--1", MW_SPF_PTR, '+', "shop.x--1", 32, 128},
        {"v=spf1 exists:%{ir}.%{v}._spf.%{d2}", MW_SPF_EXISTS, '+', "%{ir}.%{v}._spf.%{d2}", 32, 128},
        {"v=spf1 Redirect=_spf.shop.example", MW_SPF_REDIRECT, '+', "_spf.shop.example", 32, 128},
        {"v=spf1 exp=e.%{o}", MW_SPF_EXP, '+', "e.%{o}", 32, 128},
        {"v=spf1 x-new.1_2=any:/thing=%{t}", MW_SPF_UNKNOWN_MODIFIER, '+', NULL, 32, 128},
        {"v=spf1 new=", MW_SPF_UNKNOWN_MODIFIER, '+', NULL, 32, 128},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const mw_spf_record *record = mw_spf_parse(arena, exact(arena, cases[i].text));
        g_assert_cmpstr(record->error, ==, NULL);
        g_assert_cmpuint(record->n_terms, ==, 1);
        const mw_spf_directive *term = record->terms;
        g_assert_cmpint(term->kind, ==, cases[i].kind);
        g_assert_cmpint(term->qualifier, ==, cases[i].qualifier);
        g_assert_cmpuint(term->ip4_bits, ==, cases[i].ip4_bits);
        g_assert_cmpuint(term->ip6_bits, ==, cases[i].ip6_bits);
        g_assert_cmpstr(mw_strndup(arena, term->spec.data ? term->spec.data : "", term->spec.len), ==,
                        cases[i].spec ? cases[i].spec : "");
    }
}

static void test_long(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GString) text = g_string_new("v=spf1");
    while (text->len < 60000)
        g_string_append(text, " ip4:198.51.100.0/24");
    g_string_append(text, " -all");
    const mw_spf_record *record = mw_spf_parse(arena, exact(arena, text->str));
    g_assert_cmpstr(record->error, ==, NULL);
    g_assert_cmpuint(record->n_terms, ==, 3001);
    g_assert_cmpint(record->all, ==, 3000);
    while (text->len < 70000)
        g_string_append(text, " a");
    g_assert_nonnull(mw_spf_parse(arena, exact(arena, text->str))->error);
    /* a NUL is a byte like any other that is not allowed */
    record = mw_spf_parse(arena, MW_SPAN("v=spf1 a:shop.example\0 -all"));
    g_assert_cmpuint(record->error_offset, ==, 21);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/spf/parse/is-record", test_is_record);
    g_test_add_func("/spf/parse/errors", test_errors);
    g_test_add_func("/spf/parse/terms", test_terms);
    g_test_add_func("/spf/parse/long", test_long);
    return g_test_run();
}
