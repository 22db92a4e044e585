#include "score/profile_files.h"

#include <math.h>

enum { SETS = 4, REQUIRED = 5 };

/* data/profiles/spamassassin.tsv: mailwhy's symbol, SpamAssassin's rule, its scores in the four sets. */
typedef struct rules {
    const mw_table *table;
    int symbol, rule, first;
} rules;

static bool open_rules(mw_arena *arena, const mw_data *data, rules *r, GError **error) {
    if (!(r->table = mw_data_table(data, "profiles/spamassassin.tsv", error)))
        return false;
    r->symbol = mw_table_column(r->table, "symbol", error);
    r->rule = r->symbol < 0 ? -1 : mw_table_column(r->table, "rule", error);
    r->first = r->rule < 0 ? -1 : mw_table_column(r->table, "set0", error);
    return r->first >= 0;
}

mw_profile *mw_profile_spamassassin(mw_arena *arena, const mw_data *data, unsigned set, GError **error) {
    rules r;
    if (!open_rules(arena, data, &r, error))
        return NULL;
    mw_profile *profile = mw_profile_new(arena, "spamassassin", NULL);
    profile->title = mw_printf(arena, "SpamAssassin's scores, set %u, limit %d", set, REQUIRED);
    profile->limit = REQUIRED;
    profile->whole_points = true;
    for (guint i = 0; i < r.table->rows->len; i++) {
        const char *const *row = r.table->rows->pdata[i];
        const char *text = (size_t)r.first + set < r.table->n_columns ? row[(size_t)r.first + set] : "";
        double points;
        if (!mw_profile_number(text, &points)) {
            g_set_error(error, MW_ERROR, MW_ERROR_DATA, "profiles/spamassassin.tsv: %s: \"%s\" is no score",
                        row[r.rule], text);
            return NULL;
        }
        mw_profile_set(profile, arena, row[r.symbol], points);
    }
    return profile;
}

/* A score "n", or "(n)": relative to what it was. */
static bool read_score(mw_arena *arena, mw_span text, double *points, bool *relative) {
    *relative = text.len > 2 && text.data[0] == '(' && text.data[text.len - 1] == ')';
    if (*relative)
        text = mw_span_slice(text, 1, text.len - 1);
    return mw_profile_number(mw_span_dup(arena, text), points);
}

static mw_span next_word(mw_span *rest) {
    *rest = mw_span_trim(*rest);
    size_t n = 0;
    while (n < rest->len && !g_ascii_isspace(rest->data[n]))
        n++;
    mw_span word = mw_span_slice(*rest, 0, n);
    *rest = mw_span_from(*rest, n);
    return word;
}

static void set_rule(mw_profile *profile, mw_arena *arena, const rules *r, mw_span rule, double points,
                     bool relative) {
    for (guint i = 0; i < r->table->rows->len; i++) {
        const char *const *row = r->table->rows->pdata[i];
        if (mw_span_is(rule, row[r->rule]))
            mw_profile_set(profile, arena, row[r->symbol],
                           relative ? mw_profile_points(profile, row[r->symbol]) + points : points);
    }
}

/* One or four scores: with one, it holds in every set. */
static bool lay_score(mw_profile *profile, mw_arena *arena, const rules *r, unsigned set, mw_span rest) {
    mw_span rule = next_word(&rest), words[SETS];
    unsigned n = 0;
    while (n < SETS && (words[n] = next_word(&rest)).len)
        n++;
    double points;
    bool relative;
    if (!rule.len || n == 0 || !read_score(arena, words[n == SETS ? set : 0], &points, &relative))
        return false;
    set_rule(profile, arena, r, rule, points, relative);
    return true;
}

static bool lay_required(mw_profile *profile, mw_arena *arena, mw_span rest) {
    return mw_profile_number(mw_span_dup(arena, next_word(&rest)), &profile->limit);
}

bool mw_profile_lay_spamassassin(mw_profile *profile, mw_arena *arena, const mw_data *data, unsigned set,
                                 mw_span text, const char *file, GError **error) {
    rules r;
    if (!open_rules(arena, data, &r, error))
        return false;
    profile->title = mw_printf(arena, "%s over SpamAssassin's scores", file);
    for (size_t number = 1; text.data; number++) {
        mw_span line = mw_span_cut(&text, '\n'), comment = line;
        line = mw_span_trim(mw_span_cut(&comment, '#'));
        mw_span rest = line, word = next_word(&rest);
        bool fine = true;
        if (mw_span_is(word, "score"))
            fine = lay_score(profile, arena, &r, set, rest);
        else if (mw_span_is(word, "required_score") || mw_span_is(word, "required_hits"))
            fine = lay_required(profile, arena, rest);
        if (!fine) {
            g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s:%zu: \"%.*s\" is no score line", file, number,
                        (int)MIN(line.len, 60), line.data);
            return false;
        }
    }
    return true;
}
