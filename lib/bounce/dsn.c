#include "bounce/dsn.h"

#include "base/limits.h"
#include "reply/reply.h"

/* One field of one mail server's report: more is no report. */
enum { MAX_VALUE = 16384 };

/* ---- lines ------------------------------------------------------------------------------------------- */

/* The next line without its end; false behind the last one. */
static bool next_line(mw_span *rest, mw_span *line) {
    if (!rest->data || rest->len == 0)
        return false;
    size_t end = 0;
    while (end < rest->len && rest->data[end] != '\n' && rest->data[end] != '\r')
        end++;
    *line = mw_span_slice(*rest, 0, end);
    bool pair = end + 1 < rest->len && rest->data[end] == '\r' && rest->data[end + 1] == '\n';
    *rest = mw_span_from(*rest, end + (pair ? 2 : end < rest->len ? 1 : 0));
    return true;
}

/* Length of a field's name at the beginning of a line, with the position of the colon; 0: none. */
static size_t field_name(mw_span line, size_t *colon) {
    size_t n = 0;
    while (n < line.len && (g_ascii_isalnum(line.data[n]) || line.data[n] == '-' || line.data[n] == '_'))
        n++;
    if (n == 0 || n > 60 || !g_ascii_isalpha(line.data[0]))
        return 0;
    size_t i = n;
    while (i < line.len && (line.data[i] == ' ' || line.data[i] == '\t'))
        i++;
    if (i >= line.len || line.data[i] != ':')
        return 0;
    *colon = i;
    return n;
}

/* ---- values ------------------------------------------------------------------------------------------ */

static mw_span without_type(mw_span value) {
    size_t semi = mw_span_find(mw_span_slice(value, 0, 24), ';');
    return mw_span_trim(semi == SIZE_MAX ? value : mw_span_from(value, semi + 1));
}

char *mw_dsn_address(mw_arena *arena, mw_span value) {
    mw_span address = without_type(mw_span_trim(value));
    size_t open = mw_span_find(address, '<'), close = mw_span_find(address, '>');
    if (open != SIZE_MAX && close != SIZE_MAX && close > open)
        address = mw_span_trim(mw_span_slice(address, open + 1, close));
    return address.len ? mw_span_dup(arena, address) : NULL;
}

/* The first word, without a final dot or a comment in parentheses. */
static char *host(mw_arena *arena, mw_span value) {
    mw_span name = without_type(value);
    size_t end = 0;
    while (end < name.len && !strchr(" \t(;,", name.data[end]))
        end++;
    name.len = end;
    while (name.len && name.data[name.len - 1] == '.')
        name.len--;
    return name.len ? mw_span_dup(arena, name) : NULL;
}

static char *lower_word(mw_arena *arena, mw_span value) {
    size_t end = 0;
    while (end < value.len && g_ascii_isalpha(value.data[end]))
        end++;
    char *word = mw_strndup(arena, value.data, end);
    for (char *c = word; *c; c++)
        *c = g_ascii_tolower(*c);
    return *word ? word : NULL;
}

/* ---- fields ------------------------------------------------------------------------------------------ */

typedef struct reader {
    mw_arena *arena;
    mw_dsn *dsn;
    mw_dsn_recipient *now; /* the recipient that fields go to, or NULL */
    bool named;            /* it has an address */
    bool blank;            /* a blank line stands before this field */
} reader;

static mw_dsn_recipient *fresh(reader *r) {
    if (r->dsn->recipients->len >= MW_MAX_RECIPIENTS)
        return r->now;
    r->now = mw_new(r->arena, mw_dsn_recipient);
    r->named = false;
    g_ptr_array_add(r->dsn->recipients, r->now);
    return r->now;
}

/* The slot that a recipient's field fills. A field that is there already begins the next recipient. */
static void set(reader *r, size_t offset, const char *value, bool names) {
    bool later_group = r->blank && r->now && r->now->action && r->named;
    if (!r->now || later_group || G_STRUCT_MEMBER(const char *, r->now, offset))
        fresh(r);
    if (!r->now)
        return;
    G_STRUCT_MEMBER(const char *, r->now, offset) = value;
    r->named = r->named || names;
    r->blank = false;
}

static void status(reader *r, mw_span value) {
    mw_span code = mw_smtp_status_at(value);
    if (!code.len && r->now && mw_smtp_code_find(value, 0) == 0)
        r->now->comment = mw_span_dup(r->arena, value); /* "553 too large" */
    if (!code.len)
        return;
    set(r, offsetof(mw_dsn_recipient, status), mw_span_dup(r->arena, code), false);
    mw_span rest = mw_span_trim(mw_span_from(value, (size_t)(code.data - value.data) + code.len));
    if (rest.len > 2 && rest.data[0] == '(' && r->now)
        r->now->comment = mw_span_dup(r->arena, mw_span_slice(rest, 1, rest.len - 1));
}

static void field(reader *r, mw_span name, mw_span value) {
    mw_arena *arena = r->arena;
    if (mw_span_is(name, "Reporting-MTA"))
        r->dsn->reporting_mta = host(arena, value);
    else if (mw_span_is(name, "Received-From-MTA"))
        r->dsn->received_from = host(arena, value);
    else if (mw_span_is(name, "Arrival-Date"))
        r->dsn->arrival_date = mw_span_dup(arena, value);
    else if (mw_span_ends(name, "-Queue-ID") || mw_span_is(name, "Original-Envelope-Id"))
        r->dsn->queue_id = mw_span_dup(arena, value);
    else if (mw_span_starts(name, "X-") && mw_span_ends(name, "-Sender"))
        r->dsn->sender = mw_dsn_address(arena, value);
    else if (mw_span_is(name, "Original-Recipient"))
        set(r, offsetof(mw_dsn_recipient, original), mw_dsn_address(arena, value), true);
    else if (mw_span_is(name, "Final-Recipient"))
        set(r, offsetof(mw_dsn_recipient, final), mw_dsn_address(arena, value), true);
    else if (mw_span_is(name, "X-Actual-Recipient"))
        set(r, offsetof(mw_dsn_recipient, actual), mw_dsn_address(arena, value), true);
    else if (mw_span_is(name, "Action"))
        set(r, offsetof(mw_dsn_recipient, action), lower_word(arena, value), false);
    else if (mw_span_is(name, "Status"))
        status(r, value);
    else if (mw_span_is(name, "Remote-MTA"))
        set(r, offsetof(mw_dsn_recipient, remote_mta), host(arena, value), false);
    else if (mw_span_is(name, "Diagnostic-Code") && value.len)
        set(r, offsetof(mw_dsn_recipient, diagnostic), mw_span_dup(arena, value), false);
    else if (mw_span_is(name, "Will-Retry-Until") && r->now)
        r->now->until = mw_span_dup(arena, value);
    else if (mw_span_starts(name, "X-") && r->now && !r->now->private &&
             mw_smtp_code_grade(arena, value) == 2)
        r->now->private = mw_span_dup(arena, mw_span_strip_end(mw_span_strip(value, "<"),
                                                               "> ")); /* X-Supplementary-Info and the like */
}

const mw_dsn *mw_dsn_read(mw_arena *arena, mw_span content) {
    mw_dsn *dsn = mw_new(arena, mw_dsn);
    dsn->recipients = mw_array_new(arena);
    reader r = {.arena = arena, .dsn = dsn};
    g_autoptr(GString) value = g_string_new(NULL);
    mw_span name = {NULL, 0}, line;
    for (mw_span rest = content; next_line(&rest, &line);) {
        size_t colon, n = field_name(line, &colon);
        bool empty = mw_span_trim(line).len == 0;
        if (n || empty) {
            if (name.len)
                field(&r, name, mw_span_trim((mw_span){value->str, value->len}));
            name.len = 0;
            r.blank = r.blank || empty;
        }
        if (n) {
            name = mw_span_slice(line, 0, n);
            g_string_truncate(value, 0);
            g_string_append_len(value, line.data + colon + 1, (gssize)(line.len - colon - 1));
        } else if (!empty && name.len && value->len + line.len < MAX_VALUE) {
            g_string_append_c(value, ' ');
            mw_span more = mw_span_trim(line);
            g_string_append_len(value, more.data, (gssize)more.len);
        }
    }
    if (name.len)
        field(&r, name, mw_span_trim((mw_span){value->str, value->len}));
    return dsn;
}
