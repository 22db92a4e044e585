/* A profile: what each symbol costs, and at how many points a mail is refused. */
#pragma once

#include "base/data.h"

typedef struct mw_profile {
    const char *name, *title;
    double limit;          /* from here on a mail is refused */
    double junk;           /* from here on it goes to the junk folder; HUGE_VAL: never */
    double defer;          /* from here on, below junk, it is put off; HUGE_VAL: never */
    GHashTable *points;    /* symbol -> double * */
    GHashTable *blockers;  /* symbols that refuse a mail whatever its total is */
    GPtrArray *composites; /* of const mw_composite *, in the order in which they are judged */
    bool whole_points;     /* a finding costs all of its points or none: SpamAssassin has no shares */
} mw_profile;

/* By name (data/profiles/NAME.ini; "spamassassin" with "-set0" to "-set3" behind it: without and with network
 * tests, the same with Bayes; "-set1" is meant without), or from a file when the name holds a slash or ends
 * in a suffix that a profile can have: .ini       as in data/profiles; its base= names the profile that it
 * changes .json      the output of `rspamadm configdump -j`, laid over the profile rspamd .conf      a file
 * of rspamd's local.d in the simple forms, laid over the same; a folder of such files as well .cf
 * SpamAssassin's score and required_score lines, laid over the profile spamassassin Which of them it is, is
 * told by the content. NULL and MW_ERROR_DATA or MW_ERROR_FILE with one line. */
const mw_profile *mw_profile_read(mw_arena *arena, const mw_data *data, const char *name, GError **error);

/* For the readers: a profile that begins as another one, or empty (NULL); points and what goes with them. */
mw_profile *mw_profile_new(mw_arena *arena, const char *name, const mw_profile *base);
void mw_profile_set(mw_profile *profile, mw_arena *arena, const char *symbol, double points);
/* A finite number of at most a million, or false. */
bool mw_profile_number(const char *text, double *out);

/* 0 for a symbol that the profile does not name. */
double mw_profile_points(const mw_profile *profile, const char *symbol);
bool mw_profile_blocks(const mw_profile *profile, const char *symbol);
