/* The header as RFC 5322 wants it: what is missing, doubled or malformed, and how the lines are made. */
#include "check/check.h"
#include "mail/mime.h"

enum { MAX_LINE = 998 };

/* A copy that no server has taken in lacks what servers put in. */
static bool not_yet_sent(const mw_facts *facts) {
    return facts->evidence && facts->evidence->sender_copy;
}

static bool has(const mw_facts *facts, const char *name) {
    return mw_message_field(facts->message, name) != NULL;
}

static void check_missing(mw_facts *facts) {
    if (!has(facts, "From"))
        mw_hit(facts, "MISSING_FROM", "the mail has no From field");
    if (!has(facts, "To"))
        mw_hit(facts, "MISSING_TO", "the mail has no To field");
    if (!has(facts, "Date") && !not_yet_sent(facts))
        mw_hit(facts, "MISSING_DATE", "the mail has no Date field");
    if (!has(facts, "Message-ID") && !not_yet_sent(facts))
        mw_hit(facts, "MISSING_MID", "the mail has no Message-ID field");
    if (!has(facts, "MIME-Version") &&
        (has(facts, "Content-Type") || has(facts, "Content-Transfer-Encoding")))
        mw_hit(facts, "MISSING_MIME_VERSION", "the mail has Content- fields, but no MIME-Version field");
}

/* RFC 5322 section 3.6: at most once; the share of the full points is rspamd's. */
static const struct {
    const char *name;
    double share;
} unique[] = {
    {"From", 1},      {"Sender", 1},       {"Reply-To", 1},     {"Content-Type", 1},
    {"Subject", 0.7}, {"Message-ID", 0.7}, {"References", 0.3}, {"In-Reply-To", 0.3},
    {"To", 0.2},      {"Date", 0.1},       {"Cc", 0.1},         {"Bcc", 0.1},
};

static void check_doubled(mw_facts *facts) {
    double share = 0;
    g_autoptr(GString) names = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(unique); i++) {
        size_t count = mw_message_count(facts->message, unique[i].name);
        if (count < 2)
            continue;
        g_string_append_printf(names, "%s%s %zu times", names->len ? ", " : "", unique[i].name, count);
        share = MAX(share, unique[i].share);
    }
    if (names->len)
        mw_hit(facts, "MULTIPLE_UNIQUE_HEADERS", "the header has %s", names->str)->scale = share;
}

static bool is_8bit(mw_span text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.data[i] >= 0x80)
            return true;
    return false;
}

static bool is_utf8(mw_span text) {
    return g_utf8_validate(text.data, (gssize)text.len, NULL);
}

/* Some server took it as internationalised mail, where UTF-8 may stand in the header (RFC 6531, RFC 6532). */
static bool is_internationalised(const mw_facts *facts) {
    for (guint i = 0; facts->trace && i < facts->trace->hops->len; i++) {
        const mw_hop *hop = facts->trace->hops->pdata[i];
        if (hop->with && g_ascii_strncasecmp(hop->with, "UTF8", 4) == 0)
            return true;
    }
    return false;
}

/* It was decoded on the recipient's side: as it was signed it was encoded. */
static bool decoded_behind(const mw_facts *facts, const char *name) {
    g_autofree char *start = g_strdup_printf("%s was ", name);
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++) {
        const mw_dkim *dkim = facts->dkim->pdata[i];
        for (guint e = 0; dkim->changed_behind && dkim->repair && e < dkim->repair->edits->len; e++) {
            const char *edit = dkim->repair->edits->pdata[e];
            if (g_str_has_prefix(edit, start) && strstr(edit, "=?"))
                return true;
        }
    }
    return false;
}

static void check_8bit(mw_facts *facts) {
    static const struct {
        const char *name, *symbol, *utf8_symbol;
    } fields[] = {
        {"From", "INVALID_FROM_8BIT", "FROM_NEEDS_ENCODING"},
        {"To", "INVALID_RCPT_8BIT", "TO_NEEDS_ENCODING"},
        {"Cc", "INVALID_RCPT_8BIT", "TO_NEEDS_ENCODING"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        const mw_field *field = mw_message_field(facts->message, fields[i].name);
        if (!field || !is_8bit(field->value) || decoded_behind(facts, fields[i].name))
            continue;
        const char *symbol = is_utf8(field->value) ? fields[i].utf8_symbol : fields[i].symbol;
        if (mw_found(facts, symbol) || (is_utf8(field->value) && is_internationalised(facts)))
            continue;
        mw_hit(facts, symbol, "the %s field holds characters that are not encoded", fields[i].name)
            ->evidence = mw_header_decoded(facts->arena, field);
    }
}

typedef struct lines {
    size_t too_many, longest, longest_at;
} lines;

static void count_line(lines *found, size_t number, size_t length) {
    if (length <= MAX_LINE)
        return;
    found->too_many++;
    if (length > found->longest) {
        found->longest = length;
        found->longest_at = number;
    }
}

/* A header field that two readers take for different ones: behind a lone CR stands "Name:". */
static const mw_field *with_hidden_field(const mw_message *message) {
    for (size_t i = 0; i < message->n_fields; i++) {
        const mw_field *field = &message->fields[i];
        for (size_t k = 0; k + 1 < field->value.len; k++) {
            if (field->value.data[k] != '\r' || field->value.data[k + 1] == '\n')
                continue;
            size_t end = k + 1;
            while (end < field->value.len &&
                   (g_ascii_isalnum(field->value.data[end]) || field->value.data[end] == '-'))
                end++;
            if (end > k + 1 && end < field->value.len && field->value.data[end] == ':')
                return field;
        }
    }
    return NULL;
}

/* RFC 5322 section 2.1.1. Every line end of raw is CRLF. */
static void check_lines(mw_facts *facts) {
    mw_span rest = facts->message->raw;
    lines found = {0};
    for (size_t number = 1; rest.data; number++) {
        mw_span line = mw_span_cut(&rest, '\n');
        count_line(&found, number, line.len && rest.data ? line.len - 1 : line.len);
    }
    if (found.too_many)
        mw_hit(facts, "LONG_LINES", "%zu %s longer than %d characters; line %zu has %zu", found.too_many,
               found.too_many == 1 ? "line is" : "lines are", MAX_LINE, found.longest_at, found.longest);
    if (facts->message->line_ends == MW_LINES_MIXED || facts->message->line_ends == MW_LINES_CR)
        mw_hit(facts, "BARE_LINE_ENDS", "lines of the file end in different ways: some with a lone CR or LF");
    const mw_field *lone = with_hidden_field(facts->message);
    if (lone)
        mw_notice(
            facts,
            "The field %.*s holds a lone CR, and another field behind it: some programs read that one, and "
            "others never see it.",
            (int)MIN(lone->name.len, 60), lone->name.data);
}

static void check_broken(mw_facts *facts) {
    for (size_t i = 0; i < facts->message->n_fields; i++) {
        const mw_field *field = &facts->message->fields[i];
        if (!field->bad)
            continue;
        mw_finding *finding =
            mw_hit(facts, "BROKEN_HEADER_LINE", "line %zu of the header is no header field", field->line);
        finding->evidence = mw_span_dup(facts->arena, mw_span_slice(field->raw, 0, 80));
        return;
    }
}

static void run(mw_facts *facts) {
    check_missing(facts);
    check_doubled(facts);
    check_8bit(facts);
    check_lines(facts);
    check_broken(facts);
}

const mw_check mw_check_headers = {.name = "headers", .run = run, .as_written = true};
