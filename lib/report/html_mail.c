/* The mail in the HTML report: its header with numbered lines, and notes beside the lines that findings point
 * at. */
#include "report/html_parts.h"
#include "check/position.h"

enum { MAX_LINES = 400, MAX_LINE = 400, MAX_NOTES = 12 };

static void note_links(mw_page *p, const mw_field *field) {
    const GPtrArray *all = p->d->facts->findings;
    guint n = 0;
    for (guint i = 0; i < all->len && n < MAX_NOTES; i++) {
        const mw_finding *f = all->pdata[i];
        if (f->state != MW_HIT || mw_finding_field(p->d->facts, f) != field)
            continue;
        mw_markup_text(p->m, n++ ? " " : "\u25c0 ");
        mw_markup_open(p->m, "a");
        mw_page_id(p, "href", "#", mw_printf(p->arena, "f-%s", f->symbol->name));
        mw_markup_text(p->m, f->symbol->name);
        mw_markup_close(p->m);
    }
}

static bool has_note(mw_page *p, const mw_field *field) {
    const GPtrArray *all = p->d->facts->findings;
    for (guint i = 0; i < all->len; i++) {
        const mw_finding *f = all->pdata[i];
        if (f->state == MW_HIT && mw_finding_field(p->d->facts, f) == field)
            return true;
    }
    return false;
}

static void write_line(mw_page *p, size_t number, mw_span line, const mw_field *field, bool first) {
    g_autoptr(GString) shown = g_string_new(NULL);
    mw_printable_append(shown, line, MAX_LINE);
    bool noted = field && has_note(p, field);
    mw_page_open(p, "tr", noted ? "note" : NULL);
    if (first)
        mw_page_id(p, "id", "", mw_printf(p->arena, "line-%zu", number));
    mw_page_element(p, "td", "n mono", mw_printf(p->arena, "%zu", number));
    mw_page_element(p, "td", "mono", shown->str);
    mw_markup_open(p->m, "td");
    if (noted && first)
        note_links(p, field);
    mw_markup_close(p->m);
    mw_markup_close(p->m);
}

static size_t write_fields(mw_page *p, const mw_message *message) {
    size_t written = 0;
    for (size_t i = 0; i < message->n_fields && written < MAX_LINES; i++) {
        const mw_field *field = &message->fields[i];
        mw_span rest = field->raw;
        for (size_t n = 0; rest.data && written < MAX_LINES; n++, written++)
            write_line(p, field->line + n, mw_span_cut(&rest, '\n'), field, n == 0);
    }
    return written;
}

static void write_body(mw_page *p, const mw_message *message, size_t written) {
    size_t number = message->n_fields ? message->fields[message->n_fields - 1].line + 2 : 1;
    mw_span rest = message->body;
    while (rest.data && rest.len && written++ < MAX_LINES)
        write_line(p, number++, mw_span_cut(&rest, '\n'), NULL, false);
    if (rest.data && rest.len)
        mw_page_element(p, "caption", "soft", "the beginning of a longer mail");
}

void mw_page_mail(mw_page *p) {
    const mw_message *message = p->d->facts->message;
    if (!message)
        return;
    mw_page_section(p, "mail", "The mail itself", "as text; nothing in it is a link", false);
    mw_page_open(p, "table", "mail");
    mw_markup_open(p->m, "tbody");
    write_body(p, message, write_fields(p, message));
    mw_markup_close(p->m);
    mw_markup_close(p->m);
    mw_markup_close(p->m);
    mw_markup_close(p->m);
}
