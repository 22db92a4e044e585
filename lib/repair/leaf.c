#include "repair/leaf.h"

enum {
    MAX_FOOTER_LINES = 60,
    MAX_BANNER_LINES = 30,
    MAX_BLOCKS = 120,         /* at each end of an HTML part */
    MAX_DECODED = 256 * 1024, /* bytes of a part that is decoded and encoded again */
    MAX_EDITED = 1024 * 1024, /* the same of a part that is edited as it stands */
};

typedef struct leaf {
    mw_repair_run *run;
    const mw_repair_text *text;
    const mw_repair_part *part;
    size_t *room;
    mw_repair_slot *slot;
    const char *name; /* "the HTML part" */
    mw_repair_coding coding;
    bool decoded;  /* what is edited is the decoded content */
    size_t width;  /* of its lines, when it is encoded again */
    unsigned mark; /* of what the next choice takes away */
} leaf;

/* The letters and digits of a text, without tags and entities where it is HTML: a number that is the same for
 * the same words. 0 when there are none. */
static unsigned mark_of(mw_span text, bool html) {
    unsigned hash = 5381;
    size_t letters = 0;
    bool tag = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (html && c == '<')
            tag = true;
        else if (html && c == '>')
            tag = false;
        else if (html && !tag && c == '&') {
            size_t end = mw_span_find(mw_span_slice(text, i, i + 10), ';');
            i += end == SIZE_MAX ? 0 : end;
        } else if (!tag && g_ascii_isalnum(c)) {
            hash = hash * 33 + (unsigned char)g_ascii_tolower(c);
            letters++;
        }
    }
    return letters < 4 ? 0 : hash ? hash : 1;
}

/* The same of encoded text. */
static unsigned mark_of_raw(const leaf *l, mw_span raw) {
    bool html = mw_repair_is_type(l->part->type, "text/html");
    if (l->coding != MW_CODING_QP)
        return mark_of(raw, html);
    g_autoptr(GString) plain = mw_repair_decode(raw, MW_CODING_QP);
    return plain ? mark_of(mw_span_of_string(plain), html) : 0;
}

static void add(leaf *l, mw_span canonical, unsigned cost, mw_repair_kind kind, const char *words) {
    mw_repair_charge(l->run, 2 * MW_REPAIR_WORK_CANDIDATE);
    mw_repair_choice choice = {
        .first = l->slot->texts->len, .cost = cost, .mark = l->mark, .edit = {kind, words}};
    l->mark = 0;
    g_array_append_val(l->slot->texts, canonical);
    g_array_append_val(l->slot->choices, choice);
}

/* The canonical form of header (canonical already) and content. */
static bool add_content(leaf *l, mw_span header, mw_span content, unsigned cost, mw_repair_kind kind,
                        const char *words) {
    size_t need = header.len + content.len + 2;
    if (need > *l->room)
        return false;
    g_autoptr(GString) out = g_string_sized_new(need);
    mw_span_append(out, header);
    g_autoptr(GString) ended = NULL;
    if (content.len && !mw_span_ends(content, "\r\n")) {
        ended = g_string_new_len(content.data, (gssize)content.len);
        g_string_append(ended, "\r\n");
        content = mw_span_of_string(ended);
    }
    mw_repair_canonicalise(out, content, l->run->canon);
    *l->room -= need;
    mw_repair_charge(l->run, need * MW_REPAIR_WORK_TEXT);
    add(l, mw_span_copy(l->run->scratch, mw_span_of_string(out)), cost, kind, words);
    return true;
}

static mw_span header_of(const leaf *l) {
    return mw_repair_canonical(l->text, l->part->delimiter, l->part->content);
}

/* ---- lines ---- */

static void add_footers(leaf *l) {
    const mw_repair_part *p = l->part;
    size_t stop = p->end - MIN(p->end - p->content, MAX_FOOTER_LINES);
    for (size_t cut = p->end; cut-- > MAX(stop, p->content);) {
        mw_span removed = mw_repair_lines(l->text, cut, p->end);
        const char *beginning = mw_repair_beginning(l->run->scratch, removed);
        size_t n = mw_repair_count_lines(removed);
        if (!beginning)
            continue;
        l->mark = mark_of_raw(l, removed);
        add(l, mw_repair_canonical(l->text, p->delimiter, cut), 1, MW_REPAIR_FOOTER,
            mw_printf(l->run->scratch, "%s added at the end of %s, beginning %s",
                      mw_repair_count_were(l->run->scratch, n, "line"), l->name, beginning));
    }
}

static void add_banners(leaf *l) {
    const mw_repair_part *p = l->part;
    size_t stop = p->content + MIN(p->end - p->content, MAX_BANNER_LINES);
    for (size_t start = p->content + 1; start < stop; start++) {
        mw_span removed = mw_repair_lines(l->text, p->content, start);
        const char *beginning = mw_repair_beginning(l->run->scratch, removed);
        size_t n = mw_repair_count_lines(removed);
        const char *words =
            beginning ? mw_printf(l->run->scratch, "%s put at the start of %s, beginning %s",
                                  mw_repair_count_were(l->run->scratch, n, "line"), l->name, beginning)
                      : mw_printf(l->run->scratch, "an empty line was put at the start of %s", l->name);
        l->mark = mark_of_raw(l, removed);
        if (!add_content(l, header_of(l), mw_repair_lines(l->text, start, p->end), 1, MW_REPAIR_BANNER,
                         words))
            return;
    }
}

/* ---- blocks of HTML, and edits of what is encoded ---- */

static const char *visible_beginning(mw_arena *arena, mw_span html) {
    g_autoptr(GString) out = g_string_new(NULL);
    bool tag = false;
    for (size_t i = 0; i < html.len && out->len < 400; i++) {
        char c = html.data[i];
        if (c == '<')
            tag = true;
        else if (c == '>' && tag)
            tag = false;
        else if (!tag)
            g_string_append_c(out, c);
    }
    const char *text = mw_repair_beginning(arena, mw_span_of_string(out));
    return text ? text : mw_repair_beginning(arena, html);
}

/* Adds the content without the bytes from to to (not included). */
static bool add_without(leaf *l, mw_span content, size_t from, size_t to, unsigned cost,
                        mw_repair_kind kind) {
    mw_span removed = mw_span_slice(content, from, to);
    const char *beginning = visible_beginning(l->run->scratch, removed);
    if (!beginning || content.len > *l->room)
        return beginning == NULL;
    g_autoptr(GString) left = g_string_new_len(content.data, (gssize)from);
    g_string_append_len(left, content.data + to, (gssize)(content.len - to));
    const char *words =
        mw_printf(l->run->scratch, "text was put %s of %s, beginning %s",
                  kind == MW_REPAIR_BANNER ? "at the start" : "at the end", l->name, beginning);
    mw_span bytes = {left->str, left->len};
    l->mark = mark_of(removed, mw_repair_is_type(l->part->type, "text/html"));
    if (!l->decoded)
        return add_content(l, header_of(l), bytes, cost, kind, words);
    g_autoptr(GString) encoded = l->coding == MW_CODING_BASE64 ? mw_repair_base64(bytes, l->width)
                                                               : mw_repair_qp(bytes, l->width, false);
    return add_content(l, header_of(l), mw_span_of_string(encoded), cost, kind, words);
}

static size_t find_last(mw_span text, const char *what) {
    size_t at = SIZE_MAX;
    for (size_t from = 0, n; (n = mw_span_search(mw_span_from(text, from), what)) != SIZE_MAX; from = at + 1)
        at = from + n;
    return at;
}

/* A tag at which a block may begin or end. */
static unsigned block_cost(mw_span tag) {
    static const char *const often[] = {"div", "table", "p", "hr", "br", "center", "section"};
    tag = mw_span_from(tag, 1);
    if (tag.len && tag.data[0] == '/')
        tag = mw_span_from(tag, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(often); i++) {
        size_t n = strlen(often[i]);
        if (mw_span_starts(tag, often[i]) && tag.len > n && !g_ascii_isalnum(tag.data[n]))
            return 1;
    }
    return 2;
}

static void add_top_blocks(leaf *l, mw_span html) {
    size_t body = mw_span_search(html, "<body"), from = 0;
    if (body != SIZE_MAX) {
        size_t n = mw_span_find(mw_span_from(html, body), '>');
        if (n == SIZE_MAX)
            return;
        from = body + n + 1;
    }
    size_t tag = from;
    for (size_t i = from, n = 0; i < html.len && n < MAX_BLOCKS; i++) {
        if (html.data[i] == '<')
            tag = i;
        if (html.data[i] != '>')
            continue;
        n++;
        unsigned cost = block_cost(mw_span_from(html, tag));
        if (!add_without(l, html, from, i + 1, cost, MW_REPAIR_BANNER))
            return;
        if (mw_span_starts(mw_span_from(html, i + 1), "\r\n") &&
            !add_without(l, html, from, i + 3, cost, MW_REPAIR_BANNER))
            return;
    }
}

static void add_bottom_blocks(leaf *l, mw_span html) {
    size_t to = find_last(html, "</body");
    if (to == SIZE_MAX)
        to = find_last(html, "</html");
    if (to == SIZE_MAX)
        to = html.len;
    for (size_t i = to, n = 0; i-- > 0 && n < MAX_BLOCKS;) {
        if (html.data[i] != '<')
            continue;
        n++;
        unsigned cost = block_cost(mw_span_from(html, i));
        size_t from = i >= 2 && html.data[i - 1] == '\n' && html.data[i - 2] == '\r' ? i - 2 : i;
        if (!add_without(l, html, i, to, cost, MW_REPAIR_FOOTER) ||
            (from != i && !add_without(l, html, from, to, cost, MW_REPAIR_FOOTER)))
            return;
    }
}

/* Lines at both ends of decoded content; their ends are LF or CRLF. */
static void add_decoded_lines(leaf *l, mw_span content) {
    size_t at = content.len, n = 0;
    while (at > 0 && n++ < MAX_FOOTER_LINES / 2) {
        size_t start = at - 1;
        while (start > 0 && content.data[start - 1] != '\n')
            start--;
        if (start && !add_without(l, content, start, content.len, 1, MW_REPAIR_FOOTER))
            return;
        at = start;
    }
    at = 0;
    for (n = 0; n < MAX_BANNER_LINES / 2; n++) {
        size_t line = mw_span_find(mw_span_from(content, at), '\n');
        if (line == SIZE_MAX)
            return;
        at += line + 1;
        if (at == content.len || !add_without(l, content, 0, at, 1, MW_REPAIR_BANNER))
            return;
    }
}

static size_t width_of(mw_span content) {
    size_t n = mw_span_find(content, '\r');
    return n == SIZE_MAX || n < 4 ? 76 : n;
}

static void add_decoded(leaf *l, mw_span content, bool html) {
    g_autoptr(GString) decoded = mw_repair_decode(content, l->coding);
    if (!decoded)
        return;
    mw_span bytes = {decoded->str, decoded->len};
    l->decoded = true;
    l->width = l->coding == MW_CODING_BASE64 ? width_of(content) : 76;
    if (l->coding == MW_CODING_BASE64)
        add_decoded_lines(l, bytes);
    if (html) {
        add_top_blocks(l, bytes);
        add_bottom_blocks(l, bytes);
    }
    l->decoded = false;
}

void mw_repair_leaf_choices(mw_repair_run *run, const mw_repair_text *text, const mw_repair_part *part,
                            size_t number, size_t *room, mw_repair_slot *slot) {
    bool html = mw_repair_is_type(part->type, "text/html");
    bool plain = !part->type.data || mw_repair_is_type(part->type, "text/plain");
    leaf l = {.run = run, .text = text, .part = part, .room = room, .slot = slot};
    l.coding = mw_repair_coding_of(part->encoding);
    l.name = part->parent < 0 ? "the text"
             : html           ? "the HTML part"
             : plain          ? "the text part"
                              : mw_printf(run->scratch, "part %zu", number);
    add(&l, mw_repair_canonical(text, part->delimiter, part->end), 0, MW_REPAIR_FIELD, NULL);
    mw_span content = mw_repair_lines(text, part->content, part->end);
    if (part->parent >= 0 && number > 1) {
        const char *type = part->type.data ? mw_repair_excerpt(run->scratch, part->type, 40) : "text/plain";
        add(&l, (mw_span){"", 0}, 1, MW_REPAIR_PART,
            mw_printf(run->scratch, "part %zu (%s) was added", number, type));
    }
    if (!(html || plain) || content.len > MAX_EDITED)
        return;
    if (l.coding != MW_CODING_BASE64) {
        add_footers(&l);
        add_banners(&l);
    }
    if (l.coding == MW_CODING_PLAIN && html) {
        add_top_blocks(&l, content);
        add_bottom_blocks(&l, content);
    } else if (l.coding != MW_CODING_PLAIN && content.len <= MAX_DECODED) {
        add_decoded(&l, content, html);
    }
}
