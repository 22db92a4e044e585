#include "base/language.h"
#include "base/error.h"
#include "base/timestamp.h"

enum {
    MAX_VALUES = 9,
    MAX_SENTENCES = 16, /* of a text that is looked for */
    MAX_DEPTH = 3,      /* values that are texts, too */
    LEAST_LETTERS = 8,  /* of a row that is to be known again by its form, unless it begins with a word */
    LEAST_START = 4,
};

/* A row with values: what stands in front of each of them, and behind the last. */
typedef struct form {
    const char *text; /* in the language */
    mw_span pieces[MAX_VALUES + 1];
    int numbers[MAX_VALUES];
    size_t n;
} form;

struct mw_language {
    const char *name;
    GHashTable *texts; /* English -> text */
    GPtrArray *forms;  /* of const form * */
};

/* ---- the table ---- */

static bool is_place(const char *p) {
    return p[0] == '{' && p[1] >= '1' && p[1] <= '0' + MAX_VALUES && p[2] == '}';
}

static void add_form(mw_arena *arena, GPtrArray *forms, const char *english, const char *text) {
    form f = {.text = text};
    size_t letters = 0;
    const char *start = english, *p = english;
    for (; *p; p++) {
        letters += (size_t)g_ascii_isalpha(*p);
        if (!is_place(p))
            continue;
        if (f.n == MAX_VALUES)
            return;
        f.pieces[f.n] = (mw_span){start, (size_t)(p - start)};
        f.numbers[f.n++] = p[1] - '0';
        p += 2;
        start = p + 1;
    }
    f.pieces[f.n] = mw_span_of(start);
    if (f.n && (letters >= LEAST_LETTERS || f.pieces[0].len >= LEAST_START))
        g_ptr_array_add(forms, mw_memdup(arena, &f, sizeof f));
}

static const void *make(const mw_data *data, mw_arena *arena, const void *about, GError **error) {
    const char *name = about, *file = mw_printf(arena, "languages/%s.tsv", name);
    const mw_table *table = mw_data_table(data, file, error);
    int english = table ? mw_table_column(table, "english", error) : -1;
    int text = english >= 0 ? mw_table_column(table, "text", error) : -1;
    if (text < 0)
        return NULL;
    mw_language *language = mw_new(arena, mw_language);
    language->name = mw_strdup(arena, name);
    language->texts =
        mw_arena_own(arena, g_hash_table_new(g_str_hash, g_str_equal), (GDestroyNotify)g_hash_table_unref);
    language->forms = mw_array_new(arena);
    for (guint i = 0; i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        if (!*row[text])
            continue;
        g_hash_table_insert(language->texts, (gpointer)row[english], (gpointer)row[text]);
        add_form(arena, language->forms, row[english], row[text]);
    }
    return language;
}

/* ---- which language ---- */

static const mw_language *load(const mw_data *data, const char *name, GError **error) {
    g_autofree char *key = g_strdup_printf("base/language/%s", name);
    return mw_data_made(data, key, make, name, error);
}

static bool has_table(const mw_data *data, const char *name) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const char **files = mw_data_all_names(data, arena, "languages/");
    return g_strv_contains(files, mw_printf(arena, "languages/%s.tsv", name));
}

bool mw_language_find(const mw_data *data, const char *name, const mw_language **out, GError **error) {
    *out = NULL;
    if (strcmp(name, "en") == 0)
        return true;
    if (has_table(data, name))
        return (*out = load(data, name, error)) != NULL;
    g_autoptr(mw_arena) arena = mw_arena_new();
    const char **files = mw_data_all_names(data, arena, "languages/"), *all = "en";
    for (size_t i = 0; files[i]; i++) {
        const char *file = files[i] + strlen("languages/");
        all = mw_printf(arena, "%s, %.*s", all, (int)(strlen(file) - strlen(".tsv")), file);
    }
    g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "--lang %s: there are %s", name, all);
    return false;
}

const mw_language *mw_language_of_tag(const mw_data *data, const char *tag) {
    if (!tag || !g_ascii_isalpha(tag[0]) || !g_ascii_isalpha(tag[1]) || g_ascii_isalpha(tag[2]))
        return NULL;
    char name[] = {g_ascii_tolower(tag[0]), g_ascii_tolower(tag[1]), '\0'};
    return strcmp(name, "en") != 0 && has_table(data, name) ? load(data, name, NULL) : NULL;
}

const char *mw_language_name(const mw_language *language) {
    return language ? language->name : "en";
}

/* ---- messages ---- */

static const char *filled(mw_arena *arena, const char *text, const char *const *values, size_t n) {
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = text; *p; p++) {
        size_t i = is_place(p) ? (size_t)(p[1] - '1') : n;
        if (i >= n) {
            g_string_append_c(out, *p);
            continue;
        }
        g_string_append(out, values[i]);
        p += 2;
    }
    return mw_strdup(arena, out->str);
}

static const char *text_of(const mw_language *language, const char *english) {
    return language ? g_hash_table_lookup(language->texts, english) : english;
}

const char *mw_say(mw_arena *arena, const mw_language *language, const char *message, ...) {
    const char *values[MAX_VALUES], *value, *text = text_of(language, message);
    size_t n = 0;
    va_list args;
    va_start(args, message);
    while ((value = va_arg(args, const char *)))
        if (n < MAX_VALUES)
            values[n++] = value;
    va_end(args);
    return filled(arena, text ? text : message, values, n);
}

/* ---- texts that were put together in English ---- */

static const char *translate(mw_arena *arena, const mw_language *language, const char *text, int depth);

static bool fits(mw_arena *arena, const form *f, mw_span text, const char **values) {
    size_t at = f->pieces[0].len;
    if (text.len < at || memcmp(text.data, f->pieces[0].data, at) != 0)
        return false;
    for (size_t i = 0; i < f->n; i++) {
        mw_span next = f->pieces[i + 1], rest = mw_span_slice(text, at, SIZE_MAX);
        bool last = i + 1 == f->n;
        if (rest.len < next.len)
            return false;
        const char *found = last       ? rest.data + rest.len - next.len
                            : next.len ? memmem(rest.data, rest.len, next.data, next.len)
                                       : NULL;
        if (!found || memcmp(found, next.data, next.len) != 0)
            return false;
        values[f->numbers[i] - 1] = mw_strndup(arena, rest.data, (size_t)(found - rest.data));
        at += (size_t)(found - rest.data) + next.len;
    }
    return true;
}

/* One row: the text itself, or one whose values can stand for parts of it. */
static const char *by_row(mw_arena *arena, const mw_language *language, mw_span text, int depth) {
    const char *whole = g_hash_table_lookup(language->texts, mw_span_dup(arena, text));
    for (guint i = 0; !whole && i < language->forms->len; i++) {
        const form *f = language->forms->pdata[i];
        const char *values[MAX_VALUES] = {"", "", "", "", "", "", "", "", ""};
        if (!fits(arena, f, text, values))
            continue;
        for (size_t k = 0; k < MAX_VALUES; k++) {
            const char *value = *values[k] ? translate(arena, language, values[k], depth + 1) : NULL;
            values[k] = value ? value : values[k];
        }
        whole = filled(arena, f->text, values, MAX_VALUES);
    }
    return whole;
}

/* The first sentences that a row stands for, as many as there are in one. */
static const char *translate(mw_arena *arena, const mw_language *language, const char *text, int depth) {
    mw_span ends[MAX_SENTENCES]; /* the first sentence, the first two ... */
    size_t n = 0, len = strlen(text);
    if (depth > MAX_DEPTH)
        return NULL;
    for (const char *p = text; (p = strstr(p, ". ")) && n < MAX_SENTENCES - 1; p += 2)
        ends[n++] = (mw_span){text, (size_t)(p - text) + 1};
    ends[n++] = (mw_span){text, len};
    for (size_t i = n; i > 0; i--) {
        const char *first = by_row(arena, language, ends[i - 1], depth);
        const char *more =
            !first || i == n ? "" : translate(arena, language, text + ends[i - 1].len + 1, depth + 1);
        if (first && more)
            return *more ? mw_printf(arena, "%s %s", first, more) : first;
    }
    return NULL;
}

const char *mw_translated(mw_arena *arena, const mw_language *language, const char *text) {
    return language && text ? translate(arena, language, text, 0) : text;
}

/* ---- dates ---- */

const char *mw_language_day(mw_arena *arena, const mw_language *language, int64_t time) {
    if (!language)
        return mw_time_day(arena, time);
    const char *iso = mw_time_rfc3339(arena, time); /* "2026-01-31T00:00:00Z" */
    return mw_say(arena, language, "{1}-{2}-{3}", mw_strndup(arena, iso, 4), mw_strndup(arena, iso + 5, 2),
                  mw_strndup(arena, iso + 8, 2), NULL);
}

const char *mw_language_time(mw_arena *arena, const mw_language *language, int64_t time) {
    if (!language)
        return mw_time_text(arena, time);
    const char *clock = mw_time_rfc3339(arena, time) + strlen("2026-01-31T");
    return mw_say(arena, language, "{1}, {2} UTC", mw_language_day(arena, language, time),
                  mw_strndup(arena, clock, 5), NULL);
}
