#include "progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { EVERY_US = 100000 };

struct progress {
    guint files;
    gint64 started_us, shown_us;
    bool shown;
};

progress *progress_start(const command *c, gboolean many, guint files) {
    bool wanted = c->progress && strcmp(c->progress, "auto") != 0 ? strcmp(c->progress, "always") == 0
                                                                  : many && isatty(STDERR_FILENO);
    if (!wanted)
        return NULL;
    progress *p = g_new0(progress, 1);
    p->files = files;
    p->started_us = g_get_monotonic_time();
    return p;
}

void progress_show(progress *p, guint mails, guint files, mw_context *context) {
    gint64 now = g_get_monotonic_time();
    if (!p || now - p->shown_us < EVERY_US)
        return;
    p->shown_us = now;
    p->shown = true;
    double seconds = (double)(now - p->started_us) / G_USEC_PER_SEC, rate = mails / MAX(seconds, 0.001);
    unsigned asked, open;
    const char *whom;
    mw_context_waiting(context, &asked, &open, &whom);
    g_autoptr(GString) line = g_string_new(NULL);
    g_string_append_printf(line, "%u mails, %u of %u files", mails, files, p->files);
    if (mails && files) {
        guint rest = (guint)(seconds / files * (p->files - files));
        g_string_append_printf(line, ", %.0f a second, %u:%02u left", rate, rest / 60, rest % 60);
    }
    if (open)
        g_string_append_printf(line, ", %u questions open at %s", open, whom);
    g_autofree char *safe = mw_printable_line(line->str);
    fprintf(stderr, "\r\033[K%s", safe);
    fflush(stderr);
}

void progress_clear(progress *p) {
    if (!p || !p->shown)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    p->shown = false;
}

void progress_end(progress *p) {
    progress_clear(p);
    g_free(p);
}
