#include "dns/rrsets.h"

#include <string.h>

/* What stands in the three tables: a set (by name and type), a record (by its set and octets), a name that
 * exists. */
typedef struct key {
    const mw_name *name;
    const mw_rrset *set;
    mw_rdata rdata;
    uint16_t type;
} key;

struct mw_rrsets {
    mw_arena *arena;
    size_t size;
    GHashTable *by_name;     /* key * -> mw_rrset * */
    GHashTable *records;     /* of key * */
    GHashTable *names;       /* of key * */
    GPtrArray *all, *arrays; /* of mw_rrset *; of their GArray *, which go with it */
    bool has_dname, has_wildcard;
};

static _Thread_local uint64_t compared;

static guint hash_octets(guint hash, const uint8_t *data, size_t len) {
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ data[i]) * 16777619u; /* FNV-1a */
    return hash;
}

static guint hash_name(gconstpointer data) {
    const key *k = data;
    return mw_name_hash(k->name, k->type);
}

static gboolean same_name(gconstpointer a, gconstpointer b) {
    const key *one = a, *other = b;
    compared++;
    return one->type == other->type && mw_name_equal(one->name, other->name);
}

static guint hash_record(gconstpointer data) {
    const key *k = data;
    return hash_octets(g_direct_hash(k->set), k->rdata.data, k->rdata.len);
}

static gboolean same_record(gconstpointer a, gconstpointer b) {
    const key *one = a, *other = b;
    compared++;
    return one->set == other->set && one->rdata.len == other->rdata.len &&
           (!one->rdata.len || memcmp(one->rdata.data, other->rdata.data, one->rdata.len) == 0);
}

static void free_sets(void *data) {
    mw_rrsets *sets = data;
    g_ptr_array_unref(sets->all); /* the sets themselves have gone with the arena */
    g_ptr_array_unref(sets->arrays);
    g_hash_table_unref(sets->by_name);
    g_hash_table_unref(sets->records);
    g_hash_table_unref(sets->names);
    g_free(sets);
}

mw_rrsets *mw_rrsets_new(mw_arena *arena, size_t size) {
    mw_rrsets *sets = g_new0(mw_rrsets, 1);
    *sets = (mw_rrsets){.arena = arena,
                        .size = size,
                        .by_name = g_hash_table_new(hash_name, same_name),
                        .records = g_hash_table_new(hash_record, same_record),
                        .names = g_hash_table_new(hash_name, same_name),
                        .all = g_ptr_array_new(),
                        .arrays = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref)};
    return mw_arena_own(arena, sets, free_sets);
}

/* To look something up with, or kept in a table. */
static key key_of(const mw_name *name, uint16_t type) {
    return (key){.name = name, .type = type};
}

static key *keep(mw_rrsets *sets, key k) {
    return mw_memdup(sets->arena, &k, sizeof k);
}

void *mw_rrsets_find(const mw_rrsets *sets, const mw_name *name, uint16_t type) {
    key k = key_of(name, type);
    return g_hash_table_lookup(sets->by_name, &k);
}

void *mw_rrsets_get(mw_rrsets *sets, const mw_name *name, uint16_t type) {
    mw_rrset *set = mw_rrsets_find(sets, name, type);
    if (set)
        return set;
    set = mw_alloc(sets->arena, sets->size);
    *set = (mw_rrset){.name = *name, .type = type, .records = g_array_new(FALSE, FALSE, sizeof(mw_rdata))};
    g_ptr_array_add(sets->arrays, set->records);
    sets->has_dname |= type == MW_TYPE_DNAME;
    g_ptr_array_add(sets->all, set);
    g_hash_table_insert(sets->by_name, keep(sets, key_of(&set->name, type)), set);
    return set;
}

const GPtrArray *mw_rrsets_all(const mw_rrsets *sets) {
    return sets->all;
}

static key record_key(const mw_rrset *set, const mw_rdata *rdata) {
    return (key){.set = set, .rdata = *rdata};
}

void mw_rrset_add(mw_rrsets *sets, mw_rrset *set, mw_rdata rdata, uint32_t ttl) {
    if (mw_rrset_has(sets, set, &rdata))
        return;
    g_hash_table_add(sets->records, keep(sets, record_key(set, &rdata)));
    set->ttl = set->records->len ? MIN(set->ttl, ttl) : ttl;
    g_array_append_val(set->records, rdata);
}

bool mw_rrset_has(const mw_rrsets *sets, const mw_rrset *set, const mw_rdata *rdata) {
    key k = record_key(set, rdata);
    return g_hash_table_contains(sets->records, &k);
}

void mw_rrset_clear(mw_rrsets *sets, mw_rrset *set) {
    for (guint i = 0; i < set->records->len; i++) {
        key k = record_key(set, &g_array_index(set->records, mw_rdata, i));
        g_hash_table_remove(sets->records, &k);
    }
    g_array_set_size(set->records, 0);
}

void mw_rrsets_set_exists(mw_rrsets *sets, const mw_name *name) {
    mw_name up = *name;
    sets->has_wildcard |= name->len > 2 && name->wire[0] == 1 && name->wire[1] == '*';
    while (!mw_rrsets_exists(sets, &up)) {
        mw_name *own = mw_memdup(sets->arena, &up, sizeof up);
        g_hash_table_add(sets->names, keep(sets, key_of(own, 0)));
        if (up.len < 2)
            return;
        mw_name_parent(&up, 1, &up);
    }
}

bool mw_rrsets_exists(const mw_rrsets *sets, const mw_name *name) {
    key k = key_of(name, 0);
    return g_hash_table_contains(sets->names, &k);
}

bool mw_rrsets_has_dname(const mw_rrsets *sets) {
    return sets->has_dname;
}

bool mw_rrsets_has_wildcard(const mw_rrsets *sets) {
    return sets->has_wildcard;
}

uint64_t mw_rrsets_compared(void) {
    return compared;
}
