/* Runs a fuzz target without libFuzzer: over each file of a corpus folder, and over variations of it that are
 * the same on every run. Usage: TARGET FOLDER [VARIATIONS]; a folder that is not there counts as one empty
 * file. */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_FUZZ_INPUT = 1 << 16 };

/* A copy on the heap of exactly its size, so that the sanitizers see an over-read. */
static void run(const uint8_t *data, size_t size) {
    uint8_t *copy = g_malloc(size ? size : 1);
    if (size)
        memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    g_free(copy);
}

/* Bytes that mean something to one grammar or another. */
static const char telling[] = "\r\n \t;=:()<>@\"\\.,%{}/[]\xff";

static void vary(GRand *rand, GByteArray *bytes) {
    guint edits = 1 + (guint)g_rand_int_range(rand, 0, 4);
    while (edits--) {
        guint at = bytes->len ? g_rand_int(rand) % bytes->len : 0;
        guint8 byte = (guint8)g_rand_int(rand);
        if (g_rand_boolean(rand))
            byte = (guint8)telling[g_rand_int(rand) % G_N_ELEMENTS(telling)];
        switch (bytes->len ? g_rand_int(rand) % 5 : 1) {
        case 0:
            bytes->data[at] = byte;
            break;
        case 1:
            g_byte_array_append(bytes, &byte, 1);
            break;
        case 2:
            g_byte_array_remove_index(bytes, at);
            break;
        case 3:
            g_byte_array_set_size(bytes, at);
            break;
        default: { /* a piece of it once more */
            guint most = 1 + g_rand_int(rand) % 40, n = MIN(bytes->len - at, most);
            g_autofree guint8 *piece = g_memdup2(bytes->data + at, n);
            g_byte_array_append(bytes, piece, n);
        }
        }
    }
}

static void run_with_variations(const char *data, gsize size, int variations) {
    GRand *rand = g_rand_new_with_seed(7208);
    run((const uint8_t *)data, size);
    for (int i = 0; i < variations; i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_byte_array_append(bytes, (const guint8 *)data, (guint)MIN(size, MAX_FUZZ_INPUT));
        vary(rand, bytes);
        run(bytes->data, bytes->len);
    }
    g_rand_free(rand);
}

int main(int argc, char **argv) {
    int variations = argc > 2 ? (int)g_ascii_strtoll(argv[2], NULL, 10) : 300;
    g_autoptr(GDir) folder = argc > 1 ? g_dir_open(argv[1], 0, NULL) : NULL;
    run_with_variations("", 0, variations);
    for (const char *name; folder && (name = g_dir_read_name(folder));) {
        g_autofree char *path = g_build_filename(argv[1], name, NULL), *data = NULL;
        gsize size;
        if (g_file_get_contents(path, &data, &size, NULL))
            run_with_variations(data, size, variations);
    }
    return 0;
}
