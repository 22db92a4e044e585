/* --fail-on: what makes the exit status 1. */
#pragma once

#include "score/diagnosis.h"

/* "score", "never", or symbols and "score" separated by commas: false and MW_ERROR_OPTION for a name that
 * neither the catalogue nor the profile knows. NULL is "score". */
bool mw_fail_on_known(const char *fail_on, const mw_catalogue *catalogue, const mw_profile *profile,
                      GError **error);

/* 1: what was asked for is so; 3: it could not be told; 0: it is not. Status 3 for "score" as in the verdict.
 */
int mw_fail_on_status(const mw_diagnosis *diagnosis, const char *fail_on);
