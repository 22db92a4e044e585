#include "usage.h"

#include <stdbool.h>
#include <string.h>

enum { INDENT = 2, COLUMN = 26, LEAST_TEXT = 30, LEAST_WIDTH = 40, MOST_WIDTH = 100 };

/* The groups of the manual page, in its order. An option that no group names comes last. */
static const usage_group mailwhy_groups[] = {
    {"Output",
     {"verbose", "quiet", "reply", "lang", "format", "json", "output", "redact", "color", "no-pager",
      "summary", "jobs", "files-from", "null", "progress", "no-sandbox"}},
    {"What it costs",
     {"profile", "limit", "fail-on", "exclude", "baseline", "write-baseline", "for", "bulk", "data"}},
    {"A domain without a mail", {"domain", "selector"}},
    {"Who sent it",
     {"client-ip", "helo", "mail-from", "rcpt-to", "at", "now", "part", "bounce", "mine", "trust-sealer"}},
    {"Where DNS is asked",
     {"resolver", "doh", "recursive", "dnssec", "zone", "record", "replay", "what-if", "show-queries",
      "outside", "private", "no-dns", "no-lists", "lists", "timeout", "cache-size"}},
    {"Explanations", {"explain", "check-reply", "list-symbols", "json-schema", "serve", "help", "version"}},
    {"Configuration", {"config", "no-config"}},
};
/* What -h shows: one line each, fifteen with what stands around them. */
static const struct {
    const char *form, *text;
} daily[] = {
    {"-v, --verbose", "also the way of the mail, the evidence and all rows"},
    {"--for=gmail,...", "that receiver's rules, and the reply it would give"},
    {"--bounce=FILE|TEXT", "what came back for this mail"},
    {"--reply=customer", "a message of facts to paste; also provider, recipient"},
    {"--what-if=RECORD", "try a change: NAME TYPE RDATA, before you publish it"},
    {"--domain=NAME", "check a domain without a mail"},
    {"--client-ip=IP", "who sent it, where the file does not tell"},
    {"--json", "the whole report for programs; --format has others"},
    {"--no-dns", "ask nothing at all"},
    {"--explain=TEXT", "what a symbol, a code or a reply's text means"},
};

static const GOptionEntry *find(const GOptionEntry *entries, const char *name) {
    for (const GOptionEntry *e = entries; e->long_name; e++)
        if (strcmp(e->long_name, name) == 0)
            return e;
    return NULL;
}

/* text from column at on, wrapped between words. */
static void wrap(GString *out, int at, int hang, int width, const char *text) {
    bool first = true;
    for (const char *p = text; *p;) {
        int len = (int)strcspn(p, " ");
        if (!first && at + 1 + len > width) {
            g_string_append_printf(out, "\n%*s", hang, "");
            at = hang;
        } else if (!first) {
            g_string_append_c(out, ' ');
            at++;
        }
        g_string_append_len(out, p, len);
        at += len;
        first = false;
        p += len;
        p += strspn(p, " ");
    }
    g_string_append_c(out, '\n');
}

static void write_row(GString *out, const char *form, const char *text, int width) {
    int column = width - COLUMN >= LEAST_TEXT ? COLUMN : 2 * INDENT + 4;
    int at = INDENT + (int)strlen(form);
    g_string_append_printf(out, "%*s%s", INDENT, "", form);
    if (at + 1 > column)
        g_string_append_printf(out, "\n%*s", column, "");
    else
        g_string_append_printf(out, "%*s", column - at, "");
    wrap(out, column, column, width, text);
}

static void write_option(GString *out, const GOptionEntry *e, int width) {
    char letter[] = "-x, ";
    letter[1] = e->short_name;
    g_autofree char *form =
        g_strconcat(e->short_name ? letter : "", "--", e->long_name, e->arg_description ? "=" : "",
                    e->arg_description ? e->arg_description : "", NULL);
    write_row(out, form, e->description, width);
}

static GString *begin(void) {
    return g_string_new("Usage: mailwhy [OPTION]... FILE|FOLDER|-...\n"
                        "Says why a saved mail was, or would be, rejected, and what to do about it.\n");
}

char *usage_short(int width) {
    GString *out = begin();
    width = CLAMP(width, LEAST_WIDTH, MOST_WIDTH);
    g_string_append_c(out, '\n');
    for (size_t i = 0; i < G_N_ELEMENTS(daily); i++)
        write_row(out, daily[i].form, daily[i].text, width);
    g_string_append(out, "\nmailwhy --help shows all options, man mailwhy tells more.\n");
    return g_string_free(out, FALSE);
}

void usage_groups(GString *out, const GOptionEntry *entries, const usage_group *groups, gsize n, int width) {
    g_autoptr(GHashTable) told = g_hash_table_new(g_str_hash, g_str_equal);
    width = CLAMP(width, LEAST_WIDTH, MOST_WIDTH);
    for (size_t i = 0; i < n; i++) {
        g_string_append_printf(out, "\n%s\n", groups[i].title);
        for (const char *const *name = groups[i].options; *name; name++) {
            const GOptionEntry *e = find(entries, *name);
            if (e)
                write_option(out, e, width);
            g_hash_table_add(told, (gpointer)*name);
        }
    }
    bool others = false;
    for (const GOptionEntry *e = entries; e->long_name; e++) {
        if (!*e->long_name || e->flags & G_OPTION_FLAG_HIDDEN || g_hash_table_contains(told, e->long_name))
            continue;
        if (!others)
            g_string_append(out, "\nOthers\n");
        others = true;
        write_option(out, e, width);
    }
}

char *usage_long(const GOptionEntry *entries, int width) {
    GString *out = begin();
    width = CLAMP(width, LEAST_WIDTH, MOST_WIDTH);
    usage_groups(out, entries, mailwhy_groups, G_N_ELEMENTS(mailwhy_groups), width);
    g_string_append(out, "\nExit status\n  ");
    wrap(out, INDENT, INDENT, width,
         "0: nothing at or above the limit. 1: rejected, or a recipient was not reached, or what --fail-on "
         "names "
         "was found. 2: bad usage, or not a mail. 3: not known, because a missing answer could change it.");
    g_string_append(out, "\nman mailwhy tells more.\n");
    return g_string_free(out, FALSE);
}

char *usage_table(const GOptionEntry *entries) {
    GString *out = g_string_new(NULL);
    for (const GOptionEntry *e = entries; e->long_name; e++) {
        if (!*e->long_name || e->flags & G_OPTION_FLAG_HIDDEN)
            continue;
        g_string_append_printf(out, "%s\t%.*s\t%s\t%s\n", e->long_name, e->short_name != 0, &e->short_name,
                               e->arg_description ? e->arg_description : "", e->description);
    }
    return g_string_free(out, FALSE);
}
