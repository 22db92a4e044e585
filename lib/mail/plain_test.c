#include "mail/plain.h"

static const mw_message *mail_of(mw_arena *arena, const char *fields, const char *body) {
    return mw_message_read(arena, mw_span_of(mw_printf(arena, "From: a@b.example\r\n%s\r\n%s", fields, body)),
                           NULL);
}

/* What is told without a parser is what the parser makes of the same mail: one more field wakes it. */
static void test_same(void) {
    static const char *const fields[] = {
        "Content-Type: text/plain\r\n",
        "content-type: TEXT/Plain; charset=UTF-8\r\n",
        "Content-Type: text/plain;\r\n\tcharset=\"iso-8859-1\"\r\nContent-Transfer-Encoding: 8bit\r\n",
        "Content-Transfer-Encoding: 7BIT\r\nContent-Type: text/plain; charset=us-ascii \r\n",
    };
    static const char *const bodies[] = {"Hello\r\n", "x", "\r\n\r\n\xc3\xbc \xdf\r\n\r\n",
                                         "From here\r\n.\r\n--x\r\n"};
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        for (size_t k = 0; k < G_N_ELEMENTS(bodies); k++) {
            const mw_message *mail = mail_of(arena, fields[i], bodies[k]);
            const mw_message *parsed =
                mail_of(arena, mw_printf(arena, "%sContent-Language: de\r\n", fields[i]), bodies[k]);
            mw_part part = {.type = NULL}, unused = {.type = NULL};
            g_assert_true(mw_plain_read(arena, mail, &part));
            g_assert_false(mw_plain_read(arena, parsed, &unused));
            const mw_mime *mime = mw_mime_read(arena, parsed);
            g_assert_cmpuint(mime->n_parts, ==, 1);
            const mw_part *want = mime->parts;
            g_assert_cmpstr(part.type, ==, want->type);
            g_assert_cmpstr(part.charset, ==, want->charset);
            g_assert_cmpstr(part.encoding, ==, want->encoding);
            g_assert_true(mw_span_equal(part.content, want->content));
            g_assert_true(mw_span_equal(part.raw, want->raw));
            g_assert_true(!want->disposition && !want->file_name && !want->content_id && !want->encrypted);
            g_assert_cmpint(part.depth, ==, want->depth);
            g_assert_cmpint(part.parent, ==, want->parent);
        }
}

static void test_left_to_the_parser(void) {
    static const char *const fields[] = {
        "",
        "Content-Transfer-Encoding: 7bit\r\n",
        "Content-Type: text/html\r\n",
        "Content-Type: text/plain; name=a.txt\r\n",
        "Content-Type: text/plain; charset=utf-8; format=flowed\r\n",
        "Content-Type: text/plain; charset*=utf-8''x\r\n",
        "Content-Type: text/plain (really)\r\n",
        "Content-Type: text/plain; charset=\r\n",
        "Content-Type: text/plain\r\nContent-Type: text/html\r\n",
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n",
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: 8bit\r\n",
        "Content-Type: text/plain\r\nContent-Disposition: attachment\r\n",
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_part part = {.type = NULL};
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++, part = (mw_part){.type = NULL})
        g_assert_false(mw_plain_read(arena, mail_of(arena, fields[i], "x\r\n"), &part));
    g_assert_false(mw_plain_read(arena, mail_of(arena, "Content-Type: text/plain\r\n", ""), &part));
    part = (mw_part){.type = NULL};
    g_assert_false(mw_plain_read(arena, mail_of(arena, "Content-Type: text/plain\r\n", "PK\x03\x04"), &part));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mail/plain/same", test_same);
    g_test_add_func("/mail/plain/left-to-the-parser", test_left_to_the_parser);
    return g_test_run();
}
