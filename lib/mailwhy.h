/* libmailwhy: why a mail was, or would be, rejected, and what to do about it.
 *
 * One context holds the options, the data files and the DNS; it diagnoses any number of messages, one after
 * the other, or from many threads at once after mw_context_open(). The library never prints, never exits and
 * never reads the environment. Link with pkg-config mailwhy.
 *
 *     mw_context *context = mw_context_new();
 *     mw_context_set(context, "resolver", "9.9.9.9", &error);
 *     mw_report *report = mw_context_diagnose(context, "message.eml", bytes, size, &error);
 *     char *json = mw_report_format(report, "json", NULL, NULL);
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#if defined(__GNUC__)
#define MW_PUBLIC __attribute__((visibility("default")))
#else
#define MW_PUBLIC
#endif

typedef struct mw_context mw_context;
typedef struct mw_report mw_report;

MW_PUBLIC mw_context *mw_context_new(void);
MW_PUBLIC void mw_context_free(mw_context *context);

/* One option by its long name without the dashes ("client-ip", "zone"). value NULL for a flag: it is on then,
 * and there is no turning it off, so that any value is an error. An option that can be repeated adds up,
 * another is replaced. FALSE and one line in error when there is no such option or its value makes no sense.
 * To be called before the first diagnosis; what is about one mail ("client-ip", "for", "redact" ...) may also
 * be set later, while nothing is diagnosed. */
MW_PUBLIC gboolean mw_context_set(mw_context *context, const char *option, const char *value, GError **error);
/* What came back for the mail, as the option "bounce" does, but never taken for the name of a file. */
MW_PUBLIC gboolean mw_context_set_bounce(mw_context *context, const char *bytes, gsize size, GError **error);

/* Reads what the options name (data files, profile) and, with_dns, opens the DNS, as the first diagnosis does
 * otherwise: of files only modules, certificates and the like are opened afterwards. FALSE and one line in
 * error. Once it has opened the DNS, any number of threads may diagnose with this context at once: they share
 * what is known of the DNS. */
MW_PUBLIC gboolean mw_context_open(mw_context *context, gboolean with_dns, GError **error);

/* Opens what the options name but the DNS, and loads and makes at once what is otherwise loaded when a mail
 * first needs it, so that processes that are forked from here start warm. There is no thread yet. FALSE and
 * one line in error. */
MW_PUBLIC gboolean mw_context_warm(mw_context *context, GError **error);

typedef struct mw_option {
    const char *name;     /* "client-ip" */
    const char *argument; /* "IP"; NULL for a flag */
    const char *help;     /* one line */
    gboolean repeatable;
} mw_option;

/* All options that mw_context_set() takes, ended by one without a name. */
MW_PUBLIC const mw_option *mw_options(void);

/* Diagnoses one message. name is only shown, with the option "redact", too. The bytes, and the context, must
 * stay until the report is freed. now is the clock, in seconds since 1970-01-01 UTC; the option "now" is
 * preferred to it. NULL and one line in error when the bytes are no mail, or a data file that an option names
 * is broken. */
MW_PUBLIC mw_report *mw_context_diagnose(mw_context *context, const char *name, const char *bytes, gsize size,
                                         gint64 now, GError **error);
MW_PUBLIC void mw_report_free(mw_report *report);

/* How far the DNS is for the message that is being diagnosed, for who waits: how many questions were asked,
 * how many of them have no answer, and whom (a string of the context, or NULL). The one function that may be
 * called from another thread meanwhile. */
MW_PUBLIC void mw_context_waiting(mw_context *context, unsigned *asked, unsigned *open, const char **whom);
/* What one file holds: one mail, or the mails of an mbox or of an archive (zip, tar, gzip ...), one after the
 * other. What is no such store is one mail, whatever it is. */
typedef struct mw_mailbox mw_mailbox;
typedef struct mw_mail {
    const char
        *name;     /* within the file: "2", "letters/a.eml", "letters.mbox:2"; NULL: the file is the mail */
    GBytes *bytes; /* as it was stored; NULL where it can't be had: error says why */
    const char *remark; /* for the report: how it lay in the file; or NULL */
    const char *error;
    gboolean passed_over; /* what an archive holds beside mails: no error */
} mw_mail;

MW_PUBLIC mw_mailbox *mw_mailbox_new(GBytes *file);
/* The same for a file whose name is known: "*.eml" is to be one mail, where its "From " lines leave that
 * open.
 */
MW_PUBLIC mw_mailbox *mw_mailbox_new_named(GBytes *file, const char *name);
MW_PUBLIC void mw_mailbox_free(mw_mailbox *mailbox);
/* The next mail, the caller's own, which outlives the mailbox; NULL at the end. */
MW_PUBLIC mw_mail *mw_mailbox_next(mw_mailbox *mailbox);
MW_PUBLIC void mw_mail_free(mw_mail *mail);
/* Diagnoses it; name as shown ("box.mbox:2"). The mail must stay until the report is freed. */
MW_PUBLIC mw_report *mw_context_diagnose_mail(mw_context *context, const char *name, const mw_mail *mail,
                                              gint64 now, GError **error);

/* Takes people, subjects and what was written out of it, for handing it on, as the option "redact" does; name
 * is shown in place of the file's. */
MW_PUBLIC void mw_report_redact(mw_report *report, const char *name);
/* 0: accepted, junk folder, put off, delayed, delivered, a complaint; 1: rejected (also by a receiver named
 * with "for"), a recipient not reached, or a match of "fail-on"; 3: not known, as an unanswered question
 * could change it, or not judged. */
MW_PUBLIC int mw_report_status(const mw_report *report);

/* Every question and answer of the DNS since the context was made, as a file for the option "replay": with
 * one message it says the same again, byte for byte. g_free() it. */
MW_PUBLIC char *mw_report_recording(const mw_report *report);

/* What counts against the mail or breaks something, a line each as in the file of the option "baseline": the
 * symbol, a tab, what it is about. g_strfreev() it. */
MW_PUBLIC char **mw_report_findings(const mw_report *report);
/* The lines of the baseline that no mail of this context had ("RDNS_NONE 203.0.113.25, line 2"). g_strfreev()
 * it. */
MW_PUBLIC char **mw_context_stale(const mw_context *context);

/* The schema of the JSON reports (JSON Schema 2020-12). */
MW_PUBLIC const char *mw_json_schema(void);

typedef struct mw_style {
    gboolean color;
    int verbose; /* -1: the verdict's line alone; 0; 1: with hops, evidence and DNS */
    int width;   /* columns; 0: 80 */
    const char
        *embedded; /* of "html": a piece for the body of a page that has mw_html_style(), whose ids begin
                      with this, so that several can stand in one page; NULL: a page of its own */
} mw_style;

/* The style sheet of HTML reports. */
MW_PUBLIC const char *mw_html_style(void);

/* The report as text in that format ("text", "json", "jsonl"); g_free() it. style may be NULL. NULL and an
 * error for an unknown format. */
MW_PUBLIC char *mw_report_format(const mw_report *report, const char *format, const mw_style *style,
                                 GError **error);

/* Several reports in one document of that format: what stands before the first, between two and behind the
 * last; "" where reports just follow each other. g_free() it. NULL and an error as for a report. */
typedef enum mw_place { MW_PLACE_BEFORE, MW_PLACE_BETWEEN, MW_PLACE_BEHIND } mw_place;
MW_PUBLIC char *mw_context_joint(mw_context *context, const char *format, mw_place place, GError **error);
/* One of them, without a line end; "" when nothing is to be said of it there. As mw_report_format() else. */
MW_PUBLIC char *mw_report_part(const mw_report *report, const char *format, const mw_style *style,
                               GError **error);

/* What takes the place of a report in that format for a file that could not be diagnosed: "json" and "jsonl"
 * have an object with "error", "junit" a suite with an error, to stand among others; the others the line
 * itself. g_free() it. */
MW_PUBLIC char *mw_error_format(const char *name, const char *text, const char *format);

/* Many reports in one page: how the mails ended, what they share, and which change mends most of them. */
typedef struct mw_summary mw_summary;
MW_PUBLIC mw_summary *mw_summary_new(void);
MW_PUBLIC void mw_summary_free(mw_summary *summary);
/* Nothing of the report is kept. */
MW_PUBLIC void mw_summary_add(mw_summary *summary, const mw_report *report);
/* For "html": the report becomes a section of the page, too; of some hundreds. */
MW_PUBLIC void mw_summary_add_page(mw_summary *summary, const mw_report *report);
MW_PUBLIC void mw_summary_add_error(mw_summary *summary, const char *name, const char *text);
/* As "text", "json", "jsonl", "csv" or "html"; g_free() it. style may be NULL. NULL and an error for another
 * format.
 */
MW_PUBLIC char *mw_summary_format(const mw_summary *summary, const char *format, const mw_style *style,
                                  GError **error);

/* Text that may come from anywhere, made safe for one line of a terminal; g_free() it. */
MW_PUBLIC char *mw_printable_line(const char *text);

/* What a symbol ("RDNS_NONE"), a code ("5.7.26") or a reply's text means, who acts and what they do. Nothing
 * is asked of the DNS, but with look_up: then what a reply names (addresses, domains, a list) is looked up
 * now. Of several replies (a log) each is explained, with how often it stands there. format: "text", "json"
 * or "html". g_free() it. NULL and an error when there is nothing to explain or a data file is broken. */
MW_PUBLIC char *mw_context_explain(mw_context *context, const char *text, gsize size, gboolean look_up,
                                   gint64 now, const char *format, const mw_style *style, GError **error);
/* The text is nothing but a reply or what quotes one ("550 5.7.1 ...", "status=bounced (...)"): no mail, but
 * something for mw_context_explain(). */
MW_PUBLIC gboolean mw_text_is_reply(const char *text, gsize size);
/* The receivers whose rules are known, the large ones first: the name for the option "for", and the title
 * ("Gmail"). The array ends with one without a name, and is freed with mw_receivers_free().
 * NULL and an error when a data file is broken. */
typedef struct mw_receiver_name {
    char *name, *title;
} mw_receiver_name;
MW_PUBLIC mw_receiver_name *mw_context_receivers(mw_context *context, GError **error);
MW_PUBLIC void mw_receivers_free(mw_receiver_name *receivers);

/* All symbols with their titles, by group. */
MW_PUBLIC char *mw_context_symbols(mw_context *context, const mw_style *style, GError **error);

/* "0.1.0" */
MW_PUBLIC const char *mw_version(void);

MW_PUBLIC GQuark mw_error_quark(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(mw_context, mw_context_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mw_report, mw_report_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mw_mailbox, mw_mailbox_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mw_mail, mw_mail_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mw_summary, mw_summary_free)

G_END_DECLS
