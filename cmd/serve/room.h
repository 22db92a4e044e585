/* What all requests share: one front. */
#pragma once

#include "jobs.h"

typedef struct room {
    const serve *s;
    jobs *jobs;
    guint64 octets; /* of mails that are being received or wait */
    bool shutting;  /* nothing new is taken */
    guint requests; /* that are being answered */
} room;
