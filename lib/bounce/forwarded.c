#include "bounce/forwarded.h"

#include "base/limits.h"
#include "bounce/marks.h"
#include "bounce/parts.h"

enum {
    MAX_LABEL = 40,
    MAX_BLOCK = 24, /* lines of what is left of a header */
};

/* What is left of the header of the mail that was sent on. */
typedef struct block {
    mw_span from, title, to;
} block;

/* Without the marks of quoting, and stars that make a label bold. */
static mw_span unquoted(mw_span line) {
    while (line.len && line.data[0] == '>')
        line = mw_span_from(line, line.len > 1 && line.data[1] == ' ' ? 2 : 1);
    return mw_span_strip_end(line, "\r");
}

/* The value behind the label that the line begins with; false when it begins with none. */
static bool labelled(mw_span line, mw_span *label, mw_span *value) {
    line = mw_span_strip(mw_span_trim(line), "*");
    size_t colon = mw_span_find(mw_span_slice(line, 0, MAX_LABEL), ':');
    size_t wide = mw_span_search(mw_span_slice(line, 0, MAX_LABEL), "\xef\xbc\x9a"); /* a wide colon */
    size_t end = MIN(colon, wide), mark = wide < colon ? 3 : 1;
    if (end == SIZE_MAX || end == 0)
        return false;
    *label = mw_span_trim(mw_span_slice(line, 0, end));
    *value = mw_span_trim(mw_span_strip(mw_span_from(line, end + mark), "* \t\xc2\xa0"));
    return true;
}

static bool is_label(mw_arena *arena, const mw_phrases *phrases, mw_phrase_kind kind, mw_span label) {
    return mw_phrases_equal(phrases, kind, mw_phrases_fold(arena, label));
}

/* Reads the lines of a header that begin there; false when they are none. */
static bool read_block(mw_arena *arena, const mw_phrases *phrases, mw_span text, block *out, mw_span *body) {
    *out = (block){0};
    mw_span label, value, last = {NULL, 0};
    for (int i = 0; i < MAX_BLOCK && text.len; i++) {
        mw_span before = text, line = unquoted(mw_span_cut(&text, '\n'));
        bool empty = mw_span_trim(line).len == 0;
        if (empty && i == 0)
            return false;
        *body = text;
        if (empty)
            break;
        if (!labelled(line, &label, &value)) {
            *body = before; /* some leave the empty line out; a value may go on */
            if (out->from.len && out->title.len && !strchr(" \t", line.data[0]))
                break;
            continue;
        }
        last = value;
        if (!out->from.len && is_label(arena, phrases, MW_PHRASE_FROM, label))
            out->from = value;
        else if (!out->title.len && is_label(arena, phrases, MW_PHRASE_TITLE, label))
            out->title = value;
        else if (!out->to.len && is_label(arena, phrases, MW_PHRASE_TO, label))
            out->to = value;
    }
    return last.data && out->from.len && out->title.len;
}

/* A mail of a mail system, by its sender or its subject. */
static bool is_notice(mw_arena *arena, const mw_phrases *phrases, const block *b) {
    mw_span from = mw_phrases_fold(arena, b->from), title = mw_phrases_fold(arena, b->title);
    bool daemon = mw_phrases_count(phrases, MW_PHRASE_DAEMON, from, 1),
         robot = mw_phrases_count(phrases, MW_PHRASE_ROBOT, from, 1),
         fails = mw_phrases_count(phrases, MW_PHRASE_SUBJECT, title, 1);
    return daemon || (robot && fails);
}

static void append_field(GString *out, const char *name, mw_span value) {
    if (value.len)
        g_string_append_printf(out, "%s: %.*s\r\n", name, (int)value.len, value.data);
}

static const mw_message *mail_of(mw_arena *arena, const block *b, mw_span body) {
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append(out, "Return-Path: <>\r\n");
    append_field(out, "From", b->from);
    append_field(out, "To", b->to);
    append_field(out, "Subject", b->title);
    g_string_append(out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                         "Content-Transfer-Encoding: 8bit\r\n\r\n");
    while (body.len) {
        mw_span_append(out, unquoted(mw_span_cut(&body, '\n')));
        g_string_append(out, "\r\n");
    }
    char *kept = mw_strndup(arena, out->str, out->len);
    return mw_message_read(arena, (mw_span){kept, out->len}, NULL);
}

const mw_message *mw_bounce_forwarded(mw_arena *arena, const mw_phrases *phrases, const mw_message *message,
                                      const mw_mime *mime) {
    mw_span text = mw_bounce_text(arena, message, mime, -1);
    for (mw_span rest = text; rest.len;) {
        mw_span label, value, body, at = rest;
        block b;
        mw_span line = unquoted(mw_span_cut(&rest, '\n'));
        bool begins =
            labelled(line, &label, &value) && (is_label(arena, phrases, MW_PHRASE_FROM, label) ||
                                               is_label(arena, phrases, MW_PHRASE_TITLE, label) ||
                                               mw_span_is(label, "Return-Path") || mw_span_is(label, "Date"));
        if (!begins || !read_block(arena, phrases, at, &b, &body) || !is_notice(arena, phrases, &b))
            continue;
        /* asked last, and once: to look for all these words takes longer than the lines, and few mails get
         * here */
        bool failed = mw_phrases_count(phrases, MW_PHRASE_FAILED, mw_phrases_fold(arena, text), 1);
        return failed ? mail_of(arena, &b, body) : NULL;
    }
    return NULL;
}
