#include "base/arena.h"

#include <stdbool.h>
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

/* Blocks and arrays of arenas that are gone, for the next ones of the same thread: malloc() takes longer to
 * join them to what is free around them, and to part them from it again, than they are filled in. */
enum { MOST_SPARE = 32, MOST_SPARE_ARRAYS = 256, MOST_POINTERS = 64 };
typedef struct spare {
    block *blocks;
    unsigned n, n_arrays;
    GPtrArray *arrays[MOST_SPARE_ARRAYS]; /* empty ones */
} spare;

static void free_blocks(block *b) {
    for (block *next; b; b = next) {
        next = b->next;
        g_free(b);
    }
}

static void free_spare(void *data) {
    spare *s = data;
    free_blocks(s->blocks);
    for (unsigned i = 0; i < s->n_arrays; i++)
        g_ptr_array_unref(s->arrays[i]);
    g_free(s);
}

static spare *spare_of_thread(void) {
    static GPrivate kept = G_PRIVATE_INIT(free_spare);
    spare *s = g_private_get(&kept);
    if (!s)
        g_private_set(&kept, s = g_new0(spare, 1));
    return s;
}

mw_arena *mw_arena_new(void) {
    return g_new0(mw_arena, 1);
}

void mw_arena_free(mw_arena *arena) {
    if (!arena)
        return;
    for (owned *o = arena->owned; o; o = o->next)
        o->destroy(o->object);
    spare *s = spare_of_thread();
    for (block *b = arena->blocks, *next; b; b = next) {
        next = b->next;
        if (ONE_MALLOC_EACH || b->size != BLOCK_SIZE || s->n == MOST_SPARE) {
            g_free(b);
            continue;
        }
        b->next = s->blocks;
        s->blocks = b;
        s->n++;
    }
    g_free(arena);
}

static block *new_block(size_t size) {
    block *b = g_malloc(sizeof(block) + size);
    *b = (block){.size = size};
    return b;
}

static block *new_usual_block(void) {
    spare *s = spare_of_thread();
    block *b = s->blocks;
    if (!b)
        return new_block(BLOCK_SIZE);
    s->blocks = b->next;
    s->n--;
    return b;
}

/* Not zeroed: for what is written whole at once. */
static void *alloc_raw(mw_arena *arena, size_t size) {
    g_assert(size <= SIZE_MAX / 2);
    arena->used += size;
    size_t need = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (ONE_MALLOC_EACH || need > BLOCK_SIZE / 4) {
        block *b = new_block(ONE_MALLOC_EACH ? size : need);
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
        block *b = new_usual_block();
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

/* A text that is put together; stays bad once it did not fit. */
typedef struct short_text {
    char bytes[512];
    size_t len;
    bool bad;
} short_text;

static void put(short_text *out, const char *bytes, size_t len) {
    out->bad |= len >= sizeof out->bytes - out->len;
    if (out->bad)
        return;
    memcpy(out->bytes + out->len, bytes, len);
    out->len += len;
}

static void put_number(short_text *out, bool negative, uint64_t number) {
    char digits[24], *first = digits + sizeof digits;
    do
        *--first = (char)('0' + number % 10);
    while (number /= 10);
    if (negative)
        *--first = '-';
    put(out, first, (size_t)(digits + sizeof digits - first));
}

/* The argument of a directive that begins behind a '%'; what is behind it, or NULL: it is none of these. */
static const char *put_argument(short_text *out, const char *directive, va_list *args) {
    if (strncmp(directive, ".*s", 3) == 0) {
        int most = va_arg(*args, int);
        const char *text = va_arg(*args, const char *);
        if (most < 0 || !text)
            return NULL;
        put(out, text, strnlen(text, (size_t)most));
        return directive + 3;
    }
    if (strncmp(directive, "zu", 2) == 0) {
        put_number(out, false, va_arg(*args, size_t));
        return directive + 2;
    }
    if (*directive == 's') {
        const char *text = va_arg(*args, const char *);
        if (!text)
            return NULL;
        put(out, text, strlen(text));
    } else if (*directive == 'u') {
        put_number(out, false, va_arg(*args, unsigned));
    } else if (*directive == 'd') {
        int number = va_arg(*args, int);
        put_number(out, number < 0, number < 0 ? -(uint64_t)number : (uint64_t)number);
    } else {
        return NULL;
    }
    return directive + 1;
}

/* Most texts are put together of strings and numbers alone, for which vsnprintf() takes five times as long.
 * False for any other. */
static bool format_short(short_text *out, const char *format, va_list *args) {
    out->len = 0;
    out->bad = false;
    for (const char *p = format; p && !out->bad;) {
        const char *directive = strchrnul(p, '%');
        put(out, p, (size_t)(directive - p));
        if (!*directive)
            return !out->bad;
        p = put_argument(out, directive + 1, args);
    }
    return false;
}

G_GNUC_PRINTF(2, 0)
static char *format_any(mw_arena *arena, const char *format, va_list args) {
    char shorter[512];
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(shorter, sizeof shorter, format, args);
    g_assert(len >= 0);
    char *text = alloc_raw(arena, (size_t)len + 1);
    if ((size_t)len < sizeof shorter)
        memcpy(text, shorter, (size_t)len + 1);
    else
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

char *mw_vprintf(mw_arena *arena, const char *format, va_list args) {
    short_text text;
    va_list first;
    va_copy(first, args);
    bool done = format_short(&text, format, &first);
    va_end(first);
    return done ? mw_strndup(arena, text.bytes, text.len) : format_any(arena, format, args);
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

static void give_array_back(void *array) {
    spare *s = spare_of_thread();
    if (ONE_MALLOC_EACH || ((GPtrArray *)array)->len > MOST_POINTERS || s->n_arrays == MOST_SPARE_ARRAYS) {
        g_ptr_array_unref(array);
        return;
    }
    g_ptr_array_set_size(array, 0);
    s->arrays[s->n_arrays++] = array;
}

GPtrArray *mw_array_new(mw_arena *arena) {
    spare *s = spare_of_thread();
    return mw_arena_own(arena, s->n_arrays ? s->arrays[--s->n_arrays] : g_ptr_array_new(), give_array_back);
}

size_t mw_arena_used(const mw_arena *arena) {
    return arena->used;
}
