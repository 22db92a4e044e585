/* DKIM (RFC 6376, 8301, 8463): a strict screen, libopendkim, and a second opinion of our own. */
#pragma once

#include "base/timestamp.h"
#include "dns/dns.h"
#include "mail/message.h"

/* Of the whole signature, or of one of its two halves (which are only pass, fail or untestable). */
typedef enum mw_dkim_result {
    MW_DKIM_PASS,
    MW_DKIM_FAIL,
    MW_DKIM_NEUTRAL,
    MW_DKIM_TEMPERROR,
    MW_DKIM_PERMERROR,
    MW_DKIM_POLICY,
    MW_DKIM_UNTESTABLE,
} mw_dkim_result;
const char *mw_dkim_result_name(mw_dkim_result result);

typedef struct mw_repair {
    GPtrArray *edits;       /* of const char *: what was done to the mail after it was signed, in words */
    bool proven;            /* header and body both verify with the edits undone */
    const char *made_by;    /* the first hop that can have made it, in words, or NULL */
    const char *avoided_by; /* what would have avoided it, in words, or NULL */
} mw_repair;

typedef struct mw_dkim {
    const mw_field *field;
    const char *domain, *selector, *algorithm, *identity; /* NULL when the signature does not say */
    unsigned key_bits;                                    /* 0: no key */
    mw_dkim_result result, body_hash, signature;
    const char *reason;        /* in words, of anything but a plain pass; or NULL */
    const char *signed_fields; /* h= without white space, or NULL */
    bool has_length;           /* l= */
    uint64_t length;
    mw_time signed_at, expires_at;  /* t=, x=; MW_TIME_UNKNOWN */
    bool testing, strict_subdomain; /* t=y, t=s of the key */
    const char *now_differs;        /* what would differ if it were judged now, or NULL */
    const char *notice;             /* where libopendkim and the second opinion differ, or NULL */
    const mw_repair *repair;        /* NULL: not broken, or nothing found */
} mw_dkim;

typedef struct mw_dkim_request {
    const mw_message *message;
    mw_time at, now;             /* delivery and clock; at MW_TIME_UNKNOWN: now is used */
    const char *untestable_body; /* why the body can't be judged (headers only, rewritten), or NULL */
    const char *untestable_header;
    int64_t repair_budget_ms; /* 0: no search */
} mw_dkim_request;

/* One result a DKIM-Signature field, top first, at most MW_MAX_SIGNATURES; empty without signatures. */
GPtrArray *mw_dkim_verify(mw_arena *arena, mw_dns *dns, const mw_dkim_request *request);
void mw_dkim_prefetch(mw_arena *arena, mw_dns *dns, const mw_message *message);
/* How many DKIM-Signature fields there are beyond the cap is for the caller: mw_message_count(). */
