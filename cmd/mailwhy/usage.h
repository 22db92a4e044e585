/* --help: the options by what they are for. */
#pragma once

#include <glib.h>

/* What -h prints: the daily ones, in fifteen lines of 80 columns. Both return a new string, wrapped at width.
 */
char *usage_short(int width);
char *usage_long(const GOptionEntry *entries, int width);

/* Options under a title, in the order of the manual page. */
typedef struct usage_group {
    const char *title;
    const char *const options[20];
} usage_group;
/* The groups with their options, and those that none of them names. */
void usage_groups(GString *out, const GOptionEntry *entries, const usage_group *groups, gsize n, int width);

/* The table for programs (cmd/completions): a line each of name, letter, argument and words, between tabs. */
char *usage_table(const GOptionEntry *entries);
