#include "reply/rules.h"

#include "base/error.h"

/* A table of data/, and where its columns of those names stand; NULL and an error when one is missing. */
static const mw_table *open_table(const mw_data *data, const char *file, const char *const *names, int *col,
                                  GError **error) {
    const mw_table *table = mw_data_table(data, file, error);
    for (size_t i = 0; table && names[i]; i++) {
        col[i] = mw_table_column(table, names[i], error);
        if (col[i] < 0)
            return NULL;
    }
    return table;
}

static GHashTable *new_map(mw_arena *arena) {
    return mw_arena_own(arena, g_hash_table_new(g_str_hash, g_str_equal), (GDestroyNotify)g_hash_table_unref);
}

static bool load_rules(mw_reply_catalogue *c, const mw_data *data, mw_arena *arena, GError **error) {
    static const char *const names[] = {"id",     "provider", "reply",   "enhanced", "pattern", "cause",
                                        "reason", "owner",    "meaning", "action",   "source",  NULL};
    int col[G_N_ELEMENTS(names)];
    const mw_table *table = open_table(data, "replies.tsv", names, col, error);
    if (!table)
        return false;
    c->rules = mw_array_new(arena);
    for (guint i = 0; i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        mw_rule *r = mw_new(arena, mw_rule);
        *r = (mw_rule){row[col[0]], row[col[1]], row[col[2]], row[col[3]], row[col[4]],  row[col[5]],
                       row[col[6]], row[col[7]], row[col[8]], row[col[9]], row[col[10]], NULL};
        r->any = strcmp(r->provider, "any") == 0;
        r->weak = strcmp(r->provider, "last") == 0;
        if (r->weak)
            r->provider = "generic";
        const char *problem = NULL;
        r->pattern = mw_wording_compile(arena, r->wording, &problem);
        if (!r->pattern) {
            g_set_error(error, MW_ERROR, MW_ERROR_DATA, "replies.tsv: row %s: the pattern cannot be used: %s",
                        r->id, problem);
            return false;
        }
        g_ptr_array_add(c->rules, r);
    }
    return true;
}

/* The reasons that the words of data/notices/ tell: after the rows of replies.tsv, as each speaks one
 * language. */
static bool load_languages(mw_reply_catalogue *c, const mw_data *data, mw_arena *arena, GError **error) {
    const char **files = mw_data_all_names(data, arena, "notices/");
    for (size_t f = 0; files[f]; f++) {
        const mw_table *table = mw_data_table(data, files[f], error);
        int words = table ? mw_table_column(table, "words", error) : -1;
        int kind = words >= 0 ? mw_table_column(table, "kind", error) : -1;
        if (kind < 0)
            return false;
        for (guint i = 0; i < table->rows->len; i++) {
            const char *const *row = table->rows->pdata[i];
            const char *cause = g_hash_table_lookup(c->causes_of_reasons, row[kind]), *problem = NULL;
            if (!cause || !*cause)
                continue;
            mw_rule *r = mw_new(arena, mw_rule);
            *r = (mw_rule){.id = mw_printf(arena, "%.2s-%s", files[f] + strlen("notices/"), row[kind]),
                           .provider = "generic",
                           .reply = "",
                           .enhanced = "",
                           .wording = row[words],
                           .cause = cause,
                           .reason = row[kind],
                           .owner = strcmp(row[kind], "userunknown") == 0 ? "sender" : "",
                           .meaning = "",
                           .action = "",
                           .source = ""};
            r->pattern = mw_wording_compile(arena, r->wording, &problem);
            if (!r->pattern) {
                g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s: \"%s\" cannot be used: %s", files[f],
                            r->wording, problem);
                return false;
            }
            g_ptr_array_add(c->rules, r);
        }
    }
    return true;
}

static bool load_codes(mw_reply_catalogue *c, const mw_data *data, mw_arena *arena, GError **error) {
    static const char *const names[] = {"code", "cause", "alone", "reason", "meaning", NULL};
    int col[G_N_ELEMENTS(names)];
    const mw_table *table = open_table(data, "codes.tsv", names, col, error);
    if (!table)
        return false;
    c->codes = new_map(arena);
    for (guint i = 0; i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        mw_code *code = mw_new(arena, mw_code);
        *code = (mw_code){row[col[0]], row[col[1]], row[col[2]], row[col[3]], row[col[4]]};
        g_hash_table_insert(c->codes, (char *)code->code, code);
    }
    return true;
}

static bool load_causes(mw_reply_catalogue *c, const mw_data *data, mw_arena *arena, GError **error) {
    static const char *const names[] = {"cause", "title", "meaning", "owner", "action", NULL};
    int col[G_N_ELEMENTS(names)];
    const mw_table *table = open_table(data, "causes.tsv", names, col, error);
    if (!table)
        return false;
    c->causes = new_map(arena);
    for (guint i = 0; i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        mw_reply_class *cause = mw_new(arena, mw_reply_class);
        *cause = (mw_reply_class){row[col[0]], row[col[1]], row[col[2]], row[col[3]], row[col[4]]};
        g_hash_table_insert(c->causes, (char *)cause->name, cause);
    }
    if (g_hash_table_lookup(c->causes, "unknown"))
        return true;
    g_set_error(error, MW_ERROR, MW_ERROR_DATA, "causes.tsv: the row \"unknown\" is missing");
    return false;
}

static bool load_reasons(mw_reply_catalogue *c, const mw_data *data, mw_arena *arena, GError **error) {
    static const char *const names[] = {"reason", "cause", NULL};
    int col[G_N_ELEMENTS(names)];
    const mw_table *table = open_table(data, "reasons.tsv", names, col, error);
    if (!table)
        return false;
    c->reasons = new_map(arena);
    c->causes_of_reasons = new_map(arena);
    for (guint i = table->rows->len; i-- > 0;) { /* backwards: the first reason of a cause stays */
        const char *const *row = table->rows->pdata[i];
        if (*row[col[1]])
            g_hash_table_insert(c->reasons, (char *)row[col[1]], (char *)row[col[0]]);
        g_hash_table_insert(c->causes_of_reasons, (char *)row[col[0]], (char *)row[col[1]]);
    }
    return true;
}

static bool load_outcomes(mw_reply_catalogue *c, const mw_data *data, mw_arena *arena, GError **error) {
    static const char *const names[] = {"text", "delayed", "failed", NULL};
    int col[G_N_ELEMENTS(names)];
    const mw_table *table = open_table(data, "outcomes.tsv", names, col, error);
    if (!table)
        return false;
    c->outcomes = new_map(arena);
    for (guint i = 0; i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        mw_reply_outcomes *texts = mw_new(arena, mw_reply_outcomes);
        *texts = (mw_reply_outcomes){.delayed = row[col[1]], .failed = row[col[2]]};
        g_hash_table_insert(c->outcomes, (char *)row[col[0]], texts);
    }
    return true;
}

static bool load_model(mw_reply_catalogue *c, const mw_data *data, GError **error) {
    c->model = mw_data_model(data);
    if (mw_opinion_good(c->model))
        return true;
    g_set_error(error, MW_ERROR, MW_ERROR_DATA, "replies.model: it is none that cmd/train_replies wrote");
    return false;
}

static const void *make(const mw_data *data, mw_arena *arena, const void *about, GError **error) {
    mw_reply_catalogue *c = mw_new(arena, mw_reply_catalogue);
    if (!load_rules(c, data, arena, error) || !load_codes(c, data, arena, error) ||
        !load_causes(c, data, arena, error) || !load_reasons(c, data, arena, error) ||
        !load_outcomes(c, data, arena, error) || !load_languages(c, data, arena, error) ||
        !load_model(c, data, error))
        return NULL;
    GPtrArray *patterns = mw_array_new(arena);
    for (guint i = 0; i < c->rules->len; i++)
        g_ptr_array_add(patterns, (gpointer)((const mw_rule *)c->rules->pdata[i])->pattern);
    c->patterns = mw_wordings_new(arena, patterns);
    if (!c->patterns)
        g_set_error(error, MW_ERROR, MW_ERROR_DATA, "replies.tsv: there are too many patterns");
    return c->patterns ? c : NULL;
}

const mw_reply_catalogue *mw_reply_catalogue_of(const mw_data *data, GError **error) {
    return mw_data_made(data, "the catalogue of replies", make, NULL, error);
}
