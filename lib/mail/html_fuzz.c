#include "mail/html.h"
#include "mail/links.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_part part = {.type = "text/html", .parent = -1, .content = {(const char *)data, size}};
    mw_mime mime = {.parts = &part, .n_parts = 1};
    mw_links_read(arena, &mime);
    part.type = "text/plain";
    mw_links_read(arena, &mime);
    mw_url url;
    if (mw_url_read(arena, (mw_span){(const char *)data, size}, &url))
        mw_url_nested(arena, &url, 5);
    return 0;
}
