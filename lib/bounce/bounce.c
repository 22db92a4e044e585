#include "bounce/bounce.h"
#include "base/pairs.h"

#include "bounce/json.h"
#include "bounce/original.h"
#include "bounce/parts.h"
#include "bounce/recipients.h"
#include "bounce/notice_address.h"

enum { MAX_PATH = 400 }; /* of a report's field that holds an address */

static void settle_kind(mw_bounce *bounce) {
    bool failed = false, delayed = false;
    for (guint i = 0; i < bounce->recipients->len; i++) {
        const mw_bounce_recipient *r = bounce->recipients->pdata[i];
        failed = failed || strcmp(r->action, "failed") == 0;
        delayed = delayed || strcmp(r->action, "delayed") == 0;
    }
    bounce->kind = failed ? MW_BOUNCE_FAILURE : delayed ? MW_BOUNCE_DELAY : MW_BOUNCE_SUCCESS;
}

static bool is_reached(const mw_bounce_recipient *r) {
    return strcmp(r->action, "failed") != 0 && strcmp(r->action, "delayed") != 0;
}

/* Of a report on several recipients only those count that were not reached, if any. */
static void keep_unreached(mw_arena *arena, mw_bounce *bounce) {
    GPtrArray *kept = mw_array_new(arena);
    g_autoptr(GString) reached = g_string_new(NULL);
    for (guint i = 0; i < bounce->recipients->len; i++) {
        mw_bounce_recipient *r = bounce->recipients->pdata[i];
        if (!is_reached(r))
            g_ptr_array_add(kept, r);
        else if (r->recipient)
            g_string_append_printf(reached, "%s%s", reached->len ? ", " : "", r->recipient);
    }
    if (!kept->len)
        return;
    bounce->recipients = kept;
    bounce->reached = reached->len ? mw_strdup(arena, reached->str) : NULL;
}

static bool is_complaint(const mw_message *message, const mw_mime *mime, const mw_bounce_marks *m) {
    const mw_field *type = mw_message_field(message, "Content-Type");
    return mw_part_find(mime, "/feedback-report") ||
           (type && mw_span_search(type->value, "feedback-report") != SIZE_MAX) ||
           mw_span_holds(mw_span_of(m->subject),
                         (const char *const[]){"complaint about message from", NULL}) ||
           mw_span_search(mw_span_slice(message->body, 0, 2000), "email abuse report") != SIZE_MAX;
}

/* The address in a field of the complaint's report (RFC 5965 section 3.2), or NULL. */
static const char *feedback_address(mw_arena *arena, mw_span report, const char *field) {
    size_t at = mw_span_search(report, field), end;
    if (at == SIZE_MAX)
        return NULL;
    mw_span value = mw_span_slice(mw_span_from(report, at + strlen(field)), 0, MAX_PATH);
    value = mw_span_slice(value, 0, mw_span_find(value, '\n'));
    mw_span address = mw_notice_address(value, 0, &end);
    return address.len ? mw_span_dup(arena, address) : NULL;
}

/* Who complained, as the mail itself tells where the report is no ARF (Outlook's). */
static const char *complainant(mw_arena *arena, const mw_message *original) {
    const mw_field *field = original ? mw_message_field(original, "X-HmXmrOriginalRecipient") : NULL;
    return field ? mw_dsn_address(arena, field->value) : NULL;
}

static void complaint(mw_arena *arena, mw_bounce *bounce, const mw_mime *mime) {
    bounce->kind = MW_BOUNCE_COMPLAINT;
    bounce->form = "ARF";
    const mw_part *report = mw_part_find(mime, "/feedback-report");
    mw_span text = report ? report->content : (mw_span){NULL, 0};
    const char *from = feedback_address(arena, text, "Original-Mail-From:"),
               *to = feedback_address(arena, text, "Original-Rcpt-To:");
    bounce->sender = from ? from : bounce->sender;
    to = to ? to : complainant(arena, bounce->original);
    if (to)
        mw_bounce_add(arena, bounce, to, "", false)->action = "complained";
}

static mw_bounce *new_bounce(mw_arena *arena) {
    mw_bounce *bounce = mw_new(arena, mw_bounce);
    bounce->recipients = mw_array_new(arena);
    bounce->form = "text";
    bounce->notice = "";
    return bounce;
}

/* A mail while it is being read. */
typedef struct candidate {
    mw_arena *arena;
    const mw_phrases *phrases;
    const mw_message *message;
    const mw_mime *mime;
    mw_bounce_marks marks;
    const mw_part *report; /* message/delivery-status; or NULL */
    mw_span fields;        /* those of the report, also where they stand in the text for people */
    const mw_notice *notice;
    int points;
    mw_bounce *bounce;
} candidate;

/* Where the report's fields begin that stand in the text for people, or SIZE_MAX. */
static size_t embedded_report(mw_span text) {
    size_t at = mw_span_search(text, "\nReporting-MTA:");
    return at == SIZE_MAX ? mw_span_search(text, "\nFinal-Recipient:") : at;
}

/* The text for people, without the returned mail and without the report's fields. */
static void read_notice(candidate *c, int inside) {
    mw_span text = mw_bounce_text(c->arena, c->message, c->mime, inside);
    c->notice = mw_notice_read(c->arena, c->phrases, text, c->marks.sender);
    size_t at = embedded_report(c->notice->text);
    c->fields = c->report ? c->report->content : mw_span_from(c->notice->text, at);
    if (at != SIZE_MAX) {
        mw_notice *before = mw_new(c->arena, mw_notice);
        *before =
            *mw_notice_read(c->arena, c->phrases, mw_span_slice(c->notice->text, 0, at), c->marks.sender);
        before->original = c->notice->original;
        c->notice = before;
    }
    c->bounce->notice = mw_span_dup(c->arena, mw_span_trim(c->notice->text));
}

/* By its wording; else as the header says, which may be the server's language and not the text's. */
static const char *language_of(mw_arena *arena, const mw_phrases *phrases, const mw_message *message,
                               mw_span text) {
    const char *found =
        mw_phrases_language(phrases, mw_phrases_fold(arena, mw_span_slice(text, 0, MW_NOTICE_WORDS)));
    const mw_field *field = found || !message ? NULL : mw_message_field(message, "Content-Language");
    return field ? mw_field_text(arena, field) : found;
}

/* A mailbox's own rule refuses the mail in the form of a read receipt (RFC 5429 section 2.2.1). */
static bool is_rejection(const candidate *c) {
    return strstr(c->marks.auto_submitted, "rejected") ||
           mw_span_starts(mw_span_of(c->marks.subject), "rejected:") ||
           mw_span_search(c->notice->text, "automatically rejected") != SIZE_MAX;
}

/* Complaints, Amazon's notifications, vacations. */
static bool read_other(candidate *c) {
    if (is_complaint(c->message, c->mime, &c->marks)) {
        mw_bounce_find_original(c->arena, c->bounce, c->mime, NULL, c->notice->original);
        complaint(c->arena, c->bounce, c->mime);
        return true;
    }
    const mw_part *receipt = mw_part_find(c->mime, "/disposition-notification"); /* RFC 8098 */
    if (receipt && is_rejection(c)) {
        c->report = receipt;
        c->fields = receipt->content;
        return false;
    }
    if (receipt) {
        c->bounce->kind = MW_BOUNCE_VACATION;
        c->bounce->form = "read receipt";
        return true;
    }
    if (mw_bounce_read_json(c->arena, c->bounce, c->notice->text))
        return true;
    if (c->report || !mw_bounce_is_vacation(c->message, &c->marks))
        return false;
    c->bounce->kind = MW_BOUNCE_VACATION;
    c->bounce->form = "automatic answer";
    return true;
}

/* Parcels go astray, too: a program that speaks of a mail quotes a reply, or keeps a list. */
static bool knows_mail(const candidate *c) {
    return c->marks.daemon || mw_smtp_code_grade(c->arena, c->notice->text) > 0 ||
           mw_message_field(c->message, "List-Subscribe") || mw_message_field(c->message, "List-Id") ||
           mw_message_field(c->message, "Mailing-List");
}

/* An invitation or an answer to one, which calendars send with an empty sender: what it says was refused is a
 * meeting, unless a mail system says it. */
static bool is_invitation(const candidate *c) {
    const mw_part *calendar = mw_part_find(c->mime, "text/calendar");
    return calendar && !c->marks.daemon && mw_part_holder(c->mime, (size_t)(calendar - c->mime->parts)) < 0;
}

/* A mail system says, and not only somebody, that something was not delivered. */
static bool is_evident(const candidate *c) {
    const mw_bounce_marks *m = &c->marks;
    if (c->report || m->failed->len)
        return true;
    if (is_invitation(c))
        return false;
    bool robot = m->subject_fails && (m->robot || *m->auto_submitted || c->fields.len);
    bool machine = m->daemon || m->null_return || (robot && mw_bounce_is_formed(c->mime, m, c->notice));
    bool speaks = m->subject_fails || c->notice->original.len || c->notice->words.likeness > 0;
    if (c->points < MW_BOUNCE_MIN_SCORE || !machine || !speaks)
        return false;
    return m->null_return || mw_bounce_is_returned(c->mime, c->notice) ||
           (m->daemon && m->subject_fails && !m->subject_quotes) ||
           (knows_mail(c) && mw_notice_to_sender(c->arena, c->phrases, c->notice->text));
}

/* It calls itself a report, though nothing of one may be left. */
static bool is_report(const mw_message *message) {
    const mw_field *type = mw_message_field(message, "Content-Type");
    return type && mw_span_search(type->value, "multipart/report") != SIZE_MAX &&
           mw_span_search(type->value, "delivery-status") != SIZE_MAX;
}

static void read_recipients(candidate *c) {
    mw_bounce *bounce = c->bounce;
    bool fields = c->fields.len && (c->report || c->points >= MW_BOUNCE_MIN_SCORE || c->marks.subject_fails);
    const mw_dsn *dsn = fields ? mw_dsn_read(c->arena, c->fields) : NULL;
    if (dsn && dsn->recipients->len) {
        bounce->form = mw_span_ends(mw_span_of(c->report ? c->report->type : ""), "disposition-notification")
                           ? "RFC 5429"
                           : "RFC 3464";
        bounce->reporting_mta = dsn->reporting_mta;
        bounce->queue_id = dsn->queue_id;
        bounce->arrival_date = dsn->arrival_date;
        mw_bounce_add_report(c->arena, bounce, dsn, c->notice, &c->marks);
    }
    if (bounce->recipients->len || !is_evident(c))
        return;
    bounce->form = c->notice->words.form;
    bounce->reporting_mta = dsn ? dsn->reporting_mta : NULL;
    mw_bounce_add_notice(c->arena, bounce, c->notice, &c->marks);
    if (!bounce->recipients->len && (c->report || c->points >= MW_BOUNCE_MIN_SCORE + 2))
        mw_bounce_add_of_original(c->arena, bounce, c->notice);
    /* local names only ("the recipient anna"): what was said is worth telling all the same */
    bool says = c->marks.daemon && c->marks.subject_fails && c->notice->words.likeness > 0;
    bool lost = c->marks.daemon && c->marks.null_return && is_report(c->message);
    if (!bounce->recipients->len && ((says && c->points >= MW_BOUNCE_MIN_SCORE + 2) || lost))
        mw_bounce_add(c->arena, bounce, NULL, bounce->notice, c->notice->words.warning);
}

const mw_bounce *mw_bounce_read(mw_arena *arena, const mw_phrases *phrases, const mw_message *message,
                                const mw_mime *mime) {
    if (!message->n_fields)
        return NULL;
    mw_bounce *bounce = new_bounce(arena);
    candidate c = {.arena = arena, .phrases = phrases, .message = message, .mime = mime, .bounce = bounce};
    mw_bounce_marks_read(arena, phrases, message, &c.marks);
    bounce->sender = c.marks.sender;
    c.report = mw_part_find(mime, "delivery-status");
    if (!c.report && (c.marks.daemon || c.marks.subject_fails))
        c.report = mw_part_unnamed_report(mime);
    int inside = c.report ? mw_part_holder(mime, (size_t)(c.report - mime->parts)) : -1;
    if (inside >= 0 && !c.marks.daemon && !c.marks.subject_fails)
        return NULL; /* a mail that somebody sent on with a bounce attached is opened elsewhere */
    read_notice(&c, inside);
    if (read_other(&c)) {
        if (bounce->kind == MW_BOUNCE_FAILURE && !bounce->recipients->len)
            return NULL;
        bounce->language = language_of(arena, phrases, message, c.notice->text);
        return bounce;
    }
    c.points = mw_bounce_score(mime, &c.marks, c.notice);
    mw_bounce_find_original(arena, bounce, mime, c.report, c.notice->original);
    read_recipients(&c);
    if (!bounce->recipients->len)
        return NULL;
    bounce->language = language_of(arena, phrases, message, c.notice->text);
    for (guint i = 0; c.marks.subject_fails && i < bounce->recipients->len; i++) {
        mw_bounce_recipient *r = bounce->recipients->pdata[i];
        if (!r->context)
            r->context = c.marks.subject;
    }
    keep_unreached(arena, bounce);
    settle_kind(bounce);
    return bounce;
}

const mw_bounce *mw_bounce_from_text(mw_arena *arena, const mw_phrases *phrases, mw_span text) {
    mw_bounce *bounce = new_bounce(arena);
    text = mw_span_slice(text, 0, MW_BOUNCE_TEXT);
    const mw_notice *notice = mw_notice_read(arena, phrases, text, NULL);
    bounce->notice = mw_span_dup(arena, mw_span_trim(text));
    bounce->form = notice->words.form;
    bounce->language = language_of(arena, phrases, NULL, text);
    const mw_notice_recipient *only = notice->recipients->len == 1 ? notice->recipients->pdata[0] : NULL;
    mw_bounce_add(arena, bounce, only && only->strong ? only->address : NULL, bounce->notice,
                  notice->words.warning);
    settle_kind(bounce);
    return bounce;
}

bool mw_bounce_failed(const mw_bounce *bounce) {
    return bounce->kind == MW_BOUNCE_FAILURE;
}

const char *mw_claim_check_name(mw_claim_check check) {
    static const char *const names[] = {NULL, "confirmed", "contradicted", "not_reproducible"};
    return names[check];
}
