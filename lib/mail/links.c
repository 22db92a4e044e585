#include "mail/links.h"
#include "base/limits.h"

enum { MAX_NESTED = 3, MAX_TEXT_SCANNED = 4 * 1024 * 1024 };

typedef struct collector {
    mw_arena *arena;
    mw_links *links;
    GHashTable *seen;
} collector;

static void add(collector *c, mw_link_kind kind, mw_span address, const char *shown, const char *base);

static void add_nested(collector *c, const mw_link *link) {
    if (link->kind == MW_LINK_NESTED || !link->url.host)
        return;
    GPtrArray *nested = mw_url_nested(c->arena, &link->url, MAX_NESTED);
    for (guint i = 0; i < nested->len; i++)
        add(c, MW_LINK_NESTED, *(mw_span *)nested->pdata[i], "", NULL);
}

/* A relative address takes the base's host. */
static void resolve(mw_arena *arena, mw_url *url, const char *base) {
    mw_url above;
    if (!base || (*url->scheme && url->host) || !mw_url_read(arena, mw_span_of(base), &above) || !above.host)
        return;
    if (*url->scheme)
        return; /* mailto:, data: ... have no base */
    url->scheme = above.scheme;
    if (!url->host) {
        url->host = above.host;
        url->ip = above.ip;
        url->oddities |= above.oddities;
    }
}

static void add(collector *c, mw_link_kind kind, mw_span address, const char *shown, const char *base) {
    mw_link *link = mw_new(c->arena, mw_link);
    link->kind = kind;
    link->shown = shown;
    if (!mw_url_read(c->arena, address, &link->url))
        return;
    resolve(c->arena, &link->url, base);
    if (!*link->url.scheme && !link->url.host)
        return; /* leads nowhere: "#top" */
    const char *key = mw_printf(c->arena, "%d %s %s", kind, link->url.text, shown);
    if (g_hash_table_contains(c->seen, key))
        return;
    if (c->links->all->len >= MW_MAX_LINKS) {
        c->links->left_out++;
        return;
    }
    g_hash_table_add(c->seen, (gpointer)key);
    g_ptr_array_add(c->links->all, link);
    add_nested(c, link);
}

static mw_link_kind kind_of(const char *tag) {
    return strcmp(tag, "form") == 0     ? MW_LINK_FORM
           : strcmp(tag, "meta") == 0   ? MW_LINK_REFRESH
           : strcmp(tag, "iframe") == 0 ? MW_LINK_FRAME
                                        : MW_LINK_ANCHOR;
}

static void count_seen(collector *c, mw_span text) {
    for (size_t i = 0; i < text.len; i++)
        c->links->seen += !g_ascii_isspace(text.data[i]);
}

static void add_html(collector *c, const mw_part *part) {
    char *text = mw_part_text(c->arena, part);
    mw_balance_read(mw_span_of(text), &c->links->balance);
    mw_html *html = mw_html_take(c->arena, text);
    c->links->html = true;
    c->links->n_images += html->n_images;
    for (size_t i = 0; i < MW_VEILS; i++)
        c->links->veiled[i] += html->veiled[i];
    count_seen(c, mw_span_of(html->text));
    c->links->password_field |= html->password_field;
    c->links->left_out += html->n_links - html->links->len;
    for (guint i = 0; i < html->links->len; i++) {
        const mw_html_link *link = html->links->pdata[i];
        add(c, kind_of(link->tag), mw_span_of(link->href), link->text, html->base);
    }
    GPtrArray *written = mw_links_in_text(c->arena, mw_span_of(html->text), MW_MAX_LINKS);
    for (guint i = 0; i < written->len; i++)
        add(c, MW_LINK_TEXT, *(mw_span *)written->pdata[i], "", NULL);
}

static void add_text(collector *c, const mw_part *part) {
    mw_part cut = *part;
    cut.content = mw_span_slice(part->content, 0, MAX_TEXT_SCANNED);
    mw_span text = mw_span_of(mw_part_text(c->arena, &cut));
    count_seen(c, text);
    GPtrArray *written = mw_links_in_text(c->arena, text, MW_MAX_LINKS);
    for (guint i = 0; i < written->len; i++)
        add(c, MW_LINK_TEXT, *(mw_span *)written->pdata[i], "", NULL);
}

/* What is shown as the mail itself: no attachment, and no other mail attached. */
static bool is_shown(const mw_mime *mime, const mw_part *part) {
    for (const mw_part *p = part;; p = &mime->parts[p->parent]) {
        if (p->disposition && strcmp(p->disposition, "attachment") == 0)
            return false;
        if (p != part && strcmp(p->type, "message/rfc822") == 0)
            return false;
        if (p->parent < 0)
            return true;
    }
}

const mw_links *mw_links_read(mw_arena *arena, const mw_mime *mime) {
    mw_links *links = mw_new(arena, mw_links);
    links->all = mw_array_new(arena);
    collector c = {arena, links, g_hash_table_new(g_str_hash, g_str_equal)};
    for (size_t i = 0; i < mime->n_parts; i++) {
        const mw_part *part = &mime->parts[i];
        if (strncmp(part->type, "text/", 5) != 0 || !is_shown(mime, part))
            continue;
        if (strcmp(part->type, "text/html") == 0)
            add_html(&c, part);
        else if (strcmp(part->type, "text/plain") == 0)
            add_text(&c, part);
    }
    g_hash_table_unref(c.seen);
    return links;
}

static bool ends_link(char c) {
    return (unsigned char)c <= ' ' || c == '<' || c == '>' || c == '"' || c == '`' || c == '{' || c == '}' ||
           c == '|';
}

/* What follows a link in a sentence, and is no part of it. */
static bool is_trailing(char c) {
    return strchr(".,;:!?')]*_", c) != NULL;
}

static bool starts_link(mw_span text, size_t at) {
    mw_span here = mw_span_from(text, at);
    if (at && (g_ascii_isalnum(text.data[at - 1]) || text.data[at - 1] == '@' || text.data[at - 1] == '.'))
        return false;
    return mw_span_starts(here, "http://") || mw_span_starts(here, "https://") ||
           (mw_span_starts(here, "www.") && here.len > 4 && !ends_link(here.data[4]));
}

GPtrArray *mw_links_in_text(mw_arena *arena, mw_span text, size_t max) {
    GPtrArray *found = mw_array_new(arena);
    text = mw_span_slice(text, 0, MAX_TEXT_SCANNED);
    for (size_t i = 0; i < text.len && found->len < max; i++) {
        char c = (char)(text.data[i] | 0x20);
        if ((c != 'h' && c != 'w') || !starts_link(text, i))
            continue;
        size_t end = i;
        while (end < text.len && !ends_link(text.data[end]))
            end++;
        size_t next = end;
        while (end > i && is_trailing(text.data[end - 1]))
            end--;
        mw_span link = mw_span_slice(text, i, end);
        i = next;
        if (!starts_link(link, 0))
            continue; /* nothing of it is left but its beginning, as in "www.)" */
        mw_span *span = mw_new(arena, mw_span);
        *span = mw_span_starts(link, "www.")
                    ? mw_span_of(mw_printf(arena, "http://%.*s", (int)MIN(link.len, 4096), link.data))
                    : link;
        g_ptr_array_add(found, span);
    }
    return found;
}
