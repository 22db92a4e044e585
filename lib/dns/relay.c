/* A source over another engine, whose answers it shares. */
#include "dns/engine.h"

typedef struct relay {
    mw_source source;
    mw_dns *below;
    struct relay_state *state;
} relay;

/* Lives in the lower engine's arena, since its callbacks may come after the relay has gone. */
typedef struct relay_state {
    pthread_mutex_t lock;
    pthread_cond_t idle;
    bool closed;
    unsigned busy;
} relay_state;

typedef struct relayed {
    relay_state *state;
    mw_question *question;
} relayed;

static void relay_answer(mw_dns *below, const mw_name *name, const mw_answer *answer, void *data) {
    relayed *r = data;
    relay_state *state = r->state;
    pthread_mutex_lock(&state->lock);
    bool closed = state->closed;
    state->busy += !closed;
    pthread_mutex_unlock(&state->lock);
    if (closed)
        return;
    r->question->answered(r->question, answer);
    pthread_mutex_lock(&state->lock);
    if (--state->busy == 0)
        pthread_cond_broadcast(&state->idle);
    pthread_mutex_unlock(&state->lock);
}

static void relay_ask(mw_source *source, mw_question *question) {
    relay *r = (relay *)source;
    pthread_mutex_lock(&r->below->lock);
    relayed *item = mw_new(r->below->arena, relayed);
    pthread_mutex_unlock(&r->below->lock);
    *item = (relayed){.state = r->state, .question = question};
    mw_dns_prefetch_then(r->below, &question->name, question->type, MW_FOR_AUTH, "a fix that is tried",
                         relay_answer, item);
}

static void relay_free(mw_source *source) {
    relay *r = (relay *)source;
    pthread_mutex_lock(&r->state->lock);
    r->state->closed = true;
    while (r->state->busy)
        pthread_cond_wait(&r->state->idle, &r->state->lock);
    pthread_mutex_unlock(&r->state->lock);
    g_free(r);
}

static void free_relay_state(void *data) {
    relay_state *state = data;
    pthread_mutex_destroy(&state->lock);
    pthread_cond_destroy(&state->idle);
}

mw_source *mw_source_engine(mw_dns *dns) {
    relay *r = g_new0(relay, 1);
    r->source = (mw_source){.kind = dns->source->kind,
                            .name = dns->source->name,
                            .run = dns->source->run,
                            .below = dns,
                            .ask = relay_ask,
                            .free = relay_free};
    r->below = dns;
    pthread_mutex_lock(&dns->lock);
    r->state = mw_arena_own(dns->arena, mw_new(dns->arena, relay_state), free_relay_state);
    pthread_mutex_unlock(&dns->lock);
    pthread_mutex_init(&r->state->lock, NULL);
    pthread_cond_init(&r->state->idle, NULL);
    return &r->source;
}
