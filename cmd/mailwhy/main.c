/* mailwhy: the command. Options in, files in, reports out, exit status; the rest is libmailwhy. */
#include "input.h"
#include "many.h"
#include "names.h"
#include "options.h"
#include "output.h"
#include "sandbox.h"
#include "serve.h"
#include "start.h"
#include "usage.h"

#include "base/error.h"

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

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
                            : c->json_schema       ? g_strdup(mw_json_schema())
                            : c->list_options      ? usage_table(c->entries)
                            : c->help == HELP_LONG ? usage_long(c->entries, width)
                                                   : usage_short(width);
    output_write(out, "text", text);
    return STATUS_CLEAN;
}

enum { MOST_MEMORY = 2u << 30, LEAST_SECONDS = 120, OCTETS_A_SECOND = 4096 };

/* Processor time that no honest run comes near; 0 where it can't be told. */
static unsigned most_seconds(const names *all) {
    if (all && all->endless)
        return 0;
    guint64 seconds = all ? (guint64)LEAST_SECONDS * all->all->len + all->octets / OCTETS_A_SECOND : 0;
    return (unsigned)MIN(seconds + LEAST_SECONDS, G_MAXINT32);
}

/* All is open: what is not needed from here on is given up. */
static void shut_door(const command *c, const names *all, bool live) {
    g_autoptr(GPtrArray) readable = all ? names_readable(all) : g_ptr_array_new();
    sandbox s = {
        .readable = readable, .network = live, .memory = MOST_MEMORY, .cpu_seconds = most_seconds(all)};
    g_autofree char *lacks = sandbox_close(&s);
    if (lacks && c->verbose > 0)
        complain(NULL, lacks);
}

static bool check_inputs(const command *c, bool other, GError **error) {
    const char *wrong = NULL;
    bool mails = c->files || c->files_from;
    if (!mails && !other && !c->domain)
        wrong = "no mail given; say mailwhy message.eml, or mailwhy - to read standard input "
                "(mailwhy --help tells more)";
    else if (mails && c->domain)
        wrong = "--domain checks a domain without a mail: leave the file out, or --domain";
    else if (c->record && (other || c->files_from || (c->files && c->files[1])))
        wrong = "--record takes one message";
    if (wrong)
        g_set_error_literal(error, mw_error_quark(), 0, wrong);
    return !wrong;
}

static int run(command *c) {
    g_autoptr(GError) error = NULL;
    bool tells = c->help || c->version || c->json_schema || c->list_options,
         explains = c->explain || c->check_reply || c->list_symbols;
    bool live = !c->offline && !tells && !c->explain && !c->list_symbols, mails = !tells && !explains;
    if (!check_inputs(c, tells || explains, &error) || !start_has_descriptors(live, &error) ||
        (!tells && !mw_context_open(c->context, mails || c->check_reply, &error)))
        return complain(NULL, error->message);
    g_autoptr(names) all = mails ? names_read(c, &error) : NULL;
    output *out = mails && !all ? NULL : output_open(c, all, &error);
    if (!out)
        return complain(NULL, error->message);
    if (!tells && !c->no_sandbox)
        shut_door(c, all, live);
    int status = tells ? tell(c, out) : explains ? explain(c, out) : diagnose_many(c, all, out);
    bool keep = c->printed || status != STATUS_ERROR;
    return output_close(out, keep, &error) ? status : complain(NULL, error->message);
}

/* What a run does must not hang on a file that nobody thinks of. */
static void tell_elsewhere(const command *c) {
    for (guint i = 0; c->verbose > 0 && i < c->elsewhere->len; i++)
        complain(NULL, c->elsewhere->pdata[i]);
}

static int serve(const command *c, char **words) {
    g_autoptr(GError) error = NULL;
    if (c->files)
        g_set_error(&error, mw_error_quark(), 0, "--serve takes no file: mails are dropped on its page");
    else
        serve_run(words, &error);
    return complain(NULL, error->message);
}

int main(int argc, char **argv) {
    start_process();
    start_large_pages();
    setlocale(LC_CTYPE, "");
    g_autoptr(GError) error = NULL;
    command c = {.context = mw_context_new()};
    g_auto(GStrv) words = g_strdupv(argv);
    int status = options_parse(&c, &argc, &argv, &error) ? STATUS_CLEAN : complain(NULL, error->message);
    if (status == STATUS_CLEAN) {
        tell_elsewhere(&c);
        status = c.serve ? serve(&c, words) : run(&c);
    }
    mw_context_free(c.context);
    options_clear(&c);
    return status;
}
