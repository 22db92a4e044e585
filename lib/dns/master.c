#include "dns/master.h"

#include "dns/ldns.h"
#include "dns/types.h"

enum { DEFAULT_TTL = 3600, MAX_RDATA = 65535 };

typedef struct token {
    mw_span text; /* escapes kept; without the quotes */
    bool quoted;
} token;

typedef struct reader {
    mw_arena *arena;
    mw_span bytes;
    size_t at;
    unsigned line;  /* of the record that is read */
    unsigned lines; /* that have begun so far */
    mw_name origin, owner;
    uint32_t ttl;
    GArray *tokens;
    bool keeps_owner; /* the record began with a blank */
    bool splits;      /* a TXT string over 255 octets becomes several */
    const char *why;
    mw_master *master;
} reader;

static bool fail(reader *r, const char *why) {
    if (!r->why)
        r->why = why;
    return false;
}

static bool is_one_of(char c, const char *set) {
    return c && strchr(set, c);
}

static void skip_line(reader *r) {
    while (r->at < r->bytes.len && r->bytes.data[r->at] != '\n')
        r->at++;
}

/* From behind the opening quote to behind the closing one. */
static bool read_quoted(reader *r) {
    size_t start = r->at;
    for (; r->at < r->bytes.len; r->at++) {
        char c = r->bytes.data[r->at];
        if (c == '\\') {
            r->at++;
        } else if (c == '"') {
            token t = {mw_span_slice(r->bytes, start, r->at++), true};
            g_array_append_val(r->tokens, t);
            return true;
        } else if (c == '\n') {
            break;
        }
    }
    return fail(r, "a string has no closing quote");
}

static void read_word(reader *r) {
    size_t start = r->at;
    for (; r->at < r->bytes.len && !is_one_of(r->bytes.data[r->at], " \t\r\n\"();"); r->at++) {
        if (r->bytes.data[r->at] == '\\' && r->at + 1 < r->bytes.len)
            r->at++;
    }
    r->at = MIN(r->at, r->bytes.len);
    token t = {mw_span_slice(r->bytes, start, r->at), false};
    g_array_append_val(r->tokens, t);
}

/* The tokens of one logical line: parentheses join lines. */
static bool read_tokens(reader *r) {
    unsigned depth = 0;
    g_array_set_size(r->tokens, 0);
    r->line = r->lines;
    r->keeps_owner = r->at < r->bytes.len && (r->bytes.data[r->at] == ' ' || r->bytes.data[r->at] == '\t');
    while (r->at < r->bytes.len) {
        char c = r->bytes.data[r->at];
        if (c == '\n') {
            r->at++;
            r->lines++;
            if (!depth)
                return true;
        } else if (c == ';') {
            skip_line(r);
        } else if (c == '(' || c == ')') {
            if (c == ')' && !depth--)
                return fail(r, "a parenthesis is closed that was not opened");
            depth += c == '(';
            r->at++;
        } else if (c == '"') {
            r->at++;
            if (!read_quoted(r))
                return false;
        } else if (c == ' ' || c == '\t' || c == '\r') {
            r->at++;
        } else {
            read_word(r);
        }
    }
    return depth ? fail(r, "a parenthesis is not closed") : true;
}

static const token *get(const reader *r, size_t i) {
    return i < r->tokens->len ? &g_array_index(r->tokens, token, i) : NULL;
}

static bool read_owner(reader *r, mw_span text, mw_name *out) {
    return mw_name_read_relative(text, &r->origin, out);
}

/* 3600, 1h30m */
static bool read_ttl(mw_span text, uint32_t *out) {
    uint64_t total = 0, part = 0;
    bool digits = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = g_ascii_tolower(text.data[i]);
        if (g_ascii_isdigit(c)) {
            part = MIN(part * 10 + (uint64_t)(c - '0'), UINT32_MAX);
            digits = true;
            continue;
        }
        uint64_t unit = c == 's'   ? 1
                        : c == 'm' ? 60
                        : c == 'h' ? 3600
                        : c == 'd' ? 86400
                        : c == 'w' ? 604800
                                   : 0;
        if (!unit || !digits || i == 0 || !g_ascii_isdigit(text.data[i - 1]))
            return false;
        total += part * unit;
        part = 0;
    }
    *out = (uint32_t)MIN(total + part, INT32_MAX);
    return digits;
}

/* ---- rdata ---- */

static int text_byte(mw_span text, size_t *i) {
    char c = text.data[*i];
    if (c != '\\' || *i + 1 >= text.len)
        return (uint8_t)c;
    const char *p = text.data + *i + 1;
    if (text.len - *i > 3 && g_ascii_isdigit(p[0]) && g_ascii_isdigit(p[1]) && g_ascii_isdigit(p[2])) {
        *i += 3;
        return MIN((p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0'), 256);
    }
    *i += 1;
    return (uint8_t)p[0];
}

static void end_string(GByteArray *wire, uint8_t string[256], unsigned *len) {
    string[0] = (uint8_t)*len;
    g_byte_array_append(wire, string, 1 + *len);
    *len = 0;
}

static void add_string(reader *r, mw_span text, GByteArray *wire) {
    uint8_t string[256];
    unsigned len = 0;
    for (size_t i = 0; i < text.len; i++) {
        int byte = text_byte(text, &i);
        if (byte > 255)
            fail(r, "an escape is over \\255");
        if (len == 255 && !r->splits)
            fail(r, "a string of a TXT record is over 255 octets");
        if (len == 255)
            end_string(wire, string, &len);
        string[1 + len++] = (uint8_t)byte;
    }
    end_string(wire, string, &len);
}

/* ldns gives up on texts over 64 kB, and TXT is what matters here. */
static bool read_txt(reader *r, size_t first, mw_rdata *out) {
    GByteArray *wire = g_byte_array_new();
    for (const token *t; (t = get(r, first)); first++)
        add_string(r, t->text, wire);
    if (!wire->len)
        fail(r, "a TXT record without a string");
    if (wire->len > MAX_RDATA)
        fail(r, "a record is over 65535 octets");
    if (!r->why)
        *out = (mw_rdata){mw_memdup(r->arena, wire->data, wire->len), (uint16_t)wire->len};
    g_byte_array_unref(wire);
    return !r->why;
}

/* The types that mail is made of, as long as nothing about them is odd. */
static bool read_usual(reader *r, size_t first, uint16_t type, mw_rdata *out) {
    mw_span words[8]; /* one more than SOA has */
    size_t n = 0;
    for (const token *t; n < G_N_ELEMENTS(words) && (t = get(r, first + n)); n++) {
        if (t->quoted)
            return false;
        words[n] = t->text;
    }
    return mw_usual_rdata_read(r->arena, type, words, n, &r->origin, out);
}

static bool read_rdata(reader *r, size_t first, uint16_t type, mw_rdata *out) {
    const token *t = get(r, first);
    bool generic = t && !t->quoted && mw_span_is(t->text, "\\#");
    if (type == MW_TYPE_TXT && !generic)
        return read_txt(r, first, out);
    if (read_usual(r, first, type, out))
        return true;
    GString *text = g_string_new(NULL);
    for (; (t = get(r, first)); first++) {
        const char *quote = t->quoted ? "\"" : "";
        g_string_append_printf(text, "%s%s", text->len ? " " : "", quote);
        g_string_append_len(text, t->text.data, (gssize)t->text.len);
        g_string_append(text, quote);
    }
    const char *why = NULL;
    bool ok =
        strlen(text->str) == text->len && mw_rdata_read(r->arena, type, text->str, &r->origin, out, &why);
    if (!ok)
        fail(r, mw_printf(r->arena, "not a %s record: %s%s%s", mw_type_text(r->arena, type), text->str,
                          why ? ": " : "", why ? why : ""));
    g_string_free(text, TRUE);
    return ok;
}

/* ---- lines ---- */

static bool read_record(reader *r, mw_record *out) {
    size_t i = 0;
    if (!r->keeps_owner) {
        mw_span owner = get(r, i++)->text;
        if (!read_owner(r, owner, &r->owner))
            return fail(r,
                        mw_printf(r->arena, "%.*s is no domain name", (int)MIN(owner.len, 300), owner.data));
    }
    if (!r->owner.len)
        return fail(r, "the first record has no name");
    out->owner = r->owner;
    out->ttl = r->ttl;
    const token *t;
    for (; (t = get(r, i)); i++) {
        if (mw_span_is(t->text, "IN") || read_ttl(t->text, &out->ttl))
            continue;
        out->type = mw_type_read(t->text);
        if (!out->type)
            return fail(
                r, mw_printf(r->arena, "%.*s is no record type", (int)MIN(t->text.len, 40), t->text.data));
        return read_rdata(r, i + 1, out->type, &out->rdata);
    }
    return fail(r, "a record has no type");
}

static bool read_directive(reader *r) {
    const token *t = get(r, 0), *value = get(r, 1);
    if (mw_span_is(t->text, "$ORIGIN") && value)
        return read_owner(r, value->text, &r->origin) || fail(r, "$ORIGIN is no domain name");
    if (mw_span_is(t->text, "$TTL") && value)
        return read_ttl(value->text, &r->ttl) || fail(r, "$TTL is no time");
    return fail(r, mw_printf(r->arena, "%.*s is not understood", (int)MIN(t->text.len, 40), t->text.data));
}

/* A key=value or bare word of a comment line; the value may be quoted. False at the end. */
static bool next_word(mw_span *rest, mw_span *key, mw_span *value) {
    *rest = mw_span_trim(*rest);
    if (!rest->len)
        return false;
    size_t at = 0;
    while (at < rest->len && !is_one_of(rest->data[at], " \t="))
        at += rest->data[at] == '\\' && at + 1 < rest->len ? 2 : 1;
    at = MIN(at, rest->len);
    *key = mw_span_slice(*rest, 0, at);
    *value = (mw_span){NULL, 0};
    if (at < rest->len && rest->data[at] == '=') {
        mw_span after = mw_span_from(*rest, at + 1);
        bool quoted = after.len && after.data[0] == '"';
        if (quoted)
            after = mw_span_from(after, 1);
        at = 0;
        while (at < after.len &&
               (quoted ? after.data[at] != '"' : after.data[at] != ' ' && after.data[at] != '\t'))
            at++;
        *value = mw_span_slice(after, 0, at);
        *rest = mw_span_from(after, at + quoted);
    } else {
        *rest = mw_span_from(*rest, at);
    }
    return true;
}

static bool read_mark(reader *r, mw_span text) {
    mw_mark *m = mw_new(r->arena, mw_mark);
    mw_span words[3], key, value;
    for (int i = 0; i < 3; i++) {
        if (!next_word(&text, &words[i], &value) || value.data)
            return fail(r, "a ;@ line needs NAME TYPE STATUS");
    }
    m->type = mw_type_read(words[1]);
    if (!mw_name_read_escaped(words[0], &m->owner) || !m->type || !mw_dns_status_read(words[2], &m->status))
        return fail(r, "a ;@ line with a name, type or status that does not exist");
    if (m->status == MW_DNS_NOTRECORDED)
        return fail(r, "NOTRECORDED cannot be recorded");
    while (next_word(&text, &key, &value)) {
        uint64_t n;
        if (mw_span_is(key, "secure"))
            m->secure = true;
        else if (mw_span_is(key, "bogus"))
            m->bogus = true;
        else if (mw_span_is(key, "beside-alias"))
            m->beside_alias = true;
        else if (mw_span_is(key, "ttl") && mw_span_number(value, UINT32_MAX, &n))
            m->ttl = (uint32_t)n;
        else if (mw_span_is(key, "canonical") && mw_name_read_escaped(value, &m->canonical))
            continue;
        else if (mw_span_is(key, "why"))
            m->why = mw_span_dup(r->arena, value);
        else
            return fail(r, "a ;@ line with a word that is not understood");
    }
    g_ptr_array_add(r->master->marks, m);
    return true;
}

static bool read_run(reader *r, mw_span text) {
    mw_dns_run *run = mw_new(r->arena, mw_dns_run);
    *run = (mw_dns_run){.at = MW_TIME_UNKNOWN, .version = "", .source = ""};
    mw_span key, value;
    while (next_word(&text, &key, &value)) {
        uint64_t n = 0;
        mw_span_number(value, INT32_MAX, &n);
        if (mw_span_is(key, "at"))
            run->at = mw_time_read_rfc3339(value);
        else if (mw_span_is(key, "mailwhy"))
            run->version = mw_span_dup(r->arena, value);
        else if (mw_span_is(key, "source"))
            run->source = mw_span_dup(r->arena, value);
        else if (mw_span_is(key, "queries"))
            run->queries = (unsigned)n;
        else if (mw_span_is(key, "unanswered"))
            run->unanswered = (unsigned)n;
        else if (mw_span_is(key, "elapsed_ms"))
            run->elapsed_ms = (int64_t)n;
    }
    if (run->at == MW_TIME_UNKNOWN)
        return fail(r, "a ;@run line without its at=TIME");
    r->master->run = run;
    return true;
}

/* At the start of a line: a line of ours is read and passed by, anything else is left where it is. */
static bool read_comment(reader *r) {
    mw_span line = mw_span_from(r->bytes, r->at);
    size_t end = mw_span_find(line, '\n');
    line = mw_span_slice(line, 0, end == SIZE_MAX ? line.len : end);
    r->line = r->lines;
    r->at += MIN(line.len + 1, r->bytes.len - r->at);
    r->lines++;
    if (mw_span_starts(line, ";@run "))
        return read_run(r, mw_span_from(line, 6));
    if (mw_span_starts(line, ";@ "))
        return read_mark(r, mw_span_from(line, 3));
    return true;
}

static bool read_one(reader *r) {
    if (r->bytes.data[r->at] == ';')
        return read_comment(r);
    if (!read_tokens(r))
        return false;
    if (!r->tokens->len)
        return true;
    const token *first = get(r, 0);
    if (!r->keeps_owner && !first->quoted && first->text.data[0] == '$')
        return read_directive(r);
    mw_record *record = mw_new(r->arena, mw_record);
    if (!read_record(r, record))
        return false;
    g_ptr_array_add(r->master->records, record);
    return true;
}

static reader start(mw_arena *arena, mw_span bytes) {
    return (reader){.arena = arena,
                    .bytes = bytes,
                    .lines = 1,
                    .origin = {.len = 1},
                    .ttl = DEFAULT_TTL,
                    .tokens = g_array_new(FALSE, FALSE, sizeof(token))};
}

const mw_master *mw_master_read(mw_arena *arena, mw_span bytes, const char *file, GError **error) {
    reader r = start(arena, bytes);
    r.master = mw_new(arena, mw_master);
    *r.master = (mw_master){.records = mw_array_new(arena), .marks = mw_array_new(arena)};
    if (mw_span_starts(bytes, "\xef\xbb\xbf"))
        r.at = 3;
    while (r.at < bytes.len && read_one(&r))
        ;
    g_array_unref(r.tokens);
    if (!r.why)
        return r.master;
    g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s:%u: %s", file, r.line, r.why);
    return NULL;
}

/* NAME TXT v=DMARC1; p=none: people leave the quotes away. */
static mw_span quote_txt(mw_arena *arena, mw_span line) {
    mw_span rest = line, key, value;
    for (int i = 0; i < 4 && next_word(&rest, &key, &value) && !value.data; i++) {
        rest = mw_span_trim(rest);
        if (i && mw_span_is(key, "TXT") && rest.len && mw_span_find(rest, '"') == SIZE_MAX &&
            !mw_span_starts(rest, "\\#"))
            return mw_span_of(mw_printf(arena, "%.*s \"%.*s\"", (int)(rest.data - line.data), line.data,
                                        (int)rest.len, rest.data));
    }
    return line;
}

bool mw_record_read(mw_arena *arena, mw_span line, mw_record *out, const char **why) {
    if (line.len > INT_MAX / 2) {
        *why = "too long";
        return false;
    }
    line = quote_txt(arena, mw_span_trim(line));
    reader r = start(arena, line);
    r.splits = true;
    mw_record record = {.type = 0};
    bool ok = read_tokens(&r);
    if (ok && (r.at < line.len || !r.tokens->len))
        ok = fail(&r, "not one record");
    ok = ok && read_record(&r, &record);
    g_array_unref(r.tokens);
    if (ok)
        *out = record;
    else
        *why = r.why;
    return ok;
}
