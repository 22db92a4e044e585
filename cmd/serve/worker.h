/* One diagnosis in a process of its own, behind the sandbox's door. */
#pragma once

#include "serve.h"
#include "wire.h"

/* Waits for a mail on the socket, reads it, writes the result, and ends the process. To be called in a new
 * process without threads. */
_Noreturn void worker_run(const serve *s, int socket);
