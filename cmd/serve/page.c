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

char *page_form(const serve *s, const char *token) {
    g_autofree char *export = g_markup_escape_text(s->export, -1),
                    *dns = g_markup_escape_text(s->dns_words, -1);
    g_autofree char *size = g_strdup_printf("%d", s->max_size);
    const filling fillings[] = {{"token", token}, {"receivers", s->receivers},
                                {"dns", dns},     {"export", export},
                                {"size", size},   {"version", mw_version()}};
    return fill("form.html", fillings, G_N_ELEMENTS(fillings));
}

/* The line as a sentence of its own. */
static char *sentence(const char *line) {
    char *text = g_strdup_printf("%s%s", line, g_str_has_suffix(line, ".") ? "" : ".");
    text[0] = g_ascii_toupper(text[0]);
    return text;
}

char *page_error(page_trouble what, const char *line) {
    static const char help[] =
        "<p>How to save a mail as a file, and what to do with a screenshot, is told on "
        "the page under <em>Help</em>.</p>";
    const char *title = what == PAGE_UNREADABLE ? "This could not be read" : "That did not work";
    g_autofree char *text = sentence(line);
    g_autofree char *t = page_escaped(title), *words = page_escaped(text);
    const filling fillings[] = {
        {"title", t}, {"text", words}, {"help", what == PAGE_UNREADABLE ? help : NULL}};
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
