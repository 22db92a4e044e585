#include "page.h"

#include <gio/gio.h>
#include <string.h>

#include "page_files.h"

enum { FOLDER_ROOM = 64 };

char *page_escaped(const char *line) {
    g_autofree char *safe = mw_printable_line(line);
    return g_markup_escape_text(safe, -1);
}

const char *page_file(const char *name, gsize *size) {
    char path[FOLDER_ROOM];
    g_snprintf(path, sizeof path, "/page/%s", name);
    GBytes *bytes = g_resource_lookup_data(page_files_get_resource(), path, 0, NULL);
    g_assert(bytes);
    const char *data = g_bytes_get_data(bytes, size);
    g_bytes_unref(bytes); /* they are the program's, and stay */
    return data;
}

typedef struct filling {
    const char *name, *html; /* "{name}" becomes html; NULL: nothing */
} filling;

static const filling *find(const filling *fillings, guint n, const char *name, gsize len) {
    for (guint i = 0; i < n; i++)
        if (strlen(fillings[i].name) == len && strncmp(fillings[i].name, name, len) == 0)
            return &fillings[i];
    return NULL;
}

/* Once through the file: what is filled in is not looked through again. */
static char *fill(const char *file, const filling *fillings, guint n) {
    gsize size;
    const char *at = page_file(file, &size), *end = at + size;
    GString *out = g_string_sized_new(size);
    while (at < end) {
        const char *open = memchr(at, '{', (gsize)(end - at));
        const char *close = open ? memchr(open, '}', (gsize)(end - open)) : NULL;
        const filling *f = close ? find(fillings, n, open + 1, (gsize)(close - open - 1)) : NULL;
        const char *stop = f ? open : open ? open + 1 : end;
        g_string_append_len(out, at, stop - at);
        if (f && f->html)
            g_string_append(out, f->html);
        at = f ? close + 1 : stop;
    }
    return g_string_free(out, FALSE);
}

char *page_form(const serve *s, const char *token, const char *note) {
    g_autofree char *shown = note ? page_escaped(note) : NULL;
    g_autofree char *alert = note ? g_strdup_printf("<p class=\"alert\" role=\"alert\">%s</p>", shown) : NULL;
    g_autofree char *export = g_markup_escape_text(s->export, -1),
                    *dns = g_markup_escape_text(s->dns_words, -1);
    g_autofree char *size = g_strdup_printf("%d", s->max_size);
    const filling fillings[] = {
        {"token", token},   {"note", alert}, {"receivers", s->receivers}, {"dns", dns},
        {"export", export}, {"size", size},  {"version", mw_version()}};
    return fill("form.html", fillings, G_N_ELEMENTS(fillings));
}

char *page_error(const char *title, const char *text) {
    g_autofree char *t = page_escaped(title), *words = page_escaped(text);
    const filling fillings[] = {{"title", t}, {"text", words}};
    return fill("error.html", fillings, G_N_ELEMENTS(fillings));
}

char *page_result(const char *title, const char *body, const page_save *saves, guint n_saves) {
    g_autoptr(GString) links = g_string_new(NULL);
    for (guint i = 0; i < n_saves; i++) {
        g_autofree char *data = g_base64_encode((const guchar *)saves[i].content, strlen(saves[i].content));
        g_string_append_printf(links, "<li><a download=\"%s\" href=\"data:%s;base64,%s\">%s</a>",
                               saves[i].file, saves[i].type, data, saves[i].label);
    }
    g_autofree char *t = page_escaped(title);
    const filling fillings[] = {{"title", t}, {"body", body}, {"saves", links->str}};
    return fill("result.html", fillings, G_N_ELEMENTS(fillings));
}
