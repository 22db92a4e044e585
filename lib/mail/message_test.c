#include "base/error.h"
#include "mail/mime.h"

static const mw_message *read_text(mw_arena *arena, const char *text, GError **error) {
    /* a copy without the final NUL, so that an over-read is caught */
    size_t n = strlen(text);
    char *copy = mw_arena_own(arena, g_malloc(n ? n : 1), g_free);
    memcpy(copy, text, n);
    return mw_message_read(arena, (mw_span){copy, n}, error);
}

static void test_line_ends(void) {
    static const char *const texts[] = {
        "From: a@b.example\r\nSubject: one\r\n two\r\n\r\nbody\r\nmore\r\n",
        "From: a@b.example\nSubject: one\n two\n\nbody\nmore\n",
        "From: a@b.example\rSubject: one\r two\r\rbody\rmore\r",
        "From: a@b.example\r\nSubject: one\n two\n\r\nbody\nmore\r\n",
        "\xef\xbb\xbf\n\nFrom: a@b.example\nSubject: one\n two\n\nbody\nmore\n",
        "From x@y Sun Nov 22 01:00:00 2026\n>From x@y\nFrom: a@b.example\nSubject: one\n two\n\nbody\nmore\n",
    };
    static const mw_line_ends ends[] = {MW_LINES_CRLF,  MW_LINES_LF, MW_LINES_CR,
                                        MW_LINES_MIXED, MW_LINES_LF, MW_LINES_LF};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        const mw_message *m = read_text(arena, texts[i], NULL);
        g_assert_nonnull(m);
        g_assert_cmpint(m->line_ends, ==, ends[i]);
        g_assert_cmpuint(m->n_fields, ==, 2);
        const mw_field *subject = mw_message_field(m, "subject");
        g_assert_cmpstr(mw_field_text(arena, subject), ==, "one two");
        g_assert_cmpstr(mw_span_dup(arena, subject->raw), ==, "Subject: one\r\n two");
        g_assert_cmpstr(mw_span_dup(arena, m->body), ==, "body\r\nmore\r\n");
        g_assert_true(strncmp(texts[i] + subject->offset, "Subject", 7) == 0);
        g_assert_true(strncmp(texts[i] + m->body_offset, "body", 4) == 0);
    }
}

static void test_odd(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_message *m =
        read_text(arena, "From: a@b.example\nno colon here\nSubject : x\nBad name: y\nTo: c@d.example", NULL);
    g_assert_false(m->has_body);
    g_assert_cmpuint(m->body.len, ==, 0);
    g_assert_cmpuint(m->n_fields, ==, 5);
    g_assert_true(m->fields[1].bad && m->fields[3].bad);
    g_assert_cmpstr(mw_span_dup(arena, m->fields[2].name), ==, "Subject");
    g_assert_cmpuint(m->fields[4].line, ==, 5);
    g_assert_cmpstr(mw_span_dup(arena, m->fields[4].raw), ==, "To: c@d.example");
    m = read_text(arena, "Subject: x\n\n", NULL);
    g_assert_true(m->has_body);
    g_assert_cmpuint(m->body.len, ==, 0);
}

static void test_no_mail(void) {
    static const char *const texts[] = {"",
                                        "hello world\nno mail\n",
                                        "\x1f\x8b\x08more",
                                        "PK\x03\x04 x",
                                        "Note: this\n",
                                        "<html><body>x</body></html>",
                                        "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 x",
                                        "\n\n\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autoptr(GError) error = NULL;
        g_assert_null(read_text(arena, texts[i], &error));
        g_assert_error(error, MW_ERROR, MW_ERROR_MESSAGE);
        g_assert_null(strchr(error->message, '\n'));
    }
}

static void test_mime(void) {
    static const char text[] =
        "From: =?utf-8?q?J=C3=BCrgen?= <j@B\xc3\xbc"
        "cher.example>, team: a@x.example, b@y.example;\r\n"
        "Subject: =?iso-8859-1?Q?caf=E9?=\r\n =?utf-8?B?IOKCrA==?=\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"q\"\r\n\r\n"
        "--q\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: "
        "quoted-printable\r\n\r\n"
        "na=EFve\r\n"
        "--q\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename=\"a.zip\"\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nUEsDBBQAAQAIAA==\r\n"
        "--q\r\nContent-Type: message/rfc822\r\n\r\nFrom: in@ner.example\r\nSubject: inner\r\n\r\ninner "
        "body\r\n"
        "--q--\r\n";
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_message *m = read_text(arena, text, NULL);
    const mw_mime *mime = mw_mime_read(arena, m);
    g_assert_cmpuint(mime->n_parts, ==, 5);
    g_assert_cmpstr(mime->parts[0].type, ==, "multipart/mixed");
    g_assert_cmpstr(mw_part_text(arena, &mime->parts[1]), ==, "na\xc3\xafve");
    g_assert_cmpstr(mw_span_dup(arena, mime->parts[1].raw), ==, "na=EFve");
    g_assert_cmpstr(mime->parts[2].file_name, ==, "a.zip");
    g_assert_true(mime->parts[2].encrypted);
    g_assert_cmpstr(mw_span_dup(arena, mime->parts[3].raw), ==,
                    "From: in@ner.example\r\nSubject: inner\r\n\r\ninner body\r\n");
    g_assert_cmpint(mime->parts[4].parent, ==, 3);
    g_assert_cmpstr(mw_header_decoded(arena, mw_message_field(m, "Subject")), ==, "caf\xc3\xa9 \xe2\x82\xac");
    GPtrArray *from = mw_addresses(arena, mw_message_field(m, "From"));
    g_assert_cmpuint(from->len, ==, 3);
    const mw_address *first = from->pdata[0], *third = from->pdata[2];
    g_assert_cmpstr(first->display_name, ==, "J\xc3\xbcrgen");
    g_assert_cmpstr(first->domain, ==, "xn--bcher-kva.example");
    g_assert_cmpstr(third->group, ==, "team");
    g_assert_cmpstr(third->local_part, ==, "b");
}

/* Thousands of multiparts within each other are cut, not followed. */
static void test_deep(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GString) text = g_string_new("From: a@b.example\n");
    for (int i = 0; i < 3000; i++)
        g_string_append_printf(text, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    const mw_message *m = read_text(arena, text->str, NULL);
    g_assert_true(mw_mime_read(arena, m)->truncated);
}

/* The structure is that of the fields that the splitter found, whatever else stands among them. */
static void test_mime_header(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_message *m = read_text(
        arena,
        "no field at all\nSubject: x\nContent-\x01: 1\nContent-type :\n multipart/mixed; boundary=b\n"
        "also none\n\n--b\nContent-Transfer-Encoding: base64\n\naGk=\n--b--\n",
        NULL);
    const mw_mime *mime = mw_mime_read(arena, m);
    g_assert_cmpuint(mime->n_parts, ==, 2);
    g_assert_true(mw_span_is(mime->parts[1].content, "hi"));
    g_assert_true(mw_span_is(mime->parts[1].raw, "aGk="));
    g_assert_true(mime->parts[1].raw.data > m->body.data);
    m = read_text(arena, "Subject: x\n\nA\nb", NULL);
    mime = mw_mime_read(arena, m);
    g_assert_cmpuint(mime->n_parts, ==, 1);
    g_assert_cmpstr(mime->parts[0].type, ==, "text/plain");
    g_assert_true(mw_span_equal(mime->parts[0].content, m->body));
    m = read_text(arena, "Subject: x\nContent-Type: text/html; charset=utf-8", NULL);
    mime = mw_mime_read(arena, m);
    g_assert_cmpuint(mime->n_parts, ==, 1);
    g_assert_cmpstr(mime->parts[0].type, ==, "text/html");
    g_assert_cmpuint(mime->parts[0].content.len, ==, 0);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mail/message/line-ends", test_line_ends);
    g_test_add_func("/mail/message/odd", test_odd);
    g_test_add_func("/mail/message/no-mail", test_no_mail);
    g_test_add_func("/mail/mime", test_mime);
    g_test_add_func("/mail/mime/header", test_mime_header);
    g_test_add_func("/mail/mime/deep", test_deep);
    return g_test_run();
}
