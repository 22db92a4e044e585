/* JSON objects, written as they are made: no tree is built. Keys stand in the order in which they are put. An
 * absent fact is null: that is what NULL becomes, as text, list or value. Text is made valid UTF-8. For
 * json*.c alone.
 */
#pragma once

#include "base/arena.h"
#include "base/ip.h"
#include "base/timestamp.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct mw_json mw_json;

/* To be put into another one, or written. */
mw_json *mw_json_object(void);

void mw_json_text_n(mw_arena *arena, mw_json *object, const char *key, size_t n, const char *value);
/* The length of a constant key is one, too. */
static inline void mw_json_text(mw_arena *arena, mw_json *object, const char *key, const char *value) {
    mw_json_text_n(arena, object, key, strlen(key), value);
}
void mw_json_bool(mw_json *object, const char *key, bool value);
void mw_json_int(mw_json *object, const char *key, int64_t value);
/* The same, null for 0. */
void mw_json_int_or_null(mw_json *object, const char *key, int64_t value);
void mw_json_points(mw_json *object, const char *key, double value);
void mw_json_time(mw_arena *arena, mw_json *object, const char *key, mw_time time);
void mw_json_address(mw_arena *arena, mw_json *object, const char *key, const mw_ip *ip);
/* Takes the value. */
void mw_json_put(mw_json *object, const char *key, mw_json *value);

/* values (may be NULL: an empty array) are const char *. */
void mw_json_strings(mw_arena *arena, mw_json *object, const char *key, const GPtrArray *values);
/* One object for each item (all may be NULL: an empty array); none where one() gives NULL. */
typedef mw_json *(*mw_json_one)(mw_arena *arena, const void *item, const void *context);
void mw_json_list(mw_arena *arena, mw_json *object, const char *key, const GPtrArray *all, mw_json_one one,
                  const void *context);
/* The same of n structs of size bytes. */
void mw_json_array(mw_arena *arena, mw_json *object, const char *key, const void *all, size_t n, size_t size,
                   mw_json_one one);

/* Takes the object. A new string that the caller frees, indented, with nothing in it that harms a terminal.
 */
char *mw_json_dump(mw_json *object);
/* The same as one line. */
char *mw_json_line(mw_json *object);
/* Such a line, indented; to be freed. */
char *mw_json_indent(const char *line);
