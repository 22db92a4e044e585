/* How long a client may take: who sends a byte now and then would hold a connection for ever. And how many
 * connections one may have: it would hold them all. */
#pragma once

#include <glib.h>
#include <microhttpd.h>
#include <stdbool.h>

typedef struct clients clients;

typedef enum client_phase { CLIENT_ASKS, CLIENT_SENDS, CLIENT_WAITS, CLIENT_READS } client_phase;

/* seconds: what a diagnosis may take; a client has as much time to say what it wants, and twice that for a
 * mail and for an answer. most: how many connections there are for all. */
clients *clients_new(int seconds, guint most);
void clients_free(clients *all);
/* Callbacks of libmicrohttpd; data is the clients. The first refuses what is above a client's share. */
enum MHD_Result clients_accept(void *data, const struct sockaddr *from, socklen_t size);
void clients_notify(void *data, struct MHD_Connection *c, void **context,
                    enum MHD_ConnectionNotificationCode how);
/* A new phase begins, and with it its time. */
void client_phase_begins(struct MHD_Connection *c, client_phase phase);
/* Ends the connections whose time is over. */
void clients_look(clients *all);
