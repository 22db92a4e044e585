#include "mail/message.h"
#include "base/error.h"
#include "base/limits.h"
#include "mail/frame.h"

typedef struct input {
    mw_span bytes;
    size_t at;   /* of the next line */
    size_t line; /* its number */
    bool cr;     /* a bare CR ends a line: only where the file has no LF at all */
} input;

typedef struct line {
    mw_span text; /* without its end */
    size_t offset, number;
    size_t end; /* bytes of the line end: 0 at the end of the file */
} line;

static bool next_line(input *in, line *out) {
    if (in->at >= in->bytes.len)
        return false;
    mw_span rest = mw_span_from(in->bytes, in->at);
    size_t n = mw_span_find(rest, in->cr ? '\r' : '\n');
    *out = (line){.offset = in->at, .number = in->line};
    if (n == SIZE_MAX) {
        out->text = rest;
        in->at = in->bytes.len;
    } else {
        out->end = !in->cr && n && rest.data[n - 1] == '\r' ? 2 : 1;
        out->text = mw_span_slice(rest, 0, n + 1 - out->end);
        in->at += n + 1;
        in->line++;
    }
    return true;
}

/* ---- what is no mail ---- */

typedef struct magic {
    mw_span start;
    const char *what;
} magic;

static const magic magics[] = {
    {MW_SPAN_INIT("\x1f\x8b"),
     "gzip-compressed within another packed file: unpack it first and give the .eml in it"},
    {MW_SPAN_INIT("PK\x03\x04"), "a zip archive: unpack it first and give the .eml in it"},
    {MW_SPAN_INIT("BZh"), "bzip2-compressed: unpack it first (bunzip2) and give the .eml in it"},
    {MW_SPAN_INIT("\xfd"
                  "7zXZ"),
     "xz-compressed: unpack it first (unxz) and give the .eml in it"},
    {MW_SPAN_INIT("\x28\xb5\x2f\xfd"), "zstd-compressed: unpack it first and give the .eml in it"},
    {MW_SPAN_INIT("7z\xbc\xaf\x27\x1c"), "a 7z archive: unpack it first and give the .eml in it"},
    {MW_SPAN_INIT("\x78\x9f\x3e\x22"), "a winmail.dat (TNEF), which Outlook made of a mail's attachments: "
                                       "ask for the mail as .eml, or have its sender "
                                       "send plain text or HTML"},
    {MW_SPAN_INIT("%PDF"), "a PDF, not the mail itself: save the mail as .eml"},
    {MW_SPAN_INIT("\x89PNG"), "a picture, not the mail itself: save the mail as .eml"},
    {MW_SPAN_INIT("\xff\xd8\xff"), "a picture, not the mail itself: save the mail as .eml"},
    {MW_SPAN_INIT("!BDN"), "an Outlook data file (.pst or .ost): export the one mail as .eml"},
};

static void *no_mail(GError **error, const char *what) {
    g_set_error_literal(error, MW_ERROR, MW_ERROR_MESSAGE, what);
    return NULL;
}

static bool looks_binary(mw_span bytes) {
    size_t odd = 0, n = MIN(bytes.len, 2048);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)bytes.data[i];
        odd += c < 0x20 && !strchr("\t\r\n\f\x1b", c ? c : 1);
        odd += c == 0;
    }
    return odd * 20 > n;
}

/* Fields by which a text is known as a mail. */
static bool is_mail_field(mw_span name) {
    static const char *const names[] = {
        "From",
        "To",
        "Cc",
        "Bcc",
        "Subject",
        "Date",
        "Message-ID",
        "Received",
        "Return-Path",
        "Sender",
        "Reply-To",
        "Delivered-To",
        "MIME-Version",
        "Content-Type",
        "X-Mailer",
        "References",
        "In-Reply-To",
        "DKIM-Signature",
        "X-Received",
        "Resent-From",
        "List-Id",
        "ARC-Seal",
        "Received-SPF",
        "Authentication-Results",
        "Envelope-To",
        "X-Envelope-From",
        "X-Original-To",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (mw_span_is(name, names[i]))
            return true;
    return false;
}

static bool is_page(mw_span bytes) {
    mw_span start = mw_span_trim(mw_span_slice(bytes, 0, 200));
    return mw_span_starts(start, "<!doctype html") || mw_span_starts(start, "<html");
}

/* ---- fields ---- */

static bool is_name(mw_span name) {
    if (name.len == 0)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.data[i];
        if (c <= 0x20 || c >= 0x7f)
            return false;
    }
    return true;
}

static mw_field split_field(mw_span raw, size_t offset, size_t number) {
    mw_field field = {.raw = raw, .offset = offset, .line = number};
    size_t colon = mw_span_find(raw, ':');
    if (colon == SIZE_MAX) {
        field.value = raw;
        field.bad = true;
        return field;
    }
    size_t n = colon;
    while (n && (raw.data[n - 1] == ' ' || raw.data[n - 1] == '\t'))
        n--;
    field.name = mw_span_slice(raw, 0, n);
    field.value = mw_span_from(raw, colon + 1);
    field.bad = !is_name(field.name);
    return field;
}

/* BOM, blank lines, and lines that an mbox put in front. */
static void skip_front(input *in, mw_message *message) {
    if (mw_span_starts(in->bytes, "\xef\xbb\xbf")) {
        message->had_bom = true;
        in->at = 3;
    }
    for (;;) {
        input before = *in;
        line l;
        if (!next_line(in, &l))
            return;
        bool mbox =
            l.text.len > 5 && (memcmp(l.text.data, "From ", 5) == 0 || memcmp(l.text.data, ">From", 5) == 0);
        if (mbox)
            message->had_mbox_line = true;
        else if (mw_span_trim(l.text).len == 0)
            message->had_leading_blank = true;
        else {
            *in = before;
            return;
        }
    }
}

/* The bytes from at on with CRLF line ends; the bytes themselves where they have them already. */
static mw_span normalise(mw_arena *arena, const input *in, mw_message *message) {
    mw_span rest = mw_span_from(in->bytes, in->at);
    size_t lf = 0, crlf = 0, cr = 0, n;
    for (mw_span left = rest; (n = mw_span_find(left, in->cr ? '\r' : '\n')) != SIZE_MAX;
         left = mw_span_from(left, n + 1)) {
        if (in->cr)
            cr++;
        else if (left.data + n > rest.data && *(left.data + n - 1) == '\r')
            crlf++;
        else
            lf++;
    }
    message->line_ends = lf && crlf ? MW_LINES_MIXED
                         : lf       ? MW_LINES_LF
                         : crlf     ? MW_LINES_CRLF
                         : cr       ? MW_LINES_CR
                                    : MW_LINES_NONE;
    message->had_final_line_end = rest.len && strchr(in->cr ? "\r" : "\n", rest.data[rest.len - 1]);
    if (lf + cr == 0)
        return rest;
    char *out = mw_alloc(arena, rest.len + lf + cr + 1), *p = out;
    input lines = *in;
    for (line l; next_line(&lines, &l);) {
        memcpy(p, l.text.data, l.text.len);
        p += l.text.len;
        if (l.end) {
            *p++ = '\r';
            *p++ = '\n';
        }
    }
    return (mw_span){out, (size_t)(p - out)};
}

static bool is_fold(char c) {
    return c == ' ' || c == '\t';
}

/* Walks the header block in the original and in raw side by side. */
static void read_fields(mw_arena *arena, input *in, mw_message *message) {
    g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(mw_field));
    size_t at = 0, start = 0; /* in raw */
    line l, first = {0};
    bool open = false;
    message->header = mw_span_slice(message->raw, 0, message->raw.len);
    while (next_line(in, &l)) {
        bool fold = l.text.len && is_fold(l.text.data[0]) && open;
        if (open && !fold) {
            mw_field field =
                split_field(mw_span_slice(message->raw, start, at - 2), first.offset, first.number);
            g_array_append_val(fields, field);
            open = false;
        }
        size_t next = at + l.text.len + (l.end ? 2 : 0);
        if (l.text.len == 0 && l.end) {
            message->has_body = true;
            message->header = mw_span_slice(message->raw, 0, at);
            message->body = mw_span_from(message->raw, next);
            message->body_offset = in->at;
            break;
        }
        bool escaped = !fold && l.text.len > 5 && memcmp(l.text.data, ">From", 5) == 0;
        if (!fold && fields->len == MW_MAX_FIELDS)
            message->too_many_fields = true;
        else if (!fold && !escaped) {
            open = true;
            first = l;
            start = at;
        }
        at = next;
        if (!l.end)
            break;
    }
    if (open) {
        bool ended = at >= 2 && message->raw.data[at - 1] == '\n' && message->raw.data[at - 2] == '\r';
        mw_span raw = mw_span_slice(message->raw, start, ended ? at - 2 : at);
        mw_field field = split_field(raw, first.offset, first.number);
        g_array_append_val(fields, field);
    }
    if (!message->has_body)
        message->body = mw_span_from(message->raw, message->raw.len);
    message->n_fields = fields->len;
    char *kept = g_array_free(g_steal_pointer(&fields), FALSE); /* no copy: there may be very many */
    message->fields =
        mw_arena_own(arena, g_realloc(kept, MAX(message->n_fields, 1) * sizeof(mw_field)), g_free);
}

/* The places in the mail become places in the file. */
static void shift(mw_message *message, const mw_frame *frame) {
    message->body_offset += frame->offset;
    for (size_t i = 0; i < message->n_fields; i++) {
        mw_field *field = (mw_field *)&message->fields[i]; /* nobody has seen it yet */
        field->offset += frame->offset;
        field->line += frame->lines;
    }
}

const mw_message *mw_message_read(mw_arena *arena, mw_span bytes, GError **error) {
    if (bytes.len == 0)
        return no_mail(error, "the file is empty: save the mail again");
    if (bytes.len > MW_MAX_MESSAGE)
        return no_mail(error, "larger than 256 MiB: no mail is; give one message");
    for (size_t i = 0; i < G_N_ELEMENTS(magics); i++)
        if (bytes.len >= magics[i].start.len &&
            memcmp(bytes.data, magics[i].start.data, magics[i].start.len) == 0)
            return no_mail(error, magics[i].what);

    mw_message *message = mw_new(arena, mw_message);
    mw_frame frame = mw_frame_find(arena, bytes);
    input in = {.bytes = frame.bytes, .line = 1, .cr = mw_span_find(frame.bytes, '\n') == SIZE_MAX};
    message->original = bytes;
    if (frame.error)
        return no_mail(error, frame.error);
    message->frame = frame.words;
    message->rebuilt = frame.rebuilt;
    message->unsent = frame.unsent;
    message->pasted = frame.pasted;
    skip_front(&in, message);
    message->raw = normalise(arena, &in, message);
    read_fields(arena, &in, message);
    shift(message, &frame);
    for (size_t i = 0; i < message->n_fields; i++)
        if (is_mail_field(message->fields[i].name))
            return message;
    if (looks_binary(frame.bytes))
        return no_mail(error, "binary data, not a mail: save the mail as .eml");
    if (is_page(bytes))
        return no_mail(
            error,
            "an HTML page, not the mail itself: save the mail as .eml (\"show original\" or \"download\")");
    return no_mail(error, "not a mail: it has no header fields such as From or Received at its top; "
                          "give the mail as it was saved (.eml), not only its text");
}

const mw_field *mw_message_field_n(const mw_message *message, const mw_field *after, const char *name,
                                   size_t n) {
    const mw_field *end = message->fields + message->n_fields;
    for (const mw_field *f = after ? after + 1 : message->fields; f < end; f++)
        if (f->name.len == n && mw_span_starts_n(f->name, name, n))
            return f;
    return NULL;
}

size_t mw_message_count(const mw_message *message, const char *name) {
    size_t count = 0, n = strlen(name);
    for (const mw_field *f = NULL; (f = mw_message_field_n(message, f, name, n));)
        count++;
    return count;
}

char *mw_field_text(mw_arena *arena, const mw_field *field) {
    mw_span value = mw_span_slice(mw_span_trim(field->value), 0, MW_MAX_FIELD_TEXT);
    char *out = mw_alloc(arena, value.len + 1), *p = out;
    value = mw_span_slice(value, 0, mw_span_find(value, '\0'));
    while (value.len) {
        bool fold = value.len > 1 && value.data[0] == '\r' && value.data[1] == '\n';
        if (fold) {
            value = mw_span_strip(value, " \t\r\n");
            while (p > out && is_fold(p[-1]))
                p--;
            *p++ = ' ';
            continue;
        }
        size_t end = mw_span_find(mw_span_from(value, 1), '\r');
        size_t n = end == SIZE_MAX ? value.len : end + 1;
        memcpy(p, value.data, n);
        p += n;
        value = mw_span_from(value, n);
    }
    *p = 0;
    return out;
}
