#include "mail/html.h"
#include "base/limits.h"
#include "base/printable.h"
#include "mail/shades.h"

#include <libxml/HTMLparser.h>

/* libxml2 looks through all open tags at every end tag: when too many are open, a new parser takes over. */
enum { CHUNK = 4096, MAX_OPEN_TAGS = 200, MAX_ATTRIBUTES = 300, MAX_LINK_TEXT = 2048, MAX_HREF = 16384 };

typedef struct reader {
    mw_arena *arena;
    mw_html *html;
    GString *text, *anchor_text;
    mw_html_link *anchor; /* the <a> that is open, or NULL */
    guint root;           /* of the name of the element around all */
    mw_veil veil; /* of the outermost element that a style hides and that is open; its tag, and how many */
    const char *veil_tag; /* of that tag are open within it */
    unsigned veil_depth;
    mw_shades *shades;
    bool sheet;         /* the part has rules of style */
    const char *hidden; /* the element whose text is not seen and that is open: its name; or NULL */
} reader;

static const char *attribute(const xmlChar **attributes, const char *name) {
    for (; attributes && attributes[0]; attributes += 2)
        if (g_ascii_strcasecmp((const char *)attributes[0], name) == 0)
            return attributes[1] ? (const char *)attributes[1] : "";
    return NULL;
}

static char *copied(const reader *r, const char *value) {
    mw_span span = mw_span_trim(mw_span_of(value));
    return mw_utf8(r->arena, mw_span_slice(span, 0, MAX_HREF));
}

static mw_html_link *add_link(reader *r, const char *tag, const char *href) {
    if (r->html->n_links++ >= MW_MAX_LINKS)
        return NULL;
    mw_html_link *link = mw_new(r->arena, mw_html_link);
    *link = (mw_html_link){tag, copied(r, href), ""};
    g_ptr_array_add(r->html->links, link);
    return link;
}

static void close_anchor(reader *r) {
    if (r->anchor)
        r->anchor->text =
            mw_utf8(r->arena, mw_span_trim((mw_span){r->anchor_text->str, r->anchor_text->len}));
    r->anchor = NULL;
    g_string_truncate(r->anchor_text, 0);
}

/* "5; url=http://..." */
static void add_refresh(reader *r, const xmlChar **attributes) {
    const char *kind = attribute(attributes, "http-equiv"), *content = attribute(attributes, "content");
    if (!kind || !content || g_ascii_strcasecmp(kind, "refresh") != 0)
        return;
    size_t at = mw_span_search(mw_span_of(content), "url=");
    if (at == SIZE_MAX)
        return;
    mw_span target = mw_span_trim(mw_span_from(mw_span_of(content), at + 4));
    if (target.len && (target.data[0] == '\'' || target.data[0] == '"'))
        target = mw_span_from(target, 1);
    if (target.len && (target.data[target.len - 1] == '\'' || target.data[target.len - 1] == '"'))
        target.len--;
    add_link(r, "meta", mw_span_dup(r->arena, target));
}

/* A mail may hold millions of tags: most differ in the first letter. */
static bool is_tag(const char *tag, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (tag[0] == names[i][0] && strcmp(tag, names[i]) == 0)
            return true;
    return false;
}

static bool is_hidden(const char *tag) {
    static const char *const names[] = {"script", "style", "title", "template", "noscript"};
    return is_tag(tag, names, G_N_ELEMENTS(names));
}

static bool is_block(const char *tag) {
    static const char *const names[] = {"p",  "br",    "div", "tr", "td", "th", "li", "ul",
                                        "ol", "table", "h1",  "h2", "h3", "h4", "hr", "blockquote"};
    return is_tag(tag, names, G_N_ELEMENTS(names));
}

static void add_seen(GString *out, const char *data, size_t len, size_t max) {
    for (size_t i = 0; i < len && out->len < max; i++) {
        char c = data[i];
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\0') {
            if (out->len && out->str[out->len - 1] != ' ')
                g_string_append_c(out, ' ');
        } else {
            g_string_append_c(out, c);
        }
    }
}

static bool is_void(const char *tag) {
    static const char *const names[] = {"img", "br", "hr", "input", "meta", "link", "base", "area", "col"};
    return is_tag(tag, names, G_N_ELEMENTS(names));
}

static void lower_veil(reader *r, const char *tag, const xmlChar **attributes) {
    if (r->veil) {
        r->veil_depth += strcmp(tag, r->veil_tag) == 0;
    } else if (!is_void(tag) && (r->veil = mw_veil_of(attribute(attributes, "style")))) {
        r->veil_tag = mw_strdup(r->arena, tag);
        r->veil_depth = 1;
    }
}

static void count_veiled(reader *r, const xmlChar *text, int len) {
    mw_veil veil = r->veil ? r->veil : mw_shades_hide(r->shades) ? MW_VEIL_COLOUR : MW_VEIL_NONE;
    for (int i = 0; veil && i < len; i++)
        r->html->veiled[veil] += !g_ascii_isspace(text[i]) && (text[i] & 0xc0) != 0x80;
}

static void enter_shade(reader *r, const char *tag, const xmlChar **attributes) {
    r->sheet |= strcmp(tag, "style") == 0;
    mw_shades_enter(r->shades,
                    &(mw_dress){.style = attribute(attributes, "style"),
                                .color = strcmp(tag, "font") == 0 ? attribute(attributes, "color") : NULL,
                                .bgcolor = attribute(attributes, "bgcolor"),
                                .sheet = r->sheet,
                                .picture = attribute(attributes, "background") != NULL});
}

static void start_element(void *data, const xmlChar *name, const xmlChar **attributes) {
    reader *r = data;
    const char *tag = (const char *)name, *value;
    if (is_hidden(tag) && !r->hidden)
        r->hidden = mw_strdup(r->arena, tag);
    lower_veil(r, tag, attributes);
    enter_shade(r, tag, attributes);
    if (is_block(tag))
        add_seen(r->text, " ", 1, MW_MAX_VISIBLE_TEXT);
    if (strcmp(tag, "a") == 0) {
        close_anchor(r);
        if ((value = attribute(attributes, "href")) != NULL)
            r->anchor = add_link(r, "a", value);
    } else if (strcmp(tag, "area") == 0 && (value = attribute(attributes, "href")) != NULL) {
        add_link(r, "area", value);
    } else if (strcmp(tag, "form") == 0 && (value = attribute(attributes, "action")) != NULL) {
        add_link(r, "form", value);
    } else if (strcmp(tag, "iframe") == 0 && (value = attribute(attributes, "src")) != NULL) {
        add_link(r, "iframe", value);
    } else if (strcmp(tag, "meta") == 0) {
        add_refresh(r, attributes);
    } else if (strcmp(tag, "base") == 0 && !r->html->base &&
               (value = attribute(attributes, "href")) != NULL) {
        r->html->base = copied(r, value);
    } else if (strcmp(tag, "img") == 0) {
        r->html->n_images++;
    } else if (strcmp(tag, "input") == 0 && (value = attribute(attributes, "type")) != NULL) {
        r->html->password_field |= g_ascii_strcasecmp(value, "password") == 0;
    }
}

static void end_element(void *data, const xmlChar *name) {
    reader *r = data;
    mw_shades_leave(r->shades);
    if (r->hidden && strcmp(r->hidden, (const char *)name) == 0)
        r->hidden = NULL;
    if (r->veil && strcmp((const char *)name, r->veil_tag) == 0 && --r->veil_depth == 0)
        r->veil = MW_VEIL_NONE;
    if (strcmp((const char *)name, "a") == 0)
        close_anchor(r);
    if (is_block((const char *)name))
        add_seen(r->text, " ", 1, MW_MAX_VISIBLE_TEXT);
}

static void characters(void *data, const xmlChar *text, int len) {
    reader *r = data;
    if (r->hidden || len <= 0)
        return;
    count_veiled(r, text, len);
    add_seen(r->text, (const char *)text, (size_t)len, MW_MAX_VISIBLE_TEXT);
    if (r->anchor)
        add_seen(r->anchor_text, (const char *)text, (size_t)len, MAX_LINK_TEXT);
}

/* Everything stands in one more element, which no mail closes: libxml2 stops reading when none is open any
 * more. Its name comes from the text, so that nobody can write its end tag on purpose. */
static htmlParserCtxtPtr new_parser(reader *r) {
    static htmlSAXHandler handler = {
        .startElement = start_element,
        .endElement = end_element,
        .characters = characters,
        .ignorableWhitespace = characters,
    };
    htmlParserCtxtPtr parser = htmlCreatePushParserCtxt(&handler, r, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
    if (!parser)
        return NULL;
    htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                   HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC | HTML_PARSE_NODEFDTD |
                                   HTML_PARSE_NOIMPLIED);
    char root[32];
    g_snprintf(root, sizeof root, "<mw%08x>", r->root);
    htmlParseChunk(parser, root, (int)strlen(root), 0);
    return parser;
}

static void end_parser(htmlParserCtxtPtr parser) {
    htmlParseChunk(parser, NULL, 0, 1);
    if (parser->myDoc)
        xmlFreeDoc(parser->myDoc);
    htmlFreeParserCtxt(parser);
}

/* Behind the first ">" from the tag at "at" on; 0: there is none. *monster: the tag is longer than a mail's
 * is, or has more attributes: libxml2 would compare each with all others. A ">" within quotes may end it or
 * not, which hangs on what stands in front, so both are thought of; without its beginning the rest of a
 * monster is text. */
static size_t end_of_tag(mw_span text, size_t at, bool *monster) {
    size_t words = 0, end = 0;
    char quote = 0, before = 0; /* the last byte that is no blank */
    for (size_t i = at + 1; i < text.len; i++) {
        char c = text.data[i];
        end = !end && c == '>' ? i + 1 : end;
        *monster = words > MAX_ATTRIBUTES || i - at > MW_MAX_TAG;
        if ((c == '>' && !quote) || (end && *monster))
            return end;
        bool blank = g_ascii_isspace(c);
        words += (blank || c == '/') && !g_ascii_isspace(text.data[i - 1]);
        if (quote)
            quote = c == quote ? 0 : quote;
        else if ((c == '"' || c == '\'') && before == '=')
            quote = c;
        before = blank ? before : c;
    }
    return end;
}

/* Behind the comment at "at", as libxml2 sees it: one without an end goes on to the end of the text. */
static size_t end_of_comment(mw_span text, size_t at) {
    enum { OPEN = 4, CLOSE = 3 };
    size_t found = mw_span_search(mw_span_from(text, at + OPEN), "-->");
    return found == SIZE_MAX ? text.len : at + OPEN + found + CLOSE;
}

/* Where the text of a script or style sheet ends, which holds no tags and no comments; at: for other tags. */
static size_t end_of_raw(mw_span text, mw_span tag, size_t at) {
    static const char *const ends[] = {"</script", "</style"};
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        const char *name = ends[i] + 2;
        if (mw_span_starts(mw_span_from(tag, 1), name) && !g_ascii_isalnum(tag.data[1 + strlen(name)])) {
            size_t found = mw_span_search(mw_span_from(text, at), ends[i]);
            return found == SIZE_MAX ? text.len : at + found;
        }
    }
    return at;
}

/* Takes such tags out of the text, and comments of that length; its length then. */
static size_t drop_monsters(char *bytes, size_t size) {
    mw_span text = {bytes, size};
    size_t len = 0, done = 0;
    for (size_t at = 0; at < size; at++) {
        const char *open = memchr(bytes + at, '<', size - at);
        if (!open)
            break;
        at = (size_t)(open - bytes);
        mw_span here = mw_span_from(text, at);
        bool comment = mw_span_starts(here, "<!--"), monster = false;
        if (here.len < 2 || !(comment || g_ascii_isalpha(open[1]) || open[1] == '/'))
            continue;
        size_t end = comment ? end_of_comment(text, at) : end_of_tag(text, at, &monster);
        end = end ? end : size;
        if (comment)
            monster = end - at > MW_MAX_TAG;
        else if (!monster)
            end = end_of_raw(text, mw_span_slice(text, at, end), end);
        if (monster) {
            memmove(bytes + len, bytes + done, at - done);
            len += at - done;
            done = end;
        }
        at = end - 1;
    }
    memmove(bytes + len, bytes + done, size - done);
    return len + size - done;
}

/* A piece that ends behind a tag, if one does: a new parser may start there. */
static size_t piece(mw_span rest) {
    size_t len = MIN(rest.len, CHUNK);
    for (size_t i = len; i > 0 && len < rest.len; i--)
        if (rest.data[i - 1] == '>')
            return i;
    return len;
}

static void parse(reader *r, mw_span text) {
    htmlParserCtxtPtr parser = new_parser(r);
    while (parser && text.len) {
        size_t len = piece(text);
        htmlParseChunk(parser, text.data, (int)len, 0);
        text = mw_span_from(text, len);
        if (parser->nameNr > MAX_OPEN_TAGS && !r->hidden) {
            /* What is open stays open for the links: only the parser is a new one. */
            mw_html_link *anchor = r->anchor;
            r->anchor = NULL;
            end_parser(parser);
            r->anchor = anchor;
            parser = new_parser(r);
        }
    }
    if (parser)
        end_parser(parser);
    close_anchor(r);
}

mw_html *mw_html_take(mw_arena *arena, char *utf8) {
    static gsize started;
    if (g_once_init_enter(&started)) {
        xmlInitParser();
        g_once_init_leave(&started, 1);
    }
    mw_html *html = mw_new(arena, mw_html);
    html->links = mw_array_new(arena);
    reader r = {.arena = arena, .html = html, .text = g_string_new(NULL), .anchor_text = g_string_new(NULL)};
    r.shades = mw_shades_new(arena);
    r.root = g_str_hash(utf8);
    parse(&r, (mw_span){utf8, drop_monsters(utf8, strlen(utf8))});
    html->text = mw_utf8(arena, mw_span_trim((mw_span){r.text->str, r.text->len}));
    g_string_free(r.text, TRUE);
    g_string_free(r.anchor_text, TRUE);
    return html;
}

mw_html *mw_html_read(mw_arena *arena, mw_span text) {
    return mw_html_take(arena, mw_utf8(arena, text));
}
