/* The words of mailwhy-serve's command line. */
#pragma once

#include "serve.h"

/* FALSE and one line that says what is wrong. */
gboolean options_parse(serve *s, int *argc, char ***argv, GError **error);
char *options_help(const serve *s, int width);
