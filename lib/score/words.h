/* What is wrong, in sentences that open with their check: "SPF: ...", "Reverse DNS: ...". */
#pragma once

#include "score/lead.h"

/* "SPF" for "spf", "Reverse DNS" for "rdns"; a symbol's check. */
const char *mw_check_title(const char *check);

/* One finding, with a full stop. */
const char *mw_words_finding(const mw_facts *facts, const mw_finding *finding);

/* The cause that leads: its finding or its rule, what else takes part in it, and what follows from it. NULL
 * when nothing leads. */
const char *mw_words_cause(const mw_facts *facts, const mw_lead *lead, const mw_score *score,
                           const mw_cause *cause);

/* What is not known, why, and what it could change. no_answers: the DNS answered nothing at all. */
const char *mw_words_open(const mw_facts *facts, const mw_open_question *open, const mw_score *score,
                          bool no_answers);
