/* A world out of a master file: the whole one, or what was recorded. */
#include "dns/master.h"

#include "base/limits.h"

#include <string.h>

typedef struct rrset {
    struct rrset *next;
    uint16_t type;
    uint32_t ttl;
    GArray *records; /* of mw_rdata */
    const mw_mark *mark;
} rrset;

typedef struct node {
    mw_name name;
    bool exists; /* in the DNS: it or something below it has records */
    rrset *sets;
} node;

typedef struct snapshot {
    mw_source source;
    mw_arena *arena;
    GHashTable *nodes; /* mw_name * -> node * */
} snapshot;

static guint hash_name(gconstpointer key) {
    const mw_name *name = key;
    guint h = 5381;
    for (unsigned i = 0; i < name->len; i++)
        h = h * 33 + (guint)g_ascii_tolower((char)name->wire[i]);
    return h;
}

static gboolean same_name(gconstpointer a, gconstpointer b) {
    return mw_name_equal(a, b);
}

static node *get_node(snapshot *s, const mw_name *name) {
    node *n = g_hash_table_lookup(s->nodes, name);
    if (n)
        return n;
    n = mw_new(s->arena, node);
    n->name = *name;
    g_hash_table_insert(s->nodes, &n->name, n);
    return n;
}

static rrset *find_set(const node *n, uint16_t type) {
    for (rrset *set = n ? n->sets : NULL; set; set = set->next) {
        if (set->type == type)
            return set;
    }
    return NULL;
}

static rrset *get_set(snapshot *s, node *n, uint16_t type) {
    rrset *set = find_set(n, type);
    if (set)
        return set;
    set = mw_new(s->arena, rrset);
    *set = (rrset){.next = n->sets, .type = type, .records = g_array_new(FALSE, FALSE, sizeof(mw_rdata))};
    mw_arena_own(s->arena, set->records, (GDestroyNotify)g_array_unref);
    n->sets = set;
    return set;
}

/* The name and all above it, which makes empty non-terminals. */
static void set_exists(snapshot *s, node *n) {
    mw_name name = n->name;
    while (!n->exists) {
        n->exists = true;
        if (name.len < 2)
            return;
        mw_name_parent(&name, 1, &name);
        n = get_node(s, &name);
    }
}

static void add_record(snapshot *s, const mw_record *record) {
    node *n = get_node(s, &record->owner);
    set_exists(s, n);
    rrset *set = get_set(s, n, record->type);
    for (guint i = 0; i < set->records->len; i++) {
        const mw_rdata *have = &g_array_index(set->records, mw_rdata, i);
        if (have->len == record->rdata.len && memcmp(have->data, record->rdata.data, have->len) == 0)
            return;
    }
    set->ttl = set->records->len ? MIN(set->ttl, record->ttl) : record->ttl;
    g_array_append_val(set->records, record->rdata);
}

static void add_mark(snapshot *s, const mw_mark *mark) {
    node *n = get_node(s, &mark->owner);
    if (mark->status != MW_DNS_NXDOMAIN)
        set_exists(s, n);
    get_set(s, n, mark->type)->mark = mark;
}

/* RFC 4592: the wildcard below the closest name that exists. */
static const node *find_wildcard(const snapshot *s, const mw_name *name) {
    mw_name up = *name;
    while (up.len > 1) {
        mw_name_parent(&up, 1, &up);
        const node *encloser = g_hash_table_lookup(s->nodes, &up);
        if (!encloser || !encloser->exists)
            continue;
        mw_name star;
        return mw_name_prefix(MW_SPAN("*"), &up, &star) ? g_hash_table_lookup(s->nodes, &star) : NULL;
    }
    return NULL;
}

static bool fill(const rrset *set, mw_answer *answer) {
    const mw_mark *mark = set ? set->mark : NULL;
    if (mark) {
        answer->secure = mark->secure;
        answer->bogus = mark->bogus;
        answer->why_bogus = mark->why;
    }
    if (mark && mark->status != MW_DNS_OK) {
        answer->status = mark->status;
        answer->ttl = mark->ttl;
        if (mark->canonical.len)
            answer->canonical = mark->canonical;
        return true;
    }
    if (!set || !set->records->len)
        return false;
    answer->status = MW_DNS_OK;
    answer->records = (const mw_rdata *)(void *)set->records->data;
    answer->n_records = set->records->len;
    answer->ttl = MIN(answer->ttl, set->ttl);
    return true;
}

static void look_up(const snapshot *s, const mw_question *question, mw_answer *answer) {
    const mw_name *name = &question->name;
    bool world = s->source.kind == MW_SOURCE_ZONE;
    *answer = (mw_answer){.ttl = UINT32_MAX};
    for (unsigned hop = 0; hop <= MW_MAX_CNAMES; hop++) {
        const node *n = g_hash_table_lookup(s->nodes, name);
        if (world && (!n || (!n->exists && !find_set(n, question->type))))
            n = find_wildcard(s, name);
        if (fill(find_set(n, question->type), answer))
            return;
        const rrset *alias = find_set(n, MW_TYPE_CNAME);
        if (!alias || !alias->records->len ||
            !mw_rdata_name(&g_array_index(alias->records, mw_rdata, 0), &answer->canonical)) {
            answer->status = !world ? MW_DNS_NOTRECORDED : n && n->exists ? MW_DNS_NODATA : MW_DNS_NXDOMAIN;
            answer->ttl = 0;
            return;
        }
        answer->ttl = MIN(answer->ttl, alias->ttl);
        name = &answer->canonical;
    }
    *answer = (mw_answer){.status = MW_DNS_SERVFAIL}; /* a loop, as a resolver sees it */
}

static void ask(mw_source *source, mw_question *question) {
    mw_answer answer;
    look_up((snapshot *)source, question, &answer);
    question->answered(question, &answer);
}

static void free_snapshot(mw_source *source) {
    snapshot *s = (snapshot *)source;
    g_hash_table_unref(s->nodes);
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
    s->nodes = g_hash_table_new(hash_name, same_name);
    for (guint i = 0; i < master->records->len; i++)
        add_record(s, master->records->pdata[i]);
    for (guint i = 0; i < master->marks->len; i++)
        add_mark(s, master->marks->pdata[i]);
    return &s->source;
}

static mw_source *open_file(mw_source_kind kind, const char *file, GError **error) {
    g_autofree char *text = NULL;
    gsize len;
    g_autoptr(GError) problem = NULL;
    if (!g_file_get_contents(file, &text, &len, &problem)) {
        g_set_error(error, MW_ERROR, MW_ERROR_FILE, "%s", problem->message);
        return NULL;
    }
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
