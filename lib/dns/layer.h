/* A source that is laid over another one, and the questions that it owes an answer to until that one has
 * answered. */
#pragma once

#include "dns/source.h"

#include <pthread.h>

typedef struct mw_layer {
    mw_source source; /* first: a mw_source * of a layer is a mw_layer * */
    mw_source *below;
    pthread_mutex_t lock;
    struct mw_owed *waiting;
} mw_layer;

/* inner is what the source below is asked: its data is this, its name may be changed before that. */
typedef struct mw_owed {
    struct mw_owed *next, *previous;
    mw_layer *layer;
    mw_question inner, *outer;
    unsigned hops; /* how often the name was changed; the layer's own count */
} mw_owed;

/* Takes over below. The layer is like it, but for ask and free. */
void mw_layer_begin(mw_layer *layer, mw_source *below, void (*ask)(mw_source *, mw_question *),
                    void (*free)(mw_source *));
/* Ends what is below, and forgets the questions that it never answered. */
void mw_layer_end(mw_layer *layer);

/* answered is called when the source below has answered. */
mw_owed *mw_layer_owe(mw_layer *layer, mw_question *outer,
                      void (*answered)(mw_question *, const mw_answer *));
/* Answers the outer question, and frees the debt. */
void mw_owed_answer(mw_owed *owed, const mw_answer *answer);
