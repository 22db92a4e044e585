#include "mail/plain.h"

static bool is_name_byte(char c) {
    return g_ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
}

/* "text/plain", perhaps with "; charset=NAME" behind it. */
static bool read_type(mw_arena *arena, mw_span value, const char **charset) {
    mw_span rest = value, type = mw_span_trim(mw_span_cut(&rest, ';'));
    if (!mw_span_is(type, "text/plain"))
        return false;
    if (!rest.data)
        return true;
    rest = mw_span_trim(rest);
    if (!mw_span_starts(rest, "charset="))
        return false;
    mw_span name = mw_span_from(rest, strlen("charset="));
    if (name.len > 2 && name.data[0] == '"' && name.data[name.len - 1] == '"')
        name = mw_span_slice(name, 1, name.len - 1);
    for (size_t i = 0; i < name.len; i++)
        if (!is_name_byte(name.data[i]))
            return false;
    *charset = mw_span_dup(arena, name);
    return name.len > 0;
}

/* The text stands in the mail as it is. */
static bool read_encoding(mw_span value, const char **encoding) {
    static const char *const plain[] = {"7bit", "8bit"};
    value = mw_span_trim(value);
    for (size_t i = 0; i < G_N_ELEMENTS(plain); i++)
        if (mw_span_is(value, plain[i]))
            *encoding = plain[i];
    return *encoding != NULL;
}

bool mw_plain_read(mw_arena *arena, const mw_message *message, mw_part *part) {
    for (size_t i = 0; i < message->n_fields; i++) {
        const mw_field *field = &message->fields[i];
        if (field->bad || !mw_span_starts(field->name, "content-"))
            continue;
        bool type = mw_span_is(field->name, "Content-Type"),
             encoding = mw_span_is(field->name, "Content-Transfer-Encoding");
        if (type && !part->type && read_type(arena, field->value, &part->charset))
            part->type = "text/plain";
        else if (!encoding || part->encoding || !read_encoding(field->value, &part->encoding))
            return false;
    }
    part->parent = -1;
    part->raw = part->content = message->body;
    return part->type && message->body.len && !mw_span_starts(message->body, "PK"); /* no archive */
}
