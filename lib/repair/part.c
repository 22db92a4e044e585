#include "repair/expand.h"

static const char *type_words(mw_arena *arena, mw_span type) {
    mw_span rest = type;
    return type.data ? mw_repair_excerpt(arena, mw_span_cut(&rest, ';'), 40) : "text/plain";
}

/* The part that an attached message (RFC 2046 section 5.2.1) is: its own header and content. */
static mw_repair_part attached_message(const mw_repair_text *text, const mw_repair_part *part) {
    mw_repair_part inner = *part;
    inner.header = part->content;
    inner.content = part->end;
    for (size_t i = part->content; i < part->end; i++) {
        if (mw_repair_lines(text, i, i + 1).len == 2) {
            inner.content = i + 1;
            break;
        }
    }
    return inner;
}

/* The field of the part was the message's. */
static mw_span hint_field(mw_arena *arena, mw_repair_node *n, const mw_repair_text *text,
                          const mw_repair_part *part, const char *name) {
    mw_span value = mw_repair_part_field(text, part, name, NULL, NULL);
    if (value.data)
        value = mw_span_of(mw_span_dup(arena, value));
    mw_repair_node_set_hint(n, name, value);
    return value;
}

/* The part was the whole body, and what is in its header was in the message's. */
static void expand_unwrapped(mw_repair_tree *tree, const mw_repair_node *from, const mw_repair_part *part,
                             size_t number) {
    static const char *const of_part[] = {"Content-Disposition", "Content-ID", "Content-Language",
                                          "Content-Description"};
    static const char *const of_mail[] = {"From",   "To",          "Cc",        "Subject",
                                          "Date",   "Message-ID",  "Reply-To",  "MIME-Version",
                                          "Sender", "In-Reply-To", "References"};
    mw_arena *arena = tree->run->scratch;
    const mw_repair_text *text = from->text;
    bool attached = mw_repair_is_type(part->type, "message/rfc822");
    mw_repair_part inner = attached ? attached_message(text, part) : *part;
    mw_repair_node *n = mw_repair_node_new(from, NULL);
    mw_repair_node_add_edit(tree, n, MW_REPAIR_PART,
                            mw_printf(arena, "the whole text was put into a %s, as its part %zu",
                                      attached ? "message that carries it" : type_words(arena, from->type),
                                      number));
    n->type = hint_field(arena, n, text, &inner, "Content-Type");
    n->encoding = hint_field(arena, n, text, &inner, "Content-Transfer-Encoding");
    for (size_t i = 0; i < G_N_ELEMENTS(of_part); i++)
        hint_field(arena, n, text, &inner, of_part[i]);
    for (size_t i = 0; attached && i < G_N_ELEMENTS(of_mail); i++)
        hint_field(arena, n, text, &inner, of_mail[i]);
    mw_span piece = mw_repair_canonical(text, inner.content, inner.end);
    mw_span raw = mw_repair_lines(text, inner.content, inner.end);
    if (!mw_repair_tree_try(tree, n, NULL, &piece, 1) && raw.len <= MW_REPAIR_MAX_KEPT)
        mw_repair_node_set_text(tree, n, raw);
    mw_repair_tree_keep(tree, n);
}

static void expand_dropped(mw_repair_tree *tree, const mw_repair_node *from, const mw_repair_part *part) {
    mw_arena *arena = tree->run->scratch;
    const mw_repair_text *text = from->text;
    const char *beginning = mw_repair_beginning(arena, mw_repair_lines(text, part->content, part->end));
    mw_span pieces[] = {mw_repair_canonical(text, 0, part->delimiter),
                        mw_repair_canonical(text, part->end, text->n_lines)};
    mw_repair_node *n = mw_repair_node_new(from, NULL);
    mw_repair_node_add_edit(tree, n, MW_REPAIR_PART,
                            mw_printf(arena, "a part (%s%s%s) was added to the mail",
                                      type_words(arena, part->type), beginning ? ", beginning " : "",
                                      beginning ? beginning : ""));
    if (!mw_repair_tree_try(tree, n, NULL, pieces, 2) && text->raw.len <= MW_REPAIR_MAX_KEPT) {
        g_autoptr(GString) raw = g_string_sized_new(text->raw.len);
        mw_span_append(raw, mw_repair_lines(text, 0, part->delimiter));
        mw_span_append(raw, mw_repair_lines(text, part->end, text->n_lines));
        mw_repair_node_set_text(tree, n, mw_span_of_string(raw));
    }
    mw_repair_tree_keep(tree, n);
}

/* Words in front of the first part that somebody took away. */
static void expand_preambles(mw_repair_tree *tree, const mw_repair_node *from) {
    static const mw_span preambles[] = {
        MW_SPAN_INIT("This is a multi-part message in MIME format.\r\n"),
        MW_SPAN_INIT("This is a multipart message in MIME format.\r\n"),
        MW_SPAN_INIT("This is a cryptographically signed message in MIME format.\r\n"),
        MW_SPAN_INIT("This is a MIME-encapsulated message\r\n"),
        MW_SPAN_INIT("This is an OpenPGP/MIME signed message (RFC 4880 and 3156)\r\n"),
        MW_SPAN_INIT("This message is in MIME format.\r\n"),
    };
    mw_span whole = from->text->canonical;
    while (mw_span_starts(whole, "\r\n"))
        whole = mw_span_from(whole, 2);
    if (!mw_span_starts(whole, "--"))
        return;
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(preambles) && !tree->found && mw_repair_on_time(tree->run); i++) {
        const mw_span pieces[] = {preambles[i / 2], i % 2 ? (mw_span){"", 0} : MW_SPAN("\r\n"), whole};
        const mw_repair_edit *edit =
            mw_repair_edit_new(tree->run->scratch, MW_REPAIR_PART,
                               "the line in front of the first part of the mail was taken away");
        mw_repair_tree_try(tree, from, edit, pieces, 3);
    }
}

/* What was added stands last, as a rule. */
void mw_repair_expand_parts(mw_repair_tree *tree, const mw_repair_node *from) {
    g_autoptr(GArray) parts = mw_repair_parts(from->text, from->type, from->encoding);
    size_t number = 0;
    for (guint i = 1; i < parts->len && !tree->found && mw_repair_on_time(tree->run); i++) {
        const mw_repair_part *part = &g_array_index(parts, mw_repair_part, i);
        if (part->parent == 0)
            expand_unwrapped(tree, from, part, ++number);
    }
    for (guint i = parts->len; i-- > 1 && !tree->found && mw_repair_on_time(tree->run);) {
        const mw_repair_part *part = &g_array_index(parts, mw_repair_part, i);
        if (part->parent > 0 || parts->len > 2)
            expand_dropped(tree, from, part);
    }
    if (!tree->found && parts->len > 1)
        expand_preambles(tree, from);
}
