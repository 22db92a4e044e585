#include "mail/veil.h"

#include <stdlib.h>

enum { MAX_STYLE = 4096 };

char *mw_style_compact(const char *style) {
    GString *out = g_string_new(";");
    for (size_t i = 0; style[i] && i < MAX_STYLE; i++)
        if (!g_ascii_isspace(style[i]))
            g_string_append_c(out, g_ascii_tolower(style[i]));
    g_string_append_c(out, ';');
    return g_string_free(out, FALSE);
}

const char *mw_style_property(const char *text, const char *name) {
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
    if (!number(mw_style_property(text, "font-size"), &size, &unit))
        return false;
    return size == 0 || (size <= 1 && (g_str_has_prefix(unit, "px") || g_str_has_prefix(unit, "pt"))) ||
           (size <= 5 && *unit == '%');
}

static bool is_far(const char *text, const char *name) {
    enum { OUTSIDE = -500 };
    double at;
    const char *unit;
    return number(mw_style_property(text, name), &at, &unit) && at <= OUTSIDE;
}

mw_veil mw_veil_of(const char *style) {
    if (!style || !*style)
        return MW_VEIL_NONE;
    g_autofree char *text = mw_style_compact(style);
    double opacity;
    const char *unit, *display = mw_style_property(text, "display"),
                      *position = mw_style_property(text, "position");
    bool placed = position && (g_str_has_prefix(position, "absolute") || g_str_has_prefix(position, "fixed"));
    if (display && g_str_has_prefix(display, "none"))
        return MW_VEIL_GONE;
    if (has_no_size(text))
        return MW_VEIL_SIZE;
    if (is_far(text, "text-indent") || (placed && (is_far(text, "left") || is_far(text, "top"))))
        return MW_VEIL_PLACE;
    return number(mw_style_property(text, "opacity"), &opacity, &unit) && opacity <= 0.05 ? MW_VEIL_OPACITY
                                                                                          : MW_VEIL_NONE;
}
