#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Under the sanitizers each object is a malloc of its own, so that an over-write is caught. */
#if defined(__SANITIZE_ADDRESS__)
#define ONE_MALLOC_EACH 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define ONE_MALLOC_EACH 1
#endif
#endif
#ifndef ONE_MALLOC_EACH
#define ONE_MALLOC_EACH 0
#endif

enum { BLOCK_SIZE = 32 * 1024, ALIGNMENT = _Alignof(max_align_t) };

typedef struct block {
    struct block *next;
    size_t size; /* of the data */
    max_align_t data[];
} block;

typedef struct owned {
    struct owned *next;
    void *object;
    GDestroyNotify destroy;
} owned;

struct mw_arena {
    block *blocks; /* the newest first; only the first has room left */
    size_t room;
    owned *owned;
    size_t used;
};

mw_arena *mw_arena_new(void) {
    return g_new0(mw_arena, 1);
}

void mw_arena_free(mw_arena *arena) {
    if (!arena)
        return;
    for (owned *o = arena->owned; o; o = o->next)
        o->destroy(o->object);
    for (block *b = arena->blocks, *next; b; b = next) {
        next = b->next;
        g_free(b);
    }
    g_free(arena);
}

static block *add_block(mw_arena *arena, size_t size) {
    block *b = g_malloc(sizeof(block) + size);
    *b = (block){.size = size};
    return b;
}

/* Not zeroed: for what is written whole at once. */
static void *alloc_raw(mw_arena *arena, size_t size) {
    g_assert(size <= SIZE_MAX / 2);
    arena->used += size;
    size_t need = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (ONE_MALLOC_EACH || need > BLOCK_SIZE / 4) {
        block *b = add_block(arena, ONE_MALLOC_EACH ? size : need);
        /* a large object stands behind the block that still has room */
        if (arena->blocks) {
            b->next = arena->blocks->next;
            arena->blocks->next = b;
        } else {
            arena->blocks = b;
            arena->room = 0;
        }
        return b->data;
    }
    if (!arena->blocks || arena->room < need) {
        block *b = add_block(arena, BLOCK_SIZE);
        b->next = arena->blocks;
        arena->blocks = b;
        arena->room = BLOCK_SIZE;
    }
    char *p = (char *)arena->blocks->data + (arena->blocks->size - arena->room);
    arena->room -= need;
    return p;
}

void *mw_alloc(mw_arena *arena, size_t size) {
    return memset(alloc_raw(arena, size), 0, size);
}

void *mw_alloc_n(mw_arena *arena, size_t count, size_t size) {
    g_assert(size == 0 || count <= SIZE_MAX / 2 / size);
    return mw_alloc(arena, count * size);
}

char *mw_strndup(mw_arena *arena, const char *data, size_t len) {
    char *copy = alloc_raw(arena, len + 1);
    if (len)
        memcpy(copy, data, len);
    copy[len] = '\0';
    return copy;
}

char *mw_strdup(mw_arena *arena, const char *text) {
    return text ? mw_strndup(arena, text, strlen(text)) : NULL;
}

void *mw_memdup(mw_arena *arena, const void *data, size_t len) {
    return mw_strndup(arena, data, len);
}

char *mw_vprintf(mw_arena *arena, const char *format, va_list args) {
    char short_text[512];
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(short_text, sizeof short_text, format, args);
    g_assert(len >= 0);
    char *text = alloc_raw(arena, (size_t)len + 1);
    if ((size_t)len < sizeof short_text)
        memcpy(text, short_text, (size_t)len + 1);
    else
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

char *mw_printf(mw_arena *arena, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = mw_vprintf(arena, format, args);
    va_end(args);
    return text;
}

void *mw_arena_own(mw_arena *arena, void *object, GDestroyNotify destroy) {
    owned *o = mw_new(arena, owned);
    *o = (owned){.next = arena->owned, .object = object, .destroy = destroy};
    arena->owned = o;
    return object;
}

GPtrArray *mw_array_new(mw_arena *arena) {
    return mw_arena_own(arena, g_ptr_array_new(), (GDestroyNotify)g_ptr_array_unref);
}

size_t mw_arena_used(const mw_arena *arena) {
    return arena->used;
}
