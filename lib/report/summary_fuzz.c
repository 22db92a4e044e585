/* Many mails in one run, as the command does it: a box of them, a report each in the formats that stream, and
 * the summary of all. */
#include "mailwhy.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_OCTETS = 1 << 13, MOST_MAILS = 8, RUNS = 200, NOW = 1795348800 };

static mw_context *context_new(void) {
    mw_context *context = mw_context_new();
    g_autoptr(GError) error = NULL;
    g_assert_true(mw_context_set(context, "no-dns", NULL, &error));
    g_assert_true(mw_context_open(context, TRUE, &error));
    return context;
}

static void check_text(char *text) {
    g_assert_nonnull(text);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    for (const char *p = text; *p; p++)
        g_assert_true((unsigned char)*p >= 0x20 || *p == '\n' || *p == '\t' || *p == '\r');
    g_free(text);
}

static void add(mw_context *context, mw_summary *summary, const mw_mail *mail) {
    g_autoptr(GError) error = NULL;
    const char *name = mail->name ? mail->name : "box";
    if (!mail->bytes) {
        mw_summary_add_error(summary, name, mail->error);
        return;
    }
    g_autoptr(mw_report) report = mw_context_diagnose_mail(context, name, mail, NOW, &error);
    if (!report) {
        mw_summary_add_error(summary, name, error->message);
        check_text(mw_error_format(name, error->message, "jsonl"));
        return;
    }
    check_text(mw_report_format(report, "jsonl", NULL, NULL));
    mw_summary_add(summary, report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static mw_context *context;
    static unsigned runs;
    if (size > MOST_OCTETS)
        return 0;
    if (context && ++runs % RUNS == 0)
        g_clear_pointer(&context, mw_context_free);
    if (!context)
        context = context_new();
    g_autoptr(GBytes) bytes = g_bytes_new(data, size);
    g_autoptr(mw_mailbox) box = mw_mailbox_new(bytes);
    g_autoptr(mw_summary) summary = mw_summary_new();
    for (int n = 0; n < MOST_MAILS; n++) {
        g_autoptr(mw_mail) mail = mw_mailbox_next(box);
        if (!mail)
            break;
        add(context, summary, mail);
    }
    static const char *const formats[] = {"text", "json", "jsonl", "csv"};
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
        check_text(mw_summary_format(summary, formats[i], NULL, NULL));
    return 0;
}
