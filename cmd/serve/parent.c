#include "parent.h"
#include "front.h"
#include "heap.h"
#include "wire.h"
#include "workers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_EVERY_MS = 500, FRONT_STARTS = 20, CALM_SECONDS = 60 };

typedef struct parent {
    const serve *s;
    int front, signals;
    pid_t front_pid;
    gint64 front_since;
    guint starts; /* of fronts, one soon after the other */
    workers *workers;
    sigset_t before;
    bool stopping;
    job_message message;
} parent;

static void become_child(const parent *p) {
    sigprocmask(SIG_SETMASK, &p->before, NULL);
    close(p->signals);
    workers_close(p->workers);
}

static void become_worker(void *data) {
    const parent *p = data;
    become_child(p);
    if (p->front >= 0)
        close(p->front);
    if (!p->stopping)
        close(p->s->listener);
}

static bool start_front(parent *p) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    p->front_pid = fork();
    if (p->front_pid == 0) {
        become_child(p);
        close(pair[0]);
        front_run(p->s, pair[1]);
    }
    close(pair[1]);
    p->front = pair[0];
    p->front_since = g_get_monotonic_time();
    return p->front_pid > 0;
}

static void tell_end(const parent *p, const end_message *end) {
    if (p->front >= 0)
        wire_send(p->front, end, sizeof *end, NULL, 0);
}

static void give(const parent *p, gsize size, const int fds[2]) {
    if (workers_give(p->workers, &p->message, size, fds))
        return;
    serve_say("no process can be made: %s", g_strerror(errno));
    tell_end(p, &(end_message){p->message.id, -1, false});
}

/* False when the front is gone. */
static bool take_job(parent *p) {
    int fds[2];
    gssize size = wire_receive(p->front, &p->message, sizeof p->message, fds, G_N_ELEMENTS(fds));
    if (size <= 0)
        return false;
    gsize head = G_STRUCT_OFFSET(job_message, options);
    bool whole = (gsize)size >= head && p->message.size == (gsize)size - head && fds[0] >= 0 && fds[1] >= 0 &&
                 (!p->message.size || p->message.options[p->message.size - 1] == '\0');
    if (whole)
        give(p, (gsize)size, fds);
    for (gsize i = 0; i < G_N_ELEMENTS(fds); i++)
        if (fds[i] >= 0)
            close(fds[i]);
    return true;
}

static void front_ended(parent *p) {
    gint64 lived = g_get_monotonic_time() - p->front_since;
    close(p->front);
    p->front = -1;
    if (p->stopping)
        return;
    p->starts = lived > CALM_SECONDS * G_TIME_SPAN_SECOND ? 1 : p->starts + 1;
    serve_say("the process that speaks HTTP ended: a new one is started");
    if (p->starts > FRONT_STARTS || !start_front(p))
        p->stopping = true;
}

static void reap(parent *p) {
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        if (pid == p->front_pid) {
            front_ended(p);
            continue;
        }
        end_message end;
        if (!workers_ended(p->workers, pid, status, &end))
            continue;
        if (WIFSIGNALED(status) && !end.late)
            serve_say("a diagnosis ended by signal %d; the others are not touched by it", WTERMSIG(status));
        tell_end(p, &end);
    }
}

static void take_signal(parent *p) {
    struct signalfd_siginfo about;
    while (read(p->signals, &about, sizeof about) == sizeof about) {
        if (about.ssi_signo == SIGCHLD)
            continue;
        p->stopping = true;
        close(p->s->listener);
        if (p->front >= 0)
            kill(p->front_pid, SIGTERM);
    }
    reap(p);
}

static bool watch_signals(parent *p) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, &p->before);
    p->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return p->signals >= 0;
}

int parent_run(const serve *s) {
    parent p = {.s = s, .front = -1};
    p.workers = workers_new(s, become_worker, &p);
    heap_set_apart();
    if (!watch_signals(&p) || !start_front(&p)) {
        serve_say("no process can be made: %s", g_strerror(errno));
        return STATUS_ERROR;
    }
    serve_say("http://%s/", s->listen);
    while (!(p.stopping && p.front < 0)) {
        struct pollfd fds[] = {{p.signals, POLLIN, 0}, {p.front, POLLIN, 0}};
        poll(fds, G_N_ELEMENTS(fds), LOOK_EVERY_MS);
        if (fds[1].revents && !take_job(&p) && p.front >= 0) {
            g_usleep(1000); /* its end is told by the signal */
        }
        take_signal(&p);
        workers_look(p.workers);
        if (!p.stopping)
            workers_fill(p.workers);
    }
    workers_free(p.workers);
    return p.starts > FRONT_STARTS ? STATUS_ERROR : STATUS_GOOD;
}
