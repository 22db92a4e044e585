#include "mail/bounce.h"

#include "base/limits.h"
#include "base/printable.h"
#include "mail/bounce_text.h"
#include "mail/dsn.h"

enum {
    MAX_TEXT = 256 * 1024, /* of the text for people */
    MAX_CONTEXT = 2000,    /* of what else was said of a recipient */
    MIN_SCORE = 4,         /* marks that make a mail a bounce */
};

/* ---- parts ------------------------------------------------------------------------------------------- */

static bool is_attached_message(const mw_part *part) {
    return strcmp(part->type, "message/rfc822") == 0 || strcmp(part->type, "message/global") == 0;
}

static bool is_headers(const mw_part *part) {
    return strcmp(part->type, "text/rfc822-headers") == 0 ||
           strcmp(part->type, "message/rfc822-headers") == 0 ||
           strcmp(part->type, "message/global-headers") == 0;
}

/* Index of the attached message that holds the part, or -1. */
static int holder(const mw_mime *mime, size_t index) {
    for (int i = mime->parts[index].parent; i >= 0; i = mime->parts[i].parent) {
        if (is_attached_message(&mime->parts[i]))
            return i;
    }
    return -1;
}

/* The outermost part whose type ends so, or NULL. */
static const mw_part *find_part(const mw_mime *mime, const char *suffix) {
    const mw_part *nested = NULL;
    for (size_t i = 0; i < mime->n_parts; i++) {
        const mw_part *part = &mime->parts[i];
        if (!g_str_has_suffix(part->type, suffix))
            continue;
        if (holder(mime, i) < 0)
            return part;
        nested = nested ? nested : part;
    }
    return nested;
}

/* ---- text for people --------------------------------------------------------------------------------- */

static void append_entity(GString *out, mw_span text, size_t *i) {
    static const struct {
        const char *entity;
        char byte;
    } entities[] = {{"&lt;", '<'},   {"&gt;", '>'},   {"&amp;", '&'},
                    {"&quot;", '"'}, {"&#39;", '\''}, {"&nbsp;", ' '}};
    mw_span rest = mw_span_from(text, *i);
    for (size_t e = 0; e < G_N_ELEMENTS(entities); e++) {
        if (mw_span_starts(rest, entities[e].entity)) {
            g_string_append_c(out, entities[e].byte);
            *i += strlen(entities[e].entity);
            return;
        }
    }
    g_string_append_c(out, '&');
    *i += 1;
}

static bool block_tag(mw_span tag) {
    static const char *const names[] = {"br", "p",   "/p", "div", "/div",  "tr",  "/tr",
                                        "li", "/li", "h",  "/h",  "table", "pre", "/pre"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (mw_span_starts(tag, names[i]))
            return true;
    }
    return false;
}

/* HTML without its tags; addresses in angle brackets stay. A text that only calls itself HTML stays as it is.
 */
static mw_span plain_of_html(mw_arena *arena, mw_span html) {
    if (mw_span_search(html, "<html") == SIZE_MAX && mw_span_search(html, "<br") == SIZE_MAX &&
        mw_span_search(html, "<p>") == SIZE_MAX && mw_span_search(html, "<body") == SIZE_MAX &&
        mw_span_search(html, "<div") == SIZE_MAX)
        return html;
    g_autoptr(GString) out = g_string_sized_new(html.len);
    for (size_t i = 0; i < html.len;) {
        if (html.data[i] == '&') {
            append_entity(out, html, &i);
            continue;
        }
        if (html.data[i] != '<') {
            g_string_append_c(out, html.data[i++]);
            continue;
        }
        mw_span rest = mw_span_from(html, i + 1);
        size_t close = mw_span_find(rest, '>');
        mw_span tag = mw_span_slice(rest, 0, close == SIZE_MAX ? rest.len : close);
        if (mw_span_find(tag, '@') != SIZE_MAX && mw_span_find(tag, ' ') == SIZE_MAX) {
            g_string_append_c(out, html.data[i++]);
            continue;
        }
        bool hidden = mw_span_starts(tag, "style") || mw_span_starts(tag, "script");
        size_t end =
            hidden ? mw_span_search(rest, mw_span_starts(tag, "style") ? "</style" : "</script") : close;
        if (block_tag(tag))
            g_string_append_c(out, '\n');
        i = end == SIZE_MAX ? html.len : i + 1 + end + (hidden ? 0 : 1);
    }
    return (mw_span){mw_strndup(arena, out->str, out->len), out->len};
}

/* All texts for people outside the returned mail, joined. */
static mw_span notice_text(mw_arena *arena, const mw_mime *mime, int inside) {
    g_autoptr(GString) out = g_string_new(NULL);
    for (int html = 0; html < 2 && out->len == 0; html++) {
        for (size_t i = 0; i < mime->n_parts && out->len < MAX_TEXT; i++) {
            const mw_part *part = &mime->parts[i];
            bool wanted = strcmp(part->type, html ? "text/html" : "text/plain") == 0;
            bool attached = part->disposition && strcmp(part->disposition, "attachment") == 0;
            if (!wanted || attached || holder(mime, i) != inside)
                continue;
            mw_part cut = *part;
            cut.content = mw_span_slice(part->content, 0, MAX_TEXT);
            mw_span text = mw_span_of(mw_part_text(arena, &cut));
            if (html)
                text = plain_of_html(arena, text);
            g_string_append_len(out, text.data, (gssize)text.len);
            g_string_append(out, "\n\n");
        }
    }
    return (mw_span){mw_strndup(arena, out->str, out->len), out->len};
}

/* A structure whose delimiters are missing or wrong leaves no text: then the body is read as it stands. */
static mw_span notice_or_body(mw_arena *arena, const mw_message *message, const mw_mime *mime, int inside) {
    mw_span text = notice_text(arena, mime, inside);
    if (mw_span_trim(text).len || inside >= 0)
        return text;
    return mw_span_of(mw_utf8(arena, mw_span_slice(message->body, 0, MAX_TEXT)));
}

/* ---- the header's marks ------------------------------------------------------------------------------ */

typedef struct marks {
    const char *from, *subject, *auto_submitted, *sender;
    GPtrArray *failed; /* of char *: X-Failed-Recipients */
    bool daemon, robot, null_return, subject_fails, subject_away;
    bool subject_quotes; /* other words stand in front of those of a failure: a ticket's number, a quote */
} marks;

static const char *text_of(mw_arena *arena, const mw_message *message, const char *name) {
    const mw_field *field = mw_message_field(message, name);
    return field ? mw_field_text(arena, field) : "";
}

static bool any(const char *text, const char *const *words) {
    mw_span span = mw_span_of(text);
    for (size_t i = 0; words[i]; i++) {
        if (mw_span_search(span, words[i]) != SIZE_MAX)
            return true;
    }
    return false;
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

static void read_marks(mw_arena *arena, const mw_message *message, marks *m) {
    static const char *const daemons[] = {"mailer-daemon",      "postmaster",           "post_master",
                                          "mail-daemon",        "mail.delivery.system", "mailerdaemon",
                                          "mailer_daemon",      "delivery system",      "delivery subsystem",
                                          "mail administrator", "maildaemon",           NULL};
    static const char *const robots[] = {"no-reply",     "noreply", "no_reply",  "donotreply", "do-not-reply",
                                         "-admin@",      "admin@",  "system@",   "mailer@",    "bounce",
                                         "notification", "-owner@", "-request@", "majordomo",  "listserv",
                                         "mailadmin",    "gateway", NULL};
    static const char *const fails[] = {"undeliver",
                                        "failure notice",
                                        "returned mail",
                                        "delivery status",
                                        "delivery fail",
                                        "delivery failure",
                                        "mail delivery",
                                        "mail system error",
                                        "returned to sender",
                                        "failed delivery",
                                        "delivery notification",
                                        "delivery has failed",
                                        "delivery problem",
                                        "non-delivery",
                                        "nondelivery",
                                        "not delivered",
                                        "delivery report",
                                        "mail failure",
                                        "mail failed",
                                        "delivery error",
                                        "error sending your mail",
                                        "could not be delivered",
                                        "not be delivered",
                                        "delivery delay",
                                        "delayed mail",
                                        "could not send",
                                        "are not member",
                                        "undeliverable message",
                                        "rejected",
                                        "blocked by",
                                        "warning: ",
                                        "unzustellbar",
                                        "r\xc3\xbc"
                                        "ckl\xc3\xa4ufer",
                                        "non remis",
                                        "no se pudo",
                                        "n\xc3\xa3o entregue",
                                        "mancato recapito",
                                        "onbestelbaar",
                                        "\xe3\x82\xa8\xe3\x83\xa9\xe3\x83\xbc",
                                        "\xe9\x85\x8d\xe4\xbf\xa1",
                                        "\xe9\x80\x80\xe4\xbf\xa1",
                                        "\xd0\xbd\xd0\xb5\xd0\xb4\xd0\xbe\xd1\x81\xd1\x82\xd0\xb0\xd0\xb2",
                                        "\xd0\xbd\xd0\xb5 \xd0\xb4\xd0\xbe\xd1\x81\xd1\x82\xd0\xb0\xd0\xb2",
                                        NULL};
    static const char *const away[] = {"automatic reply",
                                       "auto reply",
                                       "autoreply",
                                       "auto-reply",
                                       "auto:",
                                       "out of office",
                                       "out of the office",
                                       "away until",
                                       "away from",
                                       "on vacation",
                                       "vacation",
                                       "abwesen",
                                       "on leave",
                                       "automatische antwort",
                                       "absence",
                                       "r\xc3\xa9ponse automatique",
                                       "respuesta autom",
                                       "fuera de",
                                       "away",
                                       NULL};
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
    m->daemon = any(m->from, daemons) || strcmp(m->from, "<>") == 0;
    m->robot = any(m->from, robots);
    m->subject_fails = any(m->subject, fails);
    m->subject_away = any(m->subject, away);
    m->subject_quotes = strpbrk(m->subject, "\"#[") != NULL;
}

static bool is_vacation(const mw_message *message, const marks *m) {
    if (m->failed->len || m->daemon)
        return false;
    bool automatic = g_str_has_prefix(m->auto_submitted, "auto-replied") ||
                     mw_message_field(message, "X-Autoreply") || mw_message_field(message, "X-Autorespond") ||
                     mw_message_field(message, "X-Auto-Reply") ||
                     mw_message_field(message, "X-Auto-Response-Suppress") || m->null_return;
    return m->subject_away && !m->subject_fails && automatic;
}

static int score(const mw_mime *mime, const marks *m, const mw_notice *notice) {
    int points = mw_notice_likeness(notice->text);
    points += m->daemon ? 2 : 0;
    points += m->null_return ? 1 : 0;
    points += m->failed->len ? 3 : 0;
    points += m->subject_fails ? 2 : 0;
    points += *m->auto_submitted && !g_str_has_prefix(m->auto_submitted, "no") ? 1 : 0;
    points += notice->original.len ? 1 : 0;
    for (size_t i = 0; i < mime->n_parts; i++) {
        if (is_attached_message(&mime->parts[i]) || is_headers(&mime->parts[i]))
            return points + 1;
    }
    return points;
}

/* A mail from no mail system: it speaks of a failure by its own subject or has the form of a notice, and does
 * not only quote one. */
static bool is_formed(const mw_mime *mime, const marks *m, const mw_notice *notice) {
    for (size_t i = 0; i < mime->n_parts; i++) {
        if (is_attached_message(&mime->parts[i]) || is_headers(&mime->parts[i]))
            return true;
    }
    return notice->original.len || strcmp(notice->form, "text") != 0 || !m->subject_quotes;
}

/* ---- recipients -------------------------------------------------------------------------------------- */

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

/* Codes and text of a reply; status is the report's own field, or NULL. */
static void set_reply(mw_bounce_recipient *r, const mw_smtp_reply *reply, const char *status) {
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

static bool is_address(const char *text) {
    return text && strchr(text, '@') && !strchr(text, ' ') && *text != '/' && *text != '|';
}

/* The report's own reply, or that of the text for people where it says more. */
static const mw_smtp_reply *better_reply(mw_arena *arena, const mw_dsn_recipient *d, const char *text) {
    const mw_smtp_reply *own = mw_smtp_reply_read(arena, mw_span_of(d->diagnostic));
    if (!text || !*text)
        return own;
    const mw_smtp_reply *other = mw_smtp_reply_read(arena, mw_span_of(text));
    if (!own->code && other->code)
        return other;
    if (!*own->words)
        return other;
    /* a first line that says it goes on */
    const char *at = own->code ? strstr(own->text, own->code) : NULL;
    bool goes_on = at && at[3] == '-' && other->code && strcmp(own->code, other->code) == 0;
    return goes_on && strlen(other->words) > strlen(own->words) ? other : own;
}

static const char *action_of(const mw_dsn_recipient *d, bool warning) {
    if (d->action && g_str_has_prefix(d->action, "fail"))
        return "failed";
    if (d->action)
        return d->action;
    return warning ? "delayed" : "failed";
}

/* A report without a reply code: that of the transcript of the session, if it has one. */
static void from_transcript(mw_arena *arena, mw_bounce_recipient *r, const mw_notice *notice,
                            const char *status) {
    size_t at = mw_span_search(notice->text, "transcript of session");
    if (at == SIZE_MAX)
        return;
    const mw_smtp_reply *reply = mw_smtp_reply_read(arena, mw_span_from(notice->text, at + 30));
    if (reply->code)
        set_reply(r, reply, status);
}

static void add_dsn(mw_arena *arena, mw_bounce *bounce, const mw_dsn *dsn, const mw_notice *notice,
                    const marks *m) {
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
        r->action = action_of(d, notice->warning);
        r->remote_host = d->remote_mta;
        set_reply(r, better_reply(arena, d, said ? said->text : NULL), d->status);
        if (!r->reply_code && dsn->recipients->len == 1)
            from_transcript(arena, r, notice, d->status);
        r->context = cut_text(arena,
                              said                        ? said->more
                              : dsn->recipients->len == 1 ? bounce->notice
                                                          : NULL,
                              MAX_CONTEXT);
        if (!r->diagnostic && d->comment)
            set_reply(r, mw_smtp_reply_read(arena, mw_span_of(d->comment)), d->status);
        if (r->recipient || r->reply_code || d->status)
            g_ptr_array_add(bounce->recipients, r);
    }
}

static mw_bounce_recipient *add_said(mw_arena *arena, mw_bounce *bounce, const char *address,
                                     const char *text, bool warning) {
    mw_bounce_recipient *r = mw_new(arena, mw_bounce_recipient);
    r->recipient = address;
    r->action = warning ? "delayed" : "failed";
    set_reply(r, mw_smtp_reply_read(arena, mw_span_of(text)), NULL);
    g_ptr_array_add(bounce->recipients, r);
    return r;
}

/* The free forms: whom the header names as failed, else whom the text does. */
static void add_notice(mw_arena *arena, mw_bounce *bounce, const mw_notice *notice, const marks *m) {
    for (guint i = 0; i < m->failed->len; i++) {
        const char *address = m->failed->pdata[i];
        const mw_notice_recipient *said = find_recipient(notice->recipients, address);
        if (!said && notice->recipients->len == 1)
            said = notice->recipients->pdata[0];
        const char *text = said && *said->text ? said->text : cut_text(arena, bounce->notice, MAX_CONTEXT);
        mw_bounce_recipient *r = add_said(arena, bounce, address, text ? text : "", notice->warning);
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
        mw_bounce_recipient *r = add_said(arena, bounce, said->address, said->text, notice->warning);
        r->context = cut_text(arena, said->more, MAX_CONTEXT);
    }
}

/* ---- the returned mail ------------------------------------------------------------------------------- */

static void take_original(mw_arena *arena, mw_bounce *bounce, mw_span bytes, bool headers_only) {
    /* some put an empty line or a comment in front of the header */
    while (bytes.len && strchr("\r\n ", bytes.data[0]))
        bytes = mw_span_from(bytes, 1);
    const mw_message *original = bytes.len ? mw_message_read(arena, bytes, NULL) : NULL;
    if (!original || (!mw_message_field(original, "From") && !mw_message_field(original, "Received") &&
                      !mw_message_field(original, "Message-ID") && !mw_message_field(original, "Subject")))
        return;
    bounce->original = original;
    bounce->original_headers_only = headers_only || !original->has_body;
}

static void find_original(mw_arena *arena, mw_bounce *bounce, const mw_mime *mime, const mw_part *report,
                          const mw_notice *notice) {
    size_t at = report ? (size_t)(report - mime->parts) : 0;
    int inside = report ? holder(mime, at) : -1;
    for (size_t i = 1; i < mime->n_parts && !bounce->original; i++) {
        const mw_part *part = &mime->parts[i];
        if (holder(mime, i) != inside)
            continue;
        if (is_attached_message(part) || is_headers(part))
            take_original(arena, bounce, part->content, is_headers(part));
        else if (part->file_name && mw_span_search(mw_span_of(part->file_name), "header") != SIZE_MAX)
            take_original(arena, bounce, part->content, true);
    }
    if (!bounce->original && notice->original.len)
        take_original(arena, bounce, notice->original, false);
}

/* Nobody is named at all: whom the returned mail was for. */
static void recipient_of_original(mw_arena *arena, mw_bounce *bounce, const mw_notice *notice) {
    const mw_field *to = bounce->original ? mw_message_field(bounce->original, "To") : NULL;
    if (!to)
        return;
    mw_span text = mw_span_of(mw_field_text(arena, to));
    size_t end;
    mw_span address = mw_notice_address(text, 0, &end);
    if (!address.len)
        return;
    mw_bounce_recipient *r = add_said(arena, bounce, mw_span_dup(arena, address), "", notice->warning);
    r->context = cut_text(arena, bounce->notice, MAX_CONTEXT);
    const mw_smtp_reply *reply = mw_smtp_reply_read(arena, notice->text);
    if (reply->code)
        set_reply(r, reply, NULL);
}

/* ---- Amazon's notifications: JSON in a plain text ---------------------------------------------------- */

/* The string that a key has, from a place; moves the place behind it. NULL without one. */
static char *json_string(mw_arena *arena, mw_span text, const char *key, size_t *at) {
    g_autofree char *mark = g_strdup_printf("\"%s\"", key);
    size_t found = mw_span_search(mw_span_from(text, *at), mark);
    if (found == SIZE_MAX)
        return NULL;
    size_t i = *at + found + strlen(mark), to = 0;
    while (i < text.len && strchr(" \t\r\n:", text.data[i]))
        i++;
    if (i >= text.len || text.data[i] != '"')
        return NULL;
    char *out = mw_alloc(arena, MAX_CONTEXT + 1);
    for (i++; i < text.len && text.data[i] != '"' && to < MAX_CONTEXT; i++) {
        if (text.data[i] == '\\' && i + 1 < text.len)
            i++;
        out[to++] = text.data[i];
    }
    *at = i;
    return out;
}

/* Without the breaks that long lines got, and JSON that is a string within JSON opened. */
static mw_span unwrap_json(mw_arena *arena, mw_span text) {
    bool quoted = mw_span_search(mw_span_slice(text, 0, 4000), "{\\\"notificationtype\\\"") != SIZE_MAX ||
                  mw_span_search(mw_span_slice(text, 0, 4000), "{\\\"eventtype\\\"") != SIZE_MAX;
    char *out = mw_alloc(arena, text.len + 1), *to = out;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c == '\r' || c == '\n' || (c == '!' && i + 1 < text.len && strchr("\r\n", text.data[i + 1])))
            continue;
        if (c == '\\' && quoted && i + 1 < text.len)
            c = text.data[++i];
        *to++ = c;
    }
    return (mw_span){out, (size_t)(to - out)};
}

static bool read_json(mw_arena *arena, mw_bounce *bounce, mw_span text) {
    size_t at = 0;
    if (!mw_span_starts(mw_span_trim(text), "{"))
        return false;
    text = unwrap_json(arena, text);
    const char *type = json_string(arena, text, "notificationType", &at);
    type = type ? type : json_string(arena, text, "eventType", &at);
    if (!type)
        return false;
    bounce->form = "Amazon SES";
    bounce->kind = strcmp(type, "Bounce") == 0      ? MW_BOUNCE_FAILURE
                   : strcmp(type, "Complaint") == 0 ? MW_BOUNCE_COMPLAINT
                                                    : MW_BOUNCE_SUCCESS;
    size_t list = mw_span_search(text, "\"bouncedRecipients\"");
    if (bounce->kind != MW_BOUNCE_FAILURE || list == SIZE_MAX)
        return true;
    mw_span rest = mw_span_from(text, list);
    size_t end = mw_span_find(rest, ']');
    rest = mw_span_slice(rest, 0, end);
    for (at = 0; bounce->recipients->len < MW_MAX_RECIPIENTS;) {
        char *address = json_string(arena, rest, "emailAddress", &at);
        if (!address)
            break;
        size_t next = mw_span_search(mw_span_from(rest, at), "\"emailAddress\"");
        mw_span one = mw_span_slice(rest, at, next == SIZE_MAX ? rest.len : at + next);
        size_t a = 0, s = 0, d = 0;
        const char *action = json_string(arena, one, "action", &a),
                   *status = json_string(arena, one, "status", &s);
        const char *text_of_reply = json_string(arena, one, "diagnosticCode", &d);
        mw_bounce_recipient *r = add_said(arena, bounce, address, text_of_reply ? text_of_reply : "", false);
        r->action = action ? action : "failed";
        set_reply(r, r->reply, status);
    }
    return true;
}

/* ---- the whole --------------------------------------------------------------------------------------- */

static void settle_kind(mw_bounce *bounce) {
    bool failed = false, delayed = false;
    for (guint i = 0; i < bounce->recipients->len; i++) {
        const mw_bounce_recipient *r = bounce->recipients->pdata[i];
        failed = failed || strcmp(r->action, "failed") == 0;
        delayed = delayed || strcmp(r->action, "delayed") == 0;
    }
    bounce->kind = failed ? MW_BOUNCE_FAILURE : delayed ? MW_BOUNCE_DELAY : MW_BOUNCE_SUCCESS;
}

static bool is_complaint(const mw_message *message, const mw_mime *mime, const marks *m) {
    const mw_field *type = mw_message_field(message, "Content-Type");
    return find_part(mime, "/feedback-report") ||
           (type && mw_span_search(type->value, "feedback-report") != SIZE_MAX) ||
           any(m->subject, (const char *const[]){"complaint about message from", NULL}) ||
           mw_span_search(mw_span_slice(message->body, 0, 2000), "email abuse report") != SIZE_MAX;
}

static void complaint(mw_arena *arena, mw_bounce *bounce, const mw_mime *mime) {
    bounce->kind = MW_BOUNCE_COMPLAINT;
    bounce->form = "ARF";
    const mw_part *report = find_part(mime, "/feedback-report");
    mw_span text = report ? report->content : (mw_span){NULL, 0};
    size_t at = mw_span_search(text, "Original-Rcpt-To:"), end;
    if (at == SIZE_MAX)
        return;
    mw_span address = mw_notice_address(mw_span_slice(text, at + 17, at + 400), 0, &end);
    if (!address.len)
        return;
    mw_bounce_recipient *r = add_said(arena, bounce, mw_span_dup(arena, address), "", false);
    r->action = "complained";
}

static mw_bounce *new_bounce(mw_arena *arena) {
    mw_bounce *bounce = mw_new(arena, mw_bounce);
    bounce->recipients = mw_array_new(arena);
    bounce->form = "text";
    bounce->notice = "";
    return bounce;
}

/* Where the report's fields begin that stand in the text for people, or SIZE_MAX. */
static size_t embedded_report(mw_span text) {
    size_t at = mw_span_search(text, "\nReporting-MTA:");
    return at == SIZE_MAX ? mw_span_search(text, "\nFinal-Recipient:") : at;
}

/* The text for people, without the returned mail and without the report's fields. */
static const mw_notice *read_notice(mw_arena *arena, mw_span text, const char *sender, mw_span *fields) {
    const mw_notice *whole = mw_notice_read(arena, text, sender);
    size_t at = embedded_report(whole->text);
    *fields = mw_span_from(whole->text, at);
    if (at == SIZE_MAX)
        return whole;
    mw_notice *before =
        mw_memdup(arena, mw_notice_read(arena, mw_span_slice(whole->text, 0, at), sender), sizeof *before);
    before->original = whole->original;
    return before;
}

const mw_bounce *mw_bounce_read(mw_arena *arena, const mw_message *message, const mw_mime *mime) {
    if (!message->n_fields)
        return NULL;
    mw_bounce *bounce = new_bounce(arena);
    marks m = {0};
    read_marks(arena, message, &m);
    bounce->sender = m.sender;
    const mw_part *report = find_part(mime, "delivery-status");
    int inside = report ? holder(mime, (size_t)(report - mime->parts)) : -1;
    if (inside >= 0 && !m.daemon && !m.subject_fails)
        return NULL; /* a mail that somebody sent on with a bounce attached is opened elsewhere */
    mw_span fields;
    mw_span text = notice_or_body(arena, message, mime, inside);
    const mw_notice *notice = read_notice(arena, text, m.sender, &fields);
    bounce->notice = mw_span_dup(arena, mw_span_trim(notice->text));
    if (is_complaint(message, mime, &m)) {
        complaint(arena, bounce, mime);
        find_original(arena, bounce, mime, NULL, notice);
        return bounce;
    }
    if (read_json(arena, bounce, notice->text))
        return bounce->kind == MW_BOUNCE_FAILURE && !bounce->recipients->len ? NULL : bounce;
    if (!report && is_vacation(message, &m)) {
        bounce->kind = MW_BOUNCE_VACATION;
        bounce->form = "automatic answer";
        return bounce;
    }
    int points = score(mime, &m, notice);
    if (report)
        fields = report->content;
    const mw_dsn *dsn = fields.len && (report || points >= MIN_SCORE) ? mw_dsn_read(arena, fields) : NULL;
    find_original(arena, bounce, mime, report, notice);
    if (dsn && dsn->recipients->len) {
        bounce->form = "RFC 3464";
        bounce->reporting_mta = dsn->reporting_mta;
        bounce->queue_id = dsn->queue_id;
        bounce->arrival_date = dsn->arrival_date;
        add_dsn(arena, bounce, dsn, notice, &m);
    }
    bool machine = m.daemon || m.null_return ||
                   (m.subject_fails && (m.robot || *m.auto_submitted) && is_formed(mime, &m, notice));
    bool speaks = m.subject_fails || notice->original.len || mw_notice_likeness(notice->text) > 0;
    bool evidence = report || m.failed->len || (points >= MIN_SCORE && machine && speaks);
    if (!bounce->recipients->len && evidence) {
        bounce->form = notice->form;
        bounce->reporting_mta = dsn ? dsn->reporting_mta : NULL;
        add_notice(arena, bounce, notice, &m);
    }
    if (!bounce->recipients->len && evidence && (report || points >= MIN_SCORE + 2))
        recipient_of_original(arena, bounce, notice);
    if (!bounce->recipients->len)
        return NULL;
    if (*m.subject) {
        for (guint i = 0; i < bounce->recipients->len; i++) {
            mw_bounce_recipient *r = bounce->recipients->pdata[i];
            if (!r->context && m.subject_fails)
                r->context = m.subject;
        }
    }
    settle_kind(bounce);
    return bounce;
}

const mw_bounce *mw_bounce_from_text(mw_arena *arena, mw_span text) {
    mw_bounce *bounce = new_bounce(arena);
    text = mw_span_slice(text, 0, MAX_TEXT);
    const mw_notice *notice = mw_notice_read(arena, text, NULL);
    bounce->notice = mw_span_dup(arena, mw_span_trim(text));
    bounce->form = notice->form;
    const mw_notice_recipient *only = notice->recipients->len == 1 ? notice->recipients->pdata[0] : NULL;
    add_said(arena, bounce, only && only->strong ? only->address : NULL, bounce->notice, notice->warning);
    settle_kind(bounce);
    return bounce;
}

/* Sendmail's own last line says only that a program failed; what the program said stands before it. */
static bool only_follow_up(const mw_bounce_recipient *r) {
    return mw_span_search(mw_span_of(r->reply->words), "... service unavailable") != SIZE_MAX;
}

/* The words around the reply; of a follow-up only those in front of it. */
static const mw_smtp_reply *before_code(mw_arena *arena, const mw_bounce_recipient *r) {
    mw_span text = mw_span_of(r->context);
    size_t at = r->reply_code && only_follow_up(r) ? mw_span_search(text, r->reply_code) : SIZE_MAX;
    mw_smtp_reply *all = mw_memdup(arena, mw_smtp_reply_read(arena, mw_span_slice(text, 0, at)), sizeof *all);
    all->words = all->match = all->text;
    return all;
}

void mw_bounce_explain(mw_arena *arena, const mw_reply_catalogue *catalogue, const mw_bounce *bounce) {
    if (bounce->kind != MW_BOUNCE_FAILURE && bounce->kind != MW_BOUNCE_DELAY)
        return;
    for (guint i = 0; i < bounce->recipients->len; i++) {
        mw_bounce_recipient *r = bounce->recipients->pdata[i];
        if (strcmp(r->action, "failed") != 0 && strcmp(r->action, "delayed") != 0)
            continue;
        mw_smtp_reply reply = *r->reply;
        reply.enhanced = r->enhanced_status;
        r->meaning = mw_reply_meaning(catalogue, arena, &reply);
        if (r->meaning->basis == MW_BASIS_TEXT && !only_follow_up(r))
            continue;
        if (!r->context)
            continue;
        const mw_smtp_reply *context = before_code(arena, r);
        const mw_meaning *told = mw_reply_meaning(catalogue, arena, context);
        bool general = r->meaning->basis != MW_BASIS_STATUS || strcmp(r->meaning->cause, "unknown") == 0 ||
                       *r->reply->words == '\0';
        if (told->basis == MW_BASIS_TEXT && general)
            r->meaning = told;
    }
}

const mw_ip *mw_bounce_client_ip(mw_arena *arena, const mw_bounce *bounce) {
    const mw_ip *only = NULL;
    for (guint i = 0; i < bounce->recipients->len; i++) {
        const mw_bounce_recipient *r = bounce->recipients->pdata[i];
        const mw_reply_names *names = mw_smtp_reply_names(arena, r->reply);
        for (guint k = 0; k < names->ips->len; k++) {
            const mw_ip *ip = names->ips->pdata[k];
            if (!mw_ip_public(ip) || mw_ip_equal(ip, &r->reply->host_ip))
                continue;
            if (only && !mw_ip_equal(only, ip))
                return NULL;
            only = ip;
        }
    }
    return only;
}

bool mw_bounce_failed(const mw_bounce *bounce) {
    return bounce->kind == MW_BOUNCE_FAILURE;
}

const char *mw_claim_check_name(mw_claim_check check) {
    static const char *const names[] = {NULL, "confirmed", "contradicted", "not_reproducible"};
    return names[check];
}
