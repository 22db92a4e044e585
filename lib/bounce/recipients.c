#include "bounce/recipients.h"

#include "bounce/notice_address.h"

enum { MAX_CONTEXT = 2000 }; /* of what else was said of a recipient */

static const mw_notice_recipient *find_recipient(const GPtrArray *list, const char *address) {
    for (guint i = 0; address && i < list->len; i++) {
        const mw_notice_recipient *r = list->pdata[i];
        if (g_ascii_strcasecmp(r->address, address) == 0)
            return r;
    }
    return NULL;
}

static char *cut_text(mw_arena *arena, const char *text, size_t max) {
    return text && *text ? mw_strndup(arena, text, MIN(strlen(text), max)) : NULL;
}

void mw_bounce_set_reply(mw_bounce_recipient *r, const mw_smtp_reply *reply, const char *status) {
    r->reply = reply;
    r->reply_code = reply->code;
    r->diagnostic = *reply->text ? reply->text : NULL;
    bool general = reply->enhanced && g_str_has_suffix(reply->enhanced, ".0.0");
    bool status_general = status && g_str_has_suffix(status, ".0.0");
    r->enhanced_status =
        reply->enhanced && !(general && status && !status_general) ? reply->enhanced : status;
    if (!r->remote_host)
        r->remote_host = reply->host;
}

/* One that mail can be sent to: no program's, no route through other hosts (RFC 5321 appendix C). */
static bool is_address(const char *text) {
    return text && strchr(text, '@') && !strchr(text, ' ') && !strchr("/|@", *text);
}

/* The report's own reply, or that of the text for people where it says more. */
static const mw_smtp_reply *better_reply(mw_arena *arena, const mw_dsn_recipient *d, const char *text) {
    bool reply_as_status = !d->diagnostic && d->comment && mw_smtp_code_find(mw_span_of(d->comment), 0) == 0;
    const char *field = reply_as_status ? d->comment : d->diagnostic ? d->diagnostic : d->private;
    const mw_smtp_reply *own = mw_smtp_reply_read(arena, mw_span_of(field));
    if (!text || !*text)
        return own;
    const mw_smtp_reply *other = mw_smtp_reply_read(arena, mw_span_of(text));
    if (!own->code && other->code)
        return other;
    if (!*own->words)
        return other;
    /* a first line that says it goes on */
    const char *at = own->code ? strstr(own->text, own->code) : NULL;
    bool same = own->code && other->code && strcmp(own->code, other->code) == 0;
    if (same && at && at[3] == '-' && strlen(other->words) > strlen(own->words) + 1) /* no stray bracket */
        return other;
    if (own->command || !other->command || (own->code && !same))
        return own;
    mw_smtp_reply *both = mw_memdup(arena, own, sizeof *both);
    both->command = other->command; /* which the report's field does not tell */
    return both;
}

/* The first digit of the reply, else of the status; NUL without either. */
static char class_of(const mw_dsn_recipient *d, const mw_smtp_reply *reply) {
    return reply->code ? reply->code[0] : d->status ? d->status[0] : '\0';
}

/* The words of RFC 3464 section 2.3.3; any other never beats the reply and the status. "delayed" under a text
 * that says it was given up is a failure. */
static const char *action_of(const mw_dsn_recipient *d, const mw_smtp_reply *reply,
                             const mw_notice_words *w) {
    static const char *const failed[] = {"fail", "error", "bounce", "reject", "undeliver"};
    static const char *const known[] = {"delivered", "relayed", "expanded"};
    for (size_t i = 0; d->action && i < G_N_ELEMENTS(failed); i++) {
        if (g_str_has_prefix(d->action, failed[i]))
            return "failed";
    }
    for (size_t i = 0; d->action && i < G_N_ELEMENTS(known); i++) {
        if (strcmp(d->action, known[i]) == 0)
            return class_of(d, reply) == '5' ? "failed" : known[i];
    }
    char class = class_of(d, reply);
    bool registered = d->action && strcmp(d->action, "delayed") == 0;
    bool delayed =
        d->action && (g_str_has_prefix(d->action, "delay") || g_str_has_prefix(d->action, "defer"));
    if (delayed && (registered || class != '5'))
        return w->final && !w->warning && !d->until ? "failed" : "delayed";
    if (class == '2')
        return "delivered";
    return w->warning && class != '5' ? "delayed" : "failed";
}

/* The first line of a reply that goes on, as the report quotes it: "550-No such user". */
static mw_span first_line(const mw_smtp_reply *reply) {
    const char *at = reply->code ? strstr(reply->text, reply->code) : NULL;
    return at && at[3] == '-' ? mw_span_strip_end(mw_span_of(at), ") ") : (mw_span){NULL, 0};
}

/* The reply that begins with the line of a transcript: the lines marked "<<<" up to that without a hyphen
 * behind its code. What the sending program says itself stands below, without the mark. */
static mw_span marked_lines(mw_span text) {
    size_t end = 0;
    for (bool more = true; more && mw_span_starts(mw_span_from(text, end), "<<<");) {
        mw_span line = mw_span_from(text, end);
        size_t stop = mw_span_find(line, '\n');
        line = mw_span_slice(line, 0, stop);
        mw_span reply = mw_span_trim(mw_span_from(line, 3));
        more = reply.len > 3 && reply.data[3] == '-' && stop != SIZE_MAX;
        end += line.len + (more ? 1 : 0);
    }
    return mw_span_slice(text, 0, end);
}

/* Lines of a transcript stand in the reply, so perhaps also what follows them. */
static bool is_joined(const mw_bounce_recipient *r) {
    return mw_span_search(mw_span_of(r->reply->text), "<<< ") != SIZE_MAX;
}

/* Whom the program was talking to where the transcript breaks off, or NULL. */
static const char *talking_to(mw_arena *arena, mw_span transcript) {
    static const char words[] = "while talking to ";
    mw_span host = {NULL, 0};
    for (size_t at; (at = mw_span_search(transcript, words)) != SIZE_MAX;) {
        transcript = mw_span_from(transcript, at + strlen(words));
        host = transcript;
    }
    size_t end = 0;
    while (end < host.len && !strchr(" \t\r\n:", host.data[end]))
        end++;
    host = mw_span_strip_end(mw_span_slice(host, 0, end), ".");
    return host.len ? mw_span_dup(arena, host) : NULL;
}

/* The reply of a transcript that begins with these words, else the one that refuses; NULL without it. */
static const mw_smtp_reply *session_reply(mw_arena *arena, mw_span transcript, mw_span begin) {
    const mw_smtp_reply *first = mw_smtp_reply_read(arena, transcript);
    if (!begin.len && !first->code)
        return NULL;
    mw_span words = begin.len ? mw_span_slice(begin, 0, 60) : mw_span_of(first->code);
    g_autofree char *line = g_strdup_printf("<<< %.*s", (int)words.len, words.data);
    size_t at = mw_span_search(transcript, line);
    if (at == SIZE_MAX)
        return begin.len ? NULL : first;
    mw_span lines = marked_lines(mw_span_from(transcript, at));
    mw_smtp_reply *reply = mw_memdup(arena, mw_smtp_reply_read(arena, lines), sizeof *reply);
    reply->host = talking_to(arena, mw_span_slice(transcript, 0, at));
    reply->command = begin.len ? reply->command : first->command;
    return reply;
}

/* A report without a reply code, or with the first line of a longer reply: that of the transcript of the
 * session, if it has one. */
static void from_transcript(mw_arena *arena, mw_bounce_recipient *r, const mw_notice *notice,
                            const char *status) {
    static const char heading[] = "transcript of session";
    size_t at = mw_span_search(notice->text, heading);
    mw_span begin = first_line(r->reply);
    if (at == SIZE_MAX)
        return;
    const mw_smtp_reply *reply =
        session_reply(arena, mw_span_from(notice->text, at + strlen(heading)), begin);
    if (reply && reply->code &&
        (is_joined(r) || !begin.len || strlen(reply->words) > strlen(r->reply->words)))
        mw_bounce_set_reply(r, reply, status);
}

/* The report says so, and its status does not deny it: what the text says of others is not said of this one.
 */
static bool arrived(const mw_dsn_recipient *d) {
    return d->action && strcmp(d->action, "delivered") == 0 && d->status && d->status[0] == '2';
}

/* The code of what the server said when it took the mail, "250", which is no reply that refuses; or NULL. */
static const char *code_of_success(mw_arena *arena, const mw_dsn_recipient *d) {
    mw_span said = mw_span_of(d->diagnostic);
    size_t semi = mw_span_find(mw_span_slice(said, 0, 24), ';');
    said = mw_span_trim(semi == SIZE_MAX ? said : mw_span_from(said, semi + 1));
    bool code = said.len >= 3 && said.data[0] == '2' && g_ascii_isdigit(said.data[1]) &&
                g_ascii_isdigit(said.data[2]) && (said.len == 3 || !g_ascii_isalnum(said.data[3]));
    return code && (said.len == 3 || said.data[3] != '.') ? mw_strndup(arena, said.data, 3) : NULL;
}

/* One recipient was given up and another still waits: what the text says of either is not said of all. */
static bool is_mixed(const mw_dsn *dsn) {
    const char *first = NULL;
    for (guint i = 0; i < dsn->recipients->len; i++) {
        const mw_dsn_recipient *d = dsn->recipients->pdata[i];
        if (first && d->action && strcmp(first, d->action) != 0)
            return true;
        first = first ? first : d->action;
    }
    return false;
}

void mw_bounce_add_report(mw_arena *arena, mw_bounce *bounce, const mw_dsn *dsn, const mw_notice *notice,
                          const mw_bounce_marks *m) {
    mw_notice_words words = notice->words;
    words.final = words.final && !is_mixed(dsn);
    for (guint i = 0; i < dsn->recipients->len; i++) {
        const mw_dsn_recipient *d = dsn->recipients->pdata[i];
        mw_bounce_recipient *r = mw_new(arena, mw_bounce_recipient);
        const char *address = is_address(d->final)      ? d->final
                              : is_address(d->original) ? d->original
                                                        : d->actual;
        if (!is_address(address))
            address = i < m->failed->len ? m->failed->pdata[i] : d->final;
        const mw_notice_recipient *said = find_recipient(notice->recipients, d->final);
        said = said ? said : find_recipient(notice->recipients, d->original);
        said = said ? said : find_recipient(notice->recipients, d->actual);
        if (!said && dsn->recipients->len == 1 && notice->recipients->len == 1)
            said = notice->recipients->pdata[0];
        r->recipient = address ? address : said ? said->address : NULL;
        if (is_address(d->original) && r->recipient && g_ascii_strcasecmp(d->original, r->recipient) != 0)
            r->original = d->original;
        r->remote_host = d->remote_mta;
        mw_bounce_set_reply(r, better_reply(arena, d, said && !arrived(d) ? said->text : NULL), d->status);
        r->action = action_of(d, r->reply, &words);
        if (!r->reply_code && (strcmp(r->action, "delivered") == 0 || strcmp(r->action, "relayed") == 0))
            r->reply_code = code_of_success(arena, d);
        if (first_line(r->reply).len || (dsn->recipients->len == 1 && (is_joined(r) || !r->reply_code)))
            from_transcript(arena, r, notice, d->status);
        r->context = cut_text(arena,
                              said                        ? said->more
                              : dsn->recipients->len == 1 ? bounce->notice
                                                          : NULL,
                              MAX_CONTEXT);
        if (!r->diagnostic && d->comment)
            mw_bounce_set_reply(r, mw_smtp_reply_read(arena, mw_span_of(d->comment)), d->status);
        if (r->recipient || r->reply_code || d->status)
            g_ptr_array_add(bounce->recipients, r);
    }
}

mw_bounce_recipient *mw_bounce_add(mw_arena *arena, mw_bounce *bounce, const char *address, const char *text,
                                   bool warning) {
    mw_bounce_recipient *r = mw_new(arena, mw_bounce_recipient);
    r->recipient = address;
    r->action = warning ? "delayed" : "failed";
    mw_bounce_set_reply(r, mw_smtp_reply_read(arena, mw_span_of(text)), NULL);
    g_ptr_array_add(bounce->recipients, r);
    return r;
}

void mw_bounce_add_notice(mw_arena *arena, mw_bounce *bounce, const mw_notice *notice,
                          const mw_bounce_marks *m) {
    for (guint i = 0; i < m->failed->len; i++) {
        const char *address = m->failed->pdata[i];
        const mw_notice_recipient *said = find_recipient(notice->recipients, address);
        if (!said && notice->recipients->len == 1)
            said = notice->recipients->pdata[0];
        const char *text = said && *said->text ? said->text : cut_text(arena, bounce->notice, MAX_CONTEXT);
        mw_bounce_recipient *r =
            mw_bounce_add(arena, bounce, address, text ? text : "", notice->words.warning);
        r->context = cut_text(arena, said ? said->more : NULL, MAX_CONTEXT);
    }
    for (guint i = 0; i < notice->recipients->len; i++) {
        const mw_notice_recipient *said = notice->recipients->pdata[i];
        bool known = false;
        for (guint k = 0; k < m->failed->len; k++)
            known = known || g_ascii_strcasecmp(m->failed->pdata[k], said->address) == 0;
        bool extra = m->failed->len && (!said->strong || m->failed->len == 1);
        if (known || extra)
            continue;
        mw_bounce_recipient *r =
            mw_bounce_add(arena, bounce, said->address, said->text, notice->words.warning);
        r->context = cut_text(arena, said->more, MAX_CONTEXT);
    }
}

void mw_bounce_add_of_original(mw_arena *arena, mw_bounce *bounce, const mw_notice *notice) {
    const mw_field *to = bounce->original ? mw_message_field(bounce->original, "To") : NULL;
    if (!to)
        return;
    mw_span text = mw_span_of(mw_field_text(arena, to));
    size_t end;
    mw_span address = mw_notice_address(text, 0, &end);
    if (!address.len)
        return;
    mw_bounce_recipient *r =
        mw_bounce_add(arena, bounce, mw_span_dup(arena, address), "", notice->words.warning);
    r->context = cut_text(arena, bounce->notice, MAX_CONTEXT);
    const mw_smtp_reply *reply = mw_smtp_reply_read(arena, notice->text);
    if (reply->code)
        mw_bounce_set_reply(r, reply, NULL);
}
