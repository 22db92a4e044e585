#include "dmarc/discover.h"
#include "base/domain.h"
#include "base/ip.h"

static const char WHY[] = "DMARC record";

void mw_dmarc_finder_init(mw_dmarc_finder *finder, mw_arena *arena, mw_dns *dns) {
    finder->arena = arena;
    finder->dns = dns;
    finder->lookups =
        mw_arena_own(arena, g_hash_table_new(g_str_hash, g_str_equal), (GDestroyNotify)g_hash_table_unref);
}

static void take_record(mw_dmarc_lookup *lookup, const mw_dmarc_record *record) {
    if (record->kind == MW_DMARC_PRETENDER && !lookup->pretender)
        lookup->pretender = record;
    if (record->kind != MW_DMARC_RECORD && record->kind != MW_DMARC_BROKEN)
        return;
    if (lookup->count++ == 0)
        lookup->record = record;
}

/* The text is a host name and nothing else: entered as TXT, meant as CNAME. */
static const char *host_in(mw_arena *arena, mw_span text) {
    text = mw_span_trim(text);
    if (mw_span_ends(text, "."))
        text.len--;
    const char *host = mw_span_dup(arena, text);
    return mw_domain_valid(host) ? host : NULL;
}

static void read_answer(mw_arena *arena, const mw_answer *answer, mw_dmarc_lookup *lookup) {
    const char *name = mw_printf(arena, "_dmarc.%s", lookup->domain);
    for (size_t i = 0; i < answer->n_records; i++) {
        mw_span text = mw_rdata_txt(arena, &answer->records[i]);
        take_record(lookup, mw_dmarc_record_read(arena, text, name));
        if (mw_span_starts(mw_span_trim(text), "_dmarc.") && answer->n_records == 1)
            lookup->meant = host_in(arena, text);
    }
    if (lookup->count > 1)
        lookup->state = MW_DMARC_SEVERAL;
    else if (lookup->count == 1)
        lookup->state = lookup->record->kind == MW_DMARC_RECORD ? MW_DMARC_FOUND : MW_DMARC_DUPLICATE;
}

const mw_dmarc_lookup *mw_dmarc_find(mw_dmarc_finder *finder, const char *domain) {
    mw_dmarc_lookup *lookup = g_hash_table_lookup(finder->lookups, domain);
    if (lookup)
        return lookup;
    lookup = mw_new(finder->arena, mw_dmarc_lookup);
    lookup->domain = mw_strdup(finder->arena, domain);
    const char *name = mw_printf(finder->arena, "_dmarc.%s", domain);
    const mw_answer *answer = mw_dns_query_text(finder->dns, name, MW_TYPE_TXT, MW_FOR_AUTH, WHY);
    lookup->status = answer->status;
    lookup->alias = answer->canonical.len ? mw_name_text(finder->arena, &answer->canonical) : NULL;
    if (answer->status == MW_DNS_OK)
        read_answer(finder->arena, answer, lookup);
    else if (answer->status == MW_DNS_NOTRECORDED || answer->status == MW_DNS_BUDGET)
        lookup->state = MW_DMARC_NOT_ASKED;
    else if (mw_dns_failed(answer->status))
        lookup->state = MW_DMARC_NO_ANSWER;
    g_hash_table_insert(finder->lookups, (char *)lookup->domain, lookup);
    return lookup;
}

/* The names of the walk, the domain first: all of them, or the domain and its last seven labels. */
static size_t walk_names(const char *domain, const char *names[MW_DMARC_WALK]) {
    size_t labels = 1, n = 0;
    for (const char *p = domain; *p; p++)
        labels += *p == '.';
    names[n++] = domain;
    const char *p = domain;
    for (size_t left = labels; left > 1;) {
        p = strchr(p, '.') + 1;
        left--;
        if (left < MW_DMARC_WALK)
            names[n++] = p;
    }
    return n;
}

void mw_dmarc_walk_up(mw_dmarc_finder *finder, const char *domain, mw_dmarc_walk *out) {
    const char *names[MW_DMARC_WALK];
    size_t n = walk_names(domain, names);
    *out = (mw_dmarc_walk){0};
    for (size_t i = 0; i < n; i++) {
        const mw_dmarc_lookup *step = mw_dmarc_find(finder, names[i]);
        out->steps[out->n_steps++] = step;
        if (step->state == MW_DMARC_NO_ANSWER || step->state == MW_DMARC_NOT_ASKED) {
            out->failed = step;
            return;
        }
        if (step->state != MW_DMARC_FOUND)
            continue;
        out->hits[out->n_hits++] = step;
        if (step->record->psd != 'u')
            return;
    }
}

/* One label below above, which domain lies below. */
static const char *one_below(const char *domain, const char *above) {
    const char *p = domain + strlen(domain) - strlen(above) - 1;
    while (p > domain && p[-1] != '.')
        p--;
    return p;
}

const char *mw_dmarc_walk_org(const mw_dmarc_walk *walk, const char *domain) {
    for (size_t i = 0; i < walk->n_hits; i++) {
        const mw_dmarc_lookup *hit = walk->hits[i];
        if (hit->record->psd == 'n')
            return hit->domain;
        if (hit->record->psd == 'y' && strcmp(hit->domain, domain) != 0)
            return one_below(domain, hit->domain);
    }
    return walk->n_hits ? walk->hits[walk->n_hits - 1]->domain : domain;
}

const mw_dmarc_lookup *mw_dmarc_walk_policy(const mw_dmarc_walk *walk, const char *domain, const char *org) {
    if (walk->n_hits == 0)
        return NULL;
    if (strcmp(walk->hits[0]->domain, domain) == 0)
        return walk->hits[0];
    for (size_t i = 0; i < walk->n_hits; i++)
        if (strcmp(walk->hits[i]->domain, org) == 0)
            return walk->hits[i];
    /* neither has one: it is the public suffix's, the last of the walk */
    return walk->hits[walk->n_hits - 1];
}

void mw_dmarc_walk_prefetch(mw_arena *arena, mw_dns *dns, const char *domain) {
    const char *names[MW_DMARC_WALK];
    size_t n = walk_names(domain, names);
    for (size_t i = 0; i < n; i++)
        mw_dns_prefetch_text(dns, mw_printf(arena, "_dmarc.%s", names[i]), MW_TYPE_TXT, MW_FOR_AUTH, WHY);
}

const mw_dmarc_lookup *mw_dmarc_find_7489(mw_dmarc_finder *finder, const char *domain) {
    const mw_dmarc_lookup *lookup = mw_dmarc_find(finder, domain);
    const char *org = mw_domain_registrable(domain);
    return lookup->state == MW_DMARC_NO_RECORD && strcmp(org, domain) != 0 ? mw_dmarc_find(finder, org)
                                                                           : lookup;
}

mw_dns_status mw_dmarc_exists(mw_dns *dns, const char *domain) {
    static const uint16_t types[] = {MW_TYPE_A, MW_TYPE_MX, MW_TYPE_AAAA};
    mw_dns_status status = MW_DNS_OK;
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        status = mw_dns_query_text(dns, domain, types[i], MW_FOR_AUTH, "does the From domain exist")->status;
        if (status == MW_DNS_BADNAME)
            return MW_DNS_NXDOMAIN;
        if (status == MW_DNS_OK || status == MW_DNS_NODATA)
            return MW_DNS_OK;
        if (status == MW_DNS_NXDOMAIN)
            return MW_DNS_NXDOMAIN;
    }
    return status;
}

bool mw_dmarc_domain_usable(const char *domain) {
    mw_ip ip;
    size_t len = strlen(domain), label = 0;
    if (len == 0 || len > 253 || domain[0] == '[' || mw_ip_parse(mw_span_of(domain), &ip))
        return false;
    for (const char *p = domain; *p; p++) {
        label = *p == '.' ? 0 : label + 1;
        if (label > 63 || (*p == '.' && (p == domain || p[1] == '.' || p[1] == 0)))
            return false;
    }
    return true;
}
