/* The tables of the catalogue in memory: reply's own, for rules.c, which reads them, and catalogue.c, which
 * looks things up. */
#pragma once

#include "reply/catalogue.h"

typedef struct mw_rule {
    const char *id, *provider, *reply, *enhanced, *wording, *cause, *reason, *owner, *meaning, *action,
        *source;
    const mw_wording *pattern;
    bool any;  /* whatever the provider */
    bool weak; /* only a hint: the words say next to nothing */
} mw_rule;

/* What a text is where the mail still waits, and where it was given up; empty: the same. */
typedef struct mw_reply_outcomes {
    const char *delayed, *failed;
} mw_reply_outcomes;

struct mw_reply_catalogue {
    GPtrArray *rules;            /* of mw_rule * */
    const mw_wordings *patterns; /* theirs */
    GHashTable *codes;           /* text to mw_code * */
    GHashTable *causes;          /* text to mw_reply_class * */
    GHashTable *reasons;         /* cause to reason */
    GHashTable *causes_of_reasons;
    GHashTable *outcomes; /* text to mw_reply_outcomes * */
    mw_span model;        /* for a second opinion */
};
