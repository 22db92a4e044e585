/* A server that the domain's own names lead to, but that its SPF record does not list: it moved, or was
 * forgotten. */
#include "spf/front.h"
#include "base/domain.h"
#include "base/limits.h"

typedef struct own_hosts {
    mw_spf_run *run;
    GPtrArray *addresses; /* of const mw_ip *: of the domain and its mail servers */
    const char *evidence; /* which of them the client is, in words; or NULL */
    const char *reverse_name;
} own_hosts;

static void take_addresses(own_hosts *own, const mw_name *name, const char *role) {
    bool four = own->run->request->client_ip.family == 4;
    const mw_answer *answer = mw_dns_query(own->run->dns, name, four ? MW_TYPE_A : MW_TYPE_AAAA, MW_FOR_AUTH,
                                           "own servers of the SPF domain");
    for (size_t i = 0; i < answer->n_records; i++) {
        if (answer->records[i].len != (four ? 4 : 16))
            continue;
        mw_ip *ip = mw_new(own->run->arena, mw_ip);
        ip->family = own->run->request->client_ip.family;
        memcpy(ip->bytes, answer->records[i].data, answer->records[i].len);
        g_ptr_array_add(own->addresses, ip);
        if (!own->evidence && mw_ip_equal(ip, &own->run->request->client_ip))
            own->evidence = mw_printf(own->run->arena, "%s%s", mw_name_text(own->run->arena, name), role);
    }
}

static void look(own_hosts *own) {
    mw_spf_run *run = own->run;
    bool four = run->request->client_ip.family == 4;
    const char *mx_role = mw_printf(run->arena, ", a mail server (MX) of %s", run->root->node->domain);
    mw_dns_prefetch(run->dns, &run->name, four ? MW_TYPE_A : MW_TYPE_AAAA, MW_FOR_AUTH,
                    "own servers of the SPF domain");
    const mw_answer *mx =
        mw_dns_query(run->dns, &run->name, MW_TYPE_MX, MW_FOR_AUTH, "own servers of the SPF domain");
    mw_name host;
    uint16_t preference;
    for (size_t i = 0; i < MIN(mx->n_records, MW_MAX_SPF_NAMES); i++)
        if (mw_rdata_mx(&mx->records[i], &preference, &host) && host.len > 1)
            mw_dns_prefetch(run->dns, &host, four ? MW_TYPE_A : MW_TYPE_AAAA, MW_FOR_AUTH,
                            "own servers of the SPF domain");
    take_addresses(own, &run->name, "");
    for (size_t i = 0; i < MIN(mx->n_records, MW_MAX_SPF_NAMES); i++)
        if (mw_rdata_mx(&mx->records[i], &preference, &host) && host.len > 1)
            take_addresses(own, &host, mx_role);
    if (own->evidence)
        return;
    mw_spf_find_names(run);
    for (int i = 0; i < run->n_names && !own->evidence; i++)
        if (mw_domain_same_organisation(run->names[i], run->root->node->domain))
            own->evidence = mw_printf(run->arena, "%s by its reverse name, which resolves back",
                                      own->reverse_name = run->names[i]);
}

static bool is_own(const own_hosts *own, const mw_ip *ip) {
    for (guint i = 0; i < own->addresses->len; i++)
        if (mw_ip_equal(own->addresses->pdata[i], ip))
            return true;
    return false;
}

/* The one single address in the record that is no own host's; NULL when there is none, or more than one. */
static const mw_spf_directive *old_address(const own_hosts *own, const mw_spf_record *record) {
    const mw_spf_directive *old = NULL;
    bool four = own->run->request->client_ip.family == 4;
    for (size_t i = 0; i < record->n_terms; i++) {
        const mw_spf_directive *term = &record->terms[i];
        if (term->kind != (four ? MW_SPF_IP4 : MW_SPF_IP6) || term->qualifier != '+' ||
            (four ? term->ip4_bits < 32 : term->ip6_bits < 128))
            continue;
        mw_ip ip = {.family = four ? 4 : 6};
        memcpy(ip.bytes, term->ip, four ? 4 : 16);
        if (is_own(own, &ip))
            continue;
        if (old)
            return NULL;
        old = term;
    }
    return old;
}

const mw_spf_advice *mw_spf_advise_moved(mw_spf_run *run, mw_spf_result result) {
    own_hosts own = {.run = run, .addresses = mw_array_new(run->arena)};
    if (result != MW_SPF_FAIL && result != MW_SPF_SOFTFAIL && result != MW_SPF_NEUTRAL)
        return NULL;
    look(&own);
    if (!own.evidence)
        return NULL;
    const char *domain = run->root->node->domain, *ip = mw_ip_text(run->arena, &run->request->client_ip);
    const char *term = mw_printf(run->arena, "ip%d:%s", run->request->client_ip.family, ip);
    const mw_spf_directive *old = old_address(&own, run->root->record);
    mw_spf_advice *advice = mw_new(run->arena, mw_spf_advice);
    advice->reverse_name = own.reverse_name;
    if (old) {
        const char *before = mw_span_dup(run->arena, old->text);
        advice->id = "moved";
        advice->text =
            mw_printf(run->arena,
                      "%s is %s, but the SPF record of %s names %s, which is no address of the domain "
                      "or its mail servers: the server has moved, it seems",
                      ip, own.evidence, domain, before);
        advice->fix = mw_printf(
            run->arena,
            "Add %s to the SPF record of %s. Take %s out only if nothing of yours sends from there any "
            "more.",
            term, domain, before);
    } else {
        advice->id = "own_server";
        advice->text = mw_printf(run->arena, "%s is %s, but the SPF record of %s does not list it", ip,
                                 own.evidence, domain);
        advice->fix = mw_printf(run->arena, "Add %s to the SPF record of %s.", term, domain);
    }
    return advice;
}
