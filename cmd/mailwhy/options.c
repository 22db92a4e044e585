#include "options.h"
#include "config.h"

#include "base/suggest.h"

#include <stdbool.h>
#include <string.h>

enum { MOST_JOBS = 256 };

static const char *argument_of(const char *name) {
    for (const mw_option *o = mw_options(); o->name; o++) {
        if (strcmp(o->name, name) == 0 && o->argument)
            return o->argument;
    }
    return "";
}

static gboolean take_option(const char *name, const char *value, gpointer data, GError **error) {
    command *c = data;
    static const char *const offline[] = {"zone", "replay", "no-dns", NULL};
    c->offline |= g_strv_contains(offline, name + strspn(name, "-"));
    if (value && strstr(argument_of(name + strspn(name, "-")), "FILE"))
        g_ptr_array_add(c->inputs, g_strdup(value + (value[0] == '@')));
    c->redact |= strcmp(name, "--redact") == 0;
    if (strcmp(name, "--data") == 0)
        c->data_folder = g_intern_string(value);
    if (strcmp(name, "--domain") == 0)
        c->domain = g_intern_string(value);
    return mw_context_set(c->context, name + strspn(name, "-"), value, error);
}

static gboolean take_verbosity(const char *name, const char *value, gpointer data, GError **error) {
    command *c = data;
    c->verbose += strcmp(name, "-q") == 0 || strcmp(name, "--quiet") == 0 ? -1 : 1;
    return TRUE;
}

static gboolean take_format(const char *name, const char *value, gpointer data, GError **error) {
    command *c = data;
    const char *format = value ? g_intern_string(value) : "json";
    if (c->format && strcmp(c->format, format) != 0) {
        g_set_error(error, mw_error_quark(), 0, "--format %s and %s: one report has one form", c->format,
                    format);
        return FALSE;
    }
    c->format = format;
    return TRUE;
}

static gboolean take_serve(const char *name, const char *value, gpointer data, GError **error) {
    ((command *)data)->serve = TRUE;
    return TRUE;
}

static gboolean take_help(const char *name, const char *value, gpointer data, GError **error) {
    command *c = data;
    c->help = strcmp(name, "-h") == 0 ? HELP_SHORT : HELP_LONG;
    return TRUE;
}

/* The options of the library, and behind them the command's own. */
static GOptionEntry *new_entries(command *c) {
    const GOptionEntry own[] = {
        {"format", 0, 0, G_OPTION_ARG_CALLBACK, (gpointer)take_format,
         "text (the default), json, jsonl, html, markdown, github, junit or sarif; with --summary also csv",
         "FORMAT"},
        {"json", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer)take_format,
         "the same as --format json", NULL},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &c->output, "write the report to this file", "FILE"},
        {"record", 0, 0, G_OPTION_ARG_FILENAME, &c->record, "write every DNS question and answer of this run",
         "FILE"},
        {"color", 0, 0, G_OPTION_ARG_STRING, &c->color, "auto (the default), always or never", "WHEN"},
        {"no-pager", 0, 0, G_OPTION_ARG_NONE, &c->no_pager,
         "never show a long report page by page, as is done on a terminal", NULL},
        {"no-sandbox", 0, 0, G_OPTION_ARG_NONE, &c->no_sandbox,
         "keep what else the process gives up before it reads the mail", NULL},
        {"summary", 0, 0, G_OPTION_ARG_NONE, &c->summary,
         "one page on all mails: how they end, what they share, which change mends most", NULL},
        {"jobs", 'j', 0, G_OPTION_ARG_INT, &c->jobs, "how many mails are diagnosed at once (1)", "N"},
        {"files-from", 0, 0, G_OPTION_ARG_FILENAME, &c->files_from,
         "also the mails whose names are in this file, one a line; - is standard input", "FILE"},
        {"null", '0', 0, G_OPTION_ARG_NONE, &c->nul, "those names end in a NUL each, as of find -print0",
         NULL},
        {"progress", 0, 0, G_OPTION_ARG_STRING, &c->progress,
         "how far many mails are, on a terminal: auto (the default), always or never", "WHEN"},
        {"write-baseline", 0, 0, G_OPTION_ARG_FILENAME, &c->write_baseline,
         "write what counts against these mails, for --baseline", "FILE"},
        {"config", 0, 0, G_OPTION_ARG_FILENAME, &c->config,
         "options of this file, in place of ~/.config/mailwhy/config", "FILE"},
        {"no-config", 0, 0, G_OPTION_ARG_NONE, &c->no_config,
         "neither that file nor MAILWHY_OPTIONS: the command line alone", NULL},
        {"verbose", 'v', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer)take_verbosity,
         "also the way of the mail, the evidence and all rows", NULL},
        {"quiet", 'q', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer)take_verbosity,
         "one line: the verdict alone", NULL},
        {"explain", 0, 0, G_OPTION_ARG_FILENAME, &c->explain,
         "say what a reply's text, a code or a symbol means; - reads it from standard input", "TEXT"},
        {"check-reply", 0, 0, G_OPTION_ARG_FILENAME, &c->check_reply,
         "the same, and look up now what the text names", "TEXT"},
        {"list-symbols", 0, 0, G_OPTION_ARG_NONE, &c->list_symbols, "list all symbols", NULL},
        {"json-schema", 0, 0, G_OPTION_ARG_NONE, &c->json_schema,
         "print the schema that describes the JSON reports", NULL},
        {"list-options", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &c->list_options,
         "this table, of which the completions of shells are made", NULL},
        {"serve", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, (gpointer)take_serve,
         "start mailwhy-serve: a page on this machine to drop a mail on (127.0.0.1:8025)", "ADDRESS:PORT"},
        {"help", 'h', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer)take_help,
         "-h: the daily options; --help: all", NULL},
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

static const GOptionEntry *find_long(const GOptionEntry *entries, const char *name, size_t len) {
    for (const GOptionEntry *e = entries; e->long_name; e++)
        if (*e->long_name && strlen(e->long_name) == len && strncmp(e->long_name, name, len) == 0)
            return e;
    return NULL;
}

static const GOptionEntry *find_short(const GOptionEntry *entries, char name) {
    for (const GOptionEntry *e = entries; e->long_name; e++)
        if (name && e->short_name == name)
            return e;
    return NULL;
}

static void unknown_option(const GOptionEntry *entries, const char *name, GError **error) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    GPtrArray *names = mw_array_new(arena);
    for (const GOptionEntry *e = entries; e->long_name; e++)
        if (*e->long_name && !(e->flags & G_OPTION_FLAG_HIDDEN))
            g_ptr_array_add(names, (gpointer)e->long_name);
    const char *near = mw_suggest(names, name);
    g_set_error(error, mw_error_quark(), 0, "--%s: there is no such option%s%s%s", name,
                near ? "; did you mean --" : " (mailwhy --help lists them)", near ? near : "",
                near ? "?" : "");
}

/* The options of one argument, by their long names, are added to given. Sets *value_follows where the next
 * argument is the value of this one. False for what is no option, or has a value that it does not take: GLib
 * passes over that, and --no-dns=0 would turn DNS off. */
static bool check_argument(const GOptionEntry *entries, const char *arg, GHashTable *given,
                           bool *value_follows, GError **error) {
    if (arg[0] != '-' || !arg[1])
        return true;
    if (arg[1] != '-') {
        for (const char *p = arg + 1; *p && !*value_follows; p++) {
            const GOptionEntry *e = find_short(entries, *p);
            if (!e)
                return true; /* GLib says so */
            g_hash_table_add(given, (gpointer)e->long_name);
            if (takes_value(e) && p[1])
                break; /* the rest is its value */
            *value_follows = takes_value(e);
        }
        return true;
    }
    const char *name = arg + 2;
    size_t len = strcspn(name, "=");
    const GOptionEntry *e = find_long(entries, name, len);
    if (!e) {
        g_autofree char *unknown = g_strndup(name, len);
        unknown_option(entries, unknown, error);
        return false;
    }
    if (name[len] == '=' && !takes_value(e)) {
        g_set_error(error, mw_error_quark(), 0, "--%s takes no value", e->long_name);
        return false;
    }
    g_hash_table_add(given, (gpointer)e->long_name);
    *value_follows = name[len] != '=' && takes_value(e) && !(e->flags & G_OPTION_FLAG_OPTIONAL_ARG);
    return true;
}

/* Options of which one makes the other mean nothing. */
static const char *const pairs[][2] = {
    {"verbose", "quiet"},
    {"reply", "json"},
    {"reply", "quiet"},
    {"lists", "no-lists"},
    {"explain", "check-reply"},
    {"explain", "list-symbols"},
    {"explain", "reply"},
    {"explain", "bounce"},
    {"explain", "show-queries"},
    {"check-reply", "reply"},
    {"check-reply", "bounce"},
    {"check-reply", "show-queries"},
    {"check-reply", "no-dns"},
    {"list-symbols", "reply"},
    {"list-symbols", "check-reply"},
    {"show-queries", "reply"},
    {"show-queries", "record"},
    {"part", "bounce"},
    {"config", "no-config"},
    {"write-baseline", "explain"},
    {"write-baseline", "check-reply"},
    {"write-baseline", "show-queries"},
};

static bool check_together(const command *c, GHashTable *given, GError **error) {
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        if (!g_hash_table_contains(given, pairs[i][0]) || !g_hash_table_contains(given, pairs[i][1]))
            continue;
        g_set_error(error, mw_error_quark(), 0, "--%s and --%s exclude each other", pairs[i][0], pairs[i][1]);
        return false;
    }
    if (g_hash_table_contains(given, "reply") && strcmp(command_format(c), "text") != 0) {
        g_set_error(error, mw_error_quark(), 0,
                    "--reply and --format %s exclude each other: a letter is plain text", c->format);
        return false;
    }
    const char *alone = c->explain ? "explain" : c->check_reply ? "check-reply" : NULL;
    if (alone && c->files) {
        g_set_error(error, mw_error_quark(), 0,
                    "--%s takes one text, and no mail: put quotes around it, --%s '%s %s'", alone, alone,
                    c->explain ? c->explain : c->check_reply, c->files[0]);
        return false;
    }
    return true;
}

static bool check_arguments(const GOptionEntry *entries, char **argv, GHashTable *given, GError **error) {
    for (char **arg = argv[0] ? argv + 1 : argv; *arg && strcmp(*arg, "--") != 0; arg++) {
        bool value_follows = false;
        if (!check_argument(entries, *arg, given, &value_follows, error))
            return false;
        if (value_follows && arg[1])
            arg++; /* its value, whatever it looks like */
    }
    return true;
}

/* GLib takes no value that stands right behind a letter: "-j4" becomes "--jobs=4". */
static void split_jobs(char **argv) {
    for (char **arg = argv; arg && *arg && strcmp(*arg, "--") != 0; arg++)
        if (strncmp(*arg, "-j", 2) == 0 && g_ascii_isdigit((*arg)[2])) {
            g_autofree char *whole = g_strconcat("--jobs=", *arg + 2, NULL);
            *arg = (char *)g_intern_string(whole);
        }
}

static gboolean parse(command *c, int *argc, char ***argv, GError **error) {
    g_autoptr(GOptionContext) options = g_option_context_new("FILE|-...");
    GOptionGroup *group = g_option_group_new("mailwhy", "", "", c, NULL);
    g_option_group_add_entries(group, c->entries);
    g_option_context_set_main_group(options, group);
    g_option_context_set_help_enabled(options, FALSE);
    return g_option_context_parse(options, argc, argv, error);
}

/* ---- what stands elsewhere ---- */

/* One of a row given nearer takes the place of all the others. */
static const char *const alternatives[][7] = {
    {"format", "json", "reply", NULL},
    {"zone", "replay", "no-dns", "resolver", "doh", "recursive", NULL},
};

/* What is done in place of a report, what is about one mail alone, and what is written. */
static const char *const never_elsewhere[] = {"config",         "no-config", "output",      "record",
                                              "write-baseline", "explain",   "check-reply", "list-symbols",
                                              "help",           "version",   "json-schema", "domain",
                                              "bounce",         "null",      "files-from",  NULL};

static bool is_overridden(GHashTable *names, GHashTable *nearer) {
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init(&iter, names);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        if (g_hash_table_contains(nearer, name))
            return true;
        for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
            for (size_t k = 0; k < 2; k++)
                if (strcmp(name, pairs[i][k]) == 0 && g_hash_table_contains(nearer, pairs[i][1 - k]))
                    return true;
        for (size_t i = 0; i < G_N_ELEMENTS(alternatives); i++)
            for (const char *const *one = alternatives[i]; *one && g_strv_contains(alternatives[i], name);
                 one++)
                if (g_hash_table_contains(nearer, *one))
                    return true;
    }
    return false;
}

static bool may_stand_elsewhere(GHashTable *names, GError **error) {
    for (const char *const *name = never_elsewhere; *name; name++)
        if (g_hash_table_contains(names, *name)) {
            g_set_error(error, mw_error_quark(), 0, "--%s: on the command line alone", *name);
            return false;
        }
    return true;
}

/* One option with its value, where the next word is that, unless a nearer place says otherwise. names: those
 * of this place. */
static bool take_word(command *c, char *word, char *next, GHashTable *nearer, GHashTable *names,
                      GString *taken, bool *value_follows, GError **error) {
    g_autoptr(GHashTable) own = g_hash_table_new(g_str_hash, g_str_equal);
    char *line[] = {(char *)"mailwhy", word, NULL, NULL}, **argv = line;
    int argc = 2;
    if (word[0] != '-' || !word[1] || strcmp(word, "--") == 0) {
        g_set_error(error, mw_error_quark(), 0, "%s: no option; mails are named on the command line", word);
        return false;
    }
    if (!check_argument(c->entries, word, own, value_follows, error) || !may_stand_elsewhere(own, error))
        return false;
    if (*value_follows && next)
        line[argc++] = next;
    if (is_overridden(own, nearer))
        return true;
    g_string_append_printf(taken, " %s%s%s", word, line[2] ? " " : "", line[2] ? line[2] : "");
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init(&iter, own);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        g_hash_table_add(names, name);
    return parse(c, &argc, &argv, error);
}

static void merge(GHashTable *into, GHashTable *from) {
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init(&iter, from);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        g_hash_table_add(into, name);
}

static void note_taken(command *c, const char *where, const GString *taken) {
    if (taken->len)
        g_ptr_array_add(c->elsewhere, g_strdup_printf("options of %s:%s", where, taken->str));
}

static bool take_environment(command *c, GHashTable *given, GError **error) {
    const char *text = g_getenv("MAILWHY_OPTIONS");
    g_auto(GStrv) words = NULL;
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GString) taken = g_string_new(NULL);
    if (!text || !text[strspn(text, " \t\n")])
        return true;
    bool good = g_shell_parse_argv(text, NULL, &words, error);
    split_jobs(good ? words : NULL);
    for (char **word = words; good && *word; word++) {
        bool value_follows = false;
        good = take_word(c, *word, word[1], given, names, taken, &value_follows, error);
        word += value_follows && word[1];
    }
    if (!good)
        g_prefix_error(error, "MAILWHY_OPTIONS: ");
    merge(given, names);
    note_taken(c, "MAILWHY_OPTIONS", taken);
    return good;
}

static const char *argument_of_word(const command *c, const char *word) {
    const GOptionEntry *e = find_long(c->entries, word + 2, strcspn(word + 2, "="));
    return e ? e->arg_description : NULL;
}

static bool take_file(command *c, GHashTable *given, GError **error) {
    g_autofree char *file = c->config ? g_strdup(c->config) : config_own_file();
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GString) taken = g_string_new(NULL);
    if (!file)
        return true;
    g_autoptr(GPtrArray) lines = config_read(file, error);
    bool good = lines != NULL, value_follows = false;
    for (guint i = 0; good && i < lines->len; i++) {
        const config_line *line = lines->pdata[i];
        g_autofree char *word = config_beside(file, line->word, argument_of_word(c, line->word));
        good = take_word(c, word, NULL, given, names, taken, &value_follows, error);
        if (!good)
            g_prefix_error(error, "%s: ", line->where);
    }
    merge(given, names);
    note_taken(c, file, taken);
    g_ptr_array_add(c->inputs, g_steal_pointer(&file));
    return good;
}

gboolean options_parse(command *c, int *argc, char ***argv, GError **error) {
    g_autoptr(GHashTable) given = g_hash_table_new(g_str_hash, g_str_equal);
    c->entries = new_entries(c);
    c->inputs = g_ptr_array_new_with_free_func(g_free);
    c->elsewhere = g_ptr_array_new_with_free_func(g_free);
    split_jobs(*argv);
    if (!check_arguments(c->entries, *argv, given, error) || !parse(c, argc, argv, error) ||
        (!c->no_config && (!take_environment(c, given, error) || !take_file(c, given, error))) ||
        !check_together(c, given, error))
        return FALSE;
    static const char *const when[] = {"auto", "always", "never", NULL};
    if (c->progress && !g_strv_contains(when, c->progress))
        g_set_error(error, mw_error_quark(), 0, "--progress %s: there are auto, always and never",
                    c->progress);
    else if (g_hash_table_contains(given, "jobs") && (c->jobs < 1 || c->jobs > MOST_JOBS))
        g_set_error(error, mw_error_quark(), 0, "--jobs %d: not a number from 1 to %d", c->jobs, MOST_JOBS);
    else
        return TRUE;
    return FALSE;
}

void options_clear(command *c) {
    g_free(c->entries);
    g_strfreev(c->files);
    g_clear_pointer(&c->inputs, g_ptr_array_unref);
    g_clear_pointer(&c->elsewhere, g_ptr_array_unref);
    g_free(c->write_baseline);
    g_free(c->config);
    g_free(c->output);
    g_free(c->record);
    g_free(c->progress);
    g_free(c->files_from);
    g_free(c->explain);
    g_free(c->check_reply);
    g_free(c->color);
}
