/* The page: its files, which are built in, and what is put into them. */
#pragma once

#include "serve.h"

#include <glib.h>

/* One line, as it can stand in HTML, whatever it holds; g_free() it. */
char *page_escaped(const char *line);
/* A file of cmd/serve/page, whole; its texts are the program's own. */
const char *page_file(const char *name, gsize *size);
/* The first page. token: of its form. */
char *page_form(const serve *s, const char *token);
/* What went wrong, as a page: with what was given, or otherwise. */
typedef enum page_trouble { PAGE_UNREADABLE, PAGE_REFUSED } page_trouble;
char *page_error(page_trouble what, const char *line);

/* The page around reports: body is HTML. saves: of page_save, as links. */
typedef struct page_save {
    const char *label, *file, *type, *content;
} page_save;
char *page_result(const char *title, const char *body, const page_save *saves, guint n_saves);
