#include "score/conf.h"

#include <jansson.h>

enum { MAX_DEPTH = 32 };

static mw_conf *convert(mw_arena *arena, const char *key, json_t *value, int depth) {
    mw_conf *conf = mw_new(arena, mw_conf);
    conf->key = mw_strdup(arena, key);
    conf->children = mw_array_new(arena);
    if (depth > MAX_DEPTH)
        return conf;
    const char *name;
    json_t *item;
    size_t i;
    json_object_foreach(value, name, item) {
        g_ptr_array_add(conf->children, convert(arena, name, item, depth + 1));
    }
    json_array_foreach(value, i, item) {
        g_ptr_array_add(conf->children, convert(arena, "", item, depth + 1));
    }
    if (json_is_string(value))
        conf->text = mw_strdup(arena, json_string_value(value));
    else if (json_is_number(value))
        conf->text = mw_printf(arena, "%.17g", json_number_value(value));
    else if (json_is_boolean(value))
        conf->text = json_is_true(value) ? "true" : "false";
    return conf;
}

const mw_conf *mw_conf_read_json(mw_arena *arena, mw_span text, const char *file, GError **error) {
    json_error_t problem;
    json_t *root = json_loadb(text.data, text.len, JSON_DISABLE_EOF_CHECK, &problem);
    if (!root) {
        g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s:%d: %s", file, problem.line, problem.text);
        return NULL;
    }
    const mw_conf *conf = convert(arena, "", root, 0);
    json_decref(root);
    return conf;
}
