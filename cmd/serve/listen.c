#include "listen.h"

#include "base/file.h"
#include "base/ip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BACKLOG = 256, LEAST_TOKEN = 16, MOST_TOKEN_FILE = 4096 };

static gboolean fail(const serve *s, const char *why, GError **error) {
    g_set_error(error, mw_error_quark(), 0, "--listen %s: %s", s->listen, why);
    return FALSE;
}

static bool read_address(const char *text, mw_ip *ip, guint64 *port) {
    const char *colon = strrchr(text, ':');
    if (!colon || !mw_ip_parse((mw_span){text, (gsize)(colon - text)}, ip))
        return false;
    return mw_span_number(mw_span_of(colon + 1), G_MAXUINT16, port);
}

static socklen_t fill_address(struct sockaddr_storage *room, const mw_ip *ip, guint16 port) {
    memset(room, 0, sizeof *room);
    if (ip->family == 4) {
        struct sockaddr_in *four = (struct sockaddr_in *)room;
        four->sin_family = AF_INET;
        four->sin_port = htons(port);
        memcpy(&four->sin_addr, ip->bytes, 4);
        return sizeof *four;
    }
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)room;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(port);
    memcpy(&six->sin6_addr, ip->bytes, 16);
    return sizeof *six;
}

/* The port that was given by the system, where 0 was asked for. */
static void note_port(serve *s, const mw_ip *ip) {
    struct sockaddr_storage room;
    socklen_t size = sizeof room;
    char text[MW_IP_TEXT];
    if (getsockname(s->listener, (struct sockaddr *)&room, &size) != 0)
        return;
    guint16 port = ntohs(ip->family == 4 ? ((struct sockaddr_in *)&room)->sin_port
                                         : ((struct sockaddr_in6 *)&room)->sin6_port);
    g_free(s->listen);
    s->listen = g_strdup_printf(ip->family == 4 ? "%s:%u" : "[%s]:%u", mw_ip_print(ip, text), port);
}

gboolean listen_open(serve *s, GError **error) {
    mw_ip ip;
    guint64 port;
    int on = 1;
    struct sockaddr_storage address;
    if (!read_address(s->listen, &ip, &port))
        return fail(s, "not an address and a port, such as 127.0.0.1:8025 or [::1]:8025", error);
    s->beyond = !mw_ip_loopback(&ip);
    socklen_t size = fill_address(&address, &ip, (guint16)port);
    s->listener = socket(ip.family == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s->listener < 0)
        return fail(s, g_strerror(errno), error);
    setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s->listener, (struct sockaddr *)&address, size) != 0 || listen(s->listener, BACKLOG) != 0)
        return fail(s,
                    errno == EADDRINUSE ? "another program listens there already: choose another port"
                                        : g_strerror(errno),
                    error);
    note_port(s, &ip);
    return TRUE;
}

gboolean listen_read_token(serve *s, GError **error) {
    struct stat about;
    gsize size;
    if (!s->token_file)
        return !s->beyond ||
               fail(s,
                    "other machines reach that: give a token (--token FILE), or listen on 127.0.0.1 behind a "
                    "proxy that asks for a password (man mailwhy-serve)",
                    error);
    g_autofree char *text = mw_file_read(s->token_file, MOST_TOKEN_FILE, &size, error);
    if (!text)
        return FALSE;
    g_strstrip(text);
    const char *why = NULL;
    if (strlen(text) < LEAST_TOKEN || strpbrk(text, " \t\r\n"))
        why = "not a token of 16 or more characters in one word (openssl rand -hex 16 > FILE makes one)";
    else if (stat(s->token_file, &about) == 0 && (about.st_mode & 07))
        why = "others on this machine may read it: chmod 600 it";
    if (why) {
        g_set_error(error, mw_error_quark(), 0, "--token %s: %s", s->token_file, why);
        return FALSE;
    }
    s->token = g_steal_pointer(&text);
    return TRUE;
}
