#include "trace/evidence.h"

const char *mw_grade_name(mw_grade grade) {
    static const char *const names[] = {"raw",      "line-ends-changed", "stored",     "headers-only",
                                        "body-cut", "displayed",         "sender-copy"};
    return names[grade];
}

typedef struct grader {
    mw_arena *arena;
    const mw_message *message;
    const mw_mime *mime;
    const mw_trace *trace;
    mw_evidence *out;
    bool bounced;
} grader;

static void note(grader *g, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void note(grader *g, const char *format, ...) {
    va_list args;
    va_start(args, format);
    g_ptr_array_add(g->out->notes, mw_vprintf(g->arena, format, args));
    va_end(args);
}

static bool has(const grader *g, const char *name) {
    return mw_message_field(g->message, name) != NULL;
}

/* The first of several fields that is there, or NULL. */
static const char *first_of(const grader *g, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (has(g, names[i]))
            return names[i];
    return NULL;
}

/* --- a copy that no receiver has seen ------------------------------------------------------------ */

static const char *receivers_mark(const grader *g) {
    static const char *const names[] = {
        "Delivered-To",    "Received-SPF",   "Authentication-Results",      "X-Original-To",
        "X-Spam-Status",   "X-Spamd-Result", "X-Forefront-Antispam-Report", "ARC-Authentication-Results",
        "X-Apparently-To", "Return-Path"};
    return first_of(g, names, G_N_ELEMENTS(names));
}

static const char *draft_mark(const grader *g) {
    static const char *const names[] = {
        "X-Unsent",         "X-Mozilla-Draft-Info", "X-Apple-Auto-Saved",           "X-Draft-Info",
        "X-KMail-Identity", "X-Evolution-Identity", "X-Apple-Mail-Plain-Text-Draft"};
    const mw_field *type = mw_message_field(g->message, "X-Uniform-Type-Identifier");
    if (type && mw_span_search(type->value, "draft") != SIZE_MAX)
        return "X-Uniform-Type-Identifier";
    return first_of(g, names, G_N_ELEMENTS(names));
}

static const char *sent_mark(const grader *g) {
    static const char *const names[] = {"Bcc",
                                        "Fcc",
                                        "X-Identity-Key",
                                        "X-Account-Key",
                                        "X-Evolution-Transport",
                                        "X-KMail-Transport",
                                        "X-Sent-Folder"};
    return first_of(g, names, G_N_ELEMENTS(names));
}

static bool is_taken_in(const mw_trace *trace) {
    for (guint i = 0; i < trace->hops->len; i++) {
        const mw_hop *hop = trace->hops->pdata[i];
        if (hop->role == MW_ROLE_BOUNDARY)
            return true;
    }
    return false;
}

static bool has_login(const mw_trace *trace) {
    for (guint i = 0; i < trace->hops->len; i++)
        if (((const mw_hop *)trace->hops->pdata[i])->role == MW_ROLE_SUBMISSION)
            return true;
    return false;
}

static void grade_sender_copy(grader *g) {
    const char *draft = g->message->unsent ? "Outlook kept no header from its way" : draft_mark(g),
               *sent = sent_mark(g);
    bool login = has_login(g->trace), hops = g->trace->hops->len > 0;
    if (is_taken_in(g->trace))
        return;
    /* a receiver's marks without its Received line: the line was cut, this is no sender's copy */
    if (receivers_mark(g) && !login && !draft)
        return;
    if (hops && !login && !draft && !sent)
        return;
    g->out->sender_copy = true;
    g->out->draft = draft != NULL && !hops;
    g->out->grade = MW_GRADE_SENDER_COPY;
    if (g->out->draft)
        note(g, g->message->unsent ? "a draft or a Sent item (%s)" : "a draft (%s): it has not been sent yet",
             draft);
    else if (login)
        note(g, "the only Received lines are the sender's own: a copy from the sender's side");
    else
        note(g, "no Received line%s%s: a copy from the sender's side%s", sent ? ", and " : "",
             sent ? mw_printf(g->arena, "%s is there", sent) : "",
             g->bounced ? "" : ", such as the Sent folder");
    if (!g->bounced)
        note(g, "what the receiver sees (address, reverse name, HELO, lists) can't be tested on it; give the "
                "bounce "
                "beside it: mailwhy sent.eml --bounce FILE|TEXT");
    if (!has(g, "DKIM-Signature"))
        g->out->untestable_header = "a copy from before it was signed";
}

/* --- written anew -------------------------------------------------------------------------------- */

/* Lines of the header that are neither fields nor folded: what a pasted text makes of folded lines. */
static size_t bad_lines(const grader *g) {
    size_t bad = 0;
    for (size_t i = 0; i < g->message->n_fields && bad < 100; i++)
        bad += g->message->fields[i].bad && g->message->fields[i].raw.len > 0;
    return bad;
}

static bool is_localised_date(const grader *g) {
    const mw_field *date = mw_message_field(g->message, "Date");
    return date && mw_span_search(date->value, " at ") != SIZE_MAX;
}

enum { WRITTEN_WIDTH = 72 };

static bool is_8bit(mw_span text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.data[i] >= 0x80)
            return true;
    return false;
}

/* A reader shows these few, decoded, and perhaps some of the second kind. */
static bool is_shown_name(mw_span name) {
    static const char *const names[] = {
        "From",        "To",         "Cc",    "Bcc",         "Subject",    "Date",  "Reply-To",
        "Sender",      "Maildir",    "Flags", "Tags",        "Message-ID", "Msgid", "List",
        "Attachments", "User-Agent", "Fcc",   "Resent-From", "Resent-To",  "Size",  "Priority"};
    return mw_span_is_any(name, names, G_N_ELEMENTS(names));
}

/* A date as readers show it, which no mail program sends: with AM or PM, the year first, no comma behind the
 * day's name. */
static bool is_shown_date(const grader *g) {
    const mw_field *date = mw_message_field(g->message, "Date");
    mw_span text = date ? mw_span_trim(date->value) : (mw_span){NULL, 0};
    if (text.len < 8)
        return false;
    if (mw_span_search(text, " PM") != SIZE_MAX || mw_span_search(text, " AM") != SIZE_MAX)
        return true;
    return g_ascii_isalpha(text.data[0]) ? text.data[3] == ' '
                                         : g_ascii_isdigit(text.data[3]) && text.data[4] == '-';
}

/* "(1 hour, 18 minutes ago)" */
static bool is_relative_date(const grader *g) {
    const mw_field *date = mw_message_field(g->message, "Date");
    return date && mw_span_search(date->value, " ago)") != SIZE_MAX;
}

/* A handful of fields that people read, decoded, and nothing that programs need: a view, not a mail. A draft
 * or a Sent copy has at least MIME fields, an agent or an identity. */
static bool is_view(const grader *g) {
    bool decoded = is_relative_date(g) || is_shown_date(g) || g->message->frame || g->message->had_mbox_line;
    for (size_t i = 0; i < g->message->n_fields; i++) {
        const mw_field *field = &g->message->fields[i];
        if (!field->bad && !is_shown_name(field->name))
            return false;
        decoded |= is_8bit(field->value) || mw_span_is(field->name, "Maildir") ||
                   mw_span_is(field->name, "Flags") || mw_span_is(field->name, "Msgid");
    }
    return g->message->n_fields >= 2 && decoded && has(g, "From");
}

/* Every field is folded only where the next word would have gone beyond the width: nobody's own habit, but
 * what a program does that writes the whole header anew. */
static bool is_refolded(const grader *g) {
    size_t folds = 0, received = 0;
    for (size_t i = 0; i < g->message->n_fields; i++) {
        mw_span rest = g->message->fields[i].raw, line = mw_span_cut(&rest, '\n');
        while (rest.data) {
            mw_span next = mw_span_cut(&rest, '\n'), word = mw_span_from(next, 1);
            size_t n = 0;
            while (n < word.len && !strchr(" \t\r", word.data[n]))
                n++;
            if (!next.len || next.data[0] != ' ' || line.len + n < WRITTEN_WIDTH)
                return false;
            folds++;
            received += mw_span_is(g->message->fields[i].name, "Received");
            line = next;
        }
    }
    return folds >= 4 && received;
}

/* Received fields and signatures, but those of people are decoded, and a re-wrapping changed the others: what
 * mutt's decode-copy and its like write. */
static bool is_decoded(const grader *g) {
    static const char *const names[] = {"From", "To", "Cc", "Subject", "Reply-To"};
    const mw_field *type = mw_message_field(g->message, "Content-Type");
    bool decoded = false, encoded = false, utf8 = type && mw_span_search(type->value, "utf-8") != SIZE_MAX;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const mw_field *field = mw_message_field(g->message, names[i]);
        decoded |= field && is_8bit(field->value);
        encoded |= field && mw_span_search(field->value, "=?") != SIZE_MAX;
    }
    const mw_field *coding = mw_message_field(g->message, "Content-Transfer-Encoding");
    bool plain = coding && mw_span_search(coding->value, "8bit") != SIZE_MAX;
    return (decoded || (utf8 && plain)) && !encoded && has(g, "DKIM-Signature") && is_refolded(g);
}

static const char *displayed_mark(const grader *g) {
    if (g->message->pasted)
        return g->message->frame;
    if (has(g, "Microsoft Mail Internet Headers Version 2.0") ||
        (g->message->n_fields &&
         mw_span_starts(g->message->fields[0].raw, "Microsoft Mail Internet Headers")))
        return "Outlook's list of headers";
    if (has(g, "Sent") && !has(g, "Date") && !has(g, "Received"))
        return "Outlook's \"save as text\" (Sent instead of Date)";
    if (is_localised_date(g) && !has(g, "Received"))
        return "a mail program's \"save as text\" (the date is as it was shown)";
    if (has(g, "Created at") || (has(g, "Message ID") && has(g, "SPF")))
        return "the page of Gmail's \"show original\"";
    if (bad_lines(g) >= 3 && has(g, "Received"))
        return "a pasted header: its folded lines lost their indentation";
    if (!has(g, "Received") && is_view(g))
        return "what a mail program showed of it: a few fields, decoded";
    if (is_decoded(g))
        return "a copy that a mail reader wrote anew: decoded, with its header folded at other places";
    return NULL;
}

static void grade_displayed(grader *g) {
    const char *mark = displayed_mark(g);
    if (!mark)
        return;
    g->out->grade = MW_GRADE_DISPLAYED;
    g->out->displayed = g->out->badly_saved = true;
    g->out->no_delivery = !has(g, "Received");
    g->out->untestable_header = mw_printf(g->arena, "the file is not the mail itself but %s", mark);
    g->out->untestable_body = g->out->untestable_header;
    note(g,
         "not the mail as it was sent, but %s: signatures, encoding, folding and missing fields are not "
         "judged. "
         "To have all of it judged, save it whole: mailwhy --explain export",
         mark);
}

static bool is_fold_or_quote(mw_span text, size_t at) {
    return at == 0 || text.data[at - 1] == '\n';
}

static void note_forwarded(grader *g) {
    static const char *const marks[] = {"---------- Forwarded message ---------",
                                        "-----Original Message-----",
                                        "Begin forwarded message:", "-------- Forwarded Message --------",
                                        "-------- Original Message --------"};
    const mw_field *subject = mw_message_field(g->message, "Subject");
    static const char *const prefixes[] = {"Fwd:", "Fw:", "WG:", "TR:", "RV:", "I:"};
    bool forwards = false;
    mw_span text = subject ? mw_span_trim(subject->value) : (mw_span){NULL, 0};
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
        forwards |= mw_span_starts(text, prefixes[i]);
    for (size_t p = 0; forwards && p < g->mime->n_parts; p++) {
        mw_span body = mw_span_slice(g->mime->parts[p].content, 0, 20000);
        for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
            size_t at = mw_span_search(body, marks[i]);
            if (at == SIZE_MAX ||
                (!is_fold_or_quote(body, at) && strcmp(g->mime->parts[p].type, "text/plain") == 0))
                continue;
            g->out->forwarded_inline = true;
            note(g, "it forwards another mail within its text: what is judged here is the forwarding mail, "
                    "not the "
                    "one within; forward that one as an attachment");
            return;
        }
    }
}

/* --- the body ------------------------------------------------------------------------------------ */

static bool is_blank(mw_span text) {
    for (size_t i = 0; i < text.len; i++)
        if (!strchr(" \t\r\n", text.data[i]) || text.data[i] == 0)
            return false;
    return true;
}

/* A signature says that it covers an empty body (SHA-256 of nothing, or of one CRLF). */
static bool signed_empty(const grader *g) {
    static const char *const hashes[] = {"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
                                         "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY",
                                         "2jmj7l5rSw0yVb/vlWAYkK/YBwk", "uoq1oCgLlTqpdDX/iUbLy7J1Wic"};
    for (const mw_field *f = NULL; (f = mw_message_next_field(g->message, f, "DKIM-Signature"));)
        for (size_t i = 0; i < G_N_ELEMENTS(hashes); i++)
            if (mw_span_search(mw_span_slice(f->value, 0, 8192), hashes[i]) != SIZE_MAX)
                return true;
    return false;
}

static bool expects_body(const grader *g) {
    const mw_field *type = mw_message_field(g->message, "Content-Type");
    const mw_field *length = mw_message_field(g->message, "Content-Length");
    uint64_t bytes = 0;
    if (type && mw_span_search(type->value, "multipart/") != SIZE_MAX)
        return true;
    if (length && mw_span_number(mw_span_trim(length->value), UINT64_MAX, &bytes) && bytes > 2)
        return true;
    return has(g, "DKIM-Signature") && !signed_empty(g);
}

static void grade_headers_only(grader *g) {
    const mw_message *m = g->message;
    if (m->has_body && (!is_blank(m->body) || !expects_body(g)))
        return;
    if (!m->has_body && signed_empty(g) && m->had_final_line_end)
        return;
    if (g->out->grade < MW_GRADE_HEADERS_ONLY)
        g->out->grade = MW_GRADE_HEADERS_ONLY;
    g->out->badly_saved = !g->out->sender_copy;
    if (!g->out->untestable_body)
        g->out->untestable_body = "only the headers were saved";
    note(g, "only the headers were saved: the body, its links and its hash can't be judged");
}

/* The boundary parameter of the message's own Content-Type; "" when it is no multipart. */
static char *own_boundary(const grader *g) {
    const mw_field *type = mw_message_field(g->message, "Content-Type");
    if (!type || !mw_span_starts(mw_span_trim(type->value), "multipart/"))
        return NULL;
    size_t at = mw_span_search(type->value, "boundary=");
    if (at == SIZE_MAX)
        return NULL;
    mw_span rest = mw_span_slice(type->value, at + 9, at + 9 + 300);
    bool quoted = rest.len && rest.data[0] == '"';
    if (quoted)
        rest = mw_span_from(rest, 1);
    size_t end = 0;
    while (end < rest.len && (quoted ? rest.data[end] != '"' : !strchr("; \t\r\n", rest.data[end])))
        end++;
    return end ? mw_span_dup(g->arena, mw_span_slice(rest, 0, end)) : NULL;
}

static void grade_cut(grader *g) {
    const char *boundary = own_boundary(g);
    if (!boundary || g->out->untestable_body || is_blank(g->message->body))
        return;
    g_autofree char *delimiter = g_strconcat("--", boundary, "--", NULL);
    mw_span body = g->message->body;
    if (memmem(body.data, body.len, delimiter, strlen(delimiter)))
        return;
    if (g->out->grade < MW_GRADE_BODY_CUT)
        g->out->grade = MW_GRADE_BODY_CUT;
    g->out->badly_saved = true;
    g->out->untestable_body = "the saved body ends before its structure does";
    note(g, "the body ends without the end mark of its multipart: it was probably cut when it was saved");
}

static bool is_store_field(const mw_field *f) {
    static const char *const names[] = {"Status", "X-Status", "X-Keywords", "X-UID", "X-IMAP", "X-IMAPbase"};
    return mw_span_is_any(f->name, names, G_N_ELEMENTS(names));
}

/* Next to another field of those that mbox programs keep. */
static bool beside_store_field(const grader *g, const mw_field *field) {
    const mw_field *end = g->message->fields + g->message->n_fields;
    return (field > g->message->fields && is_store_field(field - 1)) ||
           (field + 1 < end && is_store_field(field + 1));
}

/* A store wrote the field, not the sender, who could make a body hash untestable with it: in an mbox, above
 * what servers wrote, or beside what stores keep. No signature covers it, then. */
static bool by_store(const grader *g, const mw_field *length) {
    for (const mw_field *s = NULL; (s = mw_message_next_field(g->message, s, "DKIM-Signature"));)
        if (mw_span_search(s->value, "content-length") != SIZE_MAX)
            return false;
    const mw_field *received = mw_message_field(g->message, "Received");
    return g->message->had_mbox_line || (received && length < received) || beside_store_field(g, length);
}

/* A store wrote how long the body is, and it is shorter: nmh's inc cuts at an unescaped From line. By LF line
 * ends and by CRLF: stores count what is in the file. */
static void grade_short(grader *g) {
    const mw_field *length = mw_message_field(g->message, "Content-Length");
    uint64_t stated = 0;
    if (!length || g->out->untestable_body || !by_store(g, length) ||
        !mw_span_number(mw_span_trim(length->value), UINT64_MAX, &stated))
        return;
    mw_span body = g->message->body;
    if (stated <= body.len)
        return;
    if (g->out->grade < MW_GRADE_BODY_CUT)
        g->out->grade = MW_GRADE_BODY_CUT;
    g->out->badly_saved = true;
    g->out->untestable_body =
        mw_printf(g->arena, "the body was cut: it has %zu octets of the %llu that Content-Length tells",
                  body.len, (unsigned long long)stated);
    note(g, "%s", g->out->untestable_body);
}

/* Out of an Outlook .msg. */
static void grade_rebuilt(grader *g) {
    if (!g->message->rebuilt || g->message->unsent)
        return;
    if (g->out->grade < MW_GRADE_HEADERS_ONLY)
        g->out->grade = MW_GRADE_HEADERS_ONLY;
    g->out->badly_saved = true;
    if (!g->out->untestable_body)
        g->out->untestable_body = "Outlook keeps the text in its own way, not as it was sent";
}

static void grade_stored(grader *g) {
    const mw_message *m = g->message;
    if (!m->had_mbox_line && (!m->frame || m->pasted) && !m->unescaped)
        return;
    if (g->out->grade < MW_GRADE_STORED)
        g->out->grade = MW_GRADE_STORED;
    if (m->had_mbox_line)
        note(g, "taken from an mbox file (its first line begins with \"From \")");
    if (m->frame && !m->pasted)
        note(g, "%s", m->frame);
    if (m->unescaped)
        note(g, "undone what a store did: %s", m->unescaped);
    else if (m->had_mbox_line && m->escapes_unknown && !g->out->untestable_body) {
        g->out->untestable_body = "the mbox put \">\" before lines that begin with From";
        note(g, "a line of the body begins with \">From \": the mbox may have changed it, which breaks the "
                "body hash");
    }
}

static void grade_line_ends(grader *g) {
    static const char *const names[] = {"CRLF", "LF", "CR", "mixed", "no"};
    mw_line_ends ends = g->message->line_ends;
    if (ends == MW_LINES_CRLF || ends == MW_LINES_NONE)
        return;
    if (g->out->grade < MW_GRADE_LINE_ENDS)
        g->out->grade = MW_GRADE_LINE_ENDS;
    note(g, "saved with %s line ends instead of CRLF: read as CRLF", names[ends]);
}

const mw_evidence *mw_evidence_read(mw_arena *arena, const mw_message *message, const mw_mime *mime,
                                    const mw_trace *trace, bool bounced) {
    grader g = {arena, message, mime, trace, mw_new(arena, mw_evidence), bounced};
    g.out->notes = mw_array_new(arena);
    grade_displayed(&g);
    if (g.out->grade != MW_GRADE_DISPLAYED)
        grade_sender_copy(&g);
    grade_headers_only(&g);
    grade_cut(&g);
    grade_short(&g);
    grade_rebuilt(&g);
    grade_stored(&g);
    grade_line_ends(&g);
    note_forwarded(&g);
    if (message->had_bom)
        note(&g, "a byte order mark before the first field was passed over");
    if (g.out->badly_saved && !g.out->displayed)
        note(&g, "how to save it whole: mailwhy --explain export");
    return g.out;
}

const char *mw_evidence_export(mw_arena *arena, const mw_data *data, GError **error) {
    const mw_table *table = mw_data_table(data, "export.tsv", error);
    if (!table)
        return NULL;
    int client = mw_table_column(table, "client", error);
    int steps = client < 0 ? -1 : mw_table_column(table, "steps", error);
    if (steps < 0)
        return NULL;
    GString *out = g_string_new("Save the mail byte for byte, as a file that ends in .eml:\n\n");
    for (guint i = 0; i < table->rows->len; i++) {
        const char *const *cells = table->rows->pdata[i];
        g_string_append_printf(out, "%s\n    %s\n", cells[client], cells[steps]);
    }
    char *text = mw_strdup(arena, out->str);
    g_string_free(out, TRUE);
    return text;
}
