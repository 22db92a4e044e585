#include "trace/received.h"

#include "base/limits.h"
#include "trace/received_parts.h"
#include "trace/received_tokens.h"

/* --- by, with, id, for --------------------------------------------------------------------------- */

static bool any_comment(const mw_parts *p, const char *text, mw_span *found) {
    if (!mw_pairs_may_hold(&p->pairs, text))
        return false;
    for (int c = MW_NONE; c < MW_N_CLAUSES; c++)
        for (size_t i = 0; i < p->n_comments[c]; i++) {
            size_t at = mw_span_search(p->comments[c][i], text);
            if (at != SIZE_MAX) {
                *found = mw_span_from(p->comments[c][i], at + strlen(text));
                return true;
            }
        }
    return false;
}

static bool any_word(const mw_parts *p, const char *text, mw_span *found) {
    if (!mw_pairs_may_hold(&p->pairs, text))
        return false;
    for (int c = MW_NONE; c < MW_N_CLAUSES; c++)
        for (size_t i = 0; i < p->n_words[c]; i++)
            if (mw_span_starts(p->words[c][i], text)) {
                *found = mw_span_from(p->words[c][i], strlen(text));
                return true;
            }
    return false;
}

static void read_by(mw_arena *arena, mw_hop *hop, const mw_parts *p) {
    if (p->n_words[MW_BY])
        hop->by = mw_span_dup(arena, p->words[MW_BY][0]);
    if (hop->by)
        mw_received_ip(p->words[MW_BY][0], &hop->by_ip);
    for (size_t i = 0; i < p->n_comments[MW_BY] && hop->by_ip.family == 0; i++) {
        mw_span comment = p->comments[MW_BY][i];
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

static void read_with(mw_arena *arena, mw_hop *hop, const mw_parts *p) {
    size_t n = p->n_words[MW_WITH];
    if (n == 0)
        return;
    mw_span first = p->words[MW_WITH][0];
    if (mw_span_is(first, "Microsoft")) { /* "Microsoft SMTP Server", "Microsoft SMTPSVC" */
        GString *text = g_string_new(NULL);
        for (size_t i = 0; i < n && i < 3; i++)
            g_string_append_printf(text, "%s%.*s", i ? " " : "", (int)p->words[MW_WITH][i].len,
                                   p->words[MW_WITH][i].data);
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

static void read_tls(mw_arena *arena, mw_hop *hop, const mw_parts *p) {
    static const char *const protocols[] = {"ESMTPS", "ESMTPSA",    "SMTPS",  "SMTPSA", "UTF8SMTPS",
                                            "LMTPS",  "UTF8SMTPSA", "LMTPSA", "HTTPS"};
    for (size_t i = 0; hop->with && i < G_N_ELEMENTS(protocols); i++)
        hop->tls |= g_ascii_strcasecmp(hop->with, protocols[i]) == 0;
    for (int c = MW_NONE; c < MW_N_CLAUSES && mw_pairs_may_hold(&p->pairs, "TLS"); c++) {
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
static bool server_comment(const mw_parts *p, const char *text, mw_span *found) {
    if (!mw_pairs_may_hold(&p->pairs, text))
        return false;
    for (int c = MW_NONE; c < MW_N_CLAUSES; c++) {
        size_t from = c != MW_FROM || p->address_comment == SIZE_MAX ? 0 : p->address_comment;
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

static bool server_word(const mw_parts *p, const char *text, mw_span *found) {
    if (!mw_pairs_may_hold(&p->pairs, text))
        return false;
    for (int c = MW_BY; c < MW_N_CLAUSES; c++)
        for (size_t i = 0; i < p->n_words[c]; i++)
            if (mw_span_starts(p->words[c][i], text)) {
                *found = mw_span_from(p->words[c][i], strlen(text));
                return true;
            }
    return false;
}

/* Marks of a login, with the name behind it. */
static void read_login(mw_arena *arena, mw_hop *hop, const mw_parts *p) {
    static const char *const marks[] = {
        "Authenticated sender: ", "authenticated as ", "authenticated user ", "AUTH: LOGIN ",
        "AUTH: PLAIN ",           "AUTH: CRAM-MD5 ",   "authenticated-user ", "Authenticated user: "};
    mw_span name;
    hop->authenticated = is_login_protocol(hop->with);
    for (size_t i = 0; i < G_N_ELEMENTS(marks) && !hop->login; i++)
        if (server_comment(p, marks[i], &name)) {
            hop->authenticated = true;
            hop->login = mw_span_dup(arena, mw_received_strip(mw_received_word(&name), ",;)"));
        }
    if (server_comment(p, "CommuniGate", &name) && p->n_comments[MW_FROM] &&
        mw_span_starts(p->comments[MW_FROM][0], "account ")) {
        name = mw_span_from(p->comments[MW_FROM][0], 8);
        hop->authenticated = true;
        hop->login = mw_span_dup(arena, mw_received_word(&name));
    }
    hop->authenticated |= server_comment(p, "authenticated bits=", &name) ||
                          server_word(p, "auth=yes", &name) || server_comment(p, "authenticated)", &name);
    if (hop->authenticated && !hop->login && server_word(p, "user=", &name) && name.len)
        hop->login = mw_span_dup(arena, name);
}

static void read_envelope_from(mw_arena *arena, mw_hop *hop, const mw_parts *p) {
    static const char *const marks[] = {"envelope-from ", "envelope-sender ", "mailfrom:"};
    mw_span found;
    for (size_t i = 0; i < G_N_ELEMENTS(marks) && !hop->envelope_from; i++)
        if (server_comment(p, marks[i], &found))
            hop->envelope_from =
                mw_span_dup(arena, without_angles(mw_received_strip(mw_received_word(&found), ",;)")));
    for (int c = MW_NONE; c < MW_N_CLAUSES && !hop->envelope_from; c++)
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
static bool is_local_filter(const mw_hop *hop, const mw_parts *p) {
    if (!mw_ip_loopback(&hop->by_ip) && !(hop->by && mw_span_is(mw_span_of(hop->by), "localhost")))
        return false;
    for (size_t i = 0; i < p->n_comments[MW_BY]; i++)
        if (mw_span_search(p->comments[MW_BY][i], "amavis") != SIZE_MAX)
            return true;
    return false;
}

/* --- the whole line ------------------------------------------------------------------------------ */

static mw_clause keyword(mw_span word) {
    static const char *const names[MW_N_CLAUSES] = {NULL, "from", "by", "via", "with", "id", "for", "over"};
    for (int c = MW_FROM; c < MW_N_CLAUSES; c++)
        if (mw_span_is(word, names[c]))
            return c;
    return MW_NONE;
}

static bool starts_date(mw_span word) {
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    for (size_t i = 0; i < G_N_ELEMENTS(days); i++)
        if (mw_span_starts(word, days[i]) && (word.len == 3 || word.data[3] == ','))
            return true;
    return word.len == 10 && word.data[4] == '-' && word.data[7] == '-' && g_ascii_isdigit(word.data[0]);
}

static void keep(mw_span *list, size_t *n, mw_span text) {
    if (*n < MW_MAX_KEPT)
        list[(*n)++] = text;
}

static int by_place(gconstpointer a, gconstpointer b) {
    const char *x = ((const mw_span *)a)->data, *y = ((const mw_span *)b)->data;
    return (x > y) - (x < y);
}

/* A second "by" behind a comment: the client put clauses into its HELO, and the server's own begin here. */
static void restart(mw_parts *p) {
    mw_span all[MW_N_CLAUSES * MW_MAX_KEPT];
    size_t n = 0;
    for (int c = MW_NONE; c < MW_N_CLAUSES; c++) {
        for (size_t i = 0; i < p->n_comments[c]; i++)
            all[n++] = p->comments[c][i];
        p->n_comments[c] = 0;
        if (c != MW_FROM) {
            p->n_words[c] = 0;
            p->seen[c] = false;
        }
    }
    qsort(all, n, sizeof *all, by_place);
    for (size_t i = n > MW_MAX_KEPT ? n - MW_MAX_KEPT : 0; i < n; i++) /* the newest are the server's */
        keep(p->comments[MW_FROM], &p->n_comments[MW_FROM], all[i]);
    p->date_at = SIZE_MAX;
}

static void split(mw_parts *p, mw_span value) {
    mw_tokens tokens = {.text = value};
    mw_token token = mw_token_next(&tokens), next;
    mw_token_kind last = MW_TOKEN_END;
    mw_clause now = MW_NONE;
    p->date_at = SIZE_MAX;
    for (size_t n = 0; token.kind != MW_TOKEN_END && n < MW_MAX_RECEIVED_TOKENS;
         n++, last = token.kind, token = next) {
        next = mw_token_next(&tokens);
        if (token.kind == MW_TOKEN_SEMICOLON) {
            if (p->seen[MW_BY] || !p->seen[MW_FROM]) /* else it stands in a HELO */
                now = MW_NONE;
        } else if (token.kind == MW_TOKEN_COMMENT) {
            keep(p->comments[now], &p->n_comments[now], token.text);
        } else {
            mw_clause c = keyword(token.text);
            /* "from by (host [192.0.2.1]) by": the HELO is a keyword */
            bool value_of_from = now == MW_FROM && p->n_words[MW_FROM] == 0 && next.kind == MW_TOKEN_COMMENT;
            if (c == MW_BY && p->seen[MW_BY] && last == MW_TOKEN_COMMENT && p->seen[MW_FROM])
                restart(p);
            if (c != MW_NONE && !p->seen[c] && !value_of_from) {
                now = c;
                p->seen[c] = true;
                continue;
            }
            if (starts_date(token.text) && p->date_at == SIZE_MAX && (p->seen[MW_BY] || p->seen[MW_FROM]))
                p->date_at = token.position;
            keep(p->words[now], &p->n_words[now], token.text);
        }
    }
}

/* Behind the last semicolon; without a date there, from the first word that looks like one. */
static mw_time read_date(const mw_parts *p, mw_span value) {
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
    mw_parts parts, *p = &parts;
    mw_span whole = value;
    memset(p, 0, offsetof(mw_parts, words));
    mw_pairs_read(&p->pairs, whole);
    mw_parts_cut_helo(p, whole, &value);
    split(p, value);
    mw_received_from(arena, hop, p);
    read_by(arena, hop, p);
    read_with(arena, hop, p);
    if (p->n_words[MW_ID])
        hop->id = mw_span_dup(arena, without_angles(p->words[MW_ID][0]));
    if (p->n_words[MW_FOR])
        hop->for_address = mw_span_dup(arena, without_angles(mw_received_strip(p->words[MW_FOR][0], ",\"")));
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
                 (p->n_words[MW_VIA] && mw_span_is(p->words[MW_VIA][0], "HTTP"));
    hop->software = mw_received_software(whole, &p->pairs, hop);
    /* Exim writes a name in front of ([192.0.2.1]) only when it looked it up, and back; a mere HELO stands in
     * brackets behind the address */
    if (g_strcmp0(hop->software, "Exim") == 0 && !hop->helo_noted && !hop->from_rdns &&
        p->address_comment != SIZE_MAX)
        hop->from_rdns = mw_received_host(arena, mw_span_of(hop->from_name));
    /* MDaemon writes the HELO name alone there, which may look like an address, and notes the address apart
     */
    if (g_strcmp0(hop->software, "MDaemon") == 0 && p->address_comment == SIZE_MAX && !hop->helo_noted)
        hop->from_ip = (mw_ip){0};
    hop->at = read_date(p, value);
    return hop;
}

mw_hop *mw_received_read(mw_arena *arena, const mw_field *field) {
    mw_hop *hop = mw_received_parse(arena, mw_span_of(mw_field_text(arena, field)));
    hop->field = field;
    return hop;
}
