#include "reply/catalogue.h"

#include "base/pairs.h"
#include "reply/reason.h"
#include "reply/rules.h"

/* ---- look-ups ---------------------------------------------------------------------------------------- */

const mw_reply_class *mw_reply_cause(const mw_reply_catalogue *catalogue, const char *name) {
    const mw_reply_class *cause = name ? g_hash_table_lookup(catalogue->causes, name) : NULL;
    return cause ? cause : g_hash_table_lookup(catalogue->causes, "unknown");
}

const char *mw_reply_in_outcome(const mw_reply_catalogue *catalogue, const char *text, bool waits) {
    const mw_reply_outcomes *texts = g_hash_table_lookup(catalogue->outcomes, text);
    const char *other = !texts ? "" : waits ? texts->delayed : texts->failed;
    return *other ? other : text;
}

const mw_code *mw_reply_code(const mw_reply_catalogue *catalogue, const char *code) {
    const mw_code *found = g_hash_table_lookup(catalogue->codes, code);
    if (found || strlen(code) > 12 || !strchr(code, '.'))
        return found;
    char any[16] = "x";
    g_strlcat(any, code + 1, sizeof any);
    return g_hash_table_lookup(catalogue->codes, any);
}

/* The mark stands as a word, a host's name or a link; within an address it only tells where somebody has one.
 */
static bool names_itself(const mw_pairs *pairs, mw_span words, const char *mark) {
    size_t from = 0, at, n = strlen(mark);
    for (int tries = 0; tries < 16; tries++) {
        at = mw_pairs_search(pairs, mw_span_from(words, from), mark);
        if (at == SIZE_MAX)
            return false;
        from += at;
        size_t start = from;
        while (start > 0 && (g_ascii_isalnum(words.data[start - 1]) || strchr(".-_", words.data[start - 1])))
            start--;
        bool whole = from == 0 || !g_ascii_isalnum(words.data[from - 1]) || !g_ascii_isalnum(mark[0]);
        bool address = start > 0 && words.data[start - 1] == '@';
        if (whole && !address)
            return true;
        from += n;
    }
    return false;
}

const char *mw_reply_provider(const mw_smtp_reply *reply) {
    static const struct {
        const char *host, *words, *provider;
    } marks[] = {
        {"google.com", "gsmtp", "google"},
        {"googlemail.com", "support.google.com", "google"},
        {"outlook.com", "outlook.com", "microsoft"},
        {"hotmail.com", NULL, "microsoft"},
        {"yahoodns.net", "yahoo", "yahoo"},
        {NULL, "senders.yahooinc.com", "yahoo"},
        {NULL, "postmaster.verizonmedia.com", "yahoo"},
        {"icloud.com", "support.apple.com", "apple"},
        {"me.com", NULL, "apple"},
        {"comcast.net", "comcast", "comcast"},
        {"gmx.net", "gmx.", "gmx-webde"},
        {"web.de", "postmaster.web.de", "gmx-webde"},
        {"kundenserver.de", NULL, "gmx-webde"},
        {"mail.ru", "mail.ru", "mailru"},
        {"yandex.net", "yandex", "yandex"},
        {"t-online.de", "t-online.de", "t-online"},
        {"orange.fr", "ofr", "orange-laposte"},
        {"wanadoo.fr", NULL, "orange-laposte"},
        {"laposte.net", "lpn", "orange-laposte"},
        {"free.fr", NULL, "free.fr"},
        {"charter.net", "aup#", "spectrum"},
        {"cox.net", "cxmxrt", "cox"},
        {"secureserver.net", "secureserver", "godaddy"},
        {"qq.com", "mail.qq.com", "tencent-qq"},
        {"163.com", "163.com", "netease-163"},
        {"mimecast.com", "mimecast", "mimecast"},
        {"pphosted.com", "proofpoint", "proofpoint"},
        {"messagelabs.com", "messagelabs", "symantec-messagelabs"},
        {"barracudanetworks.com", "barracuda", "barracuda"},
        {"facebook.com", "facebook.com", "facebook"},
    };
    mw_span host = mw_span_of(reply->host), words = mw_span_of(reply->words);
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (host.len && marks[i].host && mw_span_ends(host, marks[i].host))
            return marks[i].provider;
    }
    mw_pairs pairs;
    mw_pairs_read(&pairs, words);
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (marks[i].words && names_itself(&pairs, words, marks[i].words))
            return marks[i].provider;
    }
    return NULL;
}

static const char *status_of(const mw_smtp_reply *reply) {
    return reply->enhanced && !g_str_has_suffix(reply->enhanced, ".0.0") ? reply->enhanced : NULL;
}

/* A status of the session (x.5.x), the content (x.6.x) or the receiver's rules (x.7.x) speaks of no broken
 * way, whatever words like "refused" say in general. */
static bool ruled_out(const mw_rule *r, const mw_smtp_reply *reply) {
    const char *status = status_of(reply);
    return status && strchr("567", status[2]) && status[3] == '.' && strcmp(status + 4, "0") != 0 &&
           strcmp(r->cause, "network") == 0 && strcmp(r->provider, "generic") == 0;
}

static const mw_rule *match(const mw_reply_catalogue *c, mw_arena *arena, const mw_wording_text *text,
                            const mw_smtp_reply *reply) {
    const char *provider = mw_reply_provider(reply);
    size_t n;
    const mw_alternative *likely = mw_wordings_sift(c->patterns, arena, text, &n);
    enum { OWN, OTHERS, HINTS }; /* first what the provider says, then the others, then what says little */
    for (int pass = provider ? OWN : OTHERS; pass <= HINTS; pass++) {
        for (size_t i = 0; i < n; i++) {
            const mw_rule *r = c->rules->pdata[likely[i].number];
            bool own = provider && (r->any || strcmp(r->provider, provider) == 0);
            if ((own       ? OWN
                 : r->weak ? HINTS
                           : OTHERS) == pass &&
                mw_alternative_match(&likely[i], text) && !ruled_out(r, reply))
                return r;
        }
    }
    return NULL;
}

static bool matches_part(const mw_rule *r, mw_arena *arena, const char *text, size_t from, size_t to) {
    return mw_wording_match(r->pattern, mw_wording_text_new(arena, (mw_span){text + from, to - from}));
}

bool mw_reply_decisive(const mw_reply_catalogue *c, mw_arena *arena, const mw_meaning *meaning,
                       const char *text, size_t *from, size_t *to) {
    const mw_rule *known = NULL;
    for (guint i = 0; meaning && meaning->row && i < c->rules->len && !known; i++)
        if (strcmp(((const mw_rule *)c->rules->pdata[i])->id, meaning->row) == 0)
            known = c->rules->pdata[i];
    size_t len = MIN(strlen(text), MW_PATTERN_TEXT), start = 0, end = len;
    if (!known || !matches_part(known, arena, text, 0, len))
        return false;
    for (size_t low = 1, high = len; low < high;) { /* the first end at which it matches */
        size_t middle = low + (high - low) / 2;
        if (matches_part(known, arena, text, 0, middle))
            high = end = middle;
        else
            low = middle + 1;
    }
    for (size_t low = 0, high = end; low + 1 < high;) { /* the last start */
        size_t middle = low + (high - low) / 2;
        if (matches_part(known, arena, text, middle, end))
            low = start = middle;
        else
            high = middle;
    }
    while (start > 0 && (text[start] & 0xc0) == 0x80)
        start--;
    while (text[end] && (g_ascii_isalnum(text[end]) || (text[end] & 0x80)))
        end++; /* whole words */
    while (start > 0 && g_ascii_isalnum(text[start - 1]) && g_ascii_isalnum(text[start]))
        start--;
    *from = start;
    *to = end;
    return true;
}

/* "example.com does not exist": a domain, not an address. */
static bool missing_domain(const char *words) {
    static const char *const tails[] = {" does not exist", " not found", " unknown"};
    mw_span text = mw_span_of(words);
    for (size_t i = 0; i < G_N_ELEMENTS(tails); i++) {
        size_t at = mw_span_search(text, tails[i]), start = at;
        if (at == SIZE_MAX)
            continue;
        bool dot = false;
        while (start > 0 && text.data[start - 1] != ' ' && at - start < 254) {
            char c = text.data[--start];
            if (!g_ascii_isalnum(c) && c != '.' && c != '-')
                return false;
            dot = dot || c == '.';
        }
        return dot && at - start > 3 && g_ascii_isalnum(text.data[at - 1]);
    }
    return false;
}

static bool address_byte(char c) {
    return g_ascii_isalnum(c) || (c && strchr(".-_+&~", c)) || (c & 0x80);
}

/* What encloses an address on both sides. */
static bool pair(char open, char close) {
    return (open == '<' && close == '>') || (open == '(' && close == ')') || (open == '[' && close == ']') ||
           (open == close && open && strchr("'\"", open));
}

/* Every address is "<@>", in whatever brackets it stood: its own words say nothing of the cause. */
static mw_span without_addresses(mw_arena *arena, mw_span text) {
    char *out = mw_alloc(arena, text.len + 1), *to = out;
    size_t done = 0;
    for (size_t sign = 0; sign < text.len; sign++) {
        if (text.data[sign] != '@')
            continue;
        size_t start = sign, end = sign + 1;
        while (start > done && address_byte(text.data[start - 1]))
            start--;
        while (end < text.len && (g_ascii_isalnum(text.data[end]) || strchr(".-", text.data[end])))
            end++;
        while (end > sign + 1 && strchr(".-", text.data[end - 1]))
            end--;
        if (start == sign || end == sign + 1)
            continue;
        size_t left = start, right = end;
        while (left > done && text.data[left - 1] == ' ')
            left--;
        while (right < text.len && text.data[right] == ' ')
            right++;
        if (left > done && right < text.len && pair(text.data[left - 1], text.data[right])) {
            start = left - 1;
            end = right + 1;
        }
        memcpy(to, text.data + done, start - done);
        to += start - done;
        memcpy(to, "<@>", 3);
        to += 3;
        done = end;
        sign = end - 1;
    }
    memcpy(to, text.data + done, text.len - done);
    to += text.len - done;
    return (mw_span){out, (size_t)(to - out)};
}

/* Of a text that is too long to match, the beginning and the end: what counts stands in either. */
static mw_span middle_left_out(mw_arena *arena, mw_span text) {
    enum { END = 600 };
    if (text.len <= MW_PATTERN_TEXT)
        return text;
    mw_span head = mw_span_slice(text, 0, MW_PATTERN_TEXT - END - 1);
    mw_span tail = mw_span_from(text, text.len - END);
    return mw_span_of(mw_printf(arena, "%.*s %.*s", (int)head.len, head.data, (int)tail.len, tail.data));
}

/* Nothing, or a host that says its name, that of its program and of the session. */
static bool only_name(const char *words) {
    mw_span rest = mw_span_of(words), name = mw_span_cut(&rest, ' ');
    size_t dot = mw_span_find(name, '.'), more = 0;
    for (; rest.data; more++)
        mw_span_cut(&rest, ' ');
    return !*words || (more <= 2 && dot != SIZE_MAX && dot + 1 < name.len);
}

/* A general row that tells of the same: who acts and what they do go together. */
static const mw_rule *like(const mw_reply_catalogue *c, const char *cause, const char *reason) {
    for (guint i = 0; reason && *reason && i < c->rules->len; i++) {
        const mw_rule *r = c->rules->pdata[i];
        if (strcmp(r->provider, "generic") == 0 && !r->weak && strcmp(r->cause, cause) == 0 &&
            strcmp(r->reason, reason) == 0 && *r->owner && *r->action)
            return r;
    }
    return NULL;
}

static void from_codes(const mw_reply_catalogue *c, const mw_smtp_reply *reply, mw_meaning *out) {
    const char *status = status_of(reply);
    const mw_code *code = status ? mw_reply_code(c, status) : NULL;
    out->basis = code ? MW_BASIS_STATUS : MW_BASIS_NONE;
    bool login = reply->code && g_str_has_prefix(reply->code, "53"); /* says more than 5.7.x */
    if (code && login && strcmp(code->cause, "policy") == 0)
        code = NULL;
    if (!code && reply->code) {
        code = mw_reply_code(c, reply->code);
        out->basis = code ? MW_BASIS_CODE : MW_BASIS_NONE;
    }
    if (!code && reply->enhanced && (code = mw_reply_code(c, reply->enhanced)))
        out->basis = MW_BASIS_STATUS;
    bool alone = code && only_name(reply->words) && *code->alone;
    const mw_reply_class *cause = mw_reply_cause(c, !code ? NULL : alone ? code->alone : code->cause);
    out->cause = cause->name;
    out->reason = code && !alone ? code->reason : NULL;
    out->meaning = code ? code->meaning : cause->meaning;
    const mw_rule *same = like(c, cause->name, out->reason);
    out->owner = same ? same->owner : cause->owner;
    out->action = same ? same->action : cause->action;
}

/* What a login, an account or its own limits refuse, before the mail left the sender's provider. */
static bool at_submission(const mw_smtp_reply *reply, const mw_rule *r) {
    if (r && (g_str_has_prefix(r->id, "submission-") || strstr(r->wording, "daily {user sending")))
        return true;
    static const char *const codes[] = {"530", "534", "535", "538"};
    for (size_t i = 0; reply->code && i < G_N_ELEMENTS(codes); i++) {
        if (strcmp(reply->code, codes[i]) == 0 && !(r && strcmp(r->cause, "tls") == 0))
            return true;
    }
    return reply->command && strcmp(reply->command, "AUTH") == 0;
}

static const mw_rule *row_named(const mw_reply_catalogue *c, const char *id) {
    for (guint i = 0; i < c->rules->len; i++) {
        const mw_rule *r = c->rules->pdata[i];
        if (strcmp(r->id, id) == 0)
            return r;
    }
    return NULL;
}

/* A domain or address that is not found in answer to MAIL FROM is the sender's. */
static const mw_rule *of_sender(const mw_reply_catalogue *c, const mw_smtp_reply *reply, const mw_rule *r) {
    bool lost = r && (strcmp(r->reason, "hostunknown") == 0 || strcmp(r->reason, "userunknown") == 0);
    if (!lost || !reply->command || strcmp(reply->command, "MAIL FROM") != 0)
        return r;
    const mw_rule *other = row_named(c, "sender-domain");
    return other ? other : r;
}

/* Whatever a server answers to STARTTLS, there is no encryption. */
static const mw_rule *of_starttls(const mw_reply_catalogue *c, const mw_smtp_reply *reply, const mw_rule *r) {
    bool about = r && (strcmp(r->cause, "syntax") == 0 || strcmp(r->cause, "unknown") == 0);
    return about && g_strcmp0(reply->command, "STARTTLS") == 0 ? row_named(c, "tls-broken") : r;
}

/* Whose wording it is: a provider is named only by its own host, code or link. */
static const char *own_wording(const mw_rule *r, const char *provider) {
    return provider && strcmp(r->provider, provider) == 0 ? provider : "generic";
}

/* A status that names one check (5.7.25) tells more than a row that knows only "rejected". */
static bool status_tells_more(const mw_reply_catalogue *c, const mw_smtp_reply *reply, const mw_rule *r) {
    const char *status = status_of(reply), *detail = status ? strstr(status, ".7.") : NULL;
    const mw_code *code = detail && strlen(detail) > strlen(".7.1") ? mw_reply_code(c, status) : NULL;
    return r && r->weak && code && strcmp(code->cause, "policy") != 0;
}

/* The second opinion speaks where no row knows the wording, or only one that says next to nothing, and no
 * status tells more than it. */
static bool second_opinion(const mw_reply_catalogue *c, mw_arena *arena, const mw_smtp_reply *reply,
                           const mw_rule *r, mw_meaning *out) {
    const char *status = status_of(reply);
    const mw_code *code = status ? mw_reply_code(c, status) : NULL;
    bool general = status && (g_str_has_suffix(status, ".1.0") || g_str_has_suffix(status, ".5.0"));
    bool told = code && !general && strcmp(code->cause, "unknown") != 0 && strcmp(code->cause, "policy") != 0;
    if (told || !*reply->words || (r && !r->weak))
        return false;
    out->opinion = mw_opinion_read(arena, c->model, mw_span_of(reply->words));
    if (!out->opinion || !out->opinion->sure || strcmp(out->opinion->cause, "unknown") == 0 ||
        (r && strcmp(out->opinion->cause, r->cause) == 0))
        return false;
    const mw_reply_class *cause = mw_reply_cause(c, out->opinion->cause);
    out->cause = cause->name;
    out->meaning = cause->meaning;
    out->owner = cause->owner;
    out->action = cause->action;
    out->basis = MW_BASIS_OPINION;
    return true;
}

/* "FORBIDDEN_FILE_TYPE", "no_such_user": names of rules and lines of logs, whose words hang together. */
static const char *unhung(mw_arena *arena, const char *text) {
    if (!strchr(text, '_'))
        return NULL;
    return g_strdelimit(mw_strdup(arena, text), "_", ' ');
}

/* The row that knows a wording. */
static const mw_rule *row_for(const mw_reply_catalogue *c, mw_arena *arena, const mw_smtp_reply *reply,
                              const char *text) {
    const mw_rule *r = NULL;
    for (const char *form = text; form && (!r || r->weak); form = form == text ? unhung(arena, text) : NULL) {
        mw_span blind = middle_left_out(arena, without_addresses(arena, mw_span_of(form)));
        const mw_rule *found = match(c, arena, mw_wording_text_new(arena, blind), reply);
        r = found ? found : r;
    }
    return r;
}

/* A phrase of RFC 5321 (section 4.2) in front of the reply; or NULL. It says what was not done; why, if
 * anybody, say the words behind it. */
static const char *standard_phrase(const mw_smtp_reply *reply) {
    static const char *const phrases[] = {
        "requested action not taken: mailbox unavailable",
        "requested mail action not taken: mailbox unavailable",
        "requested action not taken: mailbox name not allowed",
        "requested action aborted: local error in processing",
        "requested action aborted: exceeded storage allocation",
        "requested mail action aborted: exceeded storage allocation",
        "service not available, closing transmission channel",
        "service temporarily unavailable",
        "service unavailable",
        "transaction failed",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(phrases); i++) {
        if (mw_span_starts(mw_span_of(reply->words), phrases[i]))
            return phrases[i];
    }
    return NULL;
}

/* The reply's codes with other words. */
static const char *with_words(mw_arena *arena, const mw_smtp_reply *reply, mw_span words) {
    return mw_printf(arena, "%s %s %.*s", reply->code ? reply->code : "",
                     reply->enhanced ? reply->enhanced : "", (int)words.len, words.data);
}

/* The row that knows the reply: that of the whole, or of what stands behind a standard phrase where the whole
 * is known by the phrase alone. */
static const mw_rule *row_of(const mw_reply_catalogue *c, mw_arena *arena, const mw_smtp_reply *reply,
                             const char *text) {
    const mw_rule *r = row_for(c, arena, reply, text);
    const char *phrase = r && !r->any ? standard_phrase(reply) : NULL;
    if (!phrase)
        return r;
    static const char *const goes_on[] = {" or ", " for ", NULL};
    mw_span rest = mw_span_from(mw_span_of(reply->words), strlen(phrase));
    const char *alone = with_words(arena, reply, mw_span_of(phrase));
    bool by_phrase = mw_wording_match(r->pattern, mw_wording_text_new(arena, mw_span_of(alone)));
    if (!by_phrase || mw_span_begins(rest, goes_on))
        return r;
    const mw_rule *why = row_for(c, arena, reply, with_words(arena, reply, mw_span_strip(rest, " .,;:-")));
    return why && !why->weak ? why : r;
}

/* What does not go by itself, whatever the code says. */
static bool lasts(const char *cause) {
    static const char *const causes[] = {"spf", "dkim", "dmarc", "arc",   "dnsbl",  "ptr",     "helo",
                                         "url", "tls",  "size",  "relay", "syntax", "content", NULL};
    return g_strv_contains(causes, cause);
}

const mw_meaning *mw_reply_meaning(const mw_reply_catalogue *catalogue, mw_arena *arena,
                                   const mw_smtp_reply *reply) {
    mw_meaning *out = mw_new(arena, mw_meaning);
    const mw_rule *r = NULL;
    if (*reply->words) {
        const char *text = reply->match;
        if (missing_domain(reply->words))
            text = mw_printf(arena, "%s (domain does not exist)", reply->match);
        r = row_of(catalogue, arena, reply, text);
        r = of_starttls(catalogue, reply, of_sender(catalogue, reply, r));
        r = status_tells_more(catalogue, reply, r) ? NULL : r;
    }
    if (second_opinion(catalogue, arena, reply, r, out)) {
        out->provider = NULL;
    } else if (r) {
        const mw_reply_class *cause = mw_reply_cause(catalogue, r->cause);
        out->cause = cause->name;
        const mw_rule *same = *r->meaning || *r->action ? r : like(catalogue, cause->name, r->reason);
        same = same ? same : r;
        out->meaning = *same->meaning ? same->meaning : cause->meaning;
        out->owner = *same->owner ? same->owner : cause->owner;
        out->action = *same->action ? same->action : cause->action;
        out->reason = r->reason;
        out->row = r->id;
        out->provider = own_wording(r, mw_reply_provider(reply));
        out->source = *r->source ? r->source : NULL;
    } else {
        from_codes(catalogue, reply, out);
    }
    if (!out->reason || !*out->reason)
        out->reason = g_hash_table_lookup(catalogue->reasons, out->cause);
    out->reason = mw_reply_reason(out->reason ? out->reason : "onhold", reply);
    out->stage = at_submission(reply, r) ? MW_STAGE_SUBMISSION : MW_STAGE_RECEIVER;
    out->temporary = reply->code ? reply->code[0] == '4' : reply->enhanced && reply->enhanced[0] == '4';
    out->lasting = out->temporary && lasts(out->cause) && strcmp(out->owner, "nobody") != 0;
    return out;
}

const char *mw_reply_basis_name(mw_reply_basis basis) {
    static const char *const names[] = {"text", "likeness", "status", "code", "none"};
    return names[basis];
}

const char *mw_reply_who(const char *owner) {
    static const char *const others[][2] = {{"host", "provider"}, {"server", "provider"},
                                            {"list", "provider"}, {"forwarder", "provider"},
                                            {"author", "sender"}, {"unknown", "receiver"}};
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        if (strcmp(owner, others[i][0]) == 0)
            return others[i][1];
    }
    return owner;
}

/* ---- variants ---------------------------------------------------------------------------------------- */

/* "451/550", "4xx/5xx", "x.7.23/x.7.25": does one of them stand for the code? */
static bool lists_code(const char *list, const char *code) {
    for (mw_span rest = mw_span_of(list); rest.data;) {
        mw_span one = mw_span_trim(mw_span_cut(&rest, strchr(list, '|') ? '|' : '/'));
        bool same = one.len == strlen(code);
        for (size_t i = 0; same && i < one.len; i++)
            same = one.data[i] == code[i] || (one.data[i] == 'x' && i == 0);
        if (same)
            return true;
    }
    return false;
}

/* The pattern as a person would write it: the first wording of each group, gaps as dots. */
static char *example(mw_arena *arena, const char *pattern) {
    g_autoptr(GString) out = g_string_new(NULL);
    int depth = 0, skip = 0;
    for (const char *c = pattern; *c; c++) {
        if (*c == '{') {
            depth++;
        } else if (*c == '}') {
            skip = skip == depth ? 0 : skip;
            depth--;
        } else if (*c == '|') {
            if (depth == 0)
                break;
            skip = skip ? skip : depth;
        } else if (!skip) {
            if (*c == '*')
                g_string_append(out, " ... ");
            else if (*c == '\\' && c[1])
                g_string_append_c(out, *++c);
            else if (!strchr("~^$", *c))
                g_string_append_c(out, *c == '#' ? 'n' : *c);
        }
    }
    return mw_span_dup(arena, mw_span_trim(mw_span_of(out->str)));
}

GPtrArray *mw_reply_variants(const mw_reply_catalogue *catalogue, mw_arena *arena, const char *code,
                             const char *enhanced, size_t max) {
    GPtrArray *out = mw_array_new(arena);
    for (guint i = 0; i < catalogue->rules->len && out->len < max; i++) {
        const mw_rule *r = catalogue->rules->pdata[i];
        if (code && !lists_code(r->reply, code))
            continue;
        if (enhanced && !lists_code(r->enhanced, enhanced))
            continue;
        mw_variant *v = mw_new(arena, mw_variant);
        *v = (mw_variant){r->provider, example(arena, r->wording), r->cause, r->meaning};
        g_ptr_array_add(out, v);
    }
    return out;
}
