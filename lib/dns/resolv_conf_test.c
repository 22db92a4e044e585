#include "dns/resolv_conf.h"

static const struct {
    const char *text, *want;
} cases[] = {
    {"nameserver 192.0.2.1\nnameserver 192.0.2.2\n", "192.0.2.1 192.0.2.2"},
    {"# a comment\n; another\n\nsearch example.com corp\noptions ndots:2 timeout:1\nnameserver 192.0.2.1",
     "192.0.2.1"},
    {"domain example.com\r\nnameserver 192.0.2.1\r\nnameserver\t2001:db8::53\r\n", "192.0.2.1 2001:db8::53"},
    {"nameserver ::1\nnameserver fe80::1%eth0\n", "::1 fe80::1%eth0"},
    {"  nameserver   192.0.2.1   \n", "192.0.2.1"},
    {"nameserver 192.0.2.1 # the first\nnameserver 192.0.2.2;the second\n", "192.0.2.1 192.0.2.2"},
    {"NameServer 192.0.2.1\n", "192.0.2.1"},
    {"nameserver 127.0.0.1@5300\nnameserver 127.0.0.1@0\nnameserver 127.0.0.1@x\n", "127.0.0.1@5300"},
    {"nameserver resolver.example\nnameserver 192.0.2\nnameserver [::1]\nnameserver 192.0.2.9\n",
     "192.0.2.9"},
    {"#nameserver 192.0.2.1\nnameservers 192.0.2.2\nnameserver192.0.2.3\nnameserver\n", "127.0.0.1"},
    {"\xef\xbb\xbfnameserver 192.0.2.1\n", "192.0.2.1"},
    {"search example.com\n", "127.0.0.1"},
    {"", "127.0.0.1"},
    {"nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4\nnameserver "
     "192.0.2.5\nnameserver 192.0.2.6\nnameserver 192.0.2.7\n",
     "192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5 192.0.2.6"},
};

static void test_servers(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t len = strlen(cases[i].text);
        g_autofree char *copy = g_memdup2(cases[i].text, len); /* without the final NUL */
        const char *const *servers = mw_resolv_conf_servers(arena, (mw_span){copy, len});
        g_autofree char *got = g_strjoinv(" ", (char **)servers);
        g_assert_cmpstr(got, ==, cases[i].want);
    }
    const char *const *servers = mw_resolv_conf_servers(arena, MW_SPAN("nameserver 192.0.2.1\0x\n"));
    g_assert_cmpstr(servers[0], ==, "127.0.0.1");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dns/resolv-conf/servers", test_servers);
    return g_test_run();
}
