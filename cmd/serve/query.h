/* What a request asks for: the options in its query, and the form of the answer. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* The options of one request, as a job_message holds them. */
typedef struct query {
    GByteArray *options;
    bool format_given, reply;
    char *error; /* what is wrong with them; or NULL */
} query;

void query_init(query *q);
void query_clear(query *q);
/* An option of the query; value NULL or "" where there is none. What names a file, or whom to ask, is the
 * server's to say and not known here. */
void query_add(query *q, const char *name, const char *value);
/* The form: by "format", else by the header field Accept; NULL: any. False when there is none of them. */
bool query_accept(query *q, const char *accept);
/* Without a look at what it is: for the server's own. */
void query_put(query *q, const char *name, const char *value);
