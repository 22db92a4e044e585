/* A finished diagnosis: what the facts of a mail come to. */
#pragma once

#include "base/language.h"
#include "receivers/prediction.h"
#include "receivers/receivers.h"
#include "score/cause.h"
#include "score/verdict.h"

typedef struct mw_dns_numbers {
    const char *source;
    unsigned queries, unanswered;
    int64_t elapsed_ms;
} mw_dns_numbers;

/* A record that mends something, and what a run with it in the DNS showed. */
typedef struct mw_fix {
    const char *record; /* as in a master file: example.com. TXT "v=spf1 ..." */
    const char *why;    /* what it does otherwise, and why that is right: sentences */
    const char *key;    /* the remedy it stands for: "spf", "dkim", "dmarc" */
    mw_score after;
} mw_fix;

typedef struct mw_diagnosis {
    const char *file; /* as the user named it */
    const char *kind; /* "message", "bounce", "headers" */
    const mw_facts *facts;
    const mw_profile *profile;
    double limit;
    mw_score score;
    const mw_cause *cause;
    const mw_verdict *verdict; /* the answer */
    const mw_verdict *own_run; /* of a bounce: what our own run makes of the mail that came back; else NULL */
    const GPtrArray *receivers;     /* of const mw_receiver *; NULL without --for */
    const GPtrArray *big_receivers; /* the same of all that have rules, whether or not they are named */
    const GPtrArray *predictions;   /* for the recipients of a bounce: see receivers/prediction.h; or NULL */
    const mw_language *language;    /* of letters, and of what a bounce means; NULL: English */
    bool delivered;                 /* a host took it in, and it is no bounce */
    mw_dns_numbers dns;
    const GPtrArray *fixes; /* of const mw_fix *: the proven ones, one a key; or NULL */
    const struct mw_diagnosis
        *carried;      /* the other one, of a file in which one mail carries another; or NULL */
    bool outer;        /* it is the mail around the other one */
    const char *doubt; /* of a bounce: why it may be forged itself; or NULL */
    bool redacted;     /* who wrote to whom about what is taken out: see report/redact.h */
    const struct mw_diagnosis *before; /* with --what-if: the same without those records; else NULL */
} mw_diagnosis;

/* The proven record for what is wrong in a group of findings ("spf", "dkim", "dmarc"); NULL: there is none.
 */
const mw_fix *mw_diagnosis_fix(const mw_diagnosis *diagnosis, const char *key);

/* Something is worth doing first: the remedies of the cause change the verdict, or take off more than a
 * little. */
bool mw_diagnosis_has_first_step(const mw_diagnosis *diagnosis);

/* Those of the cause, and behind them one for each proven record that mends what costs nothing: of const
 * mw_remedy *. None for a forged or deceptive mail. */
GPtrArray *mw_diagnosis_remedies(mw_arena *arena, const mw_diagnosis *diagnosis);
