#include "trace/authres.h"

#include "base/limits.h"

/* A cursor over the value; failed sticks until the next result. */
typedef struct cursor {
    const char *s;
    size_t at, len;
    bool failed;
    mw_span comment; /* the first one since it was cleared */
} cursor;

static bool at_end(const cursor *c) {
    return c->at >= c->len;
}

static char peek(const cursor *c) {
    return at_end(c) ? 0 : c->s[c->at];
}

/* A nested comment; one without its end takes all that is left: text behind it can't be told from it. */
static void skip_comment(cursor *c) {
    size_t from = c->at + 1, depth = 0;
    for (; !at_end(c); c->at++) {
        char b = c->s[c->at];
        if (b == '\\')
            c->at++;
        else if (b == '(')
            depth++;
        else if (b == ')' && --depth == 0)
            break;
    }
    size_t end = MIN(c->at, c->len);
    if (c->comment.data == NULL)
        c->comment = (mw_span){c->s + from, end - MIN(from, end)};
    c->at = MIN(end + 1, c->len);
}

static void skip_space(cursor *c) {
    for (;; c->at++) {
        while (peek(c) == '(' && !at_end(c))
            skip_comment(c);
        if (at_end(c) || !strchr(" \t\r\n", c->s[c->at]) || c->s[c->at] == 0)
            return;
    }
}

static bool is_key(char b) {
    return g_ascii_isalnum(b) || b == '-' || b == '_';
}

static mw_span read_key(cursor *c) {
    size_t from = c->at;
    while (!at_end(c) && is_key(c->s[c->at]))
        c->at++;
    c->failed |= c->at == from;
    return (mw_span){c->s + from, c->at - from};
}

static bool eat(cursor *c, char byte) {
    skip_space(c);
    if (peek(c) != byte || at_end(c))
        return false;
    c->at++;
    skip_space(c);
    return true;
}

static void put(GString *out, char byte) {
    if (out->len < MW_MAX_CLAIM_VALUE)
        g_string_append_c(out, byte);
}

/* A quoted string with its quoted pairs undone, into out. */
static void read_quoted(cursor *c, GString *out) {
    for (c->at++; !at_end(c) && c->s[c->at] != '"'; c->at++) {
        if (c->s[c->at] == '\\' && c->at + 1 < c->len)
            c->at++;
        put(out, c->s[c->at]);
    }
    c->failed |= at_end(c);
    c->at = MIN(c->at + 1, c->len);
}

/* A value: token, quoted string, or an address whose local part is quoted ("a;b"@example.org): no result can
 * begin within it. */
static char *read_value(mw_arena *arena, cursor *c) {
    GString *out = g_string_new(NULL);
    while (!at_end(c) && !strchr(" \t\r\n;(", c->s[c->at])) {
        if (c->s[c->at] == '"') {
            size_t from = c->at;
            bool whole = out->len == 0;
            read_quoted(c, out);
            if (peek(c) == '@' && whole) { /* a local part keeps its quotes */
                g_string_truncate(out, 0);
                g_string_append_len(out, c->s + from, (gssize)MIN(c->at - from, MW_MAX_CLAIM_VALUE));
            }
            continue;
        }
        put(out, c->s[c->at++]);
    }
    char *text = mw_strndup(arena, out->str, strlen(out->str));
    g_string_free(out, TRUE);
    return text;
}

static char *lower(mw_arena *arena, mw_span text) {
    char *out = mw_span_dup(arena, text);
    for (char *p = out; *p; p++)
        *p = g_ascii_tolower(*p);
    return out;
}

static void skip_result(cursor *c) {
    while (!at_end(c) && c->s[c->at] != ';') {
        if (c->s[c->at] == '(')
            skip_comment(c);
        else if (c->s[c->at] == '"') {
            GString *sink = g_string_new(NULL);
            read_quoted(c, sink);
            g_string_free(sink, TRUE);
        } else
            c->at++;
    }
}

/* "smtp.mailfrom", also "action" and others without a dot. */
static char *read_name(mw_arena *arena, cursor *c) {
    mw_span first = read_key(c);
    if (!eat(c, '.'))
        return lower(arena, first);
    mw_span second = read_key(c);
    return lower(arena, mw_span_of(mw_printf(arena, "%.*s.%.*s", (int)first.len, first.data, (int)second.len,
                                             second.data)));
}

static void read_properties(mw_arena *arena, cursor *c, mw_claim *claim) {
    mw_property *kept = g_new(mw_property, MW_MAX_PROPERTIES);
    size_t n = 0;
    for (skip_space(c); !at_end(c) && peek(c) != ';' && !c->failed; skip_space(c)) {
        char *name = read_name(arena, c);
        if (c->failed || !eat(c, '=')) {
            c->failed = true;
            break;
        }
        char *value = read_value(arena, c);
        if (strcmp(name, "reason") == 0 && !claim->reason)
            claim->reason = value;
        if (n < MW_MAX_PROPERTIES)
            kept[n++] = (mw_property){name, value};
    }
    claim->properties = mw_memdup(arena, kept, n * sizeof *kept);
    claim->n_properties = n;
    g_free(kept);
}

static void read_result(mw_arena *arena, cursor *c, mw_authres *head, GPtrArray *claims) {
    mw_span method = read_key(c);
    if (!c->failed && eat(c, '/')) /* a method version */
        read_key(c);
    if (c->failed || !eat(c, '=')) {
        c->failed = true;
        return;
    }
    mw_claim *claim = mw_new(arena, mw_claim);
    claim->method = lower(arena, method);
    claim->result = lower(arena, mw_span_of(read_value(arena, c)));
    c->comment = (mw_span){NULL, 0}; /* the one behind the result tells why */
    if (*claim->result == 0)
        c->failed = true;
    else
        read_properties(arena, c, claim);
    if (c->comment.len && claim->reason)
        claim->reason =
            mw_printf(arena, "%s (%.*s)", claim->reason, (int)MIN(c->comment.len, 1000), c->comment.data);
    else if (c->comment.len)
        claim->reason = mw_strndup(arena, c->comment.data, MIN(c->comment.len, 1000));
    claim->by = head->authserv_id;
    claim->instance = head->instance;
    if (*claim->result && claims->len < MW_MAX_CLAIMS)
        g_ptr_array_add(claims, claim);
}

static bool is_result_next(const cursor *c) {
    cursor look = *c;
    read_key(&look);
    return !look.failed && (eat(&look, '=') || eat(&look, '/'));
}

/* i=N; authserv-id [version] */
static void read_head(mw_arena *arena, cursor *c, mw_authres *head) {
    skip_space(c);
    cursor look = *c;
    if (mw_span_is(read_key(&look), "i") && eat(&look, '=')) {
        uint64_t number;
        if (mw_span_number(mw_span_of(read_value(arena, &look)), 1000, &number)) {
            head->instance = (int)number;
            *c = look;
            if (!eat(c, ';'))
                return;
        }
    }
    if (at_end(c) || is_result_next(c))
        return;
    head->authserv_id = read_value(arena, c);
    if (*head->authserv_id == 0)
        head->authserv_id = NULL;
    skip_space(c);
    if (!at_end(c) && g_ascii_isdigit(peek(c)))
        read_value(arena, c);
}

mw_authres mw_authres_read(mw_arena *arena, mw_span value, GPtrArray *claims) {
    mw_authres head = {0};
    cursor c = {.s = value.len ? value.data : "", .len = value.len};
    read_head(arena, &c, &head);
    bool first = head.authserv_id == NULL;
    for (skip_space(&c); !at_end(&c) && claims->len < MW_MAX_CLAIMS; skip_space(&c)) {
        if (!first && !eat(&c, ';')) {
            head.broken = true;
            skip_result(&c);
            first = false;
            continue;
        }
        first = false;
        if (at_end(&c) || peek(&c) == ';')
            continue;
        cursor look = c;
        if (mw_span_is(read_key(&look), "none") && (skip_space(&look), at_end(&look))) {
            head.none = true;
            break;
        }
        c.failed = false;
        read_result(arena, &c, &head, claims);
        if (c.failed) {
            head.broken = true;
            skip_result(&c);
        }
        c.failed = false;
    }
    return head;
}
