/* Addresses as browsers read them. */
#include "mail/links.h"

static const struct {
    const char *text, *scheme, *host, *rest;
    unsigned oddities;
} cases[] = {
    {"http://www.example.org/a?b#c", "http", "www.example.org", "/a?b#c", 0},
    {"HTTPS://WWW.Example.ORG", "https", "www.example.org", "", 0},
    {"http://example.org:8080/x", "http", "example.org", "/x", 0},
    {"http://example.org./x", "http", "example.org", "/x", 0},
    {"http://bank.example@evil.example/x", "http", "evil.example", "/x", MW_URL_USERINFO},
    {"http://a:b@evil.example", "http", "evil.example", "", MW_URL_USERINFO},
    {"http://evil.example/x@y", "http", "evil.example", "/x@y", 0},
    {"http://evil.example?x@y", "http", "evil.example", "?x@y", 0},
    {"http://192.0.2.1/", "http", "192.0.2.1", "/", 0},
    {"http://3221225985/", "http", "192.0.2.1", "/", MW_URL_NUMBER_HOST},
    {"http://0xC0000201/", "http", "192.0.2.1", "/", MW_URL_NUMBER_HOST},
    {"http://0300.0.2.1/", "http", "192.0.2.1", "/", MW_URL_NUMBER_HOST},
    {"http://192.0.513/", "http", "192.0.2.1", "/", MW_URL_NUMBER_HOST},
    {"http://192.0.2.256/", "http", "192.0.2.256", "/", 0},
    {"http://[2001:DB8::1]:80/", "http", "2001:db8::1", "/", 0},
    {"http://%65vil.example/", "http", "evil.example", "/", MW_URL_PERCENT_HOST},
    {"http:\\\\evil.example\\x", "http", "evil.example", "\\x", MW_URL_BACKSLASH},
    {"http:/evil.example/x", "http", "evil.example", "/x", 0},
    {"ht\ntp://ev\til.example", "http", "evil.example", "", 0},
    {"//cdn.example/x", "", "cdn.example", "/x", 0},
    {"mailto:a@example.org", "mailto", NULL, "a@example.org", 0},
    {"javascript:alert(1)", "javascript", NULL, "alert(1)", 0},
    {"page.html", "", NULL, "page.html", 0},
    {"http://b\xc3\xbc"
     "cher.example/",
     "http", "xn--bcher-kva.example", "/", 0},
    {"http://ev\xe2\x80\x8bil.example/", "http", "evil.example", "/", MW_URL_ZERO_WIDTH},
    {"http://p\xd0\xb0ypal.example/", "http", "xn--pypal-4ve.example", "/", MW_URL_MIXED_SCRIPT},
    {"http:///", "http", NULL, "", 0},
};

static void test_url(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        size_t len = strlen(cases[i].text);
        g_autofree char *copy = g_memdup2(cases[i].text, len);
        mw_url url;
        g_assert_true(mw_url_read(arena, (mw_span){copy, len}, &url));
        g_test_message("%s", cases[i].text);
        g_assert_cmpstr(url.scheme, ==, cases[i].scheme);
        g_assert_cmpstr(url.host, ==, cases[i].host);
        g_assert_cmpstr(url.rest, ==, cases[i].rest);
        g_assert_cmpuint(url.oddities, ==, cases[i].oddities);
    }
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_url url;
    g_assert_false(mw_url_read(arena, MW_SPAN(" \t\n"), &url));
}

static void test_nested(void) {
    static const struct {
        const char *text, *want;
    } urls[] = {
        {"https://safe.example/?url=https%3A%2F%2Fevil.example%2Fx&data=1", "https://evil.example/x"},
        {"https://r.example/go?u=http://a.example/&v=http://b.example/",
         "http://a.example/ http://b.example/"},
        {"https://r.example/http", ""},
        {"https://r.example/", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        mw_url url;
        g_assert_true(mw_url_read(arena, mw_span_of(urls[i].text), &url));
        GPtrArray *nested = mw_url_nested(arena, &url, 5);
        g_autoptr(GString) text = g_string_new(NULL);
        for (guint j = 0; j < nested->len; j++) {
            mw_span *span = nested->pdata[j];
            g_string_append_printf(text, "%s%.*s", j ? " " : "", (int)span->len, span->data);
        }
        g_assert_cmpstr(text->str, ==, urls[i].want);
    }
}

static void test_text(void) {
    static const struct {
        const char *text, *want;
    } texts[] = {
        {"See http://a.example/x, or (https://b.example).", "http://a.example/x https://b.example"},
        {"www.a.example and mail@www.b.example", "http://www.a.example"},
        {"<http://a.example/>", "http://a.example/"},
        {"nothing, http and www. here", ""},
        {"xhttp://a.example", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        size_t len = strlen(texts[i].text);
        g_autofree char *copy = g_memdup2(texts[i].text, len);
        GPtrArray *found = mw_links_in_text(arena, (mw_span){copy, len}, 10);
        g_autoptr(GString) text = g_string_new(NULL);
        for (guint j = 0; j < found->len; j++) {
            mw_span *span = found->pdata[j];
            g_string_append_printf(text, "%s%.*s", j ? " " : "", (int)span->len, span->data);
        }
        g_assert_cmpstr(text->str, ==, texts[i].want);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mail/url/read", test_url);
    g_test_add_func("/mail/url/nested", test_nested);
    g_test_add_func("/mail/url/text", test_text);
    return g_test_run();
}
