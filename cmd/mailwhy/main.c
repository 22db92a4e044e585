/* mailwhy: the command. Options in, files in, reports out, exit status; the rest is libmailwhy. */
#include "input.h"
#include "options.h"
#include "output.h"

#include <locale.h>
#include <stdbool.h>
#include <string.h>

/* 2, 1, 3, 0: the worst first. */
static int worse(int a, int b) {
    static const int rank[] = {0, 2, 3, 1};
    return rank[a] > rank[b] ? a : b;
}

static int diagnose(command *c, const char *file, output *out) {
    g_autoptr(GError) error = NULL;
    gsize size;
    g_autofree char *bytes = input_read(file, &size, &error);
    if (!bytes)
        return complain(file, error->message);
    g_autoptr(mw_report) report =
        mw_context_diagnose(c->context, file, bytes, size, g_get_real_time() / G_USEC_PER_SEC, &error);
    if (!report)
        return complain(file, error->message);
    g_autofree char *text = mw_report_format(report, command_format(c), output_style(out), &error);
    if (!text)
        return complain(NULL, error->message);
    fputs(text, output_stream(out));
    return mw_report_status(report);
}

static int diagnose_all(command *c, output *out) {
    int status = STATUS_CLEAN;
    bool many = c->files[1] && strcmp(command_format(c), "text") == 0;
    for (char **file = c->files; *file; file++) {
        if (many) {
            g_autofree char *name = mw_printable_line(*file);
            fprintf(output_stream(out), "%s==> %s <==\n", file == c->files ? "" : "\n", name);
        }
        status = worse(status, diagnose(c, *file, out));
    }
    return status;
}

/* --explain, --check-reply, --list-symbols: no mail is read. */
static int explain(command *c, output *out) {
    g_autoptr(GError) error = NULL;
    const char *text = c->explain ? c->explain : c->check_reply;
    gsize size = text ? strlen(text) : 0;
    g_autofree char *bytes =
        text && strcmp(text, "-") == 0 ? input_read(text, &size, &error) : g_strdup(text);
    g_autofree char *answer = NULL;
    if (c->list_symbols)
        answer = mw_context_symbols(c->context, output_style(out), &error);
    else if (bytes)
        answer = mw_context_explain(c->context, bytes, size, c->check_reply != NULL,
                                    g_get_real_time() / G_USEC_PER_SEC, output_style(out), &error);
    if (!answer)
        return complain(NULL, error->message);
    fputs(answer, output_stream(out));
    return STATUS_CLEAN;
}

static int run(command *c) {
    g_autoptr(GError) error = NULL;
    bool explains = c->explain || c->check_reply || c->list_symbols;
    if (!c->files && !explains)
        return complain(NULL, "no mail given; say mailwhy message.eml, or mailwhy - to read standard input "
                              "(mailwhy --help tells more)");
    output *out = output_open(c, &error);
    if (!out)
        return complain(NULL, error->message);
    int status = explains ? explain(c, out) : diagnose_all(c, out);
    return output_close(out, &error) ? status : complain(NULL, error->message);
}

int main(int argc, char **argv) {
    setlocale(LC_CTYPE, "");
    g_autoptr(GError) error = NULL;
    command c = {.context = mw_context_new()};
    int status = STATUS_CLEAN;
    if (!options_parse(&c, &argc, &argv, &error))
        status = complain(NULL, error->message);
    else if (c.version)
        printf("mailwhy %s\n", mw_version());
    else
        status = run(&c);
    mw_context_free(c.context);
    options_clear(&c);
    return status;
}
