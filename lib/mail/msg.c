#include "mail/msg.h"

#include "base/limits.h"

#include <gsf/gsf-infile-msole.h>
#include <gsf/gsf-input-memory.h>
#include <gsf/gsf-utils.h>

enum {
    MAX_ATTACHMENTS = 200,
    MAX_NESTING = 3, /* messages within messages */
    /* property tags, [MS-OXPROPS] */
    SUBJECT = 0x0037,
    CLIENT_SUBMIT_TIME = 0x0039,
    TRANSPORT_HEADER = 0x007d,
    SENDER_NAME = 0x0c1a,
    SENDER_ADDRESS = 0x0c1f,
    SENDER_SMTP = 0x5d01,
    DISPLAY_TO = 0x0e04,
    BODY = 0x1000,
    HTML = 0x1013,
    MESSAGE_ID = 0x1035,
    ATTACH_DATA = 0x3701,
    ATTACH_NAME = 0x3704,
    ATTACH_LONG_NAME = 0x3707,
    ATTACH_TYPE = 0x370e,
};

static void start_gsf(void) {
    static gsize started;
    if (g_once_init_enter(&started)) {
        gsf_init();
        g_once_init_leave(&started, 1);
    }
}

/* ---- properties ---- */

/* The bytes of a property's stream; data NULL without one. */
static mw_span stream(mw_arena *arena, GsfInfile *folder, unsigned tag, const char *type) {
    g_autofree char *name = g_strdup_printf("__substg1.0_%04X%s", tag, type);
    GsfInput *input = gsf_infile_child_by_name(folder, name);
    mw_span out = {NULL, 0};
    gsf_off_t size = input ? gsf_input_size(input) : -1;
    if (size >= 0 && size <= MW_MAX_MESSAGE) {
        char *data = mw_alloc(arena, (size_t)size + 1);
        if (size == 0 || gsf_input_read(input, (size_t)size, (guint8 *)data))
            out = (mw_span){data, (size_t)size};
    }
    g_clear_object(&input);
    return out;
}

static mw_span without_nul(mw_span text) {
    while (text.len && text.data[text.len - 1] == 0)
        text.len--;
    return text;
}

/* A text property, as UTF-8. */
static mw_span text_of(mw_arena *arena, GsfInfile *folder, unsigned tag) {
    mw_span wide = stream(arena, folder, tag, "001F");
    gsize n = 0;
    if (wide.data) {
        g_autofree char *utf8 = g_convert_with_fallback(wide.data, (gssize)(wide.len & ~(size_t)1), "UTF-8",
                                                        "UTF-16LE", "?", NULL, &n, NULL);
        return without_nul((mw_span){utf8 ? mw_memdup(arena, utf8, n) : "", n});
    }
    mw_span narrow = without_nul(stream(arena, folder, tag, "001E"));
    if (!narrow.data || g_utf8_validate_len(narrow.data, narrow.len, NULL))
        return narrow;
    g_autofree char *utf8 = g_convert_with_fallback(narrow.data, (gssize)narrow.len, "UTF-8", "WINDOWS-1252",
                                                    "?", NULL, &n, NULL);
    return (mw_span){utf8 ? mw_memdup(arena, utf8, n) : "", utf8 ? n : 0};
}

static mw_span html_of(mw_arena *arena, GsfInfile *folder) {
    mw_span bytes = stream(arena, folder, HTML, "0102");
    return bytes.data ? bytes : text_of(arena, folder, HTML);
}

/* ---- a mail made of them ---- */

typedef struct writer {
    mw_arena *arena;
    GString *out;
    int depth;
} writer;

static void put_lines(GString *out, mw_span text) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '\n' && (i == 0 || text.data[i - 1] != '\r'))
            g_string_append_c(out, '\r');
        g_string_append_c(out, text.data[i]);
    }
    if (text.len && text.data[text.len - 1] != '\n')
        g_string_append(out, "\r\n");
}

static void put_base64(GString *out, mw_span bytes) {
    for (size_t at = 0; at < bytes.len; at += 57) {
        mw_span piece = mw_span_slice(bytes, at, MIN(at + 57, bytes.len));
        g_autofree char *line = g_base64_encode((const guchar *)piece.data, piece.len);
        g_string_append_printf(out, "%s\r\n", line);
    }
}

/* A value for one header line: no line ends, no control characters. */
static void put_value(GString *out, mw_span text) {
    for (size_t i = 0; i < text.len && i < 1000; i++)
        g_string_append_c(out, (unsigned char)text.data[i] < 0x20 ? ' ' : text.data[i]);
}

static void put_field(GString *out, const char *name, mw_span value) {
    if (!value.len)
        return;
    g_string_append_printf(out, "%s: ", name);
    put_value(out, value);
    g_string_append(out, "\r\n");
}

static void put_message(writer *w, GsfInfile *folder, bool *transport);

static void put_attachment(writer *w, GsfInfile *folder, const char *boundary) {
    mw_span name = text_of(w->arena, folder, ATTACH_LONG_NAME), type = text_of(w->arena, folder, ATTACH_TYPE);
    if (!name.len)
        name = text_of(w->arena, folder, ATTACH_NAME);
    GsfInput *inner = gsf_infile_child_by_name(folder, "__substg1.0_3701000D");
    bool transport = false;
    if (inner && GSF_IS_INFILE(inner) && w->depth < MAX_NESTING) {
        g_string_append_printf(w->out, "--%s\r\nContent-Type: message/rfc822\r\n\r\n", boundary);
        put_message(w, GSF_INFILE(inner), &transport);
    } else if (!inner) {
        g_string_append_printf(w->out, "--%s\r\nContent-Type: ", boundary);
        put_value(w->out, type.len ? type : MW_SPAN("application/octet-stream"));
        g_string_append(w->out, "\r\nContent-Disposition: attachment; filename=\"");
        for (size_t i = 0; i < name.len && i < 200; i++)
            g_string_append_c(w->out, (unsigned char)name.data[i] < 0x20 || strchr("\"\\", name.data[i])
                                          ? '_'
                                          : name.data[i]);
        g_string_append(w->out, "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        put_base64(w->out, stream(w->arena, folder, ATTACH_DATA, "0102"));
    }
    g_clear_object(&inner);
}

static void put_attachments(writer *w, GsfInfile *folder, const char *boundary) {
    for (int i = 0; i < MAX_ATTACHMENTS; i++) {
        g_autofree char *name = g_strdup_printf("__attach_version1.0_#%08X", (unsigned)i);
        GsfInput *child = gsf_infile_child_by_name(folder, name);
        if (!child)
            return;
        if (GSF_IS_INFILE(child))
            put_attachment(w, GSF_INFILE(child), boundary);
        g_object_unref(child);
    }
}

static void put_part(writer *w, const char *boundary, const char *type, mw_span text) {
    if (!text.len)
        return;
    g_string_append_printf(
        w->out, "--%s\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
        boundary, type);
    put_lines(w->out, text);
}

/* ---- the transport header ---- */

/* The value of a field of a header, unfolded no further than its lines; data NULL without one. */
static mw_span header_value(mw_span header, const char *name) {
    size_t n = strlen(name);
    for (mw_span rest = header; rest.data && rest.len;) {
        mw_span line = rest;
        mw_span_cut(&rest, '\n');
        if (!mw_span_starts(line, name) || line.len <= n || line.data[n] != ':')
            continue;
        const char *end = line.data;
        for (mw_span all = line; all.data;) {
            mw_span one = mw_span_cut(&all, '\n');
            end = one.data + one.len;
            if (!all.len || (all.data[0] != ' ' && all.data[0] != '\t'))
                break;
        }
        return mw_span_trim((mw_span){line.data + n + 1, (size_t)(end - line.data - n - 1)});
    }
    return (mw_span){NULL, 0};
}

static char *boundary_of(mw_arena *arena, mw_span type) {
    size_t at = mw_span_starts(type, "multipart/") ? mw_span_search(type, "boundary=") : SIZE_MAX;
    if (at == SIZE_MAX)
        return NULL;
    mw_span rest = mw_span_from(type, at + 9);
    bool quoted = rest.len && rest.data[0] == '"';
    rest = mw_span_from(rest, quoted);
    size_t n = 0;
    while (n < rest.len && n < 200 && (quoted ? rest.data[n] != '"' : !strchr("; \t\r\n", rest.data[n])))
        n++;
    return n ? mw_span_dup(arena, mw_span_slice(rest, 0, n)) : NULL;
}

/* One text in the encoding that the header names. */
static void put_single(writer *w, mw_span header, mw_span text) {
    mw_span coding = header_value(header, "Content-Transfer-Encoding");
    if (mw_span_is(coding, "base64")) {
        put_base64(w->out, text);
    } else if (mw_span_is(coding, "quoted-printable")) {
        for (size_t i = 0; i < text.len; i++) {
            char c = text.data[i];
            if (c == '\n')
                g_string_append(w->out, "\r\n");
            else if (c == '=' || (unsigned char)c >= 0x7f)
                g_string_append_printf(w->out, "=%02X", (unsigned char)c);
            else if (c != '\r')
                g_string_append_c(w->out, c);
        }
    } else {
        put_lines(w->out, text);
    }
}

static void put_bodies(writer *w, GsfInfile *folder, mw_span header, const char *boundary) {
    mw_span plain = text_of(w->arena, folder, BODY), html = html_of(w->arena, folder);
    if (!boundary) {
        bool as_html = mw_span_starts(header_value(header, "Content-Type"), "text/html") && html.len;
        put_single(w, header, as_html || !plain.len ? html : plain);
        return;
    }
    put_part(w, boundary, "text/plain", plain);
    put_part(w, boundary, "text/html", html);
    put_attachments(w, folder, boundary);
    g_string_append_printf(w->out, "--%s--\r\n", boundary);
}

/* Without one: what its properties say, for a draft or a Sent item. */
static void put_own_header(writer *w, GsfInfile *folder, const char *boundary) {
    mw_span name = text_of(w->arena, folder, SENDER_NAME), address = text_of(w->arena, folder, SENDER_SMTP);
    if (!address.len)
        address = text_of(w->arena, folder, SENDER_ADDRESS);
    if (mw_span_find(address, '@') != SIZE_MAX) {
        g_string_append(w->out, "From: ");
        if (name.len && mw_span_find(name, '"') == SIZE_MAX) {
            g_string_append_c(w->out, '"');
            put_value(w->out, name);
            g_string_append(w->out, "\" ");
        }
        g_string_append_c(w->out, '<');
        put_value(w->out, address);
        g_string_append(w->out, ">\r\n");
    } else {
        put_field(w->out, "From", name);
    }
    put_field(w->out, "To", text_of(w->arena, folder, DISPLAY_TO));
    put_field(w->out, "Subject", text_of(w->arena, folder, SUBJECT));
    put_field(w->out, "Message-ID", text_of(w->arena, folder, MESSAGE_ID));
    g_string_append_printf(w->out, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"%s\"\r\n",
                           boundary);
}

static void put_message(writer *w, GsfInfile *folder, bool *transport) {
    mw_span header = mw_span_strip(text_of(w->arena, folder, TRANSPORT_HEADER), "\r\n \t");
    if (mw_span_starts(header, "Microsoft Mail Internet Headers"))
        mw_span_cut(&header, '\n');
    *transport = header.len && header_value(header, "From").data;
    w->depth++;
    g_autofree char *own = g_strdup_printf("msg-%d", w->depth);
    const char *boundary = own;
    if (*transport) {
        put_lines(w->out, mw_span_strip_end(header, "\r\n \t"));
        boundary = boundary_of(w->arena, header_value(header, "Content-Type"));
    } else {
        put_own_header(w, folder, own);
        header = (mw_span){NULL, 0};
    }
    g_string_append(w->out, "\r\n");
    put_bodies(w, folder, header, boundary);
    w->depth--;
}

bool mw_msg_read(mw_arena *arena, mw_span bytes, mw_msg *out) {
    start_gsf();
    GsfInput *input = gsf_input_memory_new((const guint8 *)bytes.data, (gsf_off_t)bytes.len, FALSE);
    GsfInfile *folder = input ? gsf_infile_msole_new(input, NULL) : NULL;
    bool found = false;
    if (folder) {
        writer w = {.arena = arena, .out = g_string_new(NULL)};
        put_message(&w, folder, &out->transport);
        out->mail = mw_span_copy(arena, mw_span_of_string(w.out));
        found = out->transport || text_of(arena, folder, SUBJECT).len || text_of(arena, folder, BODY).len;
        g_string_free(w.out, TRUE);
    }
    g_clear_object(&folder);
    g_clear_object(&input);
    return found;
}
