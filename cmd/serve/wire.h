/* What goes between the front, which speaks HTTP, and the parent, which makes workers; and what a worker
 * leaves for the front. Mails and reports travel as files in memory that no other process has open. */
#pragma once

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>

typedef enum answer_kind {
    ANSWER_REPORT, /* in the format that is asked for */
    ANSWER_PAGE,   /* for the browser: the report with what can be done with it */
} answer_kind;

enum { MOST_OPTIONS = 16384 };

/* Front to parent, with two descriptors: the mail, and a file of RESULT_BODY octets for the result. */
typedef struct job_message {
    guint64 id;
    guint32 kind; /* answer_kind */
    guint32 size; /* of options, which follow: "name", NUL, "value", NUL ... */
    char options[MOST_OPTIONS];
} job_message;

/* Parent to front: the process has ended. */
typedef struct end_message {
    guint64 id;
    gint32 wait_status;
    gint32 late; /* the parent ended it, as its time was over */
} end_message;

/* The first octets of a result. The front believes none of it without a look: a worker read a stranger's
 * mail. */
typedef struct result_head {
    _Atomic guint32 asked, open; /* DNS questions so far, for who waits */
    _Atomic guint32 done;        /* the rest holds */
    guint32 status;              /* of HTTP */
    guint32 type;                /* result_type */
    guint64 size;                /* of the body, which begins at RESULT_BODY */
} result_head;
enum { RESULT_BODY = 4096 };

typedef enum result_type {
    RESULT_TEXT,
    RESULT_JSON,
    RESULT_LINES,
    RESULT_HTML, /* a page of its own, with its style in it */
    RESULT_PAGE, /* one of ours, with our files */
    RESULT_MARKDOWN,
    RESULT_XML,
    RESULT_SARIF,
    RESULT_TYPES,
} result_type;

/* False where it was not sent; errno says why. */
bool wire_send(int socket, const void *message, gsize size, const int *fds, guint n_fds);
/* The size of what came, 0 at the end, -1 with errno. fds are closed on exec; those that did not come are -1.
 */
gssize wire_receive(int socket, void *message, gsize size, int *fds, guint n_fds);
