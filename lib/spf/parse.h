/* An SPF record as text: RFC 7208's grammar (sections 4.5, 5, 6, 7.1 and 12), with byte offsets. Pure. */
#pragma once

#include "base/span.h"

typedef enum mw_spf_kind {
    MW_SPF_ALL,
    MW_SPF_INCLUDE,
    MW_SPF_A,
    MW_SPF_MX,
    MW_SPF_PTR,
    MW_SPF_IP4,
    MW_SPF_IP6,
    MW_SPF_EXISTS,
    MW_SPF_REDIRECT,
    MW_SPF_EXP,
    MW_SPF_UNKNOWN_MODIFIER,
} mw_spf_kind;

/* One term: a mechanism with its qualifier, or a modifier. */
typedef struct mw_spf_directive {
    mw_spf_kind kind;
    char qualifier;    /* '+', '-', '~' or '?' */
    mw_span text;      /* as written, inside the record */
    size_t offset;     /* of text in the record */
    mw_span spec;      /* the domain-spec; data NULL without one */
    unsigned ip4_bits; /* prefix lengths, 32 and 128 when not given */
    unsigned ip6_bits;
    uint8_t ip[16]; /* of ip4 (the first four) and ip6 */
} mw_spf_directive;

typedef struct mw_spf_record {
    mw_span text;
    const mw_spf_directive *terms; /* those before the error, when there is one */
    size_t n_terms;
    int redirect, exp, all; /* index of the modifiers and of the first all; -1: none */
    const char *error;      /* what is wrong, in words; NULL: a valid record */
    size_t error_offset;
    mw_span error_text; /* the term that is wrong */
} mw_spf_record;

/* The text claims to be an SPF record: "v=spf1", any case, at its end or before a blank (section 4.5). */
bool mw_spf_is_record(mw_span text);

/* Parses a text for which mw_spf_is_record() holds. Never NULL. The result points into text, which must live
 * as long. Linear in its length, which DNS bounds to MW_MAX_SPF_RECORD; a longer one is an error. */
const mw_spf_record *mw_spf_parse(mw_arena *arena, mw_span text);

/* Matches the grammar of domain-spec; NULL, or what is wrong. */
const char *mw_spf_check_domain_spec(mw_span spec);

/* A term without its qualifier, if it has one. */
static inline mw_span mw_spf_unqualified(mw_span term) {
    bool qualified = term.len && memchr("+-~?", term.data[0], 4);
    return qualified ? mw_span_from(term, 1) : term;
}

/* It asks the DNS, and counts towards the ten (section 4.6.4). */
static inline bool mw_spf_counts(mw_spf_kind kind) {
    return kind == MW_SPF_INCLUDE || kind == MW_SPF_A || kind == MW_SPF_MX || kind == MW_SPF_PTR ||
           kind == MW_SPF_EXISTS || kind == MW_SPF_REDIRECT;
}
