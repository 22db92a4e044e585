#include "dns/layer.h"

void mw_layer_begin(mw_layer *layer, mw_source *below, void (*ask)(mw_source *, mw_question *),
                    void (*free)(mw_source *)) {
    layer->source = *below;
    layer->source.ask = ask;
    layer->source.free = free;
    layer->below = below;
    pthread_mutex_init(&layer->lock, NULL);
}

void mw_layer_end(mw_layer *layer) {
    mw_source_free(layer->below);
    for (mw_owed *owed = layer->waiting, *next; owed; owed = next) {
        next = owed->next;
        g_free(owed);
    }
    pthread_mutex_destroy(&layer->lock);
}

mw_owed *mw_layer_owe(mw_layer *layer, mw_question *outer,
                      void (*answered)(mw_question *, const mw_answer *)) {
    mw_owed *owed = g_new0(mw_owed, 1);
    owed->layer = layer;
    owed->outer = outer;
    owed->inner = (mw_question){.name = outer->name, .type = outer->type, .answered = answered, .data = owed};
    pthread_mutex_lock(&layer->lock);
    owed->next = layer->waiting;
    if (owed->next)
        owed->next->previous = owed;
    layer->waiting = owed;
    pthread_mutex_unlock(&layer->lock);
    return owed;
}

static void take_out(mw_owed *owed) {
    pthread_mutex_lock(&owed->layer->lock);
    if (owed->previous)
        owed->previous->next = owed->next;
    else
        owed->layer->waiting = owed->next;
    if (owed->next)
        owed->next->previous = owed->previous;
    pthread_mutex_unlock(&owed->layer->lock);
}

void mw_owed_answer(mw_owed *owed, const mw_answer *answer) {
    take_out(owed);
    owed->outer->answered(owed->outer, answer);
    g_free(owed);
}
