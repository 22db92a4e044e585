#include "mail/message.h"
#include "mail/store.h"

#include <archive.h>
#include <archive_entry.h>
#include <gsf/gsf-outfile-msole.h>
#include <gsf/gsf-output-memory.h>
#include <gsf/gsf-utils.h>

#define MAIL "From: ida@kiln.example\nSubject: glaze\n\ntext\n"
#define FROM "From ida@kiln.example Fri Nov 27 09:00:05 2026\n"

/* ---- archives ---- */

typedef struct file {
    const char *name, *content;
    gsize size; /* 0: up to its NUL */
} file;

static GBytes *pack(bool zip, const file *files, size_t n) {
    gsize size = 1 << 16, used = 0;
    char *out = g_malloc0(size);
    struct archive *a = archive_write_new();
    if (zip) {
        archive_write_set_format_zip(a);
    } else {
        archive_write_set_format_ustar(a);
        archive_write_add_filter_gzip(a);
    }
    g_assert_cmpint(archive_write_open_memory(a, out, size, &used), ==, ARCHIVE_OK);
    for (size_t i = 0; i < n; i++) {
        struct archive_entry *e = archive_entry_new();
        archive_entry_set_pathname(e, files[i].name);
        gsize len = files[i].size ? files[i].size : strlen(files[i].content);
        archive_entry_set_size(e, (la_int64_t)len);
        archive_entry_set_filetype(e, AE_IFREG);
        archive_entry_set_perm(e, 0644);
        archive_write_header(a, e);
        archive_write_data(a, files[i].content, len);
        archive_entry_free(e);
    }
    archive_write_close(a);
    archive_write_free(a);
    return g_bytes_new_take(out, used);
}

/* "NAME" of each mail, "NAME!" of an error, "NAME?" of what was passed over. */
static char *list(GBytes *bytes) {
    g_autoptr(mw_store) store = mw_store_new(bytes, NULL);
    GString *out = g_string_new(NULL);
    for (mw_store_mail *mail; (mail = mw_store_next(store)); mw_store_mail_free(mail)) {
        g_assert_cmpint(mail->bytes == NULL, ==, mail->error != NULL);
        g_string_append_printf(out, "%s%s%s", out->len ? " " : "", mail->name ? mail->name : "-",
                               mail->passed_over ? "?"
                               : mail->error     ? "!"
                                                 : "");
    }
    return g_string_free(out, FALSE);
}

static void test_archives(void) {
    static const file files[] = {{"a.eml", MAIL},
                                 {"__MACOSX/._a.eml", "x"},
                                 {"notes.txt", "hello there"},
                                 {"box", FROM MAIL "\n" FROM MAIL}};
    for (int zip = 0; zip < 2; zip++) {
        g_autoptr(GBytes) bytes = pack(zip, files, G_N_ELEMENTS(files));
        g_autofree char *found = list(bytes);
        g_assert_cmpstr(found, ==, "a.eml notes.txt? box:1 box:2");
        g_autoptr(GBytes) none = pack(zip, files + 2, 1);
        g_autofree char *nothing = list(none);
        g_assert_cmpstr(nothing, ==, "notes.txt? -!");
        g_autoptr(GBytes) cut = g_bytes_new_from_bytes(bytes, 0, g_bytes_get_size(bytes) / 3);
        g_autofree char *damaged = list(cut);
        g_assert_nonnull(strchr(damaged, '!'));
    }
}

/* Archives within one another take from one room: each would unpack within its own. */
static void test_bomb_in_archives(void) {
    enum { COPIES = 8, EACH = 6 << 20 };
    g_autofree char *blanks = g_strnfill(EACH, ' ');
    const file big = {"big.eml", blanks, 0};
    g_autoptr(GBytes) inner = pack(true, &big, 1);
    gsize size;
    const char *bytes = g_bytes_get_data(inner, &size);
    file copies[COPIES];
    for (int i = 0; i < COPIES; i++)
        copies[i] = (file){"inner.zip", bytes, size};
    g_autoptr(GBytes) outer = pack(false, copies, COPIES);
    g_autoptr(mw_store) store = mw_store_new(outer, NULL);
    unsigned unpacked = 0, told = 0;
    for (mw_store_mail *mail; (mail = mw_store_next(store)); mw_store_mail_free(mail)) {
        unpacked += mail->bytes || mail->passed_over;
        told += mail->error && strstr(mail->error, "far more");
    }
    g_assert_cmpuint(unpacked, <=, 4);
    g_assert_cmpuint(told, >=, 1);
}

/* One megabyte of blanks packs into a thousandth: within the bound; 64 of them are not. */
static void test_bomb(void) {
    g_autofree char *blanks = g_strnfill(64 << 20, ' ');
    const file files[] = {{"big.eml", blanks}, {"a.eml", MAIL}};
    g_autoptr(GBytes) bytes = pack(false, files, 2);
    g_autofree char *found = list(bytes);
    g_assert_cmpstr(found, ==, "big.eml! -!");
}

/* Files of several mails that are no mbox: Dovecot's mdbox, doveadm fetch, an IMAP server's answers. Each is
 * read, with nothing of what stands around it; a file of one bears no number. */
static void test_frames(void) {
#define DBOX "\1\2N                 000000000000002c\n" MAIL "\n\1\3\nR6a1\nG0a\n\n"
#define FETCH(n) "* " n " FETCH (UID " n " BODY[] {44}\n" MAIL ")\n"
    static const struct {
        const char *bytes, *names;
    } files[] = {
        {"2 M1e C6b095974\n" DBOX DBOX DBOX, "1 2 3"},
        {"2 M1e C6b095974\n" DBOX, "-"},
        {"uid: 1\ntext:\n" MAIL "\f\nuid: 2\ntext:\n" MAIL "\f\n", "1 2"},
        {"text:\n" MAIL "text:\n" MAIL "text:\n" MAIL, "1 2 3"},
        {"text:\n" MAIL "text:\nnothing but a page\n", "-"},
        {"text:\n" MAIL "\f\nthe end of a page\n", "-"},
        {FETCH("1") FETCH("2") "A OK done\n", "1 2"},
        {FROM "Content-Length: 5\n" MAIL "\n\n", "-"}}; /* the mbox of one mail, an empty line behind it */
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GBytes) bytes = g_bytes_new_static(files[i].bytes, strlen(files[i].bytes));
        g_autofree char *found = list(bytes);
        g_assert_cmpstr(found, ==, files[i].names);
        g_autoptr(mw_store) store = mw_store_new(bytes, NULL);
        g_autoptr(mw_arena) arena = mw_arena_new();
        for (mw_store_mail *mail; (mail = mw_store_next(store)); mw_store_mail_free(mail)) {
            mw_span span = {NULL, 0};
            span.data = g_bytes_get_data(mail->bytes, &span.len);
            const mw_message *message = mw_message_read(arena, span, NULL);
            g_assert_cmpstr(mw_field_text(arena, mw_message_field(message, "Subject")), ==, "glaze");
            g_assert_true(mw_span_starts(message->body, "text"));
            if (!strstr(files[i].bytes, "a page"))
                g_assert_true(mw_span_equal(mw_span_strip_end(message->body, "\r\n"), MW_SPAN("text")));
        }
    }
}

/* ---- .msg ---- */

static void add(GsfOutfile *folder, const char *name, const void *bytes, size_t n) {
    GsfOutput *child = gsf_outfile_new_child(folder, name, FALSE);
    gsf_output_write(child, n, bytes);
    gsf_output_close(child);
    g_object_unref(child);
}

static GBytes *msg(const char *header, const char *body) {
    static const guint8 wide[] = {'g', 0, 'l', 0, 'a', 0, 'z', 0, 'e', 0};
    gsf_init();
    GsfOutput *memory = gsf_output_memory_new();
    GsfOutfile *root = gsf_outfile_msole_new(memory);
    if (header)
        add(root, "__substg1.0_007D001E", header, strlen(header));
    add(root, "__substg1.0_1000001E", body, strlen(body));
    add(root, "__substg1.0_0037001F", wide, sizeof wide);
    add(root, "__substg1.0_0C1F001E", "ida@kiln.example", 16);
    GsfOutput *attached = gsf_outfile_new_child(root, "__attach_version1.0_#00000000", TRUE);
    add(GSF_OUTFILE(attached), "__substg1.0_3707001E", "list.txt", 8);
    add(GSF_OUTFILE(attached), "__substg1.0_37010102", "one two", 7);
    gsf_output_close(attached);
    g_object_unref(attached);
    gsf_output_close(GSF_OUTPUT(root));
    GBytes *bytes =
        g_bytes_new(gsf_output_memory_get_bytes(GSF_OUTPUT_MEMORY(memory)), (gsize)gsf_output_size(memory));
    g_object_unref(root);
    g_object_unref(memory);
    return bytes;
}

static const mw_message *read_msg(mw_arena *arena, GBytes *bytes) {
    mw_span span = {NULL, 0};
    span.data = g_bytes_get_data(bytes, &span.len);
    g_autoptr(GError) error = NULL;
    const mw_message *message = mw_message_read(arena, span, &error);
    g_assert_no_error(error);
    return message;
}

static void test_msg(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GBytes) bytes = msg("Received: from a.example\r\nFrom: ida@kiln.example\r\nContent-Type: "
                                  "multipart/mixed; boundary=\"b1\"\r\n",
                                  "the text");
    const mw_message *message = read_msg(arena, bytes);
    g_assert_true(message->rebuilt && !message->unsent);
    g_assert_nonnull(mw_message_field(message, "Received"));
    g_autofree char *body = g_strndup(message->body.data, message->body.len);
    g_assert_nonnull(strstr(body, "the text"));
    g_assert_nonnull(strstr(body, "filename=\"list.txt\""));
    g_assert_nonnull(strstr(body, "b25lIHR3bw=="));
    g_assert_true(g_str_has_suffix(body, "--b1--\r\n"));
}

static void test_draft(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GBytes) bytes = msg(NULL, "the text");
    const mw_message *message = read_msg(arena, bytes);
    g_assert_true(message->unsent);
    g_assert_cmpstr(mw_field_text(arena, mw_message_field(message, "From")), ==, "<ida@kiln.example>");
    g_assert_cmpstr(mw_field_text(arena, mw_message_field(message, "Subject")), ==, "glaze");
}

static void test_no_msg(void) {
    static const struct {
        const char *bytes;
        size_t len;
        const char *says;
    } files[] = {{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing", 16, ".msg"},
                 {"\x78\x9f\x3e\x22\1\0", 6, "winmail.dat"}};
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autoptr(GError) error = NULL;
        g_assert_null(mw_message_read(arena, (mw_span){files[i].bytes, files[i].len}, &error));
        g_assert_nonnull(strstr(error->message, files[i].says));
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/store/archives", test_archives);
    g_test_add_func("/store/bomb_in_archives", test_bomb_in_archives);
    g_test_add_func("/store/bomb", test_bomb);
    g_test_add_func("/store/frames", test_frames);
    g_test_add_func("/store/msg", test_msg);
    g_test_add_func("/store/draft", test_draft);
    g_test_add_func("/store/no-msg", test_no_msg);
    return g_test_run();
}
