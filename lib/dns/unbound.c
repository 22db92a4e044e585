/* libunbound as a source: forwarding to name servers, or its own recursion; with or without validation. */
#include "dns/refusal.h"
#include "dns/resolv_conf.h"
#include "dns/source.h"

#include "base/file.h"
#include "base/limits.h"

#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unbound.h>
#include <unistd.h>

static const char default_anchor[] = "/usr/share/dns/root.key";

/* Its defaults are made for a server. With them 60 questions at 50 ms take 207 ms instead of 54, and two dead
 * names mark the only forwarder as down for the rest of the run. */
static const char *const settings[][2] = {
    {"outgoing-range:", "256"},        {"outgoing-num-tcp:", "16"},
    {"infra-host-ttl:", "0"},          {"infra-cache-min-rtt:", "400"},
    {"unblock-lan-zones:", "yes"},     {"insecure-lan-zones:", "yes"},
    {"do-not-query-localhost:", "no"}, {"edns-buffer-size:", "1232"},
    {"rrset-roundrobin:", "no"},       {"use-syslog:", "no"},
};

/* Zones that it answers by itself, though the name server asked may know them. */
static const char *const built_in_zones[] = {
    "test.",
    "invalid.",
    "onion.",
    "localhost.",
    "home.arpa.",
    "127.in-addr.arpa.",
    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.",
};

/* It gives a silent server up after five tries, 6.8 s, and calls that SERVFAIL, too. */
enum { SILENCE_MS = 6000 };

/* libunbound waits 400 ms for the answer to one try (infra-cache-min-rtt), and then listens to it no more:
 * that makes good a lost packet, or a dead one of several servers, in little time, but from a server that
 * always takes longer it would never get anything. So what is not answered after LATE_MS is put to the
 * servers once to see whether they are slow; if so, the next try of every open question waits longer. */
enum { LATE_MS = 450, LOOK_MS = 150 };
static const char patient_ms[] = "3000";

typedef struct live {
    mw_source source;
    struct ub_ctx *context;
    pthread_t pump;
    int wake;
    bool started, patient;
    char *label;
    mw_refusals *refusals; /* of the servers that it forwards to; NULL with own recursion */
    pthread_mutex_t lock;
    GQueue asked; /* of asked *, the oldest first: what is open, which libunbound drops at its end */
} live;

typedef struct asked {
    GList link;
    live *live;
    mw_question *question;
    int64_t at_us;
} asked;

static asked *remember(live *l, mw_question *question) {
    asked *a = g_new(asked, 1);
    *a = (asked){{.data = a}, l, question, g_get_monotonic_time()};
    pthread_mutex_lock(&l->lock);
    g_queue_push_tail_link(&l->asked, &a->link);
    pthread_mutex_unlock(&l->lock);
    return a;
}

static void forget(asked *a) {
    live *l = a->live;
    pthread_mutex_lock(&l->lock);
    g_queue_unlink(&l->asked, &a->link);
    pthread_mutex_unlock(&l->lock);
    g_free(a);
}

static mw_dns_status status_of(int error, const struct ub_result *result) {
    if (error || !result)
        return MW_DNS_NETERR;
    switch (result->rcode) {
    case 0:
        return result->havedata ? MW_DNS_OK : MW_DNS_NODATA;
    case 3:
        return MW_DNS_NXDOMAIN;
    case 5:
        return MW_DNS_REFUSED;
    default:
        return MW_DNS_SERVFAIL;
    }
}

static size_t count_records(const struct ub_result *result) {
    size_t n = 0;
    while (result->data && result->data[n])
        n++;
    return n;
}

static void on_result(void *data, int error, struct ub_result *result) {
    live *l = ((asked *)data)->live;
    mw_question *question = ((asked *)data)->question;
    forget(data);
    mw_answer answer = {.status = status_of(error, result)};
    g_autofree mw_rdata *records = NULL;
    if (result) {
        answer.secure = result->secure;
        answer.bogus = result->bogus;
        answer.why_bogus = result->why_bogus;
        answer.ttl = result->ttl > 0 ? (uint32_t)result->ttl : 0;
        if (result->canonname)
            mw_name_read_escaped(mw_span_of(result->canonname), &answer.canonical);
        if (mw_name_equal(&answer.canonical, &question->name))
            answer.canonical.len = 0;
    }
    /* what failed validation comes with its data: it must not be believed */
    if (answer.bogus)
        answer.status = MW_DNS_SERVFAIL;
    if (answer.status == MW_DNS_OK) {
        answer.n_records = count_records(result);
        records = g_new(mw_rdata, answer.n_records);
        for (size_t i = 0; i < answer.n_records; i++)
            records[i] = (mw_rdata){(const uint8_t *)result->data[i], (uint16_t)result->len[i]};
        answer.records = records;
    }
    bool plain = answer.status == MW_DNS_SERVFAIL && !answer.bogus;
    if (!plain || !l->refusals || !mw_refusals_ask(l->refusals, question))
        question->answered(question, &answer);
    if (result)
        ub_resolve_free(result);
}

/* The wait is one of the whole process, and setting the option of any context that is not in use yet sets it.
 */
static void be_patient(live *l) {
    struct ub_ctx *other = ub_ctx_create();
    if (other && ub_ctx_set_option(other, "infra-cache-min-rtt:", patient_ms) == 0)
        l->patient = true;
    if (other)
        ub_ctx_delete(other);
}

/* Sees whether the servers are slow, where a question waits long. */
static void look_at_late(live *l) {
    int64_t before = g_get_monotonic_time() - LATE_MS * 1000;
    if (l->patient)
        return;
    if (mw_refusals_slow(l->refusals)) {
        be_patient(l);
        return;
    }
    pthread_mutex_lock(&l->lock);
    for (const GList *i = l->asked.head; i; i = i->next) {
        const asked *a = i->data;
        if (a->at_us > before || mw_refusals_time(l->refusals, a->question))
            break;
    }
    pthread_mutex_unlock(&l->lock);
}

static void *run_pump(void *data) {
    live *l = data;
    g_autoptr(GArray) fds = g_array_new(FALSE, TRUE, sizeof(struct pollfd));
    const struct pollfd first[] = {{.fd = ub_fd(l->context), .events = POLLIN},
                                   {.fd = l->wake, .events = POLLIN}};
    for (;;) {
        g_array_set_size(fds, 0);
        g_array_append_vals(fds, first, G_N_ELEMENTS(first));
        int wait = l->refusals ? mw_refusals_poll(l->refusals, fds) : -1;
        struct pollfd *all = (struct pollfd *)(void *)fds->data;
        bool looks = l->refusals && !l->patient;
        poll(all, fds->len, looks && (wait < 0 || wait > LOOK_MS) ? LOOK_MS : wait);
        if (all[1].revents)
            return NULL;
        if (all[0].revents)
            ub_process(l->context);
        if (l->refusals) {
            look_at_late(l);
            mw_refusals_process(l->refusals);
        }
    }
}

static void ask(mw_source *source, mw_question *question) {
    live *l = (live *)source;
    pthread_mutex_lock(&l->lock);
    if (!l->started) {
        l->wake = eventfd(0, EFD_CLOEXEC);
        l->started = l->wake >= 0 && pthread_create(&l->pump, NULL, run_pump, l) == 0;
    }
    bool started = l->started;
    pthread_mutex_unlock(&l->lock);
    g_autoptr(mw_arena) arena = mw_arena_new();
    const char *name = mw_name_text(arena, &question->name);
    asked *a = started ? remember(l, question) : NULL;
    if (!a || ub_resolve_async(l->context, name, question->type, 1, a, on_result, NULL)) {
        mw_answer answer = {.status = MW_DNS_NETERR};
        if (a)
            forget(a);
        question->answered(question, &answer);
    }
}

static void free_live(mw_source *source) {
    live *l = (live *)source;
    if (l->started) {
        uint64_t one = 1;
        if (write(l->wake, &one, sizeof one) == sizeof one)
            pthread_join(l->pump, NULL);
    }
    if (l->wake > 0)
        close(l->wake);
    ub_ctx_delete(l->context);
    mw_refusals_free(l->refusals);
    while (l->asked.head)
        g_free(g_queue_pop_head_link(&l->asked)->data);
    pthread_mutex_destroy(&l->lock);
    g_free(l->label);
    g_free(l);
}

static bool check(int code, const char *what, GError **error) {
    if (code)
        g_set_error(error, MW_ERROR, MW_ERROR_SYSTEM, "DNS: %s: %s", what, ub_strerror(code));
    return code == 0;
}

static bool set(live *l, const char *option, const char *value, GError **error) {
    return check(ub_ctx_set_option(l->context, option, value), option, error);
}

/* libunbound wants the number of a link-local address's interface: fe80::1%2 of fe80::1%eth0. */
static char *with_interface_number(const char *server) {
    g_auto(GStrv) parts = g_strsplit_set(server, "%@", 3);
    unsigned number = strchr(server, '%') ? if_nametoindex(parts[1]) : 0;
    if (!number)
        return g_strdup(server);
    return g_strdup_printf("%s%%%u%s%s", parts[0], number, parts[2] ? "@" : "", parts[2] ? parts[2] : "");
}

static bool forward_to(live *l, const char *const *servers, GError **error) {
    for (size_t i = 0; servers[i]; i++) {
        g_autofree char *server = with_interface_number(servers[i]);
        if (ub_ctx_set_fwd(l->context, server)) {
            g_set_error(error, MW_ERROR, MW_ERROR_OPTION,
                        "%s is no address of a name server (ADDRESS or ADDRESS@PORT)", servers[i]);
            return false;
        }
    }
    l->refusals = mw_refusals_new(servers);
    return true;
}

static const char *const *system_servers(mw_arena *arena, const char *resolv_conf, GError **error) {
    const char *file = resolv_conf ? resolv_conf : "/etc/resolv.conf";
    g_autofree char *text = NULL;
    g_autoptr(GError) problem = NULL;
    gsize len;
    if (!(text = mw_file_read(file, MW_MAX_SYSTEM_FILE, &len, &problem))) {
        g_set_error(error, MW_ERROR, MW_ERROR_SYSTEM,
                    "the system's resolvers are not known (%s): name one with --resolver", problem->message);
        return NULL;
    }
    return mw_resolv_conf_servers(arena, (mw_span){text, len});
}

static bool set_up(live *l, const mw_unbound_options *o, GError **error) {
    ub_ctx_debugout(l->context, NULL);
    ub_ctx_debuglevel(l->context, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (!set(l, settings[i][0], settings[i][1], error))
            return false;
    }
    if (!set(l, "module-config:", o->dnssec ? "validator iterator" : "iterator", error))
        return false;
    if (o->dnssec) {
        const char *anchor = o->anchor_file ? o->anchor_file : default_anchor;
        if (!check(ub_ctx_add_ta_file(l->context, anchor), anchor, error))
            return false;
    }
    if (o->recursive)
        return !o->hints_file || set(l, "root-hints:", o->hints_file, error);
    if (o->servers)
        return forward_to(l, o->servers, error);
    g_autoptr(mw_arena) arena = mw_arena_new();
    const char *const *servers = system_servers(arena, o->resolv_conf, error);
    return servers && forward_to(l, servers, error);
}

static char *describe(const mw_unbound_options *o) {
    const char *checked = o->dnssec ? ", DNSSEC checked" : "";
    if (o->recursive)
        return g_strconcat("own recursion", checked, NULL);
    if (!o->servers)
        return g_strconcat("the system's resolvers", checked, NULL);
    g_autofree char *list = g_strjoinv(", ", (char **)o->servers);
    return g_strconcat(list, checked, NULL);
}

mw_source *mw_source_unbound(const mw_unbound_options *options, GError **error) {
    live *l = g_new0(live, 1);
    l->context = ub_ctx_create();
    if (!l->context) {
        g_set_error_literal(error, MW_ERROR, MW_ERROR_SYSTEM, "DNS: libunbound does not start");
        g_free(l);
        return NULL;
    }
    l->label = describe(options);
    pthread_mutex_init(&l->lock, NULL);
    l->source = (mw_source){
        .kind = MW_SOURCE_LIVE, .name = l->label, .silence_ms = SILENCE_MS, .ask = ask, .free = free_live};
    if (!set_up(l, options, error)) {
        free_live(&l->source);
        return NULL;
    }
    ub_ctx_async(l->context, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(built_in_zones); i++)
        ub_ctx_zone_remove(l->context, built_in_zones[i]);
    return &l->source;
}
