#include "query.h"
#include "wire.h"

#include <string.h>

/* Flags take no value, or 1. */
static const struct {
    const char *name;
    bool flag;
} known[] = {{"client-ip", false}, {"helo", false},         {"mail-from", false}, {"rcpt-to", false},
             {"at", false},        {"now", false},          {"mine", false},      {"part", false},
             {"bounce", false},    {"reply", false},        {"for", false},       {"bulk", true},
             {"limit", false},     {"trust-sealer", false}, {"no-lists", true},   {"verbose", true},
             {"redact", true},     {"name", false},         {"format", false}};

static const struct {
    const char *format;
    const char *type, *other; /* media types */
} formats[] = {
    {"json", "application/json", NULL},
    {"jsonl", "application/x-ndjson", "application/jsonl"},
    {"html", "text/html", NULL},
    {"text", "text/plain", NULL},
    {"markdown", "text/markdown", NULL},
    {"sarif", "application/sarif+json", NULL},
    {"junit", "application/xml", "text/xml"},
};

void query_init(query *q) {
    *q = (query){.options = g_byte_array_new()};
}

void query_clear(query *q) {
    g_clear_pointer(&q->options, g_byte_array_unref);
    g_clear_pointer(&q->error, g_free);
}

static void fail(query *q, char *text) {
    if (q->error)
        g_free(text);
    else
        q->error = text;
}

void query_put(query *q, const char *name, const char *value) {
    gsize n = strlen(name) + 1, m = strlen(value) + 1;
    if (q->options->len + n + m > MOST_OPTIONS) {
        fail(q, g_strdup("the options of this request are too long"));
        return;
    }
    g_byte_array_append(q->options, (const guint8 *)name, (guint)n);
    g_byte_array_append(q->options, (const guint8 *)value, (guint)m);
}

static void unknown(query *q, const char *name) {
    g_autoptr(GString) all = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        g_string_append_printf(all, "%s%s", i ? ", " : "", known[i].name);
    fail(q, g_strdup_printf("%s: there is no such option of a request; there are %s", name, all->str));
}

static bool is_format(const char *name) {
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
        if (strcmp(formats[i].format, name) == 0)
            return true;
    return false;
}

void query_add(query *q, const char *name, const char *value) {
    gsize i = 0;
    while (i < G_N_ELEMENTS(known) && strcmp(known[i].name, name) != 0)
        i++;
    bool given = value && *value;
    if (i == G_N_ELEMENTS(known)) {
        unknown(q, name);
    } else if (known[i].flag ? given && strcmp(value, "1") != 0 : !given) {
        fail(q, g_strdup_printf(known[i].flag ? "%s takes no value" : "%s needs a value", name));
    } else if (strcmp(name, "format") == 0 && !is_format(value)) {
        fail(q, g_strdup_printf("format=%s: there are json, jsonl, html, text, markdown, junit and sarif",
                                value));
    } else {
        q->format_given |= strcmp(name, "format") == 0;
        q->reply |= strcmp(name, "reply") == 0;
        query_put(q, name, known[i].flag ? "" : value);
    }
}

static double quality_of(char **parts) {
    for (char **p = parts + 1; *p; p++) {
        g_strstrip(*p);
        if (g_ascii_strncasecmp(*p, "q=", 2) == 0)
            return g_ascii_strtod(*p + 2, NULL);
    }
    return 1;
}

/* "*" and what begins with a type's half are taken for the first of that kind. */
static bool matches(const char *range, const char *type) {
    gsize n = strlen(range);
    if (!type)
        return false;
    return strcmp(range, "*/*") == 0 || g_ascii_strcasecmp(range, type) == 0 ||
           (n > 1 && strcmp(range + n - 2, "/*") == 0 && g_ascii_strncasecmp(range, type, n - 1) == 0);
}

bool query_accept(query *q, const char *accept) {
    const char *best = NULL;
    double most = 0;
    if (q->format_given)
        return true;
    g_auto(GStrv) ranges = g_strsplit(accept ? accept : "*/*", ",", 64);
    for (char **range = ranges; *range; range++) {
        g_auto(GStrv) parts = g_strsplit(*range, ";", 16);
        if (!parts[0])
            continue;
        double quality = quality_of(parts);
        g_strstrip(parts[0]);
        for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
            bool fits = matches(parts[0], formats[i].type) || matches(parts[0], formats[i].other);
            bool letter = q->reply && strcmp(formats[i].format, "text") == 0 && strcmp(parts[0], "*/*") == 0;
            if ((fits && quality > most) || (letter && quality >= most)) {
                best = formats[i].format;
                most = quality;
            }
        }
    }
    if (best)
        query_put(q, "format", best);
    return best != NULL;
}
