/* DMARC by RFC 9989, and by RFC 7489 beside it; libopendmarc returns the policy from a canonical record.
 *
 * The room dmarc owns policy discovery, alignment and the verdict of DMARC. It may not know what a result
 * costs, or how receivers depart from it.
 */
#pragma once

#include "dkim/dkim.h"
#include "dmarc/record.h"

typedef enum mw_dmarc_result {
    MW_DMARC_NONE,
    MW_DMARC_PASS,
    MW_DMARC_FAIL,
    MW_DMARC_TEMPERROR,
    MW_DMARC_PERMERROR,
    MW_DMARC_UNTESTABLE,
} mw_dmarc_result;
const char *mw_dmarc_result_name(mw_dmarc_result result);

typedef struct mw_dmarc_verdict {
    mw_dmarc_result result;
    mw_policy policy;       /* that applies to this author domain, before t=y */
    mw_policy disposition;  /* what a receiver that follows it does: NONE unless result is fail */
    const char *domain;     /* the author domain it is about: with several, the one that decides */
    const char *policy_tag; /* "p", "sp" or "np": by which tag of the record; NULL without a policy */
    const char *org_domain, *record, *record_domain; /* or NULL */
    bool aligned_spf, aligned_dkim;
    const char *reason; /* in words: why none, temperror, permerror or untestable; or NULL */
} mw_dmarc_verdict;

/* How a domain that SPF or DKIM speaks for stands to the author domain. */
typedef enum mw_dmarc_fit {
    MW_FIT_ALIGNED,
    MW_FIT_TOO_STRICT, /* of the same organisation, but the record asks for the very same domain */
    MW_FIT_OTHER,      /* of another organisation */
    MW_FIT_TEMPERROR,  /* the DNS failed on the way to its organisation */
    MW_FIT_UNKNOWN,    /* the domain, or its organisation, could not be had */
} mw_dmarc_fit;

/* A domain that SPF or DKIM speaks for. */
typedef struct mw_dmarc_identifier {
    bool dkim;          /* else it is SPF's */
    const char *domain; /* lower case A-labels; NULL: not known */
    const char *label;  /* "MAIL FROM", "HELO" or "d=" */
    bool passes;
    bool temperror, untestable; /* neither pass nor fail */
    const char *result;         /* "pass", "softfail" ... */
    const char *symbol;         /* the symbol of a result that is no pass, or NULL */
    mw_dmarc_fit fit;           /* by RFC 9989 */
    mw_dmarc_fit fit_7489;
} mw_dmarc_identifier;

typedef struct mw_dmarc {
    const char *domain;       /* the author domain, NULL without one */
    mw_dmarc_verdict rfc9989; /* the verdict that is scored */
    mw_dmarc_verdict rfc7489;
    GPtrArray *identifiers;  /* of const mw_dmarc_identifier *, SPF's first; against domain */
    const char *alignment;   /* which domain against which, in words */
    const char *would_align; /* the one change that would align it, or NULL */
    const char *difference;  /* what receivers that follow RFC 7489 do otherwise, or NULL */
    GPtrArray *defects;      /* of const mw_spf_advice *: of the record */
    const mw_mended *mended; /* the record, where it stands at a wrong name; or NULL */
    const char *alias_at;    /* no record, because this name ("_dmarc.example.org") is an alias; or NULL */
    const char *alias_of;    /* of that one */
    bool bad_record;         /* a record that claims to be DMARC but is not usable */
    bool dns_unanswered;     /* temperror or untestable for want of a DNS answer */
} mw_dmarc;

typedef struct mw_dmarc_request {
    GPtrArray *from_domains;      /* of const char *, every distinct author domain, lower case A-labels */
    const char *untestable;       /* why there is nothing to judge, or NULL */
    const char *mail_from_domain; /* for an SPF that could not be tested; or NULL */
    const mw_spf *spf;            /* or NULL */
    const GPtrArray *dkim;        /* of mw_dkim *, or NULL */
    const char *forwarder;        /* who handed the mail on; or NULL */
    bool dkim2_alone;             /* the only signature is one of DKIM2 */
    bool advice;                  /* ask the further questions that only the record's defects need */
} mw_dmarc_request;

/* Never NULL. Several author domains: each is judged, and the most strict verdict stands (RFC 7489 section
 * 6.6.1, RFC 9989 section 4.4). An address literal or none: result none, with the reason. */
const mw_dmarc *mw_dmarc_check(mw_arena *arena, mw_dns *dns, const mw_dmarc_request *request);
/* Asks ahead for the walk's names. mail_from_domain may be NULL. */
void mw_dmarc_prefetch(mw_arena *arena, mw_dns *dns, const char *from_domain, const char *mail_from_domain);
