/* For tests alone: a small evaluator on the same front end, to hold libspf2 against. */
#pragma once

#include "spf/front.h"

mw_spf_result mw_spf_evaluate_own(mw_spf_run *run);
