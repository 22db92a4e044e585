/* Records laid over any source, to try a change before it is published. */
#include "dns/dname.h"
#include "dns/layer.h"
#include "dns/master.h"
#include "dns/rrsets.h"

#include "base/file.h"
#include "base/limits.h"

typedef struct change {
    mw_rrset rrset; /* without a record, and replaces: removed */
    bool replaces;  /* false: it adds to what is there */
} change;

struct mw_changes {
    mw_arena *arena;
    mw_rrsets *sets; /* of change */
};

typedef struct overlay {
    mw_layer layer;
    mw_changes *changes;
} overlay;

/* ---- changes ---- */

mw_changes *mw_changes_new(void) {
    mw_changes *c = g_new0(mw_changes, 1);
    c->arena = mw_arena_new();
    c->sets = mw_rrsets_new(c->arena, sizeof(change));
    return c;
}

void mw_changes_free(mw_changes *changes) {
    if (!changes)
        return;
    mw_arena_free(changes->arena);
    g_free(changes);
}

static const change *find(const mw_changes *changes, const mw_name *name, uint16_t type) {
    return mw_rrsets_find(changes->sets, name, type);
}

static bool add_removal(mw_changes *changes, mw_span text, const char **why) {
    /* read as a record of some type, since only its name and type matter */
    mw_span line = mw_span_of(mw_printf(changes->arena, "%.*s \\# 0", (int)text.len, text.data));
    mw_record record;
    if (!mw_record_read(changes->arena, line, &record, why)) {
        *why = "a removal is -NAME TYPE";
        return false;
    }
    change *c = mw_rrsets_get(changes->sets, &record.owner, record.type);
    c->replaces = true;
    mw_rrset_clear(changes->sets, &c->rrset);
    return true;
}

static bool add_one(mw_changes *changes, mw_span text, const char **why) {
    char sign = text.len ? text.data[0] : 0;
    if (sign == '-')
        return add_removal(changes, mw_span_from(text, 1), why);
    mw_record record;
    if (!mw_record_read(changes->arena, mw_span_from(text, sign == '+'), &record, why))
        return false;
    change *c = mw_rrsets_get(changes->sets, &record.owner, record.type);
    if (sign != '+')
        c->replaces = true;
    mw_rrset_add(changes->sets, &c->rrset, record.rdata, record.ttl);
    return true;
}

static bool add_file(mw_changes *changes, const char *file, GError **error) {
    g_autofree char *text = NULL;
    gsize len;
    if (!(text = mw_file_read(file, MW_MAX_ZONE, &len, error)))
        return false;
    mw_span rest = {text, len};
    for (unsigned line = 1; rest.data; line++) {
        mw_span one = mw_span_trim(mw_span_cut(&rest, '\n'));
        const char *why = NULL;
        if (!one.len || one.data[0] == ';' || one.data[0] == '#')
            continue;
        if (!add_one(changes, one, &why)) {
            g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s:%u: %s", file, line, why);
            return false;
        }
    }
    return true;
}

bool mw_changes_add(mw_changes *changes, const char *text, GError **error) {
    if (text[0] == '@')
        return add_file(changes, text + 1, error);
    const char *why = NULL;
    if (add_one(changes, mw_span_trim(mw_span_of(text)), &why))
        return true;
    g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "what-if \"%s\": %s", text, why);
    return false;
}

/* And finds out which names exist by them. */
static mw_changes *copy_changes(const mw_changes *from) {
    mw_changes *to = mw_changes_new();
    const GPtrArray *all = mw_rrsets_all(from->sets);
    for (guint i = 0; i < all->len; i++) {
        const change *c = all->pdata[i];
        change *copy = mw_rrsets_get(to->sets, &c->rrset.name, c->rrset.type);
        copy->replaces = c->replaces;
        for (guint k = 0; k < c->rrset.records->len; k++) {
            const mw_rdata *r = &g_array_index(c->rrset.records, mw_rdata, k);
            mw_rdata own = {mw_memdup(to->arena, r->data, r->len), r->len};
            mw_rrset_add(to->sets, &copy->rrset, own, c->rrset.ttl);
        }
        if (c->rrset.records->len)
            mw_rrsets_set_exists(to->sets, &c->rrset.name);
    }
    return to;
}

/* ---- answers ---- */

static void reply(mw_owed *p, mw_answer *answer) {
    if (!answer->canonical.len && p->hops)
        answer->canonical = p->inner.name;
    mw_owed_answer(p, answer);
}

/* Of the overlay that owes the answer. */
static const mw_changes *changes_of(const mw_owed *p) {
    return ((const overlay *)p->layer)->changes;
}

static bool has_records(const change *c) {
    return c && c->rrset.records->len;
}

/* The name now exists, by itself or for what is below it. */
static bool made_to_exist(const mw_changes *changes, const mw_name *name) {
    return mw_rrsets_exists(changes->sets, name);
}

static const change *find_wildcard(const mw_changes *changes, const mw_name *name, uint16_t type) {
    mw_name up = *name, star;
    while (up.len > 1) {
        mw_name_parent(&up, 1, &up);
        const change *c = mw_name_prefix(MW_SPAN("*"), &up, &star) ? find(changes, &star, type) : NULL;
        if (c || made_to_exist(changes, &up))
            return has_records(c) ? c : NULL;
    }
    return NULL;
}

static void set_records(mw_answer *answer, const change *c) {
    answer->status = has_records(c) ? MW_DNS_OK : MW_DNS_NODATA;
    answer->records = (const mw_rdata *)(void *)c->rrset.records->data;
    answer->n_records = c->rrset.records->len;
    answer->ttl = c->rrset.ttl;
    answer->secure = answer->bogus = false;
    answer->why_bogus = NULL;
}

static void look_up(mw_owed *p);

/* Looks the same type up at another name, for the same question. */
static void follow(mw_owed *p, const mw_name *target) {
    if (++p->hops > MW_MAX_CNAMES) {
        mw_answer loop = {.status = MW_DNS_SERVFAIL};
        p->hops = 0;
        reply(p, &loop);
        return;
    }
    p->inner.name = *target;
    look_up(p);
}

static void reply_with_added(mw_owed *p, const change *c, mw_answer *answer) {
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(mw_rdata));
    for (size_t i = 0; i < answer->n_records; i++)
        if (!mw_rrset_has(changes_of(p)->sets, &c->rrset, &answer->records[i]))
            g_array_append_val(all, answer->records[i]);
    g_array_append_vals(all, c->rrset.records->data, c->rrset.records->len);
    if (answer->status == MW_DNS_OK || mw_dns_absent(answer->status)) {
        answer->status = MW_DNS_OK;
        answer->records = (const mw_rdata *)(void *)all->data;
        answer->n_records = all->len;
    }
    reply(p, answer);
}

static void answered_below(mw_question *inner, const mw_answer *below) {
    mw_owed *p = inner->data;
    const mw_changes *changes = changes_of(p);
    mw_answer answer = *below;
    const change *own = find(changes, &inner->name, inner->type);
    const change *alias = find(changes, &inner->name, MW_TYPE_CNAME);
    if (own) { /* it adds: others were not asked for below */
        reply_with_added(p, own, &answer);
    } else if (answer.canonical.len && alias && inner->type != MW_TYPE_CNAME) {
        answer = (mw_answer){.status = MW_DNS_NODATA}; /* the alias was removed */
        reply(p, &answer);
    } else if (answer.canonical.len && (find(changes, &answer.canonical, inner->type) ||
                                        find(changes, &answer.canonical, MW_TYPE_CNAME))) {
        mw_name target = answer.canonical;
        follow(p, &target);
    } else {
        const change *wildcard = NULL;
        if (answer.status == MW_DNS_NXDOMAIN)
            wildcard = find_wildcard(changes, &inner->name, inner->type);
        if (wildcard)
            set_records(&answer, wildcard);
        else if (answer.status == MW_DNS_NXDOMAIN && made_to_exist(changes, &inner->name))
            answer.status = MW_DNS_NODATA;
        reply(p, &answer);
    }
}

static void look_up(mw_owed *p) {
    const mw_changes *changes = changes_of(p);
    mw_source *below = p->layer->below;
    mw_question *inner = &p->inner;
    const change *own = find(changes, &inner->name, inner->type);
    const change *alias = find(changes, &inner->name, MW_TYPE_CNAME);
    mw_name target;
    if (own && own->replaces) {
        mw_answer answer = {.status = MW_DNS_OK};
        set_records(&answer, own);
        reply(p, &answer);
    } else if (has_records(alias) && inner->type != MW_TYPE_CNAME &&
               mw_rdata_name(&g_array_index(alias->rrset.records, mw_rdata, 0), &target)) {
        follow(p, &target);
    } else if (!own && mw_dname_rewrite(changes->sets, &inner->name, &target)) {
        follow(p, &target);
    } else {
        below->ask(below, inner);
    }
}

static void ask(mw_source *source, mw_question *question) {
    look_up(mw_layer_owe((mw_layer *)source, question, answered_below));
}

static void free_overlay(mw_source *source) {
    overlay *o = (overlay *)source;
    mw_layer_end(&o->layer);
    mw_changes_free(o->changes);
    g_free(o);
}

mw_source *mw_source_overlay(mw_source *below, const mw_changes *changes) {
    overlay *o = g_new0(overlay, 1);
    mw_layer_begin(&o->layer, below, ask, free_overlay);
    o->changes = copy_changes(changes);
    return &o->layer.source;
}
