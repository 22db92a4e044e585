/* Options that stand elsewhere than on the command line: in a file of the user's own, and in MAILWHY_OPTIONS.
 * A file beside the mails is never one: whoever sent them may have put it there. */
#pragma once

#include <glib.h>

/* One option of such a place, as a word of a command line. */
typedef struct config_line {
    char *word;  /* "--timeout=20" */
    char *where; /* "/home/ann/.config/mailwhy/config:3" */
} config_line;

/* The user's own file: $XDG_CONFIG_HOME/mailwhy/config, or the one in ~/.config. NULL: there is none. */
char *config_own_file(void);
/* An option a line, as "timeout 20", "timeout = 20" or "no-lists"; "#" begins a comment line. The array is of
 * config_line *. NULL and one line that says what is wrong. */
GPtrArray *config_read(const char *file, GError **error);
/* What an option of that file names ("FILE", "NAME|FILE", "RECORD|@FILE", "FOLDER") from the folder of the
 * file, not from where the mails are: the word again. */
char *config_beside(const char *file, const char *word, const char *argument);
