#include "reply/wrapping.h"

#include "reply/codes.h"

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

mw_span mw_reply_host_behind(const mw_pairs *pairs, mw_span prefix, const char *words, size_t *at) {
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

void mw_reply_read_host(mw_arena *arena, const mw_pairs *pairs, mw_span prefix, mw_smtp_reply *reply) {
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
        mw_span host = mw_reply_host_behind(pairs, prefix, leads[i], &at);
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
        if (host.len && mw_char_before(prefix, start) != '@') {
            reply->host = mw_span_dup(arena, host);
            mw_ip own;
            if (mw_ip_parse(host, &own))
                reply->host_ip = own;
        }
        return;
    }
}

const char *mw_reply_command_named(const mw_pairs *pairs, mw_span text) {
    static const struct {
        const char *words, *name;
    } names[] = {
        {"end of data", "end of DATA"},
        {"final data", "end of DATA"},
        {"rcpt to", "RCPT TO"},
        {"rcpt_to", "RCPT TO"},
        {"rcpt command", "RCPT TO"},
        {"reject: rcpt from", "RCPT TO"},
        {"reject: end-of-message from", "end of DATA"},
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

/* "; from=<a@b> to=<c@d> proto=ESMTP helo=<e>": what Postfix's log puts behind a reply of its own. */
static mw_span cut_log_fields(const mw_pairs *pairs, mw_span words) {
    size_t at = mw_pairs_search(pairs, words, "; from=<");
    bool fields = at != SIZE_MAX && mw_pairs_search(pairs, mw_span_from(words, at), " proto=") != SIZE_MAX;
    return fields ? mw_span_slice(words, 0, at) : words;
}

mw_span mw_reply_cut_behind(const mw_pairs *pairs, mw_span words, mw_smtp_reply *reply) {
    words = mw_span_trim(mw_span_slice(words, 0, mw_pairs_search(pairs, words, "Giving up on "))); /* qmail */
    words = cut_expiry(cut_log_fields(pairs, words));
    size_t at = mw_pairs_search(pairs, words, "(in reply to ");
    if (at == SIZE_MAX && words.len && words.data[words.len - 1] == ']') { /* "no such user [RCPT_TO]" */
        size_t open = words.len;
        while (open > 0 && words.data[open - 1] != '[')
            open--;
        const char *command = open ? mw_reply_command_named(pairs, mw_span_from(words, open)) : NULL;
        if (command)
            reply->command = command;
    }
    if (at == SIZE_MAX) { /* a log puts the reply in brackets */
        bool stray = words.len && words.data[words.len - 1] == ')' && mw_span_find(words, '(') == SIZE_MAX;
        return mw_span_slice(words, 0, words.len - stray);
    }
    reply->command = mw_reply_command_named(pairs, mw_span_slice(words, at, at + 60));
    return mw_span_trim(mw_span_slice(words, 0, at));
}

/* "milter-reject: END-OF-MESSAGE from mx.example.com[192.0.2.1]: ", of Postfix's log. */
static mw_span cut_log_prefix(const mw_pairs *pairs, mw_span text) {
    size_t at = mw_pairs_search(pairs, mw_span_slice(text, 0, 80), "reject: ");
    size_t end = at == SIZE_MAX ? at : mw_pairs_search(pairs, mw_span_slice(text, at, at + 320), "]: ");
    return end == SIZE_MAX ? text : mw_span_trim(mw_span_from(text, at + end + 3));
}

mw_span mw_reply_cut_before(const mw_pairs *pairs, mw_span text) {
    text = cut_log_prefix(pairs, text);
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
