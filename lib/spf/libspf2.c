/* libspf2 as the evaluator. It is given canonical records in which each term that asks the DNS is a
 * placeholder ("v=spf1 +a:t0.g +include:t1.g -all"), and asks for them through two hooks; what the domain
 * wrote never reaches its parser, which has known holes. */
#include "spf/front.h"
#include "base/limits.h"

/* what spf2/spf.h needs before it */
#include <netinet/in.h>

#include <arpa/nameser.h>

#include <netdb.h>

#include <setjmp.h>

#include <spf2/spf.h>
#include <spf2/spf_dns.h>
#include <spf2/spf_log.h>

typedef struct evaluation {
    mw_spf_run *run;
    GPtrArray *steps; /* of mw_spf_step *, by the number in their placeholder */
} evaluation;

/* libspf2's own fatal errors may not return to it, and by default abort: they end the evaluation instead. */
static _Thread_local jmp_buf *escape;

/* the attribute, not _Noreturn: it is a part of the handler's type */
__attribute__((noreturn)) static void leave(const char *file, int line, const char *text) {
    g_assert(escape);
    longjmp(*escape, 1);
}

static void ignore(const char *file, int line, const char *text) {}

static void take_handlers(void) {
    static gsize done = 0;
    if (g_once_init_enter(&done)) {
        SPF_error_handler = leave;
        SPF_warning_handler = SPF_info_handler = SPF_debug_handler = ignore;
        g_once_init_leave(&done, 1);
    }
}

/* "t12.g", "x3.12.g": reads the numbers behind the letter; false when it is no placeholder of ours. */
static mw_spf_step *read_placeholder(const evaluation *e, const char *name, char letter, uint64_t *host) {
    mw_span rest = mw_span_of(name);
    uint64_t number;
    if (rest.len == 0 || rest.data[0] != letter)
        return NULL;
    rest = mw_span_from(rest, 1);
    if (host && !mw_span_number(mw_span_cut(&rest, '.'), MW_MAX_SPF_NAMES, host))
        return NULL;
    if (!mw_span_number(mw_span_cut(&rest, '.'), e->steps->len - 1, &number))
        return NULL;
    return e->steps->pdata[number];
}

/* ---- answers for libspf2 ---- */

static SPF_dns_rr_t *new_answer(SPF_dns_server_t *server, const char *name, ns_type type, int herrno) {
    return SPF_dns_rr_new_init(server, name, type, 0, herrno);
}

static void add_address(SPF_dns_rr_t *rr, ns_type type, const uint8_t *address) {
    if (SPF_dns_rr_buf_realloc(rr, rr->num_rr, sizeof(struct in6_addr)) != SPF_E_SUCCESS)
        return;
    memcpy(rr->rr[rr->num_rr], address, type == ns_t_a ? 4 : 16);
    rr->num_rr++;
    rr->herrno = NETDB_SUCCESS;
}

static SPF_dns_rr_t *addresses(evaluation *e, SPF_dns_server_t *server, const char *placeholder, ns_type type,
                               mw_spf_step *step, const mw_name *name) {
    const mw_spf_run *run = e->run;
    bool four = run->request->client_ip.family == 4;
    SPF_dns_rr_t *rr = new_answer(server, placeholder, type, NO_DATA);
    const mw_answer *answer = mw_spf_ask_addresses(e->run, step, name);
    if (!answer) {
        rr->herrno = TRY_AGAIN;
        return rr;
    }
    mw_spf_match_addresses(e->run, step, answer);
    /* libspf2 takes no /0: there any address stands for the client's */
    bool any = (four ? step->term->ip4_bits : step->term->ip6_bits) == 0;
    for (size_t i = 0; i < answer->n_records; i++)
        if (answer->records[i].len == (four ? 4 : 16))
            add_address(rr, type, any ? run->request->client_ip.bytes : answer->records[i].data);
    return rr;
}

static SPF_dns_rr_t *mail_servers(evaluation *e, SPF_dns_server_t *server, const char *placeholder,
                                  mw_spf_step *step, guint number) {
    SPF_dns_rr_t *rr = new_answer(server, placeholder, ns_t_mx, NO_DATA);
    const mw_answer *answer = mw_spf_ask_mx(e->run, step);
    if (!answer)
        rr->herrno = TRY_AGAIN;
    for (size_t i = 0; answer && i < answer->n_records; i++) {
        mw_name host;
        if (!mw_spf_mx_host(step, i, &host))
            continue;
        char name[32];
        int n = g_snprintf(name, sizeof name, "x%zu.%u.g", i, number);
        if (SPF_dns_rr_buf_realloc(rr, rr->num_rr, (size_t)n + 1) != SPF_E_SUCCESS)
            break;
        memcpy(rr->rr[rr->num_rr]->mx, name, (size_t)n + 1);
        rr->num_rr++;
        rr->herrno = NETDB_SUCCESS;
    }
    return rr;
}

/* exists, and ptr, which libspf2 sees as an exists: any address says yes. */
static SPF_dns_rr_t *yes_or_no(evaluation *e, SPF_dns_server_t *server, const char *placeholder, ns_type type,
                               mw_spf_step *step) {
    static const uint8_t yes[16] = {127, 0, 0, 2};
    SPF_dns_rr_t *rr = new_answer(server, placeholder, type, NO_DATA);
    bool matched;
    if (step->term->kind == MW_SPF_PTR) {
        matched = mw_spf_ptr_matches(e->run, step);
    } else {
        const mw_answer *answer = mw_spf_ask_exists(e->run, step);
        matched = step->out->matched = answer && answer->n_records;
    }
    if (e->run->stopped)
        rr->herrno = TRY_AGAIN;
    else if (matched)
        add_address(rr, type, yes);
    return rr;
}

/* ---- the hooks ---- */

static SPF_dns_rr_t *look_up(SPF_dns_server_t *server, const char *name, ns_type type, int should_cache) {
    evaluation *e = server->hook;
    uint64_t host = 0;
    if (e->run->stopped)
        return new_answer(server, name, type, TRY_AGAIN);
    mw_spf_step *step = read_placeholder(e, name, 'x', &host);
    if (step) {
        mw_name real;
        return mw_spf_mx_host(step, host, &real) ? addresses(e, server, name, type, step, &real)
                                                 : new_answer(server, name, type, HOST_NOT_FOUND);
    }
    step = read_placeholder(e, name, 't', NULL);
    if (!step)
        return new_answer(server, name, type, HOST_NOT_FOUND);
    if (!mw_spf_enter(e->run, step))
        return new_answer(server, name, type, TRY_AGAIN);
    switch (step->term->kind) {
    case MW_SPF_A:
        return step->name ? addresses(e, server, name, type, step, step->name)
                          : new_answer(server, name, type, HOST_NOT_FOUND);
    case MW_SPF_MX: {
        guint number = 0;
        g_ptr_array_find(e->steps, step, &number);
        return mail_servers(e, server, name, step, number);
    }
    default:
        return yes_or_no(e, server, name, type, step);
    }
}

static void append_prefix(GString *out, const mw_spf_directive *term, bool four) {
    if (four && term->ip4_bits > 0 && term->ip4_bits < 32)
        g_string_append_printf(out, "/%u", term->ip4_bits);
    if (!four && term->ip6_bits > 0 && term->ip6_bits < 128)
        g_string_append_printf(out, "//%u", term->ip6_bits);
}

static void append_placeholder(evaluation *e, GString *out, mw_spf_step *step) {
    const mw_spf_directive *term = step->term;
    static const char *const names[] = {[MW_SPF_INCLUDE] = "include",
                                        [MW_SPF_A] = "a",
                                        [MW_SPF_MX] = "mx",
                                        [MW_SPF_PTR] = "exists",
                                        [MW_SPF_EXISTS] = "exists"};
    g_string_append_printf(out, " %c%s:t%u.g", term->qualifier, names[term->kind], e->steps->len);
    if (term->kind == MW_SPF_A || term->kind == MW_SPF_MX)
        append_prefix(out, term, e->run->request->client_ip.family == 4);
    g_ptr_array_add(e->steps, step);
}

/* The canonical record: of ip4 and ip6 only one that matches, at most eleven placeholders (the limit strikes
 * at the last), redirect at the end. So it stays far below the 511 octets behind which libspf2 drops terms.
 */
static char *canonical(evaluation *e, const mw_spf_branch *branch) {
    const mw_spf_record *record = branch->record;
    GString *out = g_string_new("v=spf1");
    int asking = 0;
    bool final = false;
    for (size_t i = 0; i < record->n_terms && !final; i++) {
        const mw_spf_directive *term = &record->terms[i];
        if (mw_spf_counts(term->kind) && term->kind != MW_SPF_REDIRECT) {
            append_placeholder(e, out, &branch->steps[i]);
            final = ++asking > MW_MAX_SPF_LOOKUPS;
        } else if (term->kind == MW_SPF_ALL || ((term->kind == MW_SPF_IP4 || term->kind == MW_SPF_IP6) &&
                                                mw_spf_in_network(e->run, term, term->ip))) {
            g_string_append_printf(out, " %call", term->qualifier);
            final = true;
        }
    }
    if (!final && record->redirect >= 0) {
        g_string_append_printf(out, " redirect=t%u.g", e->steps->len);
        g_ptr_array_add(e->steps, &branch->steps[record->redirect]);
    }
    return g_string_free(out, FALSE);
}

static SPF_errcode_t get_spf(SPF_server_t *server, SPF_request_t *request, SPF_response_t *response,
                             SPF_record_t **out) {
    evaluation *e = server->resolver->hook;
    mw_spf_step *parent = NULL;
    *out = NULL;
    if (e->run->stopped)
        return SPF_E_DNS_ERROR;
    if (e->run->root) {
        parent = read_placeholder(e, request->cur_dom, 't', NULL);
        if (!parent)
            return SPF_E_INTERNAL_ERROR;
        if (!mw_spf_enter(e->run, parent))
            return SPF_E_DNS_ERROR;
    }
    mw_spf_branch *branch = mw_spf_fetch(e->run, parent);
    if (!branch)
        return SPF_E_DNS_ERROR; /* unwinds it at every depth */
    g_autofree char *text = canonical(e, branch);
    return SPF_record_compile(server, response, out, text);
}

/* ---- the run ---- */

static mw_spf_result result_of(SPF_result_t result) {
    switch (result) {
    case SPF_RESULT_NEUTRAL:
        return MW_SPF_NEUTRAL;
    case SPF_RESULT_PASS:
        return MW_SPF_PASS;
    case SPF_RESULT_FAIL:
        return MW_SPF_FAIL;
    case SPF_RESULT_SOFTFAIL:
        return MW_SPF_SOFTFAIL;
    case SPF_RESULT_NONE:
        return MW_SPF_NONE;
    case SPF_RESULT_TEMPERROR:
        return MW_SPF_TEMPERROR;
    default:
        return MW_SPF_PERMERROR;
    }
}

static SPF_server_t *new_server(void) {
    enum { UNLIMITED = 100000 }; /* the front end counts */
    SPF_server_t *server = SPF_server_new_dns(NULL, 0);
    SPF_response_t *errors = NULL;
    SPF_server_set_rec_dom(server, "r.g");
    SPF_server_set_max_dns_mech(server, UNLIMITED);
    SPF_server_set_max_dns_mx(server, UNLIMITED);
    SPF_server_set_explanation(server, "x", &errors);
    if (errors)
        SPF_response_free(errors);
    return server;
}

static void free_server(void *server) {
    SPF_server_free(server);
}

/* To make one asks the kernel for the name of this machine, so each thread keeps its own. */
static GPrivate kept_server = G_PRIVATE_INIT(free_server);

static SPF_server_t *server_for(SPF_dns_server_t *dns) {
    SPF_server_t *server = g_private_get(&kept_server);
    if (!server)
        g_private_set(&kept_server, server = new_server());
    server->resolver = dns;
    return server;
}

static SPF_request_t *new_request(SPF_server_t *server, const mw_ip *ip) {
    SPF_request_t *request = SPF_request_new(server);
    if (ip->family == 4) {
        struct in_addr four;
        memcpy(&four, ip->bytes, sizeof four);
        SPF_request_set_ipv4(request, four);
    } else {
        struct in6_addr six;
        memcpy(&six, ip->bytes, sizeof six);
        SPF_request_set_ipv6(request, six);
    }
    SPF_request_set_helo_dom(request, "h.g");
    SPF_request_set_env_from(request, "s@top.g");
    request->cur_dom = request->env_from_dp;
    return request;
}

typedef struct session {
    SPF_dns_server_t dns;
    SPF_server_t *server;
    SPF_request_t *request;
    SPF_response_t *response;
    SPF_record_t *record;
} session;

/* False when libspf2 gave up on an error of its own; then nothing of it is to be touched again. */
static bool interpret(session *s, const mw_ip *client_ip) {
    jmp_buf here;
    escape = &here;
    if (setjmp(here)) {
        escape = NULL;
        g_private_set(&kept_server, NULL);
        return false;
    }
    s->server = server_for(&s->dns);
    s->request = new_request(s->server, client_ip);
    s->response = SPF_response_new(s->request);
    /* not SPF_request_query_mailfrom(): it passes 127/8 and ::1 unseen */
    if (SPF_server_get_record(s->server, s->request, s->response, &s->record) == SPF_E_SUCCESS) {
        s->response->spf_record_exp = s->record;
        SPF_record_interpret(s->record, s->request, s->response, 0);
    }
    escape = NULL;
    return true;
}

mw_spf_result mw_spf_evaluate_libspf2(mw_spf_run *run) {
    g_autoptr(GPtrArray) steps = g_ptr_array_new();
    evaluation e = {run, steps};
    session s = {.dns = {.lookup = look_up, .get_spf = get_spf, .name = "mailwhy", .hook = &e}};
    take_handlers();
    if (!interpret(&s, &run->request->client_ip)) {
        mw_spf_stop(run, NULL, MW_SPF_UNTESTABLE, NULL, "libspf2 could not evaluate the record");
        return run->verdict;
    }
    mw_spf_result result = run->stopped ? run->verdict : result_of(SPF_response_result(s.response));
    if (s.record)
        SPF_record_free(s.record);
    SPF_response_free(s.response);
    SPF_request_free(s.request);
    s.server->resolver = NULL;
    return result;
}
