/* mailwhy-serve: a page to drop a mail on. This process reads all data and waits; a child of it speaks HTTP,
 * and each mail gets a child of its own. */
#include "heap.h"
#include "listen.h"
#include "options.h"
#include "page.h"
#include "parent.h"
#include "start.h"
#include "usage.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum { MANY_FILES = 8192, HELP_WIDTH = 80 };

void serve_say(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *line = mw_printable_line(text);
    fprintf(stderr, "mailwhy-serve: %s\n", line);
}

/* The receivers as boxes to tick. */
static bool prepare_receivers(serve *s, GError **error) {
    g_autoptr(GString) out = g_string_new(NULL);
    mw_receiver_name *all = mw_context_receivers(s->context, error);
    if (!all)
        return false;
    for (const mw_receiver_name *r = all; r->name; r++) {
        g_autofree char *label = g_markup_printf_escaped(
            "<label><input type=\"checkbox\" name=\"for\" value=\"%s\"> %s</label>\n", r->name, r->title);
        g_string_append(out, label);
    }
    mw_receivers_free(all);
    s->receivers = g_strdup(out->str);
    return true;
}

static bool prepare_page(serve *s, GError **error) {
    mw_style style = {.width = 100};
    s->dns_words = g_strdup(
        s->offline ? "Nothing leaves the computer that serves this page, not even a question to the DNS."
                   : "Nothing leaves the computer that serves this page but questions to the DNS about the "
                     "names and "
                     "addresses in the mail.");
    s->export = mw_context_explain(s->context, "export", strlen("export"), FALSE, 0, "text", &style, error);
    return s->export && prepare_receivers(s, error);
}

static void prepare_door(serve *s) {
    enum { MOST_MEMORY = 768u << 20 };
    if (!s->no_sandbox)
        s->door = sandbox_prepare(&(sandbox){.network = !s->offline, .memory = MOST_MEMORY});
}

/* A zone file or recording is read here; a live DNS is opened by each worker, as it has threads. */
static bool prepare(serve *s, GError **error) {
    if (!s->offline && !mw_context_set(s->context, "outside", NULL, error))
        return false;
    if (!listen_open(s, error) || !listen_read_token(s, error) || !mw_context_warm(s->context, error) ||
        (s->offline && !mw_context_open(s->context, TRUE, error)) || !prepare_page(s, error))
        return false;
    start_raise_descriptors(MANY_FILES);
    prepare_door(s);
    return getrandom(s->key, sizeof s->key, 0) == sizeof s->key;
}

static int run(serve *s) {
    g_autoptr(GError) error = NULL;
    if (s->help || s->version || s->list_options) {
        g_autofree char *text = s->help           ? options_help(s, HELP_WIDTH)
                                : s->list_options ? usage_table(s->entries)
                                                  : g_strdup_printf("mailwhy-serve %s\n", mw_version());
        return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? STATUS_GOOD : STATUS_ERROR;
    }
    if (prepare(s, &error))
        return parent_run(s);
    serve_say("%s", error ? error->message : "the system has no random numbers");
    return STATUS_ERROR;
}

static void clear(serve *s) {
    char *const texts[] = {s->listen, s->token_file, s->token, s->receivers, s->dns_words, s->export};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_strfreev(s->hosts);
    g_free(s->entries);
    if (s->door)
        sandbox_door_free(s->door);
    mw_context_free(s->context);
}

int main(int argc, char **argv) {
    heap_without_slices(argv);
    start_process();
    setlocale(LC_CTYPE, "");
    g_autoptr(GError) error = NULL;
    serve s = {.context = mw_context_new(), .listener = -1};
    int status = STATUS_ERROR;
    if (options_parse(&s, &argc, &argv, &error))
        status = run(&s);
    else
        serve_say("%s", error->message);
    clear(&s);
    return status;
}
