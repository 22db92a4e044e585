/* One diagnosis in a process of its own, behind the sandbox's door. */
#pragma once

#include "serve.h"
#include "wire.h"

/* Reads the mail, writes the result, and ends the process. To be called in a new process without threads. */
_Noreturn void worker_run(const serve *s, const job_message *job, int mail, int result);
