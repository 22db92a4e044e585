/* One request from its first line to its answer. */
#pragma once

#include "room.h"

#include <microhttpd.h>

/* Callbacks of libmicrohttpd; data is the room. */
enum MHD_Result request_access(void *data, struct MHD_Connection *c, const char *url, const char *method,
                               const char *version, const char *bytes, size_t *size, void **state);
void request_completed(void *data, struct MHD_Connection *c, void **state,
                       enum MHD_RequestTerminationCode how);
