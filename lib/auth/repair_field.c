#include "auth/repair_field.h"
#include "auth/repair_mime.h"
#include "mail/mime.h"

enum { MAX_VALUE = 8192, MAX_CUTS = 14, MAX_PEOPLE = 4 };

typedef struct offers {
    mw_arena *arena;
    const mw_message *message;
    const char *name;
    const mw_field *field;
    bool simple;
    mw_repair_offer offer;
    void *data;
} offers;

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static void give(const offers *o, const char *value, unsigned cost, mw_repair_kind kind, const char *words) {
    o->offer(o->data, mw_span_of(value), cost, kind, words);
}

/* Unfolded and trimmed. */
static const char *flat(mw_arena *arena, mw_span value) {
    g_autoptr(GString) out = g_string_new(NULL);
    value = mw_span_trim(value);
    for (size_t i = 0; i < value.len; i++)
        if (value.data[i] != '\r' && value.data[i] != '\n' && value.data[i])
            g_string_append_c(out, value.data[i]);
    return mw_strdup(arena, out->str);
}

static const char *was_words(const offers *o, mw_span before) {
    return mw_printf(o->arena, "%s was rewritten: when the mail was signed it was \"%s\"", o->name,
                     mw_repair_excerpt(o->arena, before, 100));
}

/* With a blank in front, as nearly all fields have. */
static void give_was(const offers *o, const char *value, unsigned cost, mw_repair_kind kind) {
    const char *whole = mw_printf(o->arena, " %s", value);
    give(o, whole, cost, kind, was_words(o, mw_span_of(value)));
}

/* ---- subject ---- */

/* The value without the bytes from to to (not included). */
static const char *without(mw_arena *arena, mw_span value, size_t from, size_t to) {
    mw_span rest = mw_span_from(value, to);
    return mw_printf(arena, "%.*s%.*s", (int)from, value.data, (int)rest.len, rest.data ? rest.data : "");
}

/* Length of "Re: ", "Fwd: " and the like at the start, the blanks behind included. */
static size_t reply_prefix(mw_span text) {
    static const char *const marks[] = {"re", "fwd", "fw", "aw", "wg", "sv", "vs", "antw", "tr", "rv", "ref"};
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        size_t n = strlen(marks[i]);
        if (!mw_span_starts(text, marks[i]) || text.len <= n || text.data[n] != ':')
            continue;
        n++;
        while (n < text.len && is_blank(text.data[n]))
            n++;
        return n;
    }
    return 0;
}

static bool looks_like_tag(mw_span removed) {
    removed = mw_span_trim(removed);
    if (!removed.len)
        return false;
    char last = removed.data[removed.len - 1];
    return last && strchr(":*])}>#", last);
}

static const char *tag_words(const offers *o, mw_span removed, const char *where) {
    return mw_printf(o->arena, "\"%s\" was put %s the subject", mw_repair_excerpt(o->arena, removed, 60),
                     where);
}

static void subject_prefixes(const offers *o, mw_span value, size_t base) {
    for (size_t i = base + 1, n = 0; i < value.len && n < MAX_CUTS; i++) {
        char before = value.data[i - 1];
        bool word = is_blank(before) && !is_blank(value.data[i]);
        if (value.data[i] == '\r' || (!word && !strchr("]:)}*", before)))
            continue;
        n++;
        mw_span removed = mw_span_slice(value, base, i);
        unsigned cost = looks_like_tag(removed) ? 1 : 2;
        const char *words = tag_words(o, removed, "in front of");
        give(o, without(o->arena, value, base, i), cost, MW_REPAIR_TAG, words);
        size_t re = reply_prefix(mw_span_from(value, i));
        mw_span rest = mw_span_from(value, i);
        if (base > 1 || re) /* the list took "Re:" away, or put it elsewhere */
            give(o, mw_printf(o->arena, " %.*s", (int)(rest.len - re), rest.data + re), 2, MW_REPAIR_TAG,
                 words);
        if (!re && cost == 1)
            give(o, mw_printf(o->arena, " Re: %.*s", (int)rest.len, rest.data), 2, MW_REPAIR_TAG, words);
        if (base > 1 && cost == 1)
            give(o,
                 mw_printf(o->arena, " %.*s%.*s%.*s", (int)removed.len, removed.data, (int)base - 1,
                           value.data + 1, (int)rest.len, rest.data),
                 3, MW_REPAIR_TAG,
                 mw_printf(o->arena, "\"%s\" was moved in the subject",
                           mw_repair_excerpt(o->arena, removed, 60)));
    }
}

static void subject_suffixes(const offers *o, mw_span value) {
    for (size_t i = value.len, n = 0; i-- > 1 && n < MAX_CUTS / 2;) {
        if (!is_blank(value.data[i]))
            continue;
        n++;
        mw_span removed = mw_span_from(value, i);
        give(o, mw_printf(o->arena, "%.*s", (int)i, value.data), looks_like_tag(removed) ? 1 : 2,
             MW_REPAIR_TAG, tag_words(o, removed, "behind"));
    }
}

static void subject_brackets(const offers *o, mw_span value) {
    for (size_t i = 0, n = 0; i < value.len && n < 4; i++) {
        size_t end = value.data[i] == '[' ? mw_span_find(mw_span_from(value, i), ']') : SIZE_MAX;
        if (end == SIZE_MAX)
            continue;
        n++;
        end += i + 1;
        mw_span removed = mw_span_slice(value, i, end);
        const char *words = tag_words(o, removed, "into");
        give(o, without(o->arena, value, i, end), 2, MW_REPAIR_TAG, words);
        while (end < value.len && is_blank(value.data[end]))
            end++;
        give(o, without(o->arena, value, i, end), 2, MW_REPAIR_TAG, words);
    }
}

static bool plain_ascii(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* The text in every RFC 2047 form. */
static void give_encoded(const offers *o, const char *text, unsigned cost, mw_repair_kind kind,
                         const char *words) {
    for (unsigned which = 0;; which++) {
        const char *form = mw_repair_encode_word(o->arena, text, which);
        if (!form)
            return;
        if (form[0])
            give(o, mw_printf(o->arena, " %s", form), cost + (which > 16), kind, words);
        if (plain_ascii(text) && which >= 16)
            return;
    }
}

static void subject(const offers *o) {
    mw_span value = o->field->value;
    size_t start = 0;
    while (start < value.len &&
           (is_blank(value.data[start]) || value.data[start] == '\r' || value.data[start] == '\n'))
        start++;
    subject_prefixes(o, value, start);
    size_t re = reply_prefix(mw_span_from(value, start));
    if (re)
        subject_prefixes(o, value, start + re);
    subject_suffixes(o, value);
    subject_brackets(o, value);
    const char *raw = flat(o->arena, value), *text = mw_header_decoded(o->arena, o->field);
    if (!text || (plain_ascii(raw) && !strstr(raw, "=?")))
        return;
    give_encoded(o, text, 2, MW_REPAIR_FIELD, "the subject was encoded anew");
    mw_span decoded = mw_span_of(text);
    for (size_t i = 1, n = 0; i < decoded.len && n < 4; i++) {
        if (!is_blank(decoded.data[i - 1]) || is_blank(decoded.data[i]))
            continue;
        n++;
        mw_span removed = mw_span_slice(decoded, 0, i);
        give_encoded(o, text + i, looks_like_tag(removed) ? 2 : 3, MW_REPAIR_TAG,
                     tag_words(o, removed, "in front of"));
    }
}

/* ---- addresses ---- */

/* Display name as the author wrote it: without " via list" and quotation marks. */
static const char *clean_name(mw_arena *arena, const char *name) {
    if (!name || !*name)
        return NULL;
    size_t len = strlen(name);
    static const char *const marks[] = {" via ", " on behalf of ", " (via "};
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        size_t at = mw_span_search(mw_span_of(name), marks[i]);
        if (at != SIZE_MAX)
            len = MIN(len, at);
    }
    while (len && strchr("'\" ", name[len - 1]))
        len--;
    while (len && strchr("'\" ", name[0])) {
        name++;
        len--;
    }
    return len ? mw_strndup(arena, name, len) : NULL;
}

static void give_person(const offers *o, const char *name, const char *address, unsigned cost,
                        mw_repair_kind kind) {
    if (!address || !strchr(address, '@'))
        return;
    mw_arena *a = o->arena;
    if (name && plain_ascii(name)) {
        give_was(o, mw_printf(a, "%s <%s>", name, address), cost, kind);
        give_was(o, mw_printf(a, "\"%s\" <%s>", name, address), cost, kind);
        give_was(o, mw_printf(a, "%s<%s>", name, address), cost + 1, kind);
        give_was(o, mw_printf(a, "\"%s\"<%s>", name, address), cost + 1, kind);
        give_was(o, mw_printf(a, "%s (%s)", address, name), cost + 1, kind);
    } else if (name) {
        for (unsigned which = 0;; which++) {
            const char *form = mw_repair_encode_word(a, name, which);
            if (!form)
                break;
            if (form[0]) {
                give_was(o, mw_printf(a, "%s <%s>", form, address), cost + (which > 1), kind);
                give_was(o, mw_printf(a, "\"%s\" <%s>", form, address), cost + 1, kind);
            }
        }
    }
    give_was(o, address, cost + (name != NULL), kind);
    give_was(o, mw_printf(a, "<%s>", address), cost + 1, kind);
}

/* alice=example.com@lists.example.net, and SRS-like forms of it, as alice@example.com. */
static const char *inner_address(mw_arena *arena, const char *address) {
    const char *at = address ? strrchr(address, '@') : NULL;
    if (!at)
        return NULL;
    const char *sign = NULL;
    for (const char *p = address; p < at; p++)
        if (*p == '=')
            sign = p;
    if (sign && sign > address && sign + 1 < at)
        return mw_printf(arena, "%.*s@%.*s", (int)(sign - address), address, (int)(at - sign - 1), sign + 1);
    return NULL;
}

static bool names_author(mw_span name) {
    static const char *const sources[] = {"X-Original-From",
                                          "Reply-To",
                                          "X-Google-Original-From",
                                          "X-Original-Sender",
                                          "Original-From",
                                          "X-MailFrom",
                                          "Resent-From",
                                          "Old-From",
                                          "Return-Path",
                                          "X-Envelope-From",
                                          "X-From",
                                          "X-Sender",
                                          "Mail-Reply-To",
                                          "Cc",
                                          "X-Authenticated-Sender",
                                          "X-Mailman-Original-From",
                                          "Author",
                                          "X-Forwarded-For",
                                          "Mail-Followup-To"};
    for (size_t i = 0; i < G_N_ELEMENTS(sources); i++)
        if (mw_span_is(name, sources[i]))
            return true;
    return false;
}

static void restored_from(const offers *o) {
    GPtrArray *now = mw_addresses(o->arena, o->field);
    const char *name = NULL;
    bool via = false;
    if (now->len) {
        const mw_address *from = now->pdata[0];
        name = clean_name(o->arena, from->display_name);
        via = name && strlen(name) + 4 < strlen(from->display_name);
        give_person(o, name, inner_address(o->arena, from->address), 1, MW_REPAIR_FROM);
    }
    size_t people = 0;
    for (size_t i = 0; i < o->message->n_fields && people < 12; i++) {
        const mw_field *f = &o->message->fields[i];
        if (!names_author(f->name) || f->value.len > MAX_VALUE)
            continue;
        bool verbatim = mw_span_search(f->name, "from") != SIZE_MAX || mw_span_is(f->name, "Reply-To");
        o->offer(o->data, f->value, verbatim ? 1 : 2, MW_REPAIR_FROM, was_words(o, f->value));
        GPtrArray *list = mw_addresses(o->arena, f);
        for (guint j = 0; j < MIN(list->len, MAX_PEOPLE); j++, people++) {
            const mw_address *one = list->pdata[j];
            const char *own = clean_name(o->arena, one->display_name);
            unsigned cost = verbatim || via ? 1 : 2;
            if (own)
                give_person(o, own, one->address, cost, MW_REPAIR_FROM);
            if (name && g_strcmp0(name, own) != 0)
                give_person(o, name, one->address, cost, MW_REPAIR_FROM);
            if (!own && !name)
                give_person(o, NULL, one->address, cost, MW_REPAIR_FROM);
        }
    }
}

/* The list of addresses written anew by other habits. */
static void rewritten_addresses(const offers *o) {
    GPtrArray *list = mw_addresses(o->arena, o->field);
    for (int style = 0; style < 5 && list->len <= 50; style++) {
        g_autoptr(GString) out = g_string_new(NULL);
        for (guint i = 0; i < list->len; i++) {
            const mw_address *a = list->pdata[i];
            const char *name = a->display_name && *a->display_name ? a->display_name : NULL;
            if (name && !plain_ascii(name))
                return;
            g_string_append(out, i ? (style == 4 ? "," : ", ") : "");
            if (name && style != 2)
                g_string_append_printf(out, style == 1 ? "\"%s\" <%s>" : "%s <%s>", name, a->address);
            else
                g_string_append_printf(out, style == 3 ? "<%s>" : "%s", a->address);
        }
        give_was(o, out->str, 2, MW_REPAIR_QUOTES);
    }
}

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
    g_string_append_len(out, head.data, (gssize)head.len);
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

static void parameters(const offers *o) {
    static const char *const leave[] = {NULL,         "charset", "format",       "delsp",
                                        "reply-type", "name",    "x-avg-checked"};
    static const char *const glues[] = {"; ", ";", " ; "};
    const char *value = flat(o->arena, o->field->value);
    for (size_t drop = 0; drop < G_N_ELEMENTS(leave); drop++)
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
                    give_was(o, text, cost, MW_REPAIR_QUOTES);
                    if (cost == 2)
                        give_was(o, mw_printf(o->arena, "%s;", text), 3, MW_REPAIR_QUOTES);
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
        give_was(o, usual[i], 3, MW_REPAIR_FIELD);
}

/* ---- other fields ---- */

static void from_list(const offers *o, const char *const *values, size_t n, unsigned cost) {
    for (size_t i = 0; i < n; i++)
        give_was(o, values[i], cost, o->field ? MW_REPAIR_FIELD : MW_REPAIR_DROPPED);
}

static void encodings(const offers *o) {
    static const char *const values[] = {"8bit", "7bit",   "quoted-printable", "base64", "8BIT",
                                         "7BIT", "binary", "Quoted-Printable", "Base64", "QUOTED-PRINTABLE"};
    from_list(o, values, G_N_ELEMENTS(values), 2);
}

static void date(const offers *o) {
    const char *value = flat(o->arena, o->field->value);
    mw_span text = mw_span_of(value);
    size_t comment = mw_span_search(text, " (");
    if (comment != SIZE_MAX)
        give_was(o, mw_printf(o->arena, "%.*s", (int)comment, value), 2, MW_REPAIR_FIELD);
    static const char *const zones[] = {"GMT", "+0000",       "-0000",       "UTC",
                                        "UT",  "+0000 (UTC)", "+0000 (GMT)", "Z"};
    size_t last = text.len;
    while (last && value[last - 1] != ' ')
        last--;
    for (size_t i = 0; i < G_N_ELEMENTS(zones) && last; i++)
        give_was(o, mw_printf(o->arena, "%.*s%s", (int)last, value, zones[i]), 2, MW_REPAIR_FIELD);
    size_t comma = mw_span_find(text, ',');
    const char *day = comma == SIZE_MAX ? value : value + comma + 1;
    day += strspn(day, " ");
    int head = (int)(day - value);
    if (day[0] == '0')
        give_was(o, mw_printf(o->arena, "%.*s%s", head, value, day + 1), 2, MW_REPAIR_FIELD);
    if (g_ascii_isdigit(day[0]) && !g_ascii_isdigit(day[1])) {
        give_was(o, mw_printf(o->arena, "%.*s0%s", head, value, day), 2, MW_REPAIR_FIELD);
        give_was(o, mw_printf(o->arena, "%.*s %s", head, value, day), 2, MW_REPAIR_FIELD);
    }
    if (comma != SIZE_MAX)
        give_was(o, day, 3, MW_REPAIR_FIELD);
}

/* A copy that some system kept under another name. */
static void kept_copies(const offers *o) {
    static const char *const prefixes[] = {"X-Original-", "Old-", "Original-", "X-Old-", "X-Orig-"};
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        g_autofree char *name = g_strconcat(prefixes[i], o->name, NULL);
        const mw_field *copy = mw_message_field(o->message, name);
        if (copy && copy->value.len <= MAX_VALUE)
            o->offer(o->data, copy->value, 1, MW_REPAIR_FIELD, was_words(o, copy->value));
    }
}

/* Blanks that were put in or taken out at folds and commas. */
static void blanks(const offers *o) {
    mw_span value = o->field->value;
    const char *words = mw_printf(o->arena, "blanks in %s were changed", o->name);
    g_autoptr(GString) joined = g_string_new(NULL), tight = g_string_new(NULL), loose = g_string_new(NULL);
    for (size_t i = 0; i < value.len; i++) {
        char c = value.data[i];
        if (c == '\r' && i + 2 < value.len && value.data[i + 1] == '\n') {
            i += 2; /* the fold and its first blank */
            while (i + 1 < value.len && is_blank(value.data[i + 1]))
                i++;
            continue;
        }
        g_string_append_c(joined, c);
    }
    const char *text = flat(o->arena, value);
    for (const char *p = text; *p; p++) {
        g_string_append_c(tight, *p);
        g_string_append_c(loose, *p);
        if (!strchr(",;", *p))
            continue;
        if (p[1] && !is_blank(p[1]))
            g_string_append_c(loose, ' ');
        while (is_blank(p[1])) {
            g_string_append_c(loose, p[1]);
            p++;
        }
    }
    give(o, mw_strdup(o->arena, joined->str), 2, MW_REPAIR_FOLD, words);
    give(o, mw_printf(o->arena, " %s", tight->str), 3, MW_REPAIR_FOLD, words);
    give(o, mw_printf(o->arena, " %s", loose->str), 3, MW_REPAIR_FOLD, words);
}

mw_span mw_repair_refold(mw_arena *arena, mw_span value, unsigned which) {
    static const char *const folds[] = {"\r\n\t", "\r\n ", "\r\n  ", "\r\n    ", "\r\n        ", " ", ""};
    g_autoptr(GString) out = g_string_new(NULL);
    if (which >= G_N_ELEMENTS(folds)) { /* blanks at the end */
        while (value.len && is_blank(value.data[value.len - 1]))
            value.len--;
        return value;
    }
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] == '\r' && i + 2 < value.len && value.data[i + 1] == '\n') {
            i += 2;
            while (i + 1 < value.len && is_blank(value.data[i + 1]))
                i++;
            /* "" keeps the blank that the fold had */
            g_string_append(out, folds[which][0] ? folds[which] : "");
            if (!folds[which][0])
                g_string_append_c(out, value.data[i]);
            continue;
        }
        g_string_append_c(out, value.data[i]);
    }
    return (mw_span){mw_memdup(arena, out->str, out->len), out->len};
}

/* For simple: one line folded before every word behind a comma, or at 72 to 78 columns. */
static void foldings(const offers *o) {
    const char *words = mw_printf(o->arena, "%s was folded anew", o->name);
    const char *text = flat(o->arena, o->field->value);
    for (unsigned which = 0; which < MW_REPAIR_FOLDS; which++)
        o->offer(o->data, mw_repair_refold(o->arena, o->field->value, which), 1, MW_REPAIR_FOLD, words);
    give(o, text, 2, MW_REPAIR_FOLD, words);
    give(o, mw_printf(o->arena, " %s", text), 1, MW_REPAIR_FOLD, words);
    static const char *const folds[] = {"\r\n\t", "\r\n "};
    for (size_t f = 0; f < G_N_ELEMENTS(folds); f++) {
        for (size_t width = 71; width <= 79; width++) {
            g_autoptr(GString) out = g_string_new(" ");
            size_t column = strlen(o->name) + 2;
            g_auto(GStrv) parts = g_strsplit(text, " ", 200);
            for (size_t i = 0; parts[i]; i++) {
                size_t n = strlen(parts[i]);
                bool fold = i && column + 1 + n > width;
                if (i)
                    g_string_append(out, fold ? folds[f] : " ");
                column = fold ? 1 + n : column + (i > 0) + n;
                g_string_append(out, parts[i]);
            }
            give(o, mw_strdup(o->arena, out->str), 2, MW_REPAIR_FOLD, words);
        }
        g_autoptr(GString) out = g_string_new(" ");
        g_string_append(out, text);
        g_string_replace(out, ", ", f ? ",\r\n " : ",\r\n\t", 0);
        give(o, mw_strdup(o->arena, out->str), 2, MW_REPAIR_FOLD, words);
        g_string_replace(out, "; ", f ? ";\r\n " : ";\r\n\t", 0);
        give(o, mw_strdup(o->arena, out->str), 2, MW_REPAIR_FOLD, words);
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
    for (size_t i = 0; i < G_N_ELEMENTS(often); i++)
        if (mw_span_is(name, often[i]))
            return 1;
    return 2;
}

static void absent_field(const offers *o) {
    static const char *const versions[] = {"1.0"};
    mw_span name = mw_span_of(o->name);
    kept_copies(o);
    if (mw_span_is(name, "MIME-Version"))
        from_list(o, versions, 1, 1);
    else if (mw_span_is(name, "Content-Transfer-Encoding"))
        encodings(o);
    else if (mw_span_is(name, "Reply-To") || mw_span_is(name, "Sender")) {
        const mw_field *from = mw_message_field(o->message, "From");
        if (from && from->value.len <= MAX_VALUE)
            o->offer(o->data, from->value, 2, MW_REPAIR_DROPPED,
                     mw_printf(o->arena, "%s was taken out", o->name));
    } else if (mw_span_is(name, "Content-Type")) {
        static const char *const usual[] = {"text/plain", "text/plain; charset=utf-8",
                                            "text/plain; charset=us-ascii", "text/plain; charset=\"utf-8\"",
                                            "text/plain; charset=UTF-8"};
        from_list(o, usual, G_N_ELEMENTS(usual), 2);
    }
}

void mw_repair_field_variants(mw_arena *arena, const mw_message *message, const char *name,
                              const mw_field *field, bool simple, mw_repair_offer offer, void *data) {
    offers o = {arena, message, name, field, simple, offer, data};
    if (!field) {
        absent_field(&o);
        return;
    }
    mw_span n = field->name;
    offer(data, (mw_span){NULL, 0}, cost_of_adding(n), MW_REPAIR_ADDED,
          mw_printf(arena, "%s was added (\"%s\")", name, mw_repair_excerpt(arena, field->value, 60)));
    if (field->value.len > MAX_VALUE)
        return;
    if (simple)
        foldings(&o);
    kept_copies(&o);
    if (mw_span_is(n, "Subject")) {
        subject(&o);
    } else if (mw_span_is(n, "From")) {
        restored_from(&o);
        rewritten_addresses(&o);
    } else if (mw_span_is(n, "To") || mw_span_is(n, "Cc") || mw_span_is(n, "Reply-To") ||
               mw_span_is(n, "Sender")) {
        if (mw_span_is(n, "Reply-To") || mw_span_is(n, "Sender"))
            restored_from(&o);
        rewritten_addresses(&o);
    } else if (mw_span_is(n, "Content-Type") || mw_span_is(n, "Content-Disposition")) {
        parameters(&o);
    } else if (mw_span_is(n, "Content-Transfer-Encoding")) {
        encodings(&o);
    } else if (mw_span_is(n, "Date")) {
        date(&o);
    } else if (mw_span_is(n, "MIME-Version")) {
        static const char *const versions[] = {"1.0"};
        from_list(&o, versions, 1, 1);
    }
    blanks(&o);
}
