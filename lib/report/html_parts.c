#include "report/html_parts.h"

void mw_page_open(mw_page *p, const char *element, const char *class) {
    mw_markup_open(p->m, element);
    if (class)
        mw_markup_attribute(p->m, "class", class);
}

void mw_page_element(mw_page *p, const char *element, const char *class, const char *text) {
    mw_page_open(p, element, class);
    mw_markup_text(p->m, text);
    mw_markup_close(p->m);
}

void mw_page_id(mw_page *p, const char *attribute, const char *sign, const char *id) {
    mw_markup_attribute(p->m, attribute, mw_printf(p->arena, "%s%s%s", sign, p->prefix, id));
}

void mw_page_section(mw_page *p, const char *id, const char *title, const char *note, bool open) {
    mw_page_open(p, "details", NULL);
    mw_page_id(p, "id", "", id);
    if (open)
        mw_markup_attribute(p->m, "open", "");
    mw_markup_open(p->m, "summary");
    mw_markup_text(p->m, title);
    if (note && *note) {
        mw_markup_text(p->m, "  ");
        mw_page_element(p, "span", "soft", note);
    }
    mw_markup_close(p->m);
    mw_markup_open(p->m, "div");
}

static void put_row(mw_page *p, const char *cell, const char *const *heads, const char *const *cells,
                    size_t n) {
    mw_markup_open(p->m, "tr");
    for (size_t i = 0; i < n; i++) {
        mw_markup_open(p->m, cell);
        if (heads)
            mw_markup_attribute(p->m, "data-h", heads[i]);
        else if (strcmp(cell, "th") == 0)
            mw_markup_attribute(p->m, "scope", "col");
        mw_markup_text(p->m, cells[i]);
        mw_markup_close(p->m);
    }
    mw_markup_close(p->m);
}

void mw_page_row(mw_page *p, const char *cell, const char *const *cells, size_t n) {
    put_row(p, cell, NULL, cells, n);
}

void mw_page_wide_row(mw_page *p, const char *const *heads, const char *const *cells, size_t n) {
    put_row(p, "td", heads, cells, n);
}

void mw_page_table(mw_page *p, const char *const *heads, size_t n) {
    mw_markup_open(p->m, "table");
    mw_markup_open(p->m, "thead");
    mw_page_row(p, "th", heads, n);
    mw_markup_close(p->m);
    mw_markup_open(p->m, "tbody");
}

void mw_page_table_end(mw_page *p) {
    mw_markup_close(p->m);
    mw_markup_close(p->m);
}

/* A label and all that continues it are one pair. */
void mw_page_lines(mw_page *p, const GPtrArray *lines) {
    bool list = false, pair = false;
    for (guint i = 0; i < lines->len; i++) {
        const mw_line *line = lines->pdata[i];
        if (line->kind == MW_LINE_HEADLINE || (!*line->label && !pair && !*line->text))
            continue;
        if (!list)
            mw_markup_open(p->m, "dl");
        list = true;
        if (*line->label || !pair) {
            if (pair)
                mw_markup_close(p->m);
            mw_page_element(p, "dt", NULL, *line->label ? line->label : "Also");
            mw_markup_open(p->m, "dd");
            pair = true;
        }
        mw_page_element(p, line->kind == MW_LINE_WHOLE ? "pre" : "p", NULL, line->text);
    }
    if (pair)
        mw_markup_close(p->m);
    if (list)
        mw_markup_close(p->m);
}
