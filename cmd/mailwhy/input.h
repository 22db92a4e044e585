/* Files in: what the user names, whole, as bytes. */
#pragma once

#include <glib.h>

/* The bytes of a file, or of standard input for "-"; g_free() them. NULL and one line that says what is
 * wrong. */
char *input_read(const char *file, gsize *size, GError **error);
