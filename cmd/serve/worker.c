#include "worker.h"
#include "page.h"
#include "sandbox.h"

#include "base/error.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MOST_MEMORY = 768u << 20,
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
    GString *out, *index;           /* the reports; of several, what each says in a line */
    GString *json, *html;           /* the page's, to be saved */
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
    sandbox door = {.network = !s->offline,
                    .memory = MOST_MEMORY,
                    .cpu_seconds = LEAST_SECONDS + (unsigned)(size / OCTETS_A_SECOND)};
    if (!s->no_sandbox)
        g_free(sandbox_close(&door));
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
    bool good = lseek(w->result, RESULT_BODY, SEEK_SET) == RESULT_BODY;
    for (gsize at = 0; at < size && good;) {
        ssize_t n = write(w->result, body + at, size - at);
        good = n > 0 || (n < 0 && errno == EINTR);
        at += n > 0 ? (gsize)n : 0;
    }
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
    bool page = w->job->kind == ANSWER_PAGE || strcmp(w->format, "html") == 0;
    const char *format = g_str_has_prefix(w->format, "json") ? w->format : "json";
    g_autofree char *line = mw_printable_line(error->message);
    char *text = page ? page_error("This could not be read", line) : mw_error_format(w->name, line, format);
    finish(w, status, page ? RESULT_PAGE : type_of(format), text, strlen(text));
}

/* ---- one mail ---- */

static char *format_one(worker *w, const mw_report *report, const char *format, const char *prefix) {
    mw_style style = w->style;
    style.embedded = prefix;
    GError *error = NULL;
    char *text = mw_report_format(report, format, &style, &error);
    if (!text)
        refuse(w, error);
    return text;
}

static void add(GString *to, char *text) {
    g_string_append(to, text);
    g_free(text);
}

static void add_json(GString *to, guint before, char *json) {
    if (before)
        g_string_append(to, ",\n");
    g_string_append(to, g_strchomp(json));
    g_free(json);
}

static char *new_prefix(const worker *w) {
    return g_strdup_printf("m%u-", w->mails + 1);
}

static void add_to_page(worker *w, const char *name, const mw_report *report) {
    g_autofree char *prefix = new_prefix(w);
    mw_style quiet = {.verbose = -1};
    g_autofree char *line = mw_report_format(report, "text", &quiet, NULL);
    g_string_append_printf(w->index, "<li><a href=\"#%sreport\">", prefix);
    page_escape(w->index, name);
    g_string_append(w->index, "</a>: ");
    page_escape(w->index, line ? line : "");
    g_string_append_printf(w->out, "<section id=\"%sreport\">", prefix);
    add(w->out, format_one(w, report, "html", prefix));
    g_string_append(w->out, "</section>");
    add_json(w->json, w->entries, format_one(w, report, "json", NULL));
    if (w->mails == 0) /* several are put together from their pieces */
        add(w->html, format_one(w, report, "html", NULL));
}

static void add_report(worker *w, const char *name, const mw_report *report) {
    const char *format = w->format;
    if (w->job->kind == ANSWER_PAGE) {
        add_to_page(w, name, report);
    } else if (strcmp(format, "json") == 0) {
        add_json(w->out, w->entries, format_one(w, report, format, NULL));
    } else if (strcmp(format, "html") == 0) {
        g_autofree char *prefix = new_prefix(w);
        if (w->mails == 0)
            add(w->html, format_one(w, report, format, NULL));
        add(w->out, format_one(w, report, format, prefix));
    } else {
        if (w->mails && strcmp(format, "text") == 0)
            g_string_append_c(w->out, '\n');
        add(w->out, format_one(w, report, format, NULL));
    }
    w->mails++;
    w->entries++;
}

/* One of several that could not be diagnosed. */
static void add_error(worker *w, const char *name, const char *text) {
    bool page = w->job->kind == ANSWER_PAGE;
    g_autofree char *line = mw_printable_line(text);
    if (page) {
        g_string_append(w->index, "<li>");
        page_escape(w->index, name);
        g_string_append(w->index, ": ");
        page_escape(w->index, line);
    }
    if (page || strcmp(w->format, "json") == 0)
        add_json(page ? w->json : w->out, w->entries++, mw_error_format(name, line, "json"));
    else if (strcmp(w->format, "jsonl") == 0)
        add(w->out, mw_error_format(name, line, "jsonl"));
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
        out = page_result("What this reply means", out, NULL, 0);
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
        add_report(w, name, report);
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

/* One report as a page, or several, which are put together from their pieces. */
static char *one_file(guint n, const char *whole, const char *pieces) {
    if (n == 1)
        return g_strdup(whole);
    return g_strdup_printf("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                           "<title>%u "
                           "mails</title><style>%s</style></head><body><main>%s</main></body></html>\n",
                           n, mw_html_style(), pieces);
}

/* All of them once more, to be handed on: their DNS is known by now. */
static char *redacted(worker *w) {
    g_autoptr(GString) pieces = g_string_new(NULL);
    g_autofree char *whole = NULL;
    guint n = 0;
    mw_mailbox *mailbox = mw_mailbox_new(w->file);
    mw_context_set(w->s->context, "redact", NULL, NULL);
    for (mw_mail *mail; n < w->mails && (mail = mw_mailbox_next(mailbox)); mw_mail_free(mail)) {
        g_autofree char *name = g_strdup_printf("mail %u", n + 1), *prefix = g_strdup_printf("m%u-", n + 1);
        mw_report *report = mail->passed_over || !mail->bytes
                                ? NULL
                                : mw_context_diagnose_mail(w->s->context, name, mail, w->now, NULL);
        if (report && n++ == 0)
            whole = format_one(w, report, "html", NULL);
        if (report && w->mails > 1)
            add(pieces, format_one(w, report, "html", prefix));
        mw_report_free(report);
    }
    return one_file(n, whole, pieces->str);
}

static _Noreturn void finish_page(worker *w) {
    g_autofree char *json =
        w->entries == 1 ? g_strdup(w->json->str) : g_strdup_printf("[\n%s\n]\n", w->json->str);
    g_autofree char *html = one_file(w->mails, w->html->str, w->out->str);
    g_autofree char *to_hand_on = redacted(w);
    page_save saves[] = {
        {"Save the report as a page", "mailwhy.html", "text/html", html},
        {"Save it as JSON", "mailwhy.json", "application/json", json},
        {"Save it without names and addresses of people", "mailwhy-redacted.html", "text/html", to_hand_on}};
    g_autoptr(GString) body = g_string_new(NULL);
    append_index(w, body);
    g_string_append(body, w->out->str);
    char *page = page_result("Why it was rejected", body->str, saves, G_N_ELEMENTS(saves));
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
    char *text = strcmp(w->format, "html") == 0 ? one_file(w->mails, w->html->str, w->out->str)
                 : strcmp(w->format, "json") == 0 && w->entries > 1
                     ? g_strdup_printf("[\n%s\n]\n", w->out->str)
                 : strcmp(w->format, "json") == 0 ? g_strdup_printf("%s\n", w->out->str)
                                                  : g_strdup(w->out->str);
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
        else if (!mw_context_set(w->s->context, name, *value ? value : NULL, &error))
            refuse(w, error);
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

_Noreturn void worker_run(const serve *s, const job_message *job, int mail, int result) {
    worker w = {.s = s,
                .job = job,
                .format = "json",
                .name = "mail",
                .result = result,
                .now = g_get_real_time() / G_USEC_PER_SEC,
                .out = g_string_new(NULL),
                .index = g_string_new(NULL),
                .json = g_string_new(NULL),
                .html = g_string_new(NULL)};
    struct stat about;
    w.head = mmap(NULL, RESULT_BODY, PROT_READ | PROT_WRITE, MAP_SHARED, result, 0);
    if (w.head == MAP_FAILED || fstat(mail, &about) != 0)
        _exit(STATUS_ERROR);
    gsize size = (gsize)about.st_size;
    void *bytes = size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, mail, 0) : (void *)"";
    if (bytes == MAP_FAILED)
        _exit(STATUS_ERROR);
    GError *error = NULL;
    pthread_t thread;
    read_options(&w);
    bool good = mw_context_open(s->context, TRUE, &error);
    shut_door(s, size);
    if (!good)
        refuse(&w, error);
    if (!s->offline)
        pthread_create(&thread, NULL, watch, &w);
    w.file = g_bytes_new_static(bytes, size);
    diagnose_all(&w);
    finish_all(&w);
}
