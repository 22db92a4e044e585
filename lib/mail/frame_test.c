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
};

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
    return g_test_run();
}
