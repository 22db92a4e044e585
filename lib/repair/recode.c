#include "repair/expand.h"

enum {
    MAX_ATTACHMENT = 64 * 1024, /* bytes of a part that is no text and gets all forms of its encoding */
    ATTACHMENT_FORMS = 6,       /* that a longer one gets */
    MAX_CUT_LINES = 24,         /* lines at the end of a part that was encoded anew with them */
};

static const size_t base64_widths[] = {76, 72, 64, 60, 68, 74, 78, 73, 75, 56, 57, 70, 80, 77, 100, 990, 998};
static const size_t qp_widths[] = {76, 75, 74, 73, 72, 77, 78};

enum {
    N_BASE64 = G_N_ELEMENTS(base64_widths),
    N_FORMS = 2 + N_BASE64 + 3 + 2 * G_N_ELEMENTS(qp_widths),
};

/* Form number which (below N_FORMS) of some decoded content; NULL when it is none for this content. */
static GString *encode_form(mw_span bytes, mw_repair_coding now, unsigned which, const char **encoding) {
    if (which < 2) {
        *encoding = which == 0 ? "8bit" : "7bit";
        if (now == MW_CODING_PLAIN || which == 1)
            return NULL; /* 7bit gives the same body as 8bit */
        return mw_repair_crlf(bytes);
    }
    which -= 2;
    if (which < N_BASE64) {
        *encoding = "base64";
        return mw_repair_base64(bytes, base64_widths[which]);
    }
    which -= N_BASE64;
    if (which < 3) { /* what was encoded had LF line ends, or no line end at its end, or both */
        *encoding = "base64";
        g_autoptr(GString) lf = g_string_new_len(bytes.data, (gssize)bytes.len);
        if (which != 1)
            g_string_replace(lf, "\r\n", "\n", 0);
        if (which > 0 && g_str_has_suffix(lf->str, "\r\n"))
            g_string_truncate(lf, lf->len - 2);
        else if (which > 0 && g_str_has_suffix(lf->str, "\n"))
            g_string_truncate(lf, lf->len - 1);
        return mw_repair_base64(mw_span_of_string(lf), 76);
    }
    which -= 3;
    *encoding = "quoted-printable";
    g_autoptr(GString) crlf = mw_repair_crlf(bytes);
    return mw_repair_qp(mw_span_of_string(crlf), qp_widths[which / 2], which % 2);
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

static bool is_text(const mw_repair_part *part) {
    return !part->type.data || mw_span_starts(mw_span_trim(part->type), "text/");
}

static bool has_8bit(const GString *text) {
    for (size_t i = 0; i < text->len; i++)
        if ((unsigned char)text->str[i] >= 0x80)
            return true;
    return false;
}

/* Appends header lines of a part without the field by which sendmail says that it encoded it. */
static void append_header(GString *out, mw_span lines) {
    bool mine = false;
    for (size_t at = 0; at < lines.len;) {
        mw_span rest = mw_span_from(lines, at);
        size_t n = mw_span_find(rest, '\n');
        mw_span line = mw_span_slice(rest, 0, n == SIZE_MAX ? rest.len : n + 1);
        bool fold = line.len && mw_canon_wsp(line.data[0]);
        mine = fold ? mine : mw_span_starts(line, "X-MIME-Autoconverted:");
        if (!mine)
            mw_span_append(out, line);
        at += line.len;
    }
}

/* The part with its content in some form, and its Content-Transfer-Encoding (if any) as *encoding, which
 * becomes 7bit where 8bit is more than the content needs. */
static GString *rewrite_part(const mw_repair_text *text, const mw_repair_part *part, const char **encoding,
                             const GString *form) {
    if (strcmp(*encoding, "8bit") == 0 && !has_8bit(form))
        *encoding = "7bit";
    GString *out = g_string_new(NULL);
    size_t line = 0, n_lines = 0;
    mw_span value = mw_repair_part_field(text, part, "Content-Transfer-Encoding", &line, &n_lines);
    if (value.data && part->parent >= 0) {
        mw_span before = mw_repair_lines(text, part->delimiter, line);
        size_t keep = (size_t)(value.data - (before.data + before.len));
        append_header(out, before);
        mw_span_append(out, mw_span_slice(mw_repair_lines(text, line, line + 1), 0, keep));
        g_string_append_printf(out, " %s\r\n", *encoding);
        append_header(out, mw_repair_lines(text, line + n_lines, part->content));
    } else {
        mw_span_append(out, mw_repair_lines(text, part->delimiter, part->content));
    }
    mw_span_append(out, mw_span_of_string(form));
    return out;
}

/* ---- parts encoded anew ---- */

/* A body in which parts are encoded anew. */
typedef struct recoding {
    const mw_repair_text *text;
    mw_repair_coding now;
    unsigned which; /* form number which / 2, the odd ones without an empty line behind nested parts */
    mw_repair_run *run;
    GString *raw; /* the lines up to at */
    size_t at, changed;
    const char *encoding, *before;
    bool nested; /* a part of a multipart was among them */
} recoding;

static void recode_part(recoding *r, const mw_repair_part *part) {
    mw_span content = mw_repair_lines(r->text, part->content, part->end);
    /* the last line end of a part belongs to the delimiter behind it (RFC 2046 section 5.1.1) */
    if (part->parent >= 0 && content.len >= 2)
        content.len -= 2;
    bool text = is_text(part);
    mw_repair_charge(r->run, content.len * MW_REPAIR_WORK_CODE); /* in vain, too */
    g_autoptr(GString) bytes = text || r->now == MW_CODING_BASE64 ? mw_repair_decode(content, r->now) : NULL;
    if (!bytes || (!text && content.len > MAX_ATTACHMENT && r->which >= 2 * ATTACHMENT_FORMS))
        return;
    g_autoptr(GString) form = encode_form(mw_span_of_string(bytes), r->now, r->which / 2, &r->encoding);
    r->nested = r->nested || part->parent >= 0;
    if (!form || (strcmp(r->encoding, "base64") != 0 && !text))
        return;
    if (part->parent >= 0 && (r->which % 2 == 0 || !g_str_has_suffix(form->str, "\r\n")))
        g_string_append(form, "\r\n");
    g_autoptr(GString) whole = rewrite_part(r->text, part, &r->encoding, form);
    mw_span_append(r->raw, mw_repair_lines(r->text, r->at, part->delimiter));
    mw_span_append(r->raw, mw_span_of_string(whole));
    r->at = part->end;
    r->before = coding_words(part->encoding);
    r->changed++;
}

static void offer_recoded(mw_repair_tree *tree, const mw_repair_node *from, const recoding *r, bool single,
                          bool one_part) {
    mw_arena *arena = tree->run->scratch;
    bool same = strcmp(r->encoding, r->before) == 0;
    const char *words = same ? mw_printf(arena, "the %s lines were wrapped anew", r->before)
                             : mw_printf(arena, "the text was re-encoded from %s to %s%s", r->encoding,
                                         r->before, one_part ? " in one part" : "");
    mw_repair_node *n = mw_repair_node_child(
        tree, from, mw_span_of_string(r->raw),
        strcmp(r->encoding, "7bit") == 0 || strcmp(r->encoding, "8bit") == 0 ? MW_REPAIR_ENCODING
                                                                             : MW_REPAIR_RECODED,
        words);
    if (!n)
        return;
    n->encoding = single ? mw_span_of(r->encoding) : from->encoding;
    if (single && !same)
        mw_repair_node_set_hint(n, "Content-Transfer-Encoding",
                                mw_span_of(mw_printf(arena, " %s", r->encoding)));
    mw_repair_tree_offer(tree, n);
}

/* All leaves of one encoding in one form. only: that part alone, or 0 for all. */
static void expand_form(mw_repair_tree *tree, const mw_repair_node *from, const GArray *parts, guint only,
                        mw_repair_coding now, unsigned which) {
    if (!mw_repair_on_time(tree->run))
        return;
    g_autoptr(GString) raw = g_string_sized_new(from->text->raw.len);
    recoding r = {from->text, now, which, tree->run, raw, 0, 0, "8bit", "", false};
    for (guint i = 0; i < parts->len; i++) {
        const mw_repair_part *part = &g_array_index(parts, mw_repair_part, i);
        if (!part->multipart && mw_repair_coding_of(part->encoding) == now && (!only || i == only) &&
            part->delimiter >= r.at)
            recode_part(&r, part);
    }
    if (!r.changed || (!r.nested && which % 2))
        return;
    mw_span_append(raw, mw_repair_lines(from->text, r.at, from->text->n_lines));
    offer_recoded(tree, from, &r, !g_array_index(parts, mw_repair_part, 0).multipart, only);
}

/* Every form of it. */
static void expand_forms(mw_repair_tree *tree, const mw_repair_node *from, const GArray *parts, guint only,
                         mw_repair_coding now) {
    for (unsigned which = 0; which < 2 * N_FORMS && !tree->found && !tree->run->over; which++)
        expand_form(tree, from, parts, only, now, which);
}

static bool is_base64(mw_span line) {
    for (size_t i = 0; i < line.len; i++)
        if (!g_ascii_isalnum(line.data[i]) && (!line.data[i] || !strchr("+/=\r\n \t", line.data[i])))
            return false;
    return true;
}

/* Plain lines behind the base64 of a part, as lists put them there: without them it can be decoded. */
static void expand_behind_base64(mw_repair_tree *tree, const mw_repair_node *from,
                                 const mw_repair_part *part) {
    const mw_repair_text *text = from->text;
    size_t cut = part->content;
    while (cut < part->end && is_base64(mw_repair_lines(text, cut, cut + 1)))
        cut++;
    const char *words = mw_repair_footer_words(tree->run->scratch, mw_repair_lines(text, cut, part->end));
    if (cut == part->content || !words)
        return;
    g_autoptr(GString) raw = g_string_sized_new(text->raw.len);
    mw_span_append(raw, mw_repair_lines(text, 0, cut));
    mw_span_append(raw, mw_repair_lines(text, part->end, text->n_lines));
    mw_repair_node *n = mw_repair_node_child(tree, from, mw_span_of_string(raw), MW_REPAIR_FOOTER, words);
    if (n)
        mw_repair_tree_offer(tree, n);
}

void mw_repair_expand_encodings(mw_repair_tree *tree, const mw_repair_node *from) {
    if (from->text->raw.len > MW_REPAIR_MAX_KEPT)
        return; /* there would be time for a form or two, and memory for none */
    g_autoptr(GArray) parts = mw_repair_parts(from->text, from->type, from->encoding);
    guint codings[3] = {0};
    for (guint i = 0; i < parts->len; i++) {
        const mw_repair_part *part = &g_array_index(parts, mw_repair_part, i);
        if (part->multipart)
            continue;
        codings[mw_repair_coding_of(part->encoding)]++;
        if (mw_repair_coding_of(part->encoding) == MW_CODING_BASE64 && !tree->found && !tree->run->over)
            expand_behind_base64(tree, from, part);
    }
    for (int coding = MW_CODING_BASE64; coding >= MW_CODING_PLAIN; coding--) {
        if (!codings[coding])
            continue;
        expand_forms(tree, from, parts, 0, (mw_repair_coding)coding);
        for (guint i = 1; codings[coding] > 1 && i < parts->len; i++) {
            const mw_repair_part *part = &g_array_index(parts, mw_repair_part, i);
            if (!part->multipart && (int)mw_repair_coding_of(part->encoding) == coding)
                expand_forms(tree, from, parts, i, (mw_repair_coding)coding);
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
static void expand_cut_form(mw_repair_tree *tree, const mw_repair_node *from, const mw_repair_part *part,
                            mw_span bytes, size_t cut, unsigned which, const char *inside) {
    mw_arena *arena = tree->run->scratch;
    mw_repair_coding now = mw_repair_coding_of(part->encoding);
    mw_span kept = without_last_lines(bytes, cut);
    const char *encoding = "8bit";
    g_autoptr(GString) form = kept.len ? encode_form(kept, now, which, &encoding) : NULL;
    mw_repair_charge(tree->run, kept.len * MW_REPAIR_WORK_CODE);
    if (!form || !mw_repair_spend(tree->run, from->text->raw.len))
        return;
    g_autoptr(GString) whole = rewrite_part(from->text, part, &encoding, form);
    if (!g_str_has_suffix(whole->str, "\r\n"))
        g_string_append(whole, "\r\n");
    g_autoptr(GString) canonical = g_string_new(NULL);
    mw_repair_canonicalise(canonical, mw_span_of_string(whole), tree->run->canon);
    mw_span pieces[] = {mw_repair_canonical(from->text, 0, part->delimiter), mw_span_of_string(canonical),
                        mw_repair_canonical(from->text, part->end, from->text->n_lines)};
    if (mw_repair_try(tree->run, pieces, 3, false) != MW_REPAIR_WHOLE)
        return;
    mw_repair_tree_report(tree, from);
    mw_repair_tree_add_footer(tree, mw_span_from(bytes, kept.len));
    if (inside)
        mw_repair_tree_add_edit(tree, MW_REPAIR_ESCAPE, inside);
    if (strcmp(encoding, coding_words(part->encoding)) != 0)
        mw_repair_tree_add_edit(tree, MW_REPAIR_ENCODING,
                                mw_printf(arena, "the text was re-encoded from %s to %s", encoding,
                                          coding_words(part->encoding)));
    mw_repair_hint h = {"Content-Transfer-Encoding", mw_span_of(mw_printf(arena, " %s", encoding))};
    if (part->parent < 0)
        g_array_append_val(tree->out->hints, h);
}

/* Mailman puts ">" before "From " within a text before it encodes that; NULL where there is none. */
static GString *unescaped(mw_repair_tree *tree, mw_span bytes, const char **words) {
    g_autoptr(GString) out = g_string_sized_new(bytes.len);
    size_t n = 0;
    for (size_t at = 0; at < bytes.len;) {
        mw_span rest = mw_span_from(bytes, at);
        size_t end = mw_span_find(rest, '\n');
        mw_span line = mw_span_slice(rest, 0, end == SIZE_MAX ? rest.len : end + 1);
        bool mine = line.len >= 6 && memcmp(line.data, ">From ", 6) == 0;
        n += mine;
        line = mw_span_from(line, mine);
        mw_span_append(out, line);
        at += line.len + mine;
    }
    *words = mw_printf(tree->run->scratch, "\">\" was put in front of %s that began with \"From \"",
                       mw_repair_count(tree->run->scratch, n, "line"));
    return n ? g_steal_pointer(&out) : NULL;
}

void mw_repair_expand_cut_forms(mw_repair_tree *tree, const mw_repair_node *from) {
    /* 8bit, base64 at 76 and 72 and from LF line ends, quoted-printable in its two forms */
    static const unsigned forms[] = {
        0, 2, 3, 2 + N_BASE64, 3 + N_BASE64, 4 + N_BASE64, 5 + N_BASE64, 6 + N_BASE64};
    g_autoptr(GArray) parts = mw_repair_parts(from->text, from->type, from->encoding);
    for (guint i = 0; i < parts->len; i++) {
        const mw_repair_part *part = &g_array_index(parts, mw_repair_part, i);
        mw_span content = mw_repair_lines(from->text, part->content, part->end);
        if (part->multipart || !is_text(part) || content.len > MAX_ATTACHMENT)
            continue;
        g_autoptr(GString) decoded = mw_repair_decode(content, mw_repair_coding_of(part->encoding));
        if (!decoded)
            continue;
        g_autoptr(GString) bytes = mw_repair_crlf(mw_span_of_string(decoded));
        if (bytes->len && !g_str_has_suffix(bytes->str, "\r\n"))
            g_string_append(bytes, "\r\n");
        for (size_t cut = 1; cut <= MAX_CUT_LINES; cut++)
            for (size_t f = 0; f < G_N_ELEMENTS(forms) && !tree->found && !tree->run->over; f++)
                expand_cut_form(tree, from, part, mw_span_of_string(bytes), cut, forms[f], NULL);
        const char *inside = NULL;
        g_autoptr(GString) former = unescaped(tree, mw_span_of_string(bytes), &inside);
        for (size_t cut = 0; former && cut <= MAX_CUT_LINES; cut++)
            for (size_t f = 0; f < G_N_ELEMENTS(forms) && !tree->found && !tree->run->over; f++)
                expand_cut_form(tree, from, part, mw_span_of_string(former), cut, forms[f], inside);
    }
}
