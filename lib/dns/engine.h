/* The engine's inside, for engine.c and record.c alone. */
#pragma once

#include "dns/source.h"

#include <pthread.h>

typedef struct mw_entry mw_entry;

typedef struct mw_waiting {
    struct mw_waiting *next;
    mw_dns_then then;
    void *data;
    mw_entry *entry;
} mw_waiting;

struct mw_entry {
    mw_entry *next; /* in its bucket */
    mw_dns *dns;
    uint32_t hash;
    bool sent, stale;
    mw_purpose purpose;
    const char *why;
    int64_t asked_us;
    const mw_answer *answer; /* NULL until it is there */
    mw_waiting *waiting;
    mw_question question; /* its name in lower case */
};

struct mw_dns {
    mw_source *source;
    mw_dns_limits limits;
    pthread_mutex_t lock; /* over all below, and over the arena */
    pthread_cond_t changed;
    mw_arena *arena;
    mw_entry **buckets;
    guint n_buckets; /* a power of two */
    GPtrArray *entries;
    guint first_entry; /* of this message */
    mw_waiting *ready, **last_ready;
    bool draining;
    unsigned sent;
    int64_t first_us, last_us, deadline_us;
    bool marked;       /* an answer of this message is of the kind that mw_dns_marked() tells of */
    GArray *patterns;  /* of mw_pattern; these two: the user's thread alone */
    GPtrArray *hidden; /* of char * */
};

/* The name with hidden labels replaced. */
void mw_dns_visible(const mw_dns *dns, const mw_name *name, mw_name *out);
