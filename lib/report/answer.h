/* What a bounce's reply about one recipient comes to for its reader: told the same in the report and in
 * letters, in its language. */
#pragma once

#include "score/diagnosis.h"

typedef struct mw_reply_answer {
    const char *means;        /* in plain words; NULL: the bounce claims no cause */
    const char *who;          /* who must act, as one person: "you", "they: the recipient" ... */
    const char *owner;        /* the same as a word of the JSON report */
    const char *action;       /* what is to be done; NULL where a finding tells it better */
    bool is_readers;          /* action is for the reader, although it is others who must act */
    const mw_finding *better; /* our own run explains the refusal, and knows how it is mended; or NULL */
} mw_reply_answer;

mw_reply_answer mw_reply_answer_read(mw_arena *arena, const mw_diagnosis *diagnosis,
                                     const mw_bounce_recipient *recipient);

/* The recipients of a bounce in groups that got the same answer: of GPtrArray * of const mw_bounce_recipient
 * *, in their order. */
GPtrArray *mw_reply_groups(mw_arena *arena, const mw_bounce *bounce);

/* "a@shop.example, b@shop.example and 3 more"; at most shown of them by name. */
const char *mw_reply_names_of(mw_arena *arena, const GPtrArray *group, guint shown);
