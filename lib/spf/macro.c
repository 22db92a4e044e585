#include "spf/macro.h"
#include "base/limits.h"

typedef struct macro {
    char letter;   /* as written: upper case asks for URL escapes */
    unsigned keep; /* right-hand parts that are kept; 0: all */
    bool reverse;
    mw_span delimiters; /* empty: "." */
} macro;

/* Reads "%{...}"; returns its length or 0. */
static size_t read_braces(mw_span text, macro *out) {
    size_t i = 3;
    bool digits = false;
    *out = (macro){.letter = text.data[2]};
    if (!text.data[2] || !strchr("slodipvhcrt", g_ascii_tolower(text.data[2])))
        return 0;
    for (; i < text.len && g_ascii_isdigit(text.data[i]); i++, digits = true)
        out->keep = MIN(out->keep * 10 + (unsigned)(text.data[i] - '0'), MW_MAX_SPF_RECORD);
    if (digits && out->keep == 0)
        return 0;
    if (i < text.len && (text.data[i] == 'r' || text.data[i] == 'R')) {
        out->reverse = true;
        i++;
    }
    size_t from = i;
    while (i < text.len && text.data[i] && strchr(".-+,/_=", text.data[i]))
        i++;
    out->delimiters = mw_span_slice(text, from, i);
    return i < text.len && text.data[i] == '}' ? i + 1 : 0;
}

static size_t read_macro(mw_span text, macro *out) {
    if (text.len < 2)
        return 0;
    if (text.data[1] == '%' || text.data[1] == '_' || text.data[1] == '-') {
        *out = (macro){.letter = text.data[1]};
        return 2;
    }
    return text.data[1] == '{' && text.len >= 4 ? read_braces(text, out) : 0;
}

size_t mw_spf_macro_length(mw_span text, bool *only_exp) {
    macro m;
    size_t n = read_macro(text, &m);
    if (only_exp)
        *only_exp = n > 2 && strchr("crt", g_ascii_tolower(m.letter));
    return n;
}

size_t mw_spf_check_macros(mw_span text, bool in_exp, bool blanks) {
    for (size_t i = 0; i < text.len;) {
        uint8_t byte = (uint8_t)text.data[i];
        if (byte == '%') {
            bool only_exp;
            size_t n = mw_spf_macro_length(mw_span_from(text, i), &only_exp);
            if (n == 0 || (only_exp && !in_exp))
                return i;
            i += n;
        } else if ((byte > 0x20 && byte < 0x7f) || (blanks && byte == ' ')) {
            i++;
        } else {
            return i;
        }
    }
    return SIZE_MAX;
}

/* The address in dots: four numbers, or 32 nibbles (section 7.3). */
static void append_dotted_ip(GString *out, const mw_ip *ip) {
    for (int i = 0; i < (ip->family == 4 ? 4 : 16); i++) {
        if (i)
            g_string_append_c(out, '.');
        if (ip->family == 4)
            g_string_append_printf(out, "%d", ip->bytes[i]);
        else
            g_string_append_printf(out, "%X.%X", ip->bytes[i] >> 4, ip->bytes[i] & 15);
    }
}

static bool append_value(GString *out, const mw_spf_values *v, char letter, const char *domain) {
    const char *text = NULL;
    char ip[MW_IP_TEXT];
    switch (g_ascii_tolower(letter)) {
    case 's':
        text = v->sender;
        break;
    case 'l':
        text = v->local_part;
        break;
    case 'o':
        text = v->sender_domain;
        break;
    case 'd':
        text = domain;
        break;
    case 'h':
        text = v->helo;
        break;
    case 'r':
        text = v->receiver;
        break;
    case 'v':
        text = v->client_ip.family == 4 ? "in-addr" : "ip6";
        break;
    case 'p':
        text = v->validated(v->data, domain);
        break;
    case 'c':
        text = mw_ip_print(&v->client_ip, ip);
        break;
    case 't':
        g_string_append_printf(out, "%" G_GINT64_FORMAT, v->now == MW_TIME_UNKNOWN ? 0 : v->now);
        return true;
    default:
        append_dotted_ip(out, &v->client_ip);
        return true;
    }
    g_string_append(out, text ? text : "unknown");
    return out->len <= MW_MAX_SPF_VALUE;
}

bool mw_spf_uses_macro(mw_span text, char letter) {
    macro m;
    for (size_t i = 0; i < text.len;) {
        size_t n = text.data[i] == '%' ? read_macro(mw_span_from(text, i), &m) : 0;
        if (n && g_ascii_tolower(m.letter) == letter)
            return true;
        i += n ? n : 1;
    }
    return false;
}

static void append_escaped(GString *out, mw_span text) {
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = (uint8_t)text.data[i];
        if (g_ascii_isalnum(byte) || (byte && strchr("-._~", byte)))
            g_string_append_c(out, (char)byte);
        else
            g_string_append_printf(out, "%%%02X", byte);
    }
}

/* Splits value, keeps and turns round the parts as the macro says, and joins them with dots. */
static void append_parts(GString *out, const macro *m, mw_span value) {
    g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(mw_span));
    mw_span delimiters = m->delimiters.len ? m->delimiters : MW_SPAN(".");
    size_t from = 0;
    for (size_t i = 0; i <= value.len; i++)
        if (i == value.len || memchr(delimiters.data, value.data[i], delimiters.len)) {
            mw_span part = mw_span_slice(value, from, i);
            g_array_append_val(parts, part);
            from = i + 1;
        }
    size_t n = parts->len, kept = m->keep ? MIN(m->keep, n) : n;
    for (size_t k = 0; k < kept; k++) {
        size_t place = n - kept + k;
        mw_span part = g_array_index(parts, mw_span, m->reverse ? n - 1 - place : place);
        if (k)
            g_string_append_c(out, '.');
        if (g_ascii_isupper(m->letter))
            append_escaped(out, part);
        else
            g_string_append_len(out, part.data, (gssize)part.len);
    }
}

static bool append_macro(GString *out, const macro *m, const mw_spf_values *values, const char *domain) {
    switch (m->letter) {
    case '%':
        g_string_append_c(out, '%');
        return true;
    case '_':
        g_string_append_c(out, ' ');
        return true;
    case '-':
        g_string_append(out, "%20");
        return true;
    }
    g_autoptr(GString) value = g_string_new(NULL);
    if (!append_value(value, values, m->letter, domain))
        return false;
    append_parts(out, m, (mw_span){value->str, value->len});
    return true;
}

/* Appends the expansion of the piece at i and moves i behind it. */
static bool append_piece(GString *out, const mw_spf_values *values, mw_span text, size_t *i,
                         const char *domain) {
    macro m;
    if (text.data[*i] != '%') {
        g_string_append_c(out, text.data[(*i)++]);
        return true;
    }
    size_t n = read_macro(mw_span_from(text, *i), &m);
    *i += n;
    return n && append_macro(out, &m, values, domain);
}

static const char *fit_domain(const char *domain) {
    enum { MAX_DOMAIN = 253 };
    for (size_t n = strlen(domain); n > MAX_DOMAIN; n = strlen(domain)) {
        const char *dot = strchr(domain, '.');
        if (!dot)
            break;
        domain = dot + 1;
    }
    return domain;
}

const char *mw_spf_expand_domain(mw_arena *arena, const mw_spf_values *values, mw_span text,
                                 const char *domain) {
    g_autoptr(GString) out = g_string_new(NULL);
    for (size_t i = 0; i < text.len;) {
        if (!append_piece(out, values, text, &i, domain))
            return NULL;
        /* only the right end can be used: a label and a name's length before it are enough */
        if (out->len > MW_MAX_SPF_EXPLANATION)
            g_string_erase(out, 0, (gssize)(out->len - 1024));
    }
    if (out->len && out->str[out->len - 1] == '.')
        g_string_truncate(out, out->len - 1);
    return mw_strdup(arena, fit_domain(out->str));
}

const char *mw_spf_expand_text(mw_arena *arena, const mw_spf_values *values, mw_span text,
                               const char *domain) {
    g_autoptr(GString) out = g_string_new(NULL);
    for (size_t i = 0; i < text.len;) {
        if (!append_piece(out, values, text, &i, domain))
            return NULL;
        if (out->len > MW_MAX_SPF_EXPLANATION) {
            g_string_truncate(out, MW_MAX_SPF_EXPLANATION);
            g_string_append(out, " [...]");
            break;
        }
    }
    return mw_strndup(arena, out->str, out->len);
}
