/* Markup for reports (HTML, SVG, JUnit's XML), by libxml2's text writer: what is open is closed, and all text
 * is escaped. A module of its own: what it exports stands in late.c.
 */
#pragma once

#include "base/printable.h"

typedef struct mw_markup mw_markup;

/* doctype "html", NULL for XML with its declaration, or "" for a piece of either. To be ended with
 * mw_markup_end(). */
mw_markup *mw_markup_new(const char *doctype);
void mw_markup_open(mw_markup *markup, const char *element);
/* Of the element that was opened last, before anything else was put into it. value is made printable. */
void mw_markup_attribute(mw_markup *markup, const char *name, const char *value);
/* Made printable and escaped; NULL is nothing. */
void mw_markup_text(mw_markup *markup, const char *text);
/* The report's own style sheet: written as it is. */
void mw_markup_raw(mw_markup *markup, const char *text);
/* Closes the last one; an element of HTML that can't hold anything gets no end tag. */
void mw_markup_close(mw_markup *markup);
/* Closes all, frees it, and returns what was written; the caller frees it with g_free(). */
char *mw_markup_end(mw_markup *markup);
