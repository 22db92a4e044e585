/* The process that speaks HTTP. It reads no mail, opens no file, and makes no process. */
#pragma once

#include "serve.h"

/* Ends with the process: when the parent says so (SIGTERM) and what was begun is answered, or when the parent
 * is gone. */
_Noreturn void front_run(const serve *s, int parent);
