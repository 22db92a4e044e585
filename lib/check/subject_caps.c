#include "check/subject_caps.h"

enum { MIN_CAPITALS = 4, MAX_PREFIXES = 20 };

static const char *const prefixes[] = {"re", "fw", "fwd", "aw", "wg",  "antwort",
                                       "sv", "vs", "rif", "tr", "res", "odp"};

static const char *skip_blanks(const char *p) {
    while (*p == ' ' || *p == '\t')
        p++;
    return p;
}

/* Behind one prefix with its colon ("Re:", "Re[2]:"), or NULL. */
static const char *skip_prefix(const char *p) {
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        size_t n = strlen(prefixes[i]);
        if (g_ascii_strncasecmp(p, prefixes[i], n) != 0)
            continue;
        const char *q = p + n;
        if (*q == '[' || *q == '(') {
            q++;
            while (g_ascii_isdigit(*q))
                q++;
            if (*q == ']' || *q == ')')
                q++;
        }
        q = skip_blanks(q);
        if (*q == ':')
            return skip_blanks(q + 1);
    }
    return NULL;
}

const char *mw_subject_without_prefixes(const char *text) {
    text = skip_blanks(text);
    const char *next;
    for (int i = 0; i < MAX_PREFIXES && (next = skip_prefix(text)) != NULL; i++)
        text = next;
    return text;
}

bool mw_subject_all_caps(const char *text, size_t *length) {
    size_t capitals = 0, caseless = 0, total = 0;
    for (const char *p = mw_subject_without_prefixes(text); *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        total++;
        if (g_unichar_islower(c) || g_unichar_istitle(c))
            return false;
        if (g_unichar_isupper(c))
            capitals++;
        else if (g_unichar_isalpha(c))
            caseless++;
    }
    *length = total;
    return capitals >= MIN_CAPITALS && capitals >= caseless;
}
