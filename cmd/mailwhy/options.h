/* The words of a command line. */
#pragma once

#include "command.h"

/* Reads the command line; what is left in argv are files, and c->files has them. FALSE and one line that says
 * what is wrong. */
gboolean options_parse(command *c, int *argc, char ***argv, GError **error);
void options_clear(command *c);
