/* One arena per diagnosis: everything that a report reaches lives in it and goes with it.
 *
 * Memory from an arena is zeroed, aligned for any type, and never freed on its own. Like GLib, an arena
 * aborts when memory runs out, so nothing here returns NULL. Not thread-safe: one arena, one thread.
 */
#pragma once

#include <glib.h>
#include <stdarg.h>
#include <stddef.h>

typedef struct mw_arena mw_arena;

mw_arena *mw_arena_new(void);

/* Frees all that came from the arena, then calls what mw_arena_own() registered, newest first. */
void mw_arena_free(mw_arena *arena);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mw_arena, mw_arena_free)

/* size bytes, zeroed; size 0 gives a valid pointer. */
void *mw_alloc(mw_arena *arena, size_t size);

/* One, or count, zeroed objects of a type. */
#define mw_new(arena, type) ((type *)mw_alloc((arena), sizeof(type)))
#define mw_new_n(arena, type, count) ((type *)mw_alloc_n((arena), (count), sizeof(type)))
void *mw_alloc_n(mw_arena *arena, size_t count, size_t size);

/* Copies with a final NUL. mw_strdup(NULL) is NULL. */
char *mw_strdup(mw_arena *arena, const char *text);
char *mw_strndup(mw_arena *arena, const char *data, size_t len);
void *mw_memdup(mw_arena *arena, const void *data, size_t len);
char *mw_printf(mw_arena *arena, const char *format, ...) G_GNUC_PRINTF(2, 3);
char *mw_vprintf(mw_arena *arena, const char *format, va_list args) G_GNUC_PRINTF(2, 0);

/* Makes the arena the owner of a foreign object: destroy(object) runs when the arena is freed.
 * Returns object. */
void *mw_arena_own(mw_arena *arena, void *object, GDestroyNotify destroy);

/* A GPtrArray that the arena owns; its elements are not freed (they live in the arena, too). */
GPtrArray *mw_array_new(mw_arena *arena);

/* Bytes handed out so far, for benchmarks. */
size_t mw_arena_used(const mw_arena *arena);
