/* Which finding leads: the one cause of what happens to the mail, or of what is wrong with it.
 *
 * In this order: what decides the action; what breaks authentication, at whatever points; a rule of a big
 * receiver for all senders that is not met; the heaviest points of at least MW_WORTH_TELLING. */
#pragma once

#include "score/cause.h"
#include "receivers/receivers.h"

#define MW_WORTH_TELLING 0.2

typedef struct mw_lead {
    const mw_finding *finding;   /* or NULL */
    const mw_rule *rule;         /* of a receiver, where that leads; or NULL */
    const mw_receiver *receiver; /* whose it is */
} mw_lead;

/* Of a run that is complete. receivers: the big ones, judged; of const mw_receiver *, may be NULL. */
mw_lead mw_lead_find(const mw_facts *facts, const mw_score *score, const mw_cause *cause,
                     const GPtrArray *receivers);

/* The unanswered question that leaves the action open: the row that it is about, and the finding that tells
 * why there is no answer; either may be NULL. */
typedef struct mw_open_question {
    const mw_finding *row;  /* state unknown: what it could be */
    const mw_finding *root; /* state hit: R_SPF_DNSFAIL and its like */
} mw_open_question;
mw_open_question mw_lead_open(const mw_facts *facts, const mw_profile *profile);

/* The rule that decides what a receiver does, or NULL: the first that rejects, then that defers, then that
 * puts into the junk folder. all: of the rules for all senders alone. */
const mw_rule *mw_lead_rule(const mw_receiver *receiver, bool all);

/* The finding that shows the same as a rule that is not met; or NULL. */
const mw_finding *mw_lead_shown(const mw_facts *facts, const mw_rule *rule);

/* The author domain is proved: SPF or DKIM passes for it, or for its organisation where that suffices. */
bool mw_lead_author_proved(const mw_facts *facts);
