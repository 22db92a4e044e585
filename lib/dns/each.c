/* Single name servers: a question whose name begins with a server's address and "_at" is put to that server.
 */
#include "dns/each.h"
#include "base/ip.h"

#include <pthread.h>

enum { MAX_SERVERS = 16 };

static const char mark[] = "_at";

typedef struct each {
    mw_source source;
    mw_source *rest;
    pthread_mutex_t lock;
    GHashTable *servers; /* address -> mw_source *, or NULL where it could not be had */
    GPtrArray *passed;   /* of passed *, also those that are never answered */
} each;

typedef struct passed {
    mw_question question, *asked;
} passed;

bool mw_dns_at(const char *server, const mw_name *name, mw_name *out) {
    mw_name below;
    size_t n = strlen(server);
    if (n == 0 || n > 63 || !mw_name_prefix(mw_span_of(mark), name, &below) ||
        n + 1 + below.len > sizeof out->wire)
        return false;
    out->wire[0] = (uint8_t)n;
    memcpy(out->wire + 1, server, n);
    memcpy(out->wire + 1 + n, below.wire, below.len);
    out->len = (uint8_t)(n + 1 + below.len);
    return true;
}

/* The server's address, as it stands in the first label; NULL: the name is an ordinary one. */
static char *server_of(const mw_name *name) {
    size_t n = name->len ? name->wire[0] : 0;
    const uint8_t *next = name->wire + 1 + n;
    mw_ip ip;
    if (n == 0 || n + strlen(mark) + 3 > name->len || next[0] != strlen(mark) ||
        memcmp(next + 1, mark, next[0]) != 0)
        return NULL;
    char *text = g_strndup((const char *)name->wire + 1, n);
    mw_span address = mw_span_of(text);
    if (mw_ip_parse(mw_span_cut(&address, '@'), &ip))
        return text;
    g_free(text);
    return NULL;
}

static mw_source *source_of(each *e, char *server) {
    gpointer known = NULL;
    if (g_hash_table_lookup_extended(e->servers, server, NULL, &known)) {
        g_free(server);
        return known;
    }
    const char *one[] = {server, NULL};
    mw_source *source = g_hash_table_size(e->servers) < MAX_SERVERS
                            ? mw_source_unbound(&(mw_unbound_options){.servers = one}, NULL)
                            : NULL;
    g_hash_table_insert(e->servers, server, source);
    return source;
}

static void on_answer(mw_question *question, const mw_answer *answer) {
    passed *p = (passed *)question;
    p->asked->answered(p->asked, answer);
}

static void ask(mw_source *source, mw_question *question) {
    each *e = (each *)source;
    char *server = server_of(&question->name);
    if (!server) {
        e->rest->ask(e->rest, question);
        return;
    }
    passed *p = g_new0(passed, 1);
    p->asked = question;
    p->question = (mw_question){.type = question->type, .answered = on_answer};
    mw_name_parent(&question->name, 2, &p->question.name);
    pthread_mutex_lock(&e->lock);
    g_ptr_array_add(e->passed, p);
    mw_source *one = source_of(e, server);
    pthread_mutex_unlock(&e->lock);
    if (one)
        one->ask(one, &p->question);
    else
        question->answered(question, &(mw_answer){.status = MW_DNS_NETERR});
}

static void free_one(gpointer source) {
    if (source)
        mw_source_free(source);
}

static void free_each(mw_source *source) {
    each *e = (each *)source;
    g_hash_table_unref(e->servers);
    mw_source_free(e->rest);
    g_ptr_array_unref(e->passed);
    pthread_mutex_destroy(&e->lock);
    g_free(e);
}

mw_source *mw_source_each(mw_source *rest) {
    each *e = g_new0(each, 1);
    e->source = *rest;
    e->source.ask = ask;
    e->source.free = free_each;
    e->rest = rest;
    e->servers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_one);
    e->passed = g_ptr_array_new_with_free_func(g_free);
    pthread_mutex_init(&e->lock, NULL);
    return &e->source;
}
