/* One Authentication-Results value. */
#include "trace/authres.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    GPtrArray *claims = mw_array_new(arena);
    mw_authres_read(arena, (mw_span){(const char *)data, size}, claims);
    for (guint i = 0; i < claims->len; i++) {
        const mw_claim *claim = claims->pdata[i];
        g_assert(*claim->method && *claim->result && !claim->trusted);
    }
    return 0;
}
