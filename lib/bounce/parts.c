#include "bounce/parts.h"

#include "base/printable.h"

bool mw_part_is_message(const mw_part *part) {
    return strcmp(part->type, "message/rfc822") == 0 || strcmp(part->type, "message/global") == 0;
}

bool mw_part_is_header(const mw_part *part) {
    return strcmp(part->type, "text/rfc822-headers") == 0 ||
           strcmp(part->type, "message/rfc822-headers") == 0 ||
           strcmp(part->type, "message/global-headers") == 0;
}

int mw_part_holder(const mw_mime *mime, size_t index) {
    for (int i = mime->parts[index].parent; i >= 0; i = mime->parts[i].parent) {
        if (mw_part_is_message(&mime->parts[i]))
            return i;
    }
    return -1;
}

const mw_part *mw_part_find(const mw_mime *mime, const char *suffix) {
    const mw_part *nested = NULL;
    for (size_t i = 0; i < mime->n_parts; i++) {
        const mw_part *part = &mime->parts[i];
        if (!g_str_has_suffix(part->type, suffix))
            continue;
        if (mw_part_holder(mime, i) < 0)
            return part;
        nested = nested ? nested : part;
    }
    return nested;
}

const mw_part *mw_part_unnamed_report(const mw_mime *mime) {
    for (size_t i = 1; i < mime->n_parts; i++) {
        const mw_part *part = &mime->parts[i];
        bool attached = part->disposition && strcmp(part->disposition, "attachment") == 0;
        mw_span start = mw_span_slice(part->content, 0, 2000);
        if (attached && mw_part_holder(mime, i) < 0 &&
            mw_span_search(start, "\nFinal-Recipient:") != SIZE_MAX &&
            mw_span_search(start, "\nAction:") != SIZE_MAX)
            return part;
    }
    return NULL;
}

/* ---- text for people ----------------------------------------------------------------------------------- */

static void append_entity(GString *out, mw_span text, size_t *i) {
    static const struct {
        const char *entity;
        char byte;
    } entities[] = {{"&lt;", '<'},   {"&gt;", '>'},   {"&amp;", '&'},
                    {"&quot;", '"'}, {"&#39;", '\''}, {"&nbsp;", ' '}};
    mw_span rest = mw_span_from(text, *i);
    for (size_t e = 0; e < G_N_ELEMENTS(entities); e++) {
        if (mw_span_starts(rest, entities[e].entity)) {
            g_string_append_c(out, entities[e].byte);
            *i += strlen(entities[e].entity);
            return;
        }
    }
    g_string_append_c(out, '&');
    *i += 1;
}

static bool block_tag(mw_span tag) {
    static const char *const names[] = {"br", "p",   "/p", "div", "/div",  "tr",  "/tr",  "td", "th",
                                        "li", "/li", "h",  "/h",  "table", "pre", "/pre", NULL};
    return mw_span_begins(tag, names);
}

/* HTML without its tags; addresses in angle brackets stay. A text that only calls itself HTML stays as it is.
 */
static mw_span plain_of_html(mw_arena *arena, mw_span html) {
    if (mw_span_search(html, "<html") == SIZE_MAX && mw_span_search(html, "<br") == SIZE_MAX &&
        mw_span_search(html, "<p>") == SIZE_MAX && mw_span_search(html, "<body") == SIZE_MAX &&
        mw_span_search(html, "<div") == SIZE_MAX)
        return html;
    g_autoptr(GString) out = g_string_sized_new(html.len);
    for (size_t i = 0; i < html.len;) {
        if (html.data[i] == '&') {
            append_entity(out, html, &i);
            continue;
        }
        if (html.data[i] != '<') {
            g_string_append_c(out, html.data[i++]);
            continue;
        }
        mw_span rest = mw_span_from(html, i + 1);
        size_t close = mw_span_find(rest, '>');
        mw_span tag = mw_span_slice(rest, 0, close == SIZE_MAX ? rest.len : close);
        if (mw_span_find(tag, '@') != SIZE_MAX && mw_span_find(tag, ' ') == SIZE_MAX) {
            g_string_append_c(out, html.data[i++]);
            continue;
        }
        bool hidden = mw_span_starts(tag, "style") || mw_span_starts(tag, "script");
        size_t end =
            hidden ? mw_span_search(rest, mw_span_starts(tag, "style") ? "</style" : "</script") : close;
        if (block_tag(tag))
            g_string_append_c(out, '\n');
        i = end == SIZE_MAX ? html.len : i + 1 + end + (hidden ? 0 : 1);
    }
    return (mw_span){mw_strndup(arena, out->str, out->len), out->len};
}

/* All texts for people outside the returned mail, joined. */
static mw_span notice_text(mw_arena *arena, const mw_mime *mime, int inside) {
    g_autoptr(GString) out = g_string_new(NULL);
    for (int html = 0; html < 2 && out->len == 0; html++) {
        for (size_t i = 0; i < mime->n_parts && out->len < MW_BOUNCE_TEXT; i++) {
            const mw_part *part = &mime->parts[i];
            bool wanted = strcmp(part->type, html ? "text/html" : "text/plain") == 0;
            bool attached = part->disposition && strcmp(part->disposition, "attachment") == 0;
            if (!wanted || attached || mw_part_holder(mime, i) != inside)
                continue;
            mw_part cut = *part;
            cut.content = mw_span_slice(part->content, 0, MW_BOUNCE_TEXT);
            mw_span text = mw_span_of(mw_part_text(arena, &cut));
            if (html)
                text = plain_of_html(arena, text);
            g_string_append_len(out, text.data, (gssize)text.len);
            g_string_append(out, "\n\n");
        }
    }
    return (mw_span){mw_strndup(arena, out->str, out->len), out->len};
}

mw_span mw_bounce_text(mw_arena *arena, const mw_message *message, const mw_mime *mime, int inside) {
    mw_span text = notice_text(arena, mime, inside);
    if (mw_span_trim(text).len || inside >= 0)
        return text;
    return mw_span_of(mw_utf8(arena, mw_span_slice(message->body, 0, MW_BOUNCE_TEXT)));
}
