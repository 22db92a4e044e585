/* The diagnoses that are asked for: a few at once, some that wait, and no more. */
#pragma once

#include "serve.h"
#include "wire.h"

typedef struct jobs jobs;
typedef struct job job;

/* Called once, when the job has ended; not after job_forget(). */
typedef void (*job_ended)(job *j, void *data);

/* parent: the socket to the parent. */
jobs *jobs_new(const serve *s, int parent);
void jobs_free(jobs *all);

/* mail is taken over. NULL when too many wait already, or memory is short. */
job *job_new(jobs *all, answer_kind kind, int mail, const guint8 *options, gsize size, job_ended ended,
             void *data);
/* Nobody waits for it any more. */
void job_forget(job *j);
void job_set_id(job *j, const char *id);

/* Those that may, begin: after job_new(), when the caller is ready for the end. */
void jobs_start(jobs *all);
/* What the parent says. False when it is gone. */
bool jobs_receive(jobs *all);
guint jobs_running(const jobs *all);

/* How far the job is that a page called so: questions asked, and those without an answer; false: no such. */
bool jobs_progress(const jobs *all, const char *id, guint *asked, guint *open);

/* An ended job's result: false when its process died or left nonsense. The descriptor is the caller's to
 * close. */
typedef struct job_result {
    guint status;
    result_type type;
    guint64 size;
    int fd;
} job_result;
bool job_take_result(job *j, job_result *out);
/* It took longer than it may. */
bool job_was_late(const job *j);
