/* Who waits on a terminal is told for what. */
#pragma once

#include "mailwhy.h"

typedef struct waiting waiting;

/* After a second of waiting for the DNS, one line on standard error. NULL where that is no terminal. */
waiting *waiting_start(mw_context *context);
void waiting_end(waiting *w);
