#include "mail/bounce_text.h"

#include "base/limits.h"
#include "mail/smtp_reply.h"

enum {
    MAX_NOTICE = 256 * 1024, /* bytes that are looked at */
    MAX_LINES = 4000,
    MAX_OWN_LINES = 30, /* of the text that belongs to one recipient */
    MAX_OWN_TEXT = 4000,
};

/* ---- small things ------------------------------------------------------------------------------------ */

static bool holds(mw_span text, const char *const *words) {
    for (size_t i = 0; words[i]; i++) {
        if (mw_span_search(text, words[i]) != SIZE_MAX)
            return true;
    }
    return false;
}

static mw_span strip(mw_span line, const char *bytes) {
    while (line.len && strchr(bytes, line.data[0]))
        line = mw_span_from(line, 1);
    return line;
}

static mw_span strip_end(mw_span line, const char *bytes) {
    while (line.len && strchr(bytes, line.data[line.len - 1]))
        line.len--;
    return line;
}

static bool has_word(mw_span text) {
    for (size_t i = 0; i < text.len; i++) {
        if (g_ascii_isalnum(text.data[i]) || (text.data[i] & 0x80))
            return true;
    }
    return false;
}

/* 2: a reply code, 1: only an enhanced status, 0: neither. */
static int code_grade(mw_arena *arena, const char *text) {
    const mw_smtp_reply *reply = mw_smtp_reply_read(arena, mw_span_of(text));
    return reply->code ? 2 : reply->enhanced ? 1 : 0;
}

static bool has_code(mw_arena *arena, const char *text) {
    return code_grade(arena, text) > 0;
}

/* ---- addresses --------------------------------------------------------------------------------------- */

static bool local_byte(char c) {
    return g_ascii_isalnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~.", c)) || (c & 0x80);
}

static bool domain_byte(char c) {
    return g_ascii_isalnum(c) || c == '.' || c == '-' || (c & 0x80);
}

/* Where the local part of the address begins whose @ is at sign. */
static size_t local_start(mw_span text, size_t from, size_t sign) {
    size_t start = sign;
    if (sign > from && text.data[sign - 1] == '"') {
        for (start = sign - 1; start > from && text.data[start - 1] != '"'; start--)
            ;
        return start > from ? start - 1 : sign;
    }
    while (start > from && local_byte(text.data[start - 1]))
        start--;
    while (start < sign && strchr("'`*|/{=.", text.data[start])) /* quotes and bullets, not the local part */
        start++;
    return start;
}

mw_span mw_notice_address(mw_span text, size_t from, size_t *end) {
    for (size_t sign = from; sign < text.len; sign++) {
        if (text.data[sign] != '@')
            continue;
        size_t start = local_start(text, from, sign), stop = sign + 1;
        while (stop < text.len && domain_byte(text.data[stop]))
            stop++;
        mw_span address = strip_end(mw_span_slice(text, start, stop), ".-");
        bool domain = address.len > sign - start + 2 &&
                      mw_span_find(mw_span_slice(text, sign, start + address.len), '.') != SIZE_MAX;
        if (start == sign || !domain || sign - start > 128 || address.len > 320)
            continue;
        *end = start + address.len;
        if (*end < text.len && (text.data[*end] == '>' || text.data[*end] == '"' || text.data[*end] == '\''))
            (*end)++;
        if (*end < text.len && text.data[*end] == '>')
            (*end)++;
        return address;
    }
    *end = text.len;
    return (mw_span){text.data, 0};
}

/* Never a recipient by a mere mention. */
static bool office(mw_span address) {
    static const char *const names[] = {"postmaster@", "mailer-daemon@", "abuse@",     "support@", "help@",
                                        "helpdesk@",   "hostmaster@",    "webmaster@", "noc@"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (mw_span_starts(address, names[i]))
            return true;
    }
    return false;
}

/* ---- where the returned mail begins ------------------------------------------------------------------ */

static bool header_line(mw_span line) {
    static const char *const names[] = {"received:",       "return-path:",
                                        "from:",           "to:",
                                        "subject:",        "date:",
                                        "message-id:",     "mime-version:",
                                        "content-",        "dkim-signature:",
                                        "domainkey-",      "x-",
                                        "delivered-to:",   "reply-to:",
                                        "sender:",         "arc-",
                                        "authentication-", "cc:",
                                        "list-",           "user-agent:",
                                        "in-reply-to:",    "references:",
                                        "errors-to:",      "precedence:"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (mw_span_starts(line, names[i]))
            return true;
    }
    return false;
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
static bool separator(mw_span line) {
    static const char *const phrases[] = {"copy of the message",
                                          "copy of your message",
                                          "copy of the original",
                                          "original message",
                                          "returned message",
                                          "message headers follow",
                                          "unsent message",
                                          "message text follows",
                                          "header of the original",
                                          "message header",
                                          "original mail info",
                                          "headers of the message",
                                          "undelivered message",
                                          "message header follows",
                                          "text of the message",
                                          "original headers",
                                          "original mail header",
                                          "message contents follow",
                                          "message follows",
                                          "returned mail follows",
                                          "start of original",
                                          "begin original",
                                          "return content",
                                          "mensaje original",
                                          "message d'origine",
                                          "urspr\xc3\xbcngliche nachricht",
                                          NULL};
    return line.len < 120 && has_word(line) && holds(line, phrases);
}

/* The line with which the notice ends; *from is the one with which the returned mail begins. */
static size_t find_original(const mw_span *lines, size_t n, size_t *from) {
    for (size_t i = 0; i < n; i++) {
        mw_span line = mw_span_trim(lines[i]);
        bool attached = mw_span_starts(line, "content-type: message/rfc822") ||
                        mw_span_starts(line, "content-type: text/rfc822-headers");
        if (attached ||
            (separator(line) && (header_at(lines, n, i + 1, 2) || strchr("-=*|", line.data[0])))) {
            *from = i + 1;
            return i;
        }
        bool edge = i == 0 || mw_span_trim(lines[i - 1]).len == 0 || !has_word(lines[i - 1]);
        bool first = mw_span_starts(lines[i], "received:") || mw_span_starts(lines[i], "return-path:");
        if (first && edge && header_at(lines, n, i, 3)) {
            *from = i;
            return i;
        }
    }
    *from = n;
    return n;
}

/* ---- lines that introduce a recipient ---------------------------------------------------------------- */

typedef enum hold { HOLD_NONE, HOLD_WEAK, HOLD_STRONG } hold;

typedef struct intro {
    hold grade;
    mw_span address;
    mw_span rest; /* what of the line belongs to its text */
} intro;

/* Labels of other things than recipients. */
static bool other_label(mw_span before) {
    static const char *const words[] = {
        "mail from",  "from:",         "from <",      "sender",       "subject",
        "message-id", "cc:",           "reply-to",    "generated ",   "contact",
        "sent by",    "envelope-from", "please send", "send mail to", "write to",
        "questions",  "mailto:",       "e-mail:",     "return-path",  "x-",
        "http",       "by ",           "originator",  "hello",        "dear",
        NULL};
    return holds(before, words) || mw_span_is(mw_span_trim(before), "to:") ||
           mw_span_is(mw_span_trim(before), "from");
}

/* The words in front of an address end as those in front of a recipient do. */
static bool recipient_label(mw_span before) {
    static const char *const ends[] = {"recipient",
                                       "recipients",
                                       "recipient(s)",
                                       "addressed to",
                                       "delivery failed",
                                       "address",
                                       "message to",
                                       "delivered to",
                                       "deliver to",
                                       "email to",
                                       "e-mail to",
                                       "mail to",
                                       "delivery to",
                                       "user",
                                       "userid",
                                       "attempts",
                                       "rcpt to",
                                       "list",
                                       "errors",
                                       "mailbox",
                                       "group",
                                       "undeliverable to",
                                       "could not deliver to",
                                       "size",
                                       "quota",
                                       "delivering to",
                                       "to user",
                                       "for",
                                       "gateway for",
                                       "reach",
                                       "destinataire",
                                       "an",
                                       "empf\xc3\xa4nger",
                                       "a",
                                       "to recipient",
                                       "message for",
                                       "expanded from",
                                       "to=",
                                       "**",
                                       "==",
                                       NULL};
    mw_span label = strip_end(mw_span_trim(before), ":<'\"([ ");
    for (size_t i = 0; ends[i]; i++) {
        size_t n = strlen(ends[i]);
        if (mw_span_ends(label, ends[i]) &&
            (label.len == n || !g_ascii_isalnum(label.data[label.len - n - 1])))
            return true;
    }
    return false;
}

static bool failure_words(mw_span line) {
    static const char *const words[] = {"deliver",   "fail",      "reject",       "unknown",    "undeliver",
                                        "bounce",    "reach",     "refus",        "error",      "full",
                                        "not found", "not exist", "blocked",      "returned",   "expired",
                                        "unable",    "invalid",   "not a member", "not member", NULL};
    return holds(line, words);
}

/* The line begins with the address, perhaps behind a bullet. */
static intro leading_address(mw_span line) {
    intro out = {HOLD_NONE, {NULL, 0}, {NULL, 0}};
    mw_span body = strip(line, "*-+|>\xe2\x80\xa2 \t");
    size_t end;
    mw_span address = mw_notice_address(body, 0, &end);
    if (!address.len)
        return out;
    mw_span before = mw_span_slice(body, 0, (size_t)(address.data - body.data));
    if (strip(before, "<\"'( ").len)
        return out;
    mw_span rest = mw_span_from(body, end);
    mw_span next = mw_span_trim(rest);
    if (next.len && next.data[0] == '<' && !mw_span_starts(next, "<mailto:")) { /* "name@x <real@y>" */
        size_t stop;
        mw_span second = mw_notice_address(next, 0, &stop);
        if (second.len && second.data == next.data + 1) {
            address = second;
            rest = mw_span_from(next, stop);
        }
    }
    out = (intro){HOLD_STRONG, address, mw_span_trim(strip(rest, ">:,. "))};
    if (mw_span_starts(out.rest, "(expanded from")) {
        size_t close = mw_span_find(out.rest, ')');
        out.rest =
            mw_span_trim(strip(mw_span_from(out.rest, close == SIZE_MAX ? out.rest.len : close + 1), ":,. "));
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
static intro coded_line(mw_span line) {
    intro out = {HOLD_NONE, {NULL, 0}, {NULL, 0}};
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
        out = (intro){HOLD_STRONG, address, line};
    return out;
}

static intro rcpt_command(mw_span line) {
    intro out = {HOLD_NONE, {NULL, 0}, {NULL, 0}};
    size_t at = mw_span_search(line, "rcpt to:"), end;
    if (at == SIZE_MAX)
        return out;
    mw_span address = mw_notice_address(line, at + 8, &end);
    if (!address.len || address.data > line.data + at + 11)
        return out;
    bool command = at == 0 || mw_span_starts(line, ">>>") || mw_span_starts(line, "sent ");
    return (intro){command ? HOLD_STRONG : HOLD_WEAK, address, mw_span_from(line, end)};
}

static intro labelled(mw_span line) {
    intro out = {HOLD_NONE, {NULL, 0}, {NULL, 0}};
    size_t end;
    mw_span address = mw_notice_address(line, 0, &end);
    if (!address.len)
        return out;
    mw_span before = mw_span_slice(line, 0, (size_t)(address.data - line.data));
    if (other_label(before))
        return out;
    mw_span bare = strip_end(before, "<'\" ");
    bool colon = bare.len && bare.data[bare.len - 1] == ':';
    bool failing = failure_words(line);
    if (recipient_label(before) && (failing || colon))
        return (intro){HOLD_STRONG, address, line};
    if (colon && failing && mw_smtp_code_find(bare, 0) == SIZE_MAX)
        return (intro){HOLD_STRONG, address, line};
    return failing ? (intro){HOLD_WEAK, address, line} : out;
}

/* "Kim (kim@example.org) on 21.11.2026" below a heading such as "could not be reached:". */
static intro named_below_heading(mw_span line, mw_span previous) {
    static const char *const headings[] = {"recipient", "address",  "reached", "people",
                                           "empf",      "destinat", NULL};
    intro out = {HOLD_NONE, {NULL, 0}, {NULL, 0}};
    bool heading = previous.len && previous.data[previous.len - 1] == ':' && holds(previous, headings);
    size_t end;
    mw_span address = mw_notice_address(line, 0, &end);
    if (!heading || !address.len || address.data == line.data || !strchr("(<[", address.data[-1]))
        return out;
    mw_span before = mw_span_slice(line, 0, (size_t)(address.data - line.data));
    mw_span rest = mw_span_trim(strip(mw_span_from(line, end), ">)]:,. "));
    if (before.len > 80 || mw_span_find(before, ':') != SIZE_MAX)
        return out;
    if (mw_span_starts(rest, "on ") || mw_span_starts(rest, "<mailto:"))
        rest.len = 0;
    return (intro){HOLD_STRONG, address, rest};
}

static intro introduce(mw_span line, mw_span previous) {
    static const char *const elsewhere[] = {"please send", "contact",  "to the address", "assistance",
                                            "write to",    "reply to", "subscribe",      NULL};
    line = mw_span_trim(line);
    intro out = rcpt_command(line);
    if (out.grade == HOLD_NONE)
        out = coded_line(line);
    if (out.grade == HOLD_NONE)
        out = leading_address(line);
    if (out.grade == HOLD_NONE)
        out = named_below_heading(line, previous);
    if (out.grade == HOLD_NONE)
        out = labelled(line);
    if (out.grade == HOLD_NONE || (office(out.address) && out.grade == HOLD_WEAK))
        return (intro){HOLD_NONE, {NULL, 0}, {NULL, 0}};
    if (previous.len && holds(previous, elsewhere) && out.rest.len == 0)
        out.grade = HOLD_NONE;
    return out;
}

/* ---- collecting -------------------------------------------------------------------------------------- */

typedef struct collector {
    mw_arena *arena;
    const char *sender;
    GPtrArray *found;  /* of mw_notice_recipient * */
    GHashTable *known; /* lower-case address to mw_notice_recipient * */
    mw_notice_recipient *now;
    GString *own; /* the text of the current recipient */
    GString
        *before; /* text since the last recipient: what stands in front of the first one may speak of it */
    size_t paragraph;     /* length of the first paragraph of own, 0: it goes on */
    int own_lines, blank; /* blank: empty lines since the last one with words */
    bool closed;          /* the text of the current recipient is complete */
    bool talking;         /* inside a transcript: a reply waits for its recipient */
} collector;

static void append(GString *to, mw_span text) {
    text = mw_span_trim(text);
    if (!text.len || to->len + text.len > MAX_OWN_TEXT)
        return;
    if (to->len)
        g_string_append_c(to, ' ');
    g_string_append_len(to, text.data, (gssize)text.len);
}

/* The collected text becomes that of the current recipient, where it is better than what that has. */
static void finish(collector *c) {
    if (!c->now)
        return;
    const char *own = c->own->str;
    int grade = code_grade(c->arena, own);
    if (*own && (!*c->now->text || code_grade(c->arena, c->now->text) < grade)) {
        /* without a code the first paragraph is what speaks of the recipient */
        size_t end = grade == 0 && c->paragraph ? c->paragraph : c->own->len;
        c->now->text = mw_strndup(c->arena, own, end);
        c->now->more = mw_strdup(c->arena, own);
    }
    c->now = NULL;
}

static void begin(collector *c, const intro *in) {
    g_autofree char *key = g_ascii_strdown(in->address.data, (gssize)in->address.len);
    mw_notice_recipient *r = g_hash_table_lookup(c->known, key);
    bool pending = c->talking && c->before->len;
    finish(c);
    if (!r) {
        if (c->found->len >= MW_MAX_RECIPIENTS)
            return;
        r = mw_new(c->arena, mw_notice_recipient);
        r->address = mw_span_dup(c->arena, in->address);
        r->text = r->more = "";
        g_ptr_array_add(c->found, r);
        g_hash_table_insert(c->known, mw_strdup(c->arena, key), r);
    }
    r->strong = r->strong || in->grade == HOLD_STRONG;
    c->now = r;
    g_string_truncate(c->own, 0);
    if (pending)
        append(c->own, mw_span_of(c->before->str));
    g_string_truncate(c->before, 0);
    append(c->own, in->rest);
    c->own_lines = 0;
    c->paragraph = 0;
    c->closed = false;
}

/* The line belongs to the recipient that was named last. */
static void follow(collector *c, mw_span line) {
    append(c->before, line);
    if (!c->now || c->closed)
        return;
    if (c->blank && c->own->len && has_code(c->arena, c->own->str)) {
        c->closed = true; /* the paragraph with the code was the last one */
        return;
    }
    bool heading = c->own->len && c->own->str[c->own->len - 1] == ':';
    if (c->blank && !c->paragraph && c->own->len >= 12 && !heading)
        c->paragraph = c->own->len;
    append(c->own, line);
    c->closed = ++c->own_lines >= MAX_OWN_LINES;
}

/* ">>> MAIL FROM", "<<< 550 no", "While talking to": lines of a session. True when the line is done with. */
static bool session_line(collector *c, mw_span line) {
    if (mw_span_search(line, "while talking to") != SIZE_MAX ||
        mw_span_search(line, "transcript of session") != SIZE_MAX) {
        if (c->now)
            finish(c);
        c->talking = true;
        g_string_truncate(c->before, 0);
        if (mw_span_search(line, "while talking to") != SIZE_MAX)
            append(c->before, line);
        return true;
    }
    if (mw_span_starts(line, "<<<") && c->talking && c->now && has_code(c->arena, c->own->str) &&
        mw_smtp_code_find(mw_span_trim(mw_span_from(line, 3)), 0) == 0 &&
        mw_span_search(mw_span_of(c->own->str), "<<<") == SIZE_MAX) {
        finish(c); /* the reply to the next command */
        g_string_truncate(c->before, 0);
    }
    return false;
}

static void take_line(collector *c, mw_span raw, mw_span previous) {
    mw_span line = mw_span_trim(raw);
    if (!has_word(line)) {
        c->blank++;
        return;
    }
    if (session_line(c, line))
        return;
    intro in = introduce(line, previous);
    bool own = in.grade != HOLD_NONE && c->now && mw_span_is(in.address, c->now->address);
    bool sender = in.grade != HOLD_NONE && c->sender && mw_span_is(in.address, c->sender);
    bool inside = in.grade == HOLD_WEAK && c->now && c->now->strong; /* a mention within its text */
    /* a transcript's reply with another address belongs to who is being spoken of, if nothing was said yet */
    bool reply_of = in.grade == HOLD_STRONG && c->now && !c->talking && in.rest.data == line.data &&
                    mw_smtp_code_find(line, 0) == 0 && !has_code(c->arena, c->own->str);
    if (in.grade == HOLD_NONE || inside || reply_of || (sender && in.grade == HOLD_WEAK))
        follow(c, line);
    else if (own && c->own->len && !c->blank)
        follow(c, line);
    else
        begin(c, &in);
    c->blank = 0;
}

/* Recipients of a list share the text behind its last one, or what stood in front of the first. */
static void share(mw_arena *arena, GPtrArray *found, const char *lead) {
    bool lead_code = lead && code_grade(arena, lead) == 2;
    const char *text = NULL;
    for (guint i = found->len; i-- > 0;) {
        mw_notice_recipient *r = found->pdata[i];
        if (*r->text)
            text = r->text;
        else if (text)
            r->text = text;
    }
    for (guint i = 0; i < found->len; i++) {
        mw_notice_recipient *r = found->pdata[i];
        if (lead && (!*r->text || (lead_code && code_grade(arena, r->text) < 2)))
            r->text = r->more = lead;
    }
}

/* Only those that stand where recipients stand, if there are any; the sender only if nobody else is there. */
static GPtrArray *choose(mw_arena *arena, GPtrArray *found, const char *sender) {
    for (int pass = 0; pass < 4; pass++) {
        GPtrArray *out = mw_array_new(arena);
        for (guint i = 0; i < found->len; i++) {
            mw_notice_recipient *r = found->pdata[i];
            bool self = sender && g_ascii_strcasecmp(r->address, sender) == 0;
            if ((r->strong || pass % 2) && (!self || pass >= 2))
                g_ptr_array_add(out, r);
        }
        if (out->len)
            return out;
    }
    return mw_array_new(arena);
}

/* ---- the whole --------------------------------------------------------------------------------------- */

static const char *form_of(mw_span text) {
    static const struct {
        const char *words, *form;
    } forms[] = {
        {"qmail-send program", "qmail"},
        {"created automatically by mail delivery software", "Exim"},
        {"this is the mail system at host", "Postfix"},
        {"dragonfly mail agent", "DragonFly"},
        {"delivery to the following recipient", "Gmail or Exchange"},
        {"diagnostic information for administrators", "Exchange"},
        {"address not found", "Gmail"},
        {"message not delivered", "Gmail"},
        {"google groups", "Google Groups"},
        {"transcript of session", "Sendmail"},
        {"please do not reply to this e-mail", "OpenSMTPD"},
        {"was not delivered to", "Domino"},
        {"did not reach the following recipient", "Exchange"},
        {"content-filter at", "amavis"},
        {"we were unable to deliver your message to the following address", "Yahoo"},
        {"interscan", "Trend Micro"},
        {"recipient address:", "Messaging Server"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        if (mw_span_search(text, forms[i].words) != SIZE_MAX)
            return forms[i].form;
    }
    return "text";
}

static bool only_warning(mw_span text) {
    static const char *const words[] = {
        "warning message only", "this is a warning only", "has been delayed",
        "will be retried",      "still undelivered",      "not yet been delivered",
        "still being retried",  "will keep trying",       "has not been delivered yet",
        "delivery delayed",     "delivery is delayed",    "delivery incomplete",
        "will continue to",     "temporary failure",      NULL};
    static const char *const final[] = {"permanent error", "failed permanently", "giving up", "given up",
                                        NULL};
    return holds(text, words) && !holds(text, final);
}

static size_t split(mw_span text, mw_span *lines) {
    size_t n = 0;
    while (text.len && n < MAX_LINES) {
        size_t end = 0;
        while (end < text.len && text.data[end] != '\n' && text.data[end] != '\r')
            end++;
        lines[n++] = mw_span_slice(text, 0, end);
        bool pair = end + 1 < text.len && text.data[end] == '\r' && text.data[end + 1] == '\n';
        text = mw_span_from(text, end + (pair ? 2 : 1));
    }
    return n;
}

const mw_notice *mw_notice_read(mw_arena *arena, mw_span text, const char *sender) {
    mw_notice *notice = mw_new(arena, mw_notice);
    text = mw_span_slice(text, 0, MAX_NOTICE);
    g_autofree mw_span *lines = g_new0(mw_span, MAX_LINES);
    size_t from, n = split(text, lines), cut = find_original(lines, n, &from);
    notice->text = text;
    if (cut < n)
        notice->text = mw_span_slice(text, 0, (size_t)(lines[cut].data - text.data));
    if (from < n)
        notice->original = mw_span_from(text, (size_t)(lines[from].data - text.data));
    g_autoptr(GString) own = g_string_new(NULL);
    g_autoptr(GString) before = g_string_new(NULL);
    collector c = {
        .arena = arena, .sender = sender, .found = mw_array_new(arena), .own = own, .before = before};
    c.known = g_hash_table_new(g_str_hash, g_str_equal);
    const char *lead = NULL;
    mw_span previous = {NULL, 0};
    for (size_t i = 0; i < cut; i++) {
        if (!c.found->len && before->len)
            lead = before->len < MAX_OWN_TEXT ? mw_strdup(arena, before->str) : lead;
        take_line(&c, lines[i], previous);
        if (has_word(lines[i]))
            previous = mw_span_trim(lines[i]);
    }
    finish(&c);
    g_hash_table_unref(c.known);
    notice->recipients = choose(arena, c.found, sender);
    share(arena, notice->recipients, lead);
    notice->warning = only_warning(notice->text);
    notice->form = form_of(notice->text);
    return notice;
}

int mw_notice_likeness(mw_span text) {
    static const char *const phrases[] = {"could not be delivered",
                                          "couldn't be delivered",
                                          "undeliver",
                                          "delivery failed",
                                          "delivery has failed",
                                          "unable to deliver",
                                          "could not deliver",
                                          "couldn't deliver",
                                          "cannot deliver",
                                          "can't deliver",
                                          "was not delivered",
                                          "wasn't delivered",
                                          "did not reach",
                                          "permanent error",
                                          "delivery to the following",
                                          "delivery failure",
                                          "not be delivered",
                                          "returned to sender",
                                          "could not be sent",
                                          "delivery error",
                                          "error delivering",
                                          "not relayed to",
                                          "had delivery problems",
                                          "permanent fatal errors",
                                          "delivery status notification",
                                          "wasn't able to deliver",
                                          "unable to send",
                                          "returned permanent errors",
                                          "delivery problems",
                                          "delivery errors",
                                          "rejected your message",
                                          "rejected by a remote",
                                          "transcript of session",
                                          "have failed",
                                          "failed addresses",
                                          "unknown user",
                                          "failure reasons",
                                          "incorrectly constructed",
                                          "user unknown",
                                          "no such user",
                                          "mailbox is full",
                                          "not a member of this mailing list",
                                          "delivery delayed",
                                          "has been delayed",
                                          "invalid user address",
                                          "cannot be delivered",
                                          "can not be delivered",
                                          "trouble delivering",
                                          "delivering your message",
                                          "final-recipient",
                                          "attempting to deliver",
                                          "delivery attempt",
                                          "bounce",
                                          "delevery to the following",
                                          "invalid final delivery",
                                          "was blocked by",
                                          "the following address",
                                          "was rejected",
                                          "returned mail",
                                          "konnte nicht zugestellt",
                                          "unzustellbar",
                                          "n'a pas pu",
                                          "no se pudo entregar",
                                          "n\xc3\xa3o p\xc3\xb4"
                                          "de ser",
                                          NULL};
    text = mw_span_slice(text, 0, 6000);
    int score = 0;
    for (size_t i = 0; phrases[i] && score < 4; i++)
        score += mw_span_search(text, phrases[i]) != SIZE_MAX ? 2 : 0;
    return score;
}
