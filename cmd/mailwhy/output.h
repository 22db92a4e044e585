/* Where reports and complaints go: files, standard output, a pager. */
#pragma once

#include "names.h"

typedef struct output output;

/* Opens all that the run writes. NULL and one line that says what is wrong; nothing that is read may be
 * written. all: the mails, or NULL. */
output *output_open(const command *c, const names *all, GError **error);
/* How text is to look there. */
const mw_style *output_style(const output *o);
/* Text in that format, made by the library. Errors wait for output_close(). */
void output_write(output *o, const char *format, const char *text);
/* Hands on what was written so far. */
void output_flush(output *o);
/* What --write-baseline asks for: lines are its keys; without it nothing happens. */
void output_baseline(output *o, GHashTable *lines);
/* What --record asks for; without it nothing happens. */
void output_record(output *o, const mw_report *report);
/* With keep, all is written out and moved into its place, or, with FALSE and one line, nothing is. Without it
 * old files stay as they are. Frees o. */
gboolean output_close(output *o, gboolean keep, GError **error);

/* "mailwhy: about: text" on standard error; about may be NULL. Returns STATUS_ERROR. */
int complain(const char *about, const char *text);
