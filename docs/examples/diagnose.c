/* diagnose FILE [OPTION=VALUE|FLAG]...: the smallest whole program on libmailwhy. It prints the verdict's
 * line for each mail of the file, and its exit status is the highest of mailwhy(1)'s.
 *
 *     cc diagnose.c -o diagnose $(pkg-config --cflags --libs mailwhy)
 *     ./diagnose message.eml resolver=9.9.9.9 timeout=5
 */
#include <mailwhy.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

static int failed(GError *error) {
    fprintf(stderr, "diagnose: %s\n", error->message);
    g_error_free(error);
    return 2;
}

static int diagnose_mail(mw_context *context, const char *file, const mw_mail *mail) {
    static const mw_style verdict_alone = {.verbose = -1};
    g_autofree char *name = mail->name ? g_strdup_printf("%s:%s", file, mail->name) : g_strdup(file);
    GError *error = NULL;
    g_autoptr(mw_report) report = mw_context_diagnose_mail(context, name, mail, time(NULL), &error);
    if (!report)
        return failed(error);
    g_autofree char *text = mw_report_format(report, "text", &verdict_alone, &error);
    if (!text)
        return failed(error);
    printf("%s: %s", name, text);
    return mw_report_status(report);
}

int main(int argc, char **argv) {
    GError *error = NULL;
    char *bytes;
    gsize size;
    g_autoptr(mw_context) context = mw_context_new();
    for (int i = 2; i < argc; i++) {
        g_auto(GStrv) option = g_strsplit(argv[i], "=", 2);
        if (!mw_context_set(context, option[0], option[1], &error))
            return failed(error);
    }
    if (argc < 2 || !g_file_get_contents(argv[1], &bytes, &size, &error))
        return argc < 2 ? 2 : failed(error);
    g_autoptr(GBytes) file = g_bytes_new_take(bytes, size);
    g_autoptr(mw_mailbox) mailbox = mw_mailbox_new(file);
    int worst = 0;
    for (mw_mail *mail; (mail = mw_mailbox_next(mailbox)); mw_mail_free(mail)) {
        int status = mail->passed_over ? 0 : diagnose_mail(context, argv[1], mail);
        worst = MAX(worst, status);
    }
    return worst;
}
