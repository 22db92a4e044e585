/* HTML: what links and words are found in it, however it is broken. */
#include "base/limits.h"
#include "mail/balance.h"
#include "mail/html.h"

#define A "<a href='http://x.example/'>here</a>"

static const struct {
    const char *html, *links, *text;
} cases[] = {
    {"<p>Hello <b>Bob</b></p><p>Bye</p>", "", "Hello Bob Bye"},
    {A, "a http://x.example/ [here]", "here"},
    {"<a href=\" http://x.example/?a=1&amp;b=2 \"> my\n  <b>own</b>&nbsp;page </a>",
     "a http://x.example/?a=1&b=2 [my own\xc2\xa0page]", "my own\xc2\xa0page"},
    {"<a href=http://x.example/>open", "a http://x.example/ [open]", "open"},
    {"<a href=http://x.example/>one<a href=http://y.example/>two</a>",
     "a http://x.example/ [one] a http://y.example/ [two]", "onetwo"},
    {"<A HREF='http://x.example/'>x</A>", "a http://x.example/ [x]", "x"},
    {"<a name=top>no link</a>", "", "no link"},
    {"<!-- " A " -->seen", "", "seen"},
    {"<script>var x = \"" A "\";</script>seen", "", "seen"},
    {"<style>a { b }</style><title>T</title>seen", "", "seen"},
    {"<form action=http://f.example/post><input type=PASSWORD></form>", "form http://f.example/post []", ""},
    {"<meta http-equiv=Refresh content=\"0; URL='http://m.example/'\">", "meta http://m.example/ []", ""},
    {"</b></i></p>" A, "a http://x.example/ [here]", "here"},
    {"<html><body>one</body></html><html><body>" A "</body></html>", "a http://x.example/ [here]", "onehere"},
    {"</html></body></table>" A, "a http://x.example/ [here]", "here"},
    {"<map><area href=http://x.example/ shape=rect></map>", "area http://x.example/ []", ""},
    {"a &lt;b&gt; &#x263a; &bogus; &", "", "a <b> \xe2\x98\xba &bogus; &"},
    {"<meta charset=utf-16>" A, "a http://x.example/ [here]", "here"},
    {"", "", ""},
    {"< a href=x>", "", "< a href=x>"},
};

static void test_cases(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        size_t len = strlen(cases[i].html);
        g_autofree char *copy = g_memdup2(cases[i].html, len);
        const mw_html *html = mw_html_read(arena, (mw_span){copy, len});
        g_autoptr(GString) links = g_string_new(NULL);
        for (guint j = 0; j < html->links->len; j++) {
            const mw_html_link *link = html->links->pdata[j];
            g_string_append_printf(links, "%s%s %s [%s]", j ? " " : "", link->tag, link->href, link->text);
        }
        g_assert_cmpstr(links->str, ==, cases[i].links);
        g_assert_cmpstr(html->text, ==, cases[i].text);
    }
}

static void test_odd_bytes(void) {
    static const char bytes[] = "a\0b<a href=\"http://x.example/\0y\">\xff\xfe</a>\0";
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autofree char *copy = g_memdup2(bytes, sizeof bytes - 1);
    const mw_html *html = mw_html_read(arena, (mw_span){copy, sizeof bytes - 1});
    g_assert_cmpint(html->links->len, ==, 1);
    g_assert_true(g_utf8_validate(html->text, -1, NULL));
    g_assert_true(g_utf8_validate(((mw_html_link *)html->links->pdata[0])->href, -1, NULL));
}

#define WHITE "<span style='color:#fff'>seen?</span>"

static void test_veiled(void) {
    static const struct {
        const char *html;
        mw_veil veil; /* by which its five characters are hidden; MW_VEIL_NONE: not at all */
    } veiled[] = {
        {WHITE, MW_VEIL_COLOUR},
        {"<body bgcolor=black>" WHITE "</body>", MW_VEIL_NONE},
        {"<body bgcolor=#FFFFFE><td>" WHITE, MW_VEIL_COLOUR},
        {"<body style='background:#FFF url(x.png)'>" WHITE, MW_VEIL_NONE},
        {"<table background=x.png><td>" WHITE, MW_VEIL_NONE},
        {"<div style='background:navy'>" WHITE "</div>", MW_VEIL_NONE},
        {"<div style='background:#000'> </div>" WHITE, MW_VEIL_COLOUR},
        {"<style>span { background: red }</style>" WHITE, MW_VEIL_NONE},
        {"<style>b { }</style><p style='color:rgb(9,9,9);background-color:rgb(0, 0, 0)'>seen?",
         MW_VEIL_COLOUR},
        {"<font color=white>seen?</font>", MW_VEIL_COLOUR},
        {"<p style='color:transparent'>seen?", MW_VEIL_COLOUR},
        {"<p style='color:#ddd'>seen?", MW_VEIL_NONE},
        {"<p style='font-size:0'>seen?", MW_VEIL_SIZE},
        {"<p style='font-size:12px'>seen?", MW_VEIL_NONE},
        {"<p style='opacity:0'>seen?", MW_VEIL_OPACITY},
        {"<p style='position:absolute;left:-999em'>seen?", MW_VEIL_PLACE},
        {"<p style='display:none;font-size:1px;color:#fff'>seen?", MW_VEIL_GONE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(veiled); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        const mw_html *html = mw_html_read(arena, mw_span_of(veiled[i].html));
        g_test_message("%s", veiled[i].html);
        for (mw_veil v = MW_VEIL_SIZE; v < MW_VEILS; v++)
            g_assert_cmpint(html->veiled[v], ==, v == veiled[i].veil ? 5 : 0);
    }
}

static void test_balance(void) {
    static const struct {
        const char *html;
        size_t stray, unclosed;
        bool cut;
    } kinds[] = {
        {"<html><body><p>a<br>b<li>c<td>d</body></html>", 0, 0, false},
        {"<p>a", 0, 0, false},
        {"<div><b>a</b></div>", 0, 0, false},
        {"<b>a</i></b></div>", 2, 0, false},
        {"<div><div><span>a</div>", 0, 2, false},
        {"</html></html>", 2, 0, false},
        {"<a href='x>y'>z</a>", 0, 0, false},
        {"<a href='x", 0, 0, true},
        {"<!-- <div> -->a<!-- b", 0, 0, true},
        {"<style>a > b { } <b></style>1 < 2 <3>", 0, 0, false},
        {"<script>if (a < b) '<div>'", 0, 1, true},
        {"<!doctype html><DIV></Div>", 0, 0, false},
        {"<", 0, 0, false},
        {"</", 0, 0, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        size_t len = strlen(kinds[i].html);
        g_autofree char *copy = g_memdup2(kinds[i].html, len);
        mw_balance balance = {0};
        mw_balance_read((mw_span){copy, len}, &balance);
        g_test_message("%s", kinds[i].html);
        g_assert_cmpint(balance.stray, ==, kinds[i].stray);
        g_assert_cmpint(balance.unclosed, ==, kinds[i].unclosed);
        g_assert_cmpint(balance.cut, ==, kinds[i].cut);
    }
}

static void test_cap(void) {
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < MW_MAX_LINKS + 10; i++)
        g_string_append(text, A);
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_html *html = mw_html_read(arena, (mw_span){text->str, text->len});
    g_assert_cmpint(html->links->len, ==, MW_MAX_LINKS);
    g_assert_cmpint(html->n_links, ==, MW_MAX_LINKS + 10);
}

/* A tag that is too long, or has too many attributes, is left out before libxml2 sees it; what stands around
 * it is read. */
static void test_monsters(void) {
    static const struct {
        const char *before, *piece, *after;
        size_t times;
        bool seen;
    } tags[] = {
        {"<a href=http://m.example/", " a=b", ">", 290, true},
        {"<a href=http://m.example/", " a=b", ">", 1100, false},
        {"<a href=http://m.example/", "/a", ">", 1100, false},
        {"<a href=\"http://m.example/", "x", "\">", 10000, true},
        {"<a href=\"http://m.example/", "x", "\">", MW_MAX_TAG, false},
        {"<a href=\"http://m.example/\" title=\">\"", " a=b", ">", 1100, false},
        {"<a href='http://m.example/' title = '>'", " a=b", ">", 1100, false},
        {"<a href=http://m.example/ ='>", " a=b", ">", 1100, false},
        {"<a href=\"http://m.example/\" title=\"it's > than\"", " a=b", ">", 10, true},
        {"<!-- ", "x", "--><a href=http://m.example/>", MW_MAX_TAG, true},
        {"<!-- <a href=http://m.example/>", "x", "-->", MW_MAX_TAG, false},
        {"<!--", "<!--", "--><a href=http://m.example/>", MW_MAX_TAG, true},
        {"<script>'<!--'</script><a href=http://m.example/>", "x", "", MW_MAX_TAG, true},
        {"<STYLE ><!--</style><a href=http://m.example/>", "x", "", MW_MAX_TAG, true},
        {"<scripted><!--</scripted><a href=http://m.example/>", "x", "-->", MW_MAX_TAG, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tags); i++) {
        g_autoptr(GString) text = g_string_new(A);
        g_string_append(text, tags[i].before);
        for (size_t k = 0; k < tags[i].times; k++)
            g_string_append(text, tags[i].piece);
        g_string_append_printf(text, "%sshown</a>" A, tags[i].after);
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autofree char *copy = g_memdup2(text->str, text->len);
        const mw_html *html = mw_html_read(arena, (mw_span){copy, text->len});
        bool seen = false;
        for (guint k = 0; k < html->links->len; k++)
            seen |= g_str_has_prefix(((mw_html_link *)html->links->pdata[k])->href, "http://m.example/");
        g_assert_cmpint(seen, ==, tags[i].seen);
        g_assert_cmpuint(html->links->len, ==, seen ? 3 : 2);
    }
}

/* What takes a reader that looks through all open elements at every tag longer than the test may. */
static void test_deep(void) {
    static const char *const units[] = {"<div>", "<span></b>", "<table><tr><td>", "<font><b><i>", "</p>"};
    int times = g_test_slow() ? 1000000 : 200000;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (int n = 0; n < times; n++)
            g_string_append(text, units[i]);
        g_string_append(text, A);
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_assert_cmpint(mw_html_read(arena, (mw_span){text->str, text->len})->n_links, >=, 1);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mail/html/cases", test_cases);
    g_test_add_func("/mail/html/odd-bytes", test_odd_bytes);
    g_test_add_func("/mail/html/veiled", test_veiled);
    g_test_add_func("/mail/html/balance", test_balance);
    g_test_add_func("/mail/html/cap", test_cap);
    g_test_add_func("/mail/html/monsters", test_monsters);
    g_test_add_func("/mail/html/deep", test_deep);
    return g_test_run();
}
