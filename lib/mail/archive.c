#include "mail/archive.h"

#include "base/error.h"
#include "base/limits.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

enum { CHUNK = 1 << 16 };

struct mw_archive {
    GBytes *bytes;
    struct archive *reader;
    mw_archive_room *room;
    unsigned entries; /* of this one */
    bool done;
};

static mw_archive *fail(mw_archive *a, GError **error) {
    g_set_error(error, MW_ERROR, MW_ERROR_MESSAGE, "a packed file that can't be unpacked (%s): send it again",
                archive_error_string(a->reader) ? archive_error_string(a->reader) : "damaged");
    mw_archive_free(a);
    return NULL;
}

mw_archive *mw_archive_open(GBytes *bytes, mw_archive_room *room, GError **error) {
    mw_archive *a = g_new0(mw_archive, 1);
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    a->bytes = g_bytes_ref(bytes);
    a->room = room;
    a->reader = archive_read_new();
    archive_read_support_filter_gzip(a->reader);
    archive_read_support_filter_bzip2(a->reader);
    archive_read_support_filter_xz(a->reader);
    archive_read_support_filter_zstd(a->reader);
    archive_read_support_format_zip(a->reader);
    archive_read_support_format_tar(a->reader);
    archive_read_support_format_raw(a->reader);
    return archive_read_open_memory(a->reader, data, size) == ARCHIVE_OK ? a : fail(a, error);
}

void mw_archive_free(mw_archive *a) {
    if (!a)
        return;
    archive_read_free(a->reader);
    g_bytes_unref(a->bytes);
    g_free(a);
}

/* What systems and archivers put there for themselves. */
static bool is_own(const char *name) {
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
    return strncmp(name, "__MACOSX/", 9) == 0 || strncmp(base, "._", 2) == 0 ||
           strcmp(base, ".DS_Store") == 0 || strcmp(base, "Thumbs.db") == 0 ||
           strcmp(base, "desktop.ini") == 0;
}

static bool is_raw(const mw_archive *a) {
    return archive_format(a->reader) == ARCHIVE_FORMAT_RAW;
}

/* The entry's data; NULL and *error. */
static GBytes *read_entry(mw_archive *a, char **error) {
    g_autoptr(GByteArray) out = g_byte_array_new();
    for (;;) {
        guint old = out->len;
        g_byte_array_set_size(out, old + CHUNK);
        la_ssize_t n = archive_read_data(a->reader, out->data + old, CHUNK);
        g_byte_array_set_size(out, old + (n > 0 ? (guint)n : 0));
        if (n < 0) {
            *error = g_strdup_printf("can't be unpacked (%s)", archive_error_string(a->reader)
                                                                   ? archive_error_string(a->reader)
                                                                   : "damaged");
            return NULL;
        }
        if (n == 0)
            return g_byte_array_free_to_bytes(g_steal_pointer(&out));
        if (out->len > MW_MAX_MESSAGE) {
            *error = g_strdup("unpacks to more than 256 MiB: no mail does");
            return NULL;
        }
        if ((guint64)n > a->room->octets) {
            a->room->octets = 0;
            a->done = true;
            *error = g_strdup("unpacks to far more than a file of its size does: the rest was not read");
            return NULL;
        }
        a->room->octets -= (guint64)n;
    }
}

bool mw_archive_next(mw_archive *a, mw_archive_entry *out) {
    struct archive_entry *entry;
    *out = (mw_archive_entry){NULL, NULL, NULL};
    while (!a->done) {
        int result = archive_read_next_header(a->reader, &entry);
        if (result == ARCHIVE_EOF)
            break;
        if (result < ARCHIVE_WARN || a->room->files == 0) {
            a->done = true;
            out->error = g_strdup(result < ARCHIVE_WARN ? "is damaged: the rest was not read"
                                                        : "holds too many files: the rest was not read");
            return true;
        }
        a->room->files--;
        a->entries++;
        const char *name = archive_entry_pathname_utf8(entry);
        name = name ? name : archive_entry_pathname(entry);
        if (!is_raw(a) && (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) ||
                           (name && is_own(name))))
            continue;
        out->name = is_raw(a) ? NULL : name ? g_utf8_make_valid(name, -1) : g_strdup_printf("%u", a->entries);
        if (archive_entry_is_encrypted(entry))
            out->error = g_strdup("is encrypted: unpack it with its password, and give the .eml in it");
        else
            out->bytes = read_entry(a, &out->error);
        return true;
    }
    a->done = true;
    return false;
}
