/* The warm parent: it has read all data, hears from nobody but the front, and makes a process for each mail.
 */
#pragma once

#include "serve.h"

/* Until SIGTERM or SIGINT. The exit status. */
int parent_run(const serve *s);
