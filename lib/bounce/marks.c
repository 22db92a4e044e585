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

/* Its words but those of the domain, which says nothing of the program: "a@postmaster.example". */
static bool is_daemon(const mw_phrases *phrases, mw_span from) {
    size_t at = mw_span_find(from, '@'), end = at == SIZE_MAX ? from.len : at + 1;
    mw_span name = mw_span_slice(from, 0, end);
    while (end < from.len && (g_ascii_isalnum(from.data[end]) || strchr("-.", from.data[end])))
        end++;
    return mw_phrases_count(phrases, MW_PHRASE_DAEMON, name, 1) ||
           mw_phrases_count(phrases, MW_PHRASE_DAEMON, mw_span_from(from, end), 1);
}

void mw_bounce_marks_read(mw_arena *arena, const mw_phrases *phrases, const mw_message *message,
                          mw_bounce_marks *m) {
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
    mw_span from = mw_span_of(m->from), title = mw_phrases_fold(arena, mw_span_of(m->subject));
    bool empty = mw_message_field(message, "From") && (!*m->from || g_str_has_suffix(m->from, "<>"));
    m->daemon = empty || is_daemon(phrases, from);
    m->robot = mw_phrases_count(phrases, MW_PHRASE_ROBOT, from, 1);
    m->subject_fails = mw_phrases_count(phrases, MW_PHRASE_SUBJECT, title, 1) &&
                       (m->daemon || m->null_return || !is_answer(title));
    m->subject_away = mw_phrases_count(phrases, MW_PHRASE_AWAY, title, 1);
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
