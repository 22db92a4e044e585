/* --help: the options by what they are for. */
#pragma once

#include <glib.h>

/* What -h prints: the daily ones. Both return a new string, wrapped at width. */
char *usage_short(const GOptionEntry *entries, int width);
char *usage_long(const GOptionEntry *entries, int width);
