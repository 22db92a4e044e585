/* A profile: what each symbol costs, and at how many points a mail is refused. */
#pragma once

#include "base/data.h"

typedef struct mw_profile {
    const char *name, *title;
    double limit;         /* from here on a mail is refused */
    double junk;          /* from here on it goes to the junk folder; HUGE_VAL: never */
    double defer;         /* from here on, below junk, it is put off; HUGE_VAL: never */
    GHashTable *points;   /* symbol -> double * */
    GHashTable *blockers; /* symbols that refuse a mail whatever its total is */
} mw_profile;

/* By name (data/profiles/NAME.ini), or from a file when the name holds a slash or ends in a suffix that a
 * profile can have. NULL and MW_ERROR_DATA or MW_ERROR_FILE with one line. */
const mw_profile *mw_profile_read(mw_arena *arena, const mw_data *data, const char *name, GError **error);

/* 0 for a symbol that the profile does not name. */
double mw_profile_points(const mw_profile *profile, const char *symbol);
bool mw_profile_blocks(const mw_profile *profile, const char *symbol);
