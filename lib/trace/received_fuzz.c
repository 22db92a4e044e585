/* One Received value. */
#include "trace/received.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_hop *hop = mw_received_parse(arena, (mw_span){(const char *)data, size});
    g_assert(hop->tls || !hop->tls_version);
    return 0;
}
