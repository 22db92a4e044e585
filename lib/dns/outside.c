/* What the rest of the world sees of the DNS: a resolver within a network also knows names that are nobody
 * else's affair, and whoever hands in a mail must not read them out of its report. */
#include "base/ip.h"
#include "dns/layer.h"

typedef struct outside {
    mw_layer layer;
    GArray *zones; /* of mw_name */
} outside;

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

static void answered(mw_question *inner, const mw_answer *given) {
    mw_owed *owed = inner->data;
    mw_answer answer = *given;
    g_autofree mw_rdata *kept = g_new(mw_rdata, given->n_records + 1);
    if (answer.status == MW_DNS_OK)
        leave_out((const outside *)owed->layer, inner->type, &answer, kept);
    mw_owed_answer(owed, &answer);
}

static void ask(mw_source *source, mw_question *question) {
    outside *o = (outside *)source;
    if (is_private(o, &question->name)) {
        question->answered(question, &(mw_answer){.status = MW_DNS_NXDOMAIN});
        return;
    }
    mw_owed *owed = mw_layer_owe(&o->layer, question, answered);
    o->layer.below->ask(o->layer.below, &owed->inner);
}

static void free_outside(mw_source *source) {
    outside *o = (outside *)source;
    mw_layer_end(&o->layer);
    g_array_unref(o->zones);
    g_free(o);
}

mw_source *mw_source_outside(mw_source *below, const char *const *zones) {
    outside *o = g_new0(outside, 1);
    mw_layer_begin(&o->layer, below, ask, free_outside);
    o->zones = g_array_new(FALSE, FALSE, sizeof(mw_name));
    for (size_t i = 0; i < G_N_ELEMENTS(private_zones); i++)
        add_zone(o, private_zones[i]);
    for (size_t i = 0; zones && zones[i]; i++)
        add_zone(o, zones[i]);
    return &o->layer.source;
}
