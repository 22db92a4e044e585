#include "check/check.h"

extern const mw_check mw_check_spf;
extern const mw_check mw_check_dmarc;

/* Facts that others build on first; what depends on others last. */

const mw_check *const mw_checks[] = {
    &mw_check_spf,
    &mw_check_dmarc,
    NULL,
};
