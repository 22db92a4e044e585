#include "mail/frame.h"

#include "mail/msg.h"
#include "mail/respelled.h"

enum {
    MAX_DOVEADM_LINES = 30, /* fields that doveadm fetch may print before the text */
    MAX_HEADER_READ = 64 * 1024,
    MAX_WORDS_LINES = 60, /* of a greeting and the like before a header */
    MIN_FIELDS = 3,       /* that make a pasted header one */
    DBOX_HEADER = 2 + 1 + 10 + 1 + 16 + 1,
    MAX_FALSE_MARKS = 1000, /* lines that look as if the next mail began, where none does */
    MAX_MARK_READ = 512,    /* octets behind such a line */
};

static size_t count_lines(mw_span text) {
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += text.data[i] == '\n';
    return n;
}

static void take_part(mw_frame *frame, mw_span whole, mw_span part, const char *words) {
    frame->bytes = part;
    frame->offset = (size_t)(part.data - whole.data);
    frame->lines = count_lines(mw_span_slice(whole, 0, frame->offset));
    frame->words = words;
}

/* ---- stores ---- */

static bool hex_number(mw_span text, uint64_t *out) {
    *out = 0;
    for (size_t i = 0; i < text.len; i++) {
        int digit = g_ascii_xdigit_value(text.data[i]);
        if (digit < 0)
            return false;
        *out = *out << 4 | (uint64_t)digit;
    }
    return text.len > 0;
}

/* "2 M1e C6b095974", then one or more mails, each: \1 \2 N, ten blanks or a letter, its size in 16 hex
 * digits, LF, the mail, LF \1 \3 LF and metadata. */
static bool find_dbox(mw_span bytes, mw_span *mail) {
    mw_span rest = bytes;
    if (mw_span_starts(bytes, "2 M"))
        mw_span_line(&rest);
    if (rest.len < DBOX_HEADER || memcmp(rest.data, "\1\2N", 3) != 0)
        return false;
    mw_span line = mw_span_line(&rest);
    uint64_t size;
    if (line.len < 16 || !hex_number(mw_span_from(line, line.len - 16), &size))
        return false;
    *mail = mw_span_slice(rest, 0, size < rest.len ? (size_t)size : rest.len);
    if (size > rest.len) { /* cut, or changed on its way: up to the metadata, or the end */
        const char *end = memmem(rest.data, rest.len, "\n\1\3", 3);
        mail->len = end ? (size_t)(end - rest.data) : rest.len;
    }
    return true;
}

static bool take_dbox(mw_frame *frame, mw_span bytes) {
    mw_span mail;
    if (!find_dbox(bytes, &mail))
        return false;
    take_part(frame, bytes, mail,
              "a Dovecot store's file (dbox): its own lines before and behind the mail are taken off");
    return true;
}

/* "text:" or "hdr:", behind other fields of the kind "uid: 8"; rest is what stands behind that. */
static bool skip_doveadm(mw_span *rest) {
    for (int i = 0; i < MAX_DOVEADM_LINES && rest->len; i++) {
        mw_span line = mw_span_line(rest);
        if (mw_span_equal(line, MW_SPAN("text:")) || mw_span_equal(line, MW_SPAN("hdr:")))
            return true;
        size_t colon = mw_span_find(line, ':');
        if (colon == SIZE_MAX || colon == 0 || !g_ascii_islower(line.data[0]) ||
            mw_span_find(mw_span_slice(line, 0, colon), ' ') != SIZE_MAX)
            return false;
    }
    return false;
}

/* A form feed stands behind each mail. */
static bool take_doveadm(mw_frame *frame, mw_span bytes) {
    mw_span rest = bytes;
    if (!skip_doveadm(&rest))
        return false;
    mw_span end = mw_span_strip_end(rest, "\r\n");
    if (end.len && end.data[end.len - 1] == '\f')
        rest = mw_span_slice(rest, 0, end.len - 1);
    take_part(frame, bytes, rest,
              "what \"doveadm fetch\" printed: its own lines around the mail are taken off");
    return true;
}

/* "* 8 FETCH (UID 8 BODY[] {2304}", and the mail in as many bytes. */
static bool find_imap(mw_span bytes, mw_span *mail) {
    mw_span rest = bytes;
    mw_span line = mw_span_line(&rest);
    size_t open = mw_span_find(line, '{');
    uint64_t size;
    if (!mw_span_starts(line, "* ") || mw_span_search(line, " FETCH (") == SIZE_MAX || open == SIZE_MAX ||
        line.data[line.len - 1] != '}' ||
        !mw_span_number(mw_span_slice(line, open + 1, line.len - 1), UINT64_MAX, &size))
        return false;
    *mail = mw_span_slice(rest, 0, size < rest.len ? (size_t)size : rest.len);
    return true;
}

static bool take_imap(mw_frame *frame, mw_span bytes) {
    mw_span mail;
    if (!find_imap(bytes, &mail))
        return false;
    take_part(frame, bytes, mail, "an IMAP server's answer: what stands around the mail is taken off");
    return true;
}

/* Apple Mail: the mail's size alone on the first line, and a property list behind the mail. */
static bool take_emlx(mw_frame *frame, mw_span bytes) {
    mw_span rest = bytes;
    mw_span line = mw_span_trim(mw_span_line(&rest));
    uint64_t size;
    if (line.len > 12 || !mw_span_number(line, UINT64_MAX, &size))
        return false;
    mw_span mail = mw_span_slice(rest, 0, size < rest.len ? (size_t)size : rest.len);
    if (!mw_span_starts(mw_span_trim(mw_span_from(rest, mail.len)), "<?xml")) { /* line ends were changed */
        const char *end = memmem(rest.data, rest.len, "\n<?xml version=", 15);
        mail = end && memmem(end, (size_t)(rest.data + rest.len - end), "plist", 5)
                   ? mw_span_slice(rest, 0, (size_t)(end - rest.data) + 1)
                   : rest;
    }
    take_part(frame, bytes, mail,
              "Apple Mail's file (.emlx): the size before the mail and the list behind it "
              "are taken off");
    return true;
}

static bool take_msg(mw_arena *arena, mw_frame *frame, mw_span bytes) {
    static const char magic[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    mw_msg msg = {0};
    if (bytes.len < 8 || memcmp(bytes.data, magic, 8) != 0)
        return false;
    if (!mw_msg_read(arena, bytes, &msg)) {
        frame->error =
            "an Office file without a mail in it, or a damaged Outlook .msg: save the mail as .eml (in "
            "Outlook on the web: open the message, ... > Save as)";
        return true;
    }
    frame->bytes = msg.mail;
    frame->rebuilt = true;
    frame->unsent = !msg.transport;
    frame->words = msg.transport
                       ? "an Outlook .msg file: it keeps the header as it came, and the text in its own way"
                       : "an Outlook .msg file without a header from the way: a draft or a Sent item";
    return true;
}

static bool take_nmh(mw_frame *frame, mw_span bytes) {
    mw_span rest = bytes;
    mw_span line = mw_span_line(&rest);
    if (!(mw_span_starts(line, "(Message ") && line.data[line.len - 1] == ')') &&
        !(mw_span_starts(line, "[ Message ") && line.data[line.len - 1] == ']'))
        return false;
    take_part(frame, bytes, rest, "what nmh's \"show\" printed: its line before the mail is taken off");
    return true;
}

/* ---- people ---- */

/* Names of fields by which a header within other words is known. */
static bool is_known_name(mw_span name) {
    static const char *const names[] = {"From",
                                        "To",
                                        "Subject",
                                        "Date",
                                        "Message-ID",
                                        "Received",
                                        "Return-Path",
                                        "Delivered-To",
                                        "MIME-Version",
                                        "X-Received",
                                        "DKIM-Signature",
                                        "Authentication-Results",
                                        "ARC-Seal",
                                        "Received-SPF",
                                        "X-Original-To",
                                        "ARC-Message-Signature",
                                        "ARC-Authentication-Results",
                                        "Reply-To"};
    return mw_span_is_any(name, names, G_N_ELEMENTS(names));
}

static mw_span name_of(mw_span line) {
    size_t colon = mw_span_find(mw_span_slice(line, 0, 80), ':');
    return colon == SIZE_MAX ? (mw_span){NULL, 0} : mw_span_slice(line, 0, colon);
}

/* Of what stands before every line of a pasted header: blanks, or "> " any number of times. */
static size_t prefix_length(mw_span line) {
    size_t n = 0;
    while (n < line.len && n < 40 && strchr(" \t>|", line.data[n]) && line.data[n])
        n++;
    return n;
}

/* The line without the prefix; without as much of it as it has, where it is shorter (a line with nothing in
 * it loses its blanks). NULL data where it has not even the mark. */
static mw_span without_prefix(mw_span line, mw_span prefix) {
    size_t n = 0;
    while (n < prefix.len && n < line.len && line.data[n] == prefix.data[n])
        n++;
    if (n == prefix.len)
        return mw_span_from(line, n);
    return mw_span_trim(mw_span_from(line, n)).len == 0 ? mw_span_slice(line, 0, 0) : (mw_span){NULL, 0};
}

/* A header begins here: several known fields with the same prefix. */
static bool is_header(mw_span rest, mw_span prefix, bool *received_too) {
    size_t known = 0, received = 0;
    rest = mw_span_slice(rest, 0, MAX_HEADER_READ);
    for (int i = 0; i < 200 && rest.len; i++) {
        mw_span line = without_prefix(mw_span_line(&rest), prefix);
        if (!line.data || line.len == 0)
            break;
        if (line.data[0] == ' ' || line.data[0] == '\t')
            continue;
        mw_span name = name_of(line);
        if (!name.len || mw_span_find(name, ' ') != SIZE_MAX)
            break;
        known += is_known_name(name);
        received += mw_span_is(name, "Received");
    }
    if (received_too)
        *received_too = received > 0;
    return known >= MIN_FIELDS || (known >= 2 && received);
}

/* It begins as a mail does: with fields, and known ones among those before the empty line. */
static bool is_mail(mw_span rest) {
    rest = mw_span_strip(mw_span_slice(rest, 0, MAX_HEADER_READ), "\r\n");
    bool first = true;
    while (rest.len) {
        mw_span line = mw_span_line(&rest), name = name_of(line);
        if (line.len == 0)
            return false;
        bool from_line = mw_span_starts(line, "From ") || mw_span_starts(line, ">From ");
        if (first && !from_line && (!name.len || mw_span_find(name, ' ') != SIZE_MAX || prefix_length(line)))
            return false;
        if (is_known_name(name))
            return true;
        first = false;
    }
    return false;
}

/* All lines without the prefix: as far as they have it. */
static mw_span without_prefixes(mw_arena *arena, mw_span rest, mw_span prefix) {
    char *out = mw_alloc(arena, rest.len + 1), *p = out;
    while (rest.len) {
        mw_span line = without_prefix(mw_span_line(&rest), prefix);
        if (!line.data)
            break;
        memcpy(p, line.data, line.len);
        p += line.len;
        *p++ = '\n';
    }
    return (mw_span){out, (size_t)(p - out)};
}

/* The page that Gmail's "show original" opens, as text: a table of its own, then the mail. */
static bool take_gmail(mw_frame *frame, mw_span bytes) {
    mw_span rest = mw_span_slice(bytes, 0, MAX_HEADER_READ);
    bool table = false, received = false;
    for (int i = 0; i < MAX_WORDS_LINES && rest.len; i++) {
        size_t at = (size_t)(rest.data - bytes.data);
        mw_span line = mw_span_line(&rest);
        table = table || mw_span_starts(line, "Created at:");
        if (!table || !is_known_name(name_of(line)) ||
            !is_header(mw_span_from(bytes, at), mw_span_slice(line, 0, 0), &received) || !received)
            continue;
        take_part(frame, bytes, mw_span_from(bytes, at),
                  "the page of Gmail's \"show original\": its table above the mail is left out");
        return frame->pasted = true;
    }
    return false;
}

static bool take_pasted(mw_arena *arena, mw_frame *frame, mw_span bytes) {
    mw_span rest = bytes;
    bool words = false;
    if (is_mail(bytes))
        return false;
    for (int i = 0; i < MAX_WORDS_LINES && rest.len; i++) {
        mw_span before = rest, line = mw_span_line(&rest);
        size_t n = prefix_length(line);
        mw_span prefix = mw_span_slice(line, 0, n);
        if (!is_known_name(name_of(mw_span_from(line, n))) || !is_header(before, prefix, NULL)) {
            words = words || mw_span_trim(line).len;
            continue;
        }
        take_part(frame, bytes, before,
                  n == 0  ? "a header behind other words, which are left out"
                  : words ? "a header behind other words, with marks before its lines: both are left out"
                          : "a header with marks or blanks before its lines, which are left out");
        if (n)
            frame->bytes = without_prefixes(arena, before, prefix);
        return frame->pasted = true;
    }
    return false;
}

static mw_frame find(mw_arena *arena, mw_span bytes) {
    mw_frame frame = {.bytes = bytes};
    mw_span top = bytes;
    if (mw_span_starts(top, "\xef\xbb\xbf"))
        top = mw_span_from(top, 3);
    if (take_msg(arena, &frame, bytes))
        return frame;
    if (take_dbox(&frame, top) || take_doveadm(&frame, top) || take_imap(&frame, top) ||
        take_emlx(&frame, top) || take_nmh(&frame, top) || take_gmail(&frame, top) ||
        take_pasted(arena, &frame, top))
        frame.offset += (size_t)(top.data - bytes.data);
    return frame;
}

mw_frame mw_frame_find(mw_arena *arena, mw_span bytes) {
    mw_respelled former;
    if (!mw_respelled_find(arena, bytes, &former))
        return find(arena, bytes);
    mw_frame frame = find(arena, former.bytes);
    frame.words = frame.words ? mw_printf(arena, "%s; %s", former.words, frame.words) : former.words;
    frame.pasted = frame.pasted || former.displayed;
    return frame;
}

/* ---- several in one file ---- */

/* Where the next of several begins, or NULL: marks stand at the beginnings of lines, and what follows must be
 * of the same kind. */
static const char *next_mark(mw_span rest, mw_span after, const char *mark, bool (*follows)(mw_span at)) {
    const char *end = rest.data + rest.len;
    int missed = 0;
    for (const char *at = after.data; at < end && missed < MAX_FALSE_MARKS; at++, missed++) {
        at = memmem(at, (size_t)(end - at), mark, strlen(mark));
        if (!at)
            break;
        const char *start = at + (mark[0] == '\f' ? strlen(mark) : 1);
        if (follows((mw_span){start, (size_t)(end - start)}))
            return start;
    }
    return NULL;
}

static bool dbox_follows(mw_span at) {
    mw_span unused;
    return find_dbox(at, &unused);
}

static bool doveadm_follows(mw_span at) {
    return skip_doveadm(&at);
}

/* Where nothing but the text was asked for, it prints no form feed, and a mail's own line may be the same. */
static bool doveadm_text_follows(mw_span at) {
    return skip_doveadm(&at) && is_mail(mw_span_slice(at, 0, MAX_MARK_READ));
}

static bool imap_follows(mw_span at) {
    mw_span unused;
    return find_imap(at, &unused);
}

bool mw_frame_split(mw_span *rest, mw_span *first) {
    mw_span whole = *rest, mail, text = whole;
    const char *next = NULL;
    if (find_dbox(whole, &mail))
        next = next_mark(whole, mw_span_from(mail, mail.len), "\n\1\2N", dbox_follows);
    else if (mw_span_starts(whole, "text:") && skip_doveadm(&text))
        next = next_mark(whole, text, "\ntext:\n", doveadm_text_follows);
    else if (skip_doveadm(&text))
        next = next_mark(whole, text, "\f\n", doveadm_follows);
    else if (find_imap(whole, &mail))
        next = next_mark(whole, mw_span_from(mail, mail.len), "\n* ", imap_follows);
    if (!next)
        return false;
    *first = mw_span_slice(whole, 0, (size_t)(next - whole.data));
    *rest = mw_span_from(whole, first->len);
    return true;
}
