#include "waiting.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

struct waiting {
    mw_context *context;
    GThread *thread;
    GMutex lock;
    GCond changed;
    bool over;
};

static void tell(mw_context *context) {
    unsigned asked, open;
    const char *whom;
    mw_context_waiting(context, &asked, &open, &whom);
    if (!asked || !open)
        return;
    g_autofree char *line =
        g_strdup_printf("mailwhy: asking DNS: %u of %u questions answered, waiting for %s "
                        "(--timeout sets how long)",
                        asked - open, asked, whom);
    g_autofree char *safe = mw_printable_line(line);
    fprintf(stderr, "%s\n", safe);
}

static gpointer watch(gpointer data) {
    waiting *w = data;
    gint64 until = g_get_monotonic_time() + G_TIME_SPAN_SECOND;
    g_mutex_lock(&w->lock);
    while (!w->over && g_cond_wait_until(&w->changed, &w->lock, until))
        ;
    bool late = !w->over;
    g_mutex_unlock(&w->lock);
    if (late)
        tell(w->context);
    return NULL;
}

waiting *waiting_start(mw_context *context) {
    if (!isatty(STDERR_FILENO))
        return NULL;
    waiting *w = g_new0(waiting, 1);
    w->context = context;
    g_mutex_init(&w->lock);
    g_cond_init(&w->changed);
    w->thread = g_thread_try_new("waiting", watch, w, NULL);
    return w;
}

void waiting_end(waiting *w) {
    if (!w)
        return;
    g_mutex_lock(&w->lock);
    w->over = true;
    g_cond_signal(&w->changed);
    g_mutex_unlock(&w->lock);
    if (w->thread)
        g_thread_join(w->thread);
    g_mutex_clear(&w->lock);
    g_cond_clear(&w->changed);
    g_free(w);
}
