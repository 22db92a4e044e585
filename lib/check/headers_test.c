/* The header's sanity: one small mail a case. */
#include "check/message_id.h"
#include "check/world_test.h"

extern const mw_check mw_check_headers, mw_check_dates, mw_check_authors;

#define FROM "From: Ann <ann@shop.example>\n"
#define REST "To: bob@client.example\nDate: Sun, 22 Nov 2026 10:00:00 +0000\nMessage-ID: <1@shop.example>\n"
#define GOOD FROM REST
#define AT "2026-11-22T10:00:30Z"

static const struct {
    const char *header, *want;
} cases[] = {
    {GOOD, ""},
    {REST, "MISSING_FROM"},
    {FROM "Date: Sun, 22 Nov 2026 10:00:00 +0000\n", "MISSING_TO MISSING_MID"},
    {FROM "To: b@client.example\nMessage-ID: <1@shop.example>\n", "MISSING_DATE"},
    {GOOD "Content-Type: text/plain\n", "MISSING_MIME_VERSION"},
    {GOOD "Content-Type: text/plain\nMIME-Version: 1.0\n", ""},
    {GOOD "Subject: a\nSubject: b\n", "MULTIPLE_UNIQUE_HEADERS"},
    {"From: caf\xe9 <ann@shop.example>\n" REST, "INVALID_FROM_8BIT"},
    {"From: caf\xc3\xa9 <ann@shop.example>\n" REST, "FROM_NEEDS_ENCODING"},
    {FROM
     "To: caf\xe9 <b@client.example>\nDate: Sun, 22 Nov 2026 10:00:00 +0000\nMessage-ID: <1@shop.example>\n",
     "INVALID_RCPT_8BIT"},
    {GOOD "Cc: caf\xc3\xa9 <c@client.example>\n", "TO_NEEDS_ENCODING"},
    {GOOD "no colon here\n", "BROKEN_HEADER_LINE"},
    {FROM FROM REST, "MULTIPLE_UNIQUE_HEADERS MULTIPLE_FROM"},
    {"From: ann@shop.example, bob@shop.example\n" REST, "MULTIPLE_FROM"},
    {"From: nobody\n" REST, "FROM_INVALID"},
    {"From:\n" REST, "FROM_INVALID"},
    {"From: \"ann@bank.example\" <x@shop.example>\n" REST, "FROM_NEQ_DISPLAY_NAME"},
    {"From: \"ann\xef\xbc\xa0"
     "bank\xe3\x80\x82"
     "example\" <x@shop.example>\n" REST,
     "FROM_NEEDS_ENCODING FROM_NEQ_DISPLAY_NAME"},
    {"From: \"ann@\xe2\x80\x8b"
     "bank.example\" <x@shop.example>\n" REST,
     "FROM_NEEDS_ENCODING FROM_NEQ_DISPLAY_NAME"},
    {"From: \"ann@bank.example\"@shop.example\n" REST, "FROM_NEQ_DISPLAY_NAME"},
    {"From: \"\xe2\x80\xae"
     "elpmaxe.knab@nna\xe2\x80\xac\" <x@shop.example>\n" REST,
     "FROM_NEEDS_ENCODING FROM_NEQ_DISPLAY_NAME"},
    {"From: \"ann@b\xd0\xb0nk.example\" <x@shop.example>\n" REST,
     "FROM_NEEDS_ENCODING FROM_NEQ_DISPLAY_NAME"},
    {"From: \"\xd0\xb0nn\xd0\xb0@bank.example\" <x@shop.example>\n" REST,
     "FROM_NEEDS_ENCODING FROM_NEQ_DISPLAY_NAME"},
    {"From: \"x@shop.example\xe6\xa7\x98\" <x@shop.example>\n" REST, "FROM_NEEDS_ENCODING"},
    {"From: \"Boss boss@client.example\" <x@shop.example>\n" REST, "SPOOF_DISPLAY_NAME"},
    {"From: \"ann@mail.shop.example\" <x@shop.example>\n" REST, ""},
    {"From: \"5 @ 10 euro\" <x@shop.example>\n" REST, ""},
    {GOOD "Reply-To: x@other.example\n", "REPLYTO_DOM_NEQ_FROM_DOM"},
    {GOOD "Reply-To: x@help.shop.example\n", ""},
    {"From: a@gmail.com\n" REST "Reply-To: a@yahoo.com\n",
     "FREEMAIL_REPLYTO_NEQ_FROM_DOM FREEMAIL_FROM_ELSEWHERE"},
    {"From: a@gmail.com\n" REST, "FREEMAIL_FROM_ELSEWHERE"},
    {"From: a@gmail.com\n" REST "List-Id: <talk.lists.example>\n", ""},
    {"From: a@gmail.com\n" REST "X-Mailing-List: talk@lists.example\n", ""},
    {FROM "To: b@client.example\nMessage-ID: <1@shop.example>\nDate: yesterday\n", "INVALID_DATE"},
    {FROM "To: b@client.example\nMessage-ID: <1@shop.example>\nDate: Sun, 22 Nov 2026 12:30:00 +0000\n",
     "DATE_IN_FUTURE"},
    {FROM "To: b@client.example\nMessage-ID: <1@shop.example>\nDate: Sun, 22 Nov 2026 11:30:00 +0000\n", ""},
    {FROM "To: b@client.example\nMessage-ID: <1@shop.example>\nDate: Fri, 20 Nov 2026 12:30:00 +0000\n",
     "DATE_IN_PAST"},
    {FROM "To: b@client.example\nMessage-ID: <1@shop.example>\nDate: Sun, 22 Nov 2026 12:30:00 +0300\n", ""},
    {FROM "To: b@client.example\nDate: Sun, 22 Nov 2026 10:00:00 +0000\nMessage-ID: 1@shop.example\n",
     "INVALID_MSGID"},
    {FROM "To: b@client.example\nDate: Sun, 22 Nov 2026 10:00:00 +0000\nMessage-ID: <1@localhost>\n",
     "MID_RHS_NOT_FQDN"},
    {FROM "To: b@client.example\nDate: Sun, 22 Nov 2026 10:00:00 +0000\nMessage-ID: 1@localhost\n",
     "INVALID_MSGID MID_RHS_NOT_FQDN"},
};

static void test_cases(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *message = g_strconcat(cases[i].header, "\nhello\n", NULL);
        world w = world_new(&(world_spec){.message = message, .at = AT, .client_ip = "192.0.2.1"});
        world_run(&w, &mw_check_headers);
        world_run(&w, &mw_check_dates);
        world_run(&w, &mw_check_authors);
        g_test_message("%s", cases[i].header);
        g_assert_cmpstr(world_symbols(&w), ==, cases[i].want);
        world_free(&w);
    }
}

/* A free mail service's own signature, or its sender domain, that could not be asked for: nothing is claimed.
 */
static void test_unsettled(void) {
    static const struct {
        const char *signer, *mail_from, *want;
        mw_dkim_result dkim;
    } runs[] = {
        {"gmail.com", "a@gmail.com", "FREEMAIL_FROM_ELSEWHERE?", MW_DKIM_TEMPERROR},
        {"gmail.com", "a@other.example", "FREEMAIL_FROM_ELSEWHERE?", MW_DKIM_UNTESTABLE},
        {"gmail.com", "a@other.example", "FREEMAIL_FROM_ELSEWHERE", MW_DKIM_FAIL},
        {"gmail.com", "a@other.example", "", MW_DKIM_PASS},
        {"other.example", "a@other.example", "FREEMAIL_FROM_ELSEWHERE", MW_DKIM_TEMPERROR},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(runs); i++) {
        world w = world_new(&(world_spec){.message = "From: a@gmail.com\n" REST "\nhello\n",
                                          .at = AT,
                                          .client_ip = "192.0.2.1",
                                          .mail_from = runs[i].mail_from});
        mw_dkim dkim = {.domain = runs[i].signer, .result = runs[i].dkim};
        g_autoptr(GPtrArray) all = g_ptr_array_new();
        g_ptr_array_add(all, &dkim);
        w.facts->dkim = all;
        world_run(&w, &mw_check_authors);
        g_test_message("%zu", i);
        g_assert_cmpstr(world_symbols(&w), ==, runs[i].want);
        world_free(&w);
    }
}

static void test_shares(void) {
    static const struct {
        const char *extra;
        double share;
    } doubled[] = {{"Subject: a\nSubject: b\n", 0.7},
                   {"Cc: a@b.example\nCc: a@b.example\n", 0.1},
                   {"Cc: a@b.example\nCc: a@b.example\nSender: a@b.example\nSender: a@b.example\n", 1}};
    for (size_t i = 0; i < G_N_ELEMENTS(doubled); i++) {
        g_autofree char *message = g_strconcat(GOOD, doubled[i].extra, "\nhello\n", NULL);
        world w = world_new(&(world_spec){.message = message, .at = AT});
        world_run(&w, &mw_check_headers);
        g_assert_cmpfloat(mw_found(w.facts, "MULTIPLE_UNIQUE_HEADERS")->scale, ==, doubled[i].share);
        world_free(&w);
    }
}

/* Without a delivery time an old date is no fault: the file may simply be old. */
static void test_old_file(void) {
    world w = world_new(&(world_spec){
        .message = FROM
        "To: b@c.example\nMessage-ID: <1@shop.example>\nDate: Fri, 2 Jan 2015 12:30:00 +0000\n\nhello\n"});
    world_run(&w, &mw_check_dates);
    g_assert_cmpstr(world_symbols(&w), ==, "");
    world_free(&w);
}

static void test_lines(void) {
    g_autofree char *text = g_strnfill(999, 'x');
    static const char *const forms[] = {GOOD "\n%.998s\n", GOOD "\nshort\n%.999s\n", GOOD "\n%.999s",
                                        GOOD "X-Long: %.999s\n\nhello\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        GString *message = g_string_new(NULL);
        const char *mark = strchr(forms[i], '%');
        g_string_append_len(message, forms[i], mark - forms[i]);
        g_string_append_len(message, text, i == 0 ? 998 : 999);
        g_string_append(message, strchr(mark, 's') + 1);
        world w = world_new(&(world_spec){.message = message->str, .at = AT});
        world_run(&w, &mw_check_headers);
        g_assert_cmpstr(world_symbols(&w), ==, i == 0 ? "" : "LONG_LINES");
        world_free(&w);
        g_string_free(message, TRUE);
    }
    world w =
        world_new(&(world_spec){.message = "From: a@b.example\r\nTo: a@b.example\nDate: Sun, 22 Nov 2026 "
                                           "10:00:00 +0000\r\nMessage-ID: <1@b.example>\n\nhello\n"});
    world_run(&w, &mw_check_headers);
    g_assert_cmpstr(world_symbols(&w), ==, "BARE_LINE_ENDS");
    world_free(&w);
}

static void test_received(void) {
    for (int hops = 1; hops <= 2; hops++) {
        world w = world_new(&(world_spec){.message = GOOD "\nhello\n", .at = AT});
        mw_trace *trace = mw_new(w.arena, mw_trace);
        trace->hops = mw_array_new(w.arena);
        for (int i = 0; i < hops; i++)
            g_ptr_array_add(trace->hops, mw_new(w.arena, mw_hop));
        w.facts->trace = trace;
        world_run(&w, &mw_check_dates);
        g_assert_cmpstr(world_symbols(&w), ==, hops == 1 ? "ONCE_RECEIVED" : "");
        world_free(&w);
    }
}

static void test_message_id(void) {
    static const struct {
        const char *text;
        mw_message_id want;
    } ids[] = {
        {"<a@b.example>", MW_MESSAGE_ID_FINE},
        {"<a.b+c@[192.0.2.1]>", MW_MESSAGE_ID_FINE},
        {"<a@192.0.2.1>", MW_MESSAGE_ID_ADDRESS},
        {"<a@b>", MW_MESSAGE_ID_NOT_FQDN},
        {"<a b@c.example>", MW_MESSAGE_ID_BAD},
        {"a@b.example", MW_MESSAGE_ID_BAD},
        {"<@b.example>", MW_MESSAGE_ID_BAD},
        {"<a@>", MW_MESSAGE_ID_BAD},
        {"<>", MW_MESSAGE_ID_BAD},
        {"", MW_MESSAGE_ID_BAD},
        {"<a@b.example> <c@d.example>", MW_MESSAGE_ID_BAD},
        {"<a@b@c.example>", MW_MESSAGE_ID_FINE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        const char *why;
        mw_message_id host;
        char *copy = g_memdup2(ids[i].text, strlen(ids[i].text));
        g_assert_cmpint(mw_message_id_read((mw_span){copy, strlen(ids[i].text)}, &why, &host), ==,
                        ids[i].want);
        g_assert_cmpint(why == NULL, ==, ids[i].want == MW_MESSAGE_ID_FINE);
        g_free(copy);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/headers/cases", test_cases);
    g_test_add_func("/check/headers/shares", test_shares);
    g_test_add_func("/check/headers/old-file", test_old_file);
    g_test_add_func("/check/headers/lines", test_lines);
    g_test_add_func("/check/headers/received", test_received);
    g_test_add_func("/check/headers/message-id", test_message_id);
    g_test_add_func("/check/headers/unsettled", test_unsettled);
    return g_test_run();
}
