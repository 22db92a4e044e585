#include "report/json_value.h"
#include "base/printable.h"

#include <jansson.h>

mw_json *mw_json_object(void) {
    return json_object();
}

static json_t *text(mw_arena *arena, const char *value) {
    return value ? json_string(mw_utf8(arena, mw_span_of(value))) : json_null();
}

void mw_json_put(mw_json *object, const char *key, mw_json *value) {
    json_object_set_new(object, key, value ? value : json_null());
}

void mw_json_text(mw_arena *arena, mw_json *object, const char *key, const char *value) {
    mw_json_put(object, key, text(arena, value));
}

void mw_json_bool(mw_json *object, const char *key, bool value) {
    mw_json_put(object, key, json_boolean(value));
}

void mw_json_int(mw_json *object, const char *key, int64_t value) {
    mw_json_put(object, key, json_integer(value));
}

void mw_json_int_or_null(mw_json *object, const char *key, int64_t value) {
    mw_json_put(object, key, value ? json_integer(value) : NULL);
}

void mw_json_points(mw_json *object, const char *key, double value) {
    mw_json_put(object, key, json_real(value));
}

void mw_json_time(mw_arena *arena, mw_json *object, const char *key, mw_time time) {
    mw_json_text(arena, object, key, mw_time_rfc3339(arena, time));
}

void mw_json_address(mw_arena *arena, mw_json *object, const char *key, const mw_ip *ip) {
    mw_json_text(arena, object, key, ip->family ? mw_ip_text(arena, ip) : NULL);
}

void mw_json_strings(mw_arena *arena, mw_json *object, const char *key, const GPtrArray *values) {
    json_t *array = json_array();
    for (guint i = 0; values && i < values->len; i++)
        json_array_append_new(array, text(arena, values->pdata[i]));
    mw_json_put(object, key, array);
}

static void append(json_t *array, json_t *value) {
    if (value)
        json_array_append_new(array, value);
}

void mw_json_list(mw_arena *arena, mw_json *object, const char *key, const GPtrArray *all, mw_json_one one,
                  const void *context) {
    json_t *array = json_array();
    for (guint i = 0; all && i < all->len; i++)
        append(array, one(arena, all->pdata[i], context));
    mw_json_put(object, key, array);
}

void mw_json_array(mw_arena *arena, mw_json *object, const char *key, const void *all, size_t n, size_t size,
                   mw_json_one one) {
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        append(array, one(arena, (const char *)all + i * size, NULL));
    mw_json_put(object, key, array);
}

char *mw_json_dump(mw_json *object) {
    char *out = json_dumps(object, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    json_decref(object);
    g_autofree char *line = g_strconcat(out, "\n", NULL);
    free(out);
    return mw_printable_json(line);
}
