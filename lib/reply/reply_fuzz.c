/* Replies against the whole catalogue, and the names they hold. */
#include "reply/catalogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const mw_reply_catalogue *shared(void) {
    static const mw_reply_catalogue *catalogue;
    static mw_arena *arena;
    if (catalogue)
        return catalogue;
    arena = mw_arena_new();
    mw_data *data = mw_arena_own(arena, mw_data_new(NULL), (GDestroyNotify)mw_data_free);
    return catalogue = mw_reply_catalogue_of(data, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_smtp_reply *reply = mw_smtp_reply_read(arena, (mw_span){(const char *)data, size});
    const mw_meaning *meaning = mw_reply_meaning(shared(), arena, reply);
    g_assert(meaning->cause && meaning->reason && meaning->meaning && meaning->owner && meaning->action);
    mw_smtp_reply_names(arena, reply);
    return 0;
}
