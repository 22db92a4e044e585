#include "score/composite.h"
#include "score/profile_files.h"

#include <math.h>

enum { MAX_DEPTH = 8 };

typedef struct layer {
    mw_profile *profile;
    mw_arena *arena;
    const char *file;
    GError **error;
    bool failed;
} layer;

static void fail(layer *l, const char *name, const char *text) {
    if (!l->failed)
        g_set_error(l->error, MW_ERROR, MW_ERROR_DATA, "%s: %s = %s is not a number of points", l->file, name,
                    text);
    l->failed = true;
}

static void lay_action(layer *l, const mw_conf *action) {
    struct {
        const char *name;
        double *value;
    } actions[] = {
        {"reject", &l->profile->limit}, {"add_header", &l->profile->junk}, {"greylist", &l->profile->defer}};
    for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (strcmp(action->key, actions[i].name) != 0)
            continue;
        const char *text = action->text ? action->text : mw_conf_text(action, "score");
        if (!text) /* null switches an action off */
            *actions[i].value = HUGE_VAL;
        else if (!mw_profile_number(text, actions[i].value))
            fail(l, action->key, text);
    }
}

/* NAME { weight = 1.5; }, NAME = 1.5, or a section that names the symbol inside. */
static void lay_symbol(layer *l, const mw_conf *symbol) {
    const char *name = mw_conf_text(symbol, "name"), *text = symbol->text;
    if (!text)
        text = mw_conf_text(symbol, "weight");
    if (!text)
        text = mw_conf_text(symbol, "score");
    double points;
    if (!name)
        name = symbol->key;
    if (!text || !*name)
        return;
    if (!mw_profile_number(text, &points))
        fail(l, name, text);
    else
        mw_profile_set(l->profile, l->arena, name, points);
}

static bool is_off(const mw_conf *conf) {
    const char *enabled = mw_conf_text(conf, "enabled");
    return enabled &&
           (strcmp(enabled, "false") == 0 || strcmp(enabled, "no") == 0 || strcmp(enabled, "off") == 0);
}

static void drop_composite(layer *l, const char *name) {
    for (guint i = 0; i < l->profile->composites->len; i++)
        if (strcmp(mw_composite_name(l->profile->composites->pdata[i]), name) == 0) {
            g_ptr_array_remove_index(l->profile->composites, i);
            return;
        }
}

static void lay_composite(layer *l, const mw_conf *composite) {
    const char *expression = mw_conf_text(composite, "expression"), *score = mw_conf_text(composite, "score");
    double points = mw_profile_points(l->profile, composite->key);
    if (is_off(composite)) {
        drop_composite(l, composite->key);
        return;
    }
    if (score && !mw_profile_number(score, &points)) {
        fail(l, composite->key, score);
        return;
    }
    if (!expression)
        return;
    GError *unused = NULL;
    const mw_composite *read =
        mw_composite_read(l->arena, composite->key, expression, points, mw_conf_text(composite, "policy"),
                          mw_conf_text(composite, "description"), &unused);
    g_clear_error(&unused);
    drop_composite(l, composite->key);
    if (read) /* one with more than is known here is left out */
        g_ptr_array_add(l->profile->composites, (gpointer)read);
}

static void lay_symbols(layer *l, const mw_conf *symbols) {
    if (mw_conf_text(symbols, "name")) {
        lay_symbol(l, symbols);
        return;
    }
    for (guint i = 0; i < symbols->children->len; i++)
        lay_symbol(l, symbols->children->pdata[i]);
}

static void lay(layer *l, const mw_conf *conf, int depth);

static void lay_section(layer *l, const mw_conf *section, int depth) {
    const char *key = section->key;
    if (strcmp(key, "actions") == 0) {
        for (guint i = 0; i < section->children->len; i++)
            lay_action(l, section->children->pdata[i]);
    } else if (strcmp(key, "symbols") == 0 || strcmp(key, "symbol") == 0) {
        lay_symbols(l, section);
    } else if (strcmp(key, "composites") == 0 || strcmp(key, "composite") == 0) {
        for (guint i = 0; i < section->children->len; i++)
            lay_composite(l, section->children->pdata[i]);
    } else if (mw_conf_text(section, "expression")) {
        lay_composite(l, section); /* composites.conf of local.d */
    } else if (depth == 0 && (strcmp(key, "reject") == 0 || strcmp(key, "add_header") == 0 ||
                              strcmp(key, "greylist") == 0)) {
        lay_action(l, section); /* actions.conf of local.d */
    } else if (strcmp(key, "group") == 0 || strcmp(key, "groups") == 0 || strcmp(key, "metric") == 0 ||
               strcmp(key, "metrics") == 0) {
        for (guint i = 0; i < section->children->len; i++)
            lay(l, section->children->pdata[i], depth + 1);
        lay(l, section, depth + 1);
    } else if (mw_conf_child(section, "symbols") || mw_conf_child(section, "symbol")) {
        lay(l, section, depth + 1); /* a group by its name */
    }
}

static void lay(layer *l, const mw_conf *conf, int depth) {
    if (depth > MAX_DEPTH)
        return;
    for (guint i = 0; i < conf->children->len && !l->failed; i++)
        lay_section(l, conf->children->pdata[i], depth);
}

bool mw_profile_lay_rspamd(mw_profile *profile, mw_arena *arena, const mw_conf *conf, const char *file,
                           GError **error) {
    layer l = {profile, arena, file, error, false};
    lay(&l, conf, 0);
    return !l.failed;
}
