#include "score/points.h"
#include "score/composite.h"

#include <math.h>

enum { MAX_POINTS = 1000000 };

bool mw_profile_number(const char *text, double *out) {
    char *end;
    double value = g_ascii_strtod(text, &end);
    if (end == text || *end || !isfinite(value) || fabs(value) > MAX_POINTS)
        return false;
    *out = value;
    return true;
}

static GHashTable *new_table(mw_arena *arena) {
    return mw_arena_own(arena, g_hash_table_new(g_str_hash, g_str_equal), (GDestroyNotify)g_hash_table_unref);
}

static void copy_table(GHashTable *into, GHashTable *from) {
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init(&iter, from);
    while (g_hash_table_iter_next(&iter, &key, &value))
        g_hash_table_replace(into, key, value);
}

mw_profile *mw_profile_new(mw_arena *arena, const char *name, const mw_profile *base) {
    mw_profile *profile = mw_new(arena, mw_profile);
    if (base)
        *profile = *base;
    else
        *profile = (mw_profile){.limit = 13, .junk = HUGE_VAL, .defer = HUGE_VAL};
    profile->name = profile->title = mw_strdup(arena, name);
    profile->points = new_table(arena);
    profile->blockers = new_table(arena);
    profile->junk_blockers = new_table(arena);
    profile->sealers = base ? base->sealers : mw_array_new(arena);
    profile->composites = mw_array_new(arena);
    if (base) {
        copy_table(profile->points, base->points);
        copy_table(profile->blockers, base->blockers);
        copy_table(profile->junk_blockers, base->junk_blockers);
        g_ptr_array_extend(profile->composites, base->composites, NULL, NULL);
    }
    return profile;
}

void mw_profile_set(mw_profile *profile, mw_arena *arena, const char *symbol, double points) {
    double *value = mw_new(arena, double);
    *value = points;
    g_hash_table_replace(profile->points, mw_strdup(arena, symbol), value);
}

double mw_profile_points(const mw_profile *profile, const char *symbol) {
    const double *points = g_hash_table_lookup(profile->points, symbol);
    return points ? *points : 0;
}

bool mw_profile_blocks(const mw_profile *profile, const char *symbol) {
    return g_hash_table_contains(profile->blockers, symbol);
}

bool mw_profile_junks(const mw_profile *profile, const char *symbol) {
    return g_hash_table_contains(profile->junk_blockers, symbol);
}
