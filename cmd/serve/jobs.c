#include "jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_ID = 64 };

struct job {
    jobs *all;
    job_message *message;
    int mail, result;
    result_head *head;
    end_message how;
    char *name; /* by which a page asks how far it is; or NULL */
    job_ended ended;
    void *data;
};

struct jobs {
    const serve *s;
    int parent;
    guint64 last;
    GHashTable *running; /* id to job; those that were forgotten, too */
    GQueue waiting;      /* of job */
};

static void free_job(job *j) {
    if (j->mail >= 0)
        close(j->mail);
    if (j->head)
        munmap(j->head, RESULT_BODY);
    if (j->result >= 0)
        close(j->result);
    g_free(j->message);
    g_free(j->name);
    g_free(j);
}

jobs *jobs_new(const serve *s, int parent) {
    jobs *all = g_new0(jobs, 1);
    all->s = s;
    all->parent = parent;
    all->running = g_hash_table_new(g_int64_hash, g_int64_equal);
    g_queue_init(&all->waiting);
    return all;
}

void jobs_free(jobs *all) {
    g_hash_table_unref(all->running);
    g_queue_clear(&all->waiting);
    g_free(all);
}

guint jobs_running(const jobs *all) {
    return g_hash_table_size(all->running);
}

/* It can't be made shorter by whoever has it: what is mapped stays there. */
static bool make_result(job *j) {
    j->result = memfd_create("result", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (j->result < 0 || ftruncate(j->result, RESULT_BODY) != 0 ||
        fcntl(j->result, F_ADD_SEALS, F_SEAL_SHRINK) != 0)
        return false;
    void *head = mmap(NULL, RESULT_BODY, PROT_READ | PROT_WRITE, MAP_SHARED, j->result, 0);
    j->head = head == MAP_FAILED ? NULL : head;
    return j->head != NULL;
}

static void end(job *j, const end_message *how) {
    j->how = *how;
    if (j->ended)
        j->ended(j, j->data);
    free_job(j);
}

static void start(job *j) {
    jobs *all = j->all;
    gsize size = G_STRUCT_OFFSET(job_message, options) + j->message->size;
    if (make_result(j) && wire_send(all->parent, j->message, size, (const int[]){j->mail, j->result}, 2)) {
        close(j->mail);
        j->mail = -1;
        g_hash_table_insert(all->running, &j->message->id, j);
    } else {
        end(j, &(end_message){.wait_status = -1});
    }
}

void jobs_start(jobs *all) {
    while (jobs_running(all) < (guint)all->s->jobs && !g_queue_is_empty(&all->waiting))
        start(g_queue_pop_head(&all->waiting));
}

job *job_new(jobs *all, answer_kind kind, int mail, const guint8 *options, gsize size, job_ended ended,
             void *data) {
    bool free_place = jobs_running(all) < (guint)all->s->jobs;
    if ((!free_place && all->waiting.length >= (guint)all->s->waiting) || size > MOST_OPTIONS) {
        close(mail);
        return NULL;
    }
    job *j = g_new0(job, 1);
    j->all = all;
    j->mail = mail;
    j->result = -1;
    j->ended = ended;
    j->data = data;
    j->message = g_malloc(G_STRUCT_OFFSET(job_message, options) + size);
    j->message->id = ++all->last;
    j->message->kind = kind;
    j->message->size = (guint32)size;
    memcpy(j->message->options, options, size);
    g_queue_push_tail(&all->waiting, j);
    return j;
}

void job_forget(job *j) {
    j->ended = NULL;
    if (g_queue_remove(&j->all->waiting, j))
        free_job(j);
}

void job_set_id(job *j, const char *id) {
    if (id && strlen(id) <= MOST_ID)
        j->name = g_strdup(id);
}

bool jobs_receive(jobs *all) {
    end_message message;
    gssize size = wire_receive(all->parent, &message, sizeof message, NULL, 0);
    if (size != sizeof message)
        return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    job *j = g_hash_table_lookup(all->running, &message.id);
    if (j) {
        g_hash_table_remove(all->running, &message.id);
        end(j, &message);
    }
    jobs_start(all);
    return true;
}

bool jobs_progress(const jobs *all, const char *id, guint *asked, guint *open) {
    GHashTableIter at;
    gpointer value;
    g_hash_table_iter_init(&at, all->running);
    while (g_hash_table_iter_next(&at, NULL, &value)) {
        const job *j = value;
        if (!j->name || strcmp(j->name, id) != 0)
            continue;
        *asked = atomic_load(&j->head->asked);
        *open = MIN(atomic_load(&j->head->open), *asked);
        return true;
    }
    return false;
}

bool job_was_late(const job *j) {
    return j->how.late || (WIFSIGNALED(j->how.wait_status) && WTERMSIG(j->how.wait_status) == SIGXCPU);
}

bool job_take_result(job *j, job_result *out) {
    static const guint statuses[] = {200, 400, 422, 500};
    struct stat about;
    if (!j->head || !WIFEXITED(j->how.wait_status) || WEXITSTATUS(j->how.wait_status) != 0 ||
        !atomic_load(&j->head->done) || fstat(j->result, &about) != 0)
        return false;
    *out = (job_result){
        .status = j->head->status, .type = j->head->type, .size = j->head->size, .fd = j->result};
    bool known = false;
    for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++)
        known |= out->status == statuses[i];
    if (!known || (guint)out->type >= RESULT_TYPES || out->size > (guint64)about.st_size - RESULT_BODY)
        return false;
    j->result = -1;
    return true;
}
