#include "check/check.h"

/* Facts that others build on first; what depends on others last. */

const mw_check *const mw_checks[] = {
    NULL,
};
