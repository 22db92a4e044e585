/* Bounces a second on one core, over the bounces of the golden cases or those of the folders that are named:
 * read, taken apart and explained. Beside it, over the same bytes in the same run: the message and its MIME
 * structure read only; GMime's parse alone; SHA-256, against which runs on other or busy machines compare.
 */
#include "bounce/bounce.h"

#include <gmime/gmime.h>
#include <stdio.h>
#include <time.h>

enum { ROUNDS = 60, MAX_CASES = 2000 };

static const mw_phrases *phrases;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool read_one(mw_span bytes, const mw_reply_catalogue *catalogue) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_message *message = mw_message_read(arena, bytes, NULL);
    const mw_mime *mime = message ? mw_mime_read(arena, message) : NULL;
    const mw_bounce *bounce = mime && catalogue ? mw_bounce_read(arena, phrases, message, mime) : NULL;
    if (bounce)
        mw_bounce_explain(arena, catalogue, bounce);
    return bounce != NULL;
}

static void whole(mw_span bytes, const void *catalogue) {
    read_one(bytes, catalogue);
}

static void reading(mw_span bytes, const void *unused) {
    read_one(bytes, NULL);
}

static void gmime(mw_span bytes, const void *unused) {
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes.data, bytes.len);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_clear_object(&message);
    g_object_unref(parser);
    g_object_unref(stream);
}

static void sha256(mw_span bytes, const void *unused) {
    g_free(g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes.data, bytes.len));
}

static void add_file(GPtrArray *files, const char *path, const mw_reply_catalogue *catalogue) {
    char *text;
    gsize size;
    if (files->len == MAX_CASES || !g_file_get_contents(path, &text, &size, NULL))
        return;
    if (read_one((mw_span){text, size}, catalogue))
        g_ptr_array_add(files, g_bytes_new_take(text, size));
    else
        g_free(text);
}

static void add_folder(GPtrArray *files, const char *folder, const char *file,
                       const mw_reply_catalogue *catalogue) {
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name; dir && (name = g_dir_read_name(dir));) {
        g_autofree char *path = g_build_filename(folder, name, file, NULL);
        add_file(files, path, catalogue);
    }
}

/* Each in turn, so that a busy moment meets them all; the best round of each counts. */
static void measure(const GPtrArray *files, const mw_reply_catalogue *catalogue) {
    static const struct {
        void (*run)(mw_span bytes, const void *data);
        const char *name;
    } kinds[] = {{whole, "read and explained"},
                 {reading, "read only"},
                 {gmime, "GMime alone"},
                 {sha256, "SHA-256 alone"}};
    double best[G_N_ELEMENTS(kinds)];
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++) {
            double start = now();
            for (guint i = 0; i < files->len; i++) {
                gsize size;
                const char *text = g_bytes_get_data(files->pdata[i], &size);
                kinds[k].run((mw_span){text, size}, catalogue);
            }
            double took = now() - start;
            best[k] = round == 0 ? took : MIN(took, best[k]);
        }
    }
    double sha = best[G_N_ELEMENTS(kinds) - 1];
    for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++)
        printf("%u bounces, %s: %.0f a second, %.1f times SHA-256\n", files->len, kinds[k].name,
               (double)files->len / best[k], best[k] / sha);
}

int main(int argc, char **argv) {
    g_autoptr(mw_data) data = mw_data_new(NULL);
    const mw_reply_catalogue *catalogue = mw_reply_catalogue_of(data, NULL);
    phrases = mw_phrases_of_data(data, NULL);
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_autofree char *cases = g_build_filename(g_getenv("MAILWHY_SOURCE"), "testdata", "cases", NULL);
    for (int i = 1; i < argc; i++)
        add_folder(files, argv[i], NULL, catalogue);
    if (argc == 1)
        add_folder(files, cases, "message.eml", catalogue);
    if (files->len)
        measure(files, catalogue);
    return files->len ? 0 : 1;
}
