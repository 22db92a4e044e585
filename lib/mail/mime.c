#include "mail/mime.h"
#include "base/domain.h"
#include "base/limits.h"
#include "base/printable.h"
#include "mail/bound.h"
#include "mail/plain.h"

#include <gmime/gmime.h>

/* A header field longer than this is no text for people: what is behind is not decoded. */
enum { MAX_DECODED_FIELD = 64 * 1024 };

static void start_gmime(void) {
    static gsize started;
    if (g_once_init_enter(&started)) {
        g_mime_init();
        g_once_init_leave(&started, 1);
    }
}

/* ---- structure ---- */

typedef struct walk {
    mw_arena *arena;
    mw_span raw;   /* the message's */
    gint64 ahead;  /* how much further a place is in raw than in what GMime was given */
    GArray *parts; /* of mw_part */
    bool truncated;
} walk;

static char *lower(mw_arena *arena, const char *text) {
    char *copy = mw_strdup(arena, text);
    for (char *p = copy; p && *p; p++)
        *p = g_ascii_tolower(*p);
    return copy;
}

/* The bytes of the message that a substream covers. */
static mw_span stream_span(const walk *w, GMimeStream *stream) {
    if (!stream || stream->bound_start < 0)
        return (mw_span){NULL, 0};
    size_t end = stream->bound_end < 0 ? w->raw.len : (size_t)(stream->bound_end + w->ahead);
    return mw_span_slice(w->raw, (size_t)(stream->bound_start + w->ahead), end);
}

static mw_span decoded(const walk *w, GMimeDataWrapper *wrapper) {
    GMimeContentEncoding encoding = g_mime_data_wrapper_get_encoding(wrapper);
    mw_span raw = stream_span(w, g_mime_data_wrapper_get_stream(wrapper));
    if (encoding != GMIME_CONTENT_ENCODING_BASE64 && encoding != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE &&
        encoding != GMIME_CONTENT_ENCODING_UUENCODE)
        return raw;
    GMimeEncoding state;
    g_mime_encoding_init_decode(&state, encoding);
    bool base64 = encoding == GMIME_CONTENT_ENCODING_BASE64; /* 3 octets in 4 */
    char *out =
        mw_alloc(w->arena, base64 ? raw.len / 4 * 3 + 6 : g_mime_encoding_outlen(&state, raw.len) + 1);
    return (mw_span){out, g_mime_encoding_flush(&state, raw.data, raw.len, out)};
}

/* An attached message: from its first header field to the delimiter of the multipart that holds it. */
static mw_span inner_message(const walk *w, GMimeMessagePart *part, const char *boundary) {
    GMimeMessage *inner = g_mime_message_part_get_message(part);
    GMimeHeaderList *headers = inner ? g_mime_object_get_header_list(GMIME_OBJECT(inner)) : NULL;
    if (!headers || g_mime_header_list_get_count(headers) == 0)
        return (mw_span){NULL, 0};
    gint64 start = g_mime_header_get_offset(g_mime_header_list_get_header_at(headers, 0));
    if (start < 0 || (size_t)(start + w->ahead) >= w->raw.len)
        return (mw_span){NULL, 0};
    mw_span rest = mw_span_from(w->raw, (size_t)(start + w->ahead));
    if (boundary && *boundary) {
        g_autofree char *delimiter = g_strconcat("\r\n--", boundary, NULL);
        const char *end = memmem(rest.data, rest.len, delimiter, strlen(delimiter));
        if (end)
            rest.len = (size_t)(end - rest.data) + 2;
    }
    return rest;
}

static bool zip_encrypted(mw_span bytes) {
    return bytes.len > 8 && memcmp(bytes.data, "PK\x03\x04", 4) == 0 && (bytes.data[6] & 1);
}

static void describe(const walk *w, mw_part *part, GMimeObject *object) {
    GMimeContentType *type = g_mime_object_get_content_type(object);
    GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(object);
    g_autofree char *full = type ? g_mime_content_type_get_mime_type(type) : g_strdup("text/plain");
    part->type = lower(w->arena, full);
    part->charset = type ? mw_strdup(w->arena, g_mime_content_type_get_parameter(type, "charset")) : NULL;
    part->disposition =
        disposition ? lower(w->arena, g_mime_content_disposition_get_disposition(disposition)) : NULL;
    part->content_id = mw_strdup(w->arena, g_mime_object_get_content_id(object));
    part->encrypted = strcmp(part->type, "multipart/encrypted") == 0 ||
                      strcmp(part->type, "application/pgp-encrypted") == 0;
    if (GMIME_IS_PART(object)) {
        part->file_name = mw_strdup(w->arena, g_mime_part_get_filename(GMIME_PART(object)));
        part->encoding = mw_strdup(w->arena, g_mime_content_encoding_to_string(
                                                 g_mime_part_get_content_encoding(GMIME_PART(object))));
    } else if (disposition) {
        part->file_name =
            mw_strdup(w->arena, g_mime_content_disposition_get_parameter(disposition, "filename"));
    }
}

static void add_part(walk *w, GMimeObject *object, int parent, int depth, const char *boundary) {
    if (!object)
        return;
    if (depth > MW_MAX_MIME_DEPTH || w->parts->len >= MW_MAX_PARTS) {
        w->truncated = true;
        return;
    }
    mw_part part = {.depth = depth, .parent = parent};
    describe(w, &part, object);
    int index = (int)w->parts->len;
    if (GMIME_IS_PART(object) && g_mime_part_get_content(GMIME_PART(object))) {
        GMimeDataWrapper *wrapper = g_mime_part_get_content(GMIME_PART(object));
        part.raw = stream_span(w, g_mime_data_wrapper_get_stream(wrapper));
        part.content = decoded(w, wrapper);
        part.encrypted |= zip_encrypted(part.content);
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        part.raw = part.content = inner_message(w, GMIME_MESSAGE_PART(object), boundary);
    }
    g_array_append_val(w->parts, part);
    if (GMIME_IS_MULTIPART(object)) {
        GMimeMultipart *multipart = GMIME_MULTIPART(object);
        int count = g_mime_multipart_get_count(multipart);
        for (int i = 0; i < count && !w->truncated; i++)
            add_part(w, g_mime_multipart_get_part(multipart, i), index, depth + 1,
                     g_mime_multipart_get_boundary(multipart));
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
        if (inner)
            add_part(w, g_mime_message_get_mime_part(inner), index, depth + 1, boundary);
    }
}

/* The message as GMime gets it: of its header only the whole fields that tell of the structure (whose names
 * begin with Content-), so that nothing is made of all the others, and of its body what limits.h allows. NULL
 * when there are no such fields: one plain text. */
static GByteArray *structure(walk *w, const mw_message *message) {
    GByteArray *out = NULL;
    mw_span type = {NULL, 0};
    size_t len = 0;
    for (size_t i = 0; i < message->n_fields; i++) {
        const mw_field *field = &message->fields[i];
        if (field->bad || !mw_span_starts(field->name, "content-"))
            continue;
        len += field->raw.len;
        if (!mw_mime_field_bound(field->raw) || len > MW_MAX_PART_HEADERS) {
            w->truncated = true;
            continue;
        }
        if (mw_span_is(field->name, "Content-Type"))
            type = field->raw;
        out = out ? out : g_byte_array_new();
        g_byte_array_append(out, (const guint8 *)field->raw.data, (guint)field->raw.len);
        g_byte_array_append(out, (const guint8 *)"\r\n", 2);
    }
    if (out && message->has_body) {
        size_t body = mw_mime_bound(type, message->body);
        w->truncated |= body < message->body.len;
        g_byte_array_append(out, (const guint8 *)"\r\n", 2);
        w->ahead = (gint64)(message->body.data - message->raw.data) - (gint64)out->len;
        g_byte_array_append(out, (const guint8 *)message->body.data, (guint)body);
    }
    return out;
}

static void read_parts(walk *w, GByteArray *bytes) {
    GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_persist_stream(parser, TRUE);
    GMimeObject *parsed = g_mime_parser_construct_part(parser, NULL);
    add_part(w, parsed, -1, 0, NULL);
    g_clear_object(&parsed);
    g_object_unref(parser);
    g_object_unref(stream); /* and the bytes with it */
}

static const mw_mime *mime_of(mw_arena *arena, const mw_part *parts, size_t n, bool truncated) {
    mw_mime *mime = mw_new(arena, mw_mime);
    *mime = (mw_mime){mw_memdup(arena, parts, n * sizeof *parts), n, truncated};
    return mime;
}

const mw_mime *mw_mime_read(mw_arena *arena, const mw_message *message) {
    mw_part plain = {.type = NULL};
    if (mw_plain_read(arena, message, &plain))
        return mime_of(arena, &plain, 1, false);
    start_gmime();
    walk w = {.arena = arena, .raw = message->raw, .parts = g_array_new(FALSE, TRUE, sizeof(mw_part))};
    GByteArray *bytes = structure(&w, message);
    if (bytes)
        read_parts(&w, bytes);
    if (w.parts->len == 0) {
        plain = (mw_part){.type = "text/plain", .parent = -1, .content = message->body, .raw = message->body};
        g_array_append_val(w.parts, plain);
    }
    const mw_mime *mime = mime_of(arena, (const mw_part *)(void *)w.parts->data, w.parts->len, w.truncated);
    g_array_free(w.parts, TRUE);
    return mime;
}

/* ---- text ---- */

/* The C library loads what a character set needs with the first converter that is opened, and unloads it with
 * the last that is closed: of those that mails use one stays open, so that this is not done mail by mail. */
static void keep_charset(const char *charset) {
    enum { MOST = 32 };
    static struct {
        char *name;
        GIConv open;
    } kept[MOST];
    static guint n;
    static GMutex lock;
    g_mutex_lock(&lock);
    guint i = 0;
    while (i < n && g_ascii_strcasecmp(kept[i].name, charset) != 0)
        i++;
    GIConv open = i == n && n < MOST ? g_iconv_open("UTF-8", charset) : (GIConv)-1;
    if (open != (GIConv)-1) {
        kept[n].name = g_strdup(charset);
        kept[n++].open = open;
    }
    g_mutex_unlock(&lock);
}

static char *convert(mw_arena *arena, mw_span text, const char *charset) {
    gsize written;
    keep_charset(charset);
    g_autofree char *out = g_convert_with_fallback(text.data, (gssize)text.len, "UTF-8", charset,
                                                   "\xef\xbf\xbd", NULL, &written, NULL);
    return out ? mw_utf8(arena, (mw_span){out, written}) : NULL;
}

char *mw_part_text(mw_arena *arena, const mw_part *part) {
    start_gmime();
    mw_span text = part->content;
    if (!text.len)
        return mw_strdup(arena, "");
    bool ascii = !part->charset || g_ascii_strcasecmp(part->charset, "us-ascii") == 0;
    if (!ascii && g_ascii_strcasecmp(part->charset, "utf-8") != 0) {
        char *out = convert(arena, text, g_mime_charset_iconv_name(part->charset));
        if (out)
            return out;
    }
    if (!mw_span_is_ascii(text) && !g_utf8_validate_len(text.data, text.len, NULL) &&
        !memchr(text.data, 0, text.len)) {
        char *out = ascii ? convert(arena, text, "WINDOWS-1252") : NULL;
        if (out)
            return out;
    }
    return mw_utf8(arena, text);
}

static char *unfolded(mw_arena *arena, const mw_field *field) {
    mw_field cut = *field;
    cut.value = mw_span_slice(field->value, 0, MAX_DECODED_FIELD);
    return mw_field_text(arena, &cut);
}

/* "ISO-2022-JP?B?...": of the first encoded word; the others mostly have the same. */
static void keep_charset_of(mw_arena *arena, const char *word) {
    size_t len = strcspn(word, "?*"); /* RFC 2231: a language may follow */
    enum { MOST_NAME = 40 };
    if (len && len < MOST_NAME && word[len])
        keep_charset(g_mime_charset_iconv_name(mw_strndup(arena, word, len)));
}

char *mw_header_decoded(mw_arena *arena, const mw_field *field) {
    char *plain = unfolded(arena, field), *word = strstr(plain, "=?");
    if (!word && g_str_is_ascii(plain))
        return mw_utf8(arena, mw_span_of(plain));
    start_gmime();
    if (word)
        keep_charset_of(arena, word + 2);
    g_autofree char *text = g_mime_utils_header_decode_text(NULL, plain);
    return mw_utf8(arena, mw_span_of(text ? text : ""));
}

/* ---- addresses ---- */

static mw_address *new_address(mw_arena *arena, const char *name, const char *address, const char *group) {
    mw_address *a = mw_new(arena, mw_address);
    const char *at = strrchr(address, '@');
    a->display_name = name && *name ? mw_utf8(arena, mw_span_of(name)) : NULL;
    a->address = mw_strdup(arena, address);
    a->group = mw_strdup(arena, group);
    if (at && at[1]) {
        a->local_part = mw_strndup(arena, address, (size_t)(at - address));
        a->domain = mw_domain_ascii(arena, mw_span_of(at + 1));
    } else {
        a->local_part = mw_strdup(arena, address);
    }
    return a;
}

static void add_addresses(mw_arena *arena, GPtrArray *out, InternetAddressList *list, const char *group,
                          int depth) {
    int count = list ? internet_address_list_length(list) : 0;
    for (int i = 0; i < count && out->len < MW_MAX_ADDRESSES; i++) {
        InternetAddress *address = internet_address_list_get_address(list, i);
        const char *name = internet_address_get_name(address);
        if (INTERNET_ADDRESS_IS_MAILBOX(address)) {
            const char *addr = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
            g_ptr_array_add(out, new_address(arena, name, addr ? addr : "", group));
        } else if (INTERNET_ADDRESS_IS_GROUP(address) && depth < 2) {
            guint before = out->len;
            add_addresses(arena, out, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)),
                          name, depth + 1);
            if (out->len == before)
                g_ptr_array_add(out, new_address(arena, NULL, "", name ? name : ""));
        }
    }
}

GPtrArray *mw_addresses(mw_arena *arena, const mw_field *field) {
    start_gmime();
    GPtrArray *out = mw_array_new(arena);
    InternetAddressList *list = internet_address_list_parse(NULL, unfolded(arena, field));
    add_addresses(arena, out, list, NULL, 0);
    g_clear_object(&list);
    return out;
}
