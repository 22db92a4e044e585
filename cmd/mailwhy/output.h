/* Where reports and complaints go: a file, standard output, a pager. */
#pragma once

#include "command.h"

typedef struct output output;

/* NULL and one line that says what is wrong. The mails that are read must not be the file that is written. */
output *output_open(const command *c, GError **error);
/* Ends the process where nobody reads any more. */
void output_write(output *o, const char *text);
/* How text is to look there. */
const mw_style *output_style(const output *o);
/* All is written: FALSE and one line where it could not be. Frees o. */
gboolean output_close(output *o, GError **error);

/* "mailwhy: about: text" on standard error; about may be NULL. Returns STATUS_ERROR. */
int complain(const char *about, const char *text);
