#include "base/domain.h"
#include "base/ip.h"

#include <idn2.h>
#include <libpsl.h>

char *mw_domain_ascii(mw_arena *arena, mw_span domain) {
    domain = mw_span_trim(domain);
    if (domain.len && domain.data[domain.len - 1] == '.')
        domain.len--;
    char *text = mw_span_dup(arena, domain);
    bool ascii = true;
    for (char *p = text; *p; p++) {
        ascii &= (unsigned char)*p < 0x80;
        *p = g_ascii_tolower(*p);
    }
    char *out = NULL;
    if (!ascii && idn2_to_ascii_8z(text, &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK) {
        text = mw_strdup(arena, out);
        idn2_free(out);
    }
    return text;
}

/* Latin stands with nothing else; Han with kana, Hangul and Bopomofo as Unicode's "highly restrictive". */
static bool one_script(const char *label) {
    GUnicodeScript seen = G_UNICODE_SCRIPT_COMMON;
    for (const char *p = label; *p; p = g_utf8_next_char(p)) {
        GUnicodeScript script = g_unichar_get_script(g_utf8_get_char(p));
        if (script == G_UNICODE_SCRIPT_COMMON || script == G_UNICODE_SCRIPT_INHERITED)
            continue;
        if (script == G_UNICODE_SCRIPT_HIRAGANA || script == G_UNICODE_SCRIPT_KATAKANA ||
            script == G_UNICODE_SCRIPT_HANGUL || script == G_UNICODE_SCRIPT_BOPOMOFO)
            script = G_UNICODE_SCRIPT_HAN;
        if (seen != G_UNICODE_SCRIPT_COMMON && script != seen)
            return false;
        seen = script;
    }
    return true;
}

char *mw_domain_unicode(mw_arena *arena, const char *domain) {
    char *out = NULL;
    if (!strstr(domain, "xn--") || idn2_to_unicode_8z8z(domain, &out, 0) != IDN2_OK)
        return mw_strdup(arena, domain);
    g_auto(GStrv) labels = g_strsplit(out, ".", -1);
    bool safe = true;
    for (char **l = labels; *l; l++)
        safe &= one_script(*l);
    char *text = mw_strdup(arena, safe ? out : domain);
    idn2_free(out);
    return text;
}

static bool is_address(const char *domain) {
    mw_ip ip;
    return mw_ip_parse(mw_span_of(domain), &ip);
}

/* The last names that were asked for: a mail asks for its few over and over, and libpsl takes its time. */
enum { REMEMBERED = 64, MOST_REMEMBERED = 72 };
typedef struct remembered {
    char domain[MOST_REMEMBERED];
    uint8_t at; /* of the registrable one in it */
    enum { NOT_ASKED, SUFFIX, NO_SUFFIX } suffix;
} remembered;
static _Thread_local remembered memory[REMEMBERED];

static const char *find_registrable(const char *domain) {
    if (is_address(domain))
        return domain;
    const char *found = psl_registrable_domain(psl_builtin(), domain);
    return found ? found : domain;
}

/* NULL for a name that is too long to be kept. */
static remembered *remember(const char *domain) {
    size_t len = strlen(domain);
    if (len >= MOST_REMEMBERED)
        return NULL;
    remembered *slot = &memory[g_str_hash(domain) % REMEMBERED];
    if (strcmp(slot->domain, domain) != 0) {
        memcpy(slot->domain, domain, len + 1);
        slot->at = (uint8_t)(find_registrable(domain) - domain);
        slot->suffix = NOT_ASKED;
    }
    return slot;
}

const char *mw_domain_registrable(const char *domain) {
    const remembered *slot = remember(domain);
    return slot ? domain + slot->at : find_registrable(domain);
}

static bool is_suffix(const char *domain) {
    return !is_address(domain) && psl_is_public_suffix(psl_builtin(), domain);
}

bool mw_domain_is_public_suffix(const char *domain) {
    remembered *slot = remember(domain);
    if (!slot)
        return is_suffix(domain);
    if (slot->suffix == NOT_ASKED)
        slot->suffix = is_suffix(domain) ? SUFFIX : NO_SUFFIX;
    return slot->suffix == SUFFIX;
}

bool mw_domain_same_organisation(const char *a, const char *b) {
    const char *x = mw_domain_registrable(a), *y = mw_domain_registrable(b);
    return g_ascii_strcasecmp(x, y) == 0 && !mw_domain_is_public_suffix(x);
}

bool mw_domain_below(const char *domain, const char *above) {
    size_t n = strlen(domain), m = strlen(above);
    return n >= m && g_ascii_strcasecmp(domain + n - m, above) == 0 && (n == m || domain[n - m - 1] == '.');
}

bool mw_domain_valid(const char *domain) {
    size_t n = strlen(domain), label = 0;
    if (n == 0 || n > 253)
        return false;
    for (const char *p = domain; *p; p++) {
        if (*p == '.') {
            if (label == 0)
                return false;
            label = 0;
        } else if ((!g_ascii_isalnum(*p) && *p != '-' && *p != '_') || ++label > 63) {
            return false;
        }
    }
    return label > 0;
}

bool mw_domain_known_tld(const char *domain) {
    const char *dot = strrchr(domain, '.'), *tld = dot ? dot + 1 : domain;
    return strcmp(tld, "test") == 0 || strcmp(tld, "example") == 0 ||
           psl_is_public_suffix2(psl_builtin(), tld, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE);
}

char *mw_domain_u_labels(mw_arena *arena, const char *domain) {
    char *out = NULL;
    if (!strstr(domain, "xn--") || idn2_to_unicode_8z8z(domain, &out, 0) != IDN2_OK)
        return mw_strdup(arena, domain);
    char *text = mw_strdup(arena, out);
    idn2_free(out);
    return text;
}
