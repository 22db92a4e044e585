#include "workers.h"
#include "worker.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_WAITING = 4 };

typedef struct one {
    pid_t pid;
    int socket;   /* by which its mail comes; -1: it has it */
    guint64 id;   /* of the job */
    gint64 until; /* monotonic */
    bool late;
} one;

struct workers {
    const serve *s;
    void (*in_child)(void *data);
    void *data;
    GHashTable *all; /* pid to one */
    GQueue waiting;  /* of one: who came first is the first to get a mail */
};

static void free_one(gpointer data) {
    one *w = data;
    if (w->socket >= 0)
        close(w->socket);
    g_free(w);
}

workers *workers_new(const serve *s, void (*in_child)(void *data), void *data) {
    workers *all = g_new0(workers, 1);
    all->s = s;
    all->in_child = in_child;
    all->data = data;
    all->all = g_hash_table_new_full(NULL, NULL, NULL, free_one);
    g_queue_init(&all->waiting);
    return all;
}

static void end_one(gpointer pid, gpointer value, gpointer data) {
    kill(GPOINTER_TO_INT(pid), SIGKILL);
}

void workers_free(workers *all) {
    g_hash_table_foreach(all->all, end_one, NULL);
    g_hash_table_unref(all->all);
    g_queue_clear(&all->waiting);
    g_free(all);
}

void workers_close(const workers *all) {
    for (const GList *at = all->waiting.head; at; at = at->next)
        close(((const one *)at->data)->socket);
}

static bool make(workers *all) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    pid_t pid = fork();
    if (pid == 0) {
        all->in_child(all->data);
        close(pair[0]);
        worker_run(all->s, pair[1]);
    }
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return false;
    }
    one *w = g_new0(one, 1);
    *w = (one){.pid = pid, .socket = pair[0]};
    g_hash_table_insert(all->all, GINT_TO_POINTER(pid), w);
    g_queue_push_tail(&all->waiting, w);
    return true;
}

void workers_fill(workers *all) {
    while (all->waiting.length < (guint)MIN(all->s->jobs, MOST_WAITING) && make(all))
        ;
}

bool workers_give(workers *all, const job_message *job, gsize size, const int fds[2]) {
    for (;;) {
        if (g_queue_is_empty(&all->waiting) && !make(all))
            return false;
        one *w = g_queue_pop_head(&all->waiting);
        bool given = wire_send(w->socket, job, size, fds, 2);
        close(w->socket);
        w->socket = -1;
        w->id = job->id;
        w->until = g_get_monotonic_time() + all->s->seconds * G_TIME_SPAN_SECOND;
        if (given)
            return true;
        w->id = 0; /* it has ended while it waited: another one gets the mail */
    }
}

bool workers_ended(workers *all, pid_t pid, int wait_status, end_message *end) {
    one *w = g_hash_table_lookup(all->all, GINT_TO_POINTER(pid));
    if (!w)
        return false;
    *end = (end_message){w->id, wait_status, w->late};
    g_queue_remove(&all->waiting, w);
    g_hash_table_remove(all->all, GINT_TO_POINTER(pid));
    return end->id != 0;
}

static void look(gpointer pid, gpointer value, gpointer data) {
    one *w = value;
    const gint64 *now = data;
    if (!w->id || *now < w->until || w->late)
        return;
    w->late = true;
    kill(w->pid, SIGKILL);
}

void workers_look(workers *all) {
    gint64 now = g_get_monotonic_time();
    g_hash_table_foreach(all->all, look, &now);
}
