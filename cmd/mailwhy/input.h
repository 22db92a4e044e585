/* Files in: what the user names, whole, as bytes. */
#pragma once

#include <glib.h>

/* The bytes of a file, or of standard input for "-"; g_free() them. NULL and one line that says what is
 * wrong. */
char *input_read(const char *file, gsize *size, GError **error);
/* The same of a file that somebody else may have named: no pipe is waited for, and nothing but a regular file
 * is read. */
char *input_read_regular(const char *file, gsize *size, GError **error);
