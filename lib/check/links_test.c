/* Links: what is shown against where it leads, by rspamd's weights. */
#include "check/lookalike.h"
#include "check/world_test.h"

extern const mw_check mw_check_links;

static const struct {
    const char *html, *want;
    double weight; /* of PHISHING */
} cases[] = {
    {"<a href=http://www.shop.example/a>http://www.shop.example/a</a>", "", 0},
    {"<a href=http://click.shop.example/a>www.shop.example</a>", "", 0},
    {"<a href=http://evil.example/>click here</a>", "", 0},
    {"<a href=http://evil.example/>https://www.bank.example/login</a>", "PHISHING HTTP_TO_HTTPS", 0.5},
    {"<a href=https://evil.example/>https://www.bank.example/login</a>", "PHISHING", 0.5},
    {"<a href=https://evil.example/>www.bank.example</a>", "PHISHING", 0.5},
    {"<a href=https://evil.example/>bank.example</a>", "PHISHING", 0.5},
    {"<a href=https://evil.example/>visit bank.example today</a>", "", 0},
    {"<a href=https://evil.example/>report.zip</a>", "", 0},
    {"<a href=https://evil.example/>readme.txt</a>", "", 0},
    {"<a href=https://evil.example/>ann@bank.example</a>", "", 0},
    {"<a href=https://evil.example/>3.14</a>", "", 0},
    {"<a href=https://mybonk.example/>https://mybank.example</a>", "PHISHING", 0.980096},
    {"<a href=https://mybannk.example/>https://mybank.example</a>", "PHISHING", 1},
    {"<a href=https://myb\xd0\xb0nk.example/>https://mybank.example</a>", "PHISHING OMOGRAPH_URL", 1},
    {"<a href=http://198.51.100.7/>https://www.bank.example</a>", "HTTP_TO_IP PHISHING HTTP_TO_HTTPS URL_IP",
     0.5},
    {"<a href=http://198.51.100.7/>click</a>", "URL_IP", 0},
    {"<a href=http://10.0.0.1/>click</a>", "", 0},
    {"<a href=mailto:ann@x.example>www.bank.example</a>", "", 0},
    {"<a href=http://bank.example@evil.example/>click</a>", "R_SUSPICIOUS_URL", 0},
    {"<a href=http://3325256711/>click</a>", "R_SUSPICIOUS_URL URL_IP", 0},
    {"<a href=http://%65vil.example/>click</a>", "R_SUSPICIOUS_URL", 0},
    {"<a href=http://ev\xe2\x80\x8bil.example/>click</a>", "ZERO_WIDTH_SPACE_URL", 0},
    {"<a "
     "href=https://eur01.safelinks.protection.outlook.com/"
     "?url=https%3A%2F%2Fwww.bank.example%2F>www.bank.example</a>",
     "", 0},
    {"<a "
     "href=https://eur01.safelinks.protection.outlook.com/"
     "?url=https%3A%2F%2Fevil.example%2F>www.bank.example</a>",
     "PHISHING", 0.5},
    {"<a href=https://bit.ly/x>click</a>", "URL_SHORTENER", 0},
    {"<a href=https://win.top/>click</a>", "SUSPICIOUS_TLD", 0},
    {"<a href=https://youtu.be/x>https://www.youtube.com/watch</a>", "", 0},
    {"<a href=https://lnkd.in/x>linkedin.com</a>", "", 0},
    {"<a href=https://youtu.be/x>www.bank.example</a>", "PHISHING", 0.5},
    {"<a href=https://u1.ct.sendgrid.net/ls/x>www.shop.example</a>", "", 0},
    {"<a href=https://u1.ct.sendgrid.net/ls/x>www.bank.example</a>", "PHISHING", 0.5},
    {"<meta http-equiv=refresh content='0;url=http://evil.example/'>", "HTML_META_REFRESH_URL", 0},
    {"<form action=http://evil.example/><input></form>", "HTML_FORM", 0},
    {"<a href='data:text/html,x'>click</a>", "LINK_WITH_CODE", 0},
    {"<a href=http://sh0p.example/>click</a>", "LOOKALIKE_DOMAIN", 0},
    {"<base href=http://evil.example/><a href=/login>www.bank.example</a>", "PHISHING", 0.5},
    {"<a href='#top'>www.bank.example</a>", "", 0},
};

static void test_cases(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *message =
            g_strconcat("From: a@shop.example\nMIME-Version: 1.0\nContent-Type: text/html; "
                        "charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n",
                        cases[i].html, "\n", NULL);
        world w = world_new(&(world_spec){.message = message});
        world_run(&w, &mw_check_links);
        g_test_message("%s", cases[i].html);
        g_assert_cmpstr(world_symbols(&w), ==, cases[i].want);
        if (cases[i].weight > 0)
            g_assert_cmpfloat_with_epsilon(mw_found(w.facts, "PHISHING")->scale, cases[i].weight, 1e-3);
        world_free(&w);
    }
}

/* An attachment, and a mail attached, are not the mail itself. */
static void test_attachment(void) {
    world w =
        world_new(&(world_spec){.message = "From: a@shop.example\nMIME-Version: 1.0\nContent-Type: "
                                           "text/html\nContent-Disposition: attachment; filename=a.html\n\n"
                                           "<a href=https://evil.example/>www.bank.example</a>\n"});
    world_run(&w, &mw_check_links);
    g_assert_cmpstr(world_symbols(&w), ==, "");
    world_free(&w);
}

static void test_authenticated(void) {
    world w = world_new(
        &(world_spec){.message = "From: a@evil.example\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
                                 "<a href=https://click.evil.example/>www.bank.example</a>\n"});
    mw_dmarc *dmarc = mw_new(w.arena, mw_dmarc);
    dmarc->rfc9989.result = MW_DMARC_PASS;
    w.facts->dmarc = dmarc;
    world_run(&w, &mw_check_links);
    g_assert_cmpstr(world_symbols(&w), ==, "");
    world_free(&w);
    /* it shows its own name and leads to a helper of its own */
    static const char own[] = "From: a@shop.example\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
                              "<a href=https://clicks.helper.example/>www.shop.example</a>\n";
    for (int pass = 0; pass < 2; pass++) {
        w = world_new(&(world_spec){.message = own});
        dmarc = mw_new(w.arena, mw_dmarc);
        dmarc->rfc9989.result = pass ? MW_DMARC_PASS : MW_DMARC_FAIL;
        w.facts->dmarc = dmarc;
        world_run(&w, &mw_check_links);
        g_assert_cmpstr(world_symbols(&w), ==, pass ? "" : "PHISHING");
        world_free(&w);
    }
}

static void test_lookalike(void) {
    static const struct {
        const char *a, *b;
        bool want;
    } pairs[] = {
        {"paypal.example", "paypa1.example", true},        {"modern.example", "modem.example", true},
        {"xn--pypal-4ve.example", "paypal.example", true}, {"paypal.example", "www.paypal.example", false},
        {"paypal.example", "paypal.test", false},          {"abc.example", "a-b-c.example", false},
        {"shop.example", "store.example", false},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
        g_assert_cmpint(mw_lookalike(arena, pairs[i].a, pairs[i].b), ==, pairs[i].want);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/links/cases", test_cases);
    g_test_add_func("/check/links/attachment", test_attachment);
    g_test_add_func("/check/links/authenticated", test_authenticated);
    g_test_add_func("/check/links/lookalike", test_lookalike);
    return g_test_run();
}
