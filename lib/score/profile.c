#include "score/profile.h"
#include "base/domain.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/suggest.h"
#include "score/composite.h"
#include "score/profile_files.h"

#include <math.h>
#include <string.h>

enum { MAX_BASES = 8, MAX_FILES = 200 };

/* ---- .ini ---- */

static bool read_number(const mw_ini *file, const char *where, const char *group, const char *key,
                        double *out, GError **error) {
    g_autofree char *text = g_strdup(mw_ini_get(file, group, key));
    if (!text || mw_profile_number(g_strstrip(text), out))
        return true; /* without one, out keeps its default */
    g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s: [%s] %s is not a number of points", where, group, key);
    return false;
}

static bool read_points(mw_profile *profile, mw_arena *arena, const mw_ini *file, const char *where,
                        GError **error) {
    for (size_t i = 0; i < file->n_entries; i++) {
        const mw_ini_entry *entry = &file->entries[i];
        double points = 0;
        if (strcmp(entry->group, "points") != 0)
            continue;
        if (!read_number(file, where, "points", entry->key, &points, error))
            return false;
        mw_profile_set(profile, arena, entry->key, points);
    }
    return true;
}

/* NAME=EXPRESSION in [composites]; its points stand in [points]. */
static bool read_composites(mw_profile *profile, mw_arena *arena, const mw_ini *file, GError **error) {
    for (size_t i = 0; i < file->n_entries; i++) {
        const mw_ini_entry *entry = &file->entries[i];
        if (strcmp(entry->group, "composites") != 0)
            continue;
        const mw_composite *composite = mw_composite_read(
            arena, entry->key, entry->value, mw_profile_points(profile, entry->key), NULL, NULL, error);
        if (!composite)
            return false;
        g_ptr_array_add(profile->composites, (gpointer)composite);
    }
    return true;
}

/* A list of symbols in [profile]; where it stands, it replaces that of the base. */
static void read_symbols(GHashTable *into, mw_arena *arena, const mw_ini *file, const char *key) {
    const char *const *symbols = mw_ini_list(arena, file, "profile", key);
    if (symbols)
        g_hash_table_remove_all(into);
    for (const char *const *symbol = symbols; symbol && *symbol; symbol++)
        g_hash_table_add(into, mw_span_dup(arena, mw_span_trim(mw_span_of(*symbol))));
}

/* They replace those of the base, too. */
static bool read_sealers(mw_profile *profile, mw_arena *arena, const mw_ini *file, const char *where,
                         GError **error) {
    const char *const *domains = mw_ini_list(arena, file, "profile", "trusted_sealers");
    if (domains)
        profile->sealers = mw_array_new(arena);
    for (; domains && *domains; domains++) {
        const char *domain = mw_domain_ascii(arena, mw_span_trim(mw_span_of(*domains)));
        if (!mw_domain_valid(domain) || !strchr(domain, '.')) {
            g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s: trusted_sealers: %s is not a domain", where,
                        *domains);
            return false;
        }
        g_ptr_array_add(profile->sealers, (gpointer)domain);
    }
    return true;
}

static const mw_profile *read_named(mw_arena *arena, const mw_data *data, const char *name, int depth,
                                    GError **error);

static const mw_profile *from_ini(mw_arena *arena, const mw_data *data, const char *name, const mw_ini *file,
                                  const char *where, int depth, GError **error) {
    const char *title = mw_ini_get(file, "profile", "title");
    const char *base_name = mw_ini_get(file, "profile", "base");
    const mw_profile *base = NULL;
    if (base_name && !(base = read_named(arena, data, base_name, depth + 1, error)))
        return NULL;
    mw_profile *profile = mw_profile_new(arena, name, base);
    if (title)
        profile->title = mw_strdup(arena, title);
    if (!read_number(file, where, "profile", "limit", &profile->limit, error) ||
        !read_number(file, where, "profile", "junk", &profile->junk, error) ||
        !read_number(file, where, "profile", "defer", &profile->defer, error) ||
        !read_points(profile, arena, file, where, error) || !read_composites(profile, arena, file, error))
        return NULL;
    read_symbols(profile->blockers, arena, file, "blockers");
    read_symbols(profile->junk_blockers, arena, file, "junk_blockers");
    return read_sealers(profile, arena, file, where, error) ? profile : NULL;
}

static const mw_profile *read_named(mw_arena *arena, const mw_data *data, const char *name, int depth,
                                    GError **error) {
    if (depth > MAX_BASES) {
        g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s: a profile that is its own base", name);
        return NULL;
    }
    if (strcmp(name, "spamassassin") == 0)
        return mw_profile_spamassassin(arena, data, 1, error);
    if (g_str_has_prefix(name, "spamassassin-set") && strchr("0123", name[16]) && name[16] && !name[17])
        return mw_profile_spamassassin(arena, data, (unsigned)(name[16] - '0'), error);
    g_autofree char *builtin = g_strconcat("profiles/", name, ".ini", NULL);
    const mw_ini *file = mw_data_ini(data, builtin, error);
    return file ? from_ini(arena, data, name, file, builtin, depth, error) : NULL;
}

/* ---- a host's own files ---- */

static bool starts_with(mw_span text, const char *what) {
    return mw_span_starts(mw_span_trim(text), what);
}

/* The first line that is neither empty nor a comment. */
static mw_span first_line(mw_span text) {
    while (text.data) {
        mw_span line = mw_span_trim(mw_span_cut(&text, '\n'));
        if (line.len && line.data[0] != '#' && line.data[0] != ';')
            return line;
    }
    return (mw_span){"", 0};
}

static bool is_spamassassin(const char *path, mw_span text) {
    return g_str_has_suffix(path, ".cf") || starts_with(first_line(text), "score ") ||
           starts_with(first_line(text), "required_score ");
}

static const mw_profile *own_ini(mw_arena *arena, const mw_data *data, const char *path, mw_span text,
                                 GError **error) {
    const mw_ini *file = mw_ini_read(arena, text.data, text.len, path, error);
    if (file)
        return from_ini(arena, data, path, file, path, 0, error);
    g_prefix_error(error, "not a profile: ");
    return NULL;
}

static bool lay_file(mw_profile *profile, mw_arena *arena, const char *path, mw_span text, GError **error) {
    bool json = starts_with(text, "{") || starts_with(text, "[");
    const mw_conf *conf =
        json ? mw_conf_read_json(arena, text, path, error) : mw_conf_read_ucl(arena, text, path, error);
    return conf && mw_profile_lay_rspamd(profile, arena, conf, path, error);
}

static const mw_profile *read_text(mw_arena *arena, const mw_data *data, const char *path, mw_span text,
                                   GError **error) {
    if (is_spamassassin(path, text)) {
        mw_profile *base = mw_profile_spamassassin(arena, data, 1, error);
        mw_profile *profile = base ? mw_profile_new(arena, path, base) : NULL;
        return profile && mw_profile_lay_spamassassin(profile, arena, data, 1, text, path, error) ? profile
                                                                                                  : NULL;
    }
    if (g_str_has_suffix(path, ".ini") ||
        (starts_with(first_line(text), "[") && !g_str_has_suffix(path, ".json")))
        return own_ini(arena, data, path, text, error);
    const mw_profile *base = read_named(arena, data, "rspamd", 0, error);
    mw_profile *profile = base ? mw_profile_new(arena, path, base) : NULL;
    return profile && lay_file(profile, arena, path, text, error) ? profile : NULL;
}

static int by_name(gconstpointer a, gconstpointer b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The .conf files of a folder such as rspamd's local.d, in the order of their names. */
static const mw_profile *read_folder(mw_arena *arena, const mw_data *data, const char *path, GError **error) {
    const mw_profile *base = read_named(arena, data, "rspamd", 0, error);
    g_autoptr(GDir) folder = base ? g_dir_open(path, 0, error) : NULL;
    if (!folder)
        return NULL;
    mw_profile *profile = mw_profile_new(arena, path, base);
    GPtrArray *names = mw_array_new(arena);
    for (const char *name; (name = g_dir_read_name(folder)) != NULL && names->len < MAX_FILES;)
        if (g_str_has_suffix(name, "actions.conf") || g_str_has_suffix(name, "group.conf") ||
            g_str_has_suffix(name, "groups.conf") || g_str_has_suffix(name, "metrics.conf") ||
            g_str_has_suffix(name, "composites.conf"))
            g_ptr_array_add(names, mw_printf(arena, "%s/%s", path, name));
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *text = NULL;
        gsize len;
        if (!(text = mw_file_read(names->pdata[i], MW_MAX_PROFILE, &len, error)) ||
            !lay_file(profile, arena, names->pdata[i], (mw_span){text, len}, error))
            return NULL;
    }
    return profile;
}

static const mw_profile *read_path(mw_arena *arena, const mw_data *data, const char *path, GError **error) {
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return read_folder(arena, data, path, error);
    g_autofree char *text = NULL;
    gsize len;
    if (!(text = mw_file_read(path, MW_MAX_PROFILE, &len, error)))
        return NULL;
    return read_text(arena, data, path, (mw_span){text, len}, error);
}

/* Neither built in nor in the folder of --data. */
static bool is_unknown(mw_arena *arena, const char *name, GError **error) {
    GPtrArray *known = mw_array_new(arena);
    for (const char **file = mw_data_names(arena, "profiles/"); *file; file++) {
        const char *base = *file + strlen("profiles/");
        g_ptr_array_add(known, mw_strndup(arena, base, strcspn(base, ".")));
    }
    const char *near = mw_suggest_words(arena, known, name);
    g_ptr_array_add(known, NULL);
    g_autofree char *all = g_strjoinv(", ", (char **)known->pdata);
    g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "--profile %s: there is no such profile%s%s%s", name,
                *near ? near : "; there are ", *near ? "" : all, *near ? "" : ", or a file of your own");
    return true;
}

static const void *make_named(const mw_data *data, mw_arena *arena, const void *name, GError **error) {
    return read_named(arena, data, name, 0, error);
}

const mw_profile *mw_profile_read(mw_arena *arena, const mw_data *data, const char *name, GError **error) {
    static const char *const suffixes[] = {".ini", ".json", ".conf", ".cf"};
    bool is_path = strchr(name, '/') != NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++)
        is_path |= g_str_has_suffix(name, suffixes[i]);
    if (is_path)
        return read_path(arena, data, name, error);
    GError *failed = NULL;
    const mw_profile *profile =
        mw_data_made(data, mw_printf(arena, "score/profile/%s", name), make_named, name, &failed);
    if (!profile && g_error_matches(failed, MW_ERROR, MW_ERROR_FILE) && is_unknown(arena, name, error))
        g_clear_error(&failed);
    else if (failed)
        g_propagate_error(error, failed);
    return profile;
}
