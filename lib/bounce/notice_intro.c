#include "bounce/notice_intro.h"
#include "base/pairs.h"

#include "bounce/notice_address.h"
#include "reply/reply.h"

/* Labels of other things than recipients. */
static bool other_label(mw_span before) {
    static const char *const words[] = {
        "mail from",   "from:",        "from <",     "sender",    "subject",          "message-id",
        "cc:",         "reply-to",     "generated ", "contact",   "sent by",          "envelope-from",
        "please send", "send mail to", "write to",   "questions", "mailto:",          "e-mail:",
        "return-path", "x-",           "http",       "by ",       "original address", "originator",
        "hello",       "dear",         NULL};
    return mw_span_holds(before, words) || mw_span_is(mw_span_trim(before), "to:") ||
           mw_span_is(mw_span_trim(before), "from");
}

/* Without the kind of the address: "[SMTP:", "rfc822;". */
static mw_span without_kind(mw_span before) {
    static const char *const kinds[] = {"smtp:", "rfc822;"};
    mw_span bare = mw_span_strip_end(before, "<'\" ");
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (mw_span_ends(bare, kinds[i]))
            return mw_span_strip_end(mw_span_slice(bare, 0, bare.len - strlen(kinds[i])), "[(<'\" ");
    }
    return before;
}

/* The words in front of an address end as those in front of a recipient do; a label may say it in two
 * languages. */
static bool recipient_label(const mw_phrases *phrases, mw_span before) {
    mw_span label = mw_span_strip_end(mw_span_trim(before), ":,<'\"([ \t");
    size_t slash = mw_span_find(label, '/');
    return mw_phrases_end(phrases, MW_PHRASE_RECIPIENT, label) ||
           (slash != SIZE_MAX &&
            mw_phrases_end(phrases, MW_PHRASE_RECIPIENT, mw_span_trim(mw_span_slice(label, 0, slash))));
}

static bool failure_words(mw_span line) {
    static const char *const words[] = {
        "deliver", "fail",   "reject",  "unknown",      "undeliver",  "bounce",  "reach",
        "refus",   "error",  "full",    "not found",    "not exist",  "blocked", "returned",
        "expired", "unable", "invalid", "not a member", "not member", "did not", "originally addressed",
        NULL};
    return mw_span_holds(line, words);
}

/* The line begins with the address, perhaps behind a bullet. */
static mw_intro leading_address(mw_span line) {
    mw_intro out = {.grade = MW_HOLD_NONE};
    mw_span body = mw_span_strip(line, "*-+|>\xe2\x80\xa2 \t");
    size_t end;
    mw_span address = mw_notice_address(body, 0, &end);
    if (!address.len)
        return out;
    mw_span before = without_kind(mw_span_slice(body, 0, (size_t)(address.data - body.data)));
    size_t x400 = mw_span_starts(body, "c=") ? mw_span_search(body, "smtp=") : SIZE_MAX;
    if (x400 != SIZE_MAX)
        address = mw_notice_address(body, x400 + strlen("smtp="), &end);
    if (!address.len || (x400 == SIZE_MAX && mw_span_strip(before, "<\"'( ").len))
        return out;
    mw_span rest = mw_span_strip(mw_span_from(body, end), x400 == SIZE_MAX ? "" : "; ");
    mw_span next = mw_span_trim(rest);
    if (next.len && next.data[0] == '<' && !mw_span_starts(next, "<mailto:")) { /* "name@x <real@y>" */
        size_t stop;
        mw_span second = mw_notice_address(next, 0, &stop);
        if (second.len && second.data == next.data + 1) {
            address = second;
            rest = mw_span_from(next, stop);
        }
    }
    out = (mw_intro){MW_HOLD_STRONG, address, mw_span_trim(mw_span_strip(rest, ">:,. ")), false};
    if (mw_span_starts(out.rest, "(expanded from")) {
        size_t close = mw_span_find(out.rest, ')');
        out.rest = mw_span_trim(
            mw_span_strip(mw_span_from(out.rest, close == SIZE_MAX ? out.rest.len : close + 1), ":,. "));
    }
    if (mw_span_starts(out.rest, "on ") || mw_span_starts(out.rest, "<mailto:") ||
        mw_span_starts(out.rest, "(") || mw_span_starts(out.rest, "[")) {
        bool says = mw_span_starts(out.rest, "(") || mw_span_starts(out.rest, "[");
        size_t again;
        if (!says || (mw_notice_address(out.rest, 0, &again).len && !failure_words(out.rest)))
            out.rest.len = 0;
    }
    return out;
}

/* "554 <a@example.org>... text": a line of a transcript. */
static mw_intro coded_line(mw_span line) {
    mw_intro out = {.grade = MW_HOLD_NONE};
    if (mw_smtp_code_find(line, 0) != 0 || line.len < 5)
        return out;
    mw_span body = mw_span_from(line, 4);
    mw_span status = mw_smtp_status_at(body);
    if (status.len)
        body = mw_span_from(body, (size_t)(status.data - body.data) + status.len);
    body = mw_span_trim(body);
    size_t end;
    mw_span address = mw_notice_address(body, 0, &end);
    if (!address.len || address.data > body.data + 1)
        return out;
    if (mw_span_starts(mw_span_from(body, end), "..."))
        out = (mw_intro){MW_HOLD_STRONG, address, line, false};
    return out;
}

static mw_intro rcpt_command(mw_span line) {
    mw_intro out = {.grade = MW_HOLD_NONE};
    size_t at = mw_span_search(line, "rcpt to:"), end;
    if (at == SIZE_MAX)
        return out;
    mw_span address = mw_notice_address(line, at + 8, &end);
    if (!address.len || address.data > line.data + at + 11)
        return out;
    bool command = at == 0 || mw_span_starts(line, ">>>") || mw_span_starts(line, "sent ");
    return (mw_intro){command ? MW_HOLD_STRONG : MW_HOLD_WEAK, address, mw_span_from(line, end), false};
}

static mw_intro labelled(mw_arena *arena, const mw_phrases *phrases, mw_span line) {
    mw_intro out = {.grade = MW_HOLD_NONE};
    size_t end;
    mw_span address = mw_notice_address(line, 0, &end);
    if (!address.len)
        return out;
    if (mw_span_starts(line, "(generated from ")) /* what was written to, where the target is not named */
        return (mw_intro){MW_HOLD_WEAK, address, line, true};
    mw_span before = without_kind(mw_span_slice(line, 0, (size_t)(address.data - line.data)));
    if (other_label(before))
        return out;
    mw_span bare = mw_span_strip_end(before, "<'\" \t");
    bool colon = bare.len && bare.data[bare.len - 1] == ':';
    bool failing =
        failure_words(line) || mw_phrases_count(phrases, MW_PHRASE_FAILED, mw_phrases_fold(arena, line), 1);
    bool alone =
        bare.len >= 4 && bare.data == line.data && (bare.data[0] & 0x80); /* a label in another script */
    if ((failing || colon || alone) && recipient_label(phrases, mw_phrases_fold(arena, before)))
        return (mw_intro){MW_HOLD_STRONG, address, line, !colon};
    if (colon && failing && mw_smtp_code_find(bare, 0) == SIZE_MAX)
        return (mw_intro){MW_HOLD_STRONG, address, line, false};
    return failing ? (mw_intro){MW_HOLD_WEAK, address, line, true} : out;
}

/* "Kim Lee on Fri, 20 Nov 2026 10:00:00 +0000": whose address the notice does not tell. */
static mw_intro name_and_time(mw_span line) {
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};
    size_t at = mw_span_search(line, " on ");
    mw_span name = mw_span_trim(mw_span_slice(line, 0, at)), time = mw_span_from(line, at);
    time = mw_span_trim(mw_span_slice(time, 4, time.len));
    bool dated = at != SIZE_MAX && time.len >= 8 && time.len < 60 &&
                 (mw_span_begins(time, days) || g_ascii_isdigit(time.data[0]));
    if (!dated || !name.len || name.len > 80 || !mw_notice_has_word(name))
        return (mw_intro){.grade = MW_HOLD_NONE};
    return (mw_intro){MW_HOLD_STRONG, name, mw_span_from(line, line.len), false};
}

/* "Kim (kim@example.org) on 21.11.2026" below a heading such as "could not be reached:". */
static mw_intro named_below_heading(mw_arena *arena, const mw_phrases *phrases, mw_span line,
                                    mw_span previous) {
    mw_intro out = {.grade = MW_HOLD_NONE};
    bool heading = mw_span_ends(previous, ":") &&
                   mw_phrases_count(phrases, MW_PHRASE_HEADING, mw_phrases_fold(arena, previous), 1);
    size_t end;
    mw_span address = mw_notice_address(line, 0, &end);
    if (heading && !address.len)
        return name_and_time(line);
    if (!heading || !address.len || address.data == line.data || !strchr("(<[", address.data[-1]))
        return out;
    mw_span before = mw_span_slice(line, 0, (size_t)(address.data - line.data));
    mw_span rest = mw_span_trim(mw_span_strip(mw_span_from(line, end), ">)]:,. "));
    if (before.len > 80 || mw_span_find(before, ':') != SIZE_MAX)
        return out;
    if (mw_span_starts(rest, "on ") || mw_span_starts(rest, "<mailto:"))
        rest.len = 0;
    return (mw_intro){MW_HOLD_STRONG, address, rest, false};
}

mw_intro mw_notice_introduce(mw_arena *arena, const mw_phrases *phrases, mw_span line, mw_span previous) {
    static const char *const elsewhere[] = {"please send", "contact",  "to the address", "assistance",
                                            "write to",    "reply to", "subscribe",      NULL};
    line = mw_span_trim(line);
    if (mw_span_find(line, '@') == SIZE_MAX && !mw_span_ends(previous, ":")) /* see named_below_heading() */
        return (mw_intro){.grade = MW_HOLD_NONE};
    mw_intro out = rcpt_command(line);
    if (out.grade == MW_HOLD_NONE)
        out = coded_line(line);
    if (out.grade == MW_HOLD_NONE)
        out = leading_address(line);
    if (out.grade == MW_HOLD_NONE)
        out = named_below_heading(arena, phrases, line, previous);
    if (out.grade == MW_HOLD_NONE)
        out = labelled(arena, phrases, line);
    if (out.grade == MW_HOLD_NONE || (mw_notice_office(out.address) && out.grade == MW_HOLD_WEAK))
        return (mw_intro){.grade = MW_HOLD_NONE};
    bool heading = mw_span_ends(line, ":"); /* "<a@example.org>:" */
    if (previous.len && mw_span_holds(previous, elsewhere) && out.rest.len == 0 && !heading)
        out.grade = MW_HOLD_NONE;
    return out;
}
