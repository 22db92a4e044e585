/* Mails in whose text a bounce was sent on. */
#include "bounce/forwarded.h"
#include "bounce/fuzz_phrases.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_OCTETS = 2048 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > MOST_OCTETS)
        return 0;
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_message *message = mw_message_read(arena, (mw_span){(const char *)data, size}, NULL);
    if (!message)
        return 0;
    const mw_message *inner =
        mw_bounce_forwarded(arena, phrases_once(), message, mw_mime_read(arena, message));
    if (inner) {
        g_assert(mw_message_field(inner, "From") && mw_message_field(inner, "Subject"));
        mw_bounce_read(arena, phrases_once(), inner, mw_mime_read(arena, inner));
    }
    return 0;
}
