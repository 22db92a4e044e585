#include "pile.h"

#include <string.h>

void pile_open(pile *p, mw_context *context, const char *format, bool shown) {
    *p = (pile){.context = context,
                .format = format,
                .shown = shown,
                .whole = g_string_new(NULL),
                .pieces = g_string_new(NULL)};
}

static bool is_html(const pile *p) {
    return strcmp(p->format, "html") == 0;
}

/* Takes over text; NULL: it could not be made. */
static bool add(GString *to, char *text) {
    if (text)
        g_string_append(to, text);
    g_free(text);
    return text != NULL;
}

static bool begin_piece(pile *p, GError **error) {
    if (!p->n++)
        return true;
    if (strcmp(p->format, "text") == 0)
        return add(p->pieces, g_strdup("\n"));
    return add(p->pieces, mw_context_joint(p->context, p->format, MW_PLACE_BETWEEN, error));
}

static bool add_piece(pile *p, const mw_report *report, mw_style style, GError **error) {
    g_autofree char *prefix = g_strdup_printf("m%u-", p->n);
    style.embedded = prefix;
    if (is_html(p))
        g_string_append_printf(p->pieces, "<section id=\"%sreport\">", prefix);
    bool good = add(p->pieces, mw_report_part(report, p->format, &style, error));
    if (is_html(p))
        g_string_append(p->pieces, "</section>");
    return good;
}

bool pile_add(pile *p, const mw_report *report, const mw_style *style, bool alone, GError **error) {
    if (p->n == 0 && !p->shown && !add(p->whole, mw_report_format(report, p->format, style, error)))
        return false;
    return begin_piece(p, error) && ((alone && !p->shown) || add_piece(p, report, *style, error));
}

bool pile_add_error(pile *p, const char *name, const char *line, GError **error) {
    if (!g_str_has_prefix(p->format, "json") && strcmp(p->format, "junit") != 0)
        return true;
    char *object = mw_error_format(name, line, p->format);
    if (strcmp(p->format, "json") == 0)
        g_strchomp(object);
    if (p->n == 0)
        g_string_append(p->whole, object);
    if (begin_piece(p, error))
        return add(p->pieces, object);
    g_free(object);
    return false;
}

static char *html_text(const pile *p) {
    g_autofree char *title = p->n == 1 ? g_strdup("The report") : g_strdup_printf("%u mails", p->n);
    return g_strdup_printf("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                           "<title>%s</title><style>%s</style></head><body><main><h1>%s</h1>%s</main></body>"
                           "</html>\n",
                           title, mw_html_style(), title, p->pieces->str);
}

char *pile_text(const pile *p, GError **error) {
    if (p->n == 1 && !p->shown)
        return g_strdup(p->whole->str);
    if (is_html(p))
        return html_text(p);
    g_autofree char *before = mw_context_joint(p->context, p->format, MW_PLACE_BEFORE, error);
    g_autofree char *behind = before ? mw_context_joint(p->context, p->format, MW_PLACE_BEHIND, error) : NULL;
    return behind ? g_strconcat(before, p->pieces->str, behind, NULL) : NULL;
}
