#include "dns/engine.h"

#include "base/limits.h"

#include <errno.h>
#include <time.h>

const mw_dns_limits mw_dns_limits_default = {
    .queries = MW_MAX_DNS_QUERIES, .reserve = MW_MAX_DNS_QUERIES / 3, .query_ms = 5000, .run_ms = 10000};

enum { FIRST_BUCKETS = 512, MIN_SECRET = 6 };

static const mw_answer bad_name = {.status = MW_DNS_BADNAME};

static int64_t now_us(void) {
    return g_get_monotonic_time();
}

/* ---- the table; all under the lock ---- */

static mw_entry *find(const mw_dns *dns, const mw_name *name, uint16_t type, uint32_t hash) {
    for (mw_entry *e = dns->buckets[hash & (dns->n_buckets - 1)]; e; e = e->next) {
        if (e->hash == hash && e->question.type == type && !e->stale &&
            mw_name_equal(&e->question.name, name))
            return e;
    }
    return NULL;
}

static void insert(mw_dns *dns, mw_entry *entry) {
    mw_entry **bucket = &dns->buckets[entry->hash & (dns->n_buckets - 1)];
    entry->next = *bucket;
    *bucket = entry;
}

static void grow(mw_dns *dns) {
    dns->n_buckets *= 2;
    g_free(dns->buckets);
    dns->buckets = g_new0(mw_entry *, dns->n_buckets);
    for (guint i = 0; i < dns->entries->len; i++)
        insert(dns, dns->entries->pdata[i]);
}

static mw_entry *add(mw_dns *dns, const mw_name *name, uint16_t type, uint32_t hash, mw_purpose purpose,
                     const char *why) {
    mw_entry *e = mw_new(dns->arena, mw_entry);
    e->dns = dns;
    e->hash = hash;
    e->purpose = purpose;
    e->why = why;
    e->question.type = type;
    mw_name_folded(name, &e->question.name);
    g_ptr_array_add(dns->entries, e);
    if (dns->entries->len > 2 * dns->n_buckets)
        grow(dns);
    else
        insert(dns, e);
    return e;
}

/* ---- answers ---- */

static int compare_rdata(const void *a, const void *b) {
    const mw_rdata *x = a, *y = b;
    int order = memcmp(x->data, y->data, MIN(x->len, y->len));
    return order ? order : (int)x->len - (int)y->len;
}

/* Most answers are that there is nothing: one of each kind serves all questions. */
static const mw_answer *plain_answer(const mw_answer *from) {
    static const mw_answer nothing[] = {
        [MW_DNS_NODATA] = {.status = MW_DNS_NODATA}, [MW_DNS_NXDOMAIN] = {.status = MW_DNS_NXDOMAIN}};
    bool plain = mw_dns_absent(from->status) && !from->n_records && !from->ttl && !from->canonical.len &&
                 !from->beside_alias && !from->secure && !from->bogus && !from->why_bogus;
    return plain ? &nothing[from->status] : NULL;
}

/* Records are put in order: an answer reads the same however a server rotates it. */
static const mw_answer *copy_answer(mw_arena *arena, const mw_answer *from) {
    const mw_answer *plain = plain_answer(from);
    if (plain)
        return plain;
    mw_answer *to = mw_memdup(arena, from, sizeof *from);
    mw_rdata *records = mw_new_n(arena, mw_rdata, from->n_records);
    for (size_t i = 0; i < from->n_records; i++) {
        const mw_rdata *r = &from->records[i];
        records[i] = (mw_rdata){mw_memdup(arena, r->data, r->len), r->len};
    }
    if (from->n_records > 1)
        qsort(records, from->n_records, sizeof *records, compare_rdata);
    to->records = records;
    to->why_bogus = mw_strdup(arena, from->why_bogus);
    return to;
}

/* Runs the callbacks of finished entries, one at a time and without the lock. Only one thread does so, and a
 * callback's own completions wait in the queue: no recursion, however long the chain. */
static void run_ready(mw_dns *dns) {
    if (dns->draining)
        return;
    dns->draining = true;
    while (dns->ready) {
        mw_waiting *w = dns->ready;
        dns->ready = w->next;
        if (!dns->ready)
            dns->last_ready = &dns->ready;
        pthread_mutex_unlock(&dns->lock);
        w->then(dns, &w->entry->question.name, w->entry->answer, w->data);
        pthread_mutex_lock(&dns->lock);
    }
    dns->draining = false;
}

static void make_ready(mw_dns *dns, mw_waiting *w) {
    w->next = NULL;
    *dns->last_ready = w;
    dns->last_ready = &w->next;
}

static void finish(mw_entry *entry, const mw_answer *answer) {
    mw_dns *dns = entry->dns;
    entry->answer = answer;
    dns->marked |= answer->secure || answer->bogus || answer->beside_alias;
    for (mw_waiting *w = entry->waiting, *next; w; w = next) {
        next = w->next;
        make_ready(dns, w);
    }
    entry->waiting = NULL;
    pthread_cond_broadcast(&dns->changed);
}

static void finish_empty(mw_entry *entry, mw_dns_status status) {
    mw_answer *answer = mw_new(entry->dns->arena, mw_answer);
    answer->status = status;
    finish(entry, answer);
}

/* Some sources have no word of their own for silence. */
static bool is_silence(const mw_entry *entry, const mw_answer *answer) {
    int64_t limit = entry->dns->source->silence_ms;
    return limit && answer->status == MW_DNS_SERVFAIL && !answer->bogus &&
           now_us() - entry->asked_us >= limit * 1000;
}

/* An address that is none: some sources hand on whatever the server wrote. */
static bool makes_no_sense(const mw_question *question, const mw_answer *answer) {
    size_t len = question->type == MW_TYPE_A ? 4 : question->type == MW_TYPE_AAAA ? 16 : 0;
    for (size_t i = 0; len && i < answer->n_records; i++)
        if (answer->records[i].len != len)
            return true;
    return false;
}

static void answered(mw_question *question, const mw_answer *answer) {
    mw_entry *entry = question->data;
    mw_dns *dns = entry->dns;
    pthread_mutex_lock(&dns->lock);
    if (!entry->answer) {                        /* else it was given up */
        if (dns->source->kind == MW_SOURCE_LIVE) /* nothing else takes time that is told */
            dns->last_us = now_us();
        if (is_silence(entry, answer))
            finish_empty(entry, MW_DNS_TIMEOUT);
        else if (makes_no_sense(question, answer))
            finish_empty(entry, MW_DNS_BADANSWER);
        else
            finish(entry, copy_answer(dns->arena, answer));
        run_ready(dns);
    }
    pthread_mutex_unlock(&dns->lock);
}

/* ---- asking ---- */

static bool within_budget(const mw_dns *dns, mw_purpose purpose) {
    if (dns->source->kind == MW_SOURCE_REPLAY || !dns->limits.queries)
        return true;
    unsigned reserve = purpose == MW_FOR_LIST || purpose == MW_FOR_OTHER ? dns->limits.reserve : 0;
    return dns->sent + reserve < dns->limits.queries;
}

/* The entry of a question, asked now if it is new. Called with the lock, which it gives up while the source
 * is called. */
static mw_entry *ask(mw_dns *dns, const mw_name *name, uint16_t type, mw_purpose purpose, const char *why) {
    mw_name visible;
    if (dns->hidden->len && dns->source->kind == MW_SOURCE_REPLAY) {
        mw_dns_visible(dns, name, &visible);
        name = &visible;
    }
    uint32_t hash = mw_name_hash(name, type);
    mw_entry *entry = find(dns, name, type, hash);
    if (entry)
        return entry;
    entry = add(dns, name, type, hash, purpose, why);
    bool live = dns->source->kind == MW_SOURCE_LIVE;
    entry->asked_us = live ? now_us() : 0; /* nothing else takes time */
    if (!within_budget(dns, purpose)) {
        finish_empty(entry, MW_DNS_BUDGET);
    } else if (live && entry->asked_us >= dns->deadline_us) {
        finish_empty(entry, MW_DNS_TIMEOUT);
    } else {
        if (!dns->sent++)
            dns->first_us = entry->asked_us;
        entry->sent = true;
        entry->question.answered = answered;
        entry->question.data = entry;
        pthread_mutex_unlock(&dns->lock);
        dns->source->ask(dns->source, &entry->question);
        pthread_mutex_lock(&dns->lock);
    }
    return entry;
}

/* Given up for good, so that all checks of this message see the same. */
static void give_up(mw_entry *entry) {
    finish_empty(entry, MW_DNS_TIMEOUT);
    run_ready(entry->dns);
}

static void wait_for(mw_dns *dns, mw_entry *entry) {
    int64_t until = MIN(entry->asked_us + dns->limits.query_ms * 1000, dns->deadline_us);
    struct timespec at = {.tv_sec = until / 1000000, .tv_nsec = until % 1000000 * 1000};
    while (!entry->answer) {
        if (pthread_cond_timedwait(&dns->changed, &dns->lock, &at) == ETIMEDOUT)
            break;
    }
    if (!entry->answer)
        give_up(entry);
}

const mw_answer *mw_dns_query(mw_dns *dns, const mw_name *name, uint16_t type, mw_purpose purpose,
                              const char *why) {
    if (!name->len)
        return &bad_name;
    pthread_mutex_lock(&dns->lock);
    mw_entry *entry = ask(dns, name, type, purpose, why);
    if (!entry->answer)
        wait_for(dns, entry);
    const mw_answer *answer = entry->answer;
    pthread_mutex_unlock(&dns->lock);
    return answer;
}

const mw_answer *mw_dns_known(mw_dns *dns, const mw_name *name, uint16_t type, mw_purpose purpose,
                              const char *why) {
    if (!name->len)
        return &bad_name;
    pthread_mutex_lock(&dns->lock);
    mw_entry *entry = ask(dns, name, type, purpose, why);
    if (!entry->answer)
        give_up(entry);
    const mw_answer *answer = entry->answer;
    pthread_mutex_unlock(&dns->lock);
    return answer;
}

const mw_answer *mw_dns_query_text(mw_dns *dns, const char *text, uint16_t type, mw_purpose purpose,
                                   const char *why) {
    mw_name name;
    if (!mw_name_read(mw_span_of(text), &name))
        return &bad_name;
    return mw_dns_query(dns, &name, type, purpose, why);
}

void mw_dns_prefetch_then(mw_dns *dns, const mw_name *name, uint16_t type, mw_purpose purpose,
                          const char *why, mw_dns_then then, void *data) {
    if (!name->len)
        return;
    pthread_mutex_lock(&dns->lock);
    mw_entry *entry = ask(dns, name, type, purpose, why);
    if (then) {
        mw_waiting *w = mw_new(dns->arena, mw_waiting);
        *w = (mw_waiting){.then = then, .data = data, .entry = entry};
        if (entry->answer) {
            make_ready(dns, w);
            run_ready(dns);
        } else {
            w->next = entry->waiting;
            entry->waiting = w;
        }
    }
    pthread_mutex_unlock(&dns->lock);
}

void mw_dns_prefetch(mw_dns *dns, const mw_name *name, uint16_t type, mw_purpose purpose, const char *why) {
    mw_dns_prefetch_then(dns, name, type, purpose, why, NULL, NULL);
}

void mw_dns_prefetch_text(mw_dns *dns, const char *text, uint16_t type, mw_purpose purpose, const char *why) {
    mw_name name;
    if (mw_name_read(mw_span_of(text), &name))
        mw_dns_prefetch(dns, &name, type, purpose, why);
}

/* ---- life ---- */

mw_dns *mw_dns_new(mw_source *source, const mw_dns_limits *limits) {
    mw_dns *dns = g_new0(mw_dns, 1);
    dns->source = source;
    dns->limits = limits ? *limits : mw_dns_limits_default;
    dns->arena = mw_arena_new();
    dns->n_buckets = FIRST_BUCKETS;
    dns->buckets = g_new0(mw_entry *, dns->n_buckets);
    dns->entries = g_ptr_array_new();
    dns->patterns = g_array_new(FALSE, FALSE, sizeof(mw_pattern));
    dns->hidden = g_ptr_array_new_with_free_func(g_free);
    dns->last_ready = &dns->ready;
    pthread_mutex_init(&dns->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&dns->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    mw_dns_start(dns);
    return dns;
}

void mw_dns_free(mw_dns *dns) {
    if (!dns)
        return;
    mw_source_free(dns->source);
    pthread_cond_destroy(&dns->changed);
    pthread_mutex_destroy(&dns->lock);
    g_ptr_array_unref(dns->hidden);
    g_array_unref(dns->patterns);
    g_ptr_array_unref(dns->entries);
    g_free(dns->buckets);
    mw_arena_free(dns->arena);
    g_free(dns);
}

/* What the limits of the last message kept from being answered. */
static bool given_up(const mw_entry *e) {
    return e->answer && (e->answer->status == MW_DNS_BUDGET || e->answer->status == MW_DNS_TIMEOUT);
}

void mw_dns_start(mw_dns *dns) {
    pthread_mutex_lock(&dns->lock);
    for (guint i = dns->first_entry; i < dns->entries->len; i++) {
        mw_entry *e = dns->entries->pdata[i];
        if (dns->source->kind == MW_SOURCE_LIVE && given_up(e))
            e->stale = true;
    }
    dns->first_entry = dns->entries->len;
    dns->sent = 0;
    dns->marked = false;
    g_array_set_size(dns->patterns, 0);
    dns->first_us = dns->last_us = 0;
    dns->deadline_us = now_us() + dns->limits.run_ms * 1000;
    if (dns->source->below)
        dns->deadline_us = MIN(dns->deadline_us, dns->source->below->deadline_us);
    pthread_mutex_unlock(&dns->lock);
}

int64_t mw_dns_left_ms(mw_dns *dns) {
    pthread_mutex_lock(&dns->lock);
    int64_t left = (dns->deadline_us - now_us()) / 1000;
    pthread_mutex_unlock(&dns->lock);
    return MAX(left, 0);
}

/* ---- what happened ---- */

static int64_t elapsed_us(const mw_dns *dns, bool pending) {
    if (dns->source->kind != MW_SOURCE_LIVE || !dns->sent)
        return 0;
    int64_t end = pending ? MIN(now_us(), dns->deadline_us) : dns->last_us;
    return MAX(end - dns->first_us, 0);
}

mw_dns_stats mw_dns_statistics(mw_dns *dns) {
    mw_dns_stats stats = {.source = dns->source->name};
    const mw_dns_run *run = dns->source->run;
    if (run)
        return (mw_dns_stats){run->source, run->queries, run->unanswered, run->elapsed_ms};
    if (dns->source->kind == MW_SOURCE_NONE)
        return stats;
    pthread_mutex_lock(&dns->lock);
    bool pending = false;
    for (guint i = dns->first_entry; i < dns->entries->len; i++) {
        const mw_entry *e = dns->entries->pdata[i];
        stats.queries += e->sent;
        stats.unanswered += !e->answer || mw_dns_failed(e->answer->status);
        pending |= !e->answer || e->answer->status == MW_DNS_TIMEOUT;
    }
    stats.elapsed_ms = elapsed_us(dns, pending) / 1000;
    pthread_mutex_unlock(&dns->lock);
    return stats;
}

const mw_dns_run *mw_dns_recorded(const mw_dns *dns) {
    return dns->source->run;
}

void mw_dns_hide(mw_dns *dns, const char *label) {
    for (guint i = 0; i < dns->hidden->len; i++) {
        if (g_str_equal(dns->hidden->pdata[i], label))
            return;
    }
    if (dns->source->below)
        mw_dns_hide(dns->source->below, label);
    if (strlen(label) >= MIN_SECRET)
        g_ptr_array_add(dns->hidden, g_strdup(label));
}

void mw_dns_visible(const mw_dns *dns, const mw_name *name, mw_name *out) {
    static const char stand_in[] = "key";
    if (!dns->hidden->len) {
        out->len = name->len;
        memcpy(out->wire, name->wire, name->len);
        return;
    }
    out->len = 0;
    for (unsigned at = 0; at < name->len; at += 1u + name->wire[at]) {
        mw_span label = {(const char *)name->wire + at + 1, name->wire[at]};
        for (guint i = 0; i < dns->hidden->len; i++) {
            if (mw_span_is(label, dns->hidden->pdata[i]))
                label = MW_SPAN(stand_in);
        }
        out->wire[out->len++] = (uint8_t)label.len;
        memcpy(out->wire + out->len, label.data, label.len);
        out->len = (uint8_t)(out->len + label.len);
    }
}

GPtrArray *mw_dns_questions(mw_dns *dns, mw_arena *arena) {
    GPtrArray *list = mw_array_new(arena);
    pthread_mutex_lock(&dns->lock);
    for (guint i = dns->first_entry; i < dns->entries->len; i++) {
        const mw_entry *e = dns->entries->pdata[i];
        mw_asked *asked = mw_new(arena, mw_asked);
        mw_dns_visible(dns, &e->question.name, &asked->name);
        asked->type = e->question.type;
        asked->purpose = e->purpose;
        asked->why = e->why;
        asked->status = e->answer ? e->answer->status : MW_DNS_TIMEOUT;
        if (e->answer) {
            asked->secure = e->answer->secure;
            asked->bogus = e->answer->bogus;
            asked->beside_alias = e->answer->beside_alias;
            asked->why_bogus = e->answer->why_bogus;
        }
        g_ptr_array_add(list, asked);
    }
    pthread_mutex_unlock(&dns->lock);
    return list;
}

bool mw_dns_marked(mw_dns *dns) {
    pthread_mutex_lock(&dns->lock);
    bool marked = dns->marked;
    pthread_mutex_unlock(&dns->lock);
    return marked;
}

void mw_dns_pattern(mw_dns *dns, const char *why, const char *pattern, mw_purpose purpose) {
    mw_pattern row = {.why = why, .pattern = pattern, .purpose = purpose};
    if (dns->source->kind != MW_SOURCE_NONE) /* where questions are answered nobody asks what they may be */
        return;
    for (guint i = 0; i < dns->patterns->len; i++) {
        const mw_pattern *have = &g_array_index(dns->patterns, mw_pattern, i);
        bool same = have->why == why && have->pattern == pattern; /* constants, as a rule */
        if (same || (g_str_equal(have->why, why) && g_str_equal(have->pattern, pattern)))
            return;
    }
    g_array_append_val(dns->patterns, row);
}

GPtrArray *mw_dns_patterns(mw_dns *dns, mw_arena *arena) {
    GPtrArray *list = mw_array_new(arena);
    for (guint i = 0; i < dns->patterns->len; i++)
        g_ptr_array_add(list,
                        mw_memdup(arena, &g_array_index(dns->patterns, mw_pattern, i), sizeof(mw_pattern)));
    return list;
}
