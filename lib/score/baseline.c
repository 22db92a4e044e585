#include "score/baseline.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/printable.h"
#include "check/position.h"

typedef struct entry {
    const char *symbol, *subject; /* subject "*": any */
    unsigned line;
    gint used;
} entry;

struct mw_baseline {
    GPtrArray *entries; /* of entry * */
    GHashTable *by_key; /* "SYMBOL\tsubject" -> entry */
};

static void add_entry(mw_arena *arena, mw_baseline *b, mw_span text, unsigned line) {
    size_t end = 0;
    while (end < text.len && !g_ascii_isspace(text.data[end]))
        end++;
    entry *e = mw_new(arena, entry);
    *e = (entry){.symbol = mw_span_dup(arena, mw_span_slice(text, 0, end)),
                 .subject = mw_span_dup(arena, mw_span_trim(mw_span_from(text, end))),
                 .line = line};
    char *key = mw_printf(arena, "%s\t%s", e->symbol, e->subject);
    if (!g_hash_table_contains(b->by_key, key)) {
        g_ptr_array_add(b->entries, e);
        g_hash_table_insert(b->by_key, key, e);
    }
}

static bool is_symbol(mw_span text) {
    for (size_t i = 0; i < text.len && !g_ascii_isspace(text.data[i]); i++)
        if (!g_ascii_isalnum(text.data[i]) && !strchr("_.-", text.data[i]))
            return false;
    return true;
}

const mw_baseline *mw_baseline_read(mw_arena *arena, const char *path, GError **error) {
    size_t size = 0;
    g_autofree char *bytes = mw_file_read(path, MW_MAX_DATA_FILE, &size, error);
    if (!bytes) {
        g_prefix_error(error, "--baseline ");
        return NULL;
    }
    mw_baseline *b = mw_new(arena, mw_baseline);
    b->entries = mw_array_new(arena);
    b->by_key =
        mw_arena_own(arena, g_hash_table_new(g_str_hash, g_str_equal), (GDestroyNotify)g_hash_table_unref);
    mw_span rest = {bytes, size};
    for (unsigned line = 1; rest.data && rest.len; line++) {
        mw_span text = mw_span_trim(mw_span_cut(&rest, '\n'));
        if (text.len == 0 || text.data[0] == '#')
            continue;
        if (!is_symbol(text)) {
            g_set_error(error, MW_ERROR, MW_ERROR_DATA,
                        "--baseline %s:%u: no symbol with its subject; --write-baseline makes such a file",
                        path, line);
            return NULL;
        }
        add_entry(arena, b, text, line);
    }
    return b;
}

static const char *subject_of(mw_arena *arena, const mw_facts *facts, const mw_finding *finding) {
    return mw_printable(arena, mw_finding_subject(arena, facts, finding));
}

/* The one that names it so, else the one of any subject. */
static entry *find(const mw_baseline *b, mw_arena *arena, const char *symbol, const char *subject) {
    entry *e = g_hash_table_lookup(b->by_key, mw_printf(arena, "%s\t%s", symbol, subject));
    return e ? e : g_hash_table_lookup(b->by_key, mw_printf(arena, "%s\t*", symbol));
}

void mw_baseline_mark(const mw_baseline *b, mw_facts *facts) {
    for (guint i = 0; b && i < facts->findings->len; i++) {
        mw_finding *f = facts->findings->pdata[i];
        if (f->state != MW_HIT)
            continue;
        entry *e = find(b, facts->arena, f->symbol->name, subject_of(facts->arena, facts, f));
        f->accepted = e != NULL;
        if (e)
            g_atomic_int_set(&e->used, 1);
    }
}

GPtrArray *mw_baseline_stale(mw_arena *arena, const mw_baseline *b) {
    GPtrArray *stale = mw_array_new(arena);
    for (guint i = 0; b && i < b->entries->len; i++) {
        entry *e = b->entries->pdata[i];
        if (!g_atomic_int_get(&e->used))
            g_ptr_array_add(stale, mw_printf(arena, "%s%s%s, line %u", e->symbol, *e->subject ? " " : "",
                                             e->subject, e->line));
    }
    return stale;
}

const char *mw_baseline_line(mw_arena *arena, const mw_facts *facts, const mw_finding *finding) {
    const char *subject = subject_of(arena, facts, finding);
    return mw_printf(arena, "%s%s%s", finding->symbol->name, *subject ? "\t" : "", subject);
}
