/* libopendkim's opinion on signatures that passed the screen and whose key is there. It is asked for nothing
 * else: dkim_opendkim.c is the only file that includes it.
 */
#pragma once

#include "dkim/verify.h"

/* Beyond these libopendkim is not asked: it is slow there, known to be wrong, or known to read out of bounds.
 */
enum {
    MW_OPENDKIM_MAX_FIELDS = 2000,
    MW_OPENDKIM_MAX_HEADER = 256 * 1024,
    MW_OPENDKIM_MAX_BODY = 64 * 1024, /* of a larger body only the header signature is asked for */
    MW_OPENDKIM_MAX_FIELD = 64 * 1024,
    MW_OPENDKIM_MAX_LIST = 4000, /* h=: over 4,095 bytes it fails wrongly */
    /* Seconds by which t= and x= may be off. libopendkim takes this from t= without minding zero: an earlier
     * t= would be in its future. */
    MW_OPENDKIM_DRIFT = 1000000000,
    MW_OPENDKIM_MAX_IDENTITY = 250, /* i=: over 256 bytes it reads beyond the end */
};

typedef struct mw_opendkim {
    const mw_signature *signature; /* these two are the question */
    const mw_dkim_key *key;
    const mw_dkim_case *ours; /* what we made of it, which may save it the checking; or NULL */
    bool asked, body_asked;   /* the rest is the answer */
    bool header_passed, body_passed;
    const char *error; /* what it says against the signature, or NULL */
} mw_opendkim;

/* Whether libopendkim is to be asked for this signature at all (asked.c). */
bool mw_opendkim_suits(const mw_message *message, const mw_signature *signature, const mw_dkim_key *key);
/* Marks those that it is asked for, and how many they are. */
size_t mw_opendkim_choose(const mw_message *message, mw_opendkim *questions, size_t n_questions);

/* Fills in the answers of those that are marked; what it does not answer is marked no more. with_body: the
 * body is whole. */
void mw_opendkim_ask(mw_arena *arena, const mw_message *message, bool with_body, mw_opendkim *questions,
                     size_t n_questions);
