/* The page: its files, which are built in, and what is put into them. */
#pragma once

#include "serve.h"

#include <glib.h>

/* One line, as it can stand in HTML, whatever it holds; g_free() it. */
char *page_escaped(const char *line);
/* A file of cmd/serve/page, whole; its texts are the program's own. */
const char *page_file(const char *name, gsize *size);
/* The first page. note: a line of what went wrong; or NULL. */
char *page_form(const serve *s, const char *token, const char *note);
/* What went wrong, as a page. */
char *page_error(const char *title, const char *text);

/* The page around reports: body is HTML. saves: of page_save, as links. */
typedef struct page_save {
    const char *label, *file, *type, *content;
} page_save;
char *page_result(const char *title, const char *body, const page_save *saves, guint n_saves);
