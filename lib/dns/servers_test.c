/* Own recursion from a root of our own, validation, and recordings as zones: against real servers. */
#include "dns/daemon_test.h"
#include "dns/source.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

/* A name server that is found by delegation is asked at port 53, so these have loopback addresses of their
 * own. */
typedef struct world {
    char *folder;
    char root_ip[32], test_ip[32];
    test_daemon *root, *test;
    const char *hints, *anchors;
} world;

static bool may_use_port_53(const char *ip) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(53)};
    inet_pton(AF_INET, ip, &at.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = bind(fd, (struct sockaddr *)&at, sizeof at) == 0;
    close(fd);
    return ok;
}

static test_daemon *start_nsd(const world *w, const char *name, const char *ip, const char *zones) {
    unsigned port = test_daemon_port();
    g_autofree char *config =
        g_strdup_printf("server:\n ip-address: %s@53\n ip-address: 127.0.0.1@%u\n username: \"\"\n chroot: "
                        "\"\"\n database: \"\"\n"
                        " zonesdir: \"%s\"\n pidfile: \"%s/%s.pid\"\n xfrdfile: \"\"\n zonelistfile: "
                        "\"%s/%s.list\"\n xfrdir: \"%s\"\n"
                        "remote-control:\n control-enable: no\n%s",
                        ip, port, w->folder, w->folder, name, w->folder, name, w->folder, zones);
    g_autofree char *file_name = g_strconcat(name, ".conf", NULL);
    const char *file = test_daemon_file(w->folder, file_name, config);
    const char *argv[] = {"nsd", "-d", "-c", file, NULL};
    return test_daemon_start(w->folder, argv, port);
}

static void sign(const world *w, const char *zone, const char *dates) {
    g_autofree char *script = g_strdup_printf("set -e; K=$(ldns-keygen -a ECDSAP256SHA256 -k %s); "
                                              "ldns-signzone %s %s.zone $K; cat $K.key >> anchors",
                                              zone, dates, zone);
    const char *argv[] = {"sh", "-c", script, NULL};
    test_daemon_run(w->folder, argv);
}

static void write_zone(const world *w, const char *zone, const char *more) {
    g_autofree char *name = g_strconcat(zone, ".zone", NULL);
    g_autofree char *text =
        g_strdup_printf("%s. 60 IN SOA ns.test. host.test. 1 3600 600 86400 60\n%s. 60 IN NS ns.test.\n"
                        "%s. 60 IN TXT \"v=spf1 -all\"\n%s",
                        zone, zone, zone, more);
    test_daemon_file(w->folder, name, text);
}

static void write_zones(world *w) {
    g_autofree char *root =
        g_strdup_printf(". 60 IN SOA ns.root. host.root. 1 3600 600 86400 60\n. 60 IN NS ns.root.\n"
                        "ns.root. 60 IN A %s\ntest. 60 IN NS ns.test.\nns.test. 60 IN A %s\n",
                        w->root_ip, w->test_ip);
    g_autofree char *hints = g_strdup_printf(". 60 IN NS ns.root.\nns.root. 60 IN A %s\n", w->root_ip);
    g_autofree char *test =
        g_strdup_printf("ns.test. 60 IN A %s\ngood.test. NS ns.test.\nbroken.test. NS ns.test.\n"
                        "expired.test. NS ns.test.\nwww.test. CNAME good.test.\n",
                        w->test_ip);
    test_daemon_file(w->folder, "root.zone", root);
    w->hints = test_daemon_file(w->folder, "hints", hints);
    w->anchors = test_daemon_file(w->folder, "anchors", "");
    write_zone(w, "test", test);
    write_zone(w, "good.test", "");
    write_zone(w, "broken.test", "");
    write_zone(w, "expired.test", "");
    sign(w, "good.test", "");
    sign(w, "broken.test", "");
    sign(w, "expired.test", "-i 20200101 -e 20200201");
    const char *spoil[] = {"sed", "-i", "s/v=spf1 -all/v=spf1 +all/", "broken.test.zone.signed", NULL};
    test_daemon_run(w->folder, spoil);
}

static bool open_world(world *w) {
    unsigned place = test_daemon_port();
    *w = (world){.folder = test_daemon_folder()};
    g_snprintf(w->root_ip, sizeof w->root_ip, "127.83.%u.%u", place >> 8, place & 127);
    g_snprintf(w->test_ip, sizeof w->test_ip, "127.84.%u.%u", place >> 8, place & 127);
    if (!may_use_port_53(w->root_ip)) {
        g_test_skip("port 53 is not for us");
        test_daemon_folder_free(w->folder);
        return false;
    }
    write_zones(w);
    w->root = start_nsd(w, "root", w->root_ip, "zone:\n name: .\n zonefile: root.zone\n");
    w->test = start_nsd(w, "test", w->test_ip,
                        "zone:\n name: test.\n zonefile: test.zone\n"
                        "zone:\n name: good.test.\n zonefile: good.test.zone.signed\n"
                        "zone:\n name: broken.test.\n zonefile: broken.test.zone.signed\n"
                        "zone:\n name: expired.test.\n zonefile: expired.test.zone.signed\n");
    return true;
}

static void close_world(world *w) {
    test_daemon_stop(w->root);
    test_daemon_stop(w->test);
    test_daemon_folder_free(w->folder);
}

static mw_dns *open_dns(const world *w, bool dnssec) {
    g_autoptr(GError) error = NULL;
    mw_unbound_options options = {.recursive = true,
                                  .hints_file = w->hints,
                                  .dnssec = dnssec,
                                  .anchor_file = dnssec ? w->anchors : NULL};
    mw_source *source = mw_source_unbound(&options, &error);
    g_assert_no_error(error);
    return mw_dns_new(source, NULL);
}

static const mw_answer *txt(mw_dns *dns, const char *name) {
    return mw_dns_query_text(dns, name, MW_TYPE_TXT, MW_FOR_AUTH, "test");
}

static void check_plain(mw_dns *dns) {
    g_assert_cmpint(txt(dns, "test")->status, ==, MW_DNS_OK);
    g_assert_cmpint(txt(dns, "nobody.test")->status, ==, MW_DNS_NXDOMAIN);
    g_assert_cmpint(txt(dns, "nobody.nowhere")->status, ==, MW_DNS_NXDOMAIN);
    g_assert_cmpint(mw_dns_query_text(dns, "test", MW_TYPE_MX, MW_FOR_AUTH, "test")->status, ==,
                    MW_DNS_NODATA);
    g_assert_cmpint(txt(dns, "www.test")->status, ==, MW_DNS_OK);
    g_assert_cmpint(txt(dns, "good.test")->status, ==, MW_DNS_OK);
}

/* A recording is a root zone that a name server takes. */
static void check_recording(const world *w, mw_dns *dns) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_dns_stats stats = mw_dns_statistics(dns);
    const char *file =
        test_daemon_file(w->folder, "recording", mw_dns_recording(dns, 1795316400, &stats, arena));
    const char *argv[] = {"nsd-checkzone", ".", file, NULL};
    test_daemon_run(w->folder, argv);
}

static void test_recursion(void) {
    world w;
    if (!open_world(&w))
        return;
    {
        g_autoptr(mw_dns) dns = open_dns(&w, false);
        check_plain(dns);
        g_assert_cmpint(txt(dns, "broken.test")->status, ==, MW_DNS_OK);
        g_assert_false(txt(dns, "good.test")->secure);
        check_recording(&w, dns);
    }
    close_world(&w);
}

static void test_dnssec(void) {
    world w;
    if (!open_world(&w))
        return;
    {
        g_autoptr(mw_dns) dns = open_dns(&w, true);
        check_plain(dns);
        g_assert_true(txt(dns, "good.test")->secure);
        g_assert_false(txt(dns, "test")->secure || txt(dns, "test")->bogus);
        const mw_answer *broken = txt(dns, "broken.test"), *expired = txt(dns, "expired.test");
        g_test_message("%s", broken->why_bogus);
        g_test_message("%s", expired->why_bogus);
        g_assert_true(broken->bogus && broken->status == MW_DNS_SERVFAIL && !broken->n_records);
        g_assert_true(expired->bogus && expired->status == MW_DNS_SERVFAIL && !expired->n_records);
        g_assert_nonnull(strstr(broken->why_bogus, "broken.test"));
        g_assert_nonnull(strstr(expired->why_bogus, "expired"));
        check_recording(&w, dns);
    }
    close_world(&w);
}

/* Real resolvers that serve nobody, or not this name: their refusals come without the question and with it.
 */
static void test_refusing(void) {
    static const struct {
        const char *config;
        mw_dns_status want;
    } cases[] = {
        {" access-control: 127.0.0.0/8 refuse\n", MW_DNS_REFUSED},
        {" access-control: 127.0.0.0/8 allow\n local-zone: \"test.\" always_refuse\n", MW_DNS_REFUSED},
        {" access-control: 127.0.0.0/8 allow\nforward-zone:\n name: .\n forward-addr: 127.0.0.1@1\n",
         MW_DNS_SERVFAIL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *folder = test_daemon_folder();
        unsigned port = test_daemon_port();
        g_autofree char *config = g_strdup_printf(
            "server:\n directory: \"%s\"\n chroot: \"\"\n username: \"\"\n pidfile: \"\"\n "
            "use-syslog: no\n do-daemonize: no\n interface: 127.0.0.1@%u\n infra-cache-max-rtt: "
            "1000\n%s",
            folder, port, cases[i].config);
        const char *argv[] = {"unbound", "-d", "-c", test_daemon_file(folder, "refusing.conf", config), NULL};
        test_daemon *daemon = test_daemon_start(folder, argv, port);
        g_autofree char *address = g_strdup_printf("127.0.0.1@%u", port);
        const char *servers[] = {address, NULL};
        {
            mw_source *source = mw_source_unbound(&(mw_unbound_options){.servers = servers}, NULL);
            g_autoptr(mw_dns) dns = mw_dns_new(source, NULL);
            mw_dns_status got = txt(dns, "x.test")->status;
            if (cases[i].want == MW_DNS_SERVFAIL)
                g_assert_cmpint(got, !=, MW_DNS_REFUSED);
            else
                g_assert_cmpint(got, ==, cases[i].want);
        }
        test_daemon_stop(daemon);
        test_daemon_folder_free(g_steal_pointer(&folder));
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    test_daemon_needs("nsd", "nsd-checkzone", "ldns-keygen", "ldns-signzone", "unbound", NULL);
    g_test_add_func("/dns/servers/recursion", test_recursion);
    g_test_add_func("/dns/servers/dnssec", test_dnssec);
    g_test_add_func("/dns/servers/refusing", test_refusing);
    return g_test_run();
}
