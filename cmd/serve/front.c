#include "front.h"
#include "client.h"
#include "jobs.h"
#include "request.h"
#include "sandbox.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

enum {
    MOST_CONNECTIONS = 512,
    CONNECTION_MEMORY = 32 << 10, /* of one header, and of what is read at once */
    IDLE_SECONDS = 20,
    LOOK_EVERY_MS = 1000,
    STOP_SECONDS = 30,
};

static volatile sig_atomic_t told_to_stop;

static void stop(int number) {
    told_to_stop = 1;
}

static void watch_signals(void) {
    struct sigaction action = {.sa_handler = stop};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGINT, SIG_IGN); /* the terminal's goes to the parent, too */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static struct MHD_Daemon *start_http(room *r, clients *all) {
    return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, clients_accept, all, request_access,
                            r, MHD_OPTION_LISTEN_SOCKET, r->s->listener, MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned)MOST_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
                            MHD_OPTION_NOTIFY_COMPLETED, request_completed, r, MHD_OPTION_NOTIFY_CONNECTION,
                            clients_notify, all, MHD_OPTION_END);
}

static int wait_ms(struct MHD_Daemon *http) {
    MHD_UNSIGNED_LONG_LONG most;
    if (MHD_get_timeout(http, &most) == MHD_YES && most < LOOK_EVERY_MS)
        return (int)most;
    return LOOK_EVERY_MS;
}

/* False when it is to end. */
static bool turn(struct MHD_Daemon *http, room *r, clients *all, int parent, gint64 *stop_at) {
    int epoll = MHD_get_daemon_info(http, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    struct pollfd fds[] = {{epoll, POLLIN, 0}, {parent, POLLIN, 0}};
    poll(fds, G_N_ELEMENTS(fds), wait_ms(http));
    if (fds[1].revents && !jobs_receive(r->jobs))
        return false;
    MHD_run(http);
    clients_look(all);
    gint64 now = g_get_monotonic_time();
    if (told_to_stop && !r->shutting) {
        r->shutting = true;
        *stop_at = now + STOP_SECONDS * G_TIME_SPAN_SECOND;
        close(MHD_quiesce_daemon(http));
    }
    return !r->shutting || (r->requests && now < *stop_at);
}

_Noreturn void front_run(const serve *s, int parent) {
    watch_signals();
    room r = {.s = s, .jobs = jobs_new(s, parent)};
    clients *all = clients_new(s->seconds, MOST_CONNECTIONS);
    struct MHD_Daemon *http = start_http(&r, all);
    if (!http) {
        serve_say("HTTP can't be spoken on %s", s->listen);
        _exit(STATUS_ERROR);
    }
    sandbox door = {.network = true, .serving = true};
    if (!s->no_sandbox)
        g_free(sandbox_close(&door));
    gint64 stop_at = 0;
    while (turn(http, &r, all, parent, &stop_at))
        ;
    _exit(STATUS_GOOD);
}
