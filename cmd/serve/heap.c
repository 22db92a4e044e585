#include "heap.h"

#include <glib.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    MOST_PATH = 4096,
    HUGE_PAGE = 2 << 20,
    APART = 4 * HUGE_PAGE, /* most mails need less than one */
    LARGE_PIECE = 1 << 20,
    SMALL_PIECE = 1040, /* up to here the C library keeps pieces of each size by themselves */
    STEP = 16,
    ROOM = 32 << 10, /* before the first large page: what this process itself still needs */
};

void heap_without_slices(char **argv) {
    char path[MOST_PATH];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    bool none = glib_check_version(2, 76, 0) == NULL;
    if (none || getenv("G_SLICE") || len <= 0 || !g_setenv("G_SLICE", "always-malloc", TRUE))
        return;
    path[len] = '\0';
    execv(path, argv); /* where it can't be done, all is the same but slower */
}

/* Where what was never used begins; 0: not known. */
static uintptr_t fresh(void) {
    struct mallinfo2 about = mallinfo2();
    return about.keepcost ? (uintptr_t)sbrk(0) - about.keepcost : 0;
}

/* The pieces of that size, and larger ones in parts; they are never given back. */
static void take_pieces(size_t size) {
    for (;;) {
        uintptr_t end = fresh();
        void *piece = malloc(size);
        if ((uintptr_t)piece >= end) {
            free(piece);
            return;
        }
    }
}

void heap_set_apart(void) {
    malloc_trim(0);
    if (!fresh())
        return;
    for (size_t size = LARGE_PIECE; size > SMALL_PIECE; size /= 2)
        take_pieces(size);
    for (size_t size = SMALL_PIECE; size >= STEP; size -= STEP)
        take_pieces(size);
    /* what is left at the end is passed over, so that the heap grows, up to a large page that nobody has
     * written to */
    mallopt(M_TOP_PAD, APART + HUGE_PAGE);
    uintptr_t begin = fresh(),
              large = ((uintptr_t)sbrk(0) + 2 * ROOM + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    static void *filler; /* it is not touched, and so takes no memory */
    filler = malloc(large - begin - ROOM);
    bool grown = (uintptr_t)filler >= begin && (uintptr_t)filler < large && fresh() < large;
    if (grown)
        madvise((void *)large, ((uintptr_t)sbrk(0) - large) / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
}
