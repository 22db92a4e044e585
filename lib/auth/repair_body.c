#include "auth/repair_body.h"
#include "auth/repair_leaf.h"

enum {
    MAX_NODES = 400,             /* bodies that are kept for a second edit */
    MAX_KEPT = 4 * 1024 * 1024,  /* bytes of one of them */
    MAX_ROOM = 12 * 1024 * 1024, /* bytes of choices at once */
    MAX_BANNER_LINES = 40,
    MAX_ATTACHMENT = 64 * 1024, /* bytes of a part that is no text and gets all forms of its encoding */
    MAX_CUT_LINES = 24,         /* lines at the end of a part that was encoded anew with them */
    MAX_RUN_TEXT = 400,         /* lines of a body in which a run of lines is looked for */
    MAX_RUN = 60,               /* lines of that run */
};

/* A body with some edits undone. */
typedef struct node {
    mw_repair_text *text;
    GPtrArray *edits; /* of const mw_repair_edit *, in the order in which they were undone */
    GArray *hints;    /* of mw_repair_hint */
    mw_span type, encoding;
    unsigned depth;
} node;

typedef struct search {
    mw_repair_run *run;
    GPtrArray *nodes; /* of node *; the first is the body as it stands */
    mw_repair_body *out;
    bool found;
} search;

static void node_free(void *data) {
    node *n = data;
    mw_repair_text_free(n->text);
    g_ptr_array_free(n->edits, TRUE);
    g_array_free(n->hints, TRUE);
    g_free(n);
}

static void add_edit(GPtrArray *edits, mw_arena *arena, mw_repair_kind kind, const char *words) {
    mw_repair_edit *edit = mw_new(arena, mw_repair_edit);
    *edit = (mw_repair_edit){kind, words};
    g_ptr_array_add(edits, edit);
}

/* ---- a match ---- */

static void report(search *s, const node *n) {
    s->found = true;
    for (guint i = 0; i < n->edits->len; i++)
        g_ptr_array_add(s->out->edits, n->edits->pdata[i]);
    for (guint i = 0; i < n->hints->len; i++) {
        mw_repair_hint hint = g_array_index(n->hints, mw_repair_hint, i);
        if (hint.value.data)
            hint.value = mw_span_of(mw_span_dup(s->run->scratch, hint.value));
        g_array_append_val(s->out->hints, hint);
    }
}

static const char *were(size_t n) {
    return n == 1 ? "was" : "were";
}

static void report_footer(search *s, const mw_span *pieces, size_t n_pieces, size_t bytes) {
    mw_arena *arena = s->run->scratch;
    g_autoptr(GString) removed = g_string_new(NULL);
    for (size_t i = n_pieces; i-- > 0 && bytes;) {
        size_t n = MIN(bytes, pieces[i].len);
        g_string_prepend_len(removed, pieces[i].data + pieces[i].len - n, (gssize)n);
        bytes -= n;
    }
    mw_span text = {removed->str, removed->len};
    const char *beginning = mw_repair_beginning(arena, text);
    size_t lines = mw_repair_count_lines(text);
    if (!beginning)
        return; /* empty lines at the end never count */
    add_edit(s->out->edits, arena, MW_REPAIR_FOOTER,
             mw_printf(arena, "%s %s added at the end of the text, beginning %s",
                       mw_repair_count(arena, lines, "line"), were(lines), beginning));
}

/* Tries pieces, whole and with lines at the end left out. Reports a match with the node's edits before it;
 * edit (may be NULL) is one more. */
static bool try_pieces(search *s, const node *n, const mw_repair_edit *edit, const mw_span *pieces,
                       size_t n_pieces) {
    int64_t left_out = mw_repair_try(s->run, pieces, n_pieces, true);
    if (left_out == MW_REPAIR_NO_MATCH)
        return false;
    report(s, n);
    if (edit)
        g_ptr_array_add(s->out->edits, (gpointer)edit);
    if (left_out > 0)
        report_footer(s, pieces, n_pieces, (size_t)left_out);
    return true;
}

/* ---- nodes ---- */

static node *node_new(const node *from, mw_repair_text *text) {
    node *n = g_new0(node, 1);
    n->text = text;
    n->edits = g_ptr_array_new();
    n->hints = g_array_new(FALSE, FALSE, sizeof(mw_repair_hint));
    if (from) {
        n->type = from->type;
        n->encoding = from->encoding;
        n->depth = from->depth + 1;
        for (guint i = 0; i < from->edits->len; i++)
            g_ptr_array_add(n->edits, from->edits->pdata[i]);
        g_array_append_vals(n->hints, from->hints->data, from->hints->len);
    }
    return n;
}

/* Keeps it for a further edit where it has a text that is small enough. Takes the node. */
static void keep(search *s, node *n) {
    if (!s->found && n->text && s->nodes->len < MAX_NODES && n->text->raw.len <= MAX_KEPT)
        g_ptr_array_add(s->nodes, n);
    else
        node_free(n);
}

static void offer(search *s, node *n) {
    mw_span whole = n->text->canonical;
    if (!s->found && !s->run->over)
        try_pieces(s, n, NULL, &whole, 1);
    keep(s, n);
}

/* A text that owns what it is made of; NULL where it has too many lines. */
static mw_repair_text *text_of(search *s, mw_span raw) {
    mw_repair_text *text = mw_repair_text_new(raw, s->run->canon);
    if (text && !text->own_raw) {
        text->own_raw = g_string_new_len(raw.data, (gssize)raw.len);
        text->raw = (mw_span){text->own_raw->str, text->own_raw->len};
        if (s->run->canon == MW_CANON_SIMPLE)
            text->canonical = text->raw;
    }
    return text;
}

/* A new node of raw, with one more edit; NULL where it can't be. */
static node *child_of(search *s, const node *from, mw_span raw, mw_repair_kind kind, const char *words) {
    mw_repair_text *text = text_of(s, raw);
    if (!text)
        return NULL;
    node *n = node_new(from, text);
    add_edit(n->edits, s->run->scratch, kind, words);
    return n;
}

static void hint(node *n, const char *name, mw_span value) {
    mw_repair_hint h = {name, value};
    for (guint i = 0; i < n->hints->len; i++) {
        if (strcmp(g_array_index(n->hints, mw_repair_hint, i).name, name) == 0) {
            g_array_index(n->hints, mw_repair_hint, i) = h;
            return;
        }
    }
    g_array_append_val(n->hints, h);
}

/* ---- edits of the whole ---- */

static void expand_undos(search *s, const node *from) {
    for (unsigned which = 0; which < MW_REPAIR_UNDOS && !s->found; which++) {
        mw_repair_edit edit;
        if (!mw_repair_on_time(s->run))
            return;
        GString *raw = mw_repair_undo(s->run->scratch, from->text->raw, s->run->canon, which, &edit);
        if (!raw)
            continue;
        mw_repair_text *text = mw_repair_text_new((mw_span){raw->str, raw->len}, s->run->canon);
        if (!text || text->own_raw) { /* no CRLF at its end: the text has its own copy */
            g_string_free(raw, TRUE);
            if (!text)
                continue;
        } else {
            text->own_raw = raw;
        }
        node *n = node_new(from, text);
        add_edit(n->edits, s->run->scratch, edit.kind, edit.words);
        offer(s, n);
    }
}

static const char *type_words(mw_arena *arena, mw_span type) {
    mw_span rest = type;
    return type.data ? mw_repair_excerpt(arena, mw_span_cut(&rest, ';'), 40) : "text/plain";
}

/* The part was the whole body, and what is in its header was in the message's. */
static void expand_unwrapped(search *s, const node *from, const mw_repair_part *part, size_t number) {
    static const char *const names[] = {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition",
                                        "Content-ID",   "Content-Language",          "Content-Description"};
    mw_arena *arena = s->run->scratch;
    const mw_repair_text *text = from->text;
    bool attached = mw_repair_is_type(part->type, "message/rfc822");
    mw_repair_part inner = *part;
    if (attached) {
        inner.header = part->content;
        inner.content = part->end;
        for (size_t i = part->content; i < part->end; i++) {
            if (mw_repair_lines(text, i, i + 1).len == 2) {
                inner.content = i + 1;
                break;
            }
        }
    }
    const char *words =
        mw_printf(arena, "the whole text was put into a %s, as its part %zu",
                  attached ? "message that carries it" : type_words(arena, from->type), number);
    node *n = node_new(from, NULL);
    add_edit(n->edits, arena, MW_REPAIR_PART, words);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        mw_span value = mw_repair_part_field(text, &inner, names[i], NULL, NULL);
        if (value.data)
            value = mw_span_of(mw_span_dup(arena, value));
        hint(n, names[i], value);
        if (i == 0)
            n->type = value;
        else if (i == 1)
            n->encoding = value;
    }
    static const char *const more[] = {"From",   "To",          "Cc",        "Subject",
                                       "Date",   "Message-ID",  "Reply-To",  "MIME-Version",
                                       "Sender", "In-Reply-To", "References"};
    for (size_t i = 0; attached && i < G_N_ELEMENTS(more); i++) {
        mw_span value = mw_repair_part_field(text, &inner, more[i], NULL, NULL);
        hint(n, more[i], value.data ? mw_span_of(mw_span_dup(arena, value)) : value);
    }
    mw_span piece = mw_repair_canonical(text, inner.content, inner.end);
    mw_span raw = mw_repair_lines(text, inner.content, inner.end);
    if (!try_pieces(s, n, NULL, &piece, 1) && raw.len <= MAX_KEPT)
        n->text = text_of(s, raw);
    keep(s, n);
}

/* The lines from to to (not included) replaced by raw. */
static GString *replaced(const mw_repair_text *text, size_t from, size_t to, mw_span raw) {
    GString *out = g_string_sized_new(text->raw.len + raw.len);
    mw_span before = mw_repair_lines(text, 0, from), after = mw_repair_lines(text, to, text->n_lines);
    g_string_append_len(out, before.data, (gssize)before.len);
    if (raw.len)
        g_string_append_len(out, raw.data, (gssize)raw.len);
    g_string_append_len(out, after.data, (gssize)after.len);
    return out;
}

static void expand_dropped(search *s, const node *from, const mw_repair_part *part) {
    mw_arena *arena = s->run->scratch;
    const mw_repair_text *text = from->text;
    const char *beginning = mw_repair_beginning(arena, mw_repair_lines(text, part->content, part->end));
    const char *words =
        mw_printf(arena, "a part (%s%s%s) was added to the mail", type_words(arena, part->type),
                  beginning ? ", beginning " : "", beginning ? beginning : "");
    mw_span pieces[] = {mw_repair_canonical(text, 0, part->delimiter),
                        mw_repair_canonical(text, part->end, text->n_lines)};
    node *n = node_new(from, NULL);
    add_edit(n->edits, arena, MW_REPAIR_PART, words);
    if (!try_pieces(s, n, NULL, pieces, 2) && text->raw.len <= MAX_KEPT) {
        g_autoptr(GString) raw = replaced(text, part->delimiter, part->end, (mw_span){NULL, 0});
        n->text = text_of(s, (mw_span){raw->str, raw->len});
    }
    keep(s, n);
}

/* Words in front of the first part that somebody took away. */
static void expand_preambles(search *s, const node *from) {
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
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(preambles) && !s->found && mw_repair_on_time(s->run); i++) {
        const mw_span pieces[] = {preambles[i / 2], i % 2 ? (mw_span){"", 0} : MW_SPAN("\r\n"), whole};
        mw_repair_edit *edit = mw_new(s->run->scratch, mw_repair_edit);
        *edit = (mw_repair_edit){MW_REPAIR_PART,
                                 "the line in front of the first part of the mail was taken away"};
        try_pieces(s, from, edit, pieces, 3);
    }
}

/* What was added stands last, as a rule. */
static void expand_parts(search *s, const node *from) {
    g_autoptr(GArray) parts = mw_repair_parts(from->text, from->type, from->encoding);
    size_t number = 0;
    for (guint i = 1; i < parts->len && !s->found && mw_repair_on_time(s->run); i++) {
        const mw_repair_part *part = &g_array_index(parts, mw_repair_part, i);
        if (part->parent == 0)
            expand_unwrapped(s, from, part, ++number);
    }
    for (guint i = parts->len; i-- > 1 && !s->found && mw_repair_on_time(s->run);) {
        const mw_repair_part *part = &g_array_index(parts, mw_repair_part, i);
        if (part->parent > 0 || parts->len > 2)
            expand_dropped(s, from, part);
    }
    if (!s->found && parts->len > 1)
        expand_preambles(s, from);
}

/* ---- transfer encodings ---- */

static const size_t base64_widths[] = {76, 72, 64, 60, 68, 74, 78, 73, 75, 56, 57, 70, 80, 77, 100, 990, 998};
static const size_t qp_widths[] = {76, 75, 74, 73, 72, 77, 78};

/* Form number which of some decoded content; NULL when there is no such form, with *last true behind the
 * end. */
static GString *encode_form(mw_span bytes, mw_repair_coding now, unsigned which, const char **encoding,
                            bool *last) {
    const unsigned n64 = G_N_ELEMENTS(base64_widths), nqp = G_N_ELEMENTS(qp_widths);
    *last = false;
    if (which < 2) {
        *encoding = which == 0 ? "8bit" : "7bit";
        if (now == MW_CODING_PLAIN || which == 1)
            return NULL; /* 7bit gives the same body as 8bit */
        return mw_repair_crlf(bytes);
    }
    which -= 2;
    if (which < n64) {
        *encoding = "base64";
        return mw_repair_base64(bytes, base64_widths[which]);
    }
    which -= n64;
    if (which < 3) { /* what was encoded had LF line ends, or no line end at its end, or both */
        *encoding = "base64";
        g_autoptr(GString) lf = g_string_new_len(bytes.data, (gssize)bytes.len);
        if (which != 1)
            g_string_replace(lf, "\r\n", "\n", 0);
        if (which > 0 && g_str_has_suffix(lf->str, "\r\n"))
            g_string_truncate(lf, lf->len - 2);
        else if (which > 0 && g_str_has_suffix(lf->str, "\n"))
            g_string_truncate(lf, lf->len - 1);
        return mw_repair_base64((mw_span){lf->str, lf->len}, 76);
    }
    which -= 3;
    if (which < 2 * nqp) {
        *encoding = "quoted-printable";
        g_autoptr(GString) crlf = mw_repair_crlf(bytes);
        return mw_repair_qp((mw_span){crlf->str, crlf->len}, qp_widths[which / 2], which % 2);
    }
    *last = true;
    return NULL;
}

/* The part with its content as raw, and its Content-Transfer-Encoding (if any) as encoding. */
static GString *rewrite_part(const mw_repair_text *text, const mw_repair_part *part, const char *encoding,
                             mw_span raw) {
    GString *out = g_string_new(NULL);
    mw_span header = mw_repair_lines(text, part->delimiter, part->content);
    size_t line = 0, n_lines = 0;
    mw_span value = mw_repair_part_field(text, part, "Content-Transfer-Encoding", &line, &n_lines);
    if (value.data && part->parent >= 0) {
        mw_span before = mw_repair_lines(text, part->delimiter, line);
        size_t keep = (size_t)(value.data - (before.data + before.len));
        mw_span name = mw_span_slice(mw_repair_lines(text, line, line + 1), 0, keep);
        mw_span after = mw_repair_lines(text, line + n_lines, part->content);
        g_string_append_len(out, before.data, (gssize)before.len);
        g_string_append_len(out, name.data, (gssize)name.len);
        g_string_append_printf(out, " %s\r\n", encoding);
        g_string_append_len(out, after.data, (gssize)after.len);
    } else {
        g_string_append_len(out, header.data, (gssize)header.len);
    }
    g_string_append_len(out, raw.data, (gssize)raw.len);
    return out;
}

static const char *coding_words(mw_span encoding) {
    switch (mw_repair_coding_of(encoding)) {
    case MW_CODING_BASE64:
        return "base64";
    case MW_CODING_QP:
        return "quoted-printable";
    default:
        return "8bit";
    }
}

static bool has_8bit(mw_span text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.data[i] >= 0x80)
            return true;
    return false;
}

/* All leaves of one encoding in form number which / 2 (the odd ones without an empty line behind nested
 * parts); false behind the last form. only: that part alone, or 0 for all. */
static bool expand_form(search *s, const node *from, const GArray *parts, guint only, mw_repair_coding now,
                        unsigned which) {
    if (!mw_repair_on_time(s->run))
        return false;
    g_autoptr(GString) raw = g_string_sized_new(from->text->raw.len);
    size_t at = 0, changed = 0;
    const char *encoding = "8bit", *before = "";
    bool last = false, nested = false;
    for (guint i = 0; i < parts->len; i++) {
        const mw_repair_part *part = &g_array_index(parts, mw_repair_part, i);
        if (part->multipart || mw_repair_coding_of(part->encoding) != now || (only && i != only) ||
            part->delimiter < at)
            continue;
        mw_span content = mw_repair_lines(from->text, part->content, part->end);
        /* the last line end of a part belongs to the delimiter behind it (RFC 2046 section 5.1.1) */
        if (part->parent >= 0 && content.len >= 2)
            content.len -= 2;
        bool is_text = !part->type.data || mw_span_starts(mw_span_trim(part->type), "text/");
        g_autoptr(GString) bytes = is_text || now == MW_CODING_BASE64 ? mw_repair_decode(content, now) : NULL;
        if (!bytes || (!is_text && content.len > MAX_ATTACHMENT && which >= 12))
            continue;
        g_autoptr(GString) form =
            encode_form((mw_span){bytes->str, bytes->len}, now, which / 2, &encoding, &last);
        nested = nested || part->parent >= 0;
        if (last)
            return false;
        if (!form || (strcmp(encoding, "base64") != 0 && !is_text))
            continue;
        bool ended = form->len && g_str_has_suffix(form->str, "\r\n");
        if (part->parent >= 0 && (!ended || which % 2 == 0))
            g_string_append(form, "\r\n");
        if (strcmp(encoding, "8bit") == 0 && !has_8bit((mw_span){form->str, form->len}))
            encoding = "7bit";
        g_autoptr(GString) whole = rewrite_part(from->text, part, encoding, (mw_span){form->str, form->len});
        mw_span gap = mw_repair_lines(from->text, at, part->delimiter);
        g_string_append_len(raw, gap.data, (gssize)gap.len);
        g_string_append_len(raw, whole->str, (gssize)whole->len);
        at = part->end;
        before = coding_words(part->encoding);
        changed++;
    }
    if (!changed || (!nested && which % 2))
        return true;
    mw_span rest = mw_repair_lines(from->text, at, from->text->n_lines);
    g_string_append_len(raw, rest.data, (gssize)rest.len);
    const char *words = strcmp(encoding, before) == 0
                            ? mw_printf(s->run->scratch, "the %s lines were wrapped anew", before)
                            : mw_printf(s->run->scratch, "the text was re-encoded from %s to %s%s", encoding,
                                        before, only ? " in one part" : "");
    node *n = child_of(s, from, (mw_span){raw->str, raw->len}, MW_REPAIR_ENCODING, words);
    if (!n)
        return true;
    bool single = g_array_index(parts, mw_repair_part, 0).multipart == false;
    n->encoding = single ? mw_span_of(encoding) : from->encoding;
    if (single && strcmp(encoding, before) != 0)
        hint(n, "Content-Transfer-Encoding", mw_span_of(mw_printf(s->run->scratch, " %s", encoding)));
    offer(s, n);
    return true;
}

static void expand_encodings(search *s, const node *from) {
    if (from->text->raw.len > MAX_KEPT)
        return; /* there would be time for a form or two, and memory for none */
    g_autoptr(GArray) parts = mw_repair_parts(from->text, from->type, from->encoding);
    guint codings[3] = {0};
    for (guint i = 0; i < parts->len; i++) {
        const mw_repair_part *part = &g_array_index(parts, mw_repair_part, i);
        if (!part->multipart)
            codings[mw_repair_coding_of(part->encoding)]++;
    }
    for (int coding = MW_CODING_BASE64; coding >= MW_CODING_PLAIN; coding--) {
        if (!codings[coding])
            continue;
        for (unsigned which = 0; !s->found && !s->run->over; which++)
            if (!expand_form(s, from, parts, 0, (mw_repair_coding)coding, which))
                break;
        for (guint i = 1; codings[coding] > 1 && i < parts->len; i++) {
            const mw_repair_part *part = &g_array_index(parts, mw_repair_part, i);
            if (part->multipart || (int)mw_repair_coding_of(part->encoding) != coding)
                continue;
            for (unsigned which = 0; !s->found && !s->run->over; which++)
                if (!expand_form(s, from, parts, i, (mw_repair_coding)coding, which))
                    break;
        }
    }
}

/* ---- lines added, and all of it encoded anew ---- */

static mw_span without_last_lines(mw_span text, size_t n) {
    size_t len = text.len;
    for (; n && len; n--) {
        len--;
        while (len && text.data[len - 1] != '\n')
            len--;
    }
    return mw_span_slice(text, 0, len);
}

/* One text part: decoded, without its last lines, and encoded as it may have been before. */
static void expand_cut_form(search *s, const node *from, const mw_repair_part *part, mw_span bytes,
                            size_t cut, unsigned which) {
    mw_arena *arena = s->run->scratch;
    mw_repair_coding now = mw_repair_coding_of(part->encoding);
    mw_span kept = without_last_lines(bytes, cut);
    const char *encoding = "8bit";
    bool last = false;
    g_autoptr(GString) form = kept.len ? encode_form(kept, now, which, &encoding, &last) : NULL;
    if (!form || !mw_repair_spend(s->run, from->text->raw.len))
        return;
    if (strcmp(encoding, "8bit") == 0 && !has_8bit((mw_span){form->str, form->len}))
        encoding = "7bit";
    g_autoptr(GString) whole = rewrite_part(from->text, part, encoding, (mw_span){form->str, form->len});
    if (!g_str_has_suffix(whole->str, "\r\n"))
        g_string_append(whole, "\r\n");
    g_autoptr(GString) canonical = g_string_new(NULL);
    mw_repair_canonicalise(canonical, (mw_span){whole->str, whole->len}, s->run->canon);
    mw_span pieces[] = {mw_repair_canonical(from->text, 0, part->delimiter),
                        {canonical->str, canonical->len},
                        mw_repair_canonical(from->text, part->end, from->text->n_lines)};
    if (mw_repair_try(s->run, pieces, 3, false) != MW_REPAIR_WHOLE)
        return;
    report(s, from);
    mw_span removed = mw_span_from(bytes, kept.len);
    size_t lines = mw_repair_count_lines(removed);
    const char *beginning = mw_repair_beginning(arena, removed);
    if (beginning)
        add_edit(s->out->edits, arena, MW_REPAIR_FOOTER,
                 mw_printf(arena, "%s %s added at the end of the text, beginning %s",
                           mw_repair_count(arena, lines, "line"), were(lines), beginning));
    add_edit(
        s->out->edits, arena, MW_REPAIR_ENCODING,
        mw_printf(arena, "the text was re-encoded from %s to %s", encoding, coding_words(part->encoding)));
    mw_repair_hint h = {"Content-Transfer-Encoding", mw_span_of(mw_printf(arena, " %s", encoding))};
    if (part->parent < 0)
        g_array_append_val(s->out->hints, h);
}

static void expand_cut_forms(search *s, const node *from) {
    /* 8bit, base64 at 76 and 72 and from LF line ends, quoted-printable in its two forms */
    const unsigned n64 = G_N_ELEMENTS(base64_widths);
    const unsigned forms[] = {0, 2, 3, 2 + n64, 3 + n64, 4 + n64, 5 + n64, 6 + n64};
    g_autoptr(GArray) parts = mw_repair_parts(from->text, from->type, from->encoding);
    for (guint i = 0; i < parts->len; i++) {
        const mw_repair_part *part = &g_array_index(parts, mw_repair_part, i);
        bool is_text = !part->type.data || mw_span_starts(mw_span_trim(part->type), "text/");
        mw_span content = mw_repair_lines(from->text, part->content, part->end);
        if (part->multipart || !is_text || content.len > MAX_ATTACHMENT)
            continue;
        g_autoptr(GString) decoded = mw_repair_decode(content, mw_repair_coding_of(part->encoding));
        if (!decoded)
            continue;
        g_autoptr(GString) bytes = mw_repair_crlf((mw_span){decoded->str, decoded->len});
        if (bytes->len && !g_str_has_suffix(bytes->str, "\r\n"))
            g_string_append(bytes, "\r\n");
        for (size_t cut = 1; cut <= MAX_CUT_LINES; cut++)
            for (size_t f = 0; f < G_N_ELEMENTS(forms) && !s->found && !s->run->over; f++)
                expand_cut_form(s, from, part, (mw_span){bytes->str, bytes->len}, cut, forms[f]);
    }
}

/* ---- lines in front, in the middle, and in several parts ---- */

static void deepen_banners(search *s, const node *n, size_t max_lines) {
    const mw_repair_text *text = n->text;
    for (size_t start = 1; start < MIN(text->n_lines, max_lines + 1) && !s->run->over; start++) {
        mw_span piece = mw_repair_canonical(text, start, text->n_lines);
        mw_span removed = mw_repair_lines(text, 0, start);
        const char *beginning = mw_repair_beginning(s->run->scratch, removed);
        size_t lines = mw_repair_count_lines(removed);
        mw_repair_edit *edit = mw_new(s->run->scratch, mw_repair_edit);
        edit->kind = beginning ? MW_REPAIR_BANNER : MW_REPAIR_SPACE;
        edit->words = beginning
                          ? mw_printf(s->run->scratch, "%s %s put in front of the text, beginning %s",
                                      mw_repair_count(s->run->scratch, lines, "line"), were(lines), beginning)
                          : mw_printf(s->run->scratch, "%s %s put in front of the text",
                                      mw_repair_count(s->run->scratch, start, "empty line"), were(start));
        if (try_pieces(s, n, edit, &piece, 1))
            return;
    }
}

typedef struct leaves {
    GArray *places, *slots; /* of mw_repair_place, mw_repair_slot */
} leaves;

static bool try_product(search *s, const node *n, const leaves *l, const mw_repair_slot *slots,
                        unsigned max_cost) {
    g_autofree size_t *chosen = g_new0(size_t, l->slots->len + 1);
    const mw_repair_place *places = (const mw_repair_place *)(void *)l->places->data;
    if (!mw_repair_product(s->run, places, l->places->len, slots, l->slots->len, max_cost, chosen))
        return false;
    report(s, n);
    for (guint i = 0; i < l->slots->len; i++)
        if (chosen[i])
            g_ptr_array_add(s->out->edits,
                            (gpointer)g_array_index(slots[i].choices, mw_repair_choice, chosen[i]).edit);
    return true;
}

/* The choices of a slot that take away the text of that mark, and the one that takes nothing. */
static GArray *marked(const mw_repair_slot *slot, unsigned mark) {
    GArray *out = g_array_new(FALSE, TRUE, sizeof(mw_repair_choice));
    for (guint i = 0; i < slot->choices->len; i++) {
        mw_repair_choice choice = g_array_index(slot->choices, mw_repair_choice, i);
        if (choice.cost && choice.mark != mark)
            continue;
        choice.cost = MIN(choice.cost, 1);
        g_array_append_val(out, choice);
    }
    return out;
}

/* The same words taken away from several parts, as gateways put them into the text and the HTML. */
static void try_same_text(search *s, const node *n, const leaves *l) {
    const mw_repair_slot *all = (const mw_repair_slot *)(void *)l->slots->data;
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL); /* mark to 1 + the slot that has it */
    g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < l->slots->len; i++) {
        for (guint c = 0; c < all[i].choices->len && !s->found && !s->run->over; c++) {
            unsigned mark = g_array_index(all[i].choices, mw_repair_choice, c).mark;
            gpointer key = GUINT_TO_POINTER(mark);
            guint first = GPOINTER_TO_UINT(g_hash_table_lookup(seen, key));
            if (!mark || first == i + 1)
                continue;
            if (!first) {
                g_hash_table_insert(seen, key, GUINT_TO_POINTER(i + 1));
                continue;
            }
            if (!g_hash_table_add(done, key))
                continue;
            g_autofree mw_repair_slot *slots = g_new0(mw_repair_slot, l->slots->len);
            for (guint k = 0; k < l->slots->len; k++)
                slots[k].choices = marked(&all[k], mark);
            try_product(s, n, l, slots, l->slots->len);
            for (guint k = 0; k < l->slots->len; k++)
                g_array_free(slots[k].choices, TRUE);
        }
    }
}

static void deepen_leaves(search *s, const node *n, unsigned max_cost) {
    g_autoptr(GArray) parts = mw_repair_parts(n->text, n->type, n->encoding);
    g_autoptr(GArray) places = g_array_new(FALSE, TRUE, sizeof(mw_repair_place));
    g_autoptr(GArray) slots = g_array_new(FALSE, TRUE, sizeof(mw_repair_slot));
    size_t number[MW_REPAIR_MAX_PARTS + 1] = {0}, at = 0, room = MAX_ROOM;
    for (guint i = 0; i < parts->len && slots->len < 40; i++) {
        const mw_repair_part *part = &g_array_index(parts, mw_repair_part, i);
        size_t mine = part->parent >= 0 ? ++number[part->parent] : 1;
        if (part->multipart || part->delimiter < at)
            continue;
        mw_repair_place gap = {.fixed = mw_repair_canonical(n->text, at, part->delimiter), .slot = -1};
        mw_repair_place place = {.slot = (int)slots->len};
        mw_repair_slot slot = {.choices = g_array_new(FALSE, TRUE, sizeof(mw_repair_choice))};
        mw_repair_leaf_choices(s->run, n->text, part, mine, &room, &slot);
        g_array_append_val(places, gap);
        g_array_append_val(places, place);
        g_array_append_val(slots, slot);
        at = part->end;
    }
    mw_repair_place rest = {.fixed = mw_repair_canonical(n->text, at, n->text->n_lines), .slot = -1};
    g_array_append_val(places, rest);
    const mw_repair_slot *all = (const mw_repair_slot *)(void *)slots->data;
    leaves l = {places, slots};
    if (max_cost == 1 && slots->len > 1)
        try_same_text(s, n, &l);
    if (!s->found)
        try_product(s, n, &l, all, max_cost);
    for (guint i = 0; i < slots->len; i++)
        g_array_free(all[i].choices, TRUE);
}

/* Lines that were put in somewhere: every run, the short ones first. */
static void deepen_runs(search *s, const node *n) {
    const mw_repair_text *text = n->text;
    size_t end = text->n_lines;
    if (end > MAX_RUN_TEXT)
        return;
    g_autoptr(GPtrArray) states = g_ptr_array_new_with_free_func((GDestroyNotify)mw_digest_free);
    g_autofree mw_repair_hasher *at = g_new0(mw_repair_hasher, end + 1);
    g_autoptr(mw_digest) digest = mw_digest_new(s->run->hash);
    mw_repair_hasher hasher = {.digest = digest};
    for (size_t i = 0; i < end; i++) {
        at[i] = hasher;
        at[i].digest = mw_digest_new(s->run->hash);
        mw_digest_set(at[i].digest, digest);
        g_ptr_array_add(states, at[i].digest);
        mw_repair_hasher_add(s->run, &hasher, mw_repair_canonical(text, i, i + 1));
    }
    g_autoptr(mw_digest) work = mw_digest_new(s->run->hash);
    for (size_t len = 1; len <= MIN(MAX_RUN, end); len++) {
        for (size_t i = 1; i + len < end; i++) {
            mw_span tail = mw_repair_canonical(text, i + len, end);
            if (!mw_repair_spend(s->run, tail.len))
                return;
            mw_repair_hasher one = at[i];
            one.digest = work;
            mw_digest_set(work, at[i].digest);
            mw_repair_hasher_add(s->run, &one, tail);
            if (!mw_repair_hasher_matches(s->run, &one))
                continue;
            mw_span removed = mw_repair_lines(text, i, i + len);
            const char *beginning = mw_repair_beginning(s->run->scratch, removed);
            report(s, n);
            add_edit(s->out->edits, s->run->scratch, beginning ? MW_REPAIR_BANNER : MW_REPAIR_SPACE,
                     mw_printf(s->run->scratch, "%s %s put into the text behind line %zu%s%s",
                               mw_repair_count(s->run->scratch, len, beginning ? "line" : "empty line"),
                               were(len), i, beginning ? ", beginning " : "", beginning ? beginning : ""));
            return;
        }
    }
}

static mw_span field_value(const mw_message *message, const char *name) {
    const mw_field *field = mw_message_field(message, name);
    return field ? field->value : (mw_span){NULL, 0};
}

/* The work in stages, each with its share of the bounds, so that none starves those behind it. */
static bool go_on(search *s, unsigned percent) {
    return !s->found && mw_repair_stage(s->run, percent);
}

/* One edit, and lines at the end. */
static void search_singles(search *s) {
    const node *root = s->nodes->pdata[0];
    bool parts = mw_span_starts(mw_span_trim(root->type), "multipart/");
    if (go_on(s, 10))
        expand_undos(s, root);
    if (go_on(s, 15))
        expand_parts(s, root);
    if (!parts && go_on(s, 15))
        deepen_banners(s, root, MAX_BANNER_LINES);
    if (go_on(s, 20))
        deepen_leaves(s, root, 1);
    if (go_on(s, 20))
        expand_encodings(s, root);
    if (go_on(s, 10))
        expand_cut_forms(s, root);
    if (parts && go_on(s, 10))
        deepen_banners(s, root, 4);
}

static void search_pairs(search *s) {
    const node *root = s->nodes->pdata[0];
    guint singles = s->nodes->len;
    if (go_on(s, 20))
        deepen_runs(s, root);
    if (go_on(s, 25))
        deepen_leaves(s, root, 3);
    if (go_on(s, 20)) {
        for (guint i = 1; i < singles && !s->found && !s->run->over; i++) {
            const node *n = s->nodes->pdata[i];
            const mw_repair_edit *first = n->edits->pdata[0];
            expand_undos(s, n);
            expand_parts(s, n);
            if (!s->found && first->kind != MW_REPAIR_ENCODING)
                expand_encodings(s, n);
        }
    }
    if (go_on(s, 15)) {
        for (guint i = 1; i < singles && !s->found && !s->run->over; i++) {
            const node *n = s->nodes->pdata[i];
            bool parts = mw_span_starts(mw_span_trim(n->type), "multipart/");
            deepen_banners(s, n, parts ? 4 : 12);
        }
    }
    if (go_on(s, 100))
        for (guint i = 1; i < singles && !s->found && !s->run->over; i++)
            deepen_leaves(s, s->nodes->pdata[i], 1);
}

bool mw_repair_body_search(mw_repair_run *run, const mw_message *message, mw_repair_body *out) {
    out->edits = mw_array_new(run->scratch);
    out->hints = g_array_new(FALSE, FALSE, sizeof(mw_repair_hint));
    mw_arena_own(run->scratch, out->hints, (GDestroyNotify)g_array_unref);
    mw_repair_text *text = mw_repair_text_new(message->body, run->canon);
    if (!text) {
        run->cut_short = true;
        return false;
    }
    search s = {.run = run, .out = out};
    s.nodes = g_ptr_array_new_with_free_func(node_free);
    node *root = node_new(NULL, text);
    root->type = field_value(message, "Content-Type");
    root->encoding = field_value(message, "Content-Transfer-Encoding");
    g_ptr_array_add(s.nodes, root);
    mw_repair_stage(run, 100);
    try_pieces(&s, root, NULL, &text->canonical, 1);
    search_singles(&s);
    search_pairs(&s);
    g_ptr_array_free(s.nodes, TRUE);
    return s.found;
}
