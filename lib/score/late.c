/* The module config (conf_json.c, jansson). */
#include "base/module.h"
#include "score/conf.h"

static const mw_conf *no_conf(GError **error) {
    mw_modules_good(error);
    return NULL;
}

MW_LATE(MW_MODULE_CONFIG, const mw_conf *, mw_conf_read_json,
        (mw_arena * arena, mw_span text, const char *file, GError **error), (arena, text, file, error),
        no_conf(error))
