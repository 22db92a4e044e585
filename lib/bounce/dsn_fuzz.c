/* The fields of delivery reports. */
#include "bounce/dsn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_dsn *dsn = mw_dsn_read(arena, (mw_span){(const char *)data, size});
    for (guint i = 0; i < dsn->recipients->len; i++) {
        const mw_dsn_recipient *r = dsn->recipients->pdata[i];
        g_assert(!r->status || strchr("245", r->status[0]));
    }
    return 0;
}
