#include "mail/mbox.h"

enum { MAX_FROM_LINE = 1000, MAX_BLANKS = 8 };

/* 09:00, or 9:00:05 somewhere in it. */
static bool has_time(mw_span text) {
    for (size_t i = 1; i + 2 < text.len; i++)
        if (text.data[i] == ':' && g_ascii_isdigit(text.data[i - 1]) && g_ascii_isdigit(text.data[i + 1]) &&
            g_ascii_isdigit(text.data[i + 2]))
            return true;
    return false;
}

static bool has_month(mw_span text) {
    static const char months[] = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";
    for (size_t i = 0; i + 4 < text.len; i++) {
        char word[] = {text.data[i + 1], text.data[i + 2], text.data[i + 3], ' ', 0};
        if (text.data[i] == ' ' && text.data[i + 4] == ' ' && g_ascii_isupper(word[0]) &&
            g_ascii_isalpha(word[1]) && strstr(months, word))
            return true;
    }
    return false;
}

static bool has_year(mw_span text) {
    size_t digits = 0;
    for (size_t i = 0; i <= text.len; i++) {
        bool digit = i < text.len && g_ascii_isdigit(text.data[i]);
        if (!digit && digits == 4)
            return true;
        digits = digit ? digits + 1 : 0;
    }
    return false;
}

bool mw_mbox_is_from_line(mw_span line, bool strict) {
    return line.len > 5 && memcmp(line.data, "From ", 5) == 0 &&
           (!strict || (line.len < MAX_FROM_LINE && has_month(line) && has_time(line) && has_year(line)));
}

static bool is_field(mw_span line) {
    size_t n = 0;
    while (n < line.len && (unsigned char)line.data[n] > ' ' && (unsigned char)line.data[n] < 0x7f &&
           line.data[n] != ':')
        n++;
    while (n < line.len && line.data[n] == ' ')
        n++;
    return n && n < line.len && line.data[n] == ':';
}

/* Another mail, or nothing, begins at rest, perhaps behind empty lines. */
static bool is_seam(mw_span rest) {
    for (int i = 0; i < MAX_BLANKS && rest.len && strchr("\r\n", rest.data[0]); i++)
        rest = mw_span_from(rest, 1);
    return rest.len == 0 || mw_mbox_is_from_line(mw_span_line(&rest), true);
}

/* ---- Content-Length ---- */

/* Where the body is to end by Content-Length, if that fits; else NULL. */
static const char *stated_end(uint64_t length, mw_span body) {
    if (length > body.len || !is_seam(mw_span_from(body, (size_t)length)))
        return NULL;
    /* it must end a line: not within a text that goes on behind "From " */
    if (length && length < body.len && body.data[length - 1] != '\n' && body.data[length] != '\n' &&
        body.data[length] != '\r')
        return NULL;
    return body.data + length;
}

typedef struct header {
    bool has_length, pseudo, delivered; /* delivered: a server noted that it took the mail */
    uint64_t length;
} header;

/* Reads the header; rest is the body then. */
static header read_header(mw_span *rest) {
    header out = {0};
    while (rest->len) {
        mw_span before = *rest, line = mw_span_line(rest);
        if (line.len == 0)
            break;
        if (mw_mbox_is_from_line(line, true)) { /* a header without a body, and the next mail */
            *rest = before;
            break;
        }
        if (mw_span_starts(line, "Content-Length:"))
            out.has_length = mw_span_number(mw_span_trim(mw_span_from(line, 15)), UINT64_MAX, &out.length);
        out.delivered |= mw_span_starts(line, "Received:") || mw_span_starts(line, "Return-Path:") ||
                         mw_span_starts(line, "Delivered-To:");
        out.pseudo |= mw_span_starts(line, "X-IMAP:") || mw_span_starts(line, "X-IMAPbase:");
    }
    return out;
}

/* Every mail from here on has a length that fits, as had those before, and there are more than one: the
 * program that wrote the file writes them, and took out what senders had put there. */
static bool all_have_length(mw_span rest, unsigned before) {
    for (unsigned mails = before;; mails++) {
        rest = mw_span_strip(rest, "\r\n");
        if (rest.len == 0)
            return mails > 1;
        mw_span_line(&rest);
        header h = read_header(&rest);
        const char *end = h.has_length ? stated_end(h.length, rest) : NULL;
        if (!end)
            return false;
        rest = mw_span_from(rest, (size_t)(end - rest.data));
    }
}

/* Before that end another mail seems to begin. any: whatever it is; else one that was delivered, as its
 * header says. A text may quote a mail, or hold an mbox; but a field of the header is the sender's, too, and
 * one that counts as far as the end of a later mail would hide all between. */
static bool holds_mail(mw_span inside, bool any) {
    bool after_blank = true;
    while (inside.len) {
        mw_span line = mw_span_line(&inside), following = inside;
        if (mw_mbox_is_from_line(line, true) && after_blank && is_field(mw_span_line(&following))) {
            header h = read_header(&inside);
            if (any || h.delivered)
                return true;
            line.len = 0; /* what ends a header is an empty line, or another From_ line */
        }
        after_blank = line.len == 0;
    }
    return false;
}

/* Whether what is said to end there has other mails within. Where it is so once, the file is not of a program
 * that writes lengths, and from there on the text alone parts mails: so each line is read a few times at
 * most. */
static bool hides_mail(mw_span from, mw_span body, const char *end, mw_mbox_mail *mail) {
    mw_span inside = mw_span_slice(body, 0, (size_t)(end - body.data));
    if (mail->whole || !holds_mail(inside, mail->lied))
        return false;
    mail->whole = !mail->lied && !mail->bare && all_have_length(from, mail->bytes.data != NULL);
    mail->lied = !mail->whole;
    return mail->lied;
}

/* The end of a body that no length bounds. */
static const char *found_end(mw_span body, mw_mbox_mail *mail) {
    const char *close = NULL; /* a From_ line that follows close on the text */
    bool after_blank = true;
    for (mw_span rest = body; rest.len;) {
        const char *start = rest.data;
        mw_span line = mw_span_line(&rest), following = rest;
        if (mw_mbox_is_from_line(line, true)) {
            mw_span next = mw_span_line(&following);
            mail->parted |= after_blank && is_field(next);
            close = !close && is_field(next) ? start : close;
            if (close && mail->parted)
                return close;
            if (after_blank && mw_mbox_is_from_line(next, true))
                return close ? close : start;
        }
        after_blank = line.len == 0;
    }
    mail->joined = close != NULL;
    return body.data + body.len;
}

/* The first entry of an IMAP server's folder. A real mail may bear X-IMAPbase: only this text has none. */
static bool is_pseudo(mw_span bytes) {
    mw_span top = mw_span_slice(bytes, 0, 4096);
    return mw_span_search(top, "FOLDER INTERNAL DATA") != SIZE_MAX ||
           mw_span_search(top, "internal format of your mail folder") != SIZE_MAX;
}

static mw_span without_front(mw_span bytes) {
    if (mw_span_starts(bytes, "\xef\xbb\xbf"))
        bytes = mw_span_from(bytes, 3);
    return mw_span_strip(bytes, "\r\n");
}

bool mw_mbox_is(mw_span bytes) {
    bytes = without_front(bytes);
    return mw_mbox_is_from_line(mw_span_line(&bytes), false);
}

bool mw_mbox_next(mw_span *rest, mw_mbox_mail *mail) {
    *rest = without_front(*rest);
    if (rest->len == 0)
        return false;
    mw_span whole = *rest, body = whole;
    mw_span_line(&body);
    header h = read_header(&body);
    const char *end = h.has_length ? stated_end(h.length, body) : NULL;
    if (end && hides_mail(whole, body, end, mail))
        end = NULL;
    mail->bare |= !end;
    mail->joined = false;
    mail->parted |= end && end < body.data + body.len;
    end = end ? end : found_end(body, mail);
    size_t len = (size_t)(end - whole.data);
    *rest = mw_span_from(whole, len);
    if (rest->len && end > body.data &&
        end[-1] == '\n') { /* the empty line that an mbox puts between two mails */
        if (end[-2] == '\n')
            len--;
        else if (len >= 4 && end[-2] == '\r' && end[-3] == '\n')
            len -= 2;
    }
    mail->bytes = mw_span_slice(whole, 0, len);
    mail->pseudo = h.pseudo && is_pseudo(mail->bytes);
    return true;
}
