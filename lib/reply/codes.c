#include "reply/codes.h"

#include "base/pairs.h"

/* ":587" behind a host's name or address. */
static bool port(mw_span text, size_t at) {
    mw_span digits = mw_span_slice(text, at, at + 3);
    return mw_char_before(text, at) == ':' && at > 1 && g_ascii_isalnum(text.data[at - 2]) &&
           (mw_span_is(digits, "587") || mw_span_is(digits, "465"));
}

/* Three digits that can be a reply code and stand alone. */
static bool code_at(mw_span text, size_t at) {
    if (at + 3 > text.len || (text.data[at] != '4' && text.data[at] != '5'))
        return false;
    if (!g_ascii_isdigit(text.data[at + 1]) || !g_ascii_isdigit(text.data[at + 2]))
        return false;
    char b = mw_char_before(text, at), a = mw_char_at(text, at + 3);
    if (g_ascii_isalnum(b) || b == '.' || b == '-' || b == '@' || b == '/' || b == '_' || b == '=' ||
        b == '+' || (b == '#' && g_ascii_isalnum(mw_char_before(text, at - 1))) /* of a link */ ||
        port(text, at))
        return false;
    return a == '\0' || (a == ']' && b != '[') || strchr(" -:,;'\"_)>\t", a) ||
           (a == '.' && !g_ascii_isdigit(mw_char_at(text, at + 4)));
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
        if (mw_char_at(text, i) != '.')
            return (mw_span){text.data, 0};
        size_t digits = 0;
        for (i++; i < text.len && g_ascii_isdigit(text.data[i]); i++)
            digits++;
        if (digits < 1 || digits > 3)
            return (mw_span){text.data, 0};
    }
    char next = mw_char_at(text, i);
    if (g_ascii_isalnum(next) || (next == '.' && g_ascii_isdigit(mw_char_at(text, i + 1))))
        return (mw_span){text.data, 0};
    return mw_span_slice(text, start, i);
}

mw_span mw_status_find(mw_span text) {
    for (size_t i = 0; i + 5 <= text.len; i++) {
        if ((text.data[i] != '4' && text.data[i] != '5') || text.data[i + 1] != '.')
            continue;
        char b = mw_char_before(text, i);
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
    if (mw_char_before(text, at) == '(')
        return mw_char_at(text, at + 3) == ')' && g_ascii_isdigit(mw_char_at(text, at + 5));
    for (size_t i = 4; i < 8; i++) {
        if (!g_ascii_isdigit(mw_char_at(text, at + i)))
            return false;
    }
    return mw_char_at(text, at + 3) == '-' && !g_ascii_isalnum(mw_char_at(text, at + 8));
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
    char b = mw_char_before(text, i);
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

size_t mw_code_find(mw_span text, size_t from, int least) {
    for (size_t i = from; i + 3 <= text.len; i++) {
        bool may = (text.data[i] | 1) == '5'; /* '4' or '5' */
        if (may && code_at(text, i) && code_trust(text, i) >= least)
            return i;
    }
    return SIZE_MAX;
}

size_t mw_smtp_code_find(mw_span text, size_t from) {
    return mw_code_find(text, from, 2);
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
    return mw_char_at(text, at + 3) == '-' && memcmp(text.data + at, text.data + next, 3) == 0;
}

size_t mw_code_choose(mw_span text) {
    size_t first = mw_code_find(text, 0, 2);
    if (first == SIZE_MAX)
        return mw_code_find(text, 0, 1);
    size_t at = first;
    for (int tries = 0; tries < 4 && follow_up(mw_span_from(text, at)); tries++) {
        size_t next = mw_code_find(text, at + 3, 2);
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
