/* A whole run through the public library: every writer and letter over a mail of any kind. What comes out is
 * UTF-8, and without a control that a terminal would obey. */
#include "mailwhy.h"
#include "run/said.h"

#include <glib/gstdio.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_OCTETS = 1 << 13, RUNS = 200, NOW = 1795348800 };

static const char zone[] =
    "example.com. 60 IN TXT \"v=spf1 include:more.example ip4:192.0.2.0/24 ~all\"\n"
    "more.example. 60 IN TXT \"v=spf1 a mx -all\"\n"
    "more.example. 60 IN MX 10 mail.more.example.\nmail.more.example. 60 IN A 203.0.113.5\n"
    "_dmarc.example.com. 60 IN TXT \"v=DMARC1; p=quarantine; sp=reject; rua=mailto:a@example.com\"\n"
    "*._domainkey.example.com. 60 IN TXT \"v=DKIM1; k=ed25519; "
    "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n"
    "5.113.0.203.in-addr.arpa. 60 IN PTR mail.more.example.\n"
    "5.113.0.203.zen.spamhaus.org. 60 IN A 127.0.0.2\n2.0.0.127.zen.spamhaus.org. 60 IN A 127.0.0.2\n";

/* Options of one context: name, value, ... */
static const char *const options[][6] = {
    {"for", "all", "lists", "all"},
    {"no-dns", NULL},
    {"reply", "customer"},
    {"reply", "provider", "bulk", NULL},
    {"reply", "recipient", "client-ip", "203.0.113.5", "mail-from", "a@example.com"},
    {"bounce", "550 5.7.26 SPF [example.com] with ip: [203.0.113.5] = did not pass"},
    {"what-if", "example.com. TXT \"v=spf1 -all\"", "profile", "rspamd"},
    {"show-queries", NULL},
};
static const char *const formats[] = {"text",     "json",   "jsonl", "html",
                                      "markdown", "github", "junit", "sarif"};

static char *zone_file(void) {
    static char *path;
    if (!path) {
        int fd = g_file_open_tmp("mailwhy-fuzz-XXXXXX", &path, NULL);
        g_assert(fd >= 0 && write(fd, zone, sizeof zone - 1) == sizeof zone - 1);
        close(fd);
    }
    return path;
}

static mw_context *new_context(const char *const *option) {
    mw_context *context = mw_context_new();
    g_autoptr(GError) error = NULL;
    bool no_dns = strcmp(option[0], "no-dns") == 0;
    if (!no_dns)
        g_assert_true(mw_context_set(context, "zone", zone_file(), &error));
    for (size_t i = 0; i < G_N_ELEMENTS(options[0]) && option[i]; i += 2) {
        mw_context_set(context, option[i], option[i + 1], &error);
        g_assert_no_error(error);
    }
    mw_context_open(context, TRUE, &error);
    g_assert_no_error(error);
    return context;
}

/* One that is new every so often, since it keeps what the DNS said. */
static mw_context *context_of(size_t which) {
    static mw_context *contexts[G_N_ELEMENTS(options)];
    static unsigned runs[G_N_ELEMENTS(options)];
    if (++runs[which] % RUNS == 0)
        g_clear_pointer(&contexts[which], mw_context_free);
    if (!contexts[which])
        contexts[which] = new_context(options[which]);
    return contexts[which];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2 || size > MOST_OCTETS)
        return 0;
    mw_context *context = context_of(data[0] % G_N_ELEMENTS(options));
    g_autoptr(GError) error = NULL;
    g_autofree char *bytes = g_memdup2(data + 1, size - 1);
    g_autoptr(mw_report) report = mw_context_diagnose(context, "mail", bytes, size - 1, NOW, &error);
    g_assert_true(report || error->message[0]);
    if (!report)
        return 0;
    g_assert_true(mw_report_status(report) >= 0 && mw_report_status(report) <= 3);
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        mw_style style = {.verbose = data[0] % 3 - 1, .width = 40 + data[0] % 100};
        g_autofree char *text = mw_report_format(report, formats[i], &style, NULL);
        if (text)
            check_said(text);
    }
    return 0;
}
