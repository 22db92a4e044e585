#include "mail/frame.h"
#include "mail/message.h"

#define HEADER "Received: from a.example\nFrom: ida@kiln.example\nTo: b@kiln.example\nSubject: glaze\n"
#define DBOX "2 M1e C6b095974\n\1\2N          0000000000000058\n"

static const struct {
    const char *file;
    const char *mail; /* NULL: nothing is taken off */
    bool pasted;
    size_t from_line; /* the number of From's line in the file */
} cases[] = {
    {HEADER "\ntext\n", NULL, false, 2},
    {DBOX HEADER "\ntext\n\n\1\3\nR6b095974\n", HEADER "\ntext\n", false, 4},
    {"text:\n" HEADER "\ntext\n\f\n", HEADER "\ntext\n", false, 3},
    {"uid: 8\nflags: \\Seen\ntext:\n" HEADER "\ntext\n\f\n", HEADER "\ntext\n", false, 5},
    {"* 8 FETCH (UID 8 BODY[] {88}\n" HEADER "\ntext\n)\n", HEADER "\ntext\n", false, 3},
    {"88      \n" HEADER "\ntext\n<?xml version=\"1.0\"?>\n<plist/>\n", HEADER "\ntext\n", false, 3},
    {"(Message inbox:8)\n" HEADER "\ntext\n", HEADER "\ntext\n", false, 3},
    {"Hello,\n\nhere are the headers:\n\n" HEADER "\ntext\n", HEADER "\ntext\n", true, 6},
    {"> Received: from a.example\n> From: ida@kiln.example\n> To: b@kiln.example\n>\n> text\n",
     "Received: from a.example\nFrom: ida@kiln.example\nTo: b@kiln.example\n\ntext\n", true, 2},
    {"Hello\n\n    Received: from a\n     by b\n    From: ida@kiln.example\n    To: b@kiln.example\n",
     "Received: from a\n by b\nFrom: ida@kiln.example\nTo: b@kiln.example\n", true, 5},
    {"Message ID\t<1@kiln.example>\nCreated "
     "at:\tFri\nFrom:\tIda\nTo:\tb@kiln.example\nSubject:\tglaze\n\n" HEADER "\ntext\n",
     HEADER "\ntext\n", true, 8},
    {"X-First: 1\nX-Second: 2\n" HEADER "\ntext\n", NULL, false, 4},
    {"From ida@kiln.example Fri Nov 27 09:00:05 2026\n" HEADER "\ntext\n", NULL, false, 3},
    /* written anew as a whole */
    {"Received: from a\r\r\nFrom: ida@kiln.example\r\r\nTo: b\r\r\nSubject: c\r\r\nDate: d\r\r\n\r\r\n"
     "text\r\r\ntext\r\r\n",
     "Received: from a\r\nFrom: ida@kiln.example\r\nTo: b\r\nSubject: c\r\nDate: d\r\n\r\ntext\r\ntext\r\n",
     false, 2},
    {"Received: from a\n\nFrom: ida@kiln.example\n\nTo: b\n\nSubject: c\n\nDate: d\n\nMessage-ID: "
     "<e>\n\nX-F: "
     "f\n\n X-G\n\n\n\ntext\n\n",
     "Received: from a\nFrom: ida@kiln.example\nTo: b\nSubject: c\nDate: d\nMessage-ID: <e>\nX-F: f\n "
     "X-G\n\ntext\n",
     false, 2},
    {"<html><body><pre>\nReceived: from a\nFrom: &lt;ida@kiln.example&gt;\nTo: b\n\n1 &lt; 2 &amp;amp; "
     "3\n</pre></body></html>\n",
     "Received: from a\nFrom: <ida@kiln.example>\nTo: b\n\n1 < 2 &amp; 3\n\n", true, 2},
    {"Received: from a\nFrom: <ida@kiln.example>\nTo: b\n\n&lt;p&gt;\n", NULL, false, 2},
    {"Received: from a\nFrom: i@kiln.example\nTo: b\r\r\n\ntext\n", NULL, false, 2},
};

static void test_utf16(void) {
    static const char mail[] = "From: ida@kiln.example\nSubject: gl\xc3\xa4nzend\n\ntext\n";
    for (int plain = 0; plain < 2; plain++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        gsize len;
        g_autofree char *wide =
            g_convert(plain ? "From: a@b.example\n\ntext\n" : mail, -1, "UTF-16", "UTF-8", NULL, &len, NULL);
        mw_frame frame = mw_frame_find(arena, (mw_span){wide, len});
        g_assert_true(
            mw_span_equal(frame.bytes, plain ? MW_SPAN("From: a@b.example\n\ntext\n") : mw_span_of(mail)));
        g_assert_cmpint(frame.pasted, ==, !plain); /* what is beyond ASCII was in another encoding */
        frame = mw_frame_find(arena, (mw_span){wide, len - 1});
        g_assert_null(frame.words);
    }
}

static void test_frames(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        size_t len = strlen(cases[i].file);
        g_autofree char *copy = g_memdup2(cases[i].file, len);
        mw_frame frame = mw_frame_find(arena, (mw_span){copy, len});
        g_autofree char *found = g_strndup(frame.bytes.data, frame.bytes.len);
        g_test_message("case %zu: [%s]", i, found);
        g_assert_cmpstr(found, ==, cases[i].mail ? cases[i].mail : cases[i].file);
        g_assert_cmpint(frame.pasted, ==, cases[i].pasted);
        g_assert_cmpint(frame.words != NULL, ==, cases[i].mail != NULL);
        const mw_message *message = mw_message_read(arena, (mw_span){copy, len}, NULL);
        g_assert_nonnull(message);
        g_assert_cmpuint(mw_message_field(message, "From")->line, ==, cases[i].from_line);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame/frames", test_frames);
    g_test_add_func("/frame/utf-16", test_utf16);
    return g_test_run();
}
