/* ARC (RFC 8617): our own validator, in the order of section 5.2. */
#pragma once

#include "dkim/dkim.h"

typedef enum mw_arc_result { MW_ARC_NONE, MW_ARC_PASS, MW_ARC_FAIL, MW_ARC_UNTESTABLE } mw_arc_result;
const char *mw_arc_result_name(mw_arc_result result);

typedef struct mw_arc_set {
    int instance;
    const char *sealer;                     /* d= of the seal */
    const char *chain;                      /* cv= of the seal */
    mw_dkim_result seal, message_signature; /* pass, fail, temperror, permerror, untestable (not judged) */
    const char *problem;                    /* or NULL */
    const char *story; /* what this sealer saw, from its ARC-Authentication-Results, in words */
} mw_arc_set;

typedef struct mw_arc {
    mw_arc_result result;
    int instances;
    int failed_instance; /* 0: none */
    const char *reason;  /* of a fail, with the part that failed; or NULL */
    bool structure;      /* the fail is one of structure (instances, missing fields), not of a signature */
    bool dns_failed;     /* a key could not be had: DNS failed */
    bool key_gone;       /* the fail is that of a key which is no longer there, or another one now */
    int oldest_pass; /* RFC 8617 section 5.2 step 7: 0 when all pass; else the lowest instance that passes */
    GPtrArray *sets; /* of const mw_arc_set *, instance 1 first */
} mw_arc;

const mw_arc *mw_arc_verify(mw_arena *arena, mw_dns *dns, const mw_dkim_request *request);
void mw_arc_prefetch(mw_arena *arena, mw_dns *dns, const mw_message *message);
