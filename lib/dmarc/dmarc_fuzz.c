/* The whole of DMARC in a hostile DNS: the first line is From's domain, the second a signing domain; every
 * question is answered from the lines that follow, in turn. */
#include "dmarc/dmarc.h"
#include "base/domain.h"
#include "dns/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct hostile {
    mw_source source;
    mw_span rest, all;
} hostile;

/* A line as a TXT record in strings of 255. */
static mw_rdata txt_of(mw_arena *arena, mw_span line) {
    uint8_t *wire = mw_alloc(arena, line.len + line.len / 255 + 2);
    size_t n = 0;
    do {
        size_t some = MIN(line.len, 255);
        wire[n++] = (uint8_t)some;
        memcpy(wire + n, line.data ? line.data : "", some);
        n += some;
        line = mw_span_from(line, some);
    } while (line.len && n < UINT16_MAX - 256);
    return (mw_rdata){wire, (uint16_t)n};
}

static void ask(mw_source *source, mw_question *question) {
    hostile *h = (hostile *)source;
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_rdata records[2];
    mw_answer answer = {.status = MW_DNS_OK, .records = records, .ttl = 60};
    if (!h->rest.data)
        h->rest = h->all;
    mw_span line = mw_span_cut(&h->rest, '\n');
    if (line.len == 0 || (unsigned char)line.data[0] <= MW_DNS_NETERR)
        answer.status = line.len ? (mw_dns_status)line.data[0] : MW_DNS_NXDOMAIN;
    if (answer.status == MW_DNS_OK)
        records[answer.n_records++] = txt_of(arena, line);
    if (answer.status == MW_DNS_OK && line.len % 7 == 0)
        records[answer.n_records++] = txt_of(arena, mw_span_from(line, 1));
    question->answered(question, &answer);
}

static void forget(mw_source *source) {
    g_free(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_span rest = {(const char *)data, size};
    mw_span from = mw_span_cut(&rest, '\n'), signer = mw_span_cut(&rest, '\n');
    hostile *h = g_new0(hostile, 1);
    *h = (hostile){.source = {.kind = MW_SOURCE_ZONE, .name = "hostile", .ask = ask, .free = forget},
                   .all = rest};
    g_autoptr(mw_dns) dns = mw_dns_new(&h->source, NULL);
    mw_dkim dkim = {.domain = mw_span_dup(arena, signer), .result = (mw_dkim_result)(size % 7)};
    mw_spf spf = {
        .domain = mw_span_dup(arena, signer), .result = (mw_spf_result)(size % 8), .identity = "mailfrom"};
    GPtrArray *signatures = mw_array_new(arena);
    g_ptr_array_add(signatures, &dkim);
    mw_dmarc_request request = {
        .from_domains = mw_array_new(arena), .spf = &spf, .dkim = signatures, .advice = true};
    g_ptr_array_add(request.from_domains, mw_domain_ascii(arena, from));
    mw_dmarc_prefetch(arena, dns, request.from_domains->pdata[0], NULL);
    const mw_dmarc *dmarc = mw_dmarc_check(arena, dns, &request);
    bool aligned = dmarc->rfc9989.aligned_spf || dmarc->rfc9989.aligned_dkim;
    g_assert_true((dmarc->rfc9989.result == MW_DMARC_PASS) == aligned);
    if (aligned)
        g_assert_true(spf.result == MW_SPF_PASS || dkim.result == MW_DKIM_PASS);
    return 0;
}
