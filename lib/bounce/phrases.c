#include "bounce/phrases.h"

#include "base/error.h"

/* What a notice says in one language. */
typedef struct tongue {
    const char *name; /* "de" */
    const mw_words *words;
} tongue;

struct mw_phrases {
    GPtrArray *kinds[MW_PHRASE_KINDS];      /* of const char *, folded; NULL ends each */
    const mw_words *words[MW_PHRASE_KINDS]; /* the same */
    GPtrArray *tongues;                     /* of tongue * */
};

static const char *const kind_names[MW_PHRASE_KINDS] = {
    "daemon", "robot",     "subject", "away",     "receipt", "failed", "late",  "final",
    "yours",  "recipient", "heading", "original", "footer",  "from",   "title", "to"};

#define FOLDER "notices/"

mw_span mw_phrases_fold(mw_arena *arena, mw_span text) {
    if (mw_span_is_ascii(text) || !g_utf8_validate(text.data, (gssize)text.len, NULL))
        return text;
    g_autofree char *low = g_utf8_strdown(text.data, (gssize)text.len);
    return mw_span_of(mw_strdup(arena, low));
}

/* MW_PHRASE_KINDS: none of these, but a reason, which lib/reply reads. Rows of a kind stand together. */
static int kind_of(const char *name, int last) {
    if (last < MW_PHRASE_KINDS && strcmp(name, kind_names[last]) == 0)
        return last;
    int kind = 0;
    while (kind < MW_PHRASE_KINDS && strcmp(name, kind_names[kind]) != 0)
        kind++;
    return kind;
}

static bool load(mw_phrases *phrases, const mw_data *data, mw_arena *arena, const char *file,
                 GError **error) {
    const mw_table *table = mw_data_table(data, file, error);
    int words = table ? mw_table_column(table, "words", error) : -1;
    int kind = words >= 0 ? mw_table_column(table, "kind", error) : -1;
    if (kind < 0)
        return false;
    g_autoptr(GPtrArray) own = g_ptr_array_new();
    int k = MW_PHRASE_KINDS;
    for (guint i = 0; i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        k = kind_of(row[kind], k);
        if (!*row[words] || k == MW_PHRASE_KINDS)
            continue;
        /* those that are built in are written so */
        const char *folded = table->own ? mw_phrases_fold(arena, mw_span_of(row[words])).data : row[words];
        g_ptr_array_add(phrases->kinds[k], (gpointer)folded);
        if (k == MW_PHRASE_FAILED || k == MW_PHRASE_LATE || k == MW_PHRASE_FINAL || k == MW_PHRASE_YOURS)
            g_ptr_array_add(own, (gpointer)folded);
    }
    g_ptr_array_add(own, NULL);
    tongue *t = mw_new(arena, tongue);
    *t = (tongue){mw_span_dup(arena, mw_span_slice(mw_span_of(file + strlen(FOLDER)), 0, 2)),
                  mw_words_new(arena, (const char *const *)own->pdata)};
    g_ptr_array_add(phrases->tongues, t);
    return true;
}

static const void *make(const mw_data *data, mw_arena *arena, const void *unused, GError **error) {
    mw_phrases *phrases = mw_new(arena, mw_phrases);
    for (int k = 0; k < MW_PHRASE_KINDS; k++)
        phrases->kinds[k] = mw_array_new(arena);
    phrases->tongues = mw_array_new(arena);
    const char **names = mw_data_all_names(data, arena, FOLDER);
    for (size_t i = 0; names[i]; i++) {
        if (!load(phrases, data, arena, names[i], error))
            return NULL;
    }
    for (int k = 0; k < MW_PHRASE_KINDS; k++) {
        g_ptr_array_add(phrases->kinds[k], NULL);
        phrases->words[k] = mw_words_new(arena, (const char *const *)phrases->kinds[k]->pdata);
    }
    return phrases;
}

size_t mw_phrases_among(const mw_phrases *phrases, mw_phrase_kind kind, const mw_pairs *pairs, mw_span text,
                        size_t most) {
    return mw_pairs_count_words(pairs, text, phrases->words[kind], most);
}

size_t mw_phrases_count(const mw_phrases *phrases, mw_phrase_kind kind, mw_span text, size_t most) {
    mw_pairs pairs;
    mw_pairs_read(&pairs, text);
    return mw_phrases_among(phrases, kind, &pairs, text, most);
}

bool mw_phrases_begin(const mw_phrases *phrases, mw_phrase_kind kind, mw_span text) {
    return mw_span_begins(text, (const char *const *)phrases->kinds[kind]->pdata);
}

bool mw_phrases_end(const mw_phrases *phrases, mw_phrase_kind kind, mw_span text) {
    const GPtrArray *all = phrases->kinds[kind];
    for (guint i = 0; i + 1 < all->len; i++) {
        size_t n = strlen(all->pdata[i]);
        if (mw_span_ends(text, all->pdata[i]) &&
            (text.len == n || !g_ascii_isalnum(text.data[text.len - n - 1])))
            return true;
    }
    return false;
}

bool mw_phrases_equal(const mw_phrases *phrases, mw_phrase_kind kind, mw_span text) {
    const GPtrArray *all = phrases->kinds[kind];
    for (guint i = 0; i + 1 < all->len; i++) {
        if (mw_span_is(text, all->pdata[i]))
            return true;
    }
    return false;
}

const char *mw_phrases_language(const mw_phrases *phrases, mw_span text) {
    enum { ENOUGH = 8 };
    const char *found = NULL;
    size_t most = 0;
    mw_pairs pairs;
    mw_pairs_read(&pairs, text);
    for (guint i = 0; i < phrases->tongues->len; i++) {
        const tongue *t = phrases->tongues->pdata[i];
        size_t n = mw_pairs_count_words(&pairs, text, t->words, ENOUGH);
        bool english = found && strcmp(found, "en") == 0;
        if (n > most || (n && n == most && english))
            found = t->name, most = n;
    }
    return found;
}

const mw_phrases *mw_phrases_of_data(const mw_data *data, GError **error) {
    return mw_data_made(data, "bounce/phrases", make, NULL, error);
}
