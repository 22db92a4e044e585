#include "repair/offers.h"

bool mw_repair_is_blank(char c) {
    return c == ' ' || c == '\t';
}

bool mw_repair_is_ascii(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

const char *mw_repair_flat(mw_arena *arena, mw_span value) {
    g_autoptr(GString) out = g_string_new(NULL);
    value = mw_span_trim(value);
    for (size_t i = 0; i < value.len; i++)
        if (value.data[i] != '\r' && value.data[i] != '\n' && value.data[i])
            g_string_append_c(out, value.data[i]);
    return mw_strdup(arena, out->str);
}

void mw_repair_give(const mw_repair_offers *o, const char *value, unsigned cost, mw_repair_kind kind,
                    const char *words) {
    o->offer(o->data, mw_span_of(value), cost, kind, words);
}

void mw_repair_give_was(const mw_repair_offers *o, const char *value, unsigned cost, mw_repair_kind kind) {
    size_t len = strlen(value);
    char *own = mw_alloc(o->arena, len + 2);
    own[0] = ' ';
    memcpy(own + 1, value, len);
    o->offer(o->data, (mw_span){own, len + 1}, cost, kind, NULL);
}

void mw_repair_give_copy(const mw_repair_offers *o, const mw_field *field, unsigned cost,
                         mw_repair_kind kind) {
    if (field->value.len <= MW_REPAIR_MAX_VALUE)
        o->offer(o->data, field->value, cost, kind, NULL);
}
