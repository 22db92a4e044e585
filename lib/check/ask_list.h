/* One question to one DNS list, and whether the answer may be believed (RFC 5782). */
#pragma once

#include "check/facts.h"
#include "check/zones.h"

typedef struct mw_list_answer {
    mw_list_state state;
    const mw_answer *answer;      /* of the subject; NULL when it was not asked */
    const char *problem;          /* of a state other than listed and clean, in words; else NULL */
    const mw_zone_code *codes[8]; /* listed: what matched */
    size_t n_codes;
} mw_list_answer;

/* label is what stands before the zone: a reversed address or a domain. Asks the zone's test entries, too
 * (once a run: the engine keeps answers). The test entries are judged before refusal codes; the list is
 * believed only when one of them answered and its negative entry is not listed. */
mw_list_answer mw_list_ask(mw_facts *facts, const mw_zone *zone, const char *label);
/* Asks ahead: the test entries, or one subject. */
void mw_list_prefetch_tests(mw_facts *facts, const mw_zone *zone);
void mw_list_prefetch(mw_facts *facts, const mw_zone *zone, const char *label);
