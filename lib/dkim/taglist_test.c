#include "dkim/taglist.h"

/* Inputs are copied without a final NUL, so that an over-read shows. */
static mw_span copy(mw_arena *arena, const char *text) {
    return (mw_span){mw_memdup(arena, text, strlen(text)), strlen(text)};
}

static void test_grammar(void) {
    static const struct {
        const char *text;
        size_t n;
        const char *error; /* its start */
    } cases[] = {
        {"", 0, NULL},
        {" \r\n ", 0, NULL},
        {"a=1", 1, NULL},
        {"a=1;", 1, NULL},
        {" a = 1 ;\r\n b_2 =\t2 3 ; ", 2, NULL},
        {"a=", 1, NULL},
        {"a=;b=", 2, NULL},
        {"a=1;;", 1, "an empty element"},
        {"a=1;;b=2", 2, "an empty element"},
        {";a=1", 1, "an empty element"},
        {"a", 0, "an element without"},
        {"a=1;b", 1, "an element without"},
        {"=1", 0, "a tag name"},
        {"_a=1", 1, "a tag name"},
        {"a-b=1", 1, "a tag name"},
        {"a b=1", 1, "a tag name"},
        {"1a=1", 1, "a tag name"},
        {"a=1;a=2", 1, "the tag a= twice"},
        {"a=1;A=2", 2, NULL},
        {"a=x\001y", 1, "a control character in a="},
        {"a=x\177y", 1, "a control character in a="},
        {"a=x\013y", 1, "a control character in a="},
        {"a=\xc3\xa9", 1, NULL},
        {"a=b=c;d==", 2, NULL},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        mw_taglist list = mw_taglist_read(arena, copy(arena, cases[i].text));
        g_assert_cmpuint(list.n_tags, ==, cases[i].n);
        if (cases[i].error && (!list.error || !g_str_has_prefix(list.error, cases[i].error)))
            g_error("%s: %s instead of %s", cases[i].text, list.error, cases[i].error);
        if (!cases[i].error)
            g_assert_cmpstr(list.error, ==, NULL);
    }
    mw_taglist nul = mw_taglist_read(arena, (mw_span){"a=x\0y", 5});
    g_assert_nonnull(nul.error);
}

static void test_values(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_span text = copy(arena, "v=1; h = from :\r\n to;bh=ab\r\n\tcd==; empty=");
    mw_taglist list = mw_taglist_read(arena, text);
    g_assert_null(list.error);
    g_assert_cmpstr(mw_tag_compact(arena, mw_taglist_get(&list, "h")), ==, "from:to");
    g_assert_cmpstr(mw_tag_compact(arena, mw_taglist_get(&list, "bh")), ==, "abcd==");
    g_assert_cmpuint(list.tags[1].offset, ==, 5);
    g_assert_true(mw_taglist_has(&list, "empty"));
    g_assert_cmpuint(mw_taglist_get(&list, "empty").len, ==, 0);
    g_assert_nonnull(mw_taglist_get(&list, "empty").data);
    g_assert_null(mw_taglist_get(&list, "none").data);
    g_assert_false(mw_taglist_has(&list, "V"));
    g_assert_true(mw_tag_listed(MW_SPAN("sha1 : SHA256"), "sha256"));
    g_assert_false(mw_tag_listed(MW_SPAN("sha1:sha2567"), "sha256"));
    g_assert_false(mw_tag_listed((mw_span){NULL, 0}, "y"));
}

static void test_too_many(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 64; i++)
        g_string_append_printf(text, "t%d=x;", i);
    mw_taglist list = mw_taglist_read(arena, (mw_span){text->str, text->len});
    g_assert_null(list.error);
    g_assert_cmpuint(list.n_tags, ==, 64);
    g_string_append(text, "more=1");
    list = mw_taglist_read(arena, (mw_span){text->str, text->len});
    g_assert_cmpstr(list.error, ==, "too many tags");
    g_assert_cmpuint(list.n_tags, ==, 64);
}

static void test_base64(void) {
    static const struct {
        const char *text, *bytes; /* NULL: refused */
    } cases[] = {
        {"YQ==", "a"},      {"YQ", "a"},    {"YWI=", "ab"},    {"YWJj", "abc"}, {"Y W\r\n J\tj", "abc"},
        {"YWJjZA", "abcd"}, {"", NULL},     {" ", NULL},       {"Y", NULL},     {"YWJjY", NULL},
        {"YQ==YQ==", NULL}, {"Y-_j", NULL}, {"YWJj===", NULL}, {"=", NULL},     {"YWJj;", NULL},
        {"YW\xe9j", NULL},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        mw_span got = mw_tag_base64(arena, copy(arena, cases[i].text));
        g_assert_cmpint(got.data != NULL, ==, cases[i].bytes != NULL);
        if (cases[i].bytes)
            g_assert_cmpmem(got.data, got.len, cases[i].bytes, strlen(cases[i].bytes));
    }
    for (size_t n = 1; n < 300; n++) {
        g_autofree guchar *bytes = g_malloc(n);
        for (size_t i = 0; i < n; i++)
            bytes[i] = (guchar)(i * 37 + n);
        g_autofree char *text = g_base64_encode(bytes, n);
        mw_span got = mw_tag_base64(arena, copy(arena, text));
        g_assert_cmpmem(got.data, got.len, bytes, n);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/taglist/grammar", test_grammar);
    g_test_add_func("/taglist/values", test_values);
    g_test_add_func("/taglist/too-many", test_too_many);
    g_test_add_func("/taglist/base64", test_base64);
    return g_test_run();
}
