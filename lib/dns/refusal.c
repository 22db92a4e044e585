#include "dns/refusal.h"
#include "dns/packet.h"

#include <netdb.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MAX_SERVERS = 3, /* as many as the C library asks */
    MAX_OPEN = 32,   /* questions at once */
    WAIT_MS = 400,
    MAX_MUTE = 2, /* questions in a row to which nothing came */
    MAX_TIMED = 2,
    TIMED_MS = 4000,
    SLOW_MS = 350,
    HEADER = 12,
    RCODE_REFUSED = 5,
};

typedef struct address {
    struct sockaddr_storage at;
    socklen_t size;
} address;

typedef struct probe {
    mw_question *question;
    int64_t at_us, deadline_us;
    uint16_t id;
    bool timed;           /* only to see how long an answer takes: its question gets none */
    int fds[MAX_SERVERS]; /* -1: not asked, or done */
    unsigned refusals, others;
} probe;

struct mw_refusals {
    address servers[MAX_SERVERS];
    unsigned n_servers, mute, timed;
    bool timing, slow;
    GPtrArray *open; /* of probe * */
};

static void free_probe(void *data) {
    probe *p = data;
    for (unsigned i = 0; i < MAX_SERVERS; i++)
        if (p->fds[i] >= 0)
            close(p->fds[i]);
    g_free(p);
}

static bool read_address(const char *server, address *out) {
    static const struct addrinfo numbers = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                                            .ai_socktype = SOCK_DGRAM};
    struct addrinfo *found = NULL;
    const char *port = strchr(server, '@');
    g_autofree char *host = g_strndup(server, port ? (size_t)(port - server) : strlen(server));
    if (getaddrinfo(host, port ? port + 1 : "53", &numbers, &found) != 0 || !found)
        return false;
    memcpy(&out->at, found->ai_addr, found->ai_addrlen);
    out->size = found->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

mw_refusals *mw_refusals_new(const char *const *servers) {
    mw_refusals *r = g_new0(mw_refusals, 1);
    r->open = g_ptr_array_new_with_free_func(free_probe);
    for (size_t i = 0; servers[i] && r->n_servers < MAX_SERVERS; i++)
        r->n_servers += read_address(servers[i], &r->servers[r->n_servers]);
    return r;
}

void mw_refusals_free(mw_refusals *refusals) {
    if (!refusals)
        return;
    g_ptr_array_unref(refusals->open);
    g_free(refusals);
}

/* A socket that hears this server alone, the question sent on it; -1 when that can't be. */
static int send_to(const address *server, const uint8_t *packet, size_t len) {
    int fd = socket(server->at.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (connect(fd, (const struct sockaddr *)&server->at, server->size) == 0 &&
        send(fd, packet, len, MSG_NOSIGNAL) == (ssize_t)len)
        return fd;
    close(fd);
    return -1;
}

static bool start(mw_refusals *r, mw_question *question, bool timed) {
    uint8_t packet[MW_PACKET_QUESTION];
    uint16_t id;
    if (getrandom(&id, sizeof id, 0) != sizeof id)
        return false;
    size_t len = mw_packet_write(question, false, packet);
    packet[0] = (uint8_t)(id >> 8);
    packet[1] = (uint8_t)id;
    probe *p = g_new0(probe, 1);
    int64_t now = g_get_monotonic_time();
    *p = (probe){.question = question,
                 .at_us = now,
                 .deadline_us = now + (timed ? TIMED_MS : WAIT_MS) * 1000,
                 .id = id,
                 .timed = timed};
    bool sent = false;
    for (unsigned i = 0; i < MAX_SERVERS; i++) {
        p->fds[i] = i < r->n_servers ? send_to(&r->servers[i], packet, len) : -1;
        sent = sent || p->fds[i] >= 0;
    }
    if (sent)
        g_ptr_array_add(r->open, p);
    else
        free_probe(p);
    return sent;
}

bool mw_refusals_ask(mw_refusals *r, mw_question *question) {
    return r->open->len < MAX_OPEN && r->mute < MAX_MUTE && start(r, question, false);
}

bool mw_refusals_time(mw_refusals *r, mw_question *question) {
    if (r->timing || r->timed >= MAX_TIMED || !start(r, question, true))
        return false;
    r->timing = true;
    r->timed++;
    return true;
}

bool mw_refusals_slow(const mw_refusals *r) {
    return r->slow;
}

int mw_refusals_poll(mw_refusals *r, GArray *fds) {
    int64_t first = INT64_MAX;
    for (guint i = 0; i < r->open->len; i++) {
        const probe *p = r->open->pdata[i];
        first = MIN(first, p->deadline_us);
        for (unsigned k = 0; k < MAX_SERVERS; k++) {
            struct pollfd fd = {.fd = p->fds[k], .events = POLLIN};
            if (fd.fd >= 0)
                g_array_append_val(fds, fd);
        }
    }
    return first == INT64_MAX ? -1 : (int)MAX((first - g_get_monotonic_time() + 999) / 1000, 0);
}

/* What one server has said. A refusal may come without the question (RFC 1035 section 4.1.1 is all it needs).
 */
static void receive(probe *p, int *fd) {
    uint8_t header[HEADER];
    ssize_t n = recv(*fd, header, sizeof header, MSG_TRUNC);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n >= HEADER) {
        if ((header[0] << 8 | header[1]) != p->id || !(header[2] & 0x80))
            return; /* not ours: the answer may still come */
        if ((header[3] & 15) == RCODE_REFUSED)
            p->refusals++;
        else
            p->others++;
    }
    close(*fd);
    *fd = -1;
}

static bool is_over(probe *p) {
    bool waits = false;
    for (unsigned i = 0; i < MAX_SERVERS; i++) {
        if (p->fds[i] >= 0)
            receive(p, &p->fds[i]);
        waits = waits || p->fds[i] >= 0;
    }
    return !waits || p->others || g_get_monotonic_time() >= p->deadline_us;
}

void mw_refusals_process(mw_refusals *r) {
    for (guint i = 0; i < r->open->len;) {
        probe *p = r->open->pdata[i];
        if (!is_over(p)) {
            i++;
            continue;
        }
        if (p->timed) {
            r->timing = false;
            r->slow |= (p->refusals || p->others) && g_get_monotonic_time() - p->at_us > SLOW_MS * 1000;
            g_ptr_array_remove_index_fast(r->open, i);
            continue;
        }
        mw_question *question = p->question;
        mw_answer answer = {.status = p->refusals && !p->others ? MW_DNS_REFUSED : MW_DNS_SERVFAIL};
        r->mute = p->refusals || p->others ? 0 : r->mute + 1;
        g_ptr_array_remove_index_fast(r->open, i);
        question->answered(question, &answer);
    }
}
