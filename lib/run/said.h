#pragma once

#include <glib.h>
#include <stdbool.h>

/* For tests and fuzz targets: what is said is UTF-8 without a control that a terminal or a reader's eye would
 * obey. */
static inline void check_said(const char *text) {
    enum { RIGHT_TO_LEFT = 0x202e, ISOLATE = 0x2066, ZERO_WIDTH_SPACE = 0x200b };
    g_assert_true(g_utf8_validate(text, -1, NULL));
    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        bool control = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
        g_assert_false(control || c == RIGHT_TO_LEFT || c == ISOLATE || c == ZERO_WIDTH_SPACE);
    }
}
