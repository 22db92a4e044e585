#include "bounce/original.h"
#include "base/pairs.h"

#include "bounce/parts.h"
#include "bounce/notice_address.h"

/* ---- where it begins in a text ------------------------------------------------------------------------- */

static bool header_line(mw_span line) {
    static const char *const names[] = {"received:",
                                        "return-path:",
                                        "from:",
                                        "to:",
                                        "subject:",
                                        "date:",
                                        "message-id:",
                                        "mime-version:",
                                        "content-",
                                        "dkim-signature:",
                                        "domainkey-",
                                        "x-",
                                        "delivered-to:",
                                        "reply-to:",
                                        "sender:",
                                        "arc-",
                                        "authentication-",
                                        "cc:",
                                        "list-",
                                        "user-agent:",
                                        "in-reply-to:",
                                        "references:",
                                        "errors-to:",
                                        "precedence:",
                                        NULL};
    return mw_span_begins(line, names);
}

/* Header fields stand here: at least wanted among the next lines, before an empty one that follows a field.
 */
static bool header_at(const mw_span *lines, size_t n, size_t at, int wanted) {
    int found = 0;
    for (size_t i = at, looked = 0; i < n && looked < 12; i++) {
        mw_span line = lines[i];
        if (mw_span_trim(line).len == 0) {
            if (found)
                break;
            continue;
        }
        looked++;
        if (header_line(line))
            found++;
        else if (!found && looked > 1)
            return false;
    }
    return found >= wanted;
}

/* The line says that the returned mail follows. */
static bool separator(mw_arena *arena, const mw_phrases *phrases, mw_span line) {
    return line.len < 120 && mw_notice_has_word(line) &&
           mw_phrases_count(phrases, MW_PHRASE_ORIGINAL, mw_phrases_fold(arena, line), 1);
}

/* The whole line, between empty ones, is such a heading. */
static bool lone_heading(const mw_span *lines, size_t n, size_t at) {
    static const char *const headings[] = {"old message", "original message", "original message follows",
                                           "your original message", "your message reads (in part)"};
    bool apart =
        at > 0 && mw_span_trim(lines[at - 1]).len == 0 && at + 1 < n && mw_span_trim(lines[at + 1]).len == 0;
    mw_span line = mw_span_strip_end(mw_span_trim(lines[at]), ":. ");
    for (size_t i = 0; apart && i < G_N_ELEMENTS(headings); i++) {
        if (mw_span_is(line, headings[i]))
            return true;
    }
    return false;
}

size_t mw_bounce_separator(mw_arena *arena, const mw_phrases *phrases, bool told, const mw_span *lines,
                           size_t n, size_t *from) {
    for (size_t i = 0; i < n; i++) {
        mw_span line = mw_span_trim(lines[i]);
        bool attached = mw_span_starts(line, "content-type: message/rfc822") ||
                        mw_span_starts(line, "content-type: text/rfc822-headers");
        if (attached || lone_heading(lines, n, i) ||
            (told && separator(arena, phrases, line) &&
             (header_at(lines, n, i + 1, 2) || strchr("-=*|", line.data[0])))) {
            *from = i + 1;
            return i;
        }
        bool edge = i == 0 || mw_span_trim(lines[i - 1]).len == 0 || !mw_notice_has_word(lines[i - 1]);
        bool first = mw_span_starts(lines[i], "received:") || mw_span_starts(lines[i], "return-path:");
        if (first && edge && header_at(lines, n, i, 3)) {
            *from = i;
            return i;
        }
    }
    *from = n;
    return n;
}

/* ---- the mail itself ----------------------------------------------------------------------------------- */

static void take_original(mw_arena *arena, mw_bounce *bounce, mw_span bytes, bool headers_only) {
    bytes = mw_span_strip(bytes, "\r\n "); /* some put an empty line in front of the header */
    const mw_message *original = bytes.len ? mw_message_read(arena, bytes, NULL) : NULL;
    if (!original || (!mw_message_field(original, "From") && !mw_message_field(original, "Received") &&
                      !mw_message_field(original, "Message-ID") && !mw_message_field(original, "Subject")))
        return;
    bounce->original = original;
    bounce->original_headers_only = headers_only || !original->has_body;
}

void mw_bounce_find_original(mw_arena *arena, mw_bounce *bounce, const mw_mime *mime, const mw_part *report,
                             mw_span behind) {
    size_t at = report ? (size_t)(report - mime->parts) : 0;
    int inside = report ? mw_part_holder(mime, at) : -1;
    for (size_t i = 1; i < mime->n_parts && !bounce->original; i++) {
        const mw_part *part = &mime->parts[i];
        if (mw_part_holder(mime, i) != inside)
            continue;
        if (mw_part_is_message(part) || mw_part_is_header(part))
            take_original(arena, bounce, part->content, mw_part_is_header(part));
        else if (part->file_name && mw_span_search(mw_span_of(part->file_name), "header") != SIZE_MAX)
            take_original(arena, bounce, part->content, true);
    }
    if (!bounce->original && behind.len)
        take_original(arena, bounce, behind, false);
}
