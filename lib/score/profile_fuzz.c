#include "score/composite.h"
#include "score/profile_files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static mw_data *own;
    if (!own)
        own = mw_data_new(NULL);
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_span text = {(const char *)data, size};
    mw_profile *profile = mw_profile_new(arena, "fuzz", NULL);
    const mw_conf *conf = mw_conf_read_ucl(arena, text, "fuzz", NULL);
    if (conf)
        mw_profile_lay_rspamd(profile, arena, conf, "fuzz", NULL);
    conf = mw_conf_read_json(arena, text, "fuzz", NULL);
    if (conf)
        mw_profile_lay_rspamd(profile, arena, conf, "fuzz", NULL);
    mw_profile_lay_spamassassin(profile, arena, own, 1, text, "fuzz", NULL);
    mw_composite_read(arena, "X", mw_span_dup(arena, text), 1, NULL, NULL, NULL);
    return 0;
}
