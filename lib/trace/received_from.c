/* The from clause of a Received field: who handed the mail over, and what he called himself. */
#include "trace/received_parts.h"

/* --- addresses and names ------------------------------------------------------------------------- */

bool mw_received_ip(mw_span word, mw_ip *out) {
    word = mw_span_trim(word);
    if (word.len > 80 || word.len < 2)
        return false;
    if (mw_ip_parse(word, out))
        return true;
    size_t close = mw_span_find(word, ']');
    if (word.data[0] == '[' && close != SIZE_MAX) {
        if (close + 1 < word.len && word.data[close + 1] == ':')
            return mw_ip_parse(mw_span_slice(word, 0, close + 1), out);
        word = mw_span_slice(word, 1, close);
    }
    size_t dot = mw_span_find(word, '.'), colon = mw_span_find(word, ':');
    return dot != SIZE_MAX && colon != SIZE_MAX && colon > dot &&
           mw_ip_parse(mw_span_slice(word, 0, colon), out);
}

static bool is_no_name(mw_span name) {
    static const char *const none[] = {"unknown",       "unverified", "nxdomain",    "dnserror",
                                       "unknownhost",   "no-reverse", "softdnserr",  "may be forged",
                                       "not verified",  "no_rdns",    "undisclosed", "none",
                                       "no.rdns.found", "verified",   "(unknown)"};
    for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
        if (mw_span_is(name, none[i]))
            return true;
    return false;
}

/* A host name as a server notes the reverse name: with a dot, of name characters, no address. */
const char *mw_received_host(mw_arena *arena, mw_span name) {
    mw_ip ip;
    size_t at = mw_span_find(name, '@');
    if (at != SIZE_MAX)
        name = mw_span_from(name, at + 1);
    while (name.len && (name.data[name.len - 1] == '.' || name.data[name.len - 1] == ','))
        name.len--;
    if (name.len == 0 || name.len > 255 || is_no_name(name) || mw_span_find(name, '.') == SIZE_MAX ||
        mw_received_ip(name, &ip))
        return NULL;
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.data[i];
        if (!g_ascii_isalnum(c) && c != '-' && c != '.' && c != '_' && c < 0x80)
            return NULL;
    }
    return mw_span_dup(arena, name);
}

mw_span mw_received_word(mw_span *rest) {
    *rest = mw_span_trim(*rest);
    size_t i = 0;
    while (i < rest->len && rest->data[i] != ' ' && rest->data[i] != '\t')
        i++;
    mw_span word = mw_span_slice(*rest, 0, i);
    *rest = mw_span_from(*rest, i);
    return word;
}

static bool is_helo_word(mw_span word) {
    return mw_span_is(word, "HELO") || mw_span_is(word, "EHLO") || mw_span_is(word, "LHLO");
}

/* --- the from clause ----------------------------------------------------------------------------- */

/* "name[address]": cuts the name off; false when it is not of that form. */
static bool cut_name(mw_span *literal, mw_span *name) {
    mw_ip ip;
    size_t open = mw_span_find(*literal, '[');
    if (open == SIZE_MAX || open == 0 || !mw_received_ip(mw_span_from(*literal, open), &ip))
        return false;
    *name = mw_span_slice(*literal, 0, open);
    *literal = mw_span_from(*literal, open);
    return true;
}

/* A HELO with a "(" of its own has torn the comment: what the server wrote begins at the last one. */
static mw_span own_comment(mw_span comment) {
    for (size_t i = comment.len; i > 0 && comment.data[i - 1] != ')'; i--)
        if (comment.data[i - 1] == '(')
            return mw_span_from(comment, i);
    return comment;
}

/* One comment of the from clause: (rdns [ip]), ([ip]:port helo=name), (HELO name), (account a HELO name).
 * True when it holds an address. */
static bool read_from_comment(mw_arena *arena, mw_hop *hop, mw_span comment) {
    mw_span rest = own_comment(comment), before = {NULL, 0};
    bool have_ip = false, have_bracket = false; /* a bare one before it is a reverse name of digits */
    mw_ip ip;
    for (int words = 0; words < MW_MAX_KEPT; words++) {
        mw_span word = mw_received_strip(mw_received_word(&rest), ",;");
        if (word.len == 0)
            break;
        bool is_helo = is_helo_word(word);
        if (is_helo || mw_span_starts(word, "helo=") || mw_span_starts(word, "ehlo=")) {
            mw_span name = is_helo ? mw_received_strip(mw_received_word(&rest), ",;") : mw_span_from(word, 5);
            if (name.len && !hop->helo_noted) {
                hop->from_name = mw_span_dup(arena, name);
                hop->helo_noted = true;
            }
            continue;
        }
        if (have_ip && (have_bracket || word.data[0] != '['))
            continue;
        mw_span literal = mw_received_strip(word, "()");
        for (size_t at; (at = mw_span_find(literal, '@')) != SIZE_MAX;) /* user@domain@address: a login */
            literal = mw_span_from(literal, at + 1);
        cut_name(&literal, &before);
        if (mw_received_ip(literal, &ip)) {
            bool bracket = literal.data[0] == '[';
            /* the last comment with a bracket counts: a HELO with blanks stands before it */
            if (bracket || hop->from_ip.family == 0) {
                hop->from_ip = ip;
                hop->no_rdns = bracket && before.len && is_no_name(before);
                if (bracket && before.len && !hop->helo_noted)
                    hop->from_rdns = mw_received_host(arena, before);
                else if (before.len && !hop->from_rdns)
                    hop->from_rdns = mw_received_host(arena, before);
            }
            have_ip = true;
            have_bracket = bracket;
        }
        before = word;
    }
    hop->forged |= mw_span_search(comment, "may be forged") != SIZE_MAX;
    return have_ip;
}

/* Where the last comment in front of text's last "by" begins and ends, brackets included. */
static bool last_comment(mw_span text, size_t *from, size_t *to) {
    size_t end = text.len;
    while (end > 0 && (text.data[end - 1] == ' ' || text.data[end - 1] == '\t'))
        end--;
    if (end == 0 || text.data[end - 1] != ')')
        return false;
    *to = end;
    for (size_t i = end - 1; i > 0; i--)
        if (text.data[i - 1] == '(') {
            *from = i - 1;
            return true;
        }
    return false;
}

/* Where the last "by" begins that stands behind a comment; SIZE_MAX. */
static size_t last_by(mw_span value) {
    size_t from, to;
    for (size_t i = value.len; i >= 4; i--) {
        const char *word = value.data + i - 4;
        if (word[0] == ' ' && word[3] == ' ' && mw_folded_equal(word + 1, "by", 2))
            return last_comment(mw_span_slice(value, 0, i - 4), &from, &to) ? i - 3 : SIZE_MAX;
    }
    return SIZE_MAX;
}

bool mw_parts_cut_helo(mw_parts *p, mw_span value, mw_span *rest) {
    size_t open = mw_span_find(value, '('), by = last_by(value), from, to;
    mw_span before = mw_span_slice(value, 0, open), word = mw_span_from(value, open + 1);
    if (open == SIZE_MAX || by == SIZE_MAX || open > by || !is_helo_word(mw_received_word(&word)) ||
        !mw_span_is(mw_received_word(&before), "from"))
        return false;
    mw_span said = mw_span_slice(value, 0, by), sender = {NULL, 0};
    if (!last_comment(said, &from, &to))
        return false;
    if (mw_span_starts(mw_span_from(said, from + 1), "envelope-sender ")) {
        sender = mw_span_slice(said, from + 1, to - 1);
        said.len = from;
        if (!last_comment(said, &from, &to))
            return false;
    }
    mw_ip ip;
    mw_span address = mw_span_slice(said, from + 1, to - 1), first = address;
    first = mw_received_word(&first);
    for (size_t at; (at = mw_span_find(first, '@')) != SIZE_MAX;)
        first = mw_span_from(first, at + 1);
    if (from <= open || !mw_received_ip(first, &ip))
        return false;
    p->apart = p->seen[MW_FROM] = true;
    p->words[MW_FROM][0] = mw_received_word(&before);
    p->n_words[MW_FROM] = p->words[MW_FROM][0].len > 0;
    p->comments[MW_FROM][0] = mw_span_strip_end(mw_span_slice(said, open + 1, from), " \t)");
    p->comments[MW_FROM][1] = address;
    p->comments[MW_FROM][2] = sender;
    p->n_comments[MW_FROM] = sender.len ? 3 : 2;
    *rest = mw_span_from(value, by);
    return true;
}

void mw_received_from(mw_arena *arena, mw_hop *hop, mw_parts *p) {
    mw_ip ip;
    mw_span name = p->n_words[MW_FROM] ? p->words[MW_FROM][0] : (mw_span){NULL, 0};
    if (mw_span_starts(name, "H=")) /* as in Exim's log */
        name = mw_span_from(name, 2);
    p->address_comment = SIZE_MAX;
    if (p->apart) {
        mw_span said = p->comments[MW_FROM][0];
        mw_received_word(&said);
        mw_span helo = mw_received_strip(mw_received_word(&said), ",;()");
        hop->from_name = helo.len ? mw_span_dup(arena, helo) : NULL;
        hop->helo_noted = true;
    }
    for (size_t i = p->apart; i < p->n_comments[MW_FROM]; i++)
        if (read_from_comment(arena, hop, p->comments[MW_FROM][i]))
            p->address_comment = i;
    for (size_t i = 1; i < p->n_words[MW_FROM]; i++) {
        mw_span word = p->words[MW_FROM][i];
        if (is_helo_word(word) && i + 1 < p->n_words[MW_FROM] && !hop->helo_noted) {
            hop->from_name = mw_span_dup(arena, p->words[MW_FROM][++i]);
            hop->helo_noted = true;
        } else if (mw_span_starts(word, "helo=") && !hop->helo_noted) {
            hop->from_name = mw_span_dup(arena, mw_span_from(word, 5));
            hop->helo_noted = true;
        } else if (hop->from_ip.family == 0 && mw_received_ip(word, &ip)) {
            hop->from_ip = ip;
        }
    }
    mw_span with_address = name;
    if (hop->from_ip.family == 0 && cut_name(&with_address, &name))
        mw_received_ip(with_address, &hop->from_ip);
    bool literal = mw_received_ip(name, &ip);
    /* "from [192.0.2.1] (helo=NAME)": the server's own, whatever comments the name holds */
    bool connected = literal && hop->helo_noted && name.data[0] == '[';
    if (literal && (connected || hop->from_ip.family == 0))
        hop->from_ip = ip;
    if (connected)
        hop->from_rdns = NULL;
    if (hop->helo_noted) {
        if (!hop->from_rdns)
            hop->from_rdns = mw_received_host(arena, name);
        /* qmail: "from NAME (HELO name) (192.0.2.1)"; its tcpserver believes any PTR record */
        hop->unproved = p->address_comment != SIZE_MAX && p->n_words[MW_FROM] == 1 &&
                        mw_span_find(p->comments[MW_FROM][p->address_comment], '[') == SIZE_MAX;
    } else if (name.len && (!mw_span_is(name, "unknown") ||
                            (p->n_words[MW_WITH] && mw_span_is(p->words[MW_WITH][0], "Microsoft")))) {
        /* Exchange looks up no names: there the client said "unknown" */
        hop->from_name = mw_span_dup(arena, name);
    }
}
