/* The whole run over one mail: the pipeline, what --what-if and --record add to it, and the plan of its
 * questions. */
#pragma once

#include "run/pipeline.h"

/* mw_diagnose(), and what --what-if and --record add to it. */
const mw_diagnosis *mw_diagnose_world(mw_arena *arena, const mw_world *world, const char *file, mw_span bytes,
                                      mw_time now, GError **error);

/* What the DNS would be asked at first; world->dns is over mw_source_plan(). */
const struct mw_plan *mw_plan_read(mw_arena *arena, const mw_world *world, const char *file, mw_span bytes,
                                   mw_time now, GError **error);
