#include "dns/cache.h"

#include <pthread.h>

/* A source that answers later, from a thread of its own, and counts what it is asked. */
typedef struct late {
    mw_source source;
    pthread_mutex_t lock;
    GPtrArray *open;
    unsigned asked;
    uint32_t ttl;
    mw_dns_status status;
    size_t size; /* of the record; 0: an address */
} late;

static void ask(mw_source *source, mw_question *question) {
    late *l = (late *)source;
    pthread_mutex_lock(&l->lock);
    l->asked++;
    g_ptr_array_add(l->open, question);
    pthread_mutex_unlock(&l->lock);
}

static void answer_all(late *l) {
    for (;;) {
        pthread_mutex_lock(&l->lock);
        mw_question *q = l->open->len ? g_ptr_array_remove_index(l->open, 0) : NULL;
        pthread_mutex_unlock(&l->lock);
        if (!q)
            return;
        static const uint8_t large[60000];
        mw_rdata one = {l->size ? large : (const uint8_t *)"\300\0\2\1", l->size ? l->size : 4};
        mw_answer answer = {.status = l->status, .ttl = l->ttl, .records = &one};
        answer.n_records = l->status == MW_DNS_OK;
        q->answered(q, &answer);
    }
}

static void free_late(mw_source *source) {
    late *l = (late *)source;
    g_ptr_array_unref(l->open);
    pthread_mutex_destroy(&l->lock);
    g_free(l);
}

static late *late_new(void) {
    late *l = g_new0(late, 1);
    l->source = (mw_source){.kind = MW_SOURCE_LIVE, .name = "late", .ask = ask, .free = free_late};
    l->open = g_ptr_array_new();
    l->ttl = 300;
    pthread_mutex_init(&l->lock, NULL);
    return l;
}

static void prefetch(mw_dns *dns, const char *name) {
    mw_dns_prefetch_text(dns, name, MW_TYPE_A, MW_FOR_AUTH, "test");
}

static mw_dns_status status_of(mw_dns *dns, const char *name) {
    return mw_dns_query_text(dns, name, MW_TYPE_A, MW_FOR_AUTH, "test")->status;
}

static void test_shared(void) {
    late *l = late_new();
    g_autoptr(mw_cache) cache = mw_cache_new(&l->source, 0);
    mw_dns *one = mw_dns_new(mw_cache_view(cache), NULL), *two = mw_dns_new(mw_cache_view(cache), NULL);
    prefetch(one, "shop.example");
    prefetch(two, "SHOP.example");
    g_assert_cmpuint(l->asked, ==, 1);
    g_assert_cmpuint(mw_cache_count(cache).open, ==, 1);
    answer_all(l);
    g_assert_cmpint(status_of(one, "shop.example"), ==, MW_DNS_OK);
    g_assert_cmpint(status_of(two, "shop.example"), ==, MW_DNS_OK);
    g_assert_cmpuint(mw_dns_statistics(two).queries, ==, 1); /* each mail's numbers are its own */
    mw_dns_free(one);
    mw_dns_free(two);
    mw_dns *three = mw_dns_new(mw_cache_view(cache), NULL);
    g_assert_cmpint(status_of(three, "shop.example"), ==, MW_DNS_OK);
    g_assert_cmpuint(l->asked, ==, 1);
    mw_dns_free(three);
}

static void test_ttl(void) {
    late *l = late_new();
    g_autoptr(mw_cache) cache = mw_cache_new(&l->source, 0);
    l->ttl = 0;
    l->status = MW_DNS_NXDOMAIN;
    for (unsigned i = 1; i <= 3; i++) {
        mw_dns *dns = mw_dns_new(mw_cache_view(cache), NULL);
        prefetch(dns, "none.example");
        g_assert_cmpuint(l->asked, ==, i); /* a TTL of 0 is not kept */
        answer_all(l);
        g_assert_cmpint(status_of(dns, "none.example"), ==, MW_DNS_NXDOMAIN);
        mw_dns_free(dns);
    }
}

/* Kept as long as it says, also that there is no such name, and asked anew then. */
static void test_expiry(void) {
    static const mw_dns_status statuses[] = {MW_DNS_OK, MW_DNS_NXDOMAIN};
    for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
        late *l = late_new();
        g_autoptr(mw_cache) cache = mw_cache_new(&l->source, 0);
        l->ttl = 1;
        l->status = statuses[i];
        for (unsigned round = 0; round < 3; round++) {
            if (round == 2)
                g_usleep(1050000);
            mw_dns *dns = mw_dns_new(mw_cache_view(cache), NULL);
            prefetch(dns, "short.example");
            answer_all(l);
            g_assert_cmpint(status_of(dns, "short.example"), ==, statuses[i]);
            g_assert_cmpuint(l->asked, ==, round < 2 ? 1 : 2);
            mw_dns_free(dns);
        }
    }
}

static void test_most(void) {
    late *l = late_new();
    g_autoptr(mw_cache) cache = mw_cache_new(&l->source, 2);
    static const char *const names[] = {"a.example", "b.example", "a.example",
                                        "c.example", "a.example", "b.example"};
    static const unsigned asked[] = {1, 2, 2, 3, 3, 4}; /* b was unused for longest when c came */
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        mw_dns *dns = mw_dns_new(mw_cache_view(cache), NULL);
        prefetch(dns, names[i]);
        answer_all(l);
        g_assert_cmpuint(l->asked, ==, asked[i]);
        mw_dns_free(dns);
    }
}

/* A mail that no longer waits: its engine may go while its question is on its way. */
static void test_gone(void) {
    late *l = late_new();
    g_autoptr(mw_cache) cache = mw_cache_new(&l->source, 0);
    mw_dns *one = mw_dns_new(mw_cache_view(cache), NULL), *two = mw_dns_new(mw_cache_view(cache), NULL);
    prefetch(one, "slow.example");
    prefetch(two, "slow.example");
    prefetch(one, "never.example");
    mw_dns_free(one);
    answer_all(l);
    g_assert_cmpint(status_of(two, "slow.example"), ==, MW_DNS_OK);
    prefetch(two, "left.example");
    mw_dns_free(two);
}

typedef struct crowd {
    mw_cache *cache;
    gint bad;
} crowd;

static void *one_of_many(void *data) {
    crowd *c = data;
    for (int round = 0; round < 40; round++) {
        mw_dns *dns = mw_dns_new(mw_cache_view(c->cache), NULL);
        for (int i = 0; i < 20; i++) {
            g_autofree char *name = g_strdup_printf("h%d.example", (i * 7 + round) % 50);
            prefetch(dns, name);
        }
        for (int i = 0; i < 20; i++) {
            g_autofree char *name = g_strdup_printf("h%d.example", (i * 7 + round) % 50);
            if (status_of(dns, name) != MW_DNS_OK)
                g_atomic_int_inc(&c->bad);
        }
        mw_dns_free(dns);
    }
    return NULL;
}

typedef struct server {
    late *late;
    gint stop;
} server;

static void *serve(void *data) {
    server *s = data;
    while (!g_atomic_int_get(&s->stop)) {
        answer_all(s->late);
        g_usleep(100);
    }
    return NULL;
}

typedef struct chain {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool told;
} chain;

/* Asks on, when the engine has most likely begun to go. */
static void ask_on(mw_dns *dns, const mw_name *name, const mw_answer *answer, void *data) {
    chain *c = data;
    pthread_mutex_lock(&c->lock);
    c->told = true;
    pthread_cond_signal(&c->changed);
    pthread_mutex_unlock(&c->lock);
    g_usleep(20000);
    prefetch(dns, "second.example");
}

static void *answer_first(void *data) {
    answer_all(data);
    return NULL;
}

/* What is asked while the engine goes has nobody to tell either. */
static void test_gone_asking(void) {
    late *l = late_new();
    g_autoptr(mw_cache) cache = mw_cache_new(&l->source, 0);
    mw_dns *dns = mw_dns_new(mw_cache_view(cache), NULL);
    chain c = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    mw_name first;
    g_assert_true(mw_name_read(MW_SPAN("first.example"), &first));
    mw_dns_prefetch_then(dns, &first, MW_TYPE_A, MW_FOR_AUTH, "test", ask_on, &c);
    late held = *l; /* the second question is answered when the engine has gone */
    l->open = g_ptr_array_new();
    pthread_t thread;
    g_assert_cmpint(pthread_create(&thread, NULL, answer_first, &held), ==, 0);
    pthread_mutex_lock(&c.lock);
    while (!c.told)
        pthread_cond_wait(&c.changed, &c.lock);
    pthread_mutex_unlock(&c.lock);
    mw_dns_free(dns);
    pthread_join(thread, NULL);
    g_ptr_array_unref(held.open);
    g_assert_cmpuint(l->open->len, ==, 1);
    answer_all(l);
    g_assert_cmpuint(mw_cache_count(cache).open, ==, 0);
}

static void test_threads(void) {
    late *l = late_new();
    g_autoptr(mw_cache) cache = mw_cache_new(&l->source, 30);
    crowd c = {cache, 0};
    server s = {l, 0};
    pthread_t threads[4], serving;
    g_assert_cmpint(pthread_create(&serving, NULL, serve, &s), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        g_assert_cmpint(pthread_create(&threads[i], NULL, one_of_many, &c), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        pthread_join(threads[i], NULL);
    g_atomic_int_set(&s.stop, 1);
    pthread_join(serving, NULL);
    g_assert_cmpint(c.bad, ==, 0);
    g_assert_cmpuint(l->asked, <, 4 * 40 * 20);
}

/* Who owns names may give large answers: those longest unused make room, by octets as by number. */
static void test_large(void) {
    late *l = late_new();
    l->size = 60000;
    g_autoptr(mw_cache) cache = mw_cache_new(&l->source, 0);
    mw_dns_limits none = {.query_ms = 600000, .run_ms = 600000};
    for (int pass = 0; pass < 2; pass++) {
        mw_dns *dns = mw_dns_new(mw_cache_view(cache), &none);
        for (int i = 0; i < 2000; i++) {
            g_autofree char *name = g_strdup_printf("n%d.example", i);
            mw_dns_prefetch_text(dns, name, MW_TYPE_TXT, MW_FOR_AUTH, "test");
            answer_all(l);
        }
        mw_dns_free(dns);
    }
    g_assert_cmpuint(l->asked, ==, 4000); /* 120 MB were not kept */
    mw_dns *dns = mw_dns_new(mw_cache_view(cache), &none);
    mw_dns_prefetch_text(dns, "n1999.example", MW_TYPE_TXT, MW_FOR_AUTH, "test");
    g_assert_cmpuint(l->asked, ==, 4000); /* the last ones were */
    mw_dns_free(dns);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cache/shared", test_shared);
    g_test_add_func("/cache/ttl", test_ttl);
    g_test_add_func("/cache/expiry", test_expiry);
    g_test_add_func("/cache/most", test_most);
    g_test_add_func("/cache/gone", test_gone);
    g_test_add_func("/cache/gone-asking", test_gone_asking);
    g_test_add_func("/cache/threads", test_threads);
    g_test_add_func("/dns/cache/large", test_large);
    return g_test_run();
}
