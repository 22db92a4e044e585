#include "options.h"
#include "usage.h"

#include <string.h>

enum { MOST_JOBS = 256, MOST_WAITING = 10000, MOST_SECONDS = 3600, MOST_SIZE = 256, MOST_MAILS = 1000 };

/* What is about one mail comes with its request. */
static bool is_about_all(const char *name) {
    static const char *const all[] = {
        "resolver", "doh",      "recursive", "dnssec",       "outside", "private",    "zone", "replay",
        "no-dns",   "no-lists", "lists",     "timeout",      "profile", "limit",      "for",  "bulk",
        "mine",     "data",     "exclude",   "trust-sealer", "now",     "cache-size", NULL};
    return g_strv_contains(all, name);
}

static gboolean take_option(const char *name, const char *value, gpointer data, GError **error) {
    serve *s = data;
    const char *option = name + strspn(name, "-");
    static const char *const offline[] = {"zone", "replay", "no-dns", NULL};
    s->offline |= g_strv_contains(offline, option);
    s->no_dns |= strcmp(option, "no-dns") == 0;
    return mw_context_set(s->context, option, value, error);
}

static GOptionEntry *new_entries(serve *s) {
    const GOptionEntry own[] = {
        {"listen", 'l', 0, G_OPTION_ARG_STRING, &s->listen, "where it is reached (127.0.0.1:8025)",
         "ADDRESS:PORT"},
        {"token", 0, 0, G_OPTION_ARG_FILENAME, &s->token_file,
         "who asks must know what is in this file; needed beyond this machine", "FILE"},
        {"host", 0, 0, G_OPTION_ARG_STRING_ARRAY, &s->hosts, "another name of this server, such as a proxy's",
         "NAME"},
        {"jobs", 'j', 0, G_OPTION_ARG_INT, &s->jobs, "how many mails are diagnosed at once (8)", "N"},
        {"queue", 0, 0, G_OPTION_ARG_INT, &s->waiting, "how many may wait for their turn (64)", "N"},
        {"max-time", 0, 0, G_OPTION_ARG_INT, &s->seconds, "for one request; then it is given up (60)",
         "SECONDS"},
        {"max-size", 0, 0, G_OPTION_ARG_INT, &s->max_size, "of one mail (50)", "MIB"},
        {"max-mails", 0, 0, G_OPTION_ARG_INT, &s->most_mails, "of one archive that are diagnosed (20)", "N"},
        {"no-sandbox", 0, 0, G_OPTION_ARG_NONE, &s->no_sandbox, "keep what the processes give up otherwise",
         NULL},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &s->help, "show this", NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &s->version, "print the version", NULL},
        {"list-options", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &s->list_options,
         "all options, for programs", NULL},
    };
    GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    g_array_append_vals(entries, own, G_N_ELEMENTS(own));
    for (const mw_option *o = mw_options(); o->name; o++) {
        GOptionEntry entry = {.long_name = o->name,
                              .flags = o->argument ? G_OPTION_FLAG_FILENAME : G_OPTION_FLAG_NO_ARG,
                              .arg = G_OPTION_ARG_CALLBACK,
                              .arg_data = (gpointer)take_option,
                              .description = o->help,
                              .arg_description = o->argument};
        if (is_about_all(o->name))
            g_array_append_val(entries, entry);
    }
    return (GOptionEntry *)(void *)g_array_free(entries, FALSE);
}

static bool check_number(const char *name, int number, int least, int most, GError **error) {
    if (number >= least && number <= most)
        return true;
    g_set_error(error, mw_error_quark(), 0, "--%s %d: not a number from %d to %d", name, number, least, most);
    return false;
}

gboolean options_parse(serve *s, int *argc, char ***argv, GError **error) {
    g_autoptr(GOptionContext) options = g_option_context_new(NULL);
    s->jobs = 8;
    s->waiting = 64;
    s->seconds = 60;
    s->max_size = 50;
    s->most_mails = 20;
    s->entries = new_entries(s);
    GOptionGroup *group = g_option_group_new("mailwhy-serve", "", "", s, NULL);
    g_option_group_add_entries(group, s->entries);
    g_option_context_set_main_group(options, group);
    g_option_context_set_help_enabled(options, FALSE);
    if (!g_option_context_parse(options, argc, argv, error))
        return FALSE;
    if (!s->listen)
        s->listen = g_strdup("127.0.0.1:8025");
    if (*argc > 1) {
        g_set_error(error, mw_error_quark(), 0, "%s: mails are handed in over HTTP (mailwhy %s reads a file)",
                    (*argv)[1], (*argv)[1]);
        return FALSE;
    }
    return check_number("jobs", s->jobs, 1, MOST_JOBS, error) &&
           check_number("queue", s->waiting, 0, MOST_WAITING, error) &&
           check_number("max-time", s->seconds, 1, MOST_SECONDS, error) &&
           check_number("max-size", s->max_size, 1, MOST_SIZE, error) &&
           check_number("max-mails", s->most_mails, 1, MOST_MAILS, error);
}

char *options_help(const serve *s, int width) {
    static const usage_group groups[] = {
        {"Where it is reached", {"listen", "token", "host"}},
        {"How much it takes on",
         {"jobs", "queue", "max-time", "max-size", "max-mails", "no-sandbox", "help", "version"}},
        {"Where DNS is asked",
         {"resolver", "doh", "recursive", "dnssec", "zone", "replay", "no-dns", "timeout", "cache-size",
          "outside", "private", "lists", "no-lists"}},
        {"What counts",
         {"profile", "limit", "for", "bulk", "exclude", "mine", "trust-sealer", "data", "now"}},
    };
    GString *out = g_string_new("Usage: mailwhy-serve [OPTION]...\n"
                                "A page to drop a mail on, and an address for programs that have one.\n");
    usage_groups(out, s->entries, groups, G_N_ELEMENTS(groups), width);
    g_string_append(out, "\nman mailwhy-serve tells more.\n");
    return g_string_free(out, FALSE);
}
