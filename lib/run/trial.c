#include "run/trial.h"

const mw_diagnosis *mw_diagnose_changed(mw_arena *arena, const mw_world *world, const mw_changes *changes,
                                        const char *file, mw_span bytes, mw_time now, GError **error) {
    mw_source *tried = mw_source_overlay(mw_source_engine(world->dns), changes);
    mw_world other = *world;
    other.dns = mw_arena_own(arena, mw_open_dns(tried, world->settings), (GDestroyNotify)mw_dns_free);
    other.trial = true;
    return mw_diagnose(arena, &other, file, bytes, now, error);
}
