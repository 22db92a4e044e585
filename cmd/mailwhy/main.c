/* mailwhy: the command. Options in, files in, reports out, exit status; the rest is libmailwhy. */
#include "input.h"
#include "options.h"
#include "output.h"
#include "sandbox.h"
#include "start.h"
#include "usage.h"
#include "waiting.h"

#include "base/error.h"

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* 2, 1, 3, 0: the worst first. */
static int worse(int a, int b) {
    static const int rank[] = {0, 2, 3, 1};
    return rank[a] > rank[b] ? a : b;
}

/* Several reports in one text: each has its name on top. */
static void print_head(command *c, output *out, const char *name) {
    if (strcmp(command_format(c), "text") != 0)
        return;
    g_autofree char *safe = mw_printable_line(name);
    g_autofree char *head = g_strdup_printf("%s==> %s <==\n", c->printed ? "\n" : "", safe);
    output_write(out, "text", head);
}

/* What was given is a reply alone: as with --explain. */
static int explain_reply(command *c, const char *text, gsize size, output *out) {
    g_autoptr(GError) error = NULL;
    g_autofree char *answer =
        mw_context_explain(c->context, text, size, FALSE, g_get_real_time() / G_USEC_PER_SEC,
                           command_format(c), output_style(out), &error);
    if (!answer)
        return complain(NULL, error->message);
    output_write(out, command_format(c), answer);
    return STATUS_CLEAN;
}

static bool is_reply(const mw_mail *mail, const GError *error) {
    gsize size = 0;
    const char *bytes = mail->bytes ? g_bytes_get_data(mail->bytes, &size) : NULL;
    return bytes && g_error_matches(error, MW_ERROR, MW_ERROR_MESSAGE) && mw_text_is_reply(bytes, size);
}

static int diagnose(command *c, const char *name, const mw_mail *mail, output *out) {
    g_autoptr(GError) error = NULL;
    if (c->record && c->printed)
        return complain(name, "--record takes one message: this one is not recorded");
    waiting *w = waiting_start(c->context);
    g_autoptr(mw_report) report =
        mw_context_diagnose_mail(c->context, name, mail, g_get_real_time() / G_USEC_PER_SEC, &error);
    waiting_end(w);
    if (!report && is_reply(mail, error)) {
        gsize size;
        const char *bytes = g_bytes_get_data(mail->bytes, &size);
        return explain_reply(c, bytes, size, out);
    }
    if (!report) /* an option that is wrong is wrong for every mail */
        return complain(g_error_matches(error, MW_ERROR, MW_ERROR_OPTION) ? NULL : name, error->message);
    g_autofree char *text = mw_report_format(report, command_format(c), output_style(out), &error);
    if (!text)
        return complain(NULL, error->message);
    if (mail->name || (c->files && c->files[1]))
        print_head(c, out, name);
    output_write(out, command_format(c), text);
    output_record(out, report);
    c->printed = true;
    return mw_report_status(report);
}

/* All mails of a file: an mbox has many. */
static int diagnose_file(command *c, const char *file, output *out) {
    g_autoptr(GError) error = NULL;
    gsize size;
    char *data = input_read(file, &size, &error);
    if (!data)
        return strchr(file, ' ') && mw_text_is_reply(file, strlen(file))
                   ? explain_reply(c, file, strlen(file), out)
                   : complain(file, error->message);
    g_autoptr(GBytes) bytes = g_bytes_new_take(data, size);
    g_autoptr(mw_mailbox) mailbox = mw_mailbox_new(bytes);
    int status = STATUS_CLEAN;
    for (mw_mail *mail; (mail = mw_mailbox_next(mailbox)); mw_mail_free(mail)) {
        g_autofree char *name = mail->name ? g_strdup_printf("%s:%s", file, mail->name) : g_strdup(file);
        if (mail->passed_over)
            complain(name, mail->error);
        else
            status = worse(status, diagnose(c, name, mail, out));
    }
    return status;
}

/* --domain: no mail is read. */
static int diagnose_domain(command *c, output *out) {
    g_autoptr(GBytes) empty = g_bytes_new_static("", 0);
    const mw_mail none = {.bytes = empty};
    return diagnose(c, c->domain, &none, out);
}

static int diagnose_all(command *c, output *out) {
    int status = STATUS_CLEAN;
    for (char **file = c->files; *file; file++)
        status = worse(status, diagnose_file(c, *file, out));
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
                                    g_get_real_time() / G_USEC_PER_SEC, command_format(c), output_style(out),
                                    &error);
    if (!answer) {
        complain(NULL, error->message);
        return g_error_matches(error, MW_ERROR, MW_ERROR_UNKNOWN) ? STATUS_NO_MATCH : STATUS_ERROR;
    }
    output_write(out, "text", answer);
    return STATUS_CLEAN;
}

static int tell(const command *c, output *out) {
    int width = output_style(out)->width;
    g_autofree char *text = c->version             ? g_strdup_printf("mailwhy %s\n", mw_version())
                            : c->help == HELP_LONG ? usage_long(c->entries, width)
                                                   : usage_short(c->entries, width);
    output_write(out, "text", text);
    return STATUS_CLEAN;
}

enum { MOST_MEMORY = 2u << 30, LEAST_SECONDS = 120, OCTETS_A_SECOND = 4096 };

/* Processor time that no honest run comes near; 0 where it can't be told: of folders, pipes and devices. */
static unsigned most_seconds(const command *c) {
    guint64 seconds = LEAST_SECONDS;
    for (char **file = c->files; file && *file; file++) {
        struct stat about;
        if (stat(*file, &about) != 0 || !S_ISREG(about.st_mode))
            return 0;
        seconds += LEAST_SECONDS + (guint64)about.st_size / OCTETS_A_SECOND;
    }
    return (unsigned)MIN(seconds, G_MAXINT32);
}

/* All is open: what is not needed from here on is given up. */
static void shut_door(const command *c, bool live) {
    g_autoptr(GPtrArray) readable = g_ptr_array_new();
    for (char **file = c->files; file && *file; file++)
        g_ptr_array_add(readable, *file);
    sandbox s = {
        .readable = readable, .network = live, .memory = MOST_MEMORY, .cpu_seconds = most_seconds(c)};
    g_autofree char *lacks = sandbox_close(&s);
    if (lacks && c->verbose > 0)
        complain(NULL, lacks);
}

static int run(command *c) {
    g_autoptr(GError) error = NULL;
    bool tells = c->help || c->version, explains = c->explain || c->check_reply || c->list_symbols;
    if (!c->files && !explains && !tells && !c->domain)
        return complain(NULL, "no mail given; say mailwhy message.eml, or mailwhy - to read standard input "
                              "(mailwhy --help tells more)");
    if (c->files && c->domain)
        return complain(NULL, "--domain checks a domain without a mail: leave the file out, or --domain");
    if (c->record && (explains || tells || (c->files && c->files[1])))
        return complain(NULL, "--record takes one message");
    bool live = !c->offline && !tells && !c->explain && !c->list_symbols;
    if (!start_has_descriptors(live, &error) ||
        (!tells && !mw_context_open(c->context, c->files || c->check_reply || c->domain, &error)))
        return complain(NULL, error->message);
    output *out = output_open(c, &error);
    if (!out)
        return complain(NULL, error->message);
    if (!tells && !c->no_sandbox)
        shut_door(c, live);
    int status = tells       ? tell(c, out)
                 : explains  ? explain(c, out)
                 : c->domain ? diagnose_domain(c, out)
                             : diagnose_all(c, out);
    bool keep = c->printed || status != STATUS_ERROR;
    return output_close(out, keep, &error) ? status : complain(NULL, error->message);
}

int main(int argc, char **argv) {
    start_process();
    setlocale(LC_CTYPE, "");
    g_autoptr(GError) error = NULL;
    command c = {.context = mw_context_new()};
    int status = options_parse(&c, &argc, &argv, &error) ? run(&c) : complain(NULL, error->message);
    mw_context_free(c.context);
    options_clear(&c);
    return status;
}
