/* Mails in mails, opened as --part does. */
#include "mail/unwrap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_DEPTH = 8 };

static void open_all(mw_arena *arena, mw_span bytes, int depth) {
    const mw_message *message = mw_message_read(arena, bytes, NULL);
    if (!message)
        return;
    const mw_wrapped *wrapped = mw_unwrap(arena, message, mw_mime_read(arena, message));
    g_assert_true(!wrapped->only || wrapped->inner->len > 0);
    for (guint i = 0; i < wrapped->inner->len; i++) {
        const mw_inner *inner = mw_unwrap_part(arena, wrapped, i + 1, NULL);
        g_assert_true(inner == wrapped->inner->pdata[i]);
        if (depth < MAX_DEPTH)
            open_all(arena, inner->bytes, depth + 1);
    }
    g_assert_null(mw_unwrap_part(arena, wrapped, wrapped->inner->len + 1, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    open_all(arena, (mw_span){(const char *)data, size}, 0);
    return 0;
}
