#include "repair/mime.h"

/* ---- fields and parameters ---- */

static bool is_fold(char c) {
    return c == ' ' || c == '\t';
}

mw_span mw_repair_part_field(const mw_repair_text *text, const mw_repair_part *part, const char *name,
                             size_t *line, size_t *n_lines) {
    for (size_t i = part->header; i < part->content; i++) {
        mw_span first = mw_repair_lines(text, i, i + 1), value = first;
        mw_span found = mw_span_cut(&value, ':');
        if (!value.data || !mw_span_is(mw_span_trim(found), name) || is_fold(first.data[0]))
            continue;
        size_t end = i + 1;
        while (end < part->content && is_fold(mw_repair_lines(text, end, end + 1).data[0]))
            end++;
        mw_span whole = mw_repair_lines(text, i, end);
        size_t skip = (size_t)(value.data - first.data);
        if (line)
            *line = i;
        if (n_lines)
            *n_lines = end - i;
        return mw_span_slice(whole, skip, whole.len - 2);
    }
    return (mw_span){NULL, 0};
}

mw_span mw_repair_parameter(mw_span value, const char *name) {
    mw_span rest = value;
    mw_span_cut(&rest, ';');
    while (rest.data) {
        mw_span one = mw_span_trim(rest), left = one;
        mw_span key = mw_span_trim(mw_span_cut(&left, '='));
        bool wanted = left.data && mw_span_is(key, name);
        left = mw_span_trim(left);
        if (left.len && left.data[0] == '"') {
            left = mw_span_from(left, 1);
            mw_span quoted = mw_span_cut(&left, '"');
            if (wanted)
                return quoted;
            rest = left;
            mw_span_cut(&rest, ';');
            continue;
        }
        mw_span bare = mw_span_trim(mw_span_cut(&left, ';'));
        if (wanted)
            return bare;
        mw_span_cut(&rest, ';');
    }
    return (mw_span){NULL, 0};
}

bool mw_repair_is_type(mw_span value, const char *type) {
    mw_span rest = value;
    return mw_span_is(mw_span_trim(mw_span_cut(&rest, ';')), type);
}

/* ---- structure ---- */

/* 0: no delimiter; 1: delimiter; 2: close delimiter (RFC 2046 section 5.1.1). */
static int delimiter_kind(mw_span line, mw_span boundary) {
    if (line.len < boundary.len + 2 || line.data[0] != '-' || line.data[1] != '-' ||
        memcmp(line.data + 2, boundary.data, boundary.len) != 0)
        return 0;
    mw_span rest = mw_span_from(line, boundary.len + 2);
    bool close = mw_span_starts(rest, "--");
    return mw_span_trim(mw_span_from(rest, close ? 2 : 0)).len ? 0 : close ? 2 : 1;
}

static void finish_part(const mw_repair_text *text, mw_repair_part *part, size_t end) {
    part->end = part->epilogue = part->content = end;
    for (size_t i = part->header; i < end; i++) {
        if (mw_repair_lines(text, i, i + 1).len == 2) {
            part->content = i + 1;
            break;
        }
    }
    part->type = mw_repair_part_field(text, part, "Content-Type", NULL, NULL);
    part->encoding = mw_span_trim(mw_repair_part_field(text, part, "Content-Transfer-Encoding", NULL, NULL));
}

static void split_part(const mw_repair_text *text, GArray *parts, guint index) {
    mw_repair_part part = g_array_index(parts, mw_repair_part, index);
    mw_span boundary = mw_repair_parameter(part.type, "boundary");
    if (!mw_span_starts(mw_span_trim(part.type), "multipart/") || !boundary.len ||
        part.depth >= MW_REPAIR_MAX_DEPTH)
        return;
    mw_repair_part child = {.parent = (int)index, .depth = part.depth + 1};
    bool open = false, closed = false;
    for (size_t i = part.content; i < part.end && !closed && parts->len < MW_REPAIR_MAX_PARTS; i++) {
        int kind = delimiter_kind(mw_repair_lines(text, i, i + 1), boundary);
        if (!kind)
            continue;
        if (open) {
            finish_part(text, &child, i);
            g_array_append_val(parts, child);
        }
        child.delimiter = i;
        child.header = i + 1;
        open = kind == 1;
        closed = kind == 2;
        if (closed)
            g_array_index(parts, mw_repair_part, index).epilogue = i + 1;
    }
    if (open && parts->len < MW_REPAIR_MAX_PARTS) {
        finish_part(text, &child, part.end);
        g_array_append_val(parts, child);
    }
    g_array_index(parts, mw_repair_part, index).multipart = true;
}

GArray *mw_repair_parts(const mw_repair_text *text, mw_span type, mw_span encoding) {
    GArray *parts = g_array_new(FALSE, TRUE, sizeof(mw_repair_part));
    mw_repair_part top = {
        .end = text->n_lines, .epilogue = text->n_lines, .parent = -1, .type = type, .encoding = encoding};
    g_array_append_val(parts, top);
    for (guint i = 0; i < parts->len; i++)
        split_part(text, parts, i);
    return parts;
}

/* ---- transfer encodings ---- */

mw_repair_coding mw_repair_coding_of(mw_span encoding) {
    if (mw_span_is(mw_span_trim(encoding), "base64"))
        return MW_CODING_BASE64;
    return mw_span_is(mw_span_trim(encoding), "quoted-printable") ? MW_CODING_QP : MW_CODING_PLAIN;
}

static GString *decode_base64(mw_span content) {
    g_autofree char *text = g_strndup(content.data, content.len);
    if (strlen(text) != content.len)
        return NULL;
    for (const char *p = text; *p; p++)
        if (!g_ascii_isalnum(*p) && !strchr("+/=\r\n \t", *p))
            return NULL;
    gsize len = 0;
    g_autofree guchar *bytes = g_base64_decode(text, &len);
    return g_string_new_len((const char *)bytes, (gssize)len);
}

static GString *decode_qp(mw_span content) {
    GString *out = g_string_sized_new(content.len);
    for (size_t i = 0; i < content.len; i++) {
        char c = content.data[i];
        if (c == '\r' && i + 1 < content.len && content.data[i + 1] == '\n')
            for (size_t k = i; k && is_fold(content.data[k - 1]); k--)
                g_string_truncate(out, out->len - 1);
        if (c != '=') {
            g_string_append_c(out, c);
            continue;
        }
        size_t j = i + 1;
        while (j < content.len && is_fold(content.data[j]))
            j++;
        if (j + 1 < content.len && content.data[j] == '\r' && content.data[j + 1] == '\n') {
            i = j + 1;
        } else if (i + 2 < content.len && g_ascii_isxdigit(content.data[i + 1]) &&
                   g_ascii_isxdigit(content.data[i + 2])) {
            g_string_append_c(out, (char)(g_ascii_xdigit_value(content.data[i + 1]) << 4 |
                                          g_ascii_xdigit_value(content.data[i + 2])));
            i += 2;
        } else if (j < content.len) {
            g_string_free(out, TRUE);
            return NULL;
        }
    }
    return out;
}

GString *mw_repair_crlf(mw_span text) {
    GString *out = g_string_sized_new(text.len + 16);
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '\n' && (i == 0 || text.data[i - 1] != '\r'))
            g_string_append_c(out, '\r');
        g_string_append_c(out, text.data[i]);
    }
    return out;
}

GString *mw_repair_decode(mw_span content, mw_repair_coding coding) {
    if (coding == MW_CODING_PLAIN)
        return g_string_new_len(content.data, (gssize)content.len);
    return coding == MW_CODING_QP ? decode_qp(content) : decode_base64(content);
}

GString *mw_repair_base64(mw_span bytes, size_t width) {
    g_autofree char *text = g_base64_encode((const guchar *)bytes.data, bytes.len);
    size_t len = strlen(text);
    GString *out = g_string_sized_new(len + 2 * (len / width) + 4);
    for (size_t at = 0; at < len; at += width) {
        g_string_append_len(out, text + at, (gssize)MIN(width, len - at));
        g_string_append(out, "\r\n");
    }
    return out;
}

GString *mw_repair_qp(mw_span bytes, size_t width, bool all_ends) {
    GString *out = g_string_sized_new(bytes.len + bytes.len / 8);
    size_t column = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.data[i];
        bool end = i + 1 == bytes.len || bytes.data[i + 1] == '\r' || bytes.data[i + 1] == '\n';
        if (c == '\r' && i + 1 < bytes.len && bytes.data[i + 1] == '\n') {
            g_string_append(out, "\r\n");
            i++;
            column = 0;
            continue;
        }
        bool plain = (c > 0x20 && c < 0x7f && c != '=') || ((c == ' ' || c == '\t') && !end);
        size_t need = plain ? 1 : 3;
        /* the last of a line needs no room for the "=" */
        if (column + need > width - (end ? 0 : 1)) {
            char last = out->len ? out->str[out->len - 1] : 0;
            if (all_ends && (last == ' ' || last == '\t')) {
                g_string_truncate(out, out->len - 1);
                g_string_append_printf(out, "=%02X", last);
            }
            g_string_append(out, "=\r\n");
            column = 0;
        }
        if (plain)
            g_string_append_c(out, (char)c);
        else
            g_string_append_printf(out, "=%02X", c);
        column += need;
    }
    return out;
}
