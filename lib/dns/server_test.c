#include "dns/server_test.h"
#include "dns/manners_test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_CONNECTIONS = 64, PACKET = 66000, MAX_UDP = 1232 };

typedef struct outgoing {
    int64_t due_us;
    int connection; /* index, or -1: UDP */
    struct sockaddr_storage to;
    size_t len;
    uint8_t *bytes;
} outgoing;

typedef struct connection {
    int fd;
    size_t have;
    uint8_t *bytes;
} connection;

struct test_server {
    mw_source *world;
    unsigned delay_ms, port;
    int udp, tcp, stop[2];
    char address[32];
    pthread_t thread;
    pthread_mutex_t lock;
    unsigned questions, hold;
    GHashTable *different; /* of GBytes: names and types that were asked */
    GArray *queue;
    connection connections[MAX_CONNECTIONS];
};

/* ---- packets ---- */

typedef struct packet {
    uint8_t *bytes;
    size_t len, size;
} packet;

static void put(packet *p, const void *data, size_t len) {
    if (p->len + len <= p->size && len)
        memcpy(p->bytes + p->len, data, len);
    p->len += len;
}

static void put16(packet *p, unsigned value) {
    put(p, (uint8_t[]){(uint8_t)(value >> 8), (uint8_t)value}, 2);
}

static void put_record(packet *p, const mw_name *owner, unsigned type, unsigned ttl, const void *rdata,
                       size_t len) {
    put(p, owner->wire, owner->len);
    put16(p, type);
    put16(p, 1);
    put16(p, ttl >> 16);
    put16(p, ttl & 0xffff);
    put16(p, (unsigned)len);
    put(p, rdata, len);
}

typedef struct building {
    packet *packet;
    uint8_t *header;
} building;

static void build_answer(mw_question *question, const mw_answer *answer) {
    building *b = question->data;
    const mw_name *owner = &question->name;
    unsigned records = 0;
    if (answer->canonical.len) {
        put_record(b->packet, owner, MW_TYPE_CNAME, answer->ttl, answer->canonical.wire,
                   answer->canonical.len);
        owner = &answer->canonical;
        records++;
    }
    for (size_t i = 0; i < answer->n_records; i++, records++)
        put_record(b->packet, owner, question->type, answer->ttl, answer->records[i].data,
                   answer->records[i].len);
    if (mw_dns_absent(answer->status)) {
        static const mw_name root = {.len = 1};
        static const uint8_t soa[22] = {0, 0, 0, 0, 0, 1, 0, 0, 0, 60, 0, 0, 0, 60, 0, 0, 0, 60, 0, 0, 0, 60};
        put_record(b->packet, &root, MW_TYPE_SOA, 60, soa, sizeof soa);
        b->header[9] = 1;
    }
    b->header[3] |= answer->status == MW_DNS_NXDOMAIN ? 3 : mw_dns_failed(answer->status) ? 2 : 0;
    b->header[6] = (uint8_t)(records >> 8);
    b->header[7] = (uint8_t)records;
}

static bool first_label(const mw_name *name, const char *text) {
    mw_span label = {(const char *)name->wire + 1, name->wire[0]};
    return mw_span_is(label, text);
}

static bool is_loop(const mw_name *name) {
    return first_label(name, "loop") || first_label(name, "l2op");
}

static unsigned rcode_of(const mw_name *name) {
    return first_label(name, "servfail")  ? 2
           : first_label(name, "notimp")  ? 4
           : first_label(name, "refused") ? 5
                                          : 0;
}

static void misbehave(packet *p, uint8_t *header, const mw_question *q) {
    static const uint8_t stranger[4] = {192, 0, 2, 66};
    if (first_label(&q->name, "garbage"))
        memset(header + 12, 0xff, p->len - 12);
    if (first_label(&q->name, "wrongid"))
        header[0] ^= 0x55;
    if (first_label(&q->name, "wrongq"))
        header[13] = header[13] == 'x' ? 'y' : 'x';
    if (first_label(&q->name, "short"))
        p->len = 7;
    if (first_label(&q->name, "strangers")) {
        mw_name other;
        mw_name_read(MW_SPAN("stranger.test"), &other);
        put_record(p, &other, MW_TYPE_A, 60, stranger, 4);
        header[7] = 1;
    }
    if (is_loop(&q->name)) {
        mw_name other = q->name;
        other.wire[2] = first_label(&q->name, "loop") ? '2' : 'o';
        put_record(p, &q->name, MW_TYPE_CNAME, 60, other.wire, other.len);
        put_record(p, &other, MW_TYPE_CNAME, 60, q->name.wire, q->name.len);
        header[7] = 2;
    }
}

static bool read_question(const uint8_t *bytes, size_t len, mw_question *q, size_t *end) {
    size_t at = 12;
    while (at < len && bytes[at] && bytes[at] < 64)
        at += 1u + bytes[at];
    if (at + 5 > len || at - 12 > 254)
        return false;
    q->name.len = (uint8_t)(at + 1 - 12);
    memcpy(q->name.wire, bytes + 12, q->name.len);
    q->type = (uint16_t)(bytes[at + 1] << 8 | bytes[at + 2]);
    *end = at + 5;
    return true;
}

size_t test_server_reply(test_server *s, const uint8_t *question, size_t len, bool stream, uint8_t *reply,
                         size_t size, unsigned *delay_ms) {
    mw_question q = {.answered = build_answer};
    size_t end;
    if (len < 12 || !read_question(question, len, &q, &end))
        return 0;
    pthread_mutex_lock(&s->lock);
    s->questions++;
    g_hash_table_add(s->different, g_bytes_new(question + 12, end - 12));
    pthread_mutex_unlock(&s->lock);
    *delay_ms = s->delay_ms + (first_label(&q.name, "slow") ? 300 : 0);
    if (first_label(&q.name, "drop"))
        return 0;
    packet p = {.bytes = reply, .size = size};
    put(&p, question, end);
    memset(reply + 4, 0, 8);
    reply[2] = (uint8_t)(0x80 | (question[2] & 1));
    reply[3] = 0x80;
    reply[5] = 1;
    building b = {.packet = &p, .header = reply};
    q.data = &b;
    unsigned rcode = rcode_of(&q.name);
    if (rcode)
        reply[3] |= (uint8_t)rcode;
    else if (!is_loop(&q.name) && !first_label(&q.name, "strangers"))
        s->world->ask(s->world, &q);
    if (!stream && (p.len > MAX_UDP || first_label(&q.name, "tc"))) {
        reply[2] |= 2;
        memset(reply + 6, 0, 6);
        p.len = end;
    }
    misbehave(&p, reply, &q);
    char label[64] = "";
    memcpy(label, q.name.wire + 1, MIN(q.name.wire[0], sizeof label - 1));
    return test_manner_write(label, reply, MIN(p.len, size), end, size, stream);
}

/* ---- the wire ---- */

static void enqueue(test_server *s, int index, const struct sockaddr_storage *to, const uint8_t *question,
                    size_t len) {
    uint8_t *bytes = g_malloc(PACKET);
    unsigned delay = 0;
    size_t front = index < 0 ? 0 : 2;
    size_t n = test_server_reply(s, question, len, index >= 0, bytes + front, PACKET - front, &delay);
    if (!n) {
        g_free(bytes);
        return;
    }
    if (front) {
        bytes[0] = (uint8_t)(n >> 8);
        bytes[1] = (uint8_t)n;
    }
    outgoing o = {g_get_monotonic_time() + delay * 1000, index, {0}, n + front, bytes};
    if (to)
        o.to = *to;
    g_array_append_val(s->queue, o);
}

static bool holds(test_server *s) {
    pthread_mutex_lock(&s->lock);
    bool holds = g_hash_table_size(s->different) < s->hold;
    pthread_mutex_unlock(&s->lock);
    return holds;
}

static void send_due(test_server *s) {
    int64_t now = g_get_monotonic_time();
    if (holds(s))
        return;
    for (guint i = 0; i < s->queue->len;) {
        outgoing *o = &g_array_index(s->queue, outgoing, i);
        if (o->due_us > now) {
            i++;
            continue;
        }
        ssize_t sent = 0;
        if (o->connection < 0) {
            sent = sendto(s->udp, o->bytes, o->len, 0, (struct sockaddr *)&o->to, sizeof o->to);
        } else if (s->connections[o->connection].fd >= 0) {
            int fd = s->connections[o->connection].fd;
            for (size_t done = 0; done < o->len && sent >= 0; done += (size_t)sent)
                sent = send(fd, o->bytes + done, o->len - done, MSG_NOSIGNAL);
        }
        g_free(o->bytes);
        g_array_remove_index(s->queue, i);
    }
}

static int wait_ms(test_server *s) {
    int64_t due = INT64_MAX;
    for (guint i = 0; i < s->queue->len && !holds(s); i++)
        due = MIN(due, g_array_index(s->queue, outgoing, i).due_us);
    return due == INT64_MAX ? -1 : (int)MAX((due - g_get_monotonic_time() + 999) / 1000, 0);
}

static void receive_udp(test_server *s) {
    uint8_t bytes[4096];
    struct sockaddr_storage from;
    for (;;) {
        socklen_t size = sizeof from;
        ssize_t n = recvfrom(s->udp, bytes, sizeof bytes, MSG_DONTWAIT, (struct sockaddr *)&from, &size);
        if (n < 0)
            return;
        enqueue(s, -1, &from, bytes, (size_t)n);
    }
}

static void accept_one(test_server *s) {
    int fd = accept(s->tcp, NULL, NULL);
    for (int i = 0; i < MAX_CONNECTIONS && fd >= 0; i++) {
        if (s->connections[i].fd < 0) {
            s->connections[i].fd = fd;
            s->connections[i].have = 0;
            return;
        }
    }
    if (fd >= 0)
        close(fd);
}

static void receive_tcp(test_server *s, int index) {
    connection *c = &s->connections[index];
    ssize_t n = recv(c->fd, c->bytes + c->have, PACKET - c->have, MSG_DONTWAIT);
    if (n <= 0) {
        close(c->fd);
        c->fd = -1;
        return;
    }
    c->have += (size_t)n;
    while (c->have >= 2) {
        size_t len = (size_t)(c->bytes[0] << 8 | c->bytes[1]);
        if (c->have < len + 2)
            return;
        enqueue(s, index, NULL, c->bytes + 2, len);
        c->have -= len + 2;
        memmove(c->bytes, c->bytes + len + 2, c->have);
    }
}

static void *run(void *data) {
    test_server *s = data;
    for (;;) {
        struct pollfd fds[3 + MAX_CONNECTIONS] = {{.fd = s->stop[0], .events = POLLIN},
                                                  {.fd = s->udp, .events = POLLIN},
                                                  {.fd = s->tcp, .events = POLLIN}};
        for (int i = 0; i < MAX_CONNECTIONS; i++)
            fds[3 + i] = (struct pollfd){.fd = s->connections[i].fd, .events = POLLIN};
        poll(fds, G_N_ELEMENTS(fds), wait_ms(s));
        if (fds[0].revents)
            return NULL;
        if (fds[1].revents)
            receive_udp(s);
        for (int i = 0; i < MAX_CONNECTIONS; i++) {
            if (fds[3 + i].revents)
                receive_tcp(s, i);
        }
        if (fds[2].revents)
            accept_one(s);
        send_due(s);
    }
}

static bool open_sockets(test_server *s, int family) {
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } at = {.four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at.four;
    if (family == AF_INET6) {
        at.six = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
        size = sizeof at.six;
    }
    for (int try = 0; try < 20; try++) {
        s->tcp = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        s->udp = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        at.four.sin_port = 0; /* where sin6_port is, too */
        if (bind(s->tcp, &at.any, size) == 0) {
            getsockname(s->tcp, &at.any, &size);
            s->port = ntohs(at.four.sin_port);
            if (bind(s->udp, &at.any, size) == 0) {
                listen(s->tcp, 64);
                return true;
            }
        }
        close(s->tcp);
        close(s->udp);
    }
    return false;
}

static test_server *start(const char *zone, unsigned delay_ms, int family) {
    g_autoptr(GError) error = NULL;
    test_server *s = g_new0(test_server, 1);
    s->world = mw_source_zone_bytes(mw_span_of(zone), "zone", &error);
    g_assert_no_error(error);
    s->delay_ms = delay_ms;
    if (!open_sockets(s, family)) {
        mw_source_free(s->world);
        g_free(s);
        return NULL;
    }
    for (int i = 0; i < MAX_CONNECTIONS; i++) {
        s->connections[i].fd = -1;
        s->connections[i].bytes = g_malloc(PACKET);
    }
    s->queue = g_array_new(FALSE, FALSE, sizeof(outgoing));
    s->different = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    g_snprintf(s->address, sizeof s->address, "%s@%u", family == AF_INET6 ? "::1" : "127.0.0.1", s->port);
    g_assert_cmpint(pipe(s->stop), ==, 0);
    pthread_mutex_init(&s->lock, NULL);
    pthread_create(&s->thread, NULL, run, s);
    return s;
}

test_server *test_server_new(const char *zone, unsigned delay_ms) {
    test_server *s = start(zone, delay_ms, AF_INET);
    g_assert_nonnull(s);
    return s;
}

test_server *test_server_new_six(const char *zone, unsigned delay_ms) {
    return start(zone, delay_ms, AF_INET6);
}

void test_server_free(test_server *s) {
    g_assert_cmpint(write(s->stop[1], "x", 1), ==, 1);
    pthread_join(s->thread, NULL);
    for (int i = 0; i < MAX_CONNECTIONS; i++) {
        if (s->connections[i].fd >= 0)
            close(s->connections[i].fd);
        g_free(s->connections[i].bytes);
    }
    for (guint i = 0; i < s->queue->len; i++)
        g_free(g_array_index(s->queue, outgoing, i).bytes);
    g_array_unref(s->queue);
    g_hash_table_unref(s->different);
    close(s->udp);
    close(s->tcp);
    close(s->stop[0]);
    close(s->stop[1]);
    mw_source_free(s->world);
    g_free(s);
}

const char *test_server_address(const test_server *s) {
    return s->address;
}

unsigned test_server_port(const test_server *s) {
    return s->port;
}

unsigned test_server_questions(test_server *s) {
    pthread_mutex_lock(&s->lock);
    unsigned n = s->questions;
    pthread_mutex_unlock(&s->lock);
    return n;
}

unsigned test_server_different(test_server *s) {
    pthread_mutex_lock(&s->lock);
    unsigned n = g_hash_table_size(s->different);
    pthread_mutex_unlock(&s->lock);
    return n;
}

void test_server_hold(test_server *s, unsigned n) {
    pthread_mutex_lock(&s->lock);
    s->hold = n;
    pthread_mutex_unlock(&s->lock);
}
