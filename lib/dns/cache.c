#include "dns/cache.h"

#include <pthread.h>
#include <string.h>

enum {
    FAILURE_SECONDS = 5, /* RFC 9520 section 3.2: a failure is kept for a short while */
    MOST_SECONDS = 86400,
    MOST_OCTETS = 64 << 20, /* of records: who owns a name says how large its answers are */
    BUCKETS_EACH = 2,
};

typedef struct view view;
typedef struct item item;

/* An answer that is kept, and lent while it is told; what it points to stands behind it. */
typedef struct kept {
    gint refs;
    mw_answer answer;
    mw_rdata records[];
} kept;

/* A view's question that waits for an item's answer. */
typedef struct waiter {
    struct waiter *next;                      /* of the item */
    struct waiter *view_next, *view_previous; /* of the view */
    view *view;
    mw_question *question; /* NULL: the view is gone */
} waiter;

struct item {
    item *next;          /* in its bucket */
    item *newer, *older; /* by use; an item on its way is in no such list */
    mw_cache *cache;
    uint32_t hash;
    int64_t asked_us, until_us;
    size_t octets;
    kept *kept; /* NULL: on its way */
    waiter *waiters;
    mw_question question;
};

struct mw_cache {
    mw_source *below;
    unsigned most, n_items, open, asked;
    uint64_t answered;
    pthread_mutex_t lock;
    pthread_cond_t told;
    item **buckets;
    unsigned n_buckets;
    uint32_t seed; /* so that nobody can choose names that fall into one bucket */
    size_t octets;
    item *newest, *oldest;
};

struct view {
    mw_source source;
    mw_cache *cache;
    waiter *waiters;
    unsigned telling; /* answers that are being told to its engine right now */
};

static uint32_t hash_of(const mw_cache *cache, const mw_name *name, uint16_t type) {
    return mw_name_hash(name, cache->seed ^ type);
}

static void release(kept *k) {
    if (k && g_atomic_int_dec_and_test(&k->refs))
        g_free(k);
}

static size_t size_of(const mw_answer *answer) {
    size_t size = answer->why_bogus ? strlen(answer->why_bogus) + 1 : 0;
    for (size_t i = 0; i < answer->n_records; i++)
        size += sizeof(mw_rdata) + answer->records[i].len;
    return size;
}

/* In one piece: there may be very many. */
static kept *keep(const mw_answer *from, mw_dns_status status) {
    kept *k = g_malloc(sizeof(kept) + size_of(from));
    uint8_t *at = (uint8_t *)(k->records + from->n_records);
    *k = (kept){.refs = 1, .answer = *from};
    for (size_t i = 0; i < from->n_records; i++) {
        const mw_rdata *r = &from->records[i];
        k->records[i] = (mw_rdata){at, r->len};
        if (r->len)
            memcpy(at, r->data, r->len);
        at += r->len;
    }
    k->answer.records = k->records;
    k->answer.status = status;
    if (from->why_bogus)
        k->answer.why_bogus = memcpy(at, from->why_bogus, strlen(from->why_bogus) + 1);
    return k;
}

/* ---- the table; all under the lock ---- */

static item **place(mw_cache *cache, uint32_t hash) {
    return &cache->buckets[hash & (cache->n_buckets - 1)];
}

static item *find(mw_cache *cache, const mw_question *question, uint32_t hash) {
    for (item *i = *place(cache, hash); i; i = i->next)
        if (i->hash == hash && i->question.type == question->type &&
            mw_name_equal(&i->question.name, &question->name))
            return i;
    return NULL;
}

static void unlist(mw_cache *cache, item *i) {
    *(i->newer ? &i->newer->older : &cache->newest) = i->older;
    *(i->older ? &i->older->newer : &cache->oldest) = i->newer;
    i->newer = i->older = NULL;
}

static void list(mw_cache *cache, item *i) {
    i->older = cache->newest;
    i->newer = NULL;
    *(i->older ? &i->older->newer : &cache->oldest) = i;
    cache->newest = i;
}

/* An item that is in the list of those that are kept. */
static void drop(mw_cache *cache, item *i) {
    unlist(cache, i);
    item **at = place(cache, i->hash);
    while (*at != i)
        at = &(*at)->next;
    *at = i->next;
    cache->n_items--;
    cache->octets -= i->octets;
    release(i->kept);
    g_free(i);
}

static void wait_with(item *i, view *v, mw_question *question) {
    waiter *w = g_new0(waiter, 1);
    *w = (waiter){.next = i->waiters, .view_next = v->waiters, .view = v, .question = question};
    if (v->waiters)
        v->waiters->view_previous = w;
    i->waiters = v->waiters = w;
}

static void leave_view(waiter *w) {
    *(w->view_previous ? &w->view_previous->view_next : &w->view->waiters) = w->view_next;
    if (w->view_next)
        w->view_next->view_previous = w->view_previous;
}

/* ---- answers ---- */

static int64_t seconds_of(const mw_answer *answer) {
    return mw_dns_failed(answer->status) ? FAILURE_SECONDS : MIN(answer->ttl, MOST_SECONDS);
}

/* Those that wait, in the order of their asking; their views stay until each was told. */
static waiter *take_waiters(item *i) {
    waiter *first = NULL;
    for (waiter *w = i->waiters, *next; w; w = next) {
        next = w->next;
        if (w->question) {
            leave_view(w);
            w->view->telling++;
        }
        w->next = first;
        first = w;
    }
    i->waiters = NULL;
    return first;
}

static void tell(mw_cache *cache, waiter *waiters, const kept *k) {
    for (waiter *w = waiters, *next; w; w = next) {
        next = w->next;
        if (w->question) {
            w->question->answered(w->question, &k->answer);
            pthread_mutex_lock(&cache->lock);
            w->view->telling--;
            pthread_cond_broadcast(&cache->told);
            pthread_mutex_unlock(&cache->lock);
        }
        g_free(w);
    }
}

static void answered(mw_question *question, const mw_answer *answer) {
    item *i = question->data;
    mw_cache *cache = i->cache;
    int64_t now = g_get_monotonic_time();
    /* some sources have no word of their own for silence */
    bool silence = cache->below->silence_ms && answer->status == MW_DNS_SERVFAIL && !answer->bogus &&
                   now - i->asked_us >= cache->below->silence_ms * 1000;
    kept *k = keep(answer, silence ? MW_DNS_TIMEOUT : answer->status);
    g_atomic_int_inc(&k->refs); /* this thread's, until all were told */
    pthread_mutex_lock(&cache->lock);
    i->kept = k;
    i->until_us = now + seconds_of(&k->answer) * G_USEC_PER_SEC;
    cache->open--;
    waiter *waiters = take_waiters(i);
    list(cache, i);
    cache->octets += i->octets = size_of(&k->answer);
    while ((cache->n_items > cache->most || cache->octets > MOST_OCTETS) && cache->oldest != i)
        drop(cache, cache->oldest);
    pthread_mutex_unlock(&cache->lock);
    tell(cache, waiters, k);
    release(k);
}

/* ---- a view ---- */

static item *add(mw_cache *cache, const mw_question *question, uint32_t hash) {
    item *i = g_new0(item, 1);
    *i = (item){.cache = cache, .hash = hash, .asked_us = g_get_monotonic_time()};
    i->question =
        (mw_question){.name = question->name, .type = question->type, .answered = answered, .data = i};
    item **at = place(cache, hash);
    i->next = *at;
    *at = i;
    cache->n_items++;
    cache->open++;
    cache->asked++;
    return i;
}

static void ask(mw_source *source, mw_question *question) {
    view *v = (view *)source;
    mw_cache *cache = v->cache;
    uint32_t hash = hash_of(cache, &question->name, question->type);
    kept *k = NULL;
    item *fresh = NULL;
    pthread_mutex_lock(&cache->lock);
    item *i = find(cache, question, hash);
    if (i && i->kept && g_get_monotonic_time() >= i->until_us) {
        drop(cache, i);
        i = NULL;
    }
    if (i)
        cache->answered++;
    if (i && i->kept) {
        k = i->kept;
        g_atomic_int_inc(&k->refs);
        unlist(cache, i);
        list(cache, i);
    } else {
        if (!i)
            i = fresh = add(cache, question, hash);
        wait_with(i, v, question);
    }
    pthread_mutex_unlock(&cache->lock);
    if (k)
        question->answered(question, &k->answer);
    release(k);
    if (fresh)
        cache->below->ask(cache->below, &fresh->question);
}

/* What answers at once, and from memory, needs no cache. */
static void ask_through(mw_source *source, mw_question *question) {
    mw_source *below = ((view *)source)->cache->below;
    below->ask(below, question);
}

/* What is on its way finds nobody any more. */
static void forget(view *v) {
    for (waiter *w = v->waiters; w; w = w->view_next)
        w->question = NULL;
    v->waiters = NULL;
}

static void free_view(mw_source *source) {
    view *v = (view *)source;
    pthread_mutex_lock(&v->cache->lock);
    forget(v);
    while (v->telling)
        pthread_cond_wait(&v->cache->told, &v->cache->lock);
    forget(v); /* whoever was told something meanwhile may have asked on */
    pthread_mutex_unlock(&v->cache->lock);
    g_free(v);
}

mw_source *mw_cache_view(mw_cache *cache) {
    view *v = g_new0(view, 1);
    v->cache = cache;
    v->source = *cache->below;
    v->source.ask = cache->below->kind == MW_SOURCE_LIVE ? ask : ask_through;
    v->source.free = free_view;
    v->source.silence_ms = 0;
    return &v->source;
}

/* ---- life ---- */

mw_cache *mw_cache_new(mw_source *below, unsigned most) {
    mw_cache *cache = g_new0(mw_cache, 1);
    cache->below = below;
    cache->most = most ? most : MW_CACHE_ANSWERS;
    cache->seed = g_random_int();
    cache->n_buckets = 1;
    while (cache->n_buckets < cache->most / BUCKETS_EACH && below->kind == MW_SOURCE_LIVE)
        cache->n_buckets *= 2;
    cache->buckets = g_new0(item *, cache->n_buckets);
    pthread_mutex_init(&cache->lock, NULL);
    pthread_cond_init(&cache->told, NULL);
    return cache;
}

void mw_cache_free(mw_cache *cache) {
    if (!cache)
        return;
    mw_source_free(cache->below); /* no answer comes any more */
    for (unsigned b = 0; b < cache->n_buckets; b++)
        for (item *i = cache->buckets[b], *next; i; i = next) {
            next = i->next;
            for (waiter *w = i->waiters, *after; w; w = after) {
                after = w->next;
                g_free(w);
            }
            release(i->kept);
            g_free(i);
        }
    g_free(cache->buckets);
    pthread_cond_destroy(&cache->told);
    pthread_mutex_destroy(&cache->lock);
    g_free(cache);
}

const mw_dns_run *mw_cache_recorded(const mw_cache *cache) {
    return cache->below->run;
}

mw_cache_numbers mw_cache_count(mw_cache *cache) {
    pthread_mutex_lock(&cache->lock);
    mw_cache_numbers numbers = {cache->below->name, cache->asked, cache->open, cache->answered};
    pthread_mutex_unlock(&cache->lock);
    return numbers;
}
