#include "report/blank.h"

static mw_blank *new_blank(mw_arena *arena) {
    g_autoptr(mw_data) data = mw_data_new(NULL);
    mw_blank *b = mw_blank_new(arena, mw_catalogue_new(data, arena, NULL));
    mw_blank_address(b, "Ann.Poe@shop.example");
    mw_blank_name(b, "Ann Margaret Poe");
    mw_blank_name(b, "Mail");
    mw_blank_name(b, "Loomis");
    mw_blank_text(b, "Your order 4711");
    mw_blank_host(b, "anns-laptop");
    mw_blank_file(b, "letter to ann.pdf.exe");
    mw_blank_sentence(b, "\"[choir]\" was put in front of the subject");
    mw_blank_quotes_of(b, mw_span_of("Dear all,\r\nbring the white dress.\r\n"));
    return b;
}

static void test_out(void) {
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", ""},
        {"RDNS_NONE: 203.0.113.25 has no PTR record", "RDNS_NONE: 203.0.113.25 has no PTR record"},
        {"to ann.poe@SHOP.example, ANN.POE@shop.example.",
         "to person-1@shop.example, person-1@shop.example."},
        {"<bob@shop.example> and bob@shop.example", "<person-2@shop.example> and person-2@shop.example"},
        {"i=bob@shop.example", "i=person-2@shop.example"},
        {"smtp.mailfrom=bounce+ann=shop.example@esp.example", "smtp.mailfrom=person-3@esp.example"},
        {"header.i=@shop.example", "header.i=@shop.example"},
        {"\"a b\"@shop.example", "person-4@shop.example"},
        {"person-7@shop.example", "person-7@shop.example"},
        {"v=DMARC1; p=none; rua=mailto:dmarc@shop.example",
         "v=DMARC1; p=none; rua=mailto:dmarc@shop.example"},
        {"mailto:leave-ann@list.example", "mailto:person-5@list.example"},
        {"Ann Margaret Poe wrote", "Name 1 wrote"},
        {"ann margaret poe, Margaret", "Name 1, Name 1"},
        {"The mail of Mail", "The mail of Mail"}, /* a word of ours is nobody's name */
        {"loomis.example, mail-loomis.example, Loomis, Loomis.",
         "loomis.example, mail-loomis.example, Name 3, Name 3."},
        {"Subject: your ORDER 4711!", "Subject: (hidden)!"},
        {"anns-laptop [192.168.1.9]", "host-1 [192.168.1.9]"},
        {"Letter to Ann.pdf.exe is a program", "file-1.pdf.exe is a program"},
        {"DKIM: \"[choir]\" was put in front of the subject",
         "DKIM: \"(hidden)\" was put in front of the subject"},
        {"beginning \"bring the white\", then", "beginning \"(hidden)\", then"},
        {"publish \"v=spf1 -all\"", "publish \"v=spf1 -all\""},
        {"an open \" quote @ nothing @", "an open \" quote @ nothing @"},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_blank *b = new_blank(arena);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(mw_blank_out(b, cases[i].text), ==, cases[i].want);
    g_assert_null(mw_blank_out(b, NULL));
    g_assert_cmpstr(mw_blank_quotes(b, "of \"x.example\""), ==, "of \"(hidden)\"");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/blank/out", test_out);
    return g_test_run();
}
