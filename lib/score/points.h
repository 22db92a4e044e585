/* The table of a profile: what each symbol costs, and at how many points a mail is refused. */
#pragma once

#include "base/data.h"

typedef struct mw_profile {
    const char *name, *title;
    double limit;              /* from here on a mail is refused */
    double junk;               /* from here on it goes to the junk folder; HUGE_VAL: never */
    double defer;              /* from here on, below junk, it is put off; HUGE_VAL: never */
    GHashTable *points;        /* symbol -> double * */
    GHashTable *blockers;      /* symbols that refuse a mail whatever its total is */
    GPtrArray *sealers;        /* of const char *: domains whose ARC seals it believes */
    GHashTable *junk_blockers; /* symbols that put it into the junk folder whatever its total is */
    GPtrArray *composites;     /* of const mw_composite *, in the order in which they are judged */
    bool whole_points;         /* a finding costs all of its points or none: SpamAssassin has no shares */
} mw_profile;

/* For the readers: a profile that begins as another one, or empty (NULL); points and what goes with them. */
mw_profile *mw_profile_new(mw_arena *arena, const char *name, const mw_profile *base);
void mw_profile_set(mw_profile *profile, mw_arena *arena, const char *symbol, double points);
/* A finite number of at most a million, or false. */
bool mw_profile_number(const char *text, double *out);

/* 0 for a symbol that the profile does not name. */
double mw_profile_points(const mw_profile *profile, const char *symbol);
bool mw_profile_blocks(const mw_profile *profile, const char *symbol);
bool mw_profile_junks(const mw_profile *profile, const char *symbol);
