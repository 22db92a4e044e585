#include "base/data_folder.h"
#include "base/file.h"
#include "base/limits.h"

#include <glib/gstdio.h>
#include <errno.h>
#include <string.h>

static bool is_data_file(const char *name) {
    return name[0] != '.' && (g_str_has_suffix(name, ".ini") || g_str_has_suffix(name, ".tsv") ||
                              g_str_has_suffix(name, ".model"));
}

static bool add_file(GHashTable *files, const char *folder, const char *name, GError **error) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    size_t len;
    char *text = mw_file_read(path, MW_MAX_DATA_FILE, &len, error);
    if (!text)
        return false;
    g_hash_table_insert(files, g_strdup(name), g_bytes_new_take(text, len));
    if (!g_str_has_suffix(name, ".model") && !g_utf8_validate_len(text, len, NULL)) {
        g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s: it is no UTF-8 text", path);
        return false;
    }
    if (g_hash_table_size(files) > MW_MAX_DATA_FILES) {
        g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s: more than %d data files", folder, MW_MAX_DATA_FILES);
        return false;
    }
    return true;
}

/* The files of one subfolder; "" is the folder itself, which must be there. */
static bool add_subfolder(GHashTable *files, const char *folder, const char *below, GError **error) {
    g_autofree char *path = g_build_filename(folder, below, NULL);
    g_autoptr(GError) problem = NULL;
    g_autoptr(GDir) dir = g_dir_open(path, 0, &problem);
    if (!dir && *below && g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return true;
    if (!dir) {
        g_set_error(error, MW_ERROR, MW_ERROR_FILE, "--data %s: %s", path, g_strerror(errno));
        return false;
    }
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *whole = *below ? g_strconcat(below, "/", name, NULL) : g_strdup(name);
        if (is_data_file(name) && !add_file(files, folder, whole, error))
            return false;
    }
    return true;
}

GHashTable *mw_data_folder_read(mw_arena *arena, const char *folder, GError **error) {
    g_autoptr(GHashTable) files =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
    if (!add_subfolder(files, folder, "", error))
        return NULL;
    const char *last = "";
    for (const char **name = mw_data_names(arena, ""); *name;
         name++) { /* in order: a subfolder's stand together */
        const char *slash = strrchr(*name, '/');
        const char *below = slash ? mw_strndup(arena, *name, (size_t)(slash - *name)) : "";
        if (strcmp(below, last) != 0 && *below && !add_subfolder(files, folder, below, error))
            return NULL;
        last = below;
    }
    return g_steal_pointer(&files);
}
