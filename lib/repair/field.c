#include "repair/offers.h"
#include "repair/mime.h"

/* ---- Content-Type and its like ---- */

typedef struct style {
    int quote;         /* 0 as it stands, 1 none, 2 all, 3 charset only */
    int fold;          /* case of the charset and the type: 0 as it stands, 1 lower, 2 upper */
    const char *glue;  /* between parameters */
    const char *leave; /* a parameter that is left out, or NULL */
    bool close;        /* a semicolon at the end */
} style;

static bool token_like(mw_span value) {
    for (size_t i = 0; i < value.len; i++)
        if (!g_ascii_isalnum(value.data[i]) && !strchr("-_.+!#$%&'*", value.data[i]))
            return false;
    return value.len > 0;
}

/* The value written anew; NULL when the style changes nothing that is there. */
static const char *restyled(mw_arena *arena, const char *value, const style *s) {
    g_autoptr(GString) out = g_string_new(NULL);
    mw_span rest = mw_span_of(value);
    mw_span head = mw_span_trim(mw_span_cut(&rest, ';'));
    mw_span_append(out, head);
    while (rest.data) {
        mw_span one = mw_span_trim(rest), left = one, bare;
        mw_span key = mw_span_trim(mw_span_cut(&left, '='));
        if (!left.data || !key.len || mw_span_find(key, ';') != SIZE_MAX)
            break;
        left = mw_span_trim(left);
        bool quoted = left.len && left.data[0] == '"';
        if (quoted) {
            left = mw_span_from(left, 1);
            bare = mw_span_cut(&left, '"');
            if (!left.data)
                return NULL;
            mw_span_cut(&left, ';');
        } else {
            bare = mw_span_trim(mw_span_cut(&left, ';'));
        }
        rest = left;
        if (s->leave && mw_span_is(key, s->leave))
            continue;
        bool charset = mw_span_is(key, "charset");
        bool quote = s->quote == 0   ? quoted
                     : s->quote == 2 ? true
                     : s->quote == 3 ? charset || (quoted && !token_like(bare))
                                     : !token_like(bare);
        char *text = mw_span_dup(arena, bare);
        for (char *c = text; charset && s->fold && *c; c++)
            *c = s->fold == 1 ? g_ascii_tolower(*c) : g_ascii_toupper(*c);
        g_string_append_printf(out, "%s%.*s=%s%s%s", s->glue, (int)key.len, key.data, quote ? "\"" : "", text,
                               quote ? "\"" : "");
    }
    if (s->close)
        g_string_append_c(out, ';');
    return mw_strdup(arena, out->str);
}

static void parameters(const mw_repair_offers *o) {
    static const char *const leave[] = {NULL,         "charset", "format",       "delsp",
                                        "reply-type", "name",    "x-avg-checked"};
    static const char *const glues[] = {"; ", ";", " ; "};
    if (o->most < 2)
        return;
    const char *value = mw_repair_flat(o->arena, o->field->value);
    for (size_t drop = 0; drop < G_N_ELEMENTS(leave); drop++) {
        if (drop && mw_span_search(mw_span_of(value), leave[drop]) == SIZE_MAX)
            continue;
        for (int quote = 0; quote < 4; quote++)
            for (int fold = 0; fold < 3; fold++)
                for (size_t glue = 0; glue < G_N_ELEMENTS(glues); glue++) {
                    style s = {quote, fold, glues[glue], leave[drop], false};
                    const char *text = restyled(o->arena, value, &s);
                    if (!text)
                        return;
                    unsigned cost = 2 + ((quote > 0) + (fold > 0) + (glue > 0) + (drop > 0) > 1);
                    if (cost > 3)
                        continue;
                    mw_repair_give_was(o, text, cost, MW_REPAIR_QUOTES);
                    if (cost == 2)
                        mw_repair_give_was(o, mw_printf(o->arena, "%s;", text), 3, MW_REPAIR_QUOTES);
                }
    }
    static const char *const usual[] = {"text/plain",
                                        "text/plain; charset=utf-8",
                                        "text/plain; charset=UTF-8",
                                        "text/plain; charset=us-ascii",
                                        "text/plain; charset=\"us-ascii\"",
                                        "text/plain; charset=\"utf-8\"",
                                        "text/plain; charset=\"UTF-8\"",
                                        "text/plain; charset=iso-8859-1",
                                        "text/html; charset=utf-8",
                                        "text/html"};
    for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
        mw_repair_give_was(o, usual[i], 3, MW_REPAIR_FIELD);
}

/* ---- other fields ---- */

static void from_list(const mw_repair_offers *o, const char *const *values, size_t n, unsigned cost) {
    for (size_t i = 0; i < n && cost <= o->most; i++)
        mw_repair_give_was(o, values[i], cost, o->field ? MW_REPAIR_FIELD : MW_REPAIR_DROPPED);
}

static void encodings(const mw_repair_offers *o) {
    static const char *const values[] = {"8bit", "7bit",   "quoted-printable", "base64", "8BIT",
                                         "7BIT", "binary", "Quoted-Printable", "Base64", "QUOTED-PRINTABLE"};
    from_list(o, values, G_N_ELEMENTS(values), 2);
}

static void date(const mw_repair_offers *o) {
    if (o->most < 2)
        return;
    const char *value = mw_repair_flat(o->arena, o->field->value);
    mw_span text = mw_span_of(value);
    size_t comment = mw_span_search(text, " (");
    if (comment != SIZE_MAX)
        mw_repair_give_was(o, mw_printf(o->arena, "%.*s", (int)comment, value), 2, MW_REPAIR_FIELD);
    static const char *const zones[] = {"GMT", "+0000",       "-0000",       "UTC",
                                        "UT",  "+0000 (UTC)", "+0000 (GMT)", "Z"};
    size_t last = text.len;
    while (last && value[last - 1] != ' ')
        last--;
    for (size_t i = 0; i < G_N_ELEMENTS(zones) && last; i++)
        mw_repair_give_was(o, mw_printf(o->arena, "%.*s%s", (int)last, value, zones[i]), 2, MW_REPAIR_FIELD);
    size_t comma = mw_span_find(text, ',');
    const char *day = comma == SIZE_MAX ? value : value + comma + 1;
    day += strspn(day, " ");
    int head = (int)(day - value);
    if (day[0] == '0')
        mw_repair_give_was(o, mw_printf(o->arena, "%.*s%s", head, value, day + 1), 2, MW_REPAIR_FIELD);
    if (g_ascii_isdigit(day[0]) && !g_ascii_isdigit(day[1])) {
        mw_repair_give_was(o, mw_printf(o->arena, "%.*s0%s", head, value, day), 2, MW_REPAIR_FIELD);
        mw_repair_give_was(o, mw_printf(o->arena, "%.*s %s", head, value, day), 2, MW_REPAIR_FIELD);
    }
    if (comma != SIZE_MAX)
        mw_repair_give_was(o, day, 3, MW_REPAIR_FIELD);
}

/* The first field of the name that the two make. */
static const mw_field *field_named(const mw_message *message, const char *prefix, const char *name) {
    size_t n = strlen(prefix), all = n + strlen(name);
    for (size_t i = 0; i < message->n_fields; i++) {
        const mw_field *f = &message->fields[i];
        if (f->name.len == all && mw_span_starts_n(f->name, prefix, n) &&
            mw_span_is(mw_span_from(f->name, n), name))
            return f;
    }
    return NULL;
}

/* A copy that some system kept under another name. */
static void kept_copies(const mw_repair_offers *o) {
    static const char *const prefixes[] = {"X-Original-", "Old-", "Original-", "X-Old-", "X-Orig-"};
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        const mw_field *copy = field_named(o->message, prefixes[i], o->name);
        if (copy)
            mw_repair_give_copy(o, copy, 1, MW_REPAIR_FIELD);
    }
}

/* What it costs to say that the field was added as a whole. */
static unsigned cost_of_adding(mw_span name) {
    static const char *const often[] = {"Reply-To",
                                        "Sender",
                                        "Cc",
                                        "Errors-To",
                                        "Precedence",
                                        "MIME-Version",
                                        "Content-Transfer-Encoding",
                                        "Content-Type",
                                        "Content-Disposition",
                                        "List-Id",
                                        "List-Unsubscribe",
                                        "List-Post",
                                        "List-Help",
                                        "List-Subscribe",
                                        "List-Owner",
                                        "List-Archive",
                                        "Content-Language",
                                        "List-Unsubscribe-Post",
                                        "Resent-From",
                                        "Resent-To",
                                        "Resent-Date",
                                        "Resent-Message-ID",
                                        "Resent-Sender",
                                        "Content-ID",
                                        "Importance",
                                        "Content-Description",
                                        "Auto-Submitted",
                                        "Feedback-ID"};
    return mw_span_is_any(name, often, G_N_ELEMENTS(often)) ? 1 : 2;
}

static void versions(const mw_repair_offers *o) {
    static const char *const values[] = {"1.0"};
    from_list(o, values, 1, 1);
}

static void absent_field(const mw_repair_offers *o) {
    mw_span name = mw_span_of(o->name);
    kept_copies(o);
    if (mw_span_is(name, "MIME-Version"))
        versions(o);
    else if (mw_span_is(name, "Content-Transfer-Encoding"))
        encodings(o);
    else if (mw_span_is(name, "Reply-To") || mw_span_is(name, "Sender")) {
        const mw_field *from = mw_message_field(o->message, "From");
        if (from && from->value.len <= MW_REPAIR_MAX_VALUE)
            o->offer(o->data, from->value, 2, MW_REPAIR_DROPPED,
                     mw_printf(o->arena, "%s was taken out", o->name));
    } else if (mw_span_is(name, "Content-Type")) {
        static const char *const usual[] = {"text/plain", "text/plain; charset=utf-8",
                                            "text/plain; charset=us-ascii", "text/plain; charset=\"utf-8\"",
                                            "text/plain; charset=UTF-8"};
        from_list(o, usual, G_N_ELEMENTS(usual), 2);
    }
}

/* A relay or a mailing service is bound to add it where it is missing: whoever signs it as absent breaks the
 * signature. */
static bool is_added_by_servers(mw_span name) {
    static const char *const fields[] = {"Message-ID", "Date",        "MIME-Version",
                                         "Sender",     "Feedback-ID", "Precedence"};
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        if (mw_span_is(name, fields[i]))
            return true;
    return mw_span_starts(name, "List-") || mw_span_starts(name, "X-");
}

void mw_repair_field_variants(mw_arena *arena, const mw_message *message, const char *name,
                              const mw_field *field, bool simple, unsigned most, mw_repair_offer offer,
                              void *data) {
    mw_repair_offers o = {arena, message, name, field, simple, most, offer, data};
    if (!field) {
        absent_field(&o);
        return;
    }
    mw_span n = field->name;
    offer(data, (mw_span){NULL, 0}, cost_of_adding(n),
          is_added_by_servers(n) ? MW_REPAIR_UNSIGNED : MW_REPAIR_ADDED,
          mw_printf(arena, "%s was added (\"%s\")", name, mw_repair_excerpt(arena, field->value, 60)));
    if (field->value.len > MW_REPAIR_MAX_VALUE)
        return;
    if (simple)
        mw_repair_offer_foldings(&o);
    kept_copies(&o);
    if (mw_span_is(n, "Subject")) {
        mw_repair_offer_subjects(&o);
    } else if (mw_span_is(n, "From")) {
        mw_repair_offer_authors(&o);
        mw_repair_offer_addresses(&o);
    } else if (mw_span_is(n, "To") || mw_span_is(n, "Cc") || mw_span_is(n, "Reply-To") ||
               mw_span_is(n, "Sender")) {
        if (mw_span_is(n, "Reply-To") || mw_span_is(n, "Sender"))
            mw_repair_offer_authors(&o);
        mw_repair_offer_addresses(&o);
    } else if (mw_span_is(n, "Content-Type") || mw_span_is(n, "Content-Disposition")) {
        parameters(&o);
    } else if (mw_span_is(n, "Content-Transfer-Encoding")) {
        encodings(&o);
    } else if (mw_span_is(n, "Date")) {
        date(&o);
    } else if (mw_span_is(n, "MIME-Version")) {
        versions(&o);
    }
    mw_repair_offer_blanks(&o);
    if (simple && mw_span_is(n, "Subject"))
        mw_repair_offer_one_fold(&o, mw_repair_flat(arena, field->value), 4, MW_REPAIR_FOLD,
                                 "the subject was put on one line");
}
