/* What may hold mails: mbox, zip, tar, gzip and their kin, .msg, and what a store stands around a mail. Each
 * mail that comes out is opened as a run opens it. */
#include "mail/frame.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "mail/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_MAILS = 50 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autoptr(GBytes) bytes = g_bytes_new(data, size);
    g_autoptr(mw_store) store = mw_store_new(bytes, NULL);
    for (int n = 0; n < MOST_MAILS; n++) {
        g_autoptr(mw_store_mail) mail = mw_store_next(store);
        if (!mail)
            break;
        g_assert_true((mail->bytes == NULL) == (mail->error != NULL));
        g_assert_true(!mail->name || g_utf8_validate(mail->name, -1, NULL));
        if (!mail->bytes)
            continue;
        g_autoptr(mw_arena) arena = mw_arena_new();
        gsize len;
        const char *text = g_bytes_get_data(mail->bytes, &len);
        const mw_message *message = mw_message_read(arena, (mw_span){text, len}, NULL);
        if (message)
            mw_mime_read(arena, message);
    }
    return 0;
}
