#include "reply/pattern.h"

static bool match(mw_arena *arena, const char *pattern, const char *text) {
    const mw_wording *p = mw_wording_compile(arena, pattern, NULL);
    g_assert_nonnull(p);
    g_autofree char *copy = g_memdup2(text, strlen(text) ? strlen(text) : 1); /* without its final NUL */
    return mw_wording_match(p, mw_wording_text_new(arena, (mw_span){copy, strlen(text)}));
}

static const struct {
    const char *pattern, *text;
    bool want;
} cases[] = {
    {"dmarc policy", "rejected by DMARC Policy of x", true},
    {"dmarc policy", "rejected by dmarc  policy", false},
    {"blocked * using", "blocked by us using zen", true},
    {"blocked * using", "blocked using zen", false},
    {"blocked *using", "blocked using zen", true},
    {"{spam|bulk{ e|}mail|} found", "bulkmail found", true},
    {"{spam|bulk{ e|}mail|} found", "bulk email found", true},
    {"^{spam|bulk} found", "more spam found", false},
    {"one|two|three", "only two here", true},
    {"one|two|three", "only four here", false},
    {"~spf~", "an spf-fail", true},
    {"~spf~", "libspf2", false},
    {"~spf~", "spf", true},
    {"ib6##", "see IB607.", true},
    {"ib6##", "see IB6x7", false},
    {"^550$", "550", true},
    {"^550$", "550 x", false},
    {"end$", "the end", true},
    {"end$", "the end.", false},
    {"a\\*b\\#", "a*b#", true},
    {"a\\*b", "axxb", false},
    {"{a|b|c}{d|e}{f|}$", "xxce", true},
    {"{a|b|c}{d|e}f$", "xxce", false},
    {"x", "", false},
    {"{|x}", "", true},
    {"a{b|}c", "an ac", true}, /* what stands around a group that may be empty */
    {"{ab|c}d", "cd", true},
    {"{{full|over}|} quota", "x quota", true},
    {"{full|over} {quota|{its|the} limit}", "over the limit", true},
    {"{full|over} {quota|{its|the} limit}", "over any limit, full", false},
    {"full|#", "7", true},
    {"слишком больш", "СЛИШКОМ Большой файл", true},
    {"nieznany ł", "Nieznany Ł", true},
    {"été", "fin de l’ÉTÉ", true},
};

static void test_match(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (match(arena, cases[i].pattern, cases[i].text) != cases[i].want)
            g_error("\"%s\" on \"%s\": want %d", cases[i].pattern, cases[i].text, cases[i].want);
    }
}

/* What is left out matches no text; most of what does not match is left out. */
static void test_sift(void) {
    enum { TIMES = 3 }; /* more than one word of a set */
    g_autoptr(mw_arena) arena = mw_arena_new();
    GPtrArray *patterns = mw_array_new(arena);
    for (size_t i = 0; i < TIMES * G_N_ELEMENTS(cases); i++)
        g_ptr_array_add(patterns,
                        (gpointer)mw_wording_compile(arena, cases[i % G_N_ELEMENTS(cases)].pattern, NULL));
    const mw_wordings *all = mw_wordings_new(arena, patterns);
    unsigned kept = 0, matched = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const mw_wording_text *text = mw_wording_text_new(arena, mw_span_of(cases[i].text));
        size_t n;
        const mw_alternative *likely = mw_wordings_sift(all, arena, text, &n);
        for (guint p = 0; p < patterns->len; p++) {
            bool is_kept = false, is_match = false;
            for (size_t k = 0; k < n; k++) {
                is_kept |= likely[k].number == p;
                is_match |= likely[k].number == p && mw_alternative_match(&likely[k], text);
            }
            g_assert_true(is_match == mw_wording_match(patterns->pdata[p], text));
            kept += is_kept;
            matched += is_match;
        }
    }
    g_assert_cmpuint(matched, >, TIMES * G_N_ELEMENTS(cases) / 2);
    g_assert_cmpuint(kept, <, patterns->len * G_N_ELEMENTS(cases) / 2);
}

static void test_broken(void) {
    static const char *const broken[] = {"", "{a", "a}", "{a|b}}", "{{{{{{{{{{a}}}}}}}}}}"};
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(broken); i++) {
        const char *problem = NULL;
        g_assert_null(mw_wording_compile(arena, broken[i], &problem));
        g_assert_nonnull(problem);
    }
}

/* Gaps have an end, and words on both sides of the text's own cap are told apart. */
static void test_bounds(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t n = 0; n <= MW_PATTERN_GAP + 1; n++) {
        g_autoptr(GString) text = g_string_new("a");
        for (size_t i = 0; i < n; i++)
            g_string_append_c(text, '-');
        g_string_append_c(text, 'b');
        g_assert_cmpint(match(arena, "a*b", text->str), ==, n <= MW_PATTERN_GAP);
        g_assert_true(match(arena, "a**b", text->str));
    }
    for (size_t n = 40; n < 300; n++) { /* over the borders of 64 places */
        g_autofree char *fill = g_strnfill(n, '.');
        g_autofree char *text = g_strconcat(fill, "needle", NULL);
        g_assert_true(match(arena, "needle$", text));
        g_assert_true(match(arena, "{x|ne{e}dl}e$", text));
        g_assert_false(match(arena, "needles", text));
    }
    g_autofree char *big = g_strnfill(5 * MW_PATTERN_TEXT, 'a');
    g_assert_true(match(arena, "a*a*a*a*a{a|aa|aaa}*a", big));
    g_assert_false(match(arena, "{a|aa|aaa}*{a|aa}*{a|aaa}*b", big));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/smtp_pattern/match", test_match);
    g_test_add_func("/smtp_pattern/sift", test_sift);
    g_test_add_func("/smtp_pattern/broken", test_broken);
    g_test_add_func("/smtp_pattern/bounds", test_bounds);
    return g_test_run();
}
