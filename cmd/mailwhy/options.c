#include "options.h"

#include <stdbool.h>
#include <string.h>

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

gboolean options_parse(command *c, int *argc, char ***argv, GError **error) {
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

void options_clear(command *c) {
    g_strfreev(c->files);
    g_free(c->output);
    g_free(c->explain);
    g_free(c->check_reply);
    g_free(c->color);
}
