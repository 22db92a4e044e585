/* A world out of a master file: the whole one, or what was recorded. */
#include "dns/dname.h"
#include "dns/master.h"
#include "dns/rrsets.h"

#include "base/file.h"
#include "base/limits.h"

#include <pthread.h>

typedef struct marked_set {
    mw_rrset rrset;
    const mw_mark *mark;
} marked_set;

/* A question that was asked before, by any mail, and its answer: most are the same for all mails. */
enum { KNOWN_BUCKETS = 1024, MOST_KNOWN = 2048 };
typedef struct known {
    struct known *next;
    uint32_t hash;
    mw_question question;
    mw_answer answer;
} known;

typedef struct snapshot {
    mw_source source;
    known *known[KNOWN_BUCKETS]; /* read by all threads; they only grow */
    guint n_known;
    pthread_mutex_t growing; /* over their growth, and over the arena from then on */
    mw_arena *arena;
    mw_rrsets *sets; /* of marked_set */
    bool marked;     /* also of names that don't exist */
} snapshot;

static void add_record(snapshot *s, const mw_record *record) {
    mw_rrset *set = mw_rrsets_get(s->sets, &record->owner, record->type);
    mw_rrsets_set_exists(s->sets, &record->owner);
    mw_rrset_add(s->sets, set, record->rdata, record->ttl);
}

static void add_mark(snapshot *s, const mw_mark *mark) {
    marked_set *set = mw_rrsets_get(s->sets, &mark->owner, mark->type);
    if (mark->status != MW_DNS_NXDOMAIN)
        mw_rrsets_set_exists(s->sets, &mark->owner);
    set->mark = mark;
    s->marked = true;
}

/* RFC 4592: the wildcard below the closest name that exists. False when that can be no name. */
static bool find_wildcard(const snapshot *s, const mw_name *name, mw_name *star) {
    mw_name up;
    while (name->len > 1 && mw_rrsets_has_wildcard(s->sets)) {
        mw_name_parent(name, 1, &up);
        if (mw_rrsets_exists(s->sets, &up))
            return mw_name_prefix(MW_SPAN("*"), &up, star);
        name = &up;
    }
    return false;
}

static bool fill(const marked_set *set, mw_answer *answer) {
    const mw_mark *mark = set ? set->mark : NULL;
    if (mark) {
        answer->secure = mark->secure;
        answer->bogus = mark->bogus;
        answer->why_bogus = mark->why;
        answer->beside_alias = mark->beside_alias;
    }
    if (mark && mark->status != MW_DNS_OK) {
        answer->status = mark->status;
        answer->ttl = mark->ttl;
        if (mark->canonical.len)
            answer->canonical = mark->canonical;
        return true;
    }
    if (!set || !set->rrset.records->len)
        return false;
    answer->status = MW_DNS_OK;
    answer->records = (const mw_rdata *)(void *)set->rrset.records->data;
    answer->n_records = set->rrset.records->len;
    answer->ttl = MIN(answer->ttl, set->rrset.ttl);
    return true;
}

static bool has_alias(const snapshot *s, const mw_name *name) {
    const mw_rrset *alias = mw_rrsets_find(s->sets, name, MW_TYPE_CNAME);
    return alias && alias->records->len;
}

static const marked_set *find(const snapshot *s, const mw_name *name, uint16_t type, bool *exists) {
    *exists = mw_rrsets_exists(s->sets, name);
    return *exists || s->marked ? mw_rrsets_find(s->sets, name, type) : NULL;
}

static void look_up(const snapshot *s, const mw_question *question, mw_answer *answer) {
    const mw_name *name = &question->name;
    bool world = s->source.kind == MW_SOURCE_ZONE;
    *answer = (mw_answer){.ttl = UINT32_MAX};
    for (unsigned hop = 0; hop <= MW_MAX_CNAMES; hop++) {
        bool exists;
        const marked_set *set = find(s, name, question->type, &exists);
        mw_name star;
        if (world && mw_dname_rewrite(s->sets, name, &star)) {
            answer->canonical = star;
            name = &answer->canonical;
            continue;
        }
        if (world && !exists && !set && find_wildcard(s, name, &star)) {
            name = &star;
            set = find(s, name, question->type, &exists);
        }
        if (fill(set, answer)) {
            answer->beside_alias |= world && question->type != MW_TYPE_CNAME && has_alias(s, name);
            return;
        }
        const mw_rrset *alias = exists ? mw_rrsets_find(s->sets, name, MW_TYPE_CNAME) : NULL;
        if (!alias || !alias->records->len ||
            !mw_rdata_name(&g_array_index(alias->records, mw_rdata, 0), &answer->canonical)) {
            answer->status = !world ? MW_DNS_NOTRECORDED : exists ? MW_DNS_NODATA : MW_DNS_NXDOMAIN;
            answer->ttl = 0;
            return;
        }
        answer->ttl = MIN(answer->ttl, alias->ttl);
        name = &answer->canonical;
    }
    *answer = (mw_answer){.status = MW_DNS_SERVFAIL}; /* a loop, as a resolver sees it */
}

static const mw_answer *find_known(const snapshot *s, const mw_question *question, uint32_t hash) {
    for (const known *k = __atomic_load_n(&s->known[hash % KNOWN_BUCKETS], __ATOMIC_ACQUIRE); k; k = k->next)
        if (k->hash == hash && k->question.type == question->type &&
            mw_name_equal(&k->question.name, &question->name))
            return &k->answer;
    return NULL;
}

static void keep_known(snapshot *s, const mw_question *question, uint32_t hash, const mw_answer *answer) {
    known **bucket = &s->known[hash % KNOWN_BUCKETS];
    pthread_mutex_lock(&s->growing);
    if (s->n_known < MOST_KNOWN && !find_known(s, question, hash)) {
        known *k = mw_new(s->arena, known);
        k->next = *bucket;
        k->hash = hash;
        k->question.name = question->name;
        k->question.type = question->type;
        k->answer = *answer;
        __atomic_store_n(bucket, k, __ATOMIC_RELEASE);
        s->n_known++;
    }
    pthread_mutex_unlock(&s->growing);
}

static void ask(mw_source *source, mw_question *question) {
    snapshot *s = (snapshot *)source;
    uint32_t hash = mw_name_hash(&question->name, question->type);
    const mw_answer *before = find_known(s, question, hash);
    mw_answer answer;
    if (!before) {
        look_up(s, question, &answer);
        keep_known(s, question, hash, &answer);
    }
    question->answered(question, before ? before : &answer);
}

static void free_snapshot(mw_source *source) {
    snapshot *s = (snapshot *)source;
    pthread_mutex_destroy(&s->growing);
    mw_arena_free(s->arena);
    g_free(s);
}

static mw_source *open_bytes(mw_source_kind kind, mw_span bytes, const char *file, GError **error) {
    mw_arena *arena = mw_arena_new();
    const mw_master *master = mw_master_read(arena, bytes, file, error);
    if (!master) {
        mw_arena_free(arena);
        return NULL;
    }
    snapshot *s = g_new0(snapshot, 1);
    const char *what = kind == MW_SOURCE_ZONE ? "zone file" : "recording";
    g_autofree char *base = g_path_get_basename(file);
    s->source = (mw_source){.kind = kind,
                            .name = mw_printf(arena, "%s %s", what, base),
                            .run = kind == MW_SOURCE_REPLAY ? master->run : NULL,
                            .ask = ask,
                            .free = free_snapshot};
    s->arena = arena;
    pthread_mutex_init(&s->growing, NULL);
    s->sets = mw_rrsets_new(arena, sizeof(marked_set));
    for (guint i = 0; i < master->records->len; i++)
        add_record(s, master->records->pdata[i]);
    for (guint i = 0; i < master->marks->len; i++)
        add_mark(s, master->marks->pdata[i]);
    return &s->source;
}

static mw_source *open_file(mw_source_kind kind, const char *file, GError **error) {
    g_autofree char *text = NULL;
    gsize len;
    if (!(text = mw_file_read(file, MW_MAX_ZONE, &len, error)))
        return NULL;
    return open_bytes(kind, (mw_span){text, len}, file, error);
}

mw_source *mw_source_zone(const char *file, GError **error) {
    return open_file(MW_SOURCE_ZONE, file, error);
}

mw_source *mw_source_zone_bytes(mw_span bytes, const char *file, GError **error) {
    return open_bytes(MW_SOURCE_ZONE, bytes, file, error);
}

mw_source *mw_source_replay(const char *file, GError **error) {
    return open_file(MW_SOURCE_REPLAY, file, error);
}

mw_source *mw_source_replay_bytes(mw_span bytes, const char *file, GError **error) {
    return open_bytes(MW_SOURCE_REPLAY, bytes, file, error);
}
