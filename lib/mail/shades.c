#include "mail/shades.h"
#include "base/limits.h"
#include "mail/veil.h"

enum { ALIKE = 16 }; /* of 255, in each of the three colours: nobody sees it */

typedef struct shade {
    uint8_t fore[3], back[3];
    bool fore_known, back_known, clear; /* clear: the letters are transparent */
} shade;

struct mw_shades {
    shade stack[MW_MAX_SHADES + 1];
    size_t depth, beyond; /* beyond: open elements that were not told apart */
};

static const shade plain = {.back = {255, 255, 255}, .fore_known = true, .back_known = true};

mw_shades *mw_shades_new(mw_arena *arena) {
    mw_shades *shades = mw_new(arena, mw_shades);
    shades->stack[0] = plain;
    return shades;
}

static bool hex_colour(const char *text, size_t len, uint8_t out[3]) {
    size_t each = len == 3 ? 1 : len == 6 || len == 8 ? 2 : 0;
    for (size_t i = 0; i < len; i++)
        if (!g_ascii_isxdigit(text[i]))
            return false;
    for (size_t i = 0; each && i < 3; i++) {
        int high = g_ascii_xdigit_value(text[i * each]);
        out[i] = (uint8_t)(high * 16 + (each == 2 ? g_ascii_xdigit_value(text[i * each + 1]) : high));
    }
    return each > 0;
}

static bool rgb_colour(const char *text, uint8_t out[3]) {
    for (int i = 0; i < 3; i++) {
        char *end;
        guint64 value = g_ascii_strtoull(text, &end, 10);
        if (end == text || value > 255)
            return false;
        out[i] = (uint8_t)value;
        text = end + (*end == ',');
    }
    return true;
}

/* Lower case, without blanks. */
static bool read_colour(const char *text, size_t len, uint8_t out[3]) {
    static const struct {
        const char *name, *hex;
    } names[] = {{"white", "ffffff"}, {"black", "000000"}, {"red", "ff0000"},    {"blue", "0000ff"},
                 {"green", "008000"}, {"gray", "808080"},  {"grey", "808080"},   {"silver", "c0c0c0"},
                 {"snow", "fffafa"},  {"ivory", "fffff0"}, {"yellow", "ffff00"}, {"whitesmoke", "f5f5f5"}};
    if (len && text[0] == '#')
        return hex_colour(text + 1, len - 1, out);
    if (g_str_has_prefix(text, "rgb(") || g_str_has_prefix(text, "rgba("))
        return rgb_colour(strchr(text, '(') + 1, out);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strlen(names[i].name) == len && strncmp(text, names[i].name, len) == 0)
            return hex_colour(names[i].hex, 6, out);
    return hex_colour(text, len, out); /* bgcolor=ffffff */
}

static void set_fore(shade *s, const char *text, size_t len) {
    if (len == 0 || strncmp(text, "inherit", len) == 0)
        return;
    s->clear = strncmp(text, "transparent", len) == 0;
    s->fore_known = read_colour(text, len, s->fore);
}

static void set_back(shade *s, const char *text, size_t len) {
    if (len == 0 || strncmp(text, "transparent", len) == 0 || strncmp(text, "none", len) == 0 ||
        strncmp(text, "inherit", len) == 0)
        return;
    s->back_known = read_colour(text, len, s->back);
}

static void by_attribute(shade *s, const char *value, void (*set)(shade *, const char *, size_t)) {
    g_autofree char *text = value ? g_ascii_strdown(value, -1) : NULL;
    if (text)
        set(s, g_strstrip(text), strlen(text));
}

static void by_style(shade *s, const char *style) {
    g_autofree char *text = mw_style_compact(style);
    const char *fore = mw_style_property(text, "color"), *back = mw_style_property(text, "background-color");
    const char *all = mw_style_property(text, "background"),
               *picture = mw_style_property(text, "background-image");
    if (all)
        set_back(s, all, strcspn(all, ";!"));
    if (back)
        set_back(s, back, strcspn(back, ";!"));
    if (picture && !g_str_has_prefix(picture, "none"))
        s->back_known = false;
    if (fore)
        set_fore(s, fore, strcspn(fore, ";!"));
}

void mw_shades_enter(mw_shades *shades, const mw_dress *dress) {
    if (shades->depth == MW_MAX_SHADES) {
        shades->beyond++;
        return;
    }
    shade *s = &shades->stack[shades->depth + 1];
    *s = shades->stack[shades->depth++];
    if (dress->sheet || dress->picture)
        s->back_known = false;
    if (dress->sheet)
        s->fore_known = false;
    by_attribute(s, dress->bgcolor, set_back);
    by_attribute(s, dress->color, set_fore);
    if (dress->style)
        by_style(s, dress->style);
}

void mw_shades_leave(mw_shades *shades) {
    if (shades->beyond)
        shades->beyond--;
    else if (shades->depth)
        shades->depth--;
}

bool mw_shades_hide(const mw_shades *shades) {
    const shade *s = &shades->stack[shades->depth];
    if (s->clear)
        return true;
    if (!s->fore_known || !s->back_known || shades->beyond)
        return false;
    for (int i = 0; i < 3; i++)
        if (ABS(s->fore[i] - s->back[i]) > ALIKE)
            return false;
    return true;
}
