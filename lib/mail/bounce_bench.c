/* Bounces a second on one core: read, taken apart and explained, over the bounces of the golden cases; beside
 * it the same with the message and its MIME structure read only. */
#include "mail/bounce.h"

#include <stdio.h>
#include <time.h>

enum { ROUNDS = 100, MAX_CASES = 200 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool read_one(mw_span bytes, const mw_reply_catalogue *catalogue) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_message *message = mw_message_read(arena, bytes, NULL);
    const mw_mime *mime = message ? mw_mime_read(arena, message) : NULL;
    const mw_bounce *bounce = mime && catalogue ? mw_bounce_read(arena, message, mime) : NULL;
    if (bounce)
        mw_bounce_explain(arena, catalogue, bounce);
    return bounce != NULL;
}

int main(void) {
    g_autofree char *folder = g_build_filename(g_getenv("MAILWHY_SOURCE"), "testdata", "cases", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    const mw_reply_catalogue *catalogue = mw_reply_catalogue_new(data, arena, NULL);
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    for (const char *name; dir && (name = g_dir_read_name(dir)) && files->len < MAX_CASES;) {
        g_autofree char *path = g_build_filename(folder, name, "message.eml", NULL);
        char *text;
        gsize size;
        if (!g_file_get_contents(path, &text, &size, NULL))
            continue;
        if (read_one((mw_span){text, size}, catalogue))
            g_ptr_array_add(files, g_bytes_new_take(text, size));
        else
            g_free(text);
    }
    double took[2];
    for (int whole = 0; whole < 2; whole++) {
        double start = now();
        for (int round = 0; round < ROUNDS; round++)
            for (guint i = 0; i < files->len; i++) {
                gsize size;
                const char *text = g_bytes_get_data(files->pdata[i], &size);
                read_one((mw_span){text, size}, whole ? catalogue : NULL);
            }
        took[whole] = now() - start;
    }
    double count = (double)files->len * ROUNDS;
    printf("%u bounces: %.0f a second, %.1f times what reading the mail alone takes\n", files->len,
           count / took[1], took[1] / took[0]);
    return files->len ? 0 : 1;
}
