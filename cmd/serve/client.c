#include "client.h"

#include <sys/socket.h>

enum { MOST_ASKING = 20 };

typedef struct client {
    int socket;
    client_phase phase;
    gint64 since;
} client;

struct clients {
    int seconds[CLIENT_READS + 1]; /* of a phase; 0: a worker's time is the parent's affair */
    GHashTable *all;               /* a set of client */
};

clients *clients_new(int seconds) {
    clients *c = g_new0(clients, 1);
    c->seconds[CLIENT_ASKS] = MIN(seconds, MOST_ASKING);
    c->seconds[CLIENT_SENDS] = c->seconds[CLIENT_READS] = 2 * seconds;
    c->all = g_hash_table_new_full(NULL, NULL, g_free, NULL);
    return c;
}

void clients_free(clients *all) {
    g_hash_table_unref(all->all);
    g_free(all);
}

void clients_notify(void *data, struct MHD_Connection *c, void **context,
                    enum MHD_ConnectionNotificationCode how) {
    clients *all = data;
    if (how == MHD_CONNECTION_NOTIFY_CLOSED) {
        g_hash_table_remove(all->all, *context);
        *context = NULL;
        return;
    }
    client *one = g_new0(client, 1);
    one->socket = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    one->since = g_get_monotonic_time();
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
