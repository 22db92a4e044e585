/* A process of its own that stays outside the sandbox and puts finished files into their places: to rename
 * them the sandbox would have to allow removing and making files in their folders. However the run ends,
 * killed or out of memory, what was written beside and not moved is removed. */
#pragma once

#include "outfile.h"

typedef struct mover mover;

/* Before the sandbox and any thread; the files must stay until mover_free(). Of files that are all written
 * straight it makes no process. NULL and one line when there can be none. */
mover *mover_start(GPtrArray *files, GError **error);
/* Moves all, in order. FALSE and one line for the first that can't be. */
gboolean mover_move(mover *m, GError **error);
/* Without mover_move(): the files are removed. */
void mover_free(mover *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mover, mover_free)
