#include "bounce/marks.h"
#include "base/pairs.h"

#include "base/limits.h"
#include "bounce/parts.h"
#include "bounce/notice_address.h"

static const char *text_of(mw_arena *arena, const mw_message *message, const char *name) {
    const mw_field *field = mw_message_field(message, name);
    return field ? mw_field_text(arena, field) : "";
}

static GPtrArray *failed_recipients(mw_arena *arena, const mw_message *message) {
    GPtrArray *out = mw_array_new(arena);
    for (const mw_field *f = mw_message_field(message, "X-Failed-Recipients"); f;
         f = mw_message_next_field(message, f, "X-Failed-Recipients")) {
        mw_span text = mw_span_of(mw_field_text(arena, f));
        for (size_t at = 0; at < text.len && out->len < MW_MAX_RECIPIENTS;) {
            mw_span address = mw_notice_address(text, at, &at);
            if (address.len)
                g_ptr_array_add(out, mw_span_dup(arena, address));
        }
    }
    return out;
}

/* The subject is that of an answer, or of a mail that was sent on. */
static bool is_answer(mw_span subject) {
    static const char *const prefixes[] = {"re:", "aw:", "fw:", "fwd:", "wg:", "sv:", "tr:", "rv:", NULL};
    return mw_span_begins(subject, prefixes);
}

void mw_bounce_marks_read(mw_arena *arena, const mw_message *message, mw_bounce_marks *m) {
    static const char *const daemons[] = {"mailer-daemon",        "postmaster",
                                          "post_master",          "mail-daemon",
                                          "mail.delivery.system", "mailerdaemon",
                                          "mailer_daemon",        "delivery system",
                                          "delivery subsystem",   "mail administrator",
                                          "maildaemon",           "mdaemon@",
                                          "microsoftexchange",    NULL};
    static const char *const robots[] = {"no-reply",
                                         "noreply",
                                         "no_reply",
                                         "donotreply",
                                         "do-not-reply",
                                         "-admin@",
                                         "admin@",
                                         "system@",
                                         "mailer@",
                                         "bounce",
                                         "notification",
                                         "-owner@",
                                         "-request@",
                                         "majordomo",
                                         "listserv",
                                         "mailadmin",
                                         "gateway",
                                         "mail_service",
                                         "system administrator",
                                         "smtp",
                                         "antivirus",
                                         "mailscan",
                                         NULL};
    static const char *const fails[] = {"undeliver",
                                        "failure notice",
                                        "returned mail",
                                        "delivery status",
                                        "delivery fail",
                                        "delivery failure",
                                        "mail delivery",
                                        "mail system error",
                                        "mail error",
                                        "returned to sender",
                                        "failed delivery",
                                        "delivery notification",
                                        "delivery has failed",
                                        "delivery problem",
                                        "non-delivery",
                                        "nondelivery",
                                        "not delivered",
                                        "delivery report",
                                        "mail failure",
                                        "mail failed",
                                        "delivery error",
                                        "error sending your mail",
                                        "could not be delivered",
                                        "not be delivered",
                                        "delivery delay",
                                        "delayed mail",
                                        "could not send",
                                        "are not member",
                                        "undeliverable message",
                                        "rejected",
                                        "blocked by",
                                        "warning: ",
                                        "failed mail",
                                        "processing error",
                                        "user unknown",
                                        "unknown user",
                                        "message delayed",
                                        "not yet been delivered",
                                        "unzustellbar",
                                        "nicht zugestellt",
                                        "r\xc3\xbc"
                                        "ckl\xc3\xa4ufer",
                                        "non remis",
                                        "no se pudo",
                                        "n\xc3\xa3o entregue",
                                        "mancato recapito",
                                        "onbestelbaar",
                                        "\xe3\x82\xa8\xe3\x83\xa9\xe3\x83\xbc",
                                        "\xe9\x85\x8d\xe4\xbf\xa1",
                                        "\xe9\x80\x80\xe4\xbf\xa1",
                                        "\xe5\xa4\xb1\xe8\xb4\xa5", /* failed, in Chinese */
                                        "\xe5\xa4\xb1\xe6\x95\x97",
                                        "\xd0\xbd\xd0\xb5\xd0\xb4\xd0\xbe\xd1\x81\xd1\x82\xd0\xb0\xd0\xb2",
                                        "\xd0\xbd\xd0\xb5 \xd0\xb4\xd0\xbe\xd1\x81\xd1\x82\xd0\xb0\xd0\xb2",
                                        NULL};
    static const char *const away[] = {"automatic reply",
                                       "auto reply",
                                       "autoreply",
                                       "auto-reply",
                                       "auto:",
                                       "out of office",
                                       "out of the office",
                                       "away until",
                                       "away from",
                                       "on vacation",
                                       "vacation",
                                       "abwesen",
                                       "on leave",
                                       "automatische antwort",
                                       "absence",
                                       "r\xc3\xa9ponse automatique",
                                       "respuesta autom",
                                       "fuera de",
                                       "away",
                                       NULL};
    m->from = text_of(arena, message, "From");
    const mw_field *subject = mw_message_field(message, "Subject");
    m->subject = subject ? mw_header_decoded(arena, subject) : "";
    m->auto_submitted = text_of(arena, message, "Auto-Submitted");
    m->failed = failed_recipients(arena, message);
    size_t end;
    mw_span to = mw_span_of(text_of(arena, message, "To")), sender = mw_notice_address(to, 0, &end);
    m->sender = sender.len ? mw_span_dup(arena, sender) : NULL;
    const mw_field *path = mw_message_field(message, "Return-Path");
    mw_span back = path ? mw_span_trim(path->value) : MW_SPAN("?");
    m->null_return =
        back.len == 0 || mw_span_is(back, "<>") || mw_span_search(back, "mailer-daemon") != SIZE_MAX;
    m->daemon = mw_span_holds(mw_span_of(m->from), daemons) || g_str_has_suffix(m->from, "<>");
    m->robot = mw_span_holds(mw_span_of(m->from), robots);
    m->subject_fails = mw_span_holds(mw_span_of(m->subject), fails) &&
                       (m->daemon || m->null_return || !is_answer(mw_span_of(m->subject)));
    m->subject_away = mw_span_holds(mw_span_of(m->subject), away);
    m->subject_quotes = strpbrk(m->subject, "\"#[") != NULL;
}

bool mw_bounce_is_vacation(const mw_message *message, const mw_bounce_marks *m) {
    if (m->failed->len || m->daemon)
        return false;
    bool automatic = g_str_has_prefix(m->auto_submitted, "auto-replied") ||
                     mw_message_field(message, "X-Autoreply") || mw_message_field(message, "X-Autorespond") ||
                     mw_message_field(message, "X-Auto-Reply") ||
                     mw_message_field(message, "X-Auto-Response-Suppress") || m->null_return;
    return m->subject_away && !m->subject_fails && automatic;
}

static bool returns_mail(const mw_mime *mime) {
    for (size_t i = 0; i < mime->n_parts; i++) {
        if (mw_part_is_message(&mime->parts[i]) || mw_part_is_header(&mime->parts[i]))
            return true;
    }
    return false;
}

int mw_bounce_score(const mw_mime *mime, const mw_bounce_marks *m, const mw_notice *notice) {
    int points = notice->words.likeness;
    points += m->daemon ? 2 : 0;
    points += m->null_return ? 1 : 0;
    points += m->failed->len ? 3 : 0;
    points += m->subject_fails ? 2 : 0;
    points += *m->auto_submitted && !g_str_has_prefix(m->auto_submitted, "no") ? 1 : 0;
    points += notice->original.len ? 1 : 0;
    return points + (returns_mail(mime) ? 1 : 0);
}

bool mw_bounce_is_returned(const mw_mime *mime, const mw_notice *notice) {
    return returns_mail(mime) || notice->original.len || strcmp(notice->words.form, "text") != 0;
}

bool mw_bounce_is_formed(const mw_mime *mime, const mw_bounce_marks *m, const mw_notice *notice) {
    return mw_bounce_is_returned(mime, notice) || !m->subject_quotes;
}
