#include "dns/manners_test.h"
#include "dns/server_test.h"

#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <unistd.h>

static const char zone[] =
    "test. 60 IN TXT \"apex\"\n"
    "example.test. 60 IN TXT \"v=spf1 -all\"\nexample.test. MX 10 mx.example.test.\nmx.example.test. A "
    "192.0.2.1\n"
    "www.example.test. CNAME mx.example.test.\n*.wild.test. A 192.0.2.9\ntc.example.test. TXT \"over tcp\"\n"
    "odd\\000\\.\\255x.test. TXT \"odd\"\n1.2.0.192.in-addr.arpa. PTR mx.example.test.\n"
    "slow.test. A 192.0.2.2\nbinary.test. TXT \"a\\000b\" \"c\"\n1.0.168.192.in-addr.arpa. PTR nas.test.\n";

static mw_dns *open_dns(const test_server *server, int64_t query_ms, int64_t run_ms) {
    const char *servers[] = {test_server_address(server), NULL};
    mw_unbound_options options = {.servers = servers};
    g_autoptr(GError) error = NULL;
    mw_source *source = mw_source_unbound(&options, &error);
    g_assert_no_error(error);
    mw_dns_limits limits = {.queries = 400, .reserve = 100, .query_ms = query_ms, .run_ms = run_ms};
    return mw_dns_new(source, &limits);
}

static const mw_answer *query(mw_dns *dns, const char *escaped, uint16_t type) {
    mw_name name;
    g_assert_true(mw_name_read_escaped(mw_span_of(escaped), &name));
    return mw_dns_query(dns, &name, type, MW_FOR_AUTH, "test");
}

static void test_statuses(void) {
    static const struct {
        const char *name;
        uint16_t type;
        mw_dns_status want;
        size_t records;
    } cases[] = {
        {"example.test", MW_TYPE_TXT, MW_DNS_OK, 1},
        {"example.test", MW_TYPE_MX, MW_DNS_OK, 1},
        {"test", MW_TYPE_TXT, MW_DNS_OK, 1}, /* a name that libunbound would answer by itself */
        {"example.test", MW_TYPE_A, MW_DNS_NODATA, 0},
        {"gone.test", MW_TYPE_A, MW_DNS_NXDOMAIN, 0},
        {"www.example.test", MW_TYPE_A, MW_DNS_OK, 1},
        {"x.wild.test", MW_TYPE_A, MW_DNS_OK, 1},
        {"tc.example.test", MW_TYPE_TXT, MW_DNS_OK, 1},
        {"odd\\000\\.\\255x.test", MW_TYPE_TXT, MW_DNS_OK, 1},
        {"1.2.0.192.in-addr.arpa", MW_TYPE_PTR, MW_DNS_OK, 1},
        {"1.0.168.192.in-addr.arpa", MW_TYPE_PTR, MW_DNS_OK, 1},
        {"slow.test", MW_TYPE_A, MW_DNS_OK, 1},
        {"servfail.test", MW_TYPE_A, MW_DNS_SERVFAIL, 0},
        {"refused.test", MW_TYPE_A, MW_DNS_REFUSED, 0},
        {"refused.more.test", MW_TYPE_TXT, MW_DNS_REFUSED, 0},
        {"notimp.test", MW_TYPE_A, MW_DNS_SERVFAIL, 0},
        {"drop.test", MW_TYPE_A, MW_DNS_TIMEOUT, 0},
        {"wrongid.test", MW_TYPE_A, MW_DNS_TIMEOUT, 0},
        {"wrongq.test", MW_TYPE_A, MW_DNS_SERVFAIL, 0},
        {"short.test", MW_TYPE_A, MW_DNS_TIMEOUT, 0},
        {"garbage.test", MW_TYPE_A, MW_DNS_SERVFAIL, 0},
        {"loop.test", MW_TYPE_A, MW_DNS_SERVFAIL, 0},
        {"strangers.test", MW_TYPE_A, MW_DNS_NODATA, 0},
    };
    g_autoptr(test_server) server = test_server_new(zone, 0);
    g_autoptr(mw_dns) dns = open_dns(server, 1500, 4000);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        mw_name name;
        g_assert_true(mw_name_read_escaped(mw_span_of(cases[i].name), &name));
        mw_dns_prefetch(dns, &name, cases[i].type, MW_FOR_AUTH, "test");
    }
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const mw_answer *answer = query(dns, cases[i].name, cases[i].type);
        g_test_message("%s %s %s", cases[i].name, mw_dns_status_name(answer->status),
                       mw_dns_status_name(cases[i].want));
        g_assert_cmpint(answer->status, ==, cases[i].want);
        g_assert_cmpuint(answer->n_records, ==, cases[i].records);
    }
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_answer *www = query(dns, "www.example.test", MW_TYPE_A);
    g_assert_cmpstr(mw_name_text(arena, &www->canonical), ==, "mx.example.test");
    g_assert_cmpmem(www->records[0].data, www->records[0].len, "\300\0\2\1", 4);
    mw_span text = mw_rdata_txt(arena, &query(dns, "tc.example.test", MW_TYPE_TXT)->records[0]);
    g_assert_cmpmem(text.data, text.len, "over tcp", 8);
}

static void test_big_txt(void) {
    GString *text = g_string_new("big.test. 60 IN TXT");
    for (int i = 0; i < 63000; i++) {
        if (i % 255 == 0)
            g_string_append(text, i ? "\" \"" : " \"");
        g_string_append_c(text, (char)('a' + i % 26));
    }
    g_string_append(text, "\"\n");
    g_autoptr(test_server) server = test_server_new(text->str, 0);
    g_autoptr(mw_dns) dns = open_dns(server, 4000, 4000);
    const mw_answer *answer = query(dns, "big.test", MW_TYPE_TXT);
    g_assert_cmpint(answer->status, ==, MW_DNS_OK);
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_assert_cmpuint(mw_rdata_txt(arena, &answer->records[0]).len, ==, 63000);
    g_string_free(text, TRUE);
}

/* Two dead names must not mark the only forwarder as down. */
static void test_dead_names(void) {
    g_autoptr(test_server) server = test_server_new(zone, 0);
    g_autoptr(mw_dns) dns = open_dns(server, 400, 4000);
    for (int i = 0; i < 8; i++) {
        g_autofree char *name = g_strdup_printf("drop.n%d.test", i);
        mw_dns_prefetch_text(dns, name, MW_TYPE_A, MW_FOR_LIST, "test");
    }
    g_assert_cmpint(query(dns, "drop.n0.test", MW_TYPE_A)->status, ==, MW_DNS_TIMEOUT);
    g_assert_cmpint(query(dns, "example.test", MW_TYPE_TXT)->status, ==, MW_DNS_OK);
    g_assert_cmpint(query(dns, "mx.example.test", MW_TYPE_A)->status, ==, MW_DNS_OK);
}

/* The run's time is over with the first question: no other one is even put. */
static void test_silent(void) {
    g_autoptr(test_server) server = test_server_new(zone, 0);
    g_autoptr(mw_dns) dns = open_dns(server, 5000, 300);
    for (int i = 0; i < 10; i++) {
        g_autofree char *name = g_strdup_printf("drop.s%d.test", i);
        g_assert_cmpint(query(dns, name, MW_TYPE_A)->status, ==, MW_DNS_TIMEOUT);
    }
    g_assert_cmpuint(mw_dns_statistics(dns).unanswered, ==, 10);
    g_assert_cmpuint(test_server_different(server), <=, 1);
}

/* So many names of the zone, asked at once. */
static void query_wild(mw_dns *dns, int n) {
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < n; i++) {
            g_autofree char *name = g_strdup_printf("n%d.wild.test", i);
            if (pass)
                g_assert_cmpint(query(dns, name, MW_TYPE_A)->status, ==, MW_DNS_OK);
            else
                mw_dns_prefetch_text(dns, name, MW_TYPE_A, MW_FOR_AUTH, "test");
        }
    }
}

/* All questions are on the wire at once: the server answers none before it has all of them, and nothing had
 * to be put again. Where a machine stands still for longer than one try something has: then it is tried anew.
 */
static void test_many_at_once(void) {
    for (int attempt = 0; attempt < 20; attempt++) {
        g_autoptr(test_server) server = test_server_new(zone, 0);
        g_autoptr(mw_dns) dns = open_dns(server, 30000, 30000);
        test_server_hold(server, 100);
        query_wild(dns, 100);
        g_test_message("%u packets", test_server_questions(server));
        if (test_server_questions(server) == 100)
            return;
    }
    g_test_fail();
}

static void test_servers(void) {
    g_autoptr(test_server) server = test_server_new(zone, 0);
    g_autoptr(GError) error = NULL;
    const char *bad[] = {"resolver.example", NULL};
    g_assert_null(mw_source_unbound(&(mw_unbound_options){.servers = bad}, &error));
    g_assert_error(error, MW_ERROR, MW_ERROR_OPTION);
    g_clear_error(&error);
    g_assert_null(mw_source_unbound(&(mw_unbound_options){.resolv_conf = "/nonexistent"}, &error));
    g_assert_error(error, MW_ERROR, MW_ERROR_SYSTEM);
    g_clear_error(&error);
    const char *six[] = {"2001:db8::53", "::1@5353", "fe80::1%lo", NULL};
    mw_source_free(mw_source_unbound(&(mw_unbound_options){.servers = six}, &error));
    g_assert_no_error(error);
    /* one of two servers is not there */
    const char *two[] = {"127.0.0.1@1", test_server_address(server), NULL};
    mw_source *source = mw_source_unbound(&(mw_unbound_options){.servers = two}, NULL);
    g_assert_nonnull(source);
    g_autoptr(mw_dns) dns = mw_dns_new(source, NULL);
    g_assert_cmpint(query(dns, "example.test", MW_TYPE_TXT)->status, ==, MW_DNS_OK);
    g_assert_cmpint(query(dns, "mx.example.test", MW_TYPE_A)->status, ==, MW_DNS_OK);
}

/* ---- resolv.conf ---- */

/* A run with a resolv.conf of that text; NULL when the file can't be read. */
static mw_dns *open_system(const char *text, int64_t query_ms) {
    g_autofree char *file = NULL;
    g_autoptr(GError) error = NULL;
    int fd = g_file_open_tmp("mailwhy-resolv-XXXXXX", &file, NULL);
    g_assert_cmpint(fd, >=, 0);
    close(fd);
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
    mw_source *source = mw_source_unbound(&(mw_unbound_options){.resolv_conf = file}, &error);
    g_unlink(file);
    g_assert_no_error(error);
    mw_dns_limits limits = {.queries = 400, .reserve = 100, .query_ms = query_ms, .run_ms = 10000};
    return mw_dns_new(source, &limits);
}

static void test_resolv_conf(void) {
    static const char *const forms[] = {
        "nameserver %s\n",
        "# comment\n; another\nsearch corp.example\noptions ndots:2 timeout:1 rotate\nnameserver %s",
        "domain example.com\r\nnameserver %s\r\noptions edns0\r\n",
        "nameserver not-an-address\nnameserver\t%s # the office's\n",
    };
    g_autoptr(test_server) server = test_server_new(zone, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_auto(GStrv) around = g_strsplit(forms[i], "%s", 2);
        g_autofree char *text = g_strconcat(around[0], test_server_address(server), around[1], NULL);
        g_autoptr(mw_dns) dns = open_system(text, 4000);
        g_assert_cmpint(query(dns, "example.test", MW_TYPE_TXT)->status, ==, MW_DNS_OK);
        /* search domains are never tried: names are whole */
        g_assert_cmpint(query(dns, "gone.test", MW_TYPE_A)->status, ==, MW_DNS_NXDOMAIN);
    }
    g_assert_cmpuint(test_server_questions(server), ==, 2 * G_N_ELEMENTS(forms));
    /* without a name server it is the host's own: nothing is asked here */
    g_autoptr(mw_dns) none = open_system("search example.com\n", 4000);
    g_assert_nonnull(none);
}

static void test_six(void) {
    g_autoptr(test_server) server = test_server_new_six(zone, 0);
    if (!server) {
        g_test_skip("this machine has no ::1");
        return;
    }
    g_autofree char *text = g_strdup_printf("nameserver %s\n", test_server_address(server));
    g_autoptr(mw_dns) dns = open_system(text, 4000);
    g_assert_cmpint(query(dns, "example.test", MW_TYPE_TXT)->status, ==, MW_DNS_OK);
    g_assert_cmpint(query(dns, "tc.example.test", MW_TYPE_TXT)->status, ==, MW_DNS_OK); /* over TCP */
    g_autoptr(test_server) four = test_server_new(zone, 0);
    g_autofree char *both = g_strdup_printf("nameserver ::1@1\nnameserver %s\n", test_server_address(four));
    g_autoptr(mw_dns) mixed = open_system(both, 4000);
    g_assert_cmpint(query(mixed, "example.test", MW_TYPE_TXT)->status, ==, MW_DNS_OK);
}

/* A port of the loopback that takes packets and never answers. */
static int silent_port(unsigned *port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&at, sizeof at), ==, 0);
    getsockname(fd, (struct sockaddr *)&at, &size);
    *port = ntohs(at.sin_port);
    return fd;
}

/* So many packets that nobody answered. */
static int packets_at(int fd) {
    char packet[2048];
    int n = 0;
    while (recv(fd, packet, sizeof packet, MSG_DONTWAIT) >= 0)
        n++;
    return n;
}

/* A dead first server: the second answers all, after a few tries of each question at the first. */
static void test_dead_first(void) {
    for (int silent = 0; silent < 2; silent++) {
        unsigned port = 1; /* nothing listens there */
        int fd = silent ? silent_port(&port) : -1;
        g_autoptr(test_server) server = test_server_new(zone, 0);
        g_autofree char *text =
            g_strdup_printf("nameserver 127.0.0.1@%u\nnameserver %s\n", port, test_server_address(server));
        g_autoptr(mw_dns) dns = open_system(text, 9000);
        query_wild(dns, 20);
        g_assert_cmpint(query(dns, "example.test", MW_TYPE_TXT)->status, ==, MW_DNS_OK);
        g_assert_cmpuint(test_server_different(server), ==, 21);
        int tries = silent ? packets_at(fd) : 0;
        g_test_message("%d packets for a silent first server", tries);
        g_assert_cmpint(tries, <=, 3 * 21);
        if (fd >= 0)
            close(fd);
    }
}

/* One of two servers refuses: the other one's answer counts. Both refuse, or one of them and the other is
 * dead. */
static void test_refusals(void) {
    g_autoptr(test_server) a = test_server_new(zone, 0);
    g_autoptr(test_server) b = test_server_new("example.test. TXT \"b\"\n", 0);
    const char *both[] = {test_server_address(a), test_server_address(b), NULL};
    g_autoptr(mw_dns) dns = mw_dns_new(mw_source_unbound(&(mw_unbound_options){.servers = both}, NULL), NULL);
    g_assert_cmpint(query(dns, "example.test", MW_TYPE_TXT)->status, ==, MW_DNS_OK);
    g_assert_cmpint(query(dns, "refused.test", MW_TYPE_A)->status, ==, MW_DNS_REFUSED); /* both */
    g_assert_cmpint(query(dns, "servfail.test", MW_TYPE_A)->status, ==, MW_DNS_SERVFAIL);
}

/* Whatever a name server answers, nothing that it plants is believed, and every question ends. The manners
 * whose packets are right but for something that may be passed over are the exception. */
static void test_hostile(void) {
    g_autoptr(test_server) server = test_server_new("test. TXT \"apex\"\n", 0);
    g_autoptr(mw_dns) dns = open_dns(server, 2500, 6000);
    for (const test_manner *m = test_manners; m->label; m++) {
        g_autofree char *name = g_strconcat(m->label, ".example.test", NULL);
        mw_dns_prefetch_text(dns, name, MW_TYPE_A, MW_FOR_AUTH, "test");
    }
    for (const test_manner *m = test_manners; m->label; m++) {
        g_autofree char *name = g_strconcat(m->label, ".example.test", NULL);
        const mw_answer *answer = query(dns, name, MW_TYPE_A);
        g_test_message("%s: %s", m->what, mw_dns_status_name(answer->status));
        g_assert_cmpuint(answer->n_records, ==, 0);
        g_assert_cmpint(answer->status, !=, MW_DNS_OK);
    }
}

/* A server that always takes a second is slow, not dead: its answers count, those to later questions, too. */
static void test_always_slow(void) {
    g_autoptr(test_server) server = test_server_new(zone, 1000);
    g_autoptr(mw_dns) dns = open_dns(server, 4500, 9000);
    g_assert_cmpint(query(dns, "example.test", MW_TYPE_TXT)->status, ==, MW_DNS_OK);
    g_assert_cmpint(query(dns, "gone.test", MW_TYPE_A)->status, ==, MW_DNS_NXDOMAIN);
    g_assert_cmpint(query(dns, "mx.example.test", MW_TYPE_A)->status, ==, MW_DNS_OK);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dns/unbound/statuses", test_statuses);
    g_test_add_func("/dns/unbound/big-txt", test_big_txt);
    g_test_add_func("/dns/unbound/hostile", test_hostile);
    g_test_add_func("/dns/unbound/always-slow", test_always_slow);
    g_test_add_func("/dns/unbound/dead-names", test_dead_names);
    g_test_add_func("/dns/unbound/silent", test_silent);
    g_test_add_func("/dns/unbound/many-at-once", test_many_at_once);
    g_test_add_func("/dns/unbound/servers", test_servers);
    g_test_add_func("/dns/unbound/refusals", test_refusals);
    g_test_add_func("/dns/unbound/resolv-conf", test_resolv_conf);
    g_test_add_func("/dns/unbound/six", test_six);
    g_test_add_func("/dns/unbound/dead-first", test_dead_first);
    return g_test_run();
}
