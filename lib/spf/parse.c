#include "spf/parse.h"
#include "spf/macro.h"
#include "base/limits.h"

#include <arpa/inet.h>

typedef struct parser {
    mw_arena *arena;
    mw_spf_record *record;
    GArray *terms; /* of mw_spf_directive */
} parser;

bool mw_spf_is_record(mw_span text) {
    return mw_span_starts(text, "v=spf1") && (text.len == 6 || text.data[6] == ' ');
}

static const char *check_top_label(mw_span label) {
    bool alpha = false, hyphen = false;
    if (label.len == 0)
        return "empty top label";
    for (size_t i = 0; i < label.len; i++) {
        alpha |= g_ascii_isalpha(label.data[i]);
        hyphen |= label.data[i] == '-';
        if (!g_ascii_isalnum(label.data[i]) && label.data[i] != '-')
            return "invalid top label";
    }
    if (label.data[0] == '-' || label.data[label.len - 1] == '-' || (!alpha && !hyphen))
        return "invalid top label";
    return NULL;
}

/* Where the last macro ends; the text has passed mw_spf_check_macros(). */
static size_t after_last_macro(mw_span spec) {
    size_t end = 0;
    for (size_t i = 0; i < spec.len;) {
        if (spec.data[i] == '%')
            end = i += mw_spf_macro_length(mw_span_from(spec, i), NULL);
        else
            i++;
    }
    return end;
}

const char *mw_spf_check_domain_spec(mw_span spec) {
    if (spec.len == 0)
        return "no domain is named";
    size_t bad = mw_spf_check_macros(spec, false, false);
    if (bad != SIZE_MAX)
        return spec.data[bad] == '%' ? "malformed macro" : "a character that is not allowed";
    size_t end = after_last_macro(spec), stop = spec.len;
    if (end == spec.len)
        return NULL;
    if (spec.data[stop - 1] == '.')
        stop--;
    size_t label = stop;
    while (label > end && spec.data[label - 1] != '.')
        label--;
    if (label == 0 || label == end)
        return "no domain with a dot in it";
    return check_top_label(mw_span_slice(spec, label, stop));
}

static bool fail(parser *p, size_t offset, mw_span text, const char *error) {
    p->record->error = error;
    p->record->error_offset = offset;
    p->record->error_text = text;
    return false;
}

static bool read_bits(mw_span digits, unsigned max, unsigned *out) {
    uint64_t value;
    if (digits.len == 0 || digits.len > 3 || (digits.data[0] == '0' && digits.len > 1) ||
        !mw_span_number(digits, max, &value))
        return false;
    *out = (unsigned)value;
    return true;
}

static size_t before_digits(mw_span text) {
    size_t at = text.len;
    while (at > 0 && g_ascii_isdigit(text.data[at - 1]))
        at--;
    return at;
}

/* Takes [ "/" bits ] [ "//" bits ] off the end of argument. */
static bool cut_dual_cidr(mw_span *argument, mw_spf_directive *term) {
    size_t at = before_digits(*argument);
    if (at >= 2 && at < argument->len && argument->data[at - 1] == '/' && argument->data[at - 2] == '/') {
        if (!read_bits(mw_span_from(*argument, at), 128, &term->ip6_bits))
            return false;
        argument->len = at - 2;
        at = before_digits(*argument);
    }
    if (at >= 1 && at < argument->len && argument->data[at - 1] == '/') {
        if (!read_bits(mw_span_from(*argument, at), 32, &term->ip4_bits))
            return false;
        argument->len = at - 1;
    }
    return true;
}

static const char *read_spec(mw_spf_directive *term, mw_span argument, bool required) {
    if (argument.len == 0 && !required)
        return NULL;
    if (argument.len == 0 || argument.data[0] != ':')
        return required ? "a colon and a domain must follow" : "unexpected text behind the mechanism";
    term->spec = mw_span_from(argument, 1);
    return mw_spf_check_domain_spec(term->spec);
}

static const char *read_address(mw_spf_directive *term, mw_span argument) {
    bool six = term->kind == MW_SPF_IP6;
    if (argument.len == 0 || argument.data[0] != ':')
        return "a colon and an address must follow";
    mw_span rest = mw_span_from(argument, 1), address = mw_span_cut(&rest, '/');
    if (rest.data && !read_bits(rest, six ? 128 : 32, six ? &term->ip6_bits : &term->ip4_bits))
        return "bad prefix length";
    char text[64];
    if (address.len >= sizeof text || memchr(address.data, 0, address.len))
        return "bad address";
    memcpy(text, address.data, address.len);
    text[address.len] = 0;
    return inet_pton(six ? AF_INET6 : AF_INET, text, term->ip) == 1 ? NULL : "bad address";
}

static const char *read_argument(parser *p, mw_spf_directive *term, mw_span argument) {
    switch (term->kind) {
    case MW_SPF_ALL:
        if (argument.len)
            return "\"all\" takes no argument";
        if (p->record->all < 0)
            p->record->all = (int)p->terms->len;
        return NULL;
    case MW_SPF_INCLUDE:
    case MW_SPF_EXISTS:
        return read_spec(term, argument, true);
    case MW_SPF_A:
    case MW_SPF_MX:
        if (!cut_dual_cidr(&argument, term))
            return "bad prefix length";
        return read_spec(term, argument, false);
    case MW_SPF_PTR:
        return read_spec(term, argument, false);
    default:
        return read_address(term, argument);
    }
}

static bool mechanism_kind(mw_span name, mw_spf_kind *kind) {
    static const struct {
        const char *name;
        mw_spf_kind kind;
    } mechanisms[] = {
        {"all", MW_SPF_ALL}, {"include", MW_SPF_INCLUDE}, {"a", MW_SPF_A},     {"mx", MW_SPF_MX},
        {"ptr", MW_SPF_PTR}, {"ip4", MW_SPF_IP4},         {"ip6", MW_SPF_IP6}, {"exists", MW_SPF_EXISTS},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(mechanisms); i++)
        if (mw_span_is(name, mechanisms[i].name)) {
            *kind = mechanisms[i].kind;
            return true;
        }
    return false;
}

static const char *read_modifier(parser *p, mw_spf_directive *term, mw_span name, mw_span value) {
    bool redirect = mw_span_is(name, "redirect");
    if (!redirect && !mw_span_is(name, "exp")) {
        term->kind = MW_SPF_UNKNOWN_MODIFIER;
        return mw_spf_check_macros(value, true, false) == SIZE_MAX ? NULL
                                                                   : "malformed macro in an unknown modifier";
    }
    int *place = redirect ? &p->record->redirect : &p->record->exp;
    term->kind = redirect ? MW_SPF_REDIRECT : MW_SPF_EXP;
    if (*place >= 0)
        return redirect ? "\"redirect=\" stands twice" : "\"exp=\" stands twice";
    *place = (int)p->terms->len;
    term->spec = value;
    return mw_spf_check_domain_spec(value);
}

/* name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ) */
static size_t name_length(mw_span text) {
    size_t n = 0;
    if (text.len == 0 || !g_ascii_isalpha(text.data[0]))
        return 0;
    while (n < text.len && (g_ascii_isalnum(text.data[n]) || (text.data[n] && strchr("-_.", text.data[n]))))
        n++;
    return n;
}

static const char *read_term(parser *p, mw_spf_directive *term) {
    mw_span rest = term->text;
    bool qualified = strchr("+-~?", rest.data[0]) != NULL;
    if (qualified) {
        term->qualifier = rest.data[0];
        rest = mw_span_from(rest, 1);
    }
    size_t n = name_length(rest);
    if (n == 0)
        return "neither a mechanism nor a modifier";
    mw_span name = mw_span_slice(rest, 0, n);
    rest = mw_span_from(rest, n);
    if (rest.len && rest.data[0] == '=')
        return qualified ? "a modifier takes no qualifier"
                         : read_modifier(p, term, name, mw_span_from(rest, 1));
    if (!mechanism_kind(name, &term->kind))
        return "unknown mechanism";
    return read_argument(p, term, rest);
}

/* The term around a place. */
static mw_span term_at(mw_span text, size_t at) {
    size_t from = at, to = at;
    while (from > 0 && text.data[from - 1] != ' ')
        from--;
    while (to < text.len && text.data[to] != ' ')
        to++;
    return mw_span_slice(text, from, to);
}

static bool check_bytes(parser *p) {
    mw_span text = p->record->text;
    if (text.len > MW_MAX_SPF_RECORD)
        return fail(p, MW_MAX_SPF_RECORD, mw_span_slice(text, 0, 6), "the record is too long");
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = (uint8_t)text.data[i];
        if (byte < 0x20 || byte > 0x7e)
            return fail(p, i, term_at(text, i), mw_printf(p->arena, "the byte 0x%02x is not allowed", byte));
    }
    return true;
}

static bool read_terms(parser *p) {
    mw_span text = p->record->text;
    for (size_t i = 6; i < text.len;) {
        if (text.data[i] == ' ') {
            i++;
            continue;
        }
        size_t end = i + mw_span_find(mw_span_from(text, i), ' ');
        if (end < i || end > text.len) /* SIZE_MAX: the last term */
            end = text.len;
        mw_spf_directive term = {
            .text = mw_span_slice(text, i, end),
            .offset = i,
            .qualifier = '+',
            .ip4_bits = 32,
            .ip6_bits = 128,
        };
        const char *error = read_term(p, &term);
        if (error)
            return fail(p, i, term.text, error);
        g_array_append_val(p->terms, term);
        i = end;
    }
    return true;
}

const mw_spf_record *mw_spf_parse(mw_arena *arena, mw_span text) {
    mw_spf_record *record = mw_new(arena, mw_spf_record);
    *record = (mw_spf_record){.text = text, .redirect = -1, .exp = -1, .all = -1};
    parser p = {arena, record, g_array_new(FALSE, FALSE, sizeof(mw_spf_directive))};
    if (check_bytes(&p))
        read_terms(&p);
    /* a modifier in error is no term */
    record->redirect = record->redirect < (int)p.terms->len ? record->redirect : -1;
    record->exp = record->exp < (int)p.terms->len ? record->exp : -1;
    record->all = record->all < (int)p.terms->len ? record->all : -1;
    record->n_terms = p.terms->len;
    record->terms = mw_memdup(arena, p.terms->data, p.terms->len * sizeof(mw_spf_directive));
    g_array_free(p.terms, TRUE);
    return record;
}
