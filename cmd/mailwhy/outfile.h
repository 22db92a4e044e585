/* Files that a run writes. Each is written beside its place and moved there when all went well, so that an
 * old file survives a run that fails; links are followed. Devices, pipes, and what standard output or
 * standard error already are, are written to as they are. */
#pragma once

#include <glib.h>
#include <stdio.h>
#include <sys/stat.h>

typedef struct outfile outfile;

/* name NULL or "-": standard output. NULL and one line that says what is wrong. */
outfile *outfile_open(const char *name, GError **error);
/* To be written to; errors wait for outfile_finish(). */
FILE *outfile_stream(outfile *file);
/* All is written, and it is on the disk where an old file is about to go. FALSE and one line otherwise. */
gboolean outfile_finish(outfile *file, GError **error);
/* Puts it into its place; only when finished. It is allowed to do so only outside the sandbox: see mover.h.
 */
gboolean outfile_move(outfile *file, GError **error);
/* Removes what was written beside and not moved. */
void outfile_free(outfile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(outfile, outfile_free)

/* Whether it is written beside its place. */
gboolean outfile_is_beside(const outfile *file);
/* Where a name leads, looked up once to be held against many others. */
typedef struct outfile_place {
    const char *name;
    gboolean there;
    struct stat about; /* where it is there */
} outfile_place;

outfile_place outfile_place_of(const char *name);
/* What is there is no file that can be mixed up with another one: a terminal, a pipe, a device. */
gboolean outfile_is_stream(const outfile_place *place);
/* Whether both are one file, by device and inode, or by the way to it where there is none yet. */
gboolean outfile_same(const outfile_place *place, const char *other);
