#include "check/lookalike.h"
#include "base/domain.h"

#include <math.h>

enum { MAX_LABEL = 256 };

static const struct {
    gunichar c;
    char latin;
} twins[] = {
    {0x0430, 'a'}, {0x0435, 'e'}, {0x043e, 'o'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0445, 'x'}, {0x0443, 'y'},
    {0x0456, 'i'}, {0x0458, 'j'}, {0x0455, 's'}, {0x04bb, 'h'}, {0x0501, 'd'}, {0x051b, 'q'}, {0x051d, 'w'},
    {0x04cf, 'l'}, {0x043a, 'k'}, {0x043c, 'm'}, {0x0442, 't'}, {0x0432, 'b'}, {0x043d, 'h'}, {0x0433, 'r'},
    {0x03b1, 'a'}, {0x03bf, 'o'}, {0x03bd, 'v'}, {0x03c1, 'p'}, {0x03c4, 't'}, {0x03c5, 'u'}, {0x03b9, 'i'},
    {0x03ba, 'k'}, {0x0131, 'i'}, {0x0142, 'l'}, {0x00f8, 'o'}, {0x0111, 'd'}, {0x0127, 'h'}, {0x0251, 'a'},
    {0x0261, 'g'}, {0x0578, 'n'}, {0x057d, 'u'}, {0x0585, 'o'}, {'0', 'o'},    {'1', 'l'},    {'5', 's'},
};

static gunichar twin(gunichar c) {
    for (size_t i = 0; i < G_N_ELEMENTS(twins); i++)
        if (twins[i].c == c)
            return (gunichar)twins[i].latin;
    return c;
}

/* The label that somebody chose: "bank" of www.bank.co.uk. */
static char *own_label(mw_arena *arena, const char *domain) {
    const char *registrable = mw_domain_registrable(domain);
    size_t len = strcspn(registrable, ".");
    char *label = mw_strndup(arena, registrable, MIN(len, MAX_LABEL));
    return mw_domain_u_labels(arena, label);
}

char *mw_lookalike_skeleton(mw_arena *arena, const char *domain) {
    g_autofree char *label = g_utf8_normalize(own_label(arena, domain), -1, G_NORMALIZE_ALL);
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = label; p && *p; p = g_utf8_next_char(p)) {
        gunichar c = g_unichar_tolower(g_utf8_get_char(p));
        if (g_unichar_ismark(c) || c == '-')
            continue;
        g_string_append_unichar(out, twin(c));
    }
    GString *joined = g_string_new(NULL);
    for (const char *p = out->str; *p; p++) {
        if (p[0] == 'r' && p[1] == 'n') {
            g_string_append_c(joined, 'm');
            p++;
        } else if (p[0] == 'v' && p[1] == 'v') {
            g_string_append_c(joined, 'w');
            p++;
        } else {
            g_string_append_c(joined, *p);
        }
    }
    char *text = mw_strdup(arena, joined->str);
    g_string_free(joined, TRUE);
    return text;
}

bool mw_lookalike(mw_arena *arena, const char *a, const char *b) {
    if (mw_domain_same_organisation(a, b) || strcmp(own_label(arena, a), own_label(arena, b)) == 0)
        return false;
    const char *x = mw_lookalike_skeleton(arena, a);
    return strlen(x) > 3 && strcmp(x, mw_lookalike_skeleton(arena, b)) == 0;
}

/* Edits to make one of the other: an inserted or removed letter costs 1, a changed one 2. */
static unsigned distance(const char *a, const char *b) {
    unsigned row[MAX_LABEL + 1];
    size_t n = MIN(strlen(a), MAX_LABEL), m = MIN(strlen(b), MAX_LABEL);
    for (size_t j = 0; j <= m; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            unsigned change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 2);
            diagonal = row[j];
            row[j] = MIN(change, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[m];
}

double mw_lookalike_weight(mw_arena *arena, const char *shown, const char *target) {
    const char *a = mw_lookalike_skeleton(arena, shown), *b = mw_lookalike_skeleton(arena, target);
    size_t total = strlen(a) + strlen(b);
    double far = total ? 2.0 * distance(a, b) / (double)total : 2;
    if (far <= 0.3)
        return 1;
    return far <= 1 ? MAX(0.5, tanh(3 * (1.1 - far))) : 0.5;
}
