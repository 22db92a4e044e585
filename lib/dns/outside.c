/* What the rest of the world sees of the DNS: a resolver within a network also knows names that are nobody
 * else's affair, and whoever hands in a mail must not read them out of its report. */
#include "base/ip.h"
#include "dns/source.h"

#include <pthread.h>

typedef struct outside outside;

typedef struct pending {
    struct pending *next, *previous;
    outside *owner;
    mw_question inner;
    mw_question *outer;
} pending;

struct outside {
    mw_source source;
    mw_source *below;
    GArray *zones; /* of mw_name */
    pthread_mutex_t lock;
    pending *waiting;
};

/* Names that the public DNS does not have: RFC 6761, RFC 6762, RFC 8375, RFC 9476, ICANN's .internal, and
 * what routers and offices use although nobody reserved it (ICANN holds .home, .corp and .mail back for
 * that). */
static const char *const private_zones[] = {
    "localhost", "local", "test", "invalid",     "onion",    "alt",     "internal",  "home.arpa", "home",
    "corp",      "lan",   "mail", "localdomain", "intranet", "private", "workgroup", "fritz.box",
};

static void add_zone(outside *o, const char *text) {
    mw_name name;
    if (mw_name_read(mw_span_of(text), &name))
        g_array_append_val(o->zones, name);
}

/* The address that a name below in-addr.arpa begins with, all that it leaves out being zero; false for other
 * names and for fewer than two octets, which belong to nobody alone. */
static bool reverse_four(const char *text, mw_ip *ip) {
    g_auto(GStrv) labels = g_strsplit(text, ".", -1);
    guint n = g_strv_length(labels);
    if (n < 4 || g_ascii_strcasecmp(labels[n - 1], "arpa") != 0 ||
        g_ascii_strcasecmp(labels[n - 2], "in-addr") != 0)
        return false;
    *ip = (mw_ip){.family = 4, .bytes = {[3] = 1}}; /* the network itself is no address */
    for (guint i = 0; i < 4 && i + 2 < n; i++)
        ip->bytes[i] = (uint8_t)g_ascii_strtoull(labels[n - 3 - i], NULL, 10);
    return true;
}

static bool reverse_six(const char *text, mw_ip *ip) {
    g_auto(GStrv) labels = g_strsplit(text, ".", -1);
    guint n = g_strv_length(labels);
    if (n < 6 || g_ascii_strcasecmp(labels[n - 1], "arpa") != 0 ||
        g_ascii_strcasecmp(labels[n - 2], "ip6") != 0)
        return false;
    *ip = (mw_ip){.family = 6};
    for (guint i = 0; i < 32 && i + 2 < n; i++) {
        int digit = g_ascii_xdigit_value(labels[n - 3 - i][0]);
        ip->bytes[i / 2] |= (uint8_t)((digit < 0 ? 0 : digit) << (i % 2 ? 0 : 4));
    }
    return true;
}

static bool is_private(const outside *o, const mw_name *name) {
    if (mw_name_labels(name) < 2)
        return mw_name_labels(name) == 1;
    for (guint i = 0; i < o->zones->len; i++)
        if (mw_name_below(name, &g_array_index(o->zones, mw_name, i)))
            return true;
    g_autoptr(mw_arena) arena = mw_arena_new();
    const char *text = mw_name_text(arena, name);
    mw_ip ip;
    return (reverse_four(text, &ip) || reverse_six(text, &ip)) && !mw_ip_public(&ip);
}

/* A record that leads into somebody's own network. What block lists answer (127.0.0.2) leads nowhere. */
static bool leads_inside(const outside *o, uint16_t type, const mw_rdata *record) {
    mw_name name;
    mw_ip ip = {.family = type == MW_TYPE_A ? 4 : 6};
    if (type == MW_TYPE_PTR)
        return mw_rdata_name(record, &name) && is_private(o, &name);
    if ((type != MW_TYPE_A || record->len != 4) && (type != MW_TYPE_AAAA || record->len != 16))
        return false;
    memcpy(ip.bytes, record->data, record->len);
    return !mw_ip_public(&ip) && !(ip.family == 4 && mw_ip_loopback(&ip));
}

/* In place: kept has room for all records. */
static void leave_out(const outside *o, uint16_t type, mw_answer *answer, mw_rdata *kept) {
    size_t n = 0;
    if (answer->canonical.len && is_private(o, &answer->canonical)) {
        *answer = (mw_answer){.status = MW_DNS_NXDOMAIN, .ttl = answer->ttl};
        return;
    }
    for (size_t i = 0; i < answer->n_records; i++)
        if (!leads_inside(o, type, &answer->records[i]))
            kept[n++] = answer->records[i];
    if (n < answer->n_records && n == 0)
        answer->status = MW_DNS_NODATA;
    answer->records = kept;
    answer->n_records = n;
}

static void take_out(pending *p) {
    outside *o = p->owner;
    pthread_mutex_lock(&o->lock);
    if (p->previous)
        p->previous->next = p->next;
    else
        o->waiting = p->next;
    if (p->next)
        p->next->previous = p->previous;
    pthread_mutex_unlock(&o->lock);
}

static void answered(mw_question *inner, const mw_answer *given) {
    pending *p = inner->data;
    mw_answer answer = *given;
    g_autofree mw_rdata *kept = g_new(mw_rdata, given->n_records + 1);
    if (answer.status == MW_DNS_OK)
        leave_out(p->owner, inner->type, &answer, kept);
    take_out(p);
    p->outer->answered(p->outer, &answer);
    g_free(p);
}

static void ask(mw_source *source, mw_question *question) {
    outside *o = (outside *)source;
    if (is_private(o, &question->name)) {
        question->answered(question, &(mw_answer){.status = MW_DNS_NXDOMAIN});
        return;
    }
    pending *p = g_new0(pending, 1);
    p->owner = o;
    p->outer = question;
    p->inner = (mw_question){question->name, question->type, answered, p};
    pthread_mutex_lock(&o->lock);
    p->next = o->waiting;
    if (p->next)
        p->next->previous = p;
    o->waiting = p;
    pthread_mutex_unlock(&o->lock);
    o->below->ask(o->below, &p->inner);
}

static void free_outside(mw_source *source) {
    outside *o = (outside *)source;
    mw_source_free(o->below);
    for (pending *p = o->waiting, *next; p; p = next) {
        next = p->next;
        g_free(p);
    }
    pthread_mutex_destroy(&o->lock);
    g_array_unref(o->zones);
    g_free(o);
}

mw_source *mw_source_outside(mw_source *below, const char *const *zones) {
    outside *o = g_new0(outside, 1);
    o->source = *below;
    o->source.ask = ask;
    o->source.free = free_outside;
    o->below = below;
    o->zones = g_array_new(FALSE, FALSE, sizeof(mw_name));
    pthread_mutex_init(&o->lock, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(private_zones); i++)
        add_zone(o, private_zones[i]);
    for (size_t i = 0; zones && zones[i]; i++)
        add_zone(o, zones[i]);
    return &o->source;
}
