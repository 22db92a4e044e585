/* A finished diagnosis, and its writers. */
#pragma once

#include "report/cause.h"
#include "report/prediction.h"
#include "report/receivers.h"

typedef struct mw_dns_numbers {
    const char *source;
    unsigned queries, unanswered;
    int64_t elapsed_ms;
} mw_dns_numbers;

/* A record that mends the cause, and what a run with it in the DNS showed. */
typedef struct mw_fix {
    const char *record; /* as in a master file: example.com. TXT "v=spf1 ..." */
    const char *why;    /* the sign that the server is the domain's own, in words */
    const char *key;    /* the remedy it stands for: "spf" */
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
    const GPtrArray *receivers;   /* of const mw_receiver *; NULL without --for */
    const GPtrArray *predictions; /* for the recipients of a bounce: see report/prediction.h; or NULL */
    bool delivered;               /* a host took it in, and it is no bounce */
    mw_dns_numbers dns;
    bool failed_recipient;             /* of a bounce */
    const mw_fix *fix;                 /* proven; or NULL */
    const struct mw_diagnosis *before; /* with --what-if: the same without those records; else NULL */
} mw_diagnosis;

/* One line that says it: "rejected: 19.32 of 13 points; ...". */
const char *mw_diagnosis_summary(mw_arena *arena, const mw_diagnosis *diagnosis);

typedef struct mw_text_style {
    bool color;
    int verbose, width;
} mw_text_style;

/* Symbols found in one diagnosis and not in the other, by name: of const mw_finding *. */
GPtrArray *mw_diagnosis_only_in(mw_arena *arena, const mw_diagnosis *a, const mw_diagnosis *b);

/* Each returns a new string that the caller frees. */
char *mw_text_write(const mw_diagnosis *diagnosis, const mw_text_style *style);
char *mw_json_write(const mw_diagnosis *diagnosis);
