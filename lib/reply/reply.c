#include "reply/reply.h"

#include "base/pairs.h"
#include "reply/pasted.h"

/* ---- white space ------------------------------------------------------------------------------------- */

/* One line: runs of white space and controls are one blank, typographic apostrophes plain ones. */
static char *one_line(mw_arena *arena, mw_span text) {
    if (text.len > MW_REPLY_TEXT)
        text.len = MW_REPLY_TEXT;
    char *out = mw_alloc(arena, text.len + 1), *to = out;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c <= ' ' || c == 0x7f) {
            if (to > out && to[-1] != ' ')
                *to++ = ' ';
        } else if (c == 0xe2 && i + 2 < text.len && (unsigned char)text.data[i + 1] == 0x80 &&
                   ((unsigned char)text.data[i + 2] | 1) == 0x99) {
            *to++ = '\'';
            i += 2;
        } else {
            *to++ = (char)c;
        }
    }
    while (to > out && to[-1] == ' ')
        to--;
    *to = '\0';
    return out;
}

static char before(mw_span text, size_t at) {
    return at > 0 ? text.data[at - 1] : '\0';
}

static char at_or_nul(mw_span text, size_t at) {
    return at < text.len ? text.data[at] : '\0';
}

/* ---- escapes and seams --------------------------------------------------------------------------------- */

static bool octal(mw_span text, size_t at) {
    return at + 4 <= text.len && text.data[at] == '\\' && text.data[at + 1] >= '2' &&
           text.data[at + 1] <= '3' && text.data[at + 2] >= '0' && text.data[at + 2] <= '7' &&
           text.data[at + 3] >= '0' && text.data[at + 3] <= '7';
}

/* The status stands in the text before already. */
static bool is_repeated(mw_span text, size_t at, mw_span status) {
    return memmem(text.data, at, status.data, status.len) != NULL;
}

/* "unauthenticated.5.7.26": a status right behind a sentence; "with a hard5.7.26", where it is one that the
 * reply has. */
static bool seam(mw_span text, size_t i) {
    char c = text.data[i];
    if ((c != '4' && c != '5') || i < 2)
        return false;
    char b = text.data[i - 1], further = text.data[i - 2];
    bool sentence = strchr(".,;:", b) && (g_ascii_isalpha(further) || further == ')');
    if (!sentence && !g_ascii_isalpha(b))
        return false;
    mw_span status = mw_smtp_status_at(mw_span_from(text, i));
    return status.len && status.data == text.data + i && (sentence || is_repeated(text, i, status));
}

static bool is_escaped(mw_span text) {
    for (size_t i = 0; i < text.len; i++) {
        if (octal(text, i) || seam(text, i))
            return true;
    }
    return false;
}

/* No letter of the text is UTF-8, and some byte is none of ASCII. */
static bool is_eight_bit(mw_span text) {
    bool any = false;
    for (size_t i = 0; i < text.len; i++) {
        gunichar c =
            text.data[i] & 0x80 ? g_utf8_get_char_validated(text.data + i, (gssize)(text.len - i)) : 0;
        if (c && c < (gunichar)-2)
            return false;
        any = any || c;
    }
    return any;
}

/* A reply says nothing of its charset: what can't be UTF-8 is read as the one most often meant. */
static mw_span latin(mw_arena *arena, mw_span text) {
    gsize len;
    g_autofree char *out =
        is_eight_bit(text) ? g_convert(text.data, (gssize)text.len, "UTF-8", "WINDOWS-1252", NULL, &len, NULL)
                           : NULL;
    return out ? (mw_span){mw_strndup(arena, out, len), len} : text;
}

/* Exim's "\303\251" as the bytes that they stand for; a blank where OpenSMTPD glues a
 * line to the next one's code: "unauthenticated.5.7.26 Gmail". */
static mw_span unescaped(mw_arena *arena, mw_span text) {
    if (!is_escaped(text))
        return latin(arena, text);
    GString *out = g_string_sized_new(text.len);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (seam(text, i))
            g_string_append_c(out, ' ');
        if (octal(text, i)) {
            c = (char)((text.data[i + 1] - '0') << 6 | (text.data[i + 2] - '0') << 3 |
                       (text.data[i + 3] - '0'));
            i += 3;
        }
        g_string_append_c(out, c);
    }
    mw_span whole = latin(arena, (mw_span){out->str, out->len});
    whole = (mw_span){mw_strndup(arena, whole.data, whole.len), whole.len};
    g_string_free(out, TRUE);
    return whole;
}

/* ---- codes ------------------------------------------------------------------------------------------- */

/* ":587" behind a host's name or address. */
static bool port(mw_span text, size_t at) {
    mw_span digits = mw_span_slice(text, at, at + 3);
    return before(text, at) == ':' && at > 1 && g_ascii_isalnum(text.data[at - 2]) &&
           (mw_span_is(digits, "587") || mw_span_is(digits, "465"));
}

/* Three digits that can be a reply code and stand alone. */
static bool code_at(mw_span text, size_t at) {
    if (at + 3 > text.len || (text.data[at] != '4' && text.data[at] != '5'))
        return false;
    if (!g_ascii_isdigit(text.data[at + 1]) || !g_ascii_isdigit(text.data[at + 2]))
        return false;
    char b = before(text, at), a = at_or_nul(text, at + 3);
    if (g_ascii_isalnum(b) || b == '.' || b == '-' || b == '@' || b == '/' || b == '_' || b == '=' ||
        b == '+' || (b == '#' && g_ascii_isalnum(before(text, at - 1))) /* of a link */ || port(text, at))
        return false;
    return a == '\0' || (a == ']' && b != '[') || strchr(" -:,;'\"_)>\t", a) ||
           (a == '.' && !g_ascii_isdigit(at_or_nul(text, at + 4)));
}

mw_span mw_smtp_status_at(mw_span text) {
    size_t i = 0;
    while (i < text.len && i < 4 && strchr(" #('\"-[:", text.data[i]))
        i++;
    size_t start = i;
    if (i >= text.len || !strchr("245", text.data[i]))
        return (mw_span){text.data, 0};
    i++;
    for (int part = 0; part < 2; part++) {
        if (at_or_nul(text, i) != '.')
            return (mw_span){text.data, 0};
        size_t digits = 0;
        for (i++; i < text.len && g_ascii_isdigit(text.data[i]); i++)
            digits++;
        if (digits < 1 || digits > 3)
            return (mw_span){text.data, 0};
    }
    char next = at_or_nul(text, i);
    if (g_ascii_isalnum(next) || (next == '.' && g_ascii_isdigit(at_or_nul(text, i + 1))))
        return (mw_span){text.data, 0};
    return mw_span_slice(text, start, i);
}

/* The first status anywhere in a text: of class 4 or 5, and not a part of an address or a version. */
static mw_span find_status(mw_span text) {
    for (size_t i = 0; i + 5 <= text.len; i++) {
        if ((text.data[i] != '4' && text.data[i] != '5') || text.data[i + 1] != '.')
            continue;
        char b = before(text, i);
        if (b != '\0' && !strchr(" #('\"-[:;,<", b))
            continue;
        if (i >= 8 && g_ascii_strncasecmp(text.data + i - 8, "version ", 8) == 0)
            continue;
        mw_span status = mw_smtp_status_at(mw_span_from(text, i));
        if (status.len)
            return status;
    }
    return (mw_span){text.data, 0};
}

/* Words that make a number an amount, not a reply. */
static bool amount(mw_span rest) {
    static const char *const units[] = {"second", "minute", "hour",    "day",     "byte",
                                        "kb",     "mb",     "attempt", "message", "mail",
                                        "recip",  "times",  "octets",  "of ",     NULL};
    rest = mw_span_trim(rest);
    return mw_span_begins(rest, units);
}

/* "(480) 555-0199" */
static bool telephone(mw_span text, size_t at) {
    if (before(text, at) == '(')
        return at_or_nul(text, at + 3) == ')' && g_ascii_isdigit(at_or_nul(text, at + 5));
    for (size_t i = 4; i < 8; i++) {
        if (!g_ascii_isdigit(at_or_nul(text, at + i)))
            return false;
    }
    return at_or_nul(text, at + 3) == '-' && !g_ascii_isalnum(at_or_nul(text, at + 8));
}

/* 2 sure, 1 likely, 0 none. */
static int code_trust(mw_span text, size_t at) {
    mw_span rest = mw_span_from(text, at + 3);
    if (telephone(text, at) || mw_span_starts(mw_span_trim(rest), "smtp code"))
        return 0;
    if (mw_smtp_status_at(rest).len)
        return 2;
    size_t i = at;
    while (i > 0 && (text.data[i - 1] == ' ' || text.data[i - 1] == '\t'))
        i--;
    char b = before(text, i);
    if (i == 0 || b == '\n' || b == '\r')
        return 2;
    if (strchr(":;'\"#>(<,[", b) || (i >= 3 && memcmp(text.data + i - 3, "...", 3) == 0))
        return 2;
    if (i >= 4 && (g_ascii_strncasecmp(text.data + i - 4, "code", 4) == 0 ||
                   g_ascii_strncasecmp(text.data + i - 4, "said", 4) == 0))
        return 2;
    if (amount(rest))
        return 0;
    char second = text.data[at + 1];
    return second <= '5' || second == '7' ? 1 : 0;
}

static size_t find_code(mw_span text, size_t from, int least) {
    for (size_t i = from; i + 3 <= text.len; i++) {
        bool may = (text.data[i] | 1) == '5'; /* '4' or '5' */
        if (may && code_at(text, i) && code_trust(text, i) >= least)
            return i;
    }
    return SIZE_MAX;
}

size_t mw_smtp_code_find(mw_span text, size_t from) {
    return find_code(text, from, 2);
}

/* A reply that only follows from an earlier refusal in the session. */
static bool follow_up(mw_span reply) {
    static const char *const words[] = {"need rcpt",           "need mail",           "rcpt first",
                                        "no valid recipients", "bad sequence",        "valid rcpt",
                                        "no recipients",       "service unavailable", NULL};
    return mw_span_starts(reply, "503") || mw_span_holds(mw_span_slice(reply, 0, 60), words);
}

/* "554 <a@example.org>... 550 Host unknown": the reply within the reply is the one that was said. */
static size_t inner_code(mw_span text, size_t at) {
    size_t dots = mw_span_search(mw_span_slice(text, at, at + 300), "... ");
    if (dots == SIZE_MAX || !code_at(text, at + dots + 4))
        return at;
    return at + dots + 4;
}

/* "554-Service unavailable ... 554 See ...": lines of one reply. */
static bool is_continued(mw_span text, size_t at, size_t next) {
    return at_or_nul(text, at + 3) == '-' && memcmp(text.data + at, text.data + next, 3) == 0;
}

static size_t choose_code(mw_span text) {
    size_t first = find_code(text, 0, 2);
    if (first == SIZE_MAX)
        return find_code(text, 0, 1);
    size_t at = first;
    for (int tries = 0; tries < 4 && follow_up(mw_span_from(text, at)); tries++) {
        size_t next = find_code(text, at + 3, 2);
        if (next == SIZE_MAX)
            return inner_code(text, first);
        if (is_continued(text, at, next))
            break;
        at = next;
    }
    if (follow_up(mw_span_from(text, at)))
        at = first;
    return inner_code(text, at);
}

/* ---- what stands before and behind ------------------------------------------------------------------- */

static bool host_byte(char c) {
    return g_ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
}

/* A host name with a dot, or an address. */
static mw_span host_at(mw_span text, size_t at) {
    size_t end = at;
    while (end < text.len && host_byte(text.data[end]))
        end++;
    mw_span host = mw_span_slice(text, at, end);
    while (host.len && host.data[host.len - 1] == '.')
        host.len--;
    if (mw_span_find(host, '.') == SIZE_MAX || host.len > 253)
        host.len = 0;
    return host;
}

/* The address in brackets behind a host's name. */
static void read_host_ip(mw_span text, size_t from, mw_ip *out) {
    mw_span rest = mw_span_slice(text, from, from + 60);
    size_t open = mw_span_find(rest, '[');
    size_t round = mw_span_find(rest, '(');
    if (open == SIZE_MAX || (round != SIZE_MAX && round < open))
        open = round;
    if (open == SIZE_MAX || open > 2)
        return;
    char closing = rest.data[open] == '[' ? ']' : ')';
    mw_span inner = mw_span_from(rest, open + 1);
    size_t close = mw_span_find(inner, closing);
    if (close != SIZE_MAX)
        mw_ip_parse(mw_span_slice(inner, 0, close), out);
}

/* The host behind the first of these words that a host follows; *at is where it begins. The pairs are those
 * of the whole text that the prefix is a part of. */
static mw_span named_behind(const mw_pairs *pairs, mw_span prefix, const char *words, size_t *at) {
    *at = 0;
    for (int tries = 0; tries < 8; tries++) {
        size_t found = mw_pairs_search(pairs, mw_span_from(prefix, *at), words);
        if (found == SIZE_MAX)
            break;
        bool inside = *at + found > 0 && g_ascii_isalnum(prefix.data[*at + found - 1]);
        *at += found + strlen(words);
        mw_span host = host_at(prefix, *at);
        if (!inside && host.len)
            return host;
    }
    return (mw_span){prefix.data, 0};
}

/* Who said it: from "host X[IP] said", "while talking to X", "X gave this error", "IP does not like". */
static void read_host(mw_arena *arena, const mw_pairs *pairs, mw_span prefix, mw_smtp_reply *reply) {
    static const char *const leads[] = {"while talking to ",
                                        "remote host ",
                                        "host: ",
                                        "host ",
                                        "remote server ",
                                        "server ",
                                        "connected to ",
                                        "smtp server <",
                                        "connect to ",
                                        "connection with ",
                                        "by "};
    for (size_t i = 0; i < G_N_ELEMENTS(leads); i++) {
        size_t at;
        mw_span host = named_behind(pairs, prefix, leads[i], &at);
        if (!host.len)
            continue;
        reply->host = mw_span_dup(arena, host);
        read_host_ip(prefix, at + host.len, &reply->host_ip);
        mw_ip own;
        if (mw_ip_parse(host, &own))
            reply->host_ip = own;
        return;
    }
    static const char *const tails[] = {" did not like our ",
                                        " does not like ",
                                        " failed after ",
                                        " gave this error",
                                        " responded with ",
                                        " remote server returned ",
                                        " said:",
                                        " says:",
                                        " #"};
    for (size_t i = 0; i < G_N_ELEMENTS(tails); i++) {
        size_t at = mw_pairs_search(pairs, prefix, tails[i]);
        if (at == SIZE_MAX || (tails[i][1] == '#' && at + 2 < prefix.len))
            continue;
        size_t end = at;
        while (end > 0 && strchr(" ])", prefix.data[end - 1]))
            end--;
        if (end < at) { /* past "[192.0.2.1]" */
            size_t open = end;
            while (open > 0 && !strchr("[( ", prefix.data[open - 1]))
                open--;
            mw_ip_parse(mw_span_slice(prefix, open, end), &reply->host_ip);
            end = open;
            while (end > 0 && strchr(" [(", prefix.data[end - 1]))
                end--;
        } else {
            end = at;
        }
        size_t start = end;
        while (start > 0 && host_byte(prefix.data[start - 1]))
            start--;
        mw_span host = host_at(prefix, start);
        if (host.len && before(prefix, start) != '@') {
            reply->host = mw_span_dup(arena, host);
            mw_ip own;
            if (mw_ip_parse(host, &own))
                reply->host_ip = own;
        }
        return;
    }
}

static const char *command_name(const mw_pairs *pairs, mw_span text) {
    static const struct {
        const char *words, *name;
    } names[] = {
        {"end of data", "end of DATA"},
        {"final data", "end of DATA"},
        {"rcpt to", "RCPT TO"},
        {"rcpt_to", "RCPT TO"},
        {"rcpt command", "RCPT TO"},
        {"like recipient", "RCPT TO"},
        {"mail from", "MAIL FROM"},
        {"mail_from", "MAIL FROM"},
        {"sender was rejected", "MAIL FROM"},
        {"after i sent the message", "end of DATA"},
        {"initial connection", "connect"},
        {"refused to talk to me", "connect"},
        {"helo", "EHLO"},
        {"ehlo", "EHLO"},
        {"auth command", "AUTH"},
        {"starttls", "STARTTLS"},
        {"data command", "DATA"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (mw_pairs_search(pairs, text, names[i].words) != SIZE_MAX)
            return names[i].name;
    }
    return NULL;
}

/* What Exim puts behind the words of a reply that it got earlier. */
static mw_span cut_expiry(mw_span words) {
    static const char *const tails[] = {": retry timeout exceeded", ": retry time not reached for any host"};
    for (size_t i = 0; i < G_N_ELEMENTS(tails); i++) {
        if (words.len > strlen(tails[i]) && mw_span_ends(words, tails[i]) && !mw_span_starts(words, "R="))
            words.len -= strlen(tails[i]);
    }
    return words;
}

/* Cuts "(in reply to RCPT TO command)" and what stands behind it. */
static mw_span cut_reply_to(const mw_pairs *pairs, mw_span words, mw_smtp_reply *reply) {
    words = mw_span_trim(mw_span_slice(words, 0, mw_pairs_search(pairs, words, "Giving up on "))); /* qmail */
    words = cut_expiry(words);
    size_t at = mw_pairs_search(pairs, words, "(in reply to ");
    if (at == SIZE_MAX && words.len && words.data[words.len - 1] == ']') { /* "no such user [RCPT_TO]" */
        size_t open = words.len;
        while (open > 0 && words.data[open - 1] != '[')
            open--;
        const char *command = open ? command_name(pairs, mw_span_from(words, open)) : NULL;
        if (command)
            reply->command = command;
    }
    if (at == SIZE_MAX) { /* a log puts the reply in brackets */
        bool stray = words.len && words.data[words.len - 1] == ')' && mw_span_find(words, '(') == SIZE_MAX;
        return mw_span_slice(words, 0, words.len - stray);
    }
    reply->command = command_name(pairs, mw_span_slice(words, at, at + 60));
    return mw_span_trim(mw_span_slice(words, 0, at));
}

/* The wrapping in front of words that have no code: "smtp;", "host X said:". */
static mw_span cut_prefix(const mw_pairs *pairs, mw_span text) {
    size_t semi = mw_span_find(mw_span_slice(text, 0, 24), ';');
    if (semi != SIZE_MAX) {
        bool token = semi > 0;
        for (size_t i = 0; i < semi; i++)
            token = token && (g_ascii_isalnum(text.data[i]) || strchr("-_ ", text.data[i]));
        if (token)
            text = mw_span_trim(mw_span_from(text, semi + 1));
    }
    static const char *const ends[] = {" said:",        " gave this error:",    "failed with:",
                                       "with failure:", "server returned was:", "talk to me:"};
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        size_t at = mw_pairs_search(pairs, text, ends[i]);
        if (at != SIZE_MAX && at < 400)
            return mw_span_trim(mw_span_from(text, at + strlen(ends[i])));
    }
    return text;
}

/* ---- several lines ----------------------------------------------------------------------------------- */

/* The status again where one line was joined to the next ("is very 4.7.28 low"), not what a sentence names
 * ("error 4.7.28"). */
static mw_span repeated_status(mw_span words, size_t at, const char *enhanced) {
    static const char *const names[] = {"error", "code", "status", "see", "("};
    mw_span none = {words.data, 0};
    if (!enhanced || at == 0 || words.data[at - 1] != ' ' ||
        !mw_span_starts(mw_span_from(words, at), enhanced))
        return none;
    mw_span before = mw_span_trim(mw_span_slice(words, 0, at)),
            status = mw_smtp_status_at(mw_span_from(words, at));
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (mw_span_ends(before, names[i]))
            return none;
    }
    return status.len == strlen(enhanced) && at_or_nul(words, at + status.len) == ' ' ? status : none;
}

/* The words without the prefix that each line of a reply repeats ("550-5.7.26 "). hyphen: it has such lines,
 * so the bare code begins a line, too. */
static char *join(mw_arena *arena, mw_span words, const char *code, const char *enhanced, bool hyphen) {
    g_autoptr(GString) out = g_string_sized_new(words.len);
    for (size_t i = 0; i < words.len;) {
        if (mw_span_starts(mw_span_from(words, i), "<<< ")) { /* a transcript's mark */
            i += 4;
            continue;
        }
        bool line = code && (i == 0 || words.data[i - 1] == ' ') && words.len - i > 3 &&
                    memcmp(words.data + i, code, 3) == 0 &&
                    (words.data[i + 3] == '-' || words.data[i + 3] == ' ');
        if (line) {
            mw_span rest = mw_span_from(words, i + 4);
            mw_span status = mw_smtp_status_at(rest);
            bool same = enhanced && status.len && mw_span_is(status, enhanced);
            if (same || words.data[i + 3] == '-' || hyphen) {
                i += 4;
                hyphen = hyphen || words.data[i - 1] == '-';
                if (same)
                    i = (size_t)(status.data - words.data) + status.len;
                while (i < words.len && words.data[i] == ' ')
                    i++;
                continue;
            }
        }
        mw_span again = repeated_status(words, i, enhanced);
        if (again.len) {
            i += again.len + 1;
            continue;
        }
        g_string_append_c(out, words.data[i++]);
    }
    return mw_strndup(arena, out->str, out->len);
}

/* In a transcript the reply ends where the next command or the next reply begins. */
static mw_span cut_session(mw_span rest, const char *code, bool transcript) {
    static const char *const marks[] = {" <<< ", " >>> "};
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        size_t at = mw_span_search(rest, marks[i]);
        while (at != SIZE_MAX && mw_span_starts(mw_span_from(rest, at + 5), code)) {
            size_t next = mw_span_search(mw_span_from(rest, at + 5), marks[i]);
            at = next == SIZE_MAX ? next : at + 5 + next;
        }
        rest = mw_span_slice(rest, 0, at);
    }
    for (size_t at = 0; transcript && (at = find_code(rest, at, 1)) != SIZE_MAX; at += 3) {
        if (memcmp(rest.data + at, code, 3) != 0 ||
            mw_span_search(mw_span_slice(rest, at, at + 80), "...") != SIZE_MAX)
            return mw_span_slice(rest, 0, at);
    }
    return rest;
}

static bool has_letter(mw_span text) {
    for (size_t i = 0; i < text.len; i++) {
        if (g_ascii_isalpha(text.data[i]) || (text.data[i] & 0x80))
            return true;
    }
    return false;
}

static mw_span uncoded_status(const mw_pairs *pairs, mw_span *words);

/* A program's own words around a reply: "SMTP server error: DATA END command failed Detail: Mailbox full SMTP
 * code: 552 Additional SMTP info: 5.2.2" (PHPMailer), "Mailbox full, code: 552". */
static mw_span cut_code_label(mw_span before) {
    static const char *const labels[] = {"smtp code", "code"};
    before = mw_span_strip_end(before, " :=#");
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
        if (!mw_span_ends(before, labels[i]))
            continue;
        before.len -= strlen(labels[i]);
        size_t detail = mw_span_search(before, "detail: ");
        if (detail != SIZE_MAX)
            before = mw_span_from(before, detail + strlen("detail: "));
        return mw_span_trim(mw_span_strip_end(before, " ,;-.(["));
    }
    return (mw_span){before.data, 0};
}

/* "Mailbox full (552)": the code stands behind the words. */
static void read_words_before(mw_arena *arena, const mw_pairs *pairs, mw_span before, mw_smtp_reply *reply) {
    mw_span status = uncoded_status(pairs, &before);
    if (status.len && !reply->enhanced)
        reply->enhanced = mw_span_dup(arena, status);
    reply->words = mw_span_dup(arena, mw_span_trim(mw_span_strip_end(before, " ([<:")));
}

static void read_coded(mw_arena *arena, const mw_pairs *pairs, mw_span text, size_t at,
                       mw_smtp_reply *reply) {
    read_host(arena, pairs, mw_span_slice(text, 0, at), reply);
    if (!reply->host) { /* a report's field in the text for people stands behind the reply */
        size_t place;
        mw_span host = named_behind(pairs, mw_span_from(text, at), "remote system: dns;", &place);
        reply->host = host.len ? mw_span_dup(arena, host) : NULL;
    }
    reply->command = command_name(pairs, mw_span_slice(text, 0, at));
    reply->code = mw_strndup(arena, text.data + at, 3);
    bool hyphen = at_or_nul(text, at + 3) == '-';
    mw_span rest = mw_span_from(text, at + 3);
    mw_span status = mw_smtp_status_at(rest);
    if (status.len) {
        rest = mw_span_from(rest, (size_t)(status.data - rest.data) + status.len);
    } else {
        while (rest.len && strchr(" -:'\"", rest.data[0]))
            rest = mw_span_from(rest, 1);
        status = find_status(rest);
        if (!status.len) { /* "5.1.0 - Unknown address error 550" */
            status = find_status(mw_span_slice(text, 0, at));
        } else if (status.data == rest.data) { /* "550 550 5.7.1", "550: 5.2.2" */
            rest = mw_span_from(rest, status.len);
        }
    }
    if (status.len)
        reply->enhanced = mw_span_dup(arena, status);
    while (rest.len && strchr(" :)", rest.data[0]))
        rest = mw_span_from(rest, 1);
    rest = cut_session(rest, reply->code, mw_span_search(text, "<<<") != SIZE_MAX);
    rest = cut_reply_to(pairs, mw_span_trim(rest), reply);
    reply->words = join(arena, rest, reply->code, reply->enhanced, hyphen);
    mw_span before = mw_span_slice(text, 0, at), labelled = cut_code_label(before);
    bool enclosed = at > 1 && strchr("([", text.data[at - 1]), empty = !has_letter(rest);
    if (has_letter(labelled) && (empty || mw_span_starts(rest, "additional smtp info")))
        read_words_before(arena, pairs, labelled, reply);
    else if (enclosed && empty && has_letter(before))
        read_words_before(arena, pairs, before, reply);
}

/* The status of a text without a code, which *words is without its wrapping; cut off where it stands in
 * front. */
static mw_span uncoded_status(const mw_pairs *pairs, mw_span *words) {
    *words = cut_prefix(pairs, *words);
    mw_span status = mw_smtp_status_at(*words);
    if (!status.len || !strchr("45", status.data[0]))
        return find_status(*words);
    *words = mw_span_trim(mw_span_from(*words, (size_t)(status.data - words->data) + status.len));
    return status;
}

static void read_uncoded(mw_arena *arena, const mw_pairs *pairs, mw_span text, mw_smtp_reply *reply) {
    mw_span words = text, status = uncoded_status(pairs, &words);
    read_host(arena, pairs, text, reply);
    reply->command = command_name(pairs, text);
    if (status.len)
        reply->enhanced = mw_span_dup(arena, status);
    words = cut_reply_to(pairs, words, reply);
    reply->words = mw_span_dup(arena, words);
}

int mw_smtp_code_grade(mw_arena *arena, mw_span input) {
    mw_span text = mw_span_of(one_line(arena, input));
    if (choose_code(text) != SIZE_MAX)
        return 2;
    mw_pairs pairs;
    mw_pairs_read(&pairs, text);
    return uncoded_status(&pairs, &text).len ? 1 : 0;
}

const mw_smtp_reply *mw_smtp_reply_read(mw_arena *arena, mw_span input) {
    mw_smtp_reply *reply = mw_new(arena, mw_smtp_reply);
    mw_span said = mw_reply_as_said(arena, mw_span_slice(input, 0, MW_REPLY_TEXT));
    reply->text = one_line(arena, unescaped(arena, said));
    mw_span text = mw_span_of(reply->text);
    size_t at = choose_code(text);
    mw_pairs pairs;
    mw_pairs_read(&pairs, text);
    if (at != SIZE_MAX)
        read_coded(arena, &pairs, text, at, reply);
    else
        read_uncoded(arena, &pairs, text, reply);
    reply->match =
        mw_printf(arena, "%s%s%s%s%s", reply->code ? reply->code : "", reply->code ? " " : "",
                  reply->enhanced ? reply->enhanced : "", reply->enhanced ? " " : "", reply->words);
    return reply;
}
