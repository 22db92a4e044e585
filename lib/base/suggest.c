#include "base/suggest.h"

#include <string.h>

enum { LONGEST = 64, SHORTEST_PREFIX = 3 };

/* Slips between two words (optimal string alignment: each letter is touched once). */
static unsigned slips(const char *a, size_t n, const char *b, size_t m) {
    unsigned rows[3][LONGEST + 1];
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        unsigned *now = rows[i % 3], *up = rows[(i + 2) % 3], *upper = rows[(i + 1) % 3];
        now[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            char x = g_ascii_tolower(a[i - 1]), y = g_ascii_tolower(b[j - 1]);
            now[j] = MIN(MIN(up[j], now[j - 1]) + 1, up[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) && y == g_ascii_tolower(a[i - 2]))
                now[j] = MIN(now[j], upper[j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

const char *mw_suggest(const GPtrArray *names, const char *word) {
    const char *best = NULL, *begins = NULL;
    size_t n = strlen(word);
    if (n == 0 || n > LONGEST)
        return NULL;
    unsigned least = n < 3 ? 1 : (unsigned)MIN(1 + n / 3, 4); /* fewer slips than that */
    for (guint i = 0; i < names->len; i++) {
        const char *name = names->pdata[i];
        size_t m = strlen(name);
        if (m > LONGEST)
            continue;
        if (!begins && n >= SHORTEST_PREFIX && g_ascii_strncasecmp(name, word, n) == 0)
            begins = name;
        unsigned away = slips(word, n, name, m);
        if (away < least) {
            least = away;
            best = name;
        }
    }
    return best ? best : begins;
}

const char *mw_suggest_words(mw_arena *arena, const GPtrArray *names, const char *word) {
    const char *name = mw_suggest(names, word);
    return name ? mw_printf(arena, "; did you mean %s?", name) : "";
}
