#include "upload.h"
#include "whole.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FORM_BUFFER = 32 << 10, MOST_FIELD = 200, MOST_TEXT = 1 << 20, MOST_RECEIVERS = 32 };

struct upload {
    int fd;
    guint64 size, most, of_file;
    struct MHD_PostProcessor *form;
    GString *text, *token, *id, *name, *receivers; /* of a form */
    bool bulk, bad, more_files;
};

static enum MHD_Result take_field(void *data, enum MHD_ValueKind kind, const char *key, const char *filename,
                                  const char *type, const char *encoding, const char *bytes, uint64_t offset,
                                  size_t size);

upload *upload_new(struct MHD_Connection *connection, guint64 most) {
    upload *u = g_new0(upload, 1);
    u->most = most;
    u->fd = memfd_create("mail", MFD_CLOEXEC);
    u->text = g_string_new(NULL);
    u->token = g_string_new(NULL);
    u->id = g_string_new(NULL);
    u->name = g_string_new(NULL);
    u->receivers = g_string_new(NULL);
    if (connection)
        u->form = MHD_create_post_processor(connection, FORM_BUFFER, take_field, u);
    if (u->fd >= 0 && (u->form || !connection))
        return u;
    upload_free(u);
    return NULL;
}

void upload_free(upload *u) {
    if (!u)
        return;
    if (u->form)
        MHD_destroy_post_processor(u->form);
    if (u->fd >= 0)
        close(u->fd);
    g_string_free(u->text, TRUE);
    g_string_free(u->token, TRUE);
    g_string_free(u->id, TRUE);
    g_string_free(u->name, TRUE);
    g_string_free(u->receivers, TRUE);
    g_free(u);
}

static bool write_mail(upload *u, const char *data, gsize size) {
    if (!write_whole(u->fd, data, size))
        return false;
    u->of_file += size;
    return true;
}

/* The first file alone: a second one in the same field begins at 0 again. */
static bool take_file(upload *u, const char *filename, const char *bytes, guint64 offset, gsize size) {
    if (offset == 0 && u->of_file)
        u->more_files = true;
    if (u->more_files)
        return true;
    if (offset == 0 && filename && *filename)
        g_string_append_len(g_string_truncate(u->name, 0), filename,
                            (gssize)MIN(strlen(filename), MOST_FIELD));
    return write_mail(u, bytes, size);
}

static enum MHD_Result take_field(void *data, enum MHD_ValueKind kind, const char *key, const char *filename,
                                  const char *type, const char *encoding, const char *bytes, uint64_t offset,
                                  size_t size) {
    upload *u = data;
    const struct {
        const char *name;
        GString *to;
        gsize most;
    } fields[] = {{"text", u->text, MOST_TEXT}, {"token", u->token, MOST_FIELD}, {"id", u->id, MOST_FIELD}};
    if (strcmp(key, "mail") == 0)
        u->bad |= !take_file(u, filename, bytes, offset, size);
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (strcmp(key, fields[i].name) != 0)
            continue;
        u->bad |= fields[i].to->len + size > fields[i].most;
        if (!u->bad)
            g_string_append_len(fields[i].to, bytes, (gssize)size);
    }
    if (strcmp(key, "bulk") == 0)
        u->bulk = true;
    if (strcmp(key, "for") == 0 && size && u->receivers->len + size < MOST_FIELD * MOST_RECEIVERS)
        g_string_append_printf(u->receivers, "%s%.*s", u->receivers->len && offset == 0 ? "," : "", (int)size,
                               bytes);
    return u->bad ? MHD_NO : MHD_YES;
}

bool upload_add(upload *u, const char *data, gsize size) {
    u->size += size;
    if (u->size > u->most)
        return false;
    if (u->form)
        return MHD_post_process(u->form, data, size) == MHD_YES && !u->bad;
    return write_mail(u, data, size);
}

guint64 upload_size(const upload *u) {
    return u->size;
}

void upload_finish(upload *u, query *q) {
    if (!u->form)
        return;
    if (MHD_destroy_post_processor(u->form) != MHD_YES)
        u->bad = true;
    u->form = NULL;
    g_autofree char *name = g_utf8_make_valid(u->name->str, -1);
    bool pasted = strspn(u->text->str, " \t\r\n") < u->text->len;
    if (u->of_file && pasted)
        query_add(q, "bounce", u->text->str);
    else if (pasted)
        write_mail(u, u->text->str, u->text->len);
    query_add(q, "name", *name ? name : pasted ? "what was pasted" : "mail");
    if (u->receivers->len)
        query_add(q, "for", u->receivers->str);
    if (u->bulk)
        query_add(q, "bulk", NULL);
}

bool upload_is_empty(const upload *u) {
    return u->of_file == 0;
}

const char *upload_token(const upload *u) {
    return u->token->len ? u->token->str : NULL;
}

const char *upload_id(const upload *u) {
    return u->id->len ? u->id->str : NULL;
}

int upload_take(upload *u) {
    int fd = u->fd;
    u->fd = -1;
    return fd;
}
