/* --help: the options by what they are for. */
#pragma once

#include <glib.h>

/* What -h prints: the daily ones, in fifteen lines of 80 columns. Both return a new string, wrapped at width.
 */
char *usage_short(int width);
char *usage_long(const GOptionEntry *entries, int width);

/* The table for programs (cmd/completions): a line each of name, letter, argument and words, between tabs. */
char *usage_table(const GOptionEntry *entries);
