#include "mail/veil.h"

#include <stdlib.h>

enum { MAX_STYLE = 4096 };

/* Lower case, without blanks, one ";" before and behind. */
static char *compacted(const char *style) {
    GString *out = g_string_new(";");
    for (size_t i = 0; style[i] && i < MAX_STYLE; i++)
        if (!g_ascii_isspace(style[i]))
            g_string_append_c(out, g_ascii_tolower(style[i]));
    g_string_append_c(out, ';');
    return g_string_free(out, FALSE);
}

/* The value of a property, in text; NULL: it is not there. */
static const char *property(const char *text, const char *name) {
    g_autofree char *key = g_strdup_printf(";%s:", name);
    const char *found = strstr(text, key);
    return found ? found + strlen(key) : NULL;
}

static bool number(const char *value, double *out, const char **unit) {
    char *end;
    *out = value ? g_ascii_strtod(value, &end) : 0;
    if (!value || end == value)
        return false;
    *unit = end;
    return true;
}

static bool has_no_size(const char *text) {
    double size;
    const char *unit;
    if (!number(property(text, "font-size"), &size, &unit))
        return false;
    return size == 0 || (size <= 1 && (g_str_has_prefix(unit, "px") || g_str_has_prefix(unit, "pt"))) ||
           (size <= 5 && *unit == '%');
}

static bool is_far(const char *text, const char *name) {
    enum { OUTSIDE = -500 };
    double at;
    const char *unit;
    return number(property(text, name), &at, &unit) && at <= OUTSIDE;
}

static const char *white(const char *value, size_t len) {
    static const char *const names[] = {"#fff", "#ffffff", "white", "rgb(255,255,255)"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strlen(names[i]) == len && strncmp(value, names[i], len) == 0)
            return names[0];
    return NULL;
}

static bool same_colour(const char *text) {
    const char *fore = property(text, "color"), *back = property(text, "background-color");
    back = back ? back : property(text, "background");
    if (!fore || !back)
        return false;
    size_t n = strcspn(fore, ";!"), m = strcspn(back, ";!");
    if (white(fore, n) && white(back, m))
        return true;
    return n > 0 && n == m && strncmp(fore, back, n) == 0 && strncmp(fore, "transparent", n) != 0 &&
           strncmp(fore, "inherit", n) != 0;
}

mw_veil mw_veil_of(const char *style) {
    if (!style || !*style)
        return MW_VEIL_NONE;
    g_autofree char *text = compacted(style);
    double opacity;
    const char *unit, *position = property(text, "position");
    bool placed = position && (g_str_has_prefix(position, "absolute") || g_str_has_prefix(position, "fixed"));
    if (has_no_size(text))
        return MW_VEIL_SIZE;
    if (same_colour(text))
        return MW_VEIL_COLOUR;
    if (is_far(text, "text-indent") || (placed && (is_far(text, "left") || is_far(text, "top"))))
        return MW_VEIL_PLACE;
    return number(property(text, "opacity"), &opacity, &unit) && opacity <= 0.05 ? MW_VEIL_OPACITY
                                                                                 : MW_VEIL_NONE;
}
