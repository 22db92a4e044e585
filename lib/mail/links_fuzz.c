/* The links of a whole mail, and of the same bytes as plain text. */
#include "base/limits.h"
#include "mail/links.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { MOST = 20 };
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_span bytes = {(const char *)data, size};
    GPtrArray *found = mw_links_in_text(arena, bytes, MOST);
    g_assert_cmpuint(found->len, <=, MOST);
    for (guint i = 0; i < found->len; i++)
        g_assert_true(mw_span_starts(*(const mw_span *)found->pdata[i], "http"));
    const mw_message *message = mw_message_read(arena, bytes, NULL);
    if (!message)
        return 0;
    const mw_links *links = mw_links_read(arena, mw_mime_read(arena, message));
    g_assert_cmpuint(links->all->len, <=, MW_MAX_LINKS);
    for (guint i = 0; i < links->all->len; i++) {
        const mw_link *link = links->all->pdata[i];
        g_assert_true(link->shown && link->url.text && (link->url.host || *link->url.scheme));
    }
    return 0;
}
