#include "report/letter_parts.h"

void mw_letter_paragraph(const letter *t, const char *text) {
    mw_layout_wrap(t->l, MW_PLAIN, 0, 0, text);
    mw_layout_end(t->l);
}

const char *mw_letter_cut(const letter *t, const char *text, size_t most) {
    g_autoptr(GString) shown = g_string_new(NULL);
    mw_printable_append(shown, mw_span_of(text), most);
    return mw_strdup(t->arena, shown->str);
}

bool mw_letter_has_mail(const letter *t) {
    return !t->d->facts->bounce || t->d->facts->bounce->original;
}

const char *mw_letter_field(const letter *t, const char *name) {
    if (!mw_letter_has_mail(t))
        return NULL;
    const mw_field *field = mw_message_field(t->d->facts->message, name);
    return field ? mw_header_decoded(t->arena, field) : NULL;
}

const char *mw_letter_told(const letter *t, const char *text) {
    const char *said = mw_translated(t->arena, t->in, text);
    return said ? said : SAY(t, "\"{1}\"", text);
}
