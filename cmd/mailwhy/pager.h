/* What is longer than the terminal is shown page by page. */
#pragma once

#include <glib.h>
#include <stdio.h>
#include <sys/types.h>

/* A stream to write a report to, and the process behind it, which passes it on to standard output, or shows
 * it by $PAGER (less -FRX) as soon as it is longer than rows. To be called before the process gives up the
 * right to start others. NULL where that can't be. */
FILE *pager_open(int rows, int columns, pid_t *process);
/* Waits for the reader. */
void pager_close(FILE *stream, pid_t process);
