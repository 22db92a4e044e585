/* DMARC by RFC 9989, and by RFC 7489 beside it; libopendmarc returns the policy from a canonical record. */
#pragma once

#include "auth/dkim.h"
#include "auth/spf.h"

typedef enum mw_dmarc_result {
    MW_DMARC_NONE,
    MW_DMARC_PASS,
    MW_DMARC_FAIL,
    MW_DMARC_TEMPERROR,
    MW_DMARC_PERMERROR,
    MW_DMARC_UNTESTABLE,
} mw_dmarc_result;
const char *mw_dmarc_result_name(mw_dmarc_result result);

typedef enum mw_policy { MW_POLICY_ABSENT, MW_POLICY_NONE, MW_POLICY_QUARANTINE, MW_POLICY_REJECT } mw_policy;
const char *mw_policy_name(mw_policy policy); /* NULL for ABSENT */

typedef struct mw_dmarc_verdict {
    mw_dmarc_result result;
    mw_policy policy;      /* that applies to this author domain, before t=y */
    mw_policy disposition; /* what a receiver that follows it does: NONE unless result is fail */
    const char *org_domain, *record, *record_domain; /* or NULL */
    bool aligned_spf, aligned_dkim;
    const char *reason; /* in words: why none, temperror or permerror; or NULL */
} mw_dmarc_verdict;

typedef struct mw_dmarc {
    const char *domain;       /* the author domain, NULL without one */
    mw_dmarc_verdict rfc9989; /* the verdict that is scored */
    mw_dmarc_verdict rfc7489;
    const char *alignment;   /* which domain against which, in words */
    const char *would_align; /* the one change that would align it, or NULL */
    GPtrArray *defects;      /* of const mw_spf_advice *: of the record */
    bool bad_record;         /* a record that claims to be DMARC but is not usable */
} mw_dmarc;

typedef struct mw_dmarc_request {
    GPtrArray *from_domains; /* of const char *, every distinct author domain, lower case A-labels */
    const char *untestable;  /* why there is nothing to judge, or NULL */
    const mw_spf *spf;       /* or NULL */
    const GPtrArray *dkim;   /* of mw_dkim *, or NULL */
} mw_dmarc_request;

const mw_dmarc *mw_dmarc_check(mw_arena *arena, mw_dns *dns, const mw_dmarc_request *request);
void mw_dmarc_prefetch(mw_arena *arena, mw_dns *dns, const char *from_domain);
