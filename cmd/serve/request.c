#include "request.h"
#include "client.h"
#include "door.h"
#include "entry.h"
#include "upload.h"

#include <string.h>
#include <unistd.h>

#define RETRY_AFTER "5" /* seconds */
enum { PENDING_MAILS = 8, CONTENT_TOO_LARGE = 413, UNPROCESSABLE = 422 };

typedef struct request {
    room *room;
    struct MHD_Connection *connection;
    const route *route;
    query query;
    upload *upload;
    guint64 counted; /* octets of the room's */
    job *job;
    bool ended, good, late; /* the job has; its result is there; it took too long */
    job_result result;
    refusal refusal; /* the first thing that is wrong */
} request;

static bool wrong_with(request *q, guint status, const char *line, const char *more, const char *value) {
    if (!q->refusal.line)
        q->refusal = (refusal){status, line, more, value};
    return false;
}

static bool wrong(request *q, guint status, const char *line) {
    return wrong_with(q, status, line, NULL, NULL);
}

/* ---- the mail ---- */

static bool open_upload(request *q) {
    struct MHD_Connection *c = q->connection;
    if (q->room->shutting)
        return wrong_with(q, MHD_HTTP_SERVICE_UNAVAILABLE, "this server is about to stop", "Retry-After",
                          "30");
    bool form = q->route->to == TO_BROWSER;
    q->upload = upload_new(form ? c : NULL, entry_most_octets(q->room->s, q->route));
    return q->upload || wrong(q, MHD_HTTP_BAD_REQUEST,
                              form ? "this address takes the form of the page: programs use POST /v2/diagnose"
                                   : "there is no memory for this mail: send it again later");
}

static void count(request *q, guint64 octets) {
    q->room->octets += octets - q->counted;
    q->counted = octets;
}

static void receive(request *q, const char *bytes, gsize size) {
    if (q->refusal.line)
        return;
    if (!upload_add(q->upload, bytes, size)) {
        if (upload_size(q->upload) > entry_most_octets(q->room->s, q->route))
            wrong(q, CONTENT_TOO_LARGE, "the mail is larger than this server takes (--max-size)");
        else
            wrong(q, MHD_HTTP_BAD_REQUEST, "this is no form of the page: programs use POST /v2/diagnose");
        return;
    }
    count(q, upload_size(q->upload));
    if (q->room->octets > PENDING_MAILS * ((guint64)q->room->s->max_size << 20))
        wrong_with(q, MHD_HTTP_SERVICE_UNAVAILABLE,
                   "many large mails came at once: send it again in a moment", "Retry-After", RETRY_AFTER);
}

static void ended(job *j, void *data) {
    request *q = data;
    q->ended = true;
    q->late = job_was_late(j);
    q->good = job_take_result(j, &q->result);
    q->job = NULL;
    count(q, 0);
    client_phase_begins(q->connection, CLIENT_READS);
    MHD_resume_connection(q->connection);
}

static bool check_form(request *q) {
    if (q->route->to != TO_BROWSER)
        return true;
    if (!door_form_token(q->room->s, upload_token(q->upload), g_get_real_time() / G_USEC_PER_SEC))
        return wrong(q, MHD_HTTP_FORBIDDEN,
                     "the page was open for too long: open it again, and choose the file once more");
    upload_finish(q->upload, &q->query);
    return true;
}

static void submit(request *q) {
    if (q->refusal.line || !check_form(q))
        return;
    if (q->query.error) {
        wrong(q, MHD_HTTP_BAD_REQUEST, q->query.error);
        return;
    }
    answer_kind kind = q->route->to == TO_BROWSER ? ANSWER_PAGE : ANSWER_REPORT;
    if (upload_is_empty(q->upload)) {
        wrong(q, kind == ANSWER_PAGE ? MHD_HTTP_BAD_REQUEST : UNPROCESSABLE,
              kind == ANSWER_PAGE
                  ? "nothing was given: choose a file, or paste a text"
                  : "there is no mail: send it as the body (curl --data-binary @message.eml)");
        return;
    }
    q->job = job_new(q->room->jobs, kind, upload_take(q->upload), q->query.options->data,
                     q->query.options->len, ended, q);
    if (!q->job) {
        wrong_with(q, MHD_HTTP_TOO_MANY_REQUESTS, "many mails wait already: send it again in a moment",
                   "Retry-After", RETRY_AFTER);
        return;
    }
    job_set_id(q->job, upload_id(q->upload));
    client_phase_begins(q->connection, CLIENT_WAITS);
    MHD_suspend_connection(q->connection);
    jobs_start(q->room->jobs);
}

/* ---- answers ---- */

static enum MHD_Result answer_wrong(request *q) {
    client_phase_begins(q->connection, CLIENT_READS);
    return answer_error(q->connection, q->route ? q->route->to : TO_WHOEVER, &q->refusal);
}

static enum MHD_Result answer_ended(request *q) {
    if (q->good) {
        q->good = false; /* the descriptor goes with the answer */
        return answer_result(q->connection, &q->result);
    }
    if (q->late)
        wrong(q, MHD_HTTP_GATEWAY_TIMEOUT,
              "this mail took too long to read: it was given up, and other mails are not touched by it");
    else
        wrong(q, MHD_HTTP_INTERNAL_SERVER_ERROR,
              "this mail could not be read to its end: that is a fault of mailwhy, please report it; other "
              "mails are "
              "not touched by it");
    return answer_wrong(q);
}

static request *new_request(room *r, struct MHD_Connection *c, const char *url, const char *method) {
    request *q = g_new0(request, 1);
    q->room = r;
    q->connection = c;
    q->route = routes_find(url);
    query_init(&q->query);
    r->requests++;
    if (entry_check(r, c, q->route, method, &q->query, &q->refusal) && !q->route->answer)
        open_upload(q);
    client_phase_begins(c, CLIENT_SENDS);
    return q;
}

/* An answer before the body ends the connection, and who is still sending may not see it: so a body of a
 * common size is read and dropped first, unless the client asks (Expect). */
static bool is_not_worth_reading(const request *q) {
    const char *length = MHD_lookup_connection_value(q->connection, MHD_HEADER_KIND, "Content-Length");
    return MHD_lookup_connection_value(q->connection, MHD_HEADER_KIND, "Expect") ||
           entry_is_ambiguous(q->connection) ||
           (length && g_ascii_strtoull(length, NULL, 10) > (guint64)q->room->s->max_size << 20);
}

/* Called when the header is there, for each piece of the body, and when all is there. */
enum MHD_Result request_access(void *data, struct MHD_Connection *c, const char *url, const char *method,
                               const char *version, const char *bytes, size_t *size, void **state) {
    request *q = *state;
    if (!q) {
        *state = q = new_request(data, c, url, method);
        return q->refusal.line && is_not_worth_reading(q) ? answer_wrong(q) : MHD_YES;
    }
    if (*size) {
        if (q->upload)
            receive(q, bytes, *size);
        *size = 0;
        return MHD_YES;
    }
    if (q->ended)
        return answer_ended(q);
    if (!q->refusal.line && q->route->answer) {
        client_phase_begins(c, CLIENT_READS);
        return q->route->answer(q->room, c);
    }
    submit(q);
    return q->refusal.line ? answer_wrong(q) : MHD_YES;
}

void request_completed(void *data, struct MHD_Connection *c, void **state,
                       enum MHD_RequestTerminationCode how) {
    request *q = *state;
    if (!q)
        return;
    if (q->job)
        job_forget(q->job);
    if (q->good)
        close(q->result.fd);
    count(q, 0);
    q->room->requests--;
    upload_free(q->upload);
    query_clear(&q->query);
    g_free(q);
    *state = NULL;
    client_phase_begins(c, CLIENT_ASKS);
}
