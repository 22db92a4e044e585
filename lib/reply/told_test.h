/* Replies and the causes that they must be told as, for tests. */
#pragma once

#include "reply/catalogue.h"

typedef struct told {
    const char *text, *cause;
} told;

/* Reads each from a copy without its final NUL; fails when one has another cause, after it named all of them.
 */
static inline void check_told(const told *cases, size_t n) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    g_autoptr(GError) error = NULL;
    const mw_reply_catalogue *catalogue = mw_reply_catalogue_of(data, &error);
    g_assert_no_error(error);
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        g_autofree char *copy = g_memdup2(cases[i].text, strlen(cases[i].text));
        const mw_smtp_reply *reply =
            mw_smtp_reply_read(arena, (mw_span){copy ? copy : "", strlen(cases[i].text)});
        const mw_meaning *m = mw_reply_meaning(catalogue, arena, reply);
        bool same = strcmp(m->cause, cases[i].cause) == 0;
        if (!same)
            g_test_message("\"%s\": want %s, got %s (%s)", cases[i].text, cases[i].cause, m->cause, m->row);
        g_assert_true(*m->reason && *m->meaning && *m->owner && *m->action);
        good = good && same;
    }
    g_assert_true(good);
}
