/* The whole evaluation over a world made of the input's lines: the sender, the HELO name, then TXT records,
 * each of which stands at the names that hash to it. libspf2 and the small evaluator must agree. */
#include "spf/own.h"
#include "dns/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_LINES = 16 };

typedef struct world {
    mw_source source;
    mw_span lines[MAX_LINES];
    unsigned n_lines;
    mw_arena *arena;
} world;

static mw_rdata txt_rdata(mw_arena *arena, mw_span text) {
    uint8_t *wire = mw_alloc(arena, text.len + text.len / 255 + 2), *p = wire;
    size_t i = 0;
    do {
        uint8_t n = (uint8_t)MIN(text.len - i, 255);
        *p++ = n;
        if (n)
            memcpy(p, text.data + i, n);
        p += n;
        i += n;
    } while (i < text.len);
    return (mw_rdata){wire, (uint16_t)(p - wire)};
}

static mw_rdata rdata_of(world *w, const mw_question *question, unsigned hash) {
    static const uint8_t loop[] = {0, 1, 1, 'm', 4, 't', 'e', 's', 't', 0}, v4[] = {192, 0, 2, 1},
                         v6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
    switch (question->type) {
    case MW_TYPE_A:
        return (mw_rdata){v4, sizeof v4};
    case MW_TYPE_AAAA:
        return (mw_rdata){v6, sizeof v6};
    case MW_TYPE_MX:
        return (mw_rdata){loop, sizeof loop};
    case MW_TYPE_PTR:
        return (mw_rdata){loop + 2, sizeof loop - 2};
    default:
        return txt_rdata(w->arena, w->lines[2 + hash % (w->n_lines - 2)]);
    }
}

static void ask(mw_source *source, mw_question *question) {
    world *w = (world *)source;
    unsigned hash = question->type;
    for (unsigned i = 0; i < question->name.len; i++)
        hash = hash * 31 + question->name.wire[i];
    mw_answer answer = {.status = MW_DNS_NXDOMAIN};
    mw_rdata record;
    if (w->n_lines > 2 && hash % 5) {
        record = rdata_of(w, question, hash / 5);
        answer = (mw_answer){.status = MW_DNS_OK, .records = &record, .n_records = 1};
    } else if (hash % 7 == 0) {
        answer.status = MW_DNS_SERVFAIL;
    }
    question->answered(question, &answer);
}

static void keep(mw_source *source) {}

static void evaluate(world *w, const char *ip) {
    g_autoptr(mw_dns) dns = mw_dns_new(&w->source, NULL);
    mw_spf_request request = {.mail_from = mw_span_dup(w->arena, w->lines[0]),
                              .helo = mw_span_dup(w->arena, w->lines[1])};
    mw_ip_parse(mw_span_of(ip), &request.client_ip);
    mw_spf_run run;
    mw_spf_prefetch(w->arena, dns, &request);
    const mw_spf *spf = mw_spf_check(w->arena, dns, &request);
    if (!mw_spf_start(&run, w->arena, dns, &request))
        return;
    g_assert_cmpint(mw_spf_evaluate_own(&run), ==, spf->result);
    g_assert_cmpint(run.lookups, ==, spf->lookups);
    g_assert_cmpint(run.voids, ==, spf->void_lookups);
    g_assert_cmpint(spf->tree->result == spf->result || run.stopped, !=, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    world w = {.source = {.kind = MW_SOURCE_ZONE, .name = "fuzz", .ask = ask, .free = keep}, .arena = arena};
    mw_span rest = {(const char *)data, MIN(size, 60000)};
    while (rest.data && w.n_lines < MAX_LINES)
        w.lines[w.n_lines++] = mw_span_cut(&rest, '\n');
    evaluate(&w, "192.0.2.1");
    evaluate(&w, "2001:db8::1");
    return 0;
}
