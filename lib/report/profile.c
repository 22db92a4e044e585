#include "report/profile.h"
#include "base/error.h"

#include <math.h>
#include <string.h>

static bool read_number(GKeyFile *file, const char *where, const char *group, const char *key, double *out,
                        GError **error) {
    GError *problem = NULL;
    double value = g_key_file_get_double(file, group, key, &problem);
    if (g_error_matches(problem, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND) ||
        g_error_matches(problem, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND)) {
        g_clear_error(&problem);
        return true; /* out keeps its default */
    }
    if (problem || !isfinite(value) || fabs(value) > 1e6) {
        g_clear_error(&problem);
        g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s: [%s] %s is not a number of points", where, group,
                    key);
        return false;
    }
    *out = value;
    return true;
}

static bool read_points(mw_profile *profile, mw_arena *arena, GKeyFile *file, const char *where,
                        GError **error) {
    g_auto(GStrv) symbols = g_key_file_get_keys(file, "points", NULL, NULL);
    for (char **symbol = symbols; symbol && *symbol; symbol++) {
        double *points = mw_new(arena, double);
        if (!read_number(file, where, "points", *symbol, points, error))
            return false;
        g_hash_table_replace(profile->points, mw_strdup(arena, *symbol), points);
    }
    return true;
}

static const mw_profile *from_ini(mw_arena *arena, const char *name, GKeyFile *file, const char *where,
                                  GError **error) {
    mw_profile *profile = mw_new(arena, mw_profile);
    g_autofree char *title = g_key_file_get_string(file, "profile", "title", NULL);
    g_auto(GStrv) blockers = g_key_file_get_string_list(file, "profile", "blockers", NULL, NULL);
    profile->name = mw_strdup(arena, name);
    profile->title = mw_strdup(arena, title ? title : name);
    profile->limit = 13;
    profile->junk = profile->defer = HUGE_VAL;
    profile->points =
        mw_arena_own(arena, g_hash_table_new(g_str_hash, g_str_equal), (GDestroyNotify)g_hash_table_unref);
    profile->blockers =
        mw_arena_own(arena, g_hash_table_new(g_str_hash, g_str_equal), (GDestroyNotify)g_hash_table_unref);
    if (!read_number(file, where, "profile", "limit", &profile->limit, error) ||
        !read_number(file, where, "profile", "junk", &profile->junk, error) ||
        !read_number(file, where, "profile", "defer", &profile->defer, error) ||
        !read_points(profile, arena, file, where, error))
        return NULL;
    for (char **b = blockers; b && *b; b++)
        g_hash_table_add(profile->blockers, mw_strdup(arena, g_strstrip(*b)));
    return profile;
}

static GKeyFile *load(const char *path, GError **error) {
    g_autoptr(GKeyFile) file = g_key_file_new();
    GError *problem = NULL;
    if (g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &problem))
        return g_steal_pointer(&file);
    g_set_error(error, MW_ERROR, MW_ERROR_DATA, "%s: not a profile: %s", path, problem->message);
    g_error_free(problem);
    return NULL;
}

const mw_profile *mw_profile_read(mw_arena *arena, const mw_data *data, const char *name, GError **error) {
    bool is_path = strchr(name, '/') || g_str_has_suffix(name, ".ini");
    g_autofree char *builtin = g_strconcat("profiles/", name, ".ini", NULL);
    g_autoptr(GKeyFile) file = is_path ? load(name, error) : mw_data_ini(data, builtin, error);
    return file ? from_ini(arena, name, file, is_path ? name : builtin, error) : NULL;
}

double mw_profile_points(const mw_profile *profile, const char *symbol) {
    const double *points = g_hash_table_lookup(profile->points, symbol);
    return points ? *points : 0;
}

bool mw_profile_blocks(const mw_profile *profile, const char *symbol) {
    return g_hash_table_contains(profile->blockers, symbol);
}
