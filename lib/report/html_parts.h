/* Between the files that write the HTML report: html*.c alone. */
#pragma once

#include "report/html.h"
#include "report/layout.h"
#include "report/markup.h"
#include "score/diagnosis.h"

typedef struct mw_page {
    mw_markup *m;
    mw_arena *arena;
    const mw_diagnosis *d;
    const mw_verdict
        *run;           /* what our own run makes of the mail: the verdict, or own_run of a bounce; or NULL */
    const char *prefix; /* of every id, where several reports are in one page; or "" */
} mw_page;

/* <element class="class">text</element>; class and text may be NULL. */
void mw_page_element(mw_page *p, const char *element, const char *class, const char *text);
/* The same, left open. */
void mw_page_open(mw_page *p, const char *element, const char *class);
/* An attribute that is an id, or names one: sign "#" for a link. */
void mw_page_id(mw_page *p, const char *attribute, const char *sign, const char *id);
/* A section that folds; open is for what failed. To be closed with two mw_markup_close(). */
void mw_page_section(mw_page *p, const char *id, const char *title, const char *note, bool open);
/* A row of cells, or of heads; a cell that is NULL is empty. */
void mw_page_row(mw_page *p, const char *cell, const char *const *cells, size_t n);
/* Of a table with more columns than a telephone is wide: there each cell is a line with its head in front. */
void mw_page_wide_row(mw_page *p, const char *const *heads, const char *const *cells, size_t n);
/* A table with its heads, open for its rows; and its end. */
void mw_page_table(mw_page *p, const char *const *heads, size_t n);
void mw_page_table_end(mw_page *p);
/* Kept lines of a layout as a list of labels and texts; frees nothing. */
void mw_page_lines(mw_page *p, const GPtrArray *lines);

/* The pictures, each with a title, a description and the same as a table. */
void mw_page_alignment(mw_page *p);
void mw_page_waterfall(mw_page *p);
void mw_page_way(mw_page *p);

/* The sections below the first screen. */
void mw_page_spf(mw_page *p);
void mw_page_dkim(mw_page *p);
void mw_page_dmarc(mw_page *p);
void mw_page_then_now(mw_page *p);
void mw_page_lists(mw_page *p);
void mw_page_receivers(mw_page *p);
void mw_page_mail(mw_page *p);
/* lines: the mail itself is on the page, too. */
void mw_page_findings(mw_page *p, bool lines);
void mw_page_unknown(mw_page *p);
void mw_page_symbols(mw_page *p);
void mw_page_steps(mw_page *p);
void mw_page_asked(mw_page *p);
/* The tags of a DMARC record, and what each says. */
void mw_page_tags(mw_page *p, const char *record);
/* Of a bounce: what was said. */
void mw_page_reply(mw_page *p);

/* A page with its head, open in its body; to be ended with mw_markup_end(). */
mw_page mw_page_begin(mw_arena *arena, const char *title);
