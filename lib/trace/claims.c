#include "trace/claims.h"

#include "base/limits.h"
#include "trace/authres.h"
#include "trace/received.h"

const char *mw_claim_property(const mw_claim *claim, const char *name) {
    for (size_t i = 0; i < claim->n_properties; i++)
        if (g_ascii_strcasecmp(claim->properties[i].name, name) == 0)
            return claim->properties[i].value;
    return NULL;
}

const mw_claim *mw_claims_trusted(const GPtrArray *claims, const char *method) {
    for (guint i = 0; claims && i < claims->len; i++) {
        const mw_claim *claim = claims->pdata[i];
        if (claim->trusted && strcmp(claim->method, method) == 0)
            return claim;
    }
    return NULL;
}

/* --- making a claim ------------------------------------------------------------------------------ */

typedef struct builder {
    mw_arena *arena;
    mw_claim *claim;
    mw_property properties[MW_MAX_PROPERTIES];
    size_t n;
} builder;

static void start(builder *b, mw_arena *arena, const char *method) {
    b->arena = arena;
    b->claim = mw_new(arena, mw_claim);
    b->claim->method = method;
    b->n = 0;
}

static char *lower(mw_arena *arena, mw_span text) {
    char *out = mw_span_dup(arena, text);
    for (char *p = out; *p; p++)
        *p = g_ascii_tolower(*p);
    return out;
}

static void add(builder *b, const char *name, mw_span value) {
    if (b->n < MW_MAX_PROPERTIES)
        b->properties[b->n++] = (mw_property){name, mw_span_dup(b->arena, mw_span_slice(value, 0, 2000))};
}

static void finish(builder *b, GPtrArray *claims) {
    b->claim->properties = mw_memdup(b->arena, b->properties, b->n * sizeof b->properties[0]);
    b->claim->n_properties = b->n;
    if (!b->claim->result)
        b->claim->result = "";
    g_ptr_array_add(claims, b->claim);
}

/* The next run of bytes up to one of stops; moves rest behind it. */
static mw_span take(mw_span *rest, const char *stops) {
    *rest = mw_span_trim(*rest);
    size_t i = 0;
    while (i < rest->len && !strchr(stops, rest->data[i]))
        i++;
    mw_span word = mw_span_slice(*rest, 0, i);
    *rest = mw_span_from(*rest, i);
    return word;
}

/* --- Received-SPF (RFC 7208 section 9.1) ----------------------------------------------------------- */

static const char *address_in(mw_arena *arena, mw_span text) {
    mw_ip ip;
    while (text.len) {
        mw_span word = take(&text, " \t,;()=");
        while (word.len && (word.data[word.len - 1] == '.' || word.data[word.len - 1] == ':'))
            word.len--;
        if (word.len >= 3 && mw_received_ip(word, &ip))
            return mw_ip_text(arena, &ip);
        text = mw_span_from(text, 1);
    }
    return NULL;
}

static mw_span unquoted(mw_span value) {
    if (value.len >= 2 && (value.data[0] == '"' || value.data[0] == '<'))
        return mw_span_slice(value, 1, value.len - 1);
    return value;
}

static size_t comment_length(mw_span text) {
    size_t depth = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '\\')
            i++;
        else if (text.data[i] == '(')
            depth++;
        else if (text.data[i] == ')' && --depth == 0)
            return i + 1;
    }
    return text.len;
}

/* Of the quoted string at the beginning, with its quotes; 0 without one, or without its end. */
static size_t quoted_length(mw_span text) {
    if (text.len == 0 || text.data[0] != '"')
        return 0;
    for (size_t i = 1; i < text.len; i++) {
        if (text.data[i] == '\\')
            i++;
        else if (text.data[i] == '"')
            return i + 1;
    }
    return 0;
}

/* One "key=value" or comment; false at the end. */
static bool read_spf_pair(builder *b, mw_span *rest) {
    while (rest->len && strchr(" \t;,", rest->data[0]))
        *rest = mw_span_from(*rest, 1);
    if (rest->len == 0)
        return false;
    if (rest->data[0] == '(') {
        size_t n = comment_length(*rest);
        if (!b->claim->reason)
            b->claim->reason = mw_span_dup(b->arena, mw_span_slice(*rest, 1, MIN(n - (n > 1), 1000)));
        *rest = mw_span_from(*rest, n);
        return true;
    }
    mw_span name = take(rest, "= \t;,(");
    if (rest->len == 0 || rest->data[0] != '=') {
        if (name.len == 0)
            *rest = mw_span_from(*rest, 1);
        return true;
    }
    *rest = mw_span_from(*rest, 1);
    mw_span from = *rest;
    size_t quoted = quoted_length(from);
    *rest = mw_span_from(*rest, quoted);
    mw_span value;
    if (quoted && rest->len && rest->data[0] == '@') /* "a; b"@example.org keeps its quotes */
        value = mw_span_slice(from, 0, quoted + take(rest, " \t;").len);
    else
        value = unquoted(quoted ? mw_span_slice(from, 0, quoted) : take(rest, " \t;"));
    add(b, lower(b->arena, name), value);
    return true;
}

static void read_received_spf(mw_arena *arena, mw_span value, GPtrArray *claims) {
    builder b;
    start(&b, arena, "spf");
    mw_span rest = value;
    b.claim->result = lower(arena, take(&rest, " \t(;,"));
    for (int pairs = 0; pairs < 4 * MW_MAX_PROPERTIES && read_spf_pair(&b, &rest);)
        pairs++;
    finish(&b, claims);
    b.claim->by = mw_claim_property(b.claim, "receiver");
    if (!mw_claim_property(b.claim, "client-ip")) {
        const char *ip = address_in(arena, mw_span_slice(value, 0, 4000));
        if (ip && b.n < MW_MAX_PROPERTIES) {
            add(&b, "client-ip", mw_span_of(ip));
            b.claim->properties = mw_memdup(arena, b.properties, b.n * sizeof b.properties[0]);
            b.claim->n_properties = b.n;
        }
    }
}

/* --- spam filters -------------------------------------------------------------------------------- */

/* Yes, score=5.1 required=5.0 tests=A,B autolearn=no */
static void read_spam_status(mw_arena *arena, mw_span value, GPtrArray *claims) {
    builder b;
    start(&b, arena, "spam");
    mw_span rest = value;
    b.claim->result = lower(arena, take(&rest, " \t,;"));
    while (rest.len && b.n < MW_MAX_PROPERTIES) {
        rest = mw_span_from(rest, strchr(" \t,;", rest.data[0]) != NULL);
        mw_span name = take(&rest, "= \t,");
        if (rest.len == 0 || rest.data[0] != '=') {
            rest = mw_span_from(rest, name.len == 0);
            continue;
        }
        rest = mw_span_from(rest, 1);
        bool tests = mw_span_is(name, "tests");
        size_t bracket = rest.len && rest.data[0] == '[' ? mw_span_find(rest, ']') : SIZE_MAX;
        mw_span v;
        if (bracket != SIZE_MAX) {
            v = mw_span_slice(rest, 1, bracket);
            rest = mw_span_from(rest, bracket + 1);
        } else if (tests) { /* the list may be folded behind its commas; it ends before the next key */
            size_t end = mw_span_search(rest, " autolearn");
            size_t version = mw_span_search(rest, " version=");
            end = MIN(MIN(end, version), rest.len);
            v = mw_span_slice(rest, 0, end);
            rest = mw_span_from(rest, end);
        } else {
            v = take(&rest, " \t,");
        }
        add(&b, lower(arena, name), v);
    }
    finish(&b, claims);
}

/* default: False [1.20 / 15.00]; SYMBOL(1.00)[option]; ... */
static void read_rspamd(mw_arena *arena, mw_span value, GPtrArray *claims) {
    builder b;
    start(&b, arena, "spam");
    mw_span rest = value;
    take(&rest, ":");
    rest = mw_span_from(rest, 1);
    mw_span flag = take(&rest, " \t[;");
    b.claim->result = mw_span_is(flag, "true")    ? "yes"
                      : mw_span_is(flag, "false") ? "no"
                                                  : lower(arena, flag);
    take(&rest, "[;");
    if (rest.len && rest.data[0] == '[') {
        rest = mw_span_from(rest, 1);
        add(&b, "score", mw_span_trim(take(&rest, "/];")));
        rest = mw_span_from(rest, 1);
        add(&b, "required", mw_span_trim(take(&rest, "];")));
    }
    take(&rest, ";");
    if (rest.len > 1)
        add(&b, "tests", mw_span_trim(mw_span_from(rest, 1)));
    finish(&b, claims);
}

/* CIP:192.0.2.1;CTRY:US;SCL:5;SFV:SPM;H:mail.example;PTR:mail.example;CAT:SPOOF;DIR:INB; */
static void read_forefront(mw_arena *arena, mw_span value, GPtrArray *claims, const char *method,
                           const char *main_key) {
    builder b;
    start(&b, arena, method);
    mw_span rest = value;
    while (rest.len && b.n < MW_MAX_PROPERTIES) {
        mw_span item = mw_span_trim(take(&rest, ";"));
        rest = mw_span_from(rest, 1);
        size_t colon = mw_span_find(item, ':');
        if (colon == SIZE_MAX)
            continue;
        mw_span name = mw_span_slice(item, 0, colon), v = mw_span_trim(mw_span_from(item, colon + 1));
        if (mw_span_is(name, "SFS") || mw_span_is(name, "ARA") || v.len == 0)
            continue; /* codes that nobody documents */
        if (mw_span_is(name, main_key))
            b.claim->result = lower(arena, v);
        add(&b, lower(arena, name), v);
    }
    finish(&b, claims);
}

/* The first word, and the whole as the reason. */
static void read_word(mw_arena *arena, mw_span value, GPtrArray *claims, const char *method) {
    builder b;
    start(&b, arena, method);
    mw_span rest = value;
    b.claim->result = lower(arena, mw_span_slice(take(&rest, " \t,;(/"), 0, 200));
    b.claim->reason = mw_span_dup(arena, mw_span_slice(value, 0, 1000));
    finish(&b, claims);
}

static void read_greylist(mw_arena *arena, mw_span value, GPtrArray *claims) {
    builder b;
    start(&b, arena, "greylist");
    b.claim->result =
        mw_span_search(value, "not delayed") != SIZE_MAX || mw_span_search(value, "whitelist") != SIZE_MAX
            ? "passed"
        : mw_span_search(value, "delayed") != SIZE_MAX ? "delayed"
                                                       : "passed";
    b.claim->reason = mw_span_dup(arena, mw_span_slice(value, 0, 300));
    finish(&b, claims);
}

/* --- the header ---------------------------------------------------------------------------------- */

typedef enum form { AUTHRES, RECEIVED_SPF, SPAM_STATUS, RSPAMD, FOREFRONT, BCL, GREYLIST, WORD } form;

static const struct {
    const char *name;
    form form;
    const char *method;
} fields[] = {
    {"Authentication-Results", AUTHRES, NULL},
    {"ARC-Authentication-Results", AUTHRES, NULL},
    {"Authentication-Results-Original", AUTHRES, NULL},
    {"X-Original-Authentication-Results", AUTHRES, NULL},
    {"Received-SPF", RECEIVED_SPF, "spf"},
    {"X-Received-SPF", RECEIVED_SPF, "spf"},
    {"X-HE-DKIM-Result", WORD, "dkim"},
    {"X-HE-SPF-Result", WORD, "spf"},
    {"X-DKIM-Result", WORD, "dkim"},
    {"X-SPF-Result", WORD, "spf"},
    {"X-Spam-Status", SPAM_STATUS, "spam"},
    {"X-Spam-Flag", WORD, "spam"},
    {"X-Spam-Report", WORD, "spam-report"},
    {"X-Spam-Score", WORD, "spam-score"},
    {"X-Spamd-Result", RSPAMD, "spam"},
    {"X-Rspamd-Action", WORD, "spam-action"},
    {"X-Forefront-Antispam-Report", FOREFRONT, "scl"},
    {"X-Microsoft-Antispam", BCL, "bcl"},
    {"X-MS-Exchange-Organization-SCL", WORD, "scl"},
    {"X-MS-Exchange-Organization-PCL", WORD, "pcl"},
    {"X-MGA-Submission", WORD, "mga"},
    {"X-SES-Spam-Verdict", WORD, "spam"},
    {"X-SES-Virus-Verdict", WORD, "virus"},
    {"X-Greylist", GREYLIST, "greylist"},
    {"X-Greylisting", GREYLIST, "greylist"},
    {"X-Virus-Status", WORD, "virus"},
};

static void read_field(mw_arena *arena, const mw_field *field, size_t form_index, GPtrArray *claims) {
    mw_span value = mw_span_of(mw_field_text(arena, field));
    const char *method = fields[form_index].method;
    guint first = claims->len;
    switch (fields[form_index].form) {
    case AUTHRES:
        mw_authres_read(arena, value, claims);
        break;
    case RECEIVED_SPF:
        read_received_spf(arena, value, claims);
        break;
    case SPAM_STATUS:
        read_spam_status(arena, value, claims);
        break;
    case RSPAMD:
        read_rspamd(arena, value, claims);
        break;
    case FOREFRONT:
        read_forefront(arena, value, claims, method, "SCL");
        break;
    case BCL:
        read_forefront(arena, value, claims, method, "BCL");
        break;
    case GREYLIST:
        read_greylist(arena, value, claims);
        break;
    case WORD:
        read_word(arena, value, claims, method);
        break;
    }
    for (guint i = first; i < claims->len; i++) {
        mw_claim *claim = claims->pdata[i];
        claim->source = fields[form_index].name;
        claim->field = field;
    }
}

GPtrArray *mw_claims_read(mw_arena *arena, const mw_message *message) {
    GPtrArray *claims = mw_array_new(arena);
    for (size_t i = 0; i < message->n_fields && claims->len < MW_MAX_CLAIMS; i++) {
        mw_span name = message->fields[i].name;
        char first =
            name.len ? g_ascii_toupper(name.data[0]) : '\0'; /* most fields begin otherwise than ours */
        for (size_t f = 0; f < G_N_ELEMENTS(fields); f++)
            if (fields[f].name[0] == first && mw_span_is(name, fields[f].name)) {
                read_field(arena, &message->fields[i], f, claims);
                break;
            }
    }
    return claims;
}
