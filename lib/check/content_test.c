/* Attachments by name and type, and the domains of sender and recipient. */
#include "check/world_test.h"

extern const mw_check mw_check_attachments, mw_check_sender_domains, mw_check_recipient;

static const struct {
    const char *type, *name, *body, *want;
} files[] = {
    {"application/pdf", "invoice.pdf", "x", ""},
    {"application/octet-stream", "setup.exe", "x", "MIME_BAD_EXTENSION"},
    {"application/octet-stream", "SETUP.EXE", "x", "MIME_BAD_EXTENSION"},
    {"application/octet-stream", "setup.exe .", "x", "MIME_BAD_EXTENSION"},
    {"application/octet-stream", "invoice.pdf.exe", "x", "MIME_DOUBLE_BAD_EXTENSION"},
    {"application/octet-stream", "invoice.pdf.js", "x", "MIME_DOUBLE_BAD_EXTENSION"},
    {"application/octet-stream", "jquery.min.js", "x", "MIME_BAD_EXTENSION"},
    {"application/octet-stream", "report.v2.pdf", "x", ""},
    {"application/vnd.ms-excel", "list.xlsm", "x", "MACRO_DOCUMENT"},
    {"application/zip", "all.zip", "PK\003\004\024x\001xxxxxxx", "MIME_ENCRYPTED_ARCHIVE"},
    {"application/zip", "all.zip", "PK\003\004\024x\002xxxxxxx", ""},
    {"application/x-msdownload", "data", "x", "MIME_BAD_EXTENSION"},
    {"application/octet-stream", "exe", "x", ""},
    {"application/octet-stream", "noending", "x", ""},
    {"application/octet-stream",
     "invoice\xe2\x80\xae"
     "fdp.exe",
     "x", "MIME_BAD_UNICODE MIME_BAD_EXTENSION"},
};

static void test_files(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *message =
            g_strdup_printf("From: a@shop.example\nMIME-Version: 1.0\nContent-Type: %s; name=\"%s\"\n"
                            "Content-Disposition: attachment\nContent-Transfer-Encoding: 8bit\n\n%s\n",
                            files[i].type, files[i].name, files[i].body);
        world w = world_new(&(world_spec){.message = message});
        world_run(&w, &mw_check_attachments);
        g_test_message("%s", files[i].name);
        g_assert_cmpstr(world_symbols(&w), ==, files[i].want);
        world_free(&w);
    }
}

static const char zone[] =
    "good.example. 60 IN MX 10 mx.good.example.\nmx.good.example. 60 IN A 192.0.2.1\n"
    "six.example. 60 IN MX 10 mx.six.example.\nmx.six.example. 60 IN AAAA 2001:db8::1\n"
    "plain.example. 60 IN A 192.0.2.1\n"
    "text.example. 60 IN TXT \"x\"\n"
    "dead.example. 60 IN MX 10 gone.example.\n"
    "null.example. 60 IN MX 0 .\n"
    ";@ slow.example. MX TIMEOUT\n"
    "half.example. 60 IN MX 10 gone.example.\nhalf.example. 60 IN MX 20 mx.good.example.\n"
    ";@ mx.lost.example. A SERVFAIL\nlost.example. 60 IN MX 10 mx.lost.example.\n"
    "gmial.com. 60 IN A 192.0.2.1\n";

static void test_sender(void) {
    static const struct {
        const char *mail_from, *want;
    } cases[] = {
        {"a@good.example", ""},
        {"a@six.example", ""},
        {"a@plain.example", ""},
        {"a@half.example", ""},
        {"a@text.example", "HFILTER_FROMHOST_NORES_A_OR_MX"},
        {"a@nowhere.example", "HFILTER_FROMHOST_NORES_A_OR_MX"},
        {"a@dead.example", "HFILTER_FROMHOST_NORESOLVE_MX"},
        {"a@null.example", "MAIL_FROM_NULL_MX"},
        {"a@slow.example", "HFILTER_FROMHOST_NORES_A_OR_MX?"},
        {"a@lost.example", "HFILTER_FROMHOST_NORES_A_OR_MX?"},
        {"a@localhost", "HFILTER_FROMHOST_NOT_FQDN"},
        {"a@[192.0.2.1]", ""},
        {"", ""},
        {NULL, ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        world w = world_new(&(world_spec){
            .zone = zone, .mail_from = cases[i].mail_from, .message = "From: a@good.example\n\nx\n"});
        world_run(&w, &mw_check_sender_domains);
        g_assert_cmpstr(world_symbols(&w), ==, cases[i].want);
        world_free(&w);
    }
    static const struct {
        const char *message, *want;
    } from[] = {{"From: a@null.example\n\nx\n", "FROM_DOMAIN_NO_MAIL"},
                {"From: a@nowhere.example\n\nx\n", "FROM_DOMAIN_NO_MAIL"},
                {"From: a@slow.example\n\nx\n", "FROM_DOMAIN_NO_MAIL?"}};
    for (size_t i = 0; i < G_N_ELEMENTS(from); i++) {
        world w =
            world_new(&(world_spec){.zone = zone, .mail_from = "a@good.example", .message = from[i].message});
        world_run(&w, &mw_check_sender_domains);
        g_assert_cmpstr(world_symbols(&w), ==, from[i].want);
        world_free(&w);
    }
}

static void test_recipient(void) {
    static const struct {
        const char *recipient, *host, *want;
    } cases[] = {
        {"b@good.example", "mx.good.example", ""},
        {"b@good.example", "in2.good.example", ""},
        {"b@good.example", "mx.other.example", "RCPT_NOT_ITS_MX"},
        {"b@good.example", NULL, ""},
        {"b@null.example", NULL, "RCPT_DOMAIN_NO_MAIL"},
        {"b@nowhere.example", NULL, "RCPT_DOMAIN_NO_MAIL"},
        {"b@gmial.com", NULL, "RCPT_DOMAIN_TYPO"},
        {"b@gmai.com", NULL, "RCPT_DOMAIN_TYPO RCPT_DOMAIN_NO_MAIL"},
        {"b@slow.example", NULL, ""},
        {NULL, NULL, ""},
        {"nobody", NULL, ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        world w = world_new(&(world_spec){.zone = zone});
        mw_bounce_recipient one = {
            .recipient = cases[i].recipient, .action = "failed", .remote_host = cases[i].host};
        mw_bounce bounce = {.recipients = mw_array_new(w.arena)};
        g_ptr_array_add(bounce.recipients, &one);
        w.facts->bounce = &bounce;
        world_run(&w, &mw_check_recipient);
        g_test_message("%s", cases[i].recipient);
        g_assert_cmpstr(world_symbols(&w), ==, cases[i].want);
        world_free(&w);
    }
    world w = world_new(&(world_spec){.zone = zone});
    world_run(&w, &mw_check_recipient); /* no bounce */
    g_assert_cmpstr(world_symbols(&w), ==, "");
    world_free(&w);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/attachments", test_files);
    g_test_add_func("/check/sender-domains", test_sender);
    g_test_add_func("/check/recipient", test_recipient);
    return g_test_run();
}
