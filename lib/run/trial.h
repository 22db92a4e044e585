/* A diagnosis over a DNS with changes. */
#pragma once

#include "run/pipeline.h"

/* The same mail over the DNS with these changes; world->dns lends its answers. Otherwise as mw_diagnose(). */
const mw_diagnosis *mw_diagnose_changed(mw_arena *arena, const mw_world *world, const mw_changes *changes,
                                        const char *file, mw_span bytes, mw_time now, GError **error);
