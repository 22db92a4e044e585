/* When all is open, the process gives up what it does not need: hostile mails and answers are read behind
 * this door. Files by Landlock, system calls by seccomp, memory and processor time by limits. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct sandbox {
    GPtrArray *readable;  /* of const char *: files and folders that are still to be read; NULL: none */
    gboolean network;     /* DNS is asked over the network */
    bool serving;         /* it answers on a socket that is open, and makes files in memory */
    guint64 memory;       /* octets of data at most; 0: no limit of its own */
    unsigned cpu_seconds; /* 0: no limit of its own */
} sandbox;

/* Shuts the door, for all threads that will be made; there must be none yet. What the kernel lacks is left
 * out: then a line about it is returned, to be freed with g_free(), else NULL. Under a sanitizer or valgrind,
 * which need what it takes away, it does nothing, and says so. */
char *sandbox_close(const sandbox *s);

/* The same in two steps, for a process that makes many: what takes time is done once, before them. The
 * processes have its descriptor; cpu_seconds is each one's own. */
typedef struct sandbox_door sandbox_door;
sandbox_door *sandbox_prepare(const sandbox *s);
char *sandbox_shut(const sandbox_door *door, unsigned cpu_seconds);
void sandbox_door_free(sandbox_door *door);
