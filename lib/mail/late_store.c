/* The modules archive (archive.c, libarchive) and msg (msg.c, libgsf): apart from late.c, because the module
 * mime needs what reads messages, and that these. */
#include "base/error.h"
#include "base/module.h"
#include "mail/archive.h"
#include "mail/msg.h"

static mw_archive *no_archive(GError **error) {
    g_set_error_literal(error, MW_ERROR, MW_ERROR_SYSTEM, "can't be unpacked here");
    return NULL;
}

MW_LATE(MW_MODULE_ARCHIVE, mw_archive *, mw_archive_open,
        (GBytes * bytes, mw_archive_room *room, GError **error), (bytes, room, error), no_archive(error))
MW_LATE(MW_MODULE_ARCHIVE, bool, mw_archive_next, (mw_archive * archive, mw_archive_entry *out),
        (archive, out), false)
MW_LATE_VOID(MW_MODULE_ARCHIVE, mw_archive_free, (mw_archive * archive), (archive))
MW_LATE(MW_MODULE_MSG, bool, mw_msg_read, (mw_arena * arena, mw_span bytes, mw_msg *out), (arena, bytes, out),
        false)
