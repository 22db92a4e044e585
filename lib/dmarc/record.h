/* A DMARC record as text: RFC 9989 section 4.8, and what RFC 7489 section 6.4 has beyond it. Strict: what is
 * wrong is named, tag for tag, and what it means for receivers.
 */
#pragma once

#include "spf/spf.h"

typedef enum mw_policy { MW_POLICY_ABSENT, MW_POLICY_NONE, MW_POLICY_QUARANTINE, MW_POLICY_REJECT } mw_policy;
const char *mw_policy_name(mw_policy policy); /* NULL for ABSENT */

typedef enum mw_dmarc_kind {
    MW_DMARC_OTHER,     /* something else that lives in a TXT record */
    MW_DMARC_PRETENDER, /* means to be one, but receivers pass over it: no v=DMARC1 as its first tag */
    MW_DMARC_BROKEN,    /* begins as one, and a tag stands twice: no receiver may use it */
    MW_DMARC_RECORD,
} mw_dmarc_kind;

typedef struct mw_dmarc_uri {
    const char *text;
    const char *domain; /* of a mailto: address, lower case; NULL otherwise */
    bool valid;         /* by the grammar of RFC 3986 */
} mw_dmarc_uri;

typedef struct mw_dmarc_record {
    mw_dmarc_kind kind;
    const char *text;
    mw_policy p, sp, np; /* ABSENT also for a value that is none */
    bool bad_sp, bad_np; /* the tag is there with a value that is none */
    bool adkim_strict, aspf_strict;
    char psd;                /* 'y', 'n' or 'u' */
    bool testing;            /* t=y */
    unsigned pct;            /* 100 unless said otherwise; only RFC 7489 knows it */
    const mw_dmarc_uri *rua; /* at most MW_MAX_REPORT_URIS */
    size_t n_rua;
    bool usable_rua;    /* one of them is a valid URI */
    GPtrArray *defects; /* of const mw_spf_advice *, at most MW_MAX_RECORD_DEFECTS */
} mw_dmarc_record;

/* Reads one TXT record of any length, in linear time. Never NULL. name is where it stands, for the texts. */
const mw_dmarc_record *mw_dmarc_record_read(mw_arena *arena, mw_span text, const char *name);

typedef enum mw_dmarc_whose { MW_FOR_ITSELF, MW_FOR_EXISTING, MW_FOR_MISSING } mw_dmarc_whose;
/* The policy that the record means by RFC 9989: for its own name, for a name below it, for one that does not
 * exist. ABSENT: neither p= nor rua= can be used, and the record asks for nothing (section 4.10.1). */
mw_policy mw_dmarc_record_policy(const mw_dmarc_record *record, mw_dmarc_whose whose);
/* The same by RFC 7489 section 6.6.3, which knows no np=. */
mw_policy mw_dmarc_record_policy_7489(const mw_dmarc_record *record, bool below);

/* Adds a defect, unless there are MW_MAX_RECORD_DEFECTS already. */
void mw_dmarc_defect(mw_arena *arena, GPtrArray *defects, const char *id, const char *text, const char *fix);
