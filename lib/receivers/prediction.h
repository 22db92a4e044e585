/* The reply that a receiver's published rules let expect for the returned mail, beside the one that it gave.
 */
#pragma once

#include "reply/catalogue.h"
#include "receivers/receivers.h"

typedef enum mw_agreement {
    MW_AGREE_SAME,    /* a rule that is not met gives that reply, or another one of the same cause */
    MW_AGREE_OTHER,   /* only rules are not met that give a reply of another cause */
    MW_AGREE_NONE,    /* every rule is met */
    MW_AGREE_UNKNOWN, /* a rule that would give such a reply could not be judged, or none is unmet but some
                       * could not be judged */
} mw_agreement;
const char *mw_agreement_name(mw_agreement agreement); /* "same", "other", "none", "unknown" */

typedef struct mw_prediction {
    const mw_receiver *receiver; /* whose rules */
    mw_agreement agreement;
    const mw_rule *rule; /* the one that predicts the reply, or that could not be judged; NULL for NONE */
    bool as_bulk;        /* only a bulk sender is refused so, and whether the sender is one is not known */
} mw_prediction;

/* Asks ahead for what the rules need of the DNS, where a reply of the bounce will be compared. False and
 * MW_ERROR_DATA for a broken file of rules, as below. */
bool mw_predictions_prefetch(mw_facts *facts, GError **error);

/* For a bounce with a mail to judge, after the checks have run: of const mw_prediction *, one for each
 * recipient in their order, NULL where the receiver publishes no rules or where the reply is about something
 * that they do not cover (a full mailbox). bulk: the sender counts as one. NULL and MW_ERROR_DATA. */
GPtrArray *mw_predictions_make(mw_facts *facts, const mw_reply_catalogue *catalogue, bool bulk,
                               GError **error);
