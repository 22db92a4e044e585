/* The answer: what happens to the mail, by what, what is wrong, and who must act. Made once for a diagnosis;
 * every writer, every letter and the exit status read it. */
#pragma once

#include "check/facts.h"
#include "receivers/receivers.h"
#include "score/score.h"

struct mw_diagnosis;

/* The first four are what our own run or a receiver's rules come to, and mean the same as mw_action. */
typedef enum mw_outcome {
    MW_OUTCOME_ACCEPT,
    MW_OUTCOME_JUNK,
    MW_OUTCOME_DEFER,
    MW_OUTCOME_REJECT,
    MW_OUTCOME_UNKNOWN,     /* an unanswered question could change it: not complete */
    MW_OUTCOME_NOT_JUDGED,  /* a Sent copy, a draft, an automatic answer: there is nothing to judge */
    MW_OUTCOME_UNDELIVERED, /* the rest are of bounces: what the receiver did */
    MW_OUTCOME_DELAYED,
    MW_OUTCOME_DELIVERED,
    MW_OUTCOME_COMPLAINT,
} mw_outcome;
const char *mw_outcome_name(mw_outcome outcome); /* "accept", "not_judged" ... */

typedef enum mw_decider {
    MW_BY_NOTHING, /* unknown and not_judged */
    MW_BY_SCORE,
    MW_BY_BLOCKER,
    MW_BY_JUNK_BLOCKER,
    MW_BY_RECEIVER, /* the rules of one named with --for */
    MW_BY_BOUNCE,
} mw_decider;
const char *mw_decider_name(mw_decider decider); /* "score", "junk_blocker" ...; NULL for NOTHING */

/* What a receiver named with --for would do. */
typedef struct mw_receiver_answer {
    const mw_receiver *receiver;
    mw_outcome action;   /* ACCEPT, JUNK, DEFER, REJECT, or UNKNOWN where a rule could not be judged */
    const mw_rule *rule; /* that decides it; NULL: every rule is met */
    const char *reply;   /* what it would say; or NULL */
} mw_receiver_answer;

typedef struct mw_verdict {
    mw_outcome action;
    mw_decider by;
    double score, max_score; /* of our own run's findings, also where it does not decide */
    double limit;
    const char *profile;
    bool complete; /* false for UNKNOWN and NOT_JUDGED */
    const char
        *check; /* "spf", "rdns" ... (a symbol's check); of a bounce the reply's cause class; or NULL */
    const char *symbol; /* of the finding that leads; NULL for a bounce, a rule of receivers, or none */
    const char
        *who; /* who must act: "dns", "server", "author", "forwarder", "receiver", "list", "nobody"; for a
                 bounce "sender", "provider", "dns", "recipient", "receiver", "nobody"; never NULL */
    const char *party; /* that one by name: a host, at most 80 characters, not made printable; or NULL */
    bool forged;       /* the author domain did not send it, and a deception stands beside that */
    bool deceptive;    /* the same deception in a mail that does authenticate */
    const char *cause; /* a sentence or a few, opening with the check ("SPF: ..."); NULL: nothing is wrong */
    const char *summary;        /* one line for logs; never NULL */
    const GPtrArray *receivers; /* of const mw_receiver_answer *: those of --for; or NULL */

    /* For the writers that say more than the fields above. */
    const mw_finding *finding;            /* that leads; or NULL */
    const mw_rule *rule;                  /* of receivers that leads; or NULL */
    const mw_bounce_recipient *recipient; /* of a bounce: the first not reached, or the first; or NULL */
    const mw_finding *beside; /* of a bounce: what our own run found that refuses by itself, and is not
                                 what the bounce is about; or NULL */
    const mw_receiver_answer
        *elsewhere; /* without --for: a big receiver with an unmet rule for all senders */
    const char *if_owner, *if_recipient; /* forged or deceptive: what the domain's owner and who got the mail
                                            can do; or NULL */
} mw_verdict;

/* What a receiver would do by its rules, or by those for all senders alone. */
const mw_receiver_answer *mw_verdict_answer(mw_arena *arena, const mw_receiver *receiver, bool all);

/* Our own run's: of the mail, or of the one that a bounce returned. */
const mw_verdict *mw_verdict_of_run(mw_arena *arena, const struct mw_diagnosis *diagnosis);
/* The diagnosis' own: that of our run, or of the bounce. own_run as above. */
const mw_verdict *mw_verdict_make(mw_arena *arena, const struct mw_diagnosis *diagnosis,
                                  const mw_verdict *own_run);
