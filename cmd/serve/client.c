#include "client.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum { MOST_ASKING = 20, SHARES = 4 /* so many clients hold all connections together, at least */ };
#define IPV4 G_GUINT64_CONSTANT(0xffffffff00000000) /* no network of IPv6 that anybody is in begins so */
#define NO_NETWORK 0

typedef struct client {
    int socket;
    client_phase phase;
    gint64 since;
    guint64 network;
} client;

struct clients {
    int seconds[CLIENT_READS + 1]; /* of a phase; 0: a worker's time is the parent's affair */
    GHashTable *all;               /* a set of client */
    GHashTable *of_network;        /* guint64 * -> how many of them */
    guint share;                   /* the most of one */
};

/* What one client can have many addresses of: a host in IPv4, 64 bits in IPv6. */
static guint64 network_of(const struct sockaddr *from) {
    guint64 network = NO_NETWORK;
    guint32 host;
    if (from && from->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)from;
        memcpy(&host, &in->sin_addr, sizeof host);
        return IPV4 | host;
    }
    if (!from || from->sa_family != AF_INET6)
        return NO_NETWORK;
    const struct sockaddr_in6 *in6 = (const void *)from;
    const struct in6_addr *ip = &in6->sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(ip)) {
        memcpy(&host, &ip->s6_addr[12], sizeof host);
        return IPV4 | host;
    }
    memcpy(&network, ip->s6_addr, sizeof network);
    return IN6_IS_ADDR_LOOPBACK(ip) ? 1 : network;
}

static guint count_of(const clients *all, guint64 network) {
    return GPOINTER_TO_UINT(g_hash_table_lookup(all->of_network, &network));
}

static void count(clients *all, guint64 network, int change) {
    guint now = count_of(all, network) + (guint)change;
    if (now == 0)
        g_hash_table_remove(all->of_network, &network);
    else
        g_hash_table_replace(all->of_network, g_memdup2(&network, sizeof network), GUINT_TO_POINTER(now));
}

enum MHD_Result clients_accept(void *data, const struct sockaddr *from, socklen_t size) {
    const clients *all = data;
    guint64 network = network_of(from);
    return network == NO_NETWORK || count_of(all, network) < all->share ? MHD_YES : MHD_NO;
}

clients *clients_new(int seconds, guint most) {
    clients *c = g_new0(clients, 1);
    c->seconds[CLIENT_ASKS] = MIN(seconds, MOST_ASKING);
    c->seconds[CLIENT_SENDS] = c->seconds[CLIENT_READS] = 2 * seconds;
    c->all = g_hash_table_new_full(NULL, NULL, g_free, NULL);
    c->of_network = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    c->share = most / SHARES;
    return c;
}

void clients_free(clients *all) {
    g_hash_table_unref(all->all);
    g_hash_table_unref(all->of_network);
    g_free(all);
}

void clients_notify(void *data, struct MHD_Connection *c, void **context,
                    enum MHD_ConnectionNotificationCode how) {
    clients *all = data;
    if (how == MHD_CONNECTION_NOTIFY_CLOSED) {
        count(all, ((const client *)*context)->network, -1);
        g_hash_table_remove(all->all, *context);
        *context = NULL;
        return;
    }
    client *one = g_new0(client, 1);
    one->socket = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    one->since = g_get_monotonic_time();
    one->network = network_of(MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
    count(all, one->network, 1);
    g_hash_table_add(all->all, one);
    *context = one;
}

void client_phase_begins(struct MHD_Connection *c, client_phase phase) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    client *one = info ? info->socket_context : NULL;
    if (!one)
        return;
    one->phase = phase;
    one->since = g_get_monotonic_time();
}

void clients_look(clients *all) {
    GHashTableIter at;
    gpointer key;
    gint64 now = g_get_monotonic_time();
    g_hash_table_iter_init(&at, all->all);
    while (g_hash_table_iter_next(&at, &key, NULL)) {
        const client *one = key;
        int most = all->seconds[one->phase];
        if (most && now - one->since > most * G_TIME_SPAN_SECOND)
            shutdown(one->socket, SHUT_RDWR); /* libmicrohttpd sees its end, and closes it */
    }
}
