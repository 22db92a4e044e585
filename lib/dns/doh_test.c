#include "dns/daemon_test.h"
#include "dns/source.h"

/* unbound as a DoH server with a certificate of its own. */
typedef struct server {
    char *folder;
    unsigned port;
    test_daemon *daemon;
    const char *certificate;
    char *url;
} server;

static server start(void) {
    server s = {.folder = test_daemon_folder(), .port = test_daemon_port()};
    const char *make[] = {"openssl",
                          "req",
                          "-x509",
                          "-newkey",
                          "ec",
                          "-pkeyopt",
                          "ec_paramgen_curve:prime256v1",
                          "-nodes",
                          "-days",
                          "2",
                          "-keyout",
                          "key.pem",
                          "-out",
                          "cert.pem",
                          "-subj",
                          "/CN=localhost",
                          "-addext",
                          "subjectAltName=DNS:localhost,IP:127.0.0.1",
                          NULL};
    test_daemon_run(s.folder, make);
    g_autofree char *certificate = g_build_filename(s.folder, "cert.pem", NULL);
    s.certificate = g_intern_string(certificate);
    g_autofree char *config = g_strdup_printf(
        "server:\n directory: \"%s\"\n chroot: \"\"\n username: \"\"\n pidfile: \"\"\n use-syslog: no\n "
        "do-daemonize: no\n"
        " interface: 127.0.0.1@%u\n https-port: %u\n tls-service-key: key.pem\n tls-service-pem: cert.pem\n"
        " module-config: \"iterator\"\n local-zone: \"test.\" static\n local-data: 'example.test. TXT "
        "\"v=spf1 -all\"'\n"
        " local-data: 'example.test. MX 10 mx.example.test.'\n local-data: 'mx.example.test. A 192.0.2.1'\n"
        " local-data: 'www.example.test. CNAME mx.example.test.'\n local-zone: \"wild.test.\" redirect\n"
        " local-data: 'wild.test. A 192.0.2.9'\n local-zone: \"no.example.\" refuse\n"
        "remote-control:\n control-enable: no\n",
        s.folder, s.port, s.port);
    const char *file = test_daemon_file(s.folder, "unbound.conf", config);
    const char *argv[] = {"unbound", "-d", "-c", file, NULL};
    s.daemon = test_daemon_start(s.folder, argv, s.port);
    s.url = g_strdup_printf("https://localhost:%u/dns-query", s.port);
    return s;
}

static void stop(server *s) {
    test_daemon_stop(s->daemon);
    test_daemon_folder_free(s->folder);
    g_free(s->url);
}

static mw_dns *open_dns(const char *url, const char *certificate) {
    g_autoptr(GError) error = NULL;
    mw_source *source = mw_source_doh(&(mw_doh_options){.url = url, .ca_file = certificate}, &error);
    g_assert_no_error(error);
    return mw_dns_new(source, NULL);
}

static mw_dns_status status(mw_dns *dns, const char *name, uint16_t type) {
    return mw_dns_query_text(dns, name, type, MW_FOR_AUTH, "test")->status;
}

static void test_answers(void) {
    server s = start();
    {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autoptr(mw_dns) dns = open_dns(s.url, s.certificate);
        g_assert_cmpint(status(dns, "example.test", MW_TYPE_TXT), ==, MW_DNS_OK);
        g_assert_cmpint(status(dns, "example.test", MW_TYPE_MX), ==, MW_DNS_OK);
        g_assert_cmpint(status(dns, "example.test", MW_TYPE_A), ==, MW_DNS_NODATA);
        g_assert_cmpint(status(dns, "gone.test", MW_TYPE_A), ==, MW_DNS_NXDOMAIN);
        g_assert_cmpint(status(dns, "x.no.example", MW_TYPE_A), ==, MW_DNS_REFUSED);
        const mw_answer *www = mw_dns_query_text(dns, "www.example.test", MW_TYPE_CNAME, MW_FOR_AUTH, "test");
        mw_name target;
        g_assert_true(www->status == MW_DNS_OK && mw_rdata_name(&www->records[0], &target));
        g_assert_cmpstr(mw_name_text(arena, &target), ==, "mx.example.test");
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < 60; i++) {
                g_autofree char *name = g_strdup_printf("n%d.wild.test", i);
                if (pass)
                    g_assert_cmpint(status(dns, name, MW_TYPE_A), ==, MW_DNS_OK);
                else
                    mw_dns_prefetch_text(dns, name, MW_TYPE_A, MW_FOR_AUTH, "test");
            }
        }
        g_assert_cmpstr(mw_dns_statistics(dns).source, ==, s.url);
        mw_dns_prefetch_text(dns, "late.test", MW_TYPE_A, MW_FOR_AUTH,
                             "test"); /* freed while it is on its way */
    }
    stop(&s);
}

static void test_failures(void) {
    server s = start();
    {
        g_autoptr(mw_dns) stranger = open_dns(s.url, NULL);
        g_assert_cmpint(status(stranger, "example.test", MW_TYPE_TXT), ==, MW_DNS_NETERR);
        g_autofree char *elsewhere = g_strdup_printf("https://localhost:%u/other", s.port);
        g_autoptr(mw_dns) other = open_dns(elsewhere, s.certificate);
        g_assert_cmpint(status(other, "example.test", MW_TYPE_TXT), ==, MW_DNS_NETERR);
    }
    stop(&s);
    g_autoptr(mw_dns) nobody = open_dns("https://127.0.0.1:1/dns-query", NULL);
    g_assert_cmpint(status(nobody, "example.test", MW_TYPE_TXT), ==, MW_DNS_NETERR);
    g_autoptr(mw_dns) unused = open_dns("https://127.0.0.1:1/dns-query", NULL);
    g_assert_nonnull(unused);
}

static void test_urls(void) {
    static const char *const bad[] = {"", "dns.example", "http://dns.example/dns-query", "ftp://dns.example/",
                                      "https://"};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(mw_source_doh(&(mw_doh_options){.url = bad[i]}, &error));
        g_assert_error(error, MW_ERROR, MW_ERROR_OPTION);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    test_daemon_needs("unbound", "openssl", NULL);
    g_test_add_func("/dns/doh/answers", test_answers);
    g_test_add_func("/dns/doh/failures", test_failures);
    g_test_add_func("/dns/doh/urls", test_urls);
    return g_test_run();
}
