/* The body of a request: a mail as it is, or a form's fields. It is kept in memory that has no name. */
#pragma once

#include "query.h"

#include <microhttpd.h>

typedef struct upload upload;

/* A form when connection is given, else the mail itself. most: octets. NULL when there is no memory. */
upload *upload_new(struct MHD_Connection *connection, guint64 most);
void upload_free(upload *u);
/* False when it is too large, or no form. */
bool upload_add(upload *u, const char *data, gsize size);
guint64 upload_size(const upload *u);

/* Of a form, when all is there: its fields go to the query; what was pasted takes the place of a file that
 * was not chosen. */
void upload_finish(upload *u, query *q);
bool upload_is_empty(const upload *u);
const char *upload_token(const upload *u); /* or NULL */
const char *upload_id(const upload *u);    /* or NULL */
/* The descriptor, which is the caller's then. */
int upload_take(upload *u);
