#include "report/blank.h"
#include "base/limits.h"

#include <string.h>

enum {
    LEAST_NAME = 2,
    LEAST_WORD = 4,
    LEAST_TEXT = 3,
    LEAST_QUOTE = 3,
    MOST_PHRASES = 500,
    MOST_SEARCHED = 1 << 20
};

#define HIDDEN "(hidden)"

typedef struct phrase {
    const char *text, *stand_in;
    size_t len;
    bool exact; /* a single word: in the letters that the mail has */
} phrase;

struct mw_blank {
    mw_arena *arena;
    GPtrArray *phrases; /* of phrase *, the longest first */
    bool begins[256];   /* with this byte, folded */
    bool sorted;
    GHashTable *people;    /* address, folded -> stand-in */
    GHashTable *known;     /* phrases */
    GHashTable *own_words; /* of the catalogue, folded */
    GPtrArray *mails;      /* of mw_span *: what quotes are looked for in */
    GPtrArray *sentences;  /* of const char *, each followed by what stands in for it */
    unsigned names, hosts, files;
};

static void add_words(GHashTable *words, const char *text) {
    g_auto(GStrv) parts = g_str_tokenize_and_fold(text ? text : "", "en", NULL);
    for (char **part = parts; *part; part++)
        g_hash_table_add(words, g_strdup(*part));
}

mw_blank *mw_blank_new(mw_arena *arena, const mw_catalogue *catalogue) {
    mw_blank *b = mw_new(arena, mw_blank);
    *b = (mw_blank){
        .arena = arena,
        .phrases = mw_array_new(arena),
        .people = mw_arena_own(arena, g_hash_table_new(g_str_hash, g_str_equal),
                               (GDestroyNotify)g_hash_table_unref),
        .known = mw_arena_own(arena, g_hash_table_new(g_str_hash, g_str_equal),
                              (GDestroyNotify)g_hash_table_unref),
        .own_words = mw_arena_own(arena, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                                  (GDestroyNotify)g_hash_table_unref),
        .mails = mw_array_new(arena),
        .sentences = mw_array_new(arena),
    };
    GPtrArray *symbols = mw_catalogue_all(catalogue, arena);
    for (guint i = 0; i < symbols->len; i++) {
        const mw_symbol *s = symbols->pdata[i];
        add_words(b->own_words, s->title);
        add_words(b->own_words, s->explain);
        add_words(b->own_words, s->fix);
    }
    return b;
}

static bool is_own_word(const mw_blank *b, const char *word) {
    g_auto(GStrv) parts = g_str_tokenize_and_fold(word, "en", NULL);
    return parts[0] && !parts[1] && g_hash_table_contains(b->own_words, parts[0]);
}

static void add_phrase(mw_blank *b, const char *text, const char *stand_in, bool exact) {
    if (b->phrases->len >= MOST_PHRASES || g_hash_table_contains(b->known, text))
        return;
    phrase *p = mw_new(b->arena, phrase);
    *p = (phrase){mw_strdup(b->arena, text), stand_in, strlen(text), exact};
    g_hash_table_add(b->known, (gpointer)p->text);
    g_ptr_array_add(b->phrases, p);
    b->begins[(unsigned char)g_ascii_tolower(*text)] = true;
    b->sorted = false;
}

static char *trimmed(const char *text) {
    return text ? g_strstrip(g_strdup(text)) : g_strdup("");
}

/* ---- what is to go ---- */

void mw_blank_name(mw_blank *b, const char *given) {
    g_autofree char *name = trimmed(given);
    if (strlen(name) < LEAST_NAME || g_hash_table_contains(b->known, name))
        return;
    const char *stand_in = mw_printf(b->arena, "Name %u", ++b->names);
    bool several = strpbrk(name, " \t") != NULL;
    if (several || !is_own_word(b, name))
        add_phrase(b, name, stand_in, !several);
    g_auto(GStrv) words = several ? g_strsplit_set(name, " \t,\"'()", -1) : NULL;
    for (char **word = words; word && *word; word++)
        if (strlen(*word) >= LEAST_WORD && !is_own_word(b, *word))
            add_phrase(b, *word, stand_in, true);
}

void mw_blank_host(mw_blank *b, const char *given) {
    g_autofree char *host = trimmed(given);
    if (strlen(host) >= LEAST_TEXT && !is_own_word(b, host) && !g_hash_table_contains(b->known, host))
        add_phrase(b, host, mw_printf(b->arena, "host-%u", ++b->hosts), false);
}

/* The ending stays: it is what a finding is about. */
void mw_blank_file(mw_blank *b, const char *given) {
    g_autofree char *name = trimmed(given);
    const char *dot = strrchr(name, '.'), *before = dot;
    while (before && before > name && before[-1] != '.' && dot - before < 6)
        before--; /* "invoice.pdf.exe" */
    if (before && before > name && before[-1] == '.')
        dot = before - 1;
    if (strlen(name) >= LEAST_TEXT && !g_hash_table_contains(b->known, name))
        add_phrase(b, name, mw_printf(b->arena, "file-%u%s", ++b->files, dot ? dot : ""), false);
}

void mw_blank_text(mw_blank *b, const char *given) {
    g_autofree char *text = trimmed(given);
    if (strlen(text) >= LEAST_TEXT && !is_own_word(b, text))
        add_phrase(b, text, HIDDEN, false);
}

void mw_blank_quotes_of(mw_blank *b, mw_span mail) {
    mw_span *own = mw_memdup(b->arena, &mail, sizeof mail);
    own->len = MIN(own->len, MOST_SEARCHED);
    g_ptr_array_add(b->mails, own);
}

static const char *stand_in_of(mw_blank *b, mw_span address) {
    size_t at = address.len;
    while (at > 0 && address.data[at - 1] != '@')
        at--;
    g_autofree char *whole = g_ascii_strdown(address.data, (gssize)address.len);
    const char *found = g_hash_table_lookup(b->people, whole);
    if (found)
        return found;
    found = mw_printf(b->arena, "person-%u@%.*s", g_hash_table_size(b->people) + 1, (int)(address.len - at),
                      address.data + at);
    g_hash_table_insert(b->people, mw_strdup(b->arena, whole), (gpointer)found);
    return found;
}

void mw_blank_address(mw_blank *b, const char *given) {
    g_autofree char *address = trimmed(given);
    const char *at = strrchr(address, '@');
    if (!at || at == address || !at[1])
        return;
    const char *stand_in = stand_in_of(b, mw_span_of(address));
    add_phrase(b, address, stand_in, false); /* also where its form is odd */
}

/* ---- taking it out ---- */

static int longest_first(gconstpointer a, gconstpointer b) {
    const phrase *x = *(const phrase *const *)a, *y = *(const phrase *const *)b;
    return x->len != y->len ? (x->len < y->len ? 1 : -1) : strcmp(x->text, y->text);
}

static bool is_of_word(char c) {
    return g_ascii_isalnum(c) || (unsigned char)c >= 0x80;
}

/* A name within a host's name or an address is no name: "loom" in kite-and-loom.example. */
static bool bounded(mw_span text, size_t from, size_t to) {
    char before = from ? text.data[from - 1] : ' ', after = to < text.len ? text.data[to] : ' ';
    char next = to + 1 < text.len ? text.data[to + 1] : ' ', prior = from > 1 ? text.data[from - 2] : ' ';
    if (is_of_word(before) && is_of_word(text.data[from]))
        return false;
    if (is_of_word(after) && is_of_word(text.data[to - 1]))
        return false;
    return !(strchr("-._", before) && before && is_of_word(prior)) &&
           !(strchr("-._", after) && after && is_of_word(next));
}

static const phrase *phrase_at(const mw_blank *b, mw_span text, size_t at) {
    if (!b->begins[(unsigned char)g_ascii_tolower(text.data[at])])
        return NULL;
    for (guint i = 0; i < b->phrases->len; i++) {
        const phrase *p = b->phrases->pdata[i];
        if (p->len <= text.len - at &&
            (p->exact ? strncmp(text.data + at, p->text, p->len)
                      : g_ascii_strncasecmp(text.data + at, p->text, p->len)) == 0 &&
            bounded(text, at, at + p->len))
            return p;
    }
    return NULL;
}

static bool is_local(char c) {
    return g_ascii_isalnum(c) || (unsigned char)c >= 0x80 || (c && strchr("!#$%&'*+-/=?^_`{|}~.", c));
}

static bool is_of_domain(char c) {
    return g_ascii_isalnum(c) || c == '.' || c == '-' || (unsigned char)c >= 0x80;
}

/* A record of the DNS stays as it is: to whom reports go is public, and what is published must be whole. */
static bool in_record(mw_span text, size_t from) {
    mw_span before = mw_span_slice(text, 0, from);
    return mw_span_ends(before, "mailto:") &&
           (mw_span_search(before, "rua=") != SIZE_MAX || mw_span_search(before, "ruf=") != SIZE_MAX);
}

/* An address with its "@" at at: where it begins in what was not copied yet, and where it ends. */
static bool address_around(mw_span text, size_t copied, size_t at, size_t *from, size_t *to) {
    size_t start = at, end = at + 1;
    if (start > copied && text.data[start - 1] == '"') { /* "a quoted local part"@ */
        size_t quote = start - 1;
        while (quote > copied && text.data[quote - 1] != '"')
            quote--;
        start = quote > copied ? quote - 1 : start;
    } else {
        while (start > copied && is_local(text.data[start - 1]))
            start--;
        while (start < at && strchr("'=`.", text.data[start])) /* i=, '...' */
            start++;
    }
    while (end < text.len && is_of_domain(text.data[end]))
        end++;
    while (end > at + 1 && strchr(".-", text.data[end - 1]))
        end--;
    *from = start;
    *to = end;
    return start < at && end > at + 1;
}

static bool is_stand_in(mw_span address) {
    return mw_span_starts(address, "person-") && address.len > 7 && g_ascii_isdigit(address.data[7]);
}

/* "name=value" in front of an address: the value alone is its local part. */
static size_t behind_tag(mw_span text, size_t from, size_t at) {
    static const char *const tags[] = {
        "i=",           "from=",          "mailfrom=", "smtp.mailfrom=", "header.from=", "header.i=",
        "smtp.rcptto=", "envelope-from=", "to=",       "auth=",          "smtp.auth="};
    for (size_t i = 0; i < G_N_ELEMENTS(tags); i++) {
        size_t len = strlen(tags[i]);
        if (at - from >= len && g_ascii_strncasecmp(text.data + from, tags[i], len) == 0)
            return from + len;
    }
    return from;
}

static char *without_addresses(mw_blank *b, mw_span text) {
    GString *out = g_string_new(NULL);
    size_t copied = 0;
    for (size_t at = 0; at < text.len; at++) {
        size_t from, to;
        if (text.data[at] != '@' || !address_around(text, copied, at, &from, &to))
            continue;
        from = behind_tag(text, from, at);
        mw_span address = mw_span_slice(text, from, to);
        if (from == at || is_stand_in(address) || in_record(text, from))
            continue;
        mw_span_append(out, mw_span_slice(text, copied, from));
        g_string_append(out, stand_in_of(b, address));
        copied = to;
        at = to - 1;
    }
    mw_span_append(out, mw_span_from(text, copied));
    return g_string_free(out, FALSE);
}

static char *without_phrases(mw_blank *b, mw_span text) {
    GString *out = g_string_new(NULL);
    if (!b->sorted)
        g_ptr_array_sort(b->phrases, longest_first);
    b->sorted = true;
    for (size_t at = 0; at < text.len;) {
        const phrase *p = phrase_at(b, text, at);
        if (p)
            g_string_append(out, p->stand_in);
        else
            g_string_append_c(out, text.data[at]);
        at += p ? p->len : 1;
    }
    return g_string_free(out, FALSE);
}

static bool is_of_mail(const mw_blank *b, mw_span quoted) {
    bool words = mw_span_find(quoted, ' ') != SIZE_MAX && !mw_span_starts(quoted, "v=");
    g_autofree char *text = g_strndup(quoted.data, quoted.len);
    for (guint i = 0; words && i < b->mails->len; i++)
        if (mw_span_search(*(const mw_span *)b->mails->pdata[i], text) != SIZE_MAX)
            return true;
    return false;
}

static char *without_quotes(mw_blank *b, mw_span text, bool all) {
    GString *out = g_string_new(NULL);
    size_t at = 0;
    while (at < text.len) {
        mw_span rest = mw_span_from(text, at);
        size_t open = mw_span_find(rest, '"'),
               len = open == SIZE_MAX ? SIZE_MAX : mw_span_find(mw_span_from(rest, open + 1), '"');
        if (len == SIZE_MAX) {
            mw_span_append(out, rest);
            break;
        }
        mw_span quoted = mw_span_slice(rest, open + 1, open + 1 + len);
        bool hide = len >= LEAST_QUOTE && (all || is_of_mail(b, quoted));
        mw_span_append(out, mw_span_slice(rest, 0, open + 1));
        if (hide)
            g_string_append(out, HIDDEN);
        else
            mw_span_append(out, quoted);
        g_string_append_c(out, '"');
        at += open + len + 2;
    }
    return g_string_free(out, FALSE);
}

void mw_blank_sentence(mw_blank *b, const char *sentence) {
    g_autofree char *hidden = without_quotes(b, mw_span_of(sentence), true);
    if (b->sentences->len >= MOST_PHRASES || strcmp(hidden, sentence) == 0)
        return;
    g_ptr_array_add(b->sentences, (gpointer)sentence);
    g_ptr_array_add(b->sentences, mw_strdup(b->arena, hidden));
}

static char *without_sentences(const mw_blank *b, const char *text) {
    char *out = g_strdup(text);
    for (guint i = 0; i + 1 < b->sentences->len; i += 2) {
        if (!strstr(out, b->sentences->pdata[i]))
            continue;
        g_auto(GStrv) parts = g_strsplit(out, b->sentences->pdata[i], -1);
        g_free(out);
        out = g_strjoinv(b->sentences->pdata[i + 1], parts);
    }
    return out;
}

static const char *blank(mw_blank *b, const char *text, bool all_quotes) {
    if (!text || !*text)
        return text;
    g_autofree char *sentences = without_sentences(b, text);
    g_autofree char *quotes = without_quotes(b, mw_span_of(sentences), all_quotes);
    g_autofree char *phrases = without_phrases(b, mw_span_of(quotes));
    g_autofree char *clean = without_addresses(b, mw_span_of(phrases));
    return strcmp(clean, text) == 0 ? text : mw_strdup(b->arena, clean);
}

const char *mw_blank_out(mw_blank *b, const char *text) {
    return blank(b, text, false);
}

const char *mw_blank_quotes(mw_blank *b, const char *text) {
    return blank(b, text, true);
}
