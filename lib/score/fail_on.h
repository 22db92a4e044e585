/* --fail-on: what makes the exit status 1. */
#pragma once

#include "score/diagnosis.h"

/* Words separated by commas: "score" (the verdict), "junk" (it, or the junk folder), "incomplete" (an answer
 * is missing that could change the verdict), "any" (whatever counts or breaks something), "never"; symbols;
 * groups, which are what symbols are about ("dmarc", "lists"); receivers. False and MW_ERROR_OPTION for a
 * name that neither the catalogue nor the profile knows. */
bool mw_fail_on_known(const char *fail_on, const mw_catalogue *catalogue, const mw_profile *profile,
                      GError **error);

/* Symbols alone, separated by commas: the same for --exclude. */
bool mw_exclude_known(const char *exclude, const mw_catalogue *catalogue, const mw_profile *profile,
                      GError **error);

/* 1: what was asked for is so; 3: it could not be told; 0: it is not. NULL is "score", with status 3 as in
 * the verdict. What is accepted does not count: of a refusal, what is left without it. */
int mw_fail_on_status(const mw_diagnosis *diagnosis, const char *fail_on);
