#include "report/markup.h"

#include <libxml/xmlwriter.h>
#include <string.h>

struct mw_markup {
    xmlBufferPtr buffer;
    xmlTextWriterPtr writer;
    GPtrArray *open; /* of const char *: the elements' names */
};

mw_markup *mw_markup_new(const char *doctype) {
    mw_markup *m = g_new0(mw_markup, 1);
    m->buffer = xmlBufferCreate();
    m->writer = xmlNewTextWriterMemory(m->buffer, 0);
    m->open = g_ptr_array_new_with_free_func(g_free);
    g_assert(m->buffer && m->writer);
    if (doctype && *doctype)
        xmlTextWriterWriteDTD(m->writer, BAD_CAST doctype, NULL, NULL, NULL);
    else if (!doctype)
        xmlTextWriterStartDocument(m->writer, "1.0", "UTF-8", NULL);
    return m;
}

void mw_markup_open(mw_markup *m, const char *element) {
    xmlTextWriterStartElement(m->writer, BAD_CAST element);
    g_ptr_array_add(m->open, g_strdup(element));
}

/* The text as it may be shown; *made is to be freed, and NULL where the text is so already. */
static const xmlChar *printable(const char *text, char **made) {
    mw_span span = mw_span_of(text ? text : "");
    if (mw_printable_is_plain(span))
        return BAD_CAST span.data;
    GString *out = g_string_sized_new(span.len + 1);
    mw_printable_append(out, span, 0);
    *made = g_string_free(out, FALSE);
    return BAD_CAST * made;
}

void mw_markup_attribute(mw_markup *m, const char *name, const char *value) {
    g_autofree char *made = NULL;
    xmlTextWriterWriteAttribute(m->writer, BAD_CAST name, printable(value, &made));
}

void mw_markup_text(mw_markup *m, const char *text) {
    g_autofree char *made = NULL;
    xmlTextWriterWriteString(m->writer, printable(text, &made));
}

void mw_markup_raw(mw_markup *m, const char *text) {
    xmlTextWriterWriteRaw(m->writer, BAD_CAST text);
}

static bool is_void(const char *element) {
    static const char *const names[] = {"meta",  "br",   "hr",   "img",    "link",
                                        "input", "rect", "line", "circle", "path"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i], element) == 0)
            return true;
    return false;
}

void mw_markup_close(mw_markup *m) {
    g_assert(m->open->len);
    if (is_void(m->open->pdata[m->open->len - 1]))
        xmlTextWriterEndElement(m->writer);
    else
        xmlTextWriterFullEndElement(m->writer);
    g_ptr_array_set_size(m->open, (gint)m->open->len - 1);
}

char *mw_markup_end(mw_markup *m) {
    while (m->open->len)
        mw_markup_close(m);
    xmlFreeTextWriter(m->writer);
    char *text = g_strdup_printf("%s\n", (const char *)xmlBufferContent(m->buffer));
    xmlBufferFree(m->buffer);
    g_ptr_array_unref(m->open);
    g_free(m);
    return text;
}
