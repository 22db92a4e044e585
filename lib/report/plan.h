/* --show-queries: what the DNS would be asked for a mail. */
#pragma once

#include "dns/source.h"

typedef struct mw_plan {
    const char *file, *source; /* who would be asked */
    GPtrArray *questions;      /* of mw_asked *: the first round */
    GPtrArray *patterns;       /* of mw_pattern *: what may follow */
} mw_plan;

/* The caller frees it. */
char *mw_plan_text(const mw_plan *plan);
char *mw_plan_json(const mw_plan *plan); /* in json.c */

const char *mw_purpose_name(mw_purpose purpose);
