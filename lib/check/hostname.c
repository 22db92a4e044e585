#include "check/hostname.h"

#include "base/domain.h"
#include "base/pairs.h"

enum { LEVEL_MAX = 5, LEVEL_ADDRESS = 2, NAME_MAX_BYTES = 255 };

/* How a word must stand in a name to count. */
enum {
    ALONE = 1,  /* between dots or hyphens: x.dsl.y */
    BEHIND = 2, /* right behind a number, perhaps with a dot or hyphen between: 12-dsl, 12dsl */
    BEFORE = 4, /* before a number, with a dot or hyphen between: dsl-12 */
};

typedef struct word {
    const char *text;
    size_t len;
    unsigned level, forms;
} word;

struct mw_hostnames {
    GPtrArray *words;  /* of word * */
    GPtrArray *locals; /* of const char * */
    GPtrArray *own;    /* of const char *: words that tell a server's own name */
};

static unsigned read_forms(const char *text) {
    unsigned forms = 0;
    forms |= strstr(text, "alone") ? ALONE : 0;
    forms |= strstr(text, "behind") ? BEHIND : 0;
    forms |= strstr(text, "before") ? BEFORE : 0;
    return forms;
}

static const void *make(const mw_data *data, mw_arena *arena, const void *about, GError **error) {
    const mw_table *table = mw_data_table(data, "hostnames.tsv", error);
    if (!table)
        return NULL;
    int text = mw_table_column(table, "word", error), kind = mw_table_column(table, "kind", error);
    int level = mw_table_column(table, "level", error), where = mw_table_column(table, "where", error);
    if (text < 0 || kind < 0 || level < 0 || where < 0)
        return NULL;
    mw_hostnames *names = mw_new(arena, mw_hostnames);
    names->words = mw_array_new(arena);
    names->locals = mw_array_new(arena);
    names->own = mw_array_new(arena);
    for (guint i = 0; i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        if (strcmp(row[kind], "local") == 0) {
            g_ptr_array_add(names->locals, (gpointer)row[text]);
        } else if (strcmp(row[kind], "server") == 0) {
            g_ptr_array_add(names->own, (gpointer)row[text]);
        } else {
            word *w = mw_new(arena, word);
            uint64_t number = 0;
            mw_span_number(mw_span_of(row[level]), LEVEL_MAX, &number);
            *w = (word){row[text], strlen(row[text]), (unsigned)number, read_forms(row[where])};
            if (w->len)
                g_ptr_array_add(names->words, w);
        }
    }
    return names;
}

const mw_hostnames *mw_hostnames_of(const mw_data *data, GError **error) {
    return mw_data_made(data, "the words of host names", make, NULL, error);
}

static bool separates(char c) {
    return c == '.' || c == '-';
}

/* The text before position at ends in a digit that another digit, dot or hyphen precedes, with at most one
 * separator between it and the word. */
static bool number_before(const char *name, size_t at) {
    if (at && separates(name[at - 1]))
        at--;
    return at >= 2 && g_ascii_isdigit(name[at - 1]) &&
           (g_ascii_isdigit(name[at - 2]) || separates(name[at - 2]));
}

static bool stands(const char *name, size_t at, const word *w) {
    const char *end = name + at + w->len;
    if ((w->forms & ALONE) && at && separates(name[at - 1]) && separates(*end))
        return true;
    if ((w->forms & BEHIND) && !g_ascii_isalpha(*end) && number_before(name, at))
        return true;
    return (w->forms & BEFORE) && (at == 0 || !g_ascii_isalpha(name[at - 1])) && separates(*end) &&
           g_ascii_isdigit(end[1]);
}

static const word *highest(const mw_hostnames *names, const char *name) {
    const word *found = NULL;
    mw_pairs pairs;
    mw_pairs_read(&pairs, mw_span_of(name));
    for (guint i = 0; i < names->words->len; i++) {
        const word *w = names->words->pdata[i];
        if ((found && found->level >= w->level) || !mw_pairs_may_hold(&pairs, w->text))
            continue;
        for (const char *p = strstr(name, w->text); p; p = strstr(p + 1, w->text))
            if (stands(name, (size_t)(p - name), w)) {
                found = w;
                break;
            }
    }
    return found;
}

/* The name holds a word such as "mail" that tells a server's own name. */
static bool is_own(const mw_hostnames *names, const char *name) {
    for (guint i = 0; i < names->own->len; i++) {
        const char *text = names->own->pdata[i];
        size_t n = strlen(text);
        for (const char *p = strstr(name, text); p; p = strstr(p + 1, text))
            if ((p == name || !g_ascii_isalpha(p[-1])) && !g_ascii_isalpha(p[n]))
                return true;
    }
    return false;
}

static bool stands_apart(const char *name, const char *text) {
    size_t n = strlen(text);
    for (const char *p = strstr(name, text); p; p = strstr(p + 1, text))
        if ((p == name || !g_ascii_isxdigit(p[-1])) && !g_ascii_isxdigit(p[n]))
            return true;
    return false;
}

/* The whole IPv4 address stands in the name: as numbers, padded to three digits, or in hexadecimal. */
static bool spells(const char *name, const uint8_t a[4]) {
    char text[24];
    for (const char *between = ".-"; *between; between++) {
        g_snprintf(text, sizeof text, "%u%c%u%c%u%c%u", a[0], *between, a[1], *between, a[2], *between, a[3]);
        if (stands_apart(name, text))
            return true;
    }
    g_snprintf(text, sizeof text, "%03u-%03u-%03u-%03u", a[0], a[1], a[2], a[3]);
    if (stands_apart(name, text))
        return true;
    g_snprintf(text, sizeof text, "%03u%03u%03u%03u", a[0], a[1], a[2], a[3]);
    if (stands_apart(name, text))
        return true;
    g_snprintf(text, sizeof text, "%02x%02x%02x%02x", a[0], a[1], a[2], a[3]);
    return stands_apart(name, text);
}

/* The fewest digits that tell an address: one each in 1.2.3.4, or eight hexadecimal ones in a row. */
static bool has_digits(const char *name) {
    enum { FOUR = 4, EIGHT = 8 };
    size_t digits = 0, row = 0;
    for (; *name && digits < FOUR && row < EIGHT; name++) {
        digits += g_ascii_isdigit(*name);
        row = g_ascii_isxdigit(*name) ? row + 1 : 0;
    }
    return digits >= FOUR || row >= EIGHT;
}

static bool spells_address(const char *name, const mw_ip *ip) {
    if (!ip || ip->family != 4 || !has_digits(name))
        return false;
    const uint8_t *b = ip->bytes, reversed[4] = {b[3], b[2], b[1], b[0]};
    return spells(name, b) || spells(name, reversed);
}

unsigned mw_hostname_generic(const mw_hostnames *names, mw_arena *arena, const char *name, const mw_ip *ip,
                             const char **why) {
    if (strlen(name) > NAME_MAX_BYTES)
        return 0;
    /* The domain itself is not judged: a firm may well be called dyn.com. */
    g_autofree char *lower = g_ascii_strdown(name, -1);
    lower[mw_domain_registrable(lower) - lower] = '\0';
    const word *found = highest(names, lower);
    unsigned level = found ? found->level : 0;
    if (level < LEVEL_ADDRESS && spells_address(lower, ip) && !is_own(names, lower)) {
        *why = "it spells the address";
        return LEVEL_ADDRESS;
    }
    if (found)
        *why = mw_printf(arena, "\"%s\" in it", found->text);
    return level;
}

const char *mw_hostname_local(const mw_hostnames *names, const char *name) {
    for (guint i = 0; i < names->locals->len; i++)
        if (mw_domain_below(name, names->locals->pdata[i]))
            return names->locals->pdata[i];
    return NULL;
}
