#include "worker.h"
#include "page.h"
#include "pile.h"
#include "whole.h"

#include "base/error.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MOST_RESULT = 256u << 20,
    LEAST_SECONDS = 20, /* of processor time */
    OCTETS_A_SECOND = 128 << 10,
    LOOK_EVERY_US = 50000,
    HTTP_OK = 200,
    HTTP_BAD_REQUEST = 400,
    HTTP_UNPROCESSABLE = 422,
    HTTP_ERROR = 500,
};

typedef struct worker {
    const serve *s;
    const job_message *job;
    const char *format, *name;
    mw_style style;
    gint64 now;
    int result;
    result_head *head;
    GBytes *file;
    pile report;                    /* what is asked for; of the page: HTML */
    pile json, handed_on;           /* to be saved from the page; handed_on: without names of people */
    GString *index;                 /* of several, what each says in a line */
    guint mails, entries, left_out; /* entries: with those that could not be diagnosed */
    GError *failed;                 /* of the last one that could not be diagnosed */
} worker;

/* ---- the door ---- */

static void limit(int what, rlim_t most) {
    struct rlimit both = {most, most};
    setrlimit((__rlimit_resource_t)what, &both);
}

static void shut_door(const serve *s, gsize size) {
    limit(RLIMIT_CORE, 0); /* it would hold the mail */
    limit(RLIMIT_FSIZE, MOST_RESULT);
    prctl(PR_SET_DUMPABLE, 0);
    if (s->door)
        g_free(sandbox_shut(s->door, LEAST_SECONDS + (unsigned)(size / OCTETS_A_SECOND)));
}

/* ---- who waits ---- */

static void *watch(void *data) {
    worker *w = data;
    for (;;) {
        unsigned asked, open;
        const char *whom;
        mw_context_waiting(w->s->context, &asked, &open, &whom);
        atomic_store(&w->head->asked, asked);
        atomic_store(&w->head->open, open);
        g_usleep(LOOK_EVERY_US);
    }
    return NULL;
}

/* ---- the result ---- */

static result_type type_of(const char *format) {
    static const struct {
        const char *format;
        result_type type;
    } types[] = {{"json", RESULT_JSON},         {"jsonl", RESULT_LINES}, {"html", RESULT_HTML},
                 {"markdown", RESULT_MARKDOWN}, {"junit", RESULT_XML},   {"sarif", RESULT_SARIF}};
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
        if (strcmp(format, types[i].format) == 0)
            return types[i].type;
    return RESULT_TEXT;
}

static _Noreturn void finish(worker *w, guint status, result_type type, const char *body, gsize size) {
    bool good = lseek(w->result, RESULT_BODY, SEEK_SET) == RESULT_BODY && write_whole(w->result, body, size);
    w->head->status = status;
    w->head->type = type;
    w->head->size = size;
    atomic_store(&w->head->done, good);
    _exit(good ? 0 : STATUS_ERROR);
}

static _Noreturn void refuse(worker *w, const GError *error) {
    guint status = g_error_matches(error, MW_ERROR, MW_ERROR_OPTION)    ? HTTP_BAD_REQUEST
                   : g_error_matches(error, MW_ERROR, MW_ERROR_MESSAGE) ? HTTP_UNPROCESSABLE
                                                                        : HTTP_ERROR;
    bool page = w->job->kind == ANSWER_PAGE;
    const char *format = g_str_has_prefix(w->format, "json") ? w->format : "json";
    g_autofree char *line = mw_printable_line(error->message);
    char *text = page ? page_error(PAGE_UNREADABLE, line) : mw_error_format(w->name, line, format);
    finish(w, status, page ? RESULT_PAGE : type_of(format), text, strlen(text));
}

/* ---- one mail ---- */

static void must(worker *w, bool done, GError **error) {
    if (!done)
        refuse(w, *error);
}

static void pile_report(worker *w, pile *p, const mw_report *report, bool alone) {
    GError *error = NULL;
    must(w, pile_add(p, report, &w->style, alone, &error), &error);
}

static char *text_of(worker *w, const pile *p) {
    GError *error = NULL;
    char *text = pile_text(p, &error);
    must(w, text != NULL, &error);
    return text;
}

static void add_to_index(worker *w, const char *name, const char *line, bool link) {
    g_autofree char *file = page_escaped(name), *words = page_escaped(line);
    if (link)
        g_string_append_printf(w->index, "<li><a href=\"#m%u-report\">%s</a>: %s", w->report.n + 1, file,
                               words);
    else
        g_string_append_printf(w->index, "<li>%s: %s", file, words);
}

/* The report is not what it was afterwards: it is handed on. */
static void add_to_page(worker *w, const char *name, mw_report *report, bool alone) {
    mw_style quiet = {.verbose = -1};
    g_autofree char *line = mw_report_format(report, "text", &quiet, NULL);
    g_autofree char *other = g_strdup_printf("mail %u", w->mails + 1);
    add_to_index(w, name, line ? line : "", true);
    pile_report(w, &w->report, report, alone);
    pile_report(w, &w->json, report, alone);
    mw_report_redact(report, other);
    pile_report(w, &w->handed_on, report, alone);
}

static void add_report(worker *w, const char *name, mw_report *report, bool alone) {
    if (w->job->kind == ANSWER_PAGE)
        add_to_page(w, name, report, alone);
    else
        pile_report(w, &w->report, report, alone);
    w->mails++;
    w->entries++;
}

/* One of several that could not be diagnosed. */
static void add_error(worker *w, const char *name, const char *text) {
    bool page = w->job->kind == ANSWER_PAGE;
    pile *p = page ? &w->json : &w->report;
    g_autofree char *line = mw_printable_line(text);
    if (page)
        add_to_index(w, name, line, false);
    GError *error = NULL;
    must(w, pile_add_error(p, name, line, &error), &error);
    w->entries++;
}

/* What was pasted or sent is what a server said, and no mail. */
static _Noreturn void explain(worker *w, const char *text, gsize size) {
    GError *error = NULL;
    bool page = w->job->kind == ANSWER_PAGE;
    const char *format = page ? "html" : w->format;
    static const char *const known[] = {"text", "json", "jsonl", "html", NULL};
    if (!g_strv_contains(known, format))
        format = "text";
    mw_style style = w->style;
    style.embedded = page ? "r-" : NULL;
    char *out = mw_context_explain(w->s->context, text, size, FALSE, w->now, format, &style, &error);
    if (!out)
        refuse(w, error);
    if (page)
        out = page_result("A server\u2019s reply", out, NULL, 0);
    finish(w, HTTP_OK, page ? RESULT_PAGE : type_of(format), out, strlen(out));
}

static void diagnose(worker *w, const mw_mail *mail) {
    g_autofree char *name = mail->name ? g_strdup_printf("%s:%s", w->name, mail->name) : g_strdup(w->name);
    g_clear_error(&w->failed);
    mw_report *report = mw_context_diagnose_mail(w->s->context, name, mail, w->now, &w->failed);
    if (!report && !mail->name && mail->bytes && g_error_matches(w->failed, MW_ERROR, MW_ERROR_MESSAGE)) {
        gsize size;
        const char *bytes = g_bytes_get_data(mail->bytes, &size);
        if (mw_text_is_reply(bytes, size))
            explain(w, bytes, size);
    }
    if (report)
        add_report(w, name, report, !mail->name);
    else if (mail->name)
        add_error(w, name, w->failed->message);
    mw_report_free(report);
}

/* ---- all of them ---- */

static void append_index(worker *w, GString *body) {
    if (w->entries < 2 && !w->left_out)
        return;
    g_string_append_printf(body, "<section class=\"box\" aria-label=\"Mails\"><h2>%u mails</h2><ol>%s</ol>",
                           w->entries, w->index->str);
    if (w->left_out)
        g_string_append_printf(body, "<p>%u more were left out: this page reads %d of one file.</p>",
                               w->left_out, w->s->most_mails);
    g_string_append(body, "</section>");
}

static _Noreturn void finish_page(worker *w) {
    g_autofree char *json = text_of(w, &w->json), *html = text_of(w, &w->report),
                    *handed_on = text_of(w, &w->handed_on);
    page_save saves[] = {
        {"Save the report as a page", "mailwhy.html", "text/html", html},
        {"Save it as JSON", "mailwhy.json", "application/json", json},
        {"Save it without names and addresses of people", "mailwhy-redacted.html", "text/html", handed_on}};
    g_autoptr(GString) body = g_string_new(NULL);
    append_index(w, body);
    g_string_append(body, w->report.pieces->str);
    char *page = page_result("The report", body->str, saves, G_N_ELEMENTS(saves));
    finish(w, HTTP_OK, RESULT_PAGE, page, strlen(page));
}

static _Noreturn void finish_all(worker *w) {
    if (!w->mails && w->failed)
        refuse(w, w->failed);
    if (!w->mails) {
        g_set_error_literal(&w->failed, MW_ERROR, MW_ERROR_MESSAGE,
                            "there is no mail in it: save the mail itself as a file (.eml), and send that");
        refuse(w, w->failed);
    }
    if (w->job->kind == ANSWER_PAGE)
        finish_page(w);
    char *text = text_of(w, &w->report);
    finish(w, HTTP_OK, type_of(w->format), text, strlen(text));
}

static void read_options(worker *w) {
    const char *at = w->job->options, *end = at + w->job->size;
    while (at < end) {
        const char *name = at, *value = name + strlen(name) + 1;
        at = value + strlen(value) + 1;
        GError *error = NULL;
        if (strcmp(name, "format") == 0)
            w->format = value;
        else if (strcmp(name, "name") == 0)
            w->name = value;
        else if (strcmp(name, "verbose") == 0)
            w->style.verbose = 1;
        else if (strcmp(name, "bounce") == 0)
            must(w, mw_context_set_bounce(w->s->context, value, strlen(value), &error), &error);
        else
            must(w, mw_context_set(w->s->context, name, *value ? value : NULL, &error), &error);
    }
}

static void diagnose_all(worker *w) {
    mw_mailbox *mailbox = mw_mailbox_new(w->file);
    guint seen = 0;
    for (mw_mail *mail; (mail = mw_mailbox_next(mailbox)); mw_mail_free(mail)) {
        if (mail->passed_over)
            continue;
        if (seen++ < (guint)w->s->most_mails)
            diagnose(w, mail);
        else
            w->left_out++;
        if (w->left_out >= MAX((guint)w->s->most_mails, 1) * 100)
            break;
    }
}

static void open_mail(worker *w, int mail) {
    struct stat about;
    if (fstat(mail, &about) != 0)
        _exit(STATUS_ERROR);
    gsize size = (gsize)about.st_size;
    void *bytes = size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, mail, 0) : (void *)"";
    w->head = mmap(NULL, RESULT_BODY, PROT_READ | PROT_WRITE, MAP_SHARED, w->result, 0);
    if (bytes == MAP_FAILED || w->head == MAP_FAILED)
        _exit(STATUS_ERROR);
    w->file = g_bytes_new_static(bytes, size);
}

static _Noreturn void run(const serve *s, const job_message *job, int mail, int result) {
    worker w = {.s = s,
                .job = job,
                .format = "json",
                .name = "mail",
                .result = result,
                .now = g_get_real_time() / G_USEC_PER_SEC,
                .index = g_string_new(NULL)};
    GError *error = NULL;
    pthread_t thread;
    open_mail(&w, mail);
    read_options(&w);
    bool page = job->kind == ANSWER_PAGE;
    pile_open(&w.report, s->context, page ? "html" : w.format, page);
    pile_open(&w.json, s->context, "json", false);
    pile_open(&w.handed_on, s->context, "html", false);
    bool good = mw_context_open(s->context, TRUE, &error);
    shut_door(s, g_bytes_get_size(w.file));
    if (!good)
        refuse(&w, error);
    if (!s->offline)
        pthread_create(&thread, NULL, watch, &w);
    diagnose_all(&w);
    finish_all(&w);
}

_Noreturn void worker_run(const serve *s, int socket) {
    static job_message job;
    int fds[2];
    if (wire_receive(socket, &job, sizeof job, fds, G_N_ELEMENTS(fds)) <= 0)
        _exit(STATUS_GOOD); /* the parent has ended */
    close(socket);
    run(s, &job, fds[0], fds[1]);
}
