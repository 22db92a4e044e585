/* One message through all the layers, in order: the facts of a mail, the checks, the score, the cause. */
#pragma once

#include "dns/source.h"
#include "report/report.h"
#include "settings.h"

/* What one context keeps between messages. */
typedef struct mw_world {
    const mw_settings *settings;
    const mw_data *data;
    const mw_catalogue *catalogue;
    const mw_profile *profile;
    mw_dns *dns;
} mw_world;

/* Everything lives in the arena. NULL and an error when the bytes are no mail. */
const mw_diagnosis *mw_diagnose(mw_arena *arena, const mw_world *world, const char *file, mw_span bytes,
                                mw_time now, GError **error);
