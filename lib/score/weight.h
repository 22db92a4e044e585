/* How much a finding matters to a tool that only knows errors, warnings and notes. */
#pragma once

#include "score/diagnosis.h"

typedef enum mw_weight { MW_WEIGHT_NONE, MW_WEIGHT_NOTE, MW_WEIGHT_WARNING, MW_WEIGHT_ERROR } mw_weight;

/* ERROR: it leads a verdict that refuses, or refuses by itself; WARNING: it costs points or leads another
 * verdict; NOTE: it is not known, or breaks something that this profile does not count; NONE: not worth a
 * line. */
mw_weight mw_finding_weight(const mw_diagnosis *diagnosis, const mw_finding *finding);
