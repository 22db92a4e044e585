/* A second opinion on a reply that no row of data/replies.tsv knows: a linear model over its words and groups
 * of letters. data/replies.model is made by cmd/train_replies out of texts with their causes, and used as it
 * stands in memory.
 */
#pragma once

#include "base/span.h"

enum { MW_OPINION_WORDS = 4 };

typedef struct mw_opinion {
    const char *cause;
    double certainty; /* how often it is right when it is as sure, measured on texts that it had not seen */
    bool sure;        /* sure enough to be told */
    const char *words[MW_OPINION_WORDS]; /* that speak for it most, strongest first; NULL ends them */
} mw_opinion;

/* False when the octets are no such model. */
bool mw_opinion_good(mw_span model);
/* NULL without a model, or when there are no words to go by. */
const mw_opinion *mw_opinion_read(mw_arena *arena, mw_span model, mw_span words);
