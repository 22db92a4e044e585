/* The processes of mails. Some are made before their mail comes, so that nobody waits for that; each has one
 * mail, and ends with it. */
#pragma once

#include "serve.h"
#include "wire.h"

#include <sys/types.h>

typedef struct workers workers;

/* in_child: called first in each new process, which must not keep what is the parent's alone. */
workers *workers_new(const serve *s, void (*in_child)(void *data), void *data);
/* Ends those that are left. */
void workers_free(workers *all);
/* Makes those that wait for a mail. */
void workers_fill(workers *all);
/* Hands the mail over. False when no process can be made; errno says why. */
bool workers_give(workers *all, const job_message *job, gsize size, const int fds[2]);
/* True when the process had a mail: then *end tells of it. */
bool workers_ended(workers *all, pid_t pid, int wait_status, end_message *end);
/* Ends those whose time is over. */
void workers_look(workers *all);
/* In a child of the parent's that is none of them. */
void workers_close(const workers *all);
