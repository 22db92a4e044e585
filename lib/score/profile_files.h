/* A host's own configuration as a profile. */
#pragma once

#include "score/conf.h"
#include "score/points.h"

/* Lays rspamd's actions, groups, symbols and composites over the profile; what has no meaning here is passed
 * over. file names the source in errors; symbols that mailwhy does not know are kept, as composites may name
 * them. */
bool mw_profile_lay_rspamd(mw_profile *profile, mw_arena *arena, const mw_conf *conf, const char *file,
                           GError **error);

/* The built-in profile of SpamAssassin's score set 0 to 3. */
mw_profile *mw_profile_spamassassin(mw_arena *arena, const mw_data *data, unsigned set, GError **error);
/* Lays `score NAME n`, `score NAME n n n n`, relative `(n)` and `required_score n` lines over it. */
bool mw_profile_lay_spamassassin(mw_profile *profile, mw_arena *arena, const mw_data *data, unsigned set,
                                 mw_span text, const char *file, GError **error);
