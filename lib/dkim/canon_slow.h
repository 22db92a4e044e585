/* The body canonicalisation of RFC 6376 sections 3.4.3 and 3.4.4 as its words go, one step after the other,
 * with copies of everything: what the fast one is held against by its test and its fuzz target. */
#pragma once

#include "dkim/canon.h"

static inline GString *slow_relax_lines(mw_span body) {
    GString *out = g_string_new(NULL);
    for (size_t i = 0; i < body.len; i++) {
        char c = body.data[i];
        bool wsp = c == ' ' || c == '\t';
        if (!wsp) {
            g_string_append_c(out, c);
            continue;
        }
        while (i + 1 < body.len && (body.data[i + 1] == ' ' || body.data[i + 1] == '\t'))
            i++;
        bool line_end =
            i + 1 == body.len || (i + 2 < body.len && body.data[i + 1] == '\r' && body.data[i + 2] == '\n');
        if (!line_end)
            g_string_append_c(out, ' ');
    }
    return out;
}

static inline GString *slow_body(mw_span body, mw_canon canon) {
    GString *out = canon == MW_CANON_RELAXED ? slow_relax_lines(body)
                                             : g_string_new_len(body.len ? body.data : "", (gssize)body.len);
    if (out->len && !(out->len >= 2 && memcmp(out->str + out->len - 2, "\r\n", 2) == 0))
        g_string_append(out, "\r\n");
    while (out->len >= 4 && memcmp(out->str + out->len - 4, "\r\n\r\n", 4) == 0)
        g_string_truncate(out, out->len - 2);
    if (out->len == 2 && memcmp(out->str, "\r\n", 2) == 0)
        g_string_truncate(out, 0);
    if (out->len == 0 && canon == MW_CANON_SIMPLE)
        g_string_append(out, "\r\n");
    return out;
}
