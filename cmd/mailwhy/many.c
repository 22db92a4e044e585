#include "many.h"
#include "input.h"
#include "progress.h"
#include "waiting.h"

#include "base/error.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

enum {
    AHEAD_EACH = 8,
    MOST_COMPLAINTS = 200, /* lines about files that can't be read: an archive may hold a million */
    STATUS_INTERRUPTED = 130,
};

/* A mail from when a thread takes it until its report is written. */
typedef struct job {
    char *name;
    mw_mail *mail;        /* NULL: its file can't be read, or it is passed over */
    const mw_mail *given; /* in place of mail: what is no file's */
    char *text;           /* the report; NULL: none, complaint says why */
    char *complaint;
    char **findings;   /* for --write-baseline alone; or NULL */
    mw_report *report; /* for the summary and the recording alone */
    int status;
    bool done, about_option; /* what is wrong is wrong for every mail */
} job;

/* What is written, and where; of the thread that writes. */
typedef struct sheet {
    output *out;
    progress *progress;
    mw_summary *summary; /* NULL: a report each */
    bool many;
    char *joints[3]; /* around and between several reports, by mw_place; "" as a rule */
    guint done, complaints;
    int status;
} sheet;

typedef struct run {
    command *c;
    const GPtrArray *names;
    guint named; /* of them: see names.h */
    const mw_style *style;
    bool json, many;
    gint64 now;
    GHashTable *findings; /* a set of lines, for --write-baseline; of who writes alone */
    sheet sheet;

    pthread_mutex_t feeding; /* over these */
    mw_mailbox *mailbox;     /* of the file that is read: the next mail is in it, if there is one */
    gint files;              /* that were opened; read by others, too */
    guint fed;
    job *first; /* taken ahead; or NULL */

    pthread_mutex_t lock; /* over these */
    pthread_cond_t changed;
    job *jobs; /* a ring: mail i is in i % n_jobs */
    guint n_jobs, taken, written;
    guint waiting; /* threads, for a place in the ring */
    bool stop, fed_all, writing;
} run;

static atomic_bool interrupted; /* set by a signal, read by all threads */

static void interrupt(int signal) {
    interrupted = true;
}

/* The first one ends the run after the mails in hand; the second as ever. */
static void watch_interrupt(void) {
    struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

/* 2, 1, 3, 0: the worst first. */
static int worse(int a, int b) {
    static const int rank[] = {0, 2, 3, 1};
    return rank[a] > rank[b] ? a : b;
}

/* ---- what is wrong, and what is no mail ---- */

static void fail(run *r, job *j, const char *text) {
    j->status = STATUS_ERROR;
    j->complaint = g_strdup(text);
    bool junit = strcmp(command_format(r->c), "junit") == 0;
    if ((r->json || junit) && !r->c->summary && !j->about_option)
        j->text = mw_error_format(j->name, j->complaint, command_format(r->c));
}

/* What was given is a reply alone: as with --explain. */
static void explain_reply(run *r, const char *text, gsize size, job *j) {
    g_autoptr(GError) error = NULL;
    if (!r->json && strcmp(command_format(r->c), "text") != 0) {
        fail(r, j, "a reply alone, and no mail: it is explained as text or JSON");
        return;
    }
    j->text =
        mw_context_explain(r->c->context, text, size, FALSE, r->now, command_format(r->c), r->style, &error);
    if (!j->text)
        fail(r, j, error->message);
}

static bool is_reply(const mw_mail *mail, const GError *error) {
    gsize size = 0;
    const char *bytes = mail->bytes ? g_bytes_get_data(mail->bytes, &size) : NULL;
    return bytes && g_error_matches(error, MW_ERROR, MW_ERROR_MESSAGE) && mw_text_is_reply(bytes, size);
}

/* ---- the mails in order ---- */

/* A file that can't be read is a job as well. */
static bool open_next(run *r, job *j) {
    guint index = (guint)g_atomic_int_add(&r->files, 1);
    const char *file = r->names->pdata[index];
    g_autoptr(GError) error = NULL;
    gsize size;
    bool given = index < r->named || strcmp(file, "-") == 0;
    char *data = (given ? input_read : input_read_regular)(file, &size, &error);
    if (!data) {
        j->name = g_strdup(file);
        if (strchr(file, ' ') && mw_text_is_reply(file, strlen(file)))
            explain_reply(r, file, strlen(file), j); /* no file, but what a receiver said */
        else
            fail(r, j, error->message);
        return true;
    }
    g_autoptr(GBytes) bytes = g_bytes_new_take(data, size);
    r->mailbox = mw_mailbox_new_named(bytes, file);
    return false;
}

/* The next mail of all files: false at their end. */
static bool feed(run *r, job *j) {
    *j = (job){0};
    for (;;) {
        mw_mail *mail = r->mailbox ? mw_mailbox_next(r->mailbox) : NULL;
        if (mail) {
            const char *file = r->names->pdata[r->files - 1];
            j->name = mail->name ? g_strdup_printf("%s:%s", file, mail->name) : g_strdup(file);
            if (mail->passed_over) {
                j->complaint = g_strdup(mail->error);
                mw_mail_free(mail);
            } else {
                j->mail = mail;
            }
            return true;
        }
        g_clear_pointer(&r->mailbox, mw_mailbox_free);
        if ((guint)r->files >= r->names->len)
            return false;
        if (open_next(r, j))
            return true;
    }
}

/* The same in any thread, with its number. */
static bool take(run *r, job *j, guint *number) {
    pthread_mutex_lock(&r->feeding);
    bool more = true;
    if (r->first) {
        *j = *r->first;
        g_clear_pointer(&r->first, g_free);
    } else {
        more = feed(r, j);
    }
    *number = r->fed;
    r->fed += more;
    pthread_mutex_unlock(&r->feeding);
    if (more && r->c->redact && (j->mail || r->many)) { /* programs name a file after its subject */
        g_free(j->name);
        j->name = r->many ? g_strdup_printf("mail-%u.eml", *number + 1) : g_strdup("mail.eml");
    }
    return more;
}

/* ---- one mail ---- */

static void free_job(job *j) {
    mw_report_free(j->report);
    mw_mail_free(j->mail);
    g_free(j->name);
    g_free(j->text);
    g_free(j->complaint);
    g_strfreev(j->findings);
}

/* For the summary and the recording the report stays until it is its turn, and with it the mail. */
static void diagnose(run *r, job *j) {
    g_autoptr(GError) error = NULL;
    const mw_mail *mail = j->mail ? j->mail : j->given;
    j->done = true;
    if (!mail)
        return;
    waiting *w = r->names->len < 2 && !mail->name ? waiting_start(r->c->context) : NULL;
    mw_report *report = mw_context_diagnose_mail(r->c->context, j->name, mail, r->now, &error);
    waiting_end(w);
    if (!report && is_reply(mail, error)) {
        gsize size;
        const char *bytes = g_bytes_get_data(mail->bytes, &size);
        explain_reply(r, bytes, size, j);
        return;
    }
    if (report)
        j->status = mw_report_status(report);
    if (report && r->c->write_baseline)
        j->findings = mw_report_findings(report);
    if (report && !r->c->summary)
        j->text =
            (r->many ? mw_report_part : mw_report_format)(report, command_format(r->c), r->style, &error);
    if (error) {
        j->about_option = g_error_matches(error, MW_ERROR, MW_ERROR_OPTION);
        fail(r, j, error->message);
    } else if (r->c->summary || r->c->record) {
        j->report = report;
        return;
    }
    mw_report_free(report);
    g_clear_pointer(&j->mail, mw_mail_free);
}

/* ---- what is written ---- */

static void write_head(const run *r, const sheet *s, const job *j) {
    g_autofree char *name = mw_printable_line(j->name);
    g_autofree char *head = g_strdup_printf("%s==> %s <==\n", r->c->printed ? "\n" : "", name);
    output_write(s->out, "text", head);
}

static void write_report(const run *r, const sheet *s, job *j) {
    if (s->many && strcmp(command_format(r->c), "text") == 0)
        write_head(r, s, j);
    if (*j->text) {
        output_write(s->out, command_format(r->c),
                     s->joints[r->c->printed ? MW_PLACE_BETWEEN : MW_PLACE_BEFORE]);
        output_write(s->out, command_format(r->c),
                     *s->joints[MW_PLACE_BEFORE] ? g_strchomp(j->text) : j->text);
        r->c->printed = true;
    }
    if (j->report)
        output_record(s->out, j->report);
}

/* A file that can't be read is told where the reports do not tell it. */
static bool is_told(const sheet *s, const job *j) {
    return s->many && !j->about_option && (j->text || s->summary);
}

static void add_to_summary(const run *r, const sheet *s, const mw_report *report) {
    mw_summary_add(s->summary, report);
    if (strcmp(command_format(r->c), "html") == 0)
        mw_summary_add_page(s->summary, report);
}

static void write_one(const run *r, sheet *s, job *j) {
    const char *about = j->about_option ? NULL : j->name;
    if (j->report && r->c->record && r->c->printed) {
        complain(j->name, "--record takes one message: this one is not recorded");
        j->status = STATUS_ERROR;
        return;
    }
    if (j->complaint && !is_told(s, j) && (s->complaints++ < MOST_COMPLAINTS || j->about_option)) {
        progress_clear(s->progress);
        complain(about, j->complaint);
    }
    for (char **line = j->findings; line && *line; line++)
        g_hash_table_add(r->findings, g_strdup(*line));
    if (s->summary && j->report)
        add_to_summary(r, s, j->report);
    else if (s->summary && j->complaint)
        mw_summary_add_error(s->summary, j->name, j->complaint);
    if (j->text && (s->many || !j->complaint)) {
        progress_clear(s->progress);
        write_report(r, s, j);
    }
}

static int write_summary(const run *r, const sheet *s) {
    g_autoptr(GError) error = NULL;
    g_autofree char *text = mw_summary_format(s->summary, command_format(r->c), r->style, &error);
    if (!text)
        return complain(NULL, error->message);
    output_write(s->out, command_format(r->c), text);
    r->c->printed = true;
    return STATUS_CLEAN;
}

/* Takes the job; false when what is wrong with it is wrong for every mail. */
static bool write_next(run *r, job *j) {
    sheet *s = &r->sheet;
    bool more = !j->about_option;
    progress_show(s->progress, ++s->done, (guint)g_atomic_int_get(&r->files), r->c->context);
    write_one(r, s, j);
    s->status = worse(s->status, j->status);
    free_job(j);
    output_flush(s->out); /* what is there is not to wait for what takes time */
    return more;
}

static void open_sheet(run *r, output *out) {
    sheet *s = &r->sheet;
    *s = (sheet){.out = out,
                 .progress = progress_start(r->c, r->many, r->names->len),
                 .summary = r->c->summary ? mw_summary_new() : NULL,
                 .many = r->many,
                 .status = STATUS_CLEAN};
    bool joined = r->many && !s->summary;
    for (int i = MW_PLACE_BEFORE; i <= MW_PLACE_BEHIND; i++) {
        s->joints[i] =
            joined ? mw_context_joint(r->c->context, command_format(r->c), (mw_place)i, NULL) : NULL;
        s->joints[i] = s->joints[i] ? s->joints[i] : g_strdup("");
    }
}

static int close_sheet(run *r) {
    sheet *s = &r->sheet;
    progress_end(s->progress);
    if (s->complaints > MOST_COMPLAINTS) {
        g_autofree char *more =
            g_strdup_printf("%u more could not be read or judged", s->complaints - MOST_COMPLAINTS);
        complain(NULL, more);
    }
    if (s->done == 0 && !interrupted) /* which must not pass for mails that are all accepted */
        s->status = complain(NULL, "no mail to read: the folder or list of names is empty");
    if (!r->c->printed)
        output_write(s->out, command_format(r->c), s->joints[MW_PLACE_BEFORE]);
    output_write(s->out, command_format(r->c), s->joints[MW_PLACE_BEHIND]);
    if (s->summary)
        s->status = worse(s->status, write_summary(r, s));
    for (int i = MW_PLACE_BEFORE; i <= MW_PLACE_BEHIND; i++)
        g_free(s->joints[i]);
    g_clear_pointer(&s->summary, mw_summary_free);
    return interrupted ? STATUS_INTERRUPTED : s->status;
}

/* ---- threads ---- */

/* With the lock, as the next ones. */
static bool may_take(const run *r) {
    return !r->stop && !interrupted && !r->fed_all;
}

static bool is_over(const run *r) {
    return !r->writing && (r->stop || ((interrupted || r->fed_all) && r->written == r->taken));
}

/* Writes what is ready, in order: one thread at a time does so, whichever has just made the next report
 * ready. One of its own would have to be woken for each mail. */
static void write_ready(run *r) {
    if (r->writing)
        return;
    r->writing = true;
    for (job *next; !r->stop && (next = &r->jobs[r->written % r->n_jobs])->done;) {
        job j = *next;
        *next = (job){0};
        pthread_mutex_unlock(&r->lock);
        bool more = write_next(r, &j);
        pthread_mutex_lock(&r->lock);
        r->stop |= !more;
        r->written++;
        if (r->waiting)
            pthread_cond_broadcast(&r->changed);
    }
    r->writing = false;
    if (is_over(r))
        pthread_cond_broadcast(&r->changed);
}

static void *work(void *data) {
    run *r = data;
    pthread_mutex_lock(&r->lock);
    for (;;) {
        while (may_take(r) && r->taken >= r->written + r->n_jobs) {
            r->waiting++;
            pthread_cond_wait(&r->changed, &r->lock);
            r->waiting--;
        }
        if (!may_take(r))
            break;
        r->taken++; /* a place in the ring, whatever the number will be */
        pthread_mutex_unlock(&r->lock);
        job j;
        guint number = 0;
        bool more = take(r, &j, &number);
        if (more)
            diagnose(r, &j);
        pthread_mutex_lock(&r->lock);
        if (more) {
            r->jobs[number % r->n_jobs] = j;
        } else {
            r->taken--;
            r->fed_all = true;
        }
        write_ready(r);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

static void wait_a_moment(run *r) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_nsec += 200000000;
    at.tv_sec += at.tv_nsec / 1000000000;
    at.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&r->changed, &r->lock, &at);
}

/* The first thread shows how far it is while nothing is written. */
static void watch(run *r) {
    pthread_mutex_lock(&r->lock);
    while (!is_over(r)) {
        wait_a_moment(r);
        if (r->writing)
            continue;
        r->writing = true;
        pthread_mutex_unlock(&r->lock);
        progress_show(r->sheet.progress, r->sheet.done, (guint)g_atomic_int_get(&r->files), r->c->context);
        pthread_mutex_lock(&r->lock);
        r->writing = false;
        write_ready(r); /* what others have left to this one */
    }
    r->stop = true;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

static void run_alone(run *r) {
    guint number;
    for (job j; !interrupted && take(r, &j, &number);) {
        diagnose(r, &j);
        if (!write_next(r, &j))
            return;
    }
}

static int run_threads(run *r, output *out) {
    guint threads = r->many && !r->c->record ? (guint)MAX(r->c->jobs, 1) : 1, started = 0;
    if (r->many)
        watch_interrupt();
    r->n_jobs = threads * AHEAD_EACH;
    r->jobs = g_new0(job, r->n_jobs);
    open_sheet(r, out);
    g_autofree pthread_t *workers = g_new(pthread_t, threads);
    while (threads > 1 && started < threads && pthread_create(&workers[started], NULL, work, r) == 0)
        started++;
    if (started)
        watch(r);
    else
        run_alone(r);
    for (guint i = 0; i < started; i++)
        pthread_join(workers[i], NULL);
    int status = close_sheet(r);
    for (guint i = 0; i < r->n_jobs; i++)
        free_job(&r->jobs[i]);
    if (r->first)
        free_job(r->first);
    g_free(r->first);
    g_free(r->jobs);
    return status;
}

/* A line of the baseline that nothing needs any more would hide what comes back. */
static void tell_stale(const command *c) {
    g_auto(GStrv) stale = mw_context_stale(c->context);
    for (char **line = stale; *line && !interrupted; line++) {
        g_autofree char *text = g_strdup_printf("not found any more: %s; remove the line", *line);
        complain("baseline", text);
    }
}

int diagnose_many(command *c, const names *all, output *out) {
    bool many = all->many;
    const char *format = command_format(c);
    run r = {.c = c,
             .names = all->all,
             .named = all->named,
             .style = output_style(out),
             .json = g_str_has_prefix(format, "json"),
             .now = g_get_real_time() / G_USEC_PER_SEC};
    pthread_mutex_init(&r.feeding, NULL);
    pthread_mutex_init(&r.lock, NULL);
    pthread_cond_init(&r.changed, NULL);
    g_autoptr(GBytes) empty = g_bytes_new_static("", 0);
    const mw_mail domain = {.bytes = empty};
    job first = {.name = g_strdup(c->domain), .given = &domain}; /* --domain: no mail is read */
    if (c->domain || feed(&r, &first)) {
        r.first = g_memdup2(&first, sizeof first);
        many |= first.mail && first.mail->name;
    }
    r.findings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    r.many = many;
    c->summary |= many && strcmp(format, "html") == 0; /* several mails are one page */
    int status = run_threads(&r, out);
    output_baseline(out, r.findings);
    tell_stale(c);
    g_hash_table_unref(r.findings);
    g_clear_pointer(&r.mailbox, mw_mailbox_free);
    pthread_cond_destroy(&r.changed);
    pthread_mutex_destroy(&r.lock);
    pthread_mutex_destroy(&r.feeding);
    return status;
}
