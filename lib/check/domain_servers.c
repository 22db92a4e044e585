/* --domain, where name servers can be asked one by one: whether all of the domain's say the same about its
 * mail. */
#include "base/domain.h"
#include "base/printable.h"
#include "check/check.h"
#include "check/domain.h"
#include "dns/each.h"

enum { MAX_SERVERS = 6, MAX_QUOTED = 60 };

static const char why_servers[] = "name servers of the domain", why_each[] = "each name server of the domain";

typedef struct server {
    const char *name, *address;
} server;

static const struct {
    const char *prefix;
    uint16_t type;
    const char *what;
} questions[] = {{NULL, MW_TYPE_MX, "MX"}, {NULL, MW_TYPE_TXT, "TXT"}, {"_dmarc", MW_TYPE_TXT, "TXT"}};

/* Whose name servers are asked: the domain's own, or those of what it is registered under. */
static const char *zone_of(mw_facts *facts) {
    const char *own = facts->domain->name;
    const mw_answer *servers = mw_dns_query_text(facts->dns, own, MW_TYPE_NS, MW_FOR_OTHER, why_servers);
    return servers->n_records ? own : mw_domain_registrable(own);
}

static void prefetch(mw_facts *facts) {
    if (!facts->domain->each_server)
        return;
    mw_dns_prefetch_text(facts->dns, facts->domain->name, MW_TYPE_NS, MW_FOR_OTHER, why_servers);
    mw_dns_pattern(facts->dns, why_servers, "NS of the domain, and the addresses of its name servers",
                   MW_FOR_OTHER);
    mw_dns_pattern(facts->dns, why_each,
                   "MX and TXT of the domain and of _dmarc, from each of its name servers", MW_FOR_OTHER);
}

static const char *address_of(mw_facts *facts, const mw_name *host) {
    static const uint16_t types[] = {MW_TYPE_A, MW_TYPE_AAAA};
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        const mw_answer *answer = mw_dns_query(facts->dns, host, types[i], MW_FOR_OTHER, why_servers);
        mw_ip ip = {.family = types[i] == MW_TYPE_A ? 4 : 6};
        if (answer->n_records == 0 || answer->records[0].len != (ip.family == 4 ? 4 : 16))
            continue;
        memcpy(ip.bytes, answer->records[0].data, answer->records[0].len);
        return mw_ip_text(facts->arena, &ip);
    }
    return NULL;
}

static size_t find_servers(mw_facts *facts, server servers[MAX_SERVERS]) {
    const mw_answer *answer =
        mw_dns_query_text(facts->dns, zone_of(facts), MW_TYPE_NS, MW_FOR_OTHER, why_servers);
    size_t n = 0;
    for (size_t i = 0; i < answer->n_records && n < MAX_SERVERS; i++) {
        mw_name host;
        const char *address;
        if (!mw_rdata_name(&answer->records[i], &host) || !(address = address_of(facts, &host)))
            continue;
        servers[n++] = (server){mw_name_text(facts->arena, &host), address};
    }
    return n;
}

static bool name_at(const mw_facts *facts, const server *s, size_t question, mw_name *out) {
    const char *prefix = questions[question].prefix, *domain = facts->domain->name;
    mw_name name;
    return mw_name_read(mw_span_of(prefix ? mw_printf(facts->arena, "%s.%s", prefix, domain) : domain),
                        &name) &&
           mw_dns_at(s->address, &name, out);
}

static int by_text(gconstpointer a, gconstpointer b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *record_words(mw_arena *arena, uint16_t type, const mw_rdata *record) {
    uint16_t preference;
    mw_name host;
    if (type == MW_TYPE_TXT)
        return mw_utf8(arena, mw_rdata_txt(arena, record));
    return mw_rdata_mx(record, &preference, &host)
               ? mw_printf(arena, "%u %s", preference, mw_name_text(arena, &host))
               : "a broken record";
}

/* What a server said, in an order of its own; NULL: nothing that could be compared. */
static const char *said(mw_facts *facts, const server *s, size_t question) {
    mw_name name;
    if (!name_at(facts, s, question, &name))
        return NULL;
    uint16_t type = questions[question].type;
    const mw_answer *answer = mw_dns_query(facts->dns, &name, type, MW_FOR_OTHER, why_each);
    bool unknown = answer->status == MW_DNS_NOTRECORDED || answer->status == MW_DNS_BUDGET;
    /* of a name below, a server may only know who keeps it */
    bool own = strcmp(zone_of(facts), facts->domain->name) == 0;
    if (mw_dns_failed(answer->status) && own && !unknown && !mw_found(facts, "NS_SILENT"))
        mw_hit(facts, "NS_SILENT", "the name server %s (%s) of %s gives no answer: %s", s->name, s->address,
               zone_of(facts), mw_dns_status_words(answer->status));
    if (mw_dns_failed(answer->status) || answer->canonical.len)
        return NULL;
    GPtrArray *texts = mw_array_new(facts->arena);
    for (size_t i = 0; i < answer->n_records; i++)
        g_ptr_array_add(texts, (gpointer)record_words(facts->arena, type, &answer->records[i]));
    g_ptr_array_sort(texts, by_text);
    g_ptr_array_add(texts, NULL);
    g_autofree char *all = g_strjoinv(" | ", (char **)texts->pdata);
    return *all ? mw_strdup(facts->arena, all) : "nothing";
}

static const char *quoted(mw_arena *arena, const char *text) {
    size_t n = strlen(text);
    const char *cut = mw_utf8(arena, mw_span_slice(mw_span_of(text), 0, MIN(n, MAX_QUOTED)));
    return mw_printf(arena, "\"%s%s\"", cut, n > MAX_QUOTED ? "..." : "");
}

static void compare(mw_facts *facts, const server *servers, size_t n, size_t question) {
    const char *first = NULL;
    const server *first_by = NULL;
    for (size_t i = 0; i < n; i++) {
        const char *text = said(facts, &servers[i], question);
        if (!text)
            continue;
        if (!first) {
            first = text;
            first_by = &servers[i];
        } else if (strcmp(first, text) != 0) {
            const char *prefix = questions[question].prefix;
            mw_hit(
                facts, "NS_DISAGREE",
                "the name servers of %s do not agree about the %s records of %s%s%s: %s says %s, %s says %s",
                zone_of(facts), questions[question].what, prefix ? prefix : "", prefix ? "." : "",
                facts->domain->name, first_by->name, quoted(facts->arena, first), servers[i].name,
                quoted(facts->arena, text));
            return;
        }
    }
}

static void run(mw_facts *facts) {
    server servers[MAX_SERVERS];
    size_t n = facts->domain->each_server ? find_servers(facts, servers) : 0;
    mw_name name;
    for (size_t q = 0; q < G_N_ELEMENTS(questions); q++)
        for (size_t i = 0; i < n; i++)
            if (name_at(facts, &servers[i], q, &name))
                mw_dns_prefetch(facts->dns, &name, questions[q].type, MW_FOR_OTHER, why_each);
    for (size_t q = 0; n > 1 && q < G_N_ELEMENTS(questions); q++)
        compare(facts, servers, n, q);
}

const mw_check mw_check_domain_servers = {
    .name = "domain_servers", .prefetch = prefetch, .run = run, .subject = MW_OF_DOMAIN};
