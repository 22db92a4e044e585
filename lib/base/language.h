/* The languages of letters and of what a bounce means: languages/NAME.tsv, a row for each text, found by its
 * English. English itself has no table and is the language NULL.
 */
#pragma once

#include "base/data.h"

typedef struct mw_language mw_language;

/* By its two letters: "de". "en" is NULL, and true. False and an error that names those that there are. */
bool mw_language_find(const mw_data *data, const char *name, const mw_language **out, GError **error);
/* The same of a name out of a mail, such as "de-AT": NULL for English, for what has no table, and for NULL.
 */
const mw_language *mw_language_of_tag(const mw_data *data, const char *tag);
/* "de"; "en" for NULL. It lives as long as the data. */
const char *mw_language_name(const mw_language *language);

/* A message with its values, which are texts, in place of {1}, {2} ... The last value is followed by NULL.
 * English where the language lacks it. */
const char *mw_say(mw_arena *arena, const mw_language *language, const char *message,
                   ...) G_GNUC_NULL_TERMINATED;

/* What was put together in English, such as a finding's advice, in the language: sentence by sentence, found
 * by the rows whose {1}, {2} ... may stand for anything. NULL where a sentence is missing; the text itself
 * for English. */
const char *mw_translated(mw_arena *arena, const mw_language *language, const char *text);

/* A day, and a moment in UTC, as the language writes them. */
const char *mw_language_day(mw_arena *arena, const mw_language *language, int64_t time);
const char *mw_language_time(mw_arena *arena, const mw_language *language, int64_t time);
