/* mailwhy --serve: another program, on the same machine. */
#pragma once

#include <glib.h>

/* Runs mailwhy-serve, which lies beside this program or in PATH, in place of this process: with the options
 * of argv, where --serve=ADDRESS:PORT becomes --listen. Comes back only when that can't be done. */
void serve_run(char **argv, GError **error);
