/* One request from its first line to its answer. */
#pragma once

#include "jobs.h"

#include <microhttpd.h>

/* What all requests share: one front. */
typedef struct room {
    const serve *s;
    jobs *jobs;
    guint64 octets; /* of mails that are being received or wait */
    bool shutting;  /* nothing new is taken */
    guint requests; /* that are being answered */
} room;

/* Callbacks of libmicrohttpd; data is the room. */
enum MHD_Result request_access(void *data, struct MHD_Connection *c, const char *url, const char *method,
                               const char *version, const char *bytes, size_t *size, void **state);
void request_completed(void *data, struct MHD_Connection *c, void **state,
                       enum MHD_RequestTerminationCode how);
