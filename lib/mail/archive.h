/* Archives in memory: zip, tar, and what gzip, bzip2, xz or zstd packed; by libarchive (archive.c alone). */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct mw_archive mw_archive;

typedef struct mw_archive_entry {
    char *name;    /* within the archive, or NULL where only one thing was packed; g_free() it */
    GBytes *bytes; /* NULL: error says why; g_bytes_unref() it */
    char *error;   /* g_free() it */
} mw_archive_entry;

/* What may still be unpacked of one file, whatever lies within what: each archive in it takes from the same.
 */
typedef struct mw_archive_room {
    guint64 octets;
    guint files;
} mw_archive_room;

/* Takes a reference to the bytes; room must outlive the archive. NULL and MW_ERROR_MESSAGE when it can't be
 * read. */
mw_archive *mw_archive_open(GBytes *bytes, mw_archive_room *room, GError **error);
/* The next file in it; what a system or an archiver keeps for itself is passed over. False at the end. What a
 * bound leaves out (the room, MW_MAX_MESSAGE an entry) is a last entry with an error. */
bool mw_archive_next(mw_archive *archive, mw_archive_entry *out);
void mw_archive_free(mw_archive *archive);
