/* What goes back over HTTP: one place that knows the header fields of every answer. */
#pragma once

#include "jobs.h"

#include <microhttpd.h>

/* An answer to a program, or to somebody at a browser; or to either, by what it accepts. */
typedef enum answer_to { TO_PROGRAM, TO_BROWSER, TO_WHOEVER } answer_to;

/* Why there is nothing else: line says what is wrong and what to do. more: a header field's name and value;
 * or NULL. */
typedef struct refusal {
    guint status;
    const char *line, *more, *value;
} refusal;

/* Takes over text. */
enum MHD_Result answer_text(struct MHD_Connection *c, guint status, const char *type, char *text);
enum MHD_Result answer_error(struct MHD_Connection *c, answer_to to, const refusal *why);
/* A file of the program's own. */
enum MHD_Result answer_file(struct MHD_Connection *c, const char *type, const char *text, gsize size);
/* Takes over the result's descriptor. */
enum MHD_Result answer_result(struct MHD_Connection *c, const job_result *result);
