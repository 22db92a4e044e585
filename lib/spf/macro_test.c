#include "spf/macro.h"
#include "base/limits.h"

static const char *validated(void *data, const char *domain) {
    return data;
}

static mw_spf_values sample(const char *ip) {
    mw_spf_values values = {
        .sender = "new-order=7+x@mail.shop.example",
        .local_part = "new-order=7+x",
        .sender_domain = "mail.shop.example",
        .helo = "relay.host.example",
        .receiver = "mx.customer.example",
        .now = 1767225600,
        .validated = validated,
        .data = (void *)"relay.host.example",
    };
    g_assert_true(mw_ip_parse(mw_span_of(ip), &values.client_ip));
    return values;
}

static void test_domain(void) {
    static const struct {
        const char *ip, *text, *want;
    } cases[] = {
        {"192.0.2.3", "%{d}", "Spf.Shop.example"},
        {"192.0.2.3", "%{d2}", "Shop.example"},
        {"192.0.2.3", "%{d2r}", "Shop.Spf"},
        {"192.0.2.3", "%{dr}.", "example.Shop.Spf"},
        {"192.0.2.3", "%{d999999999999}", "Spf.Shop.example"},
        {"192.0.2.3", "%{ir}.%{v}._spf.%{o2}", "3.2.0.192.in-addr._spf.shop.example"},
        {"192.0.2.3", "%{l-}.%{lr-=}.%{l1+}", "new.order=7+x.7+x.order.new.x"},
        {"192.0.2.3", "%{L}", "new-order%3D7%2Bx"},
        {"192.0.2.3", "%{S}", "new-order%3D7%2Bx%40mail.shop.example"},
        {"192.0.2.3", "%{p}.%{h1}", "relay.host.example.example"},
        {"192.0.2.3", "a%%b%_c%-d", "a%b c%20d"},
        {"2001:db8::b", "%{i}", "2.0.0.1.0.D.B.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.B"},
        {"2001:db8::b", "%{i2r}.%{v}", "0.2.ip6"},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        mw_spf_values values = sample(cases[i].ip);
        g_assert_cmpstr(mw_spf_expand_domain(arena, &values, mw_span_of(cases[i].text), "Spf.Shop.example"),
                        ==, cases[i].want);
    }
}

static void test_text(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_spf_values values = sample("2001:db8::b");
    g_assert_cmpstr(mw_spf_expand_text(arena, &values, MW_SPAN("%{c} at %{t} for %{r}: %{R1}."), "x.example"),
                    ==, "2001:db8::b at 1767225600 for mx.customer.example: example.");
    values.helo = values.receiver = NULL;
    g_assert_cmpstr(mw_spf_expand_text(arena, &values, MW_SPAN("%{h} %{r}"), "x.example"), ==,
                    "unknown unknown");
}

static void test_check(void) {
    static const struct {
        const char *text;
        bool in_exp, blanks;
        size_t want;
    } cases[] = {
        {"%{d}.example", false, false, SIZE_MAX},
        {"%{c}", false, false, 0},
        {"%{c} is %{t}", true, true, SIZE_MAX},
        {"a b", true, false, 1},
        {"100% sure", true, true, 3},
        {"%", true, true, 0},
        {"x%{", true, true, 1},
        {"x%{d", true, true, 1},
        {"x%{d2r.", true, true, 1},
        {"x%{d2x}", true, true, 1},
        {"\x01", true, true, 0},
        {"caf\xc3\xa9", true, true, 3},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t n = strlen(cases[i].text);
        g_autofree char *copy = g_memdup2(cases[i].text, n);
        g_assert_cmpuint(mw_spf_check_macros((mw_span){copy, n}, cases[i].in_exp, cases[i].blanks), ==,
                         cases[i].want);
    }
}

static void test_bounds(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_spf_values values = sample("192.0.2.3");
    g_autoptr(GString) domain = g_string_new("top.example");
    while (domain->len < 240)
        g_string_prepend(domain, "abcdefghi.");
    /* taken off the left, label by label, until it fits */
    const char *name = mw_spf_expand_domain(arena, &values, MW_SPAN("%{d}.%{d}"), domain->str);
    g_assert_cmpuint(strlen(name), <=, 253);
    g_assert_cmpuint(strlen(name), >, 242);
    g_assert_true(g_str_has_suffix(name, domain->str));

    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 127; i++)
        g_string_append(text, "%{d}");
    char *long_text = (char *)mw_spf_expand_text(arena, &values, mw_span_of(text->str), domain->str);
    g_assert_cmpuint(strlen(long_text), ==, 127 * domain->len);
    for (int i = 0; i < 15000; i++)
        g_string_append(text, "%{d}");
    long_text = (char *)mw_spf_expand_text(arena, &values, mw_span_of(text->str), domain->str);
    g_assert_cmpuint(strlen(long_text), ==, MW_MAX_SPF_EXPLANATION + strlen(" [...]"));
    name = mw_spf_expand_domain(arena, &values, mw_span_of(text->str), domain->str);
    g_assert_cmpuint(strlen(name), <=, 253);
    g_assert_true(g_str_has_suffix(name, "abcdefghi.top.example"));

    g_autofree char *local = g_strnfill(MW_MAX_SPF_VALUE + 1, 'x');
    values.local_part = local;
    g_assert_null(mw_spf_expand_domain(arena, &values, MW_SPAN("%{l}.example"), "x.example"));
    local[MW_MAX_SPF_VALUE] = 0;
    g_assert_nonnull(mw_spf_expand_domain(arena, &values, MW_SPAN("%{l}.example"), "x.example"));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/spf/macro/domain", test_domain);
    g_test_add_func("/spf/macro/text", test_text);
    g_test_add_func("/spf/macro/check", test_check);
    g_test_add_func("/spf/macro/bounds", test_bounds);
    return g_test_run();
}
