/* Whole bounces, and the free forms as pasted text. */
#include "bounce/fuzz_phrases.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_OCTETS = 2048 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > MOST_OCTETS)
        return 0;
    const mw_phrases *phrases = phrases_once();
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_span bytes = {(const char *)data, size};
    g_assert(mw_bounce_from_text(arena, phrases, bytes)->recipients->len == 1);
    const mw_message *message = mw_message_read(arena, bytes, NULL);
    const mw_bounce *bounce =
        message ? mw_bounce_read(arena, phrases, message, mw_mime_read(arena, message)) : NULL;
    for (guint i = 0; bounce && i < bounce->recipients->len; i++) {
        const mw_bounce_recipient *r = bounce->recipients->pdata[i];
        g_assert(r->action && r->reply);
    }
    if (bounce)
        mw_bounce_client_ip(arena, bounce);
    return 0;
}
