#include "trace/received.h"

#include "base/limits.h"
#include "trace/received_tokens.h"

enum { MAX_KEPT = 12 }; /* words or comments of one clause that are looked at */

typedef enum clause { NONE, FROM, BY, VIA, WITH, ID, FOR, OVER, N_CLAUSES } clause;

typedef struct parts {
    mw_span words[N_CLAUSES][MAX_KEPT], comments[N_CLAUSES][MAX_KEPT];
    size_t n_words[N_CLAUSES], n_comments[N_CLAUSES];
    bool seen[N_CLAUSES];
    size_t address_comment; /* index in comments[FROM] of the one with the address; SIZE_MAX */
    size_t date_at;         /* of a word that may begin a date, behind a clause; SIZE_MAX */
} parts;

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
static const char *host_name(mw_arena *arena, mw_span name) {
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

static mw_span next_word(mw_span *rest) {
    *rest = mw_span_trim(*rest);
    size_t i = 0;
    while (i < rest->len && rest->data[i] != ' ' && rest->data[i] != '\t')
        i++;
    mw_span word = mw_span_slice(*rest, 0, i);
    *rest = mw_span_from(*rest, i);
    return word;
}

static mw_span strip(mw_span text, const char *bytes) {
    while (text.len && strchr(bytes, text.data[0]))
        text = mw_span_from(text, 1);
    while (text.len && strchr(bytes, text.data[text.len - 1]))
        text.len--;
    return text;
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

/* One comment of the from clause: (rdns [ip]), ([ip]:port helo=name), (HELO name), (account a HELO name).
 * True when it holds an address. */
static bool read_from_comment(mw_arena *arena, mw_hop *hop, mw_span comment) {
    mw_span rest = comment, before = {NULL, 0};
    bool have_ip = false;
    mw_ip ip;
    for (int words = 0; words < MAX_KEPT; words++) {
        mw_span word = strip(next_word(&rest), ",;");
        if (word.len == 0)
            break;
        bool is_helo = is_helo_word(word);
        if (is_helo || mw_span_starts(word, "helo=") || mw_span_starts(word, "ehlo=")) {
            mw_span name = is_helo ? strip(next_word(&rest), ",;") : mw_span_from(word, 5);
            if (name.len && !hop->helo_noted) {
                hop->from_name = mw_span_dup(arena, name);
                hop->helo_noted = true;
            }
            continue;
        }
        if (have_ip)
            continue;
        mw_span literal = strip(word, "()");
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
                    hop->from_rdns = host_name(arena, before);
                else if (before.len && !hop->from_rdns)
                    hop->from_rdns = host_name(arena, before);
            }
            have_ip = true;
        }
        before = word;
    }
    hop->forged |= mw_span_search(comment, "may be forged") != SIZE_MAX;
    return have_ip;
}

static void read_from(mw_arena *arena, mw_hop *hop, parts *p) {
    mw_ip ip;
    mw_span name = p->n_words[FROM] ? p->words[FROM][0] : (mw_span){NULL, 0};
    if (mw_span_starts(name, "H=")) /* as in Exim's log */
        name = mw_span_from(name, 2);
    p->address_comment = SIZE_MAX;
    for (size_t i = 0; i < p->n_comments[FROM]; i++)
        if (read_from_comment(arena, hop, p->comments[FROM][i]))
            p->address_comment = i;
    for (size_t i = 1; i < p->n_words[FROM]; i++) {
        mw_span word = p->words[FROM][i];
        if (is_helo_word(word) && i + 1 < p->n_words[FROM] && !hop->helo_noted) {
            hop->from_name = mw_span_dup(arena, p->words[FROM][++i]);
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
    if (literal && hop->from_ip.family == 0)
        hop->from_ip = ip;
    if (hop->helo_noted) {
        if (!hop->from_rdns)
            hop->from_rdns = host_name(arena, name);
        /* qmail: "from NAME (HELO name) (192.0.2.1)"; its tcpserver believes any PTR record */
        hop->unproved = p->address_comment != SIZE_MAX && p->n_words[FROM] == 1 &&
                        mw_span_find(p->comments[FROM][p->address_comment], '[') == SIZE_MAX;
    } else if (name.len && (!mw_span_is(name, "unknown") ||
                            (p->n_words[WITH] && mw_span_is(p->words[WITH][0], "Microsoft")))) {
        /* Exchange looks up no names: there the client said "unknown" */
        hop->from_name = mw_span_dup(arena, name);
    }
}

/* --- by, with, id, for --------------------------------------------------------------------------- */

static bool any_comment(const parts *p, const char *text, mw_span *found) {
    for (int c = NONE; c < N_CLAUSES; c++)
        for (size_t i = 0; i < p->n_comments[c]; i++) {
            size_t at = mw_span_search(p->comments[c][i], text);
            if (at != SIZE_MAX) {
                *found = mw_span_from(p->comments[c][i], at + strlen(text));
                return true;
            }
        }
    return false;
}

static bool any_word(const parts *p, const char *text, mw_span *found) {
    for (int c = NONE; c < N_CLAUSES; c++)
        for (size_t i = 0; i < p->n_words[c]; i++)
            if (mw_span_starts(p->words[c][i], text)) {
                *found = mw_span_from(p->words[c][i], strlen(text));
                return true;
            }
    return false;
}

static void read_by(mw_arena *arena, mw_hop *hop, const parts *p) {
    if (p->n_words[BY])
        hop->by = mw_span_dup(arena, p->words[BY][0]);
    if (hop->by)
        mw_received_ip(p->words[BY][0], &hop->by_ip);
    for (size_t i = 0; i < p->n_comments[BY] && hop->by_ip.family == 0; i++) {
        mw_span comment = p->comments[BY][i];
        size_t open = mw_span_find(comment, '[');
        if (open != SIZE_MAX)
            comment = mw_span_from(comment, open);
        mw_received_ip(comment, &hop->by_ip);
    }
}

static mw_span without_angles(mw_span word) {
    if (word.len >= 2 && word.data[0] == '<' && word.data[word.len - 1] == '>')
        return mw_span_slice(word, 1, word.len - 1);
    return word;
}

static void read_with(mw_arena *arena, mw_hop *hop, const parts *p) {
    size_t n = p->n_words[WITH];
    if (n == 0)
        return;
    mw_span first = p->words[WITH][0];
    if (mw_span_is(first, "Microsoft")) { /* "Microsoft SMTP Server", "Microsoft SMTPSVC" */
        GString *text = g_string_new(NULL);
        for (size_t i = 0; i < n && i < 3; i++)
            g_string_append_printf(text, "%s%.*s", i ? " " : "", (int)p->words[WITH][i].len,
                                   p->words[WITH][i].data);
        hop->with = mw_strdup(arena, text->str);
        g_string_free(text, TRUE);
        return;
    }
    hop->with = mw_span_dup(arena, first);
}

/* TLS1.3 of "TLSv1.3", "TLS1_3", "version=TLS1.3"; NULL when text begins with no version. */
static const char *tls_version(mw_arena *arena, mw_span text) {
    size_t i = 0;
    if (i < text.len && (text.data[i] == 'v' || text.data[i] == 'V'))
        i++;
    if (i >= text.len || text.data[i] != '1')
        return NULL;
    char minor = '0';
    if (i + 2 < text.len && (text.data[i + 1] == '.' || text.data[i + 1] == '_') &&
        g_ascii_isdigit(text.data[i + 2]))
        minor = text.data[i + 2];
    return mw_printf(arena, "TLS1.%c", minor);
}

static void read_tls(mw_arena *arena, mw_hop *hop, const parts *p) {
    static const char *const protocols[] = {"ESMTPS", "ESMTPSA",    "SMTPS",  "SMTPSA", "UTF8SMTPS",
                                            "LMTPS",  "UTF8SMTPSA", "LMTPSA", "HTTPS"};
    for (size_t i = 0; hop->with && i < G_N_ELEMENTS(protocols); i++)
        hop->tls |= g_ascii_strcasecmp(hop->with, protocols[i]) == 0;
    for (int c = NONE; c < N_CLAUSES; c++) {
        size_t n = p->n_comments[c] + p->n_words[c];
        for (size_t i = 0; i < n && !hop->tls_version; i++) {
            mw_span text = i < p->n_comments[c] ? p->comments[c][i] : p->words[c][i - p->n_comments[c]];
            for (size_t at; !hop->tls_version && (at = mw_span_search(text, "TLS")) != SIZE_MAX;) {
                text = mw_span_from(text, at + 3);
                hop->tls_version = tls_version(arena, text);
            }
        }
    }
    mw_span found;
    hop->tls |= hop->tls_version != NULL || any_word(p, "STARTTLS", &found) || any_word(p, "TLS", &found) ||
                any_comment(p, "TLS encrypted", &found) || any_word(p, "encrypted", &found);
}

static bool is_login_protocol(const char *with) {
    static const char *const names[] = {"ESMTPA", "ESMTPSA", "UTF8SMTPA", "UTF8SMTPSA",
                                        "ASMTP",  "SMTPA",   "SMTPSA",    "ESMTPSA/TLS"};
    for (size_t i = 0; with && i < G_N_ELEMENTS(names); i++)
        if (g_ascii_strcasecmp(with, names[i]) == 0)
            return true;
    return false;
}

/* A comment that the server wrote: a HELO may hold anything, also brackets, but stands before the address. */
static bool server_comment(const parts *p, const char *text, mw_span *found) {
    for (int c = NONE; c < N_CLAUSES; c++) {
        size_t from = c != FROM || p->address_comment == SIZE_MAX ? 0 : p->address_comment;
        for (size_t i = from; i < p->n_comments[c]; i++) {
            size_t at = mw_span_search(p->comments[c][i], text);
            if (at != SIZE_MAX) {
                *found = mw_span_from(p->comments[c][i], at + strlen(text));
                return true;
            }
        }
    }
    return false;
}

static bool server_word(const parts *p, const char *text, mw_span *found) {
    for (int c = BY; c < N_CLAUSES; c++)
        for (size_t i = 0; i < p->n_words[c]; i++)
            if (mw_span_starts(p->words[c][i], text)) {
                *found = mw_span_from(p->words[c][i], strlen(text));
                return true;
            }
    return false;
}

/* Marks of a login, with the name behind it. */
static void read_login(mw_arena *arena, mw_hop *hop, const parts *p) {
    static const char *const marks[] = {
        "Authenticated sender: ", "authenticated as ", "authenticated user ", "AUTH: LOGIN ",
        "AUTH: PLAIN ",           "AUTH: CRAM-MD5 ",   "authenticated-user ", "Authenticated user: "};
    mw_span name;
    hop->authenticated = is_login_protocol(hop->with);
    for (size_t i = 0; i < G_N_ELEMENTS(marks) && !hop->login; i++)
        if (server_comment(p, marks[i], &name)) {
            hop->authenticated = true;
            hop->login = mw_span_dup(arena, strip(next_word(&name), ",;)"));
        }
    if (server_comment(p, "CommuniGate", &name) && p->n_comments[FROM] &&
        mw_span_starts(p->comments[FROM][0], "account ")) {
        name = mw_span_from(p->comments[FROM][0], 8);
        hop->authenticated = true;
        hop->login = mw_span_dup(arena, next_word(&name));
    }
    hop->authenticated |= server_comment(p, "authenticated bits=", &name) ||
                          server_word(p, "auth=yes", &name) || server_comment(p, "authenticated)", &name);
    if (hop->authenticated && !hop->login && server_word(p, "user=", &name) && name.len)
        hop->login = mw_span_dup(arena, name);
}

static void read_envelope_from(mw_arena *arena, mw_hop *hop, const parts *p) {
    static const char *const marks[] = {"envelope-from ", "envelope-sender ", "mailfrom:"};
    mw_span found;
    for (size_t i = 0; i < G_N_ELEMENTS(marks) && !hop->envelope_from; i++)
        if (any_comment(p, marks[i], &found))
            hop->envelope_from = mw_span_dup(arena, without_angles(strip(next_word(&found), ",;)")));
    for (int c = NONE; c < N_CLAUSES && !hop->envelope_from; c++)
        for (size_t i = 0; i + 1 < p->n_words[c]; i++)
            if (mw_span_is(p->words[c][i], "envelope-from"))
                hop->envelope_from = mw_span_dup(arena, without_angles(p->words[c][i + 1]));
}

static bool is_local_protocol(const char *with) {
    static const char *const names[] = {"LMTP",   "LMTPS", "LMTPA",    "LMTPSA", "local",   "HTTP",
                                        "HTTPS",  "mapi",  "POP3",     "POP",    "IMAP",    "IMAP4",
                                        "UUCP",   "BSMTP", "HTTPREST", "bsmtp",  "spamass", "local-esmtp",
                                        "pickup", "MMDF",  "DeltaSync"};
    static const char *const secured[] = {"POP3-", "POP3S", "IMAP4-", "IMAPS"}; /* getmail: "POP3-SSL" */
    for (size_t i = 0; with && i < G_N_ELEMENTS(names); i++)
        if (g_ascii_strcasecmp(with, names[i]) == 0)
            return true;
    for (size_t i = 0; with && i < G_N_ELEMENTS(secured); i++)
        if (mw_span_starts(mw_span_of(with), secured[i]))
            return true;
    return false;
}

/* A content filter that listens on its own host: its client is the mail server there, by whatever address. */
static bool is_local_filter(const mw_hop *hop, const parts *p) {
    if (!mw_ip_loopback(&hop->by_ip) && !(hop->by && mw_span_is(mw_span_of(hop->by), "localhost")))
        return false;
    for (size_t i = 0; i < p->n_comments[BY]; i++)
        if (mw_span_search(p->comments[BY][i], "amavis") != SIZE_MAX)
            return true;
    return false;
}

/* --- the whole line ------------------------------------------------------------------------------ */

static clause keyword(mw_span word) {
    static const char *const names[N_CLAUSES] = {NULL, "from", "by", "via", "with", "id", "for", "over"};
    for (int c = FROM; c < N_CLAUSES; c++)
        if (mw_span_is(word, names[c]))
            return c;
    return NONE;
}

static bool starts_date(mw_span word) {
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    for (size_t i = 0; i < G_N_ELEMENTS(days); i++)
        if (mw_span_starts(word, days[i]) && (word.len == 3 || word.data[3] == ','))
            return true;
    return word.len == 10 && word.data[4] == '-' && word.data[7] == '-' && g_ascii_isdigit(word.data[0]);
}

static void keep(mw_span *list, size_t *n, mw_span text) {
    if (*n < MAX_KEPT)
        list[(*n)++] = text;
}

/* A second "by" behind a comment: the client put clauses into its HELO, and the server's own begin here. */
static void restart(parts *p) {
    for (int c = NONE; c < N_CLAUSES; c++) {
        if (c == FROM)
            continue;
        for (size_t i = 0; i < p->n_comments[c]; i++) {
            if (p->n_comments[FROM] == MAX_KEPT) /* the newest is the server's */
                p->n_comments[FROM]--;
            keep(p->comments[FROM], &p->n_comments[FROM], p->comments[c][i]);
        }
        p->n_comments[c] = p->n_words[c] = 0;
        p->seen[c] = false;
    }
    p->date_at = SIZE_MAX;
}

static void split(parts *p, mw_span value) {
    mw_tokens tokens = {.text = value};
    mw_token token = mw_token_next(&tokens), next;
    mw_token_kind last = MW_TOKEN_END;
    clause now = NONE;
    p->date_at = SIZE_MAX;
    for (size_t n = 0; token.kind != MW_TOKEN_END && n < MW_MAX_RECEIVED_TOKENS;
         n++, last = token.kind, token = next) {
        next = mw_token_next(&tokens);
        if (token.kind == MW_TOKEN_SEMICOLON) {
            if (p->seen[BY] || !p->seen[FROM]) /* else it stands in a HELO */
                now = NONE;
        } else if (token.kind == MW_TOKEN_COMMENT) {
            keep(p->comments[now], &p->n_comments[now], token.text);
        } else {
            clause c = keyword(token.text);
            /* "from by (host [192.0.2.1]) by": the HELO is a keyword */
            bool value_of_from = now == FROM && p->n_words[FROM] == 0 && next.kind == MW_TOKEN_COMMENT;
            if (c == BY && p->seen[BY] && last == MW_TOKEN_COMMENT && p->seen[FROM])
                restart(p);
            if (c != NONE && !p->seen[c] && !value_of_from) {
                now = c;
                p->seen[c] = true;
                continue;
            }
            if (starts_date(token.text) && p->date_at == SIZE_MAX && (p->seen[BY] || p->seen[FROM]))
                p->date_at = token.position;
            keep(p->words[now], &p->n_words[now], token.text);
        }
    }
}

/* Behind the last semicolon; without a date there, from the first word that looks like one. */
static mw_time read_date(const parts *p, mw_span value) {
    mw_time at = MW_TIME_UNKNOWN;
    size_t last = value.len;
    for (int tries = 0; at == MW_TIME_UNKNOWN && tries < 4; tries++) {
        while (last > 0 && value.data[last - 1] != ';')
            last--;
        if (last == 0)
            break;
        at = mw_time_read_mail(mw_span_slice(value, last, last + 200), NULL);
        last--;
    }
    if (at == MW_TIME_UNKNOWN && p->date_at != SIZE_MAX) {
        mw_span text = mw_span_slice(value, p->date_at, p->date_at + 200);
        at = mw_time_read_mail(text, NULL);
    }
    return at;
}

mw_hop *mw_received_parse(mw_arena *arena, mw_span value) {
    mw_hop *hop = mw_new(arena, mw_hop);
    parts *p = g_new0(parts, 1);
    split(p, value);
    read_from(arena, hop, p);
    read_by(arena, hop, p);
    read_with(arena, hop, p);
    if (p->n_words[ID])
        hop->id = mw_span_dup(arena, without_angles(p->words[ID][0]));
    if (p->n_words[FOR])
        hop->for_address = mw_span_dup(arena, without_angles(strip(p->words[FOR][0], ",\"")));
    read_tls(arena, hop, p);
    read_login(arena, hop, p);
    read_envelope_from(arena, hop, p);
    mw_span found;
    /* from a public address only the protocol says so: comments there may be the client's own */
    bool marked = !mw_ip_public(&hop->from_ip) &&
                  (any_comment(p, "amavis", &found) || any_comment(p, "LMTPProxy", &found) ||
                   any_comment(p, "unix socket", &found) || any_comment(p, "[local]", &found) ||
                   any_comment(p, "/Submit", &found) || any_comment(p, "from userid ", &found) ||
                   (hop->from_ip.family == 0 && any_comment(p, "uid ", &found)));
    hop->local = marked || is_local_filter(hop, p) || is_local_protocol(hop->with) ||
                 (p->n_words[VIA] && mw_span_is(p->words[VIA][0], "HTTP"));
    hop->software = mw_received_software(value, hop);
    /* Exim writes a name in front of ([192.0.2.1]) only when it looked it up, and back; a mere HELO stands in
     * brackets behind the address */
    if (g_strcmp0(hop->software, "Exim") == 0 && !hop->helo_noted && !hop->from_rdns &&
        p->address_comment != SIZE_MAX)
        hop->from_rdns = host_name(arena, mw_span_of(hop->from_name));
    hop->at = read_date(p, value);
    g_free(p);
    return hop;
}

mw_hop *mw_received_read(mw_arena *arena, const mw_field *field) {
    mw_hop *hop = mw_received_parse(arena, mw_span_of(mw_field_text(arena, field)));
    hop->field = field;
    return hop;
}
