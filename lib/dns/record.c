/* Writes what an engine learnt as a snapshot: see master.h for its form. */
#include "dns/engine.h"
#include "dns/ldns.h"
#include "dns/types.h"

typedef struct recorder {
    mw_arena *arena;
    const mw_dns *dns;
    GPtrArray *lines;    /* of char * */
    GHashTable *written; /* "OWNER TYPE" -> all its rdata, so that no name gets two different sets */
} recorder;

static void add_line(recorder *r, const char *line) {
    g_ptr_array_add(r->lines, (char *)line);
}

static const char *absolute(recorder *r, const mw_name *name) {
    const char *text = mw_name_text(r->arena, name);
    return name->len > 1 ? mw_printf(r->arena, "%s.", text) : text;
}

/* A run of printable text without quotes. */
static const char *plain(recorder *r, const char *text) {
    char *copy = mw_strdup(r->arena, text);
    for (char *p = copy; *p; p++) {
        if (*p == '"' || *p == '\\' || *p < 32 || *p > 126)
            *p = '\'';
    }
    return copy;
}

/* Writes the set, or says false when the file already holds another one there. */
static bool write_set(recorder *r, const mw_name *owner, uint16_t type, uint32_t ttl, const mw_rdata *records,
                      size_t n) {
    const char *name = absolute(r, owner), *type_text = mw_type_text(r->arena, type);
    GPtrArray *lines = mw_array_new(r->arena);
    const char *all = "";
    for (size_t i = 0; i < n; i++) {
        const char *rdata = mw_rdata_text(r->arena, type, &records[i]);
        g_ptr_array_add(lines, mw_printf(r->arena, "%s %u IN %s %s", name, ttl, type_text, rdata));
        if (n < 100 || i == 0)
            all = mw_printf(r->arena, "%s\n%s", all, rdata);
    }
    const char *key = mw_printf(r->arena, "%s %s", name, type_text);
    const char *have = g_hash_table_lookup(r->written, key);
    if (have)
        return g_str_equal(have, all);
    g_hash_table_insert(r->written, (char *)key, (char *)all);
    for (guint i = 0; i < lines->len; i++)
        add_line(r, lines->pdata[i]);
    return true;
}

static void write_mark(recorder *r, const mw_question *q, const mw_answer *a, mw_dns_status status) {
    GString *line = g_string_new(NULL);
    g_string_append_printf(line, ";@ %s %s %s", absolute(r, &q->name), mw_type_text(r->arena, q->type),
                           mw_dns_status_name(status));
    if (a && status != MW_DNS_OK && a->ttl)
        g_string_append_printf(line, " ttl=%u", a->ttl);
    if (a && a->secure)
        g_string_append(line, " secure");
    if (a && a->bogus)
        g_string_append(line, " bogus");
    if (a && a->beside_alias)
        g_string_append(line, " beside-alias");
    if (a && status != MW_DNS_OK && a->canonical.len)
        g_string_append_printf(line, " canonical=%s", absolute(r, &a->canonical));
    if (a && a->why_bogus)
        g_string_append_printf(line, " why=\"%s\"", plain(r, a->why_bogus));
    add_line(r, mw_strndup(r->arena, line->str, line->len));
    g_string_free(line, TRUE);
}

static void write_records(recorder *r, const mw_question *q, const mw_answer *a) {
    bool aliased = false;
    if (a->canonical.len) {
        mw_rdata target = {a->canonical.wire, a->canonical.len};
        aliased = write_set(r, &a->canonical, q->type, a->ttl, a->records, a->n_records) &&
                  write_set(r, &q->name, MW_TYPE_CNAME, a->ttl, &target, 1);
    }
    if (!aliased)
        write_set(r, &q->name, q->type, a->ttl, a->records, a->n_records);
    if (a->secure || a->bogus || a->beside_alias)
        write_mark(r, q, a, MW_DNS_OK);
}

static void write_entries(recorder *r, bool aliases) {
    for (guint i = 0; i < r->dns->entries->len; i++) {
        const mw_entry *e = r->dns->entries->pdata[i];
        const mw_answer *a = e->answer;
        bool aliased = a && a->status == MW_DNS_OK && a->canonical.len;
        if (e->stale || aliased != aliases || (a && a->status == MW_DNS_NOTRECORDED))
            continue;
        if (a && a->status == MW_DNS_OK)
            write_records(r, &e->question, a);
        else
            write_mark(r, &e->question, a, a ? a->status : MW_DNS_TIMEOUT);
    }
}

static int compare_lines(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The line with "key" for every hidden label in it. */
static void append_visible(const mw_dns *dns, GString *out, const char *line) {
    while (*line) {
        size_t skip = 0;
        for (guint i = 0; i < dns->hidden->len && !skip; i++) {
            const char *secret = dns->hidden->pdata[i];
            if (g_ascii_strncasecmp(line, secret, strlen(secret)) == 0)
                skip = strlen(secret);
        }
        if (skip)
            g_string_append(out, "key");
        else
            g_string_append_c(out, *line);
        line += skip ? skip : 1;
    }
    g_string_append_c(out, '\n');
}

static void append_head(recorder *r, GString *out, mw_time at, const mw_dns_stats *stats) {
    g_string_append(
        out, "; What the DNS said in one run: a root zone, and in comment lines what a zone cannot say.\n");
    g_string_append_printf(
        out,
        ";@run at=%s mailwhy=%s source=\"%s\" queries=%u unanswered=%u elapsed_ms=%" G_GINT64_FORMAT "\n",
        mw_time_rfc3339(r->arena, at), MAILWHY_VERSION, plain(r, stats->source), stats->queries,
        stats->unanswered, stats->elapsed_ms);
    g_string_append(out, "$ORIGIN .\n. 0 IN SOA . . 1 3600 600 86400 60\n. 0 IN NS ns.invalid.\n");
}

char *mw_dns_recording(mw_dns *dns, mw_time at, const mw_dns_stats *stats, mw_arena *arena) {
    g_autoptr(mw_arena) scratch = mw_arena_new();
    recorder r = {.arena = scratch, .dns = dns, .lines = mw_array_new(scratch)};
    r.written = g_hash_table_new(g_str_hash, g_str_equal);
    pthread_mutex_lock(&dns->lock);
    write_entries(&r, false);
    write_entries(&r, true);
    pthread_mutex_unlock(&dns->lock);
    g_ptr_array_sort(r.lines, compare_lines);
    GString *out = g_string_new(NULL);
    append_head(&r, out, at, stats);
    for (guint i = 0; i < r.lines->len; i++) {
        if (!i || !g_str_equal(r.lines->pdata[i], r.lines->pdata[i - 1]))
            append_visible(dns, out, r.lines->pdata[i]);
    }
    g_hash_table_unref(r.written);
    char *text = mw_strndup(arena, out->str, out->len);
    g_string_free(out, TRUE);
    return text;
}
