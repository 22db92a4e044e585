/* The modules mime (mime.c, GMime) and html (html.c, libxml2). */
#include "base/module.h"
#include "mail/html.h"
#include "mail/mime.h"

static const mw_mime *no_mime(mw_arena *arena, const mw_message *message) {
    mw_part *whole = mw_new(arena, mw_part);
    *whole = (mw_part){.type = "text/plain", .parent = -1, .content = message->body, .raw = message->body};
    mw_mime *mime = mw_new(arena, mw_mime);
    *mime = (mw_mime){.parts = whole, .n_parts = 1};
    return mime;
}

static mw_html *no_html(mw_arena *arena) {
    mw_html *html = mw_new(arena, mw_html);
    *html = (mw_html){.links = mw_array_new(arena), .text = ""};
    return html;
}

MW_LATE(MW_MODULE_MIME, const mw_mime *, mw_mime_read, (mw_arena * arena, const mw_message *message),
        (arena, message), no_mime(arena, message))
MW_LATE(MW_MODULE_MIME, char *, mw_part_text, (mw_arena * arena, const mw_part *part), (arena, part),
        mw_strdup(arena, ""))
MW_LATE(MW_MODULE_MIME, char *, mw_header_decoded, (mw_arena * arena, const mw_field *field), (arena, field),
        mw_strdup(arena, ""))
MW_LATE(MW_MODULE_MIME, GPtrArray *, mw_addresses, (mw_arena * arena, const mw_field *field), (arena, field),
        mw_array_new(arena))
MW_LATE(MW_MODULE_HTML, mw_html *, mw_html_read, (mw_arena * arena, mw_span text), (arena, text),
        no_html(arena))
MW_LATE(MW_MODULE_HTML, mw_html *, mw_html_take, (mw_arena * arena, char *text), (arena, text),
        no_html(arena))
