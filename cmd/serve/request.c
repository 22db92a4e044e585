#include "request.h"
#include "answer.h"
#include "client.h"
#include "door.h"
#include "page.h"
#include "query.h"
#include "upload.h"

#include <string.h>
#include <unistd.h>

#define RETRY_AFTER "5" /* seconds */
enum { PENDING_MAILS = 8, FORM_EXTRA = 2 << 20, CONTENT_TOO_LARGE = 413 };

typedef struct request request;
typedef enum MHD_Result (*handler)(room *r, struct MHD_Connection *c, request *q);

struct request {
    room *room;
    struct MHD_Connection *connection;
    const struct route *route;
    query query;
    upload *upload;
    guint64 counted; /* octets of the room's */
    job *job;
    bool ended, good, late; /* the job has; its result is there; it took too long */
    job_result result;
    guint status; /* of what is wrong, when line is not NULL */
    const char *line, *more, *value;
};

typedef struct route {
    const char *path, *method;
    answer_to to;
    bool open;      /* to whom has no token */
    bool acts;      /* not for pages from elsewhere */
    handler answer; /* NULL: it takes a mail */
} route;

/* ---- what is only read ---- */

static enum MHD_Result give_form(room *r, struct MHD_Connection *c, request *q) {
    g_autofree char *token = door_new_form_token(r->s, g_get_real_time() / G_USEC_PER_SEC);
    return answer_text(c, MHD_HTTP_OK, "text/html; charset=utf-8", page_form(r->s, token, NULL));
}

static enum MHD_Result give_file(struct MHD_Connection *c, const char *name, const char *type) {
    gsize size;
    const char *text = page_file(name, &size);
    return answer_file(c, type, text, size);
}

static enum MHD_Result give_css(room *r, struct MHD_Connection *c, request *q) {
    return give_file(c, "page.css", "text/css; charset=utf-8");
}

static enum MHD_Result give_script(room *r, struct MHD_Connection *c, request *q) {
    return give_file(c, "page.js", "text/javascript; charset=utf-8");
}

static enum MHD_Result give_icon(room *r, struct MHD_Connection *c, request *q) {
    return give_file(c, "icon.svg", "image/svg+xml");
}

static enum MHD_Result give_openapi(room *r, struct MHD_Connection *c, request *q) {
    return give_file(c, "openapi.json", "application/json");
}

static enum MHD_Result give_report_css(room *r, struct MHD_Connection *c, request *q) {
    return answer_file(c, "text/css; charset=utf-8", mw_html_style(), strlen(mw_html_style()));
}

static enum MHD_Result give_health(room *r, struct MHD_Connection *c, request *q) {
    return answer_text(c, r->shutting ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_OK, "application/json",
                       g_strdup_printf("{\"status\":\"%s\",\"version\":\"%s\",\"running\":%u}\n",
                                       r->shutting ? "stopping" : "ok", mw_version(), jobs_running(r->jobs)));
}

static enum MHD_Result give_progress(room *r, struct MHD_Connection *c, request *q) {
    const char *id = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "id");
    guint asked = 0, open = 0;
    if (id)
        jobs_progress(r->jobs, id, &asked, &open);
    return answer_text(c, MHD_HTTP_OK, "application/json",
                       g_strdup_printf("{\"asked\":%u,\"open\":%u}\n", asked, open));
}

static const route routes[] = {
    {"/", "GET", TO_BROWSER, false, false, give_form},
    {"/check", "POST", TO_BROWSER, false, true, NULL},
    {"/v2/diagnose", "POST", TO_PROGRAM, false, true, NULL},
    {"/progress", "GET", TO_PROGRAM, false, true, give_progress},
    {"/health", "GET", TO_PROGRAM, true, false, give_health},
    {"/page.css", "GET", TO_PROGRAM, false, false, give_css},
    {"/page.js", "GET", TO_PROGRAM, false, false, give_script},
    {"/report.css", "GET", TO_PROGRAM, false, false, give_report_css},
    {"/icon.svg", "GET", TO_PROGRAM, true, false, give_icon},
    {"/openapi.json", "GET", TO_PROGRAM, false, false, give_openapi},
};

static const route *find_route(const char *path) {
    for (gsize i = 0; i < G_N_ELEMENTS(routes); i++)
        if (strcmp(routes[i].path, path) == 0)
            return &routes[i];
    return NULL;
}

/* ---- who may, and what ---- */

static bool wrong(request *q, guint status, const char *line) {
    if (!q->line) {
        q->status = status;
        q->line = line;
    }
    return false;
}

static bool wrong_with(request *q, guint status, const char *line, const char *more, const char *value) {
    if (!q->line) {
        q->more = more;
        q->value = value;
    }
    return wrong(q, status, line);
}

static bool may_come_in(request *q, const char *method) {
    const serve *s = q->room->s;
    struct MHD_Connection *c = q->connection;
    const visitor v = {MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Host"),
                       MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Origin"),
                       MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Sec-Fetch-Site"),
                       MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization")};
    const char *why = door_host(s, &v);
    if (why)
        return wrong(q, MHD_HTTP_FORBIDDEN, why);
    if (!q->route)
        return wrong(q, MHD_HTTP_NOT_FOUND,
                     "there is nothing here: the page is /, programs use POST /v2/diagnose");
    if (!q->route->open && !door_token(s, &v))
        return wrong_with(q, MHD_HTTP_UNAUTHORIZED,
                          "a token is needed: send Authorization: Bearer TOKEN, or give it as the password",
                          "WWW-Authenticate", "Basic realm=\"mailwhy\", charset=\"UTF-8\"");
    bool head = strcmp(method, "HEAD") == 0 && strcmp(q->route->method, "GET") == 0;
    if (!head && strcmp(method, q->route->method) != 0)
        return wrong_with(q, MHD_HTTP_METHOD_NOT_ALLOWED, "this address takes another method", "Allow",
                          q->route->method);
    if (q->route->acts && (why = door_origin(&v, q->route->to == TO_BROWSER)))
        return wrong(q, MHD_HTTP_FORBIDDEN, why);
    return true;
}

static enum MHD_Result take_argument(void *data, enum MHD_ValueKind kind, const char *name,
                                     const char *value) {
    query_add(data, name, value);
    return MHD_YES;
}

static guint64 most_octets(const request *q) {
    return ((guint64)q->room->s->max_size << 20) + (q->route->to == TO_BROWSER ? FORM_EXTRA : 0);
}

static bool take_query(request *q) {
    struct MHD_Connection *c = q->connection;
    const char *length = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Length");
    if (length && g_ascii_strtoull(length, NULL, 10) > most_octets(q))
        return wrong(q, CONTENT_TOO_LARGE, "the mail is larger than this server takes (--max-size)");
    if (q->route->to == TO_BROWSER)
        return true;
    MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, take_argument, &q->query);
    if (!q->query.error &&
        !query_accept(&q->query, MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Accept")))
        return wrong(
            q, MHD_HTTP_NOT_ACCEPTABLE,
            "no such format: there are application/json, application/x-ndjson, text/html, text/plain, "
            "text/markdown, application/xml (JUnit) and application/sarif+json");
    return !q->query.error || wrong(q, MHD_HTTP_BAD_REQUEST, q->query.error);
}

static bool open_upload(request *q) {
    struct MHD_Connection *c = q->connection;
    if (q->room->shutting)
        return wrong_with(q, MHD_HTTP_SERVICE_UNAVAILABLE, "this server is about to stop", "Retry-After",
                          "30");
    bool form = q->route->to == TO_BROWSER;
    q->upload = upload_new(form ? c : NULL, most_octets(q));
    return q->upload || wrong(q, MHD_HTTP_BAD_REQUEST,
                              form ? "this address takes the form of the page: programs use POST /v2/diagnose"
                                   : "there is no memory for this mail: send it again later");
}

/* ---- the mail ---- */

static void count(request *q, guint64 octets) {
    q->room->octets += octets - q->counted;
    q->counted = octets;
}

static void receive(request *q, const char *bytes, gsize size) {
    if (q->line)
        return;
    if (!upload_add(q->upload, bytes, size)) {
        if (upload_size(q->upload) > most_octets(q))
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
    if (q->line || !check_form(q))
        return;
    if (q->query.error) {
        wrong(q, MHD_HTTP_BAD_REQUEST, q->query.error);
        return;
    }
    answer_kind kind = q->route->to == TO_BROWSER ? ANSWER_PAGE : ANSWER_REPORT;
    if (upload_is_empty(q->upload)) {
        wrong(q, kind == ANSWER_PAGE ? MHD_HTTP_BAD_REQUEST : 422,
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
    answer_to to = q->route ? q->route->to : TO_PROGRAM;
    client_phase_begins(q->connection, CLIENT_READS);
    return answer_error(q->connection, to, q->status, q->line, q->more, q->value);
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
    q->route = find_route(url);
    query_init(&q->query);
    r->requests++;
    bool in = may_come_in(q, method);
    if (in && !q->route->answer && take_query(q))
        open_upload(q);
    client_phase_begins(c, CLIENT_SENDS);
    return q;
}

/* An answer before the body ends the connection, and who is still sending may not see it: so a body of a
 * common size is read and dropped first, unless the client asks (Expect). */
static bool is_not_worth_reading(const request *q) {
    const char *length = MHD_lookup_connection_value(q->connection, MHD_HEADER_KIND, "Content-Length");
    return MHD_lookup_connection_value(q->connection, MHD_HEADER_KIND, "Expect") ||
           (length && g_ascii_strtoull(length, NULL, 10) > (guint64)q->room->s->max_size << 20);
}

/* Called when the header is there, for each piece of the body, and when all is there. */
enum MHD_Result request_access(void *data, struct MHD_Connection *c, const char *url, const char *method,
                               const char *version, const char *bytes, size_t *size, void **state) {
    request *q = *state;
    if (!q) {
        *state = q = new_request(data, c, url, method);
        return q->line && is_not_worth_reading(q) ? answer_wrong(q) : MHD_YES;
    }
    if (*size) {
        if (q->upload)
            receive(q, bytes, *size);
        *size = 0;
        return MHD_YES;
    }
    if (q->ended)
        return answer_ended(q);
    if (!q->line && q->route->answer) {
        client_phase_begins(c, CLIENT_READS);
        return q->route->answer(q->room, c, q);
    }
    submit(q);
    return q->line ? answer_wrong(q) : MHD_YES;
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
