/* mailwhy: the command. Options in, files in, reports out, exit status; the rest is libmailwhy. */
#include "input.h"
#include "mailwhy.h"

#include <errno.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATUS_CLEAN = 0, STATUS_REJECTED = 1, STATUS_ERROR = 2, STATUS_INCOMPLETE = 3 };

typedef struct command {
    mw_context *context;
    const char *format;
    char *output, *color;
    int verbose;
    gboolean version, list_symbols;
    char *explain, *check_reply;
    char **files;
} command;

/* ---- options ---- */

static gboolean take_option(const char *name, const char *value, gpointer data, GError **error) {
    command *c = data;
    return mw_context_set(c->context, name + strspn(name, "-"), value, error);
}

static gboolean take_verbosity(const char *name, const char *value, gpointer data, GError **error) {
    command *c = data;
    c->verbose += strcmp(name, "-q") == 0 || strcmp(name, "--quiet") == 0 ? -1 : 1;
    return TRUE;
}

static gboolean take_format(const char *name, const char *value, gpointer data, GError **error) {
    command *c = data;
    c->format = value ? g_intern_string(value) : "json";
    return TRUE;
}

/* The options of the library, and behind them the command's own. */
static GOptionEntry *new_entries(command *c) {
    const GOptionEntry own[] = {
        {"format", 0, 0, G_OPTION_ARG_CALLBACK, (gpointer)take_format, "text (the default) or json",
         "FORMAT"},
        {"json", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer)take_format,
         "the same as --format json", NULL},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &c->output, "write the report to this file", "FILE"},
        {"color", 0, 0, G_OPTION_ARG_STRING, &c->color, "auto (the default), always or never", "WHEN"},
        {"verbose", 'v', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer)take_verbosity,
         "also hops, evidence and DNS", NULL},
        {"quiet", 'q', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer)take_verbosity,
         "the verdict's line alone", NULL},
        {"explain", 0, 0, G_OPTION_ARG_FILENAME, &c->explain,
         "say what a reply's text, a code or a symbol means; - reads it from standard input", "TEXT"},
        {"check-reply", 0, 0, G_OPTION_ARG_FILENAME, &c->check_reply,
         "the same, and look up now what the text names", "TEXT"},
        {"list-symbols", 0, 0, G_OPTION_ARG_NONE, &c->list_symbols, "list all symbols", NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &c->version, "print the version", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &c->files, NULL, NULL},
    };
    GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    for (const mw_option *o = mw_options(); o->name; o++) {
        GOptionEntry entry = {
            .long_name = o->name,
            .flags = o->argument ? G_OPTION_FLAG_FILENAME : G_OPTION_FLAG_NO_ARG,
            .arg = G_OPTION_ARG_CALLBACK,
            .arg_data = (gpointer)take_option,
            .description = o->help,
            .arg_description = o->argument,
        };
        g_array_append_val(entries, entry);
    }
    g_array_append_vals(entries, own, G_N_ELEMENTS(own));
    return (GOptionEntry *)(void *)g_array_free(entries, FALSE);
}

static bool takes_value(const GOptionEntry *entry) {
    return entry->arg != G_OPTION_ARG_NONE && !(entry->flags & G_OPTION_FLAG_NO_ARG);
}

/* The entry that an argument names; NULL without one. name is without dashes. */
static const GOptionEntry *find_entry(const GOptionEntry *entries, const char *name, size_t len,
                                      bool is_short) {
    for (const GOptionEntry *e = entries; e->long_name; e++)
        if (is_short ? e->short_name == name[len - 1]
                     : strlen(e->long_name) == len && strncmp(e->long_name, name, len) == 0)
            return e;
    return NULL;
}

/* GLib passes over the value of an option that takes none: --no-dns=0 would turn DNS off. */
static bool check_flags(const GOptionEntry *entries, char **argv, GError **error) {
    for (char **arg = argv[0] ? argv + 1 : argv; *arg && strcmp(*arg, "--") != 0; arg++) {
        const char *name = *arg + strspn(*arg, "-");
        bool is_short = name - *arg == 1;
        size_t len = is_short ? strlen(name) : strcspn(name, "=");
        const GOptionEntry *entry = name > *arg && len ? find_entry(entries, name, len, is_short) : NULL;
        if (!entry)
            continue;
        bool has_value = !is_short && name[len] == '=';
        if (has_value && !takes_value(entry)) {
            g_set_error(error, mw_error_quark(), 0, "--%s takes no value", entry->long_name);
            return false;
        }
        if (!has_value && takes_value(entry) && arg[1])
            arg++; /* its value, whatever it looks like */
    }
    return true;
}

static bool parse(command *c, int *argc, char ***argv, GError **error) {
    g_autoptr(GOptionContext) options = g_option_context_new("FILE|-...");
    g_autofree GOptionEntry *entries = new_entries(c);
    if (!check_flags(entries, *argv, error))
        return false;
    GOptionGroup *group = g_option_group_new("mailwhy", "", "", c, NULL);
    g_option_group_add_entries(group, entries);
    g_option_context_set_main_group(options, group);
    g_option_context_set_summary(
        options, "Says why a saved mail was, or would be, rejected, and what to do about it.");
    g_option_context_set_description(
        options,
        "Exit status: 0 nothing at or above the limit; 1 rejected, or an undelivered recipient; 2 bad\n"
        "usage or not a mail; 3 the verdict is incomplete: a missing answer could change it.\n");
    return g_option_context_parse(options, argc, argv, error);
}

static bool use_color(const char *when, GError **error) {
    if (!when || strcmp(when, "auto") == 0) {
        const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
        return !(no && *no) && isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
    }
    if (strcmp(when, "always") != 0 && strcmp(when, "never") != 0)
        g_set_error(error, mw_error_quark(), 0, "--color %s: there are auto, always and never", when);
    return strcmp(when, "always") == 0;
}

static int terminal_width(void) {
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return MIN(size.ws_col, 140);
    return 100;
}

/* ---- output ---- */

static int complain(const char *about, const char *text) {
    g_autofree char *line =
        about ? g_strdup_printf("mailwhy: %s: %s", about, text) : g_strdup_printf("mailwhy: %s", text);
    g_autofree char *safe = mw_printable_line(line);
    fprintf(stderr, "%s\n", safe);
    return STATUS_ERROR;
}

/* 2, 1, 3, 0: the worst first. */
static int worse(int a, int b) {
    static const int rank[] = {0, 2, 3, 1};
    return rank[a] > rank[b] ? a : b;
}

static int diagnose(command *c, const mw_style *style, const char *file, FILE *out) {
    g_autoptr(GError) error = NULL;
    gsize size;
    g_autofree char *bytes = input_read(file, &size, &error);
    if (!bytes)
        return complain(file, error->message);
    g_autoptr(mw_report) report =
        mw_context_diagnose(c->context, file, bytes, size, g_get_real_time() / G_USEC_PER_SEC, &error);
    if (!report)
        return complain(file, error->message);
    g_autofree char *text = mw_report_format(report, c->format, style, &error);
    if (!text)
        return complain(NULL, error->message);
    fputs(text, out);
    return mw_report_status(report);
}

static int diagnose_all(command *c, const mw_style *style, FILE *out) {
    int status = STATUS_CLEAN;
    bool many = c->files[1] && strcmp(c->format, "text") == 0;
    for (char **file = c->files; *file; file++) {
        if (many) {
            g_autofree char *name = mw_printable_line(*file);
            fprintf(out, "%s==> %s <==\n", file == c->files ? "" : "\n", name);
        }
        status = worse(status, diagnose(c, style, *file, out));
    }
    return status;
}

/* --explain, --check-reply, --list-symbols: no mail is read. */
static int explain(command *c, const mw_style *style, FILE *out) {
    g_autoptr(GError) error = NULL;
    const char *text = c->explain ? c->explain : c->check_reply;
    gsize size = text ? strlen(text) : 0;
    g_autofree char *bytes =
        text && strcmp(text, "-") == 0 ? input_read(text, &size, &error) : g_strdup(text);
    g_autofree char *answer = NULL;
    if (c->list_symbols)
        answer = mw_context_symbols(c->context, style, &error);
    else if (bytes)
        answer = mw_context_explain(c->context, bytes, size, c->check_reply != NULL,
                                    g_get_real_time() / G_USEC_PER_SEC, style, &error);
    if (!answer)
        return complain(NULL, error->message);
    fputs(answer, out);
    return STATUS_CLEAN;
}

/* Opening the output empties it: it must be none of the mails. */
static bool output_is_input(const command *c) {
    struct stat out, in;
    if (!c->output || !c->files || stat(c->output, &out) != 0 || !S_ISREG(out.st_mode))
        return false;
    for (char **file = c->files; *file; file++) {
        if (stat(*file, &in) == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
            return true;
    }
    return false;
}

static int run(command *c) {
    g_autoptr(GError) error = NULL;
    mw_style style = {.verbose = CLAMP(c->verbose, -1, 1), .width = terminal_width()};
    style.color = use_color(c->color, &error) && !c->output;
    if (error)
        return complain(NULL, error->message);
    bool explains = c->explain || c->check_reply || c->list_symbols;
    if (!c->files && !explains)
        return complain(NULL, "no mail given; say mailwhy message.eml, or mailwhy - to read standard input "
                              "(mailwhy --help tells more)");
    if (output_is_input(c))
        return complain(c->output, "is the mail itself: the report needs another file");
    FILE *out = c->output ? fopen(c->output, "w") : stdout;
    if (!out)
        return complain(c->output, g_strerror(errno));
    int status = explains ? explain(c, &style, out) : diagnose_all(c, &style, out);
    bool failed = fflush(out) != 0 || ferror(out);
    if (out != stdout)
        failed |= fclose(out) != 0;
    if (failed)
        return complain(c->output ? c->output : "standard output", g_strerror(errno));
    return status;
}

int main(int argc, char **argv) {
    setlocale(LC_CTYPE, "");
    g_autoptr(GError) error = NULL;
    command c = {.context = mw_context_new(), .format = "text"};
    int status = STATUS_CLEAN;
    if (!parse(&c, &argc, &argv, &error))
        status = complain(NULL, error->message);
    else if (c.version)
        printf("mailwhy %s\n", mw_version());
    else
        status = run(&c);
    mw_context_free(c.context);
    g_strfreev(c.files);
    g_free(c.output);
    g_free(c.explain);
    g_free(c.check_reply);
    g_free(c.color);
    return status;
}
