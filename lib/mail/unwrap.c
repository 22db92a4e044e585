#include "mail/unwrap.h"

#include "base/error.h"

enum { MAX_NOTE = 600, MAX_INNER = 100 };

static bool is_message_type(const char *type) {
    return strcmp(type, "message/rfc822") == 0 || strcmp(type, "message/global") == 0;
}

static bool named_eml(const mw_part *part) {
    return part->file_name && mw_span_ends(mw_span_of(part->file_name), ".eml");
}

/* The part stands within an attached mail. */
static bool within_inner(const mw_mime *mime, int index) {
    for (int p = mime->parts[index].parent; p >= 0; p = mime->parts[p].parent)
        if (is_message_type(mime->parts[p].type))
            return true;
    return false;
}

/* A message part with a transfer encoding, which RFC 2046 section 5.2.1 forbids and some programs write. */
static mw_span decode_base64(mw_arena *arena, const mw_part *part) {
    gsize len = 0;
    g_autofree char *text = g_strndup(part->raw.data ? part->raw.data : "", part->raw.len);
    g_autofree guchar *bytes = g_base64_decode(text, &len);
    return (mw_span){mw_memdup(arena, bytes, len), len};
}

static mw_inner *read_inner(mw_arena *arena, const mw_mime *mime, int index) {
    const mw_part *part = &mime->parts[index];
    mw_span bytes = part->content;
    const mw_message *inner = bytes.len ? mw_message_read(arena, bytes, NULL) : NULL;
    if (!inner && part->raw.len && part->raw.len < (64 << 20)) {
        bytes = decode_base64(arena, part);
        inner = bytes.len ? mw_message_read(arena, bytes, NULL) : NULL;
    }
    if (!inner)
        return NULL;
    mw_inner *out = mw_new(arena, mw_inner);
    const mw_field *subject = mw_message_field(inner, "Subject"), *from = mw_message_field(inner, "From");
    *out = (mw_inner){.bytes = bytes,
                      .part = index,
                      .file_name = part->file_name,
                      .subject = subject ? mw_header_decoded(arena, subject) : NULL,
                      .from = from ? mw_header_decoded(arena, from) : NULL};
    return out;
}

/* Characters of a text part that a reader sees, roughly: white space and tags do not count. */
static size_t visible(mw_span text) {
    size_t n = 0;
    bool tag = false;
    for (size_t i = 0; i < text.len && n <= MAX_NOTE; i++) {
        char c = text.data[i];
        if (c == '<')
            tag = true;
        else if (c == '>')
            tag = false;
        else if (!tag && !g_ascii_isspace(c))
            n++;
    }
    return n;
}

static bool is_note(const mw_part *part) {
    bool attached = part->disposition && strcmp(part->disposition, "attachment") == 0;
    return mw_span_starts(mw_span_of(part->type), "text/") && !attached;
}

/* As much as a reader sees of the longest text beside the attached mails. */
static size_t longest_note(const mw_mime *mime, const GPtrArray *inner) {
    size_t longest = 0;
    guint k = 0; /* they are in the order of the parts */
    for (size_t i = 0; i < mime->n_parts; i++) {
        if (k < inner->len && (size_t)((const mw_inner *)inner->pdata[k])->part == i)
            k++;
        else if (is_note(&mime->parts[i]) && !within_inner(mime, (int)i))
            longest = MAX(longest, visible(mime->parts[i].content));
    }
    return longest;
}

static bool is_report(const mw_mime *mime) {
    return mime->n_parts && strcmp(mime->parts[0].type, "multipart/report") == 0;
}

/* SpamAssassin with report_safe: its report, and the mail as it came behind that: as an attached mail, or
 * with report_safe 2 as text. */
static bool is_spam_report(const mw_message *message, const mw_mime *mime) {
    const mw_field *by = mw_message_field(message, "X-Spam-Checker-Version");
    return by && mw_span_starts(mw_span_trim(by->value), "SpamAssassin") && mime->n_parts >= 3 &&
           strcmp(mime->parts[0].type, "multipart/mixed") == 0 &&
           strcmp(mime->parts[1].type, "text/plain") == 0 &&
           mw_span_search(mw_span_slice(mime->parts[1].content, 0, 4096), "Spam detection software") !=
               SIZE_MAX;
}

const mw_wrapped *mw_unwrap(mw_arena *arena, const mw_message *message, const mw_mime *mime) {
    mw_wrapped *out = mw_new(arena, mw_wrapped);
    out->inner = mw_array_new(arena);
    bool other = false, report = is_spam_report(message, mime);
    for (size_t i = 0; i < mime->n_parts && !is_report(mime) && out->inner->len < MAX_INNER; i++) {
        const mw_part *part = &mime->parts[i];
        if (within_inner(mime, (int)i) || mw_span_starts(mw_span_of(part->type), "multipart/"))
            continue;
        mw_inner *inner = is_message_type(part->type) || named_eml(part) || (report && i == 2)
                              ? read_inner(arena, mime, (int)i)
                              : NULL;
        if (inner)
            g_ptr_array_add(out->inner, inner);
        else if (!is_note(part) && part->content.len && !mw_span_starts(mw_span_of(part->type), "image/"))
            other = true;
    }
    out->only = out->inner->len > 0 && !other && (report || longest_note(mime, out->inner) <= MAX_NOTE);
    return out;
}

const mw_inner *mw_unwrap_part(mw_arena *arena, const mw_wrapped *wrapped, unsigned number, GError **error) {
    if (number == 0 && wrapped->inner->len)
        return wrapped->inner->pdata[0];
    if (number >= 1 && number <= wrapped->inner->len)
        return wrapped->inner->pdata[number - 1];
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < wrapped->inner->len && i < 20; i++) {
        const mw_inner *inner = wrapped->inner->pdata[i];
        g_string_append_printf(list, "%s%u: %s", i ? "; " : "", i + 1,
                               inner->subject ? inner->subject : "(no subject)");
    }
    g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "--part %u: %s%s", number,
                wrapped->inner->len ? "there is no such attached mail; there is " : "no mail is attached",
                list->str);
    g_string_free(list, TRUE);
    return NULL;
}
