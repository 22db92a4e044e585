#include "dns/source.h"

#include <pthread.h>

/* A source that answers in a thread of its own: what has an l as its first letter after late_ms, "silent"
 * never, all else at once; with SERVFAIL where f is the second letter. */
typedef struct slow {
    mw_source source;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    GPtrArray *queue;
    GHashTable *asked; /* name text -> times */
    unsigned late_ms;  /* 20 */
    bool stop;
} slow;

static void answer_one(mw_question *question) {
    static const mw_rdata records[] = {{(const uint8_t *)"\2zz", 3}, {(const uint8_t *)"\2aa", 3}};
    mw_answer answer = {.status = MW_DNS_OK, .records = records, .n_records = 2, .ttl = 60};
    static const mw_answer failed = {.status = MW_DNS_SERVFAIL};
    question->answered(question, question->name.wire[2] == 'f' ? &failed : &answer);
}

static void *run_slow(void *data) {
    slow *s = data;
    pthread_mutex_lock(&s->lock);
    while (!s->stop) {
        if (!s->queue->len) {
            pthread_cond_wait(&s->changed, &s->lock);
            continue;
        }
        mw_question *question = g_ptr_array_steal_index(s->queue, 0);
        pthread_mutex_unlock(&s->lock);
        if (question->name.wire[1] == 'l')
            g_usleep(s->late_ms * 1000);
        answer_one(question);
        pthread_mutex_lock(&s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static void ask_slow(mw_source *source, mw_question *question) {
    slow *s = (slow *)source;
    g_autoptr(mw_arena) arena = mw_arena_new();
    char *text = mw_name_text(arena, &question->name);
    pthread_mutex_lock(&s->lock);
    g_hash_table_insert(s->asked, g_strdup(text),
                        GUINT_TO_POINTER(GPOINTER_TO_UINT(g_hash_table_lookup(s->asked, text)) + 1));
    if (!g_str_has_prefix(text, "silent"))
        g_ptr_array_add(s->queue, question);
    pthread_cond_signal(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

static void free_slow(mw_source *source) {
    slow *s = (slow *)source;
    pthread_mutex_lock(&s->lock);
    s->stop = true;
    pthread_cond_signal(&s->changed);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    g_ptr_array_unref(s->queue);
    g_hash_table_unref(s->asked);
    g_free(s);
}

static slow *new_slow(void) {
    slow *s = g_new0(slow, 1);
    s->source = (mw_source){.kind = MW_SOURCE_LIVE, .name = "slow", .ask = ask_slow, .free = free_slow};
    s->late_ms = 20;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    s->queue = g_ptr_array_new();
    s->asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    pthread_create(&s->thread, NULL, run_slow, s);
    return s;
}

static mw_dns_status status(mw_dns *dns, const char *name, mw_purpose purpose) {
    return mw_dns_query_text(dns, name, MW_TYPE_TXT, purpose, "test")->status;
}

static unsigned times(slow *s, const char *name) {
    pthread_mutex_lock(&s->lock);
    unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(s->asked, name));
    pthread_mutex_unlock(&s->lock);
    return n;
}

static void test_single_flight(void) {
    slow *s = new_slow();
    g_autoptr(mw_dns) dns = mw_dns_new(&s->source, NULL);
    for (int i = 0; i < 5; i++)
        mw_dns_prefetch_text(dns, i % 2 ? "late.test" : "LATE.test.", MW_TYPE_TXT, MW_FOR_AUTH, "test");
    const mw_answer *answer = mw_dns_query_text(dns, "Late.Test", MW_TYPE_TXT, MW_FOR_AUTH, "test");
    g_assert_cmpint(answer->status, ==, MW_DNS_OK);
    g_assert_cmpmem(answer->records[0].data, 3, "\2aa", 3); /* in order */
    g_assert_cmpuint(times(s, "late.test"), ==, 1);
    g_assert_cmpint(status(dns, "a..b", MW_FOR_AUTH), ==, MW_DNS_BADNAME);
    mw_dns_stats stats = mw_dns_statistics(dns);
    g_assert_cmpuint(stats.queries, ==, 1);
    g_assert_cmpuint(stats.unanswered, ==, 0);
    g_assert_cmpint(stats.elapsed_ms, >=, 19);
}

static void test_limits(void) {
    slow *s = new_slow();
    mw_dns_limits limits = {.queries = 6, .reserve = 3, .query_ms = 500, .run_ms = 60000};
    g_autoptr(mw_dns) dns = mw_dns_new(&s->source, &limits);
    for (int i = 0; i < 5; i++) {
        g_autofree char *list = g_strdup_printf("%d.list.test", i);
        g_assert_cmpint(status(dns, list, MW_FOR_LIST), ==, i < 3 ? MW_DNS_OK : MW_DNS_BUDGET);
    }
    g_assert_cmpint(status(dns, "silent.test", MW_FOR_AUTH), ==, MW_DNS_TIMEOUT);
    g_assert_cmpint(status(dns, "silent.test", MW_FOR_AUTH), ==, MW_DNS_TIMEOUT);
    g_assert_cmpuint(times(s, "silent.test"), ==, 1);
    g_assert_cmpint(status(dns, "a.test", MW_FOR_AUTH), ==, MW_DNS_OK);
    g_assert_cmpint(status(dns, "b.test", MW_FOR_PTR), ==, MW_DNS_OK);
    g_assert_cmpint(status(dns, "c.test", MW_FOR_PTR), ==, MW_DNS_BUDGET);
    mw_dns_stats stats = mw_dns_statistics(dns);
    g_assert_cmpuint(stats.queries, ==, 6);
    g_assert_cmpuint(stats.unanswered, ==, 4);
    mw_dns_start(dns);
    g_assert_cmpint(status(dns, "c.test", MW_FOR_PTR), ==, MW_DNS_OK);
    g_assert_cmpint(status(dns, "a.test", MW_FOR_PTR), ==, MW_DNS_OK);
    g_assert_cmpuint(times(s, "a.test"), ==, 1);
    g_assert_cmpuint(mw_dns_statistics(dns).queries, ==, 1);
}

static void test_deadline(void) {
    slow *s = new_slow();
    mw_dns_limits limits = {.queries = 100, .query_ms = 5000, .run_ms = 500};
    g_autoptr(mw_dns) dns = mw_dns_new(&s->source, &limits);
    g_assert_cmpint(status(dns, "known.test", MW_FOR_AUTH), ==, MW_DNS_OK);
    unsigned asked = 0;
    for (int i = 0; i < 20; i++) {
        g_autofree char *name = g_strdup_printf("silent%d.test", i);
        g_assert_cmpint(status(dns, name, MW_FOR_AUTH), ==, MW_DNS_TIMEOUT);
        asked += times(s, name);
    }
    g_assert_cmpuint(asked, <=, 1); /* the first one used all the time up */
    g_assert_cmpint(status(dns, "known.test", MW_FOR_AUTH), ==, MW_DNS_OK);
}

static void test_silence(void) {
    slow *s = new_slow();
    s->source.silence_ms = 1000;
    s->late_ms = 1100;
    g_autoptr(mw_dns) dns = mw_dns_new(&s->source, NULL);
    g_assert_cmpint(status(dns, "afail.test", MW_FOR_AUTH), ==, MW_DNS_SERVFAIL);
    g_assert_cmpint(status(dns, "lfail.test", MW_FOR_AUTH), ==, MW_DNS_TIMEOUT);
    g_assert_cmpint(status(dns, "late.test", MW_FOR_AUTH), ==, MW_DNS_OK);
}

typedef struct chain {
    int left;
    mw_dns_status last;
} chain;

static void follow(mw_dns *dns, const mw_name *name, const mw_answer *answer, void *data) {
    chain *c = data;
    c->last = answer->status;
    mw_name next;
    if (c->left-- > 0 && mw_name_prefix(MW_SPAN("n"), name, &next))
        mw_dns_prefetch_then(dns, &next, MW_TYPE_TXT, MW_FOR_AUTH, "test", follow, c);
    else
        mw_dns_prefetch_text(dns, "end.test", MW_TYPE_TXT, MW_FOR_AUTH, "test");
}

static void test_then(void) {
    slow *s = new_slow();
    g_autoptr(mw_dns) dns = mw_dns_new(&s->source, NULL);
    chain c = {.left = 50};
    mw_name name;
    g_assert_true(mw_name_read(MW_SPAN("test"), &name));
    mw_dns_prefetch_then(dns, &name, MW_TYPE_TXT, MW_FOR_AUTH, "test", follow, &c);
    for (int i = 0; i < 50; i++)
        g_assert_true(mw_name_prefix(MW_SPAN("n"), &name, &name));
    while (!times(s, "end.test"))
        g_usleep(1000);
    g_assert_cmpint(c.left, ==, -1);
    g_assert_cmpint(mw_dns_query(dns, &name, MW_TYPE_TXT, MW_FOR_AUTH, "test")->status, ==, MW_DNS_OK);
    g_assert_cmpuint(mw_dns_statistics(dns).queries, ==, 52);
}

static void test_then_at_once(void) {
    g_autoptr(GError) error = NULL;
    mw_source *source = mw_source_zone_bytes(MW_SPAN("*.test. TXT \"x\"\ntest. TXT \"x\"\n"), "w", &error);
    g_assert_no_error(error);
    g_autoptr(mw_dns) dns = mw_dns_new(source, NULL);
    chain c = {.left = 100};
    mw_name name;
    g_assert_true(mw_name_read(MW_SPAN("test"), &name));
    mw_dns_prefetch_then(dns, &name, MW_TYPE_TXT, MW_FOR_AUTH, "test", follow, &c);
    g_assert_cmpint(c.left, ==, -1);
    g_assert_cmpint(c.last, ==, MW_DNS_OK);
}

static void test_stacked(void) {
    slow *s = new_slow();
    g_autoptr(mw_dns) dns = mw_dns_new(&s->source, NULL);
    g_assert_cmpint(status(dns, "a.test", MW_FOR_AUTH), ==, MW_DNS_OK);
    {
        g_autoptr(mw_dns) upper = mw_dns_new(mw_source_engine(dns), NULL);
        g_assert_cmpint(status(upper, "a.test", MW_FOR_AUTH), ==, MW_DNS_OK);
        g_assert_cmpint(status(upper, "late.test", MW_FOR_AUTH), ==, MW_DNS_OK);
        mw_dns_prefetch_text(upper, "late2.test", MW_TYPE_TXT, MW_FOR_AUTH, "test");
        mw_dns_prefetch_text(upper, "silent.test", MW_TYPE_TXT, MW_FOR_AUTH, "test");
    }
    g_assert_cmpuint(times(s, "a.test"), ==, 1);
    g_assert_cmpint(status(dns, "late2.test", MW_FOR_AUTH), ==, MW_DNS_OK);
}

static void test_none(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_dns) dns = mw_dns_new(mw_source_none(), NULL);
    mw_dns_hide(dns, "SecretKey");
    mw_dns_prefetch_text(dns, "2.0.0.127.secretkey.zen.test", MW_TYPE_A, MW_FOR_LIST, "a list");
    g_assert_cmpint(status(dns, "a.test", MW_FOR_AUTH), ==, MW_DNS_NOTRECORDED);
    GPtrArray *questions = mw_dns_questions(dns, arena);
    g_assert_cmpuint(questions->len, ==, 2);
    const mw_asked *first = questions->pdata[0];
    g_assert_cmpstr(mw_name_text(arena, &first->name), ==, "2.0.0.127.key.zen.test");
    mw_dns_pattern(dns, "DMARC record", "_dmarc.PARENT", MW_FOR_AUTH);
    mw_dns_pattern(dns, "DMARC record", "_dmarc.PARENT", MW_FOR_AUTH);
    g_assert_cmpuint(mw_dns_patterns(dns, arena)->len, ==, 1);
    g_assert_cmpuint(mw_dns_statistics(dns).queries, ==, 0);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dns/engine/single-flight", test_single_flight);
    g_test_add_func("/dns/engine/limits", test_limits);
    g_test_add_func("/dns/engine/deadline", test_deadline);
    g_test_add_func("/dns/engine/silence", test_silence);
    g_test_add_func("/dns/engine/then", test_then);
    g_test_add_func("/dns/engine/then-at-once", test_then_at_once);
    g_test_add_func("/dns/engine/stacked", test_stacked);
    g_test_add_func("/dns/engine/none", test_none);
    return g_test_run();
}
