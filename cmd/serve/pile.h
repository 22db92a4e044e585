/* Reports in one format that become one document. */
#pragma once

#include "mailwhy.h"

#include <stdbool.h>

typedef struct pile {
    mw_context *context;
    const char *format;
    bool shown;              /* HTML that stands in the page, too: only pieces are made */
    GString *whole, *pieces; /* whole: the first as a document of its own */
    guint n;
} pile;

void pile_open(pile *p, mw_context *context, const char *format, bool shown);
/* alone: no other one comes. False and an error when it can't be written. */
bool pile_add(pile *p, const mw_report *report, const mw_style *style, bool alone, GError **error);
/* A mail that could not be diagnosed, in formats that tell of those: others are left as they are. */
bool pile_add_error(pile *p, const char *name, const char *line, GError **error);
/* g_free() it. NULL and an error. */
char *pile_text(const pile *p, GError **error);
