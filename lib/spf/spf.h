/* SPF (RFC 7208): evaluated by libspf2 behind a strict front end; see docs/ARCHITECTURE.md.
 *
 * The room spf owns SPF records: how they are evaluated, what is wrong with them and how they should read.
 * It may not know DMARC, or what a result costs.
 */
#pragma once

#include "dkim/mended.h"
#include "base/ip.h"
#include "base/timestamp.h"
#include "dns/dns.h"

typedef enum mw_spf_result {
    MW_SPF_NONE,
    MW_SPF_NEUTRAL,
    MW_SPF_PASS,
    MW_SPF_FAIL,
    MW_SPF_SOFTFAIL,
    MW_SPF_TEMPERROR,
    MW_SPF_PERMERROR,
    MW_SPF_UNTESTABLE, /* no client IP, no identity, or not asked: not evaluated */
} mw_spf_result;
const char *mw_spf_result_name(mw_spf_result result);

typedef struct mw_spf_request {
    mw_ip client_ip;
    const char *helo;      /* NULL: not known */
    const char *mail_from; /* "" is the null sender: the HELO identity is judged (RFC 7208 section 2.4) */
    const char *receiver;  /* for the r macro; NULL: "unknown" */
    mw_time now;           /* for the t macro */
} mw_spf_request;

struct mw_spf_node;

/* One term of a record as it was evaluated. */
typedef struct mw_spf_term {
    const char *text;   /* as written */
    const char *target; /* the expanded domain, or NULL */
    bool evaluated, matched, is_void;
    bool over_limit;                 /* the term that crossed the ten */
    int lookups;                     /* look-ups that it and all below it cost; 0 for ip4, ip6, all */
    const struct mw_spf_node *child; /* the record that include or redirect pulled in, or NULL */
} mw_spf_term;

typedef struct mw_spf_node {
    const char *domain;
    const char *record;       /* NULL when there was none or it could not be had */
    mw_spf_result result;     /* of this record's own evaluation; UNTESTABLE when it was not reached */
    const char *problem;      /* in words, with the offset; or NULL */
    const mw_spf_term *terms; /* the first MW_MAX_SPF_SHOWN */
    size_t n_terms, n_left_out;
} mw_spf_node;

typedef struct mw_spf {
    mw_spf_result result;
    const char *domain;       /* whose record was asked; NULL when untestable */
    const char *identity;     /* "mailfrom" or "helo" */
    const char *record;       /* the top record or NULL */
    const char *matched;      /* the term that decided, as written, or NULL */
    const char *matched_path; /* the includes that led to it: "example.org > _spf.host.example", or NULL */
    int lookups, void_lookups;
    const char *explanation; /* expanded exp= text, on fail only; or NULL */
    const char *problem;     /* why permerror, temperror or untestable; or NULL */
    const mw_spf_node *tree; /* or NULL */
    GPtrArray *advice;       /* of const mw_spf_advice *: defects of the record beyond the result */
    const mw_mended *mended; /* the record without a mistake in it; or NULL */
} mw_spf;

typedef struct mw_spf_advice {
    const char *id;   /* "plusall", "multiple", "syntax", "too_many_lookups", "void", "ptr", "wide_range",
                         "long_record", "include_none", "include_broken", "unused_terms", "no_all", "nearly",
                         "moved", "own_server", "many_mx" */
    const char *text; /* what is wrong, in words, with names */
    const char *fix;
    bool is_problem;          /* it is what the result's problem tells already */
    const char *reverse_name; /* "moved", "own_server": the client's, if that alone shows it; else NULL */
} mw_spf_advice;

/* Evaluates (RFC 7208 section 4). Untestable without a client address or an identity, and when an answer was
 * not to be had for reasons on our side (MW_DNS_NOTRECORDED, MW_DNS_BUDGET): nothing is called an error of
 * the domain that its servers were not asked. */
const mw_spf *mw_spf_check(mw_arena *arena, mw_dns *dns, const mw_spf_request *request);
/* Not evaluated, because. */
const mw_spf *mw_spf_untestable(mw_arena *arena, const char *why);
/* Asks ahead for all that the check may need and that can be known now. */
void mw_spf_prefetch(mw_arena *arena, mw_dns *dns, const mw_spf_request *request);
