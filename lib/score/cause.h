/* What, taken away alone, changes the verdict or takes most points off: found by running again without it. */
#pragma once

#include "score/score.h"

typedef struct mw_remedy {
    const char *key;           /* group or symbol that is assumed to be well */
    const mw_finding *finding; /* that speaks for it */
    mw_score after;            /* what would be left */
    bool flips;                /* the verdict is a milder one then */
} mw_remedy;

typedef struct mw_cause {
    GPtrArray *remedies; /* of mw_remedy *: all that cost anything; those of the cause first, the others by
                            effect; none for a mail that somebody else sent in the user's name */
    guint n_together;    /* how many of the first it takes to change the verdict: 1 as a rule; 0: nothing to
                            change, or three do not suffice */
    mw_score after;      /* with those n_together (or the first one) well */
    const char *text;    /* one sentence or a few; NULL when nothing counts against the mail */
    const char *owner;   /* of the first: an owner of the catalogue; NULL */
} mw_cause;

/* The key of what would mend a finding: its group where one repair mends all of that, else its symbol. */
const char *mw_remedy_key(const mw_finding *finding);

const mw_cause *mw_cause_find(const mw_facts *facts, const mw_profile *profile, double limit,
                              const mw_score *score);
