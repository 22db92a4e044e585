#include "spf/front.h"
#include "base/limits.h"
#include "dns/source.h"

/* What is asked ahead is bounded as the evaluation itself is: by the look-ups that one check may make. It is
 * counted by reference: an answer may come when the diagnosis and its arena are gone. */
typedef struct ahead {
    mw_ip client_ip;
    gint lookups; /* atomic */
} ahead;

static void on_record(mw_dns *dns, const mw_name *name, const mw_answer *answer, void *data);
static void on_top_record(mw_dns *dns, const mw_name *name, const mw_answer *answer, void *data);
static void on_mx(mw_dns *dns, const mw_name *name, const mw_answer *answer, void *data);

static bool take(ahead *a) {
    return g_atomic_int_add(&a->lookups, 1) < MW_MAX_SPF_LOOKUPS;
}

static uint16_t address_type(const ahead *a) {
    return a->client_ip.family == 4 ? MW_TYPE_A : MW_TYPE_AAAA;
}

/* The term's target when it can be told without expanding anything. */
static bool plain_target(const mw_spf_directive *term, const mw_name *domain, mw_name *out) {
    if (!term->spec.data) {
        *out = *domain;
        return true;
    }
    return mw_span_find(term->spec, '%') == SIZE_MAX && mw_name_read(term->spec, out);
}

/* top: the record's redirect leads to one that may decide. */
static void ask_term(mw_dns *dns, ahead *a, const mw_spf_directive *term, const mw_name *domain, bool top) {
    mw_name target;
    if (!take(a) || !plain_target(term, domain, &target))
        return;
    switch (term->kind) {
    case MW_SPF_INCLUDE:
    case MW_SPF_REDIRECT:
        mw_dns_prefetch_then(dns, &target, MW_TYPE_TXT, MW_FOR_AUTH, "SPF record",
                             top && term->kind == MW_SPF_REDIRECT ? on_top_record : on_record,
                             g_atomic_rc_box_acquire(a));
        break;
    case MW_SPF_A:
        mw_dns_prefetch(dns, &target, address_type(a), MW_FOR_AUTH, "SPF address");
        break;
    case MW_SPF_MX:
        mw_dns_prefetch_then(dns, &target, MW_TYPE_MX, MW_FOR_AUTH, "SPF mx", on_mx,
                             g_atomic_rc_box_acquire(a));
        break;
    case MW_SPF_EXISTS:
        mw_dns_prefetch(dns, &target, MW_TYPE_A, MW_FOR_AUTH, "SPF exists");
        break;
    default:
        break;
    }
}

static void on_mx(mw_dns *dns, const mw_name *name, const mw_answer *answer, void *data) {
    ahead *a = data;
    mw_name host;
    uint16_t preference;
    for (size_t i = 0; i < answer->n_records && answer->n_records <= MW_MAX_SPF_NAMES; i++)
        if (mw_rdata_mx(&answer->records[i], &preference, &host) && host.len > 1)
            mw_dns_prefetch(dns, &host, address_type(a), MW_FOR_AUTH, "SPF address");
    g_atomic_rc_box_release(a);
}

/* It costs no look-up of the ten, and is needed on a fail. */
static void ask_explanation(mw_dns *dns, const mw_spf_record *record) {
    mw_name target;
    if (record->exp >= 0 && plain_target(&record->terms[record->exp], NULL, &target))
        mw_dns_prefetch(dns, &target, MW_TYPE_TXT, MW_FOR_AUTH, "SPF explanation");
}

/* Past what matches, too: the advice follows the record to its end. */
static void ask_record(mw_dns *dns, ahead *a, const mw_spf_record *record, const mw_name *domain, bool top) {
    for (size_t i = 0; i < record->n_terms; i++) {
        const mw_spf_directive *term = &record->terms[i];
        if (term->kind == MW_SPF_ALL)
            break;
        if (mw_spf_counts(term->kind) && term->kind != MW_SPF_REDIRECT)
            ask_term(dns, a, term, domain, top);
    }
    if (top)
        ask_explanation(dns, record);
    if (record->redirect >= 0 && record->all < 0)
        ask_term(dns, a, &record->terms[record->redirect], domain, top);
}

static void read_records(mw_dns *dns, ahead *a, const mw_name *name, const mw_answer *answer, bool top) {
    g_autoptr(mw_arena) arena = mw_arena_new(); /* in the source's thread: not the diagnosis's */
    for (size_t i = 0; i < answer->n_records; i++) {
        mw_span text = mw_rdata_txt(arena, &answer->records[i]);
        if (!mw_spf_is_record(text))
            continue;
        const mw_spf_record *record = mw_spf_parse(arena, text);
        if (!record->error)
            ask_record(dns, a, record, name, top);
        return;
    }
}

static void on_record(mw_dns *dns, const mw_name *name, const mw_answer *answer, void *data) {
    read_records(dns, data, name, answer, false);
    g_atomic_rc_box_release(data);
}

static void on_top_record(mw_dns *dns, const mw_name *name, const mw_answer *answer, void *data) {
    read_records(dns, data, name, answer, true);
    g_atomic_rc_box_release(data);
}

void mw_spf_prefetch(mw_arena *arena, mw_dns *dns, const mw_spf_request *request) {
    mw_spf_run run;
    if (!mw_spf_start(&run, arena, dns, request))
        return;
    mw_dns_pattern(dns, "SPF record", "include: and redirect= of the SPF record", MW_FOR_AUTH);
    mw_dns_pattern(dns, "SPF address", "a:, mx: and the mail servers of the SPF record", MW_FOR_AUTH);
    mw_dns_pattern(dns, "addresses of the other kind",
                   "the same hosts' IPv4 or IPv6 addresses, where they have none of the client's kind",
                   MW_FOR_AUTH);
    mw_dns_pattern(dns, "SPF mx", "mx: of the SPF record", MW_FOR_AUTH);
    mw_dns_pattern(dns, "SPF exists", "exists: of the SPF record", MW_FOR_AUTH);
    mw_dns_pattern(dns, "SPF explanation", "exp= of the SPF record", MW_FOR_AUTH);
    mw_dns_pattern(dns, "SPF reverse name",
                   "PTR of the sending server and the addresses of its names, for ptr terms", MW_FOR_AUTH);
    mw_dns_pattern(dns, "own servers of the SPF domain", "MX of the SPF domain and the addresses of both",
                   MW_FOR_AUTH);
    ahead *a = g_atomic_rc_box_new0(ahead);
    a->client_ip = request->client_ip;
    mw_dns_prefetch_then(dns, &run.name, MW_TYPE_TXT, MW_FOR_AUTH, "SPF record", on_top_record, a);
}
