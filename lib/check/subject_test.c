/* The subject: what is capitals, and what it costs. */
#include "check/subject_caps.h"
#include "check/world_test.h"

extern const mw_check mw_check_subject;

static void test_caps(void) {
    static const struct {
        const char *text;
        size_t length; /* 0: not in capitals */
    } cases[] = {
        {"INVOICE OVERDUE", 15},
        {"Invoice OVERDUE", 0},
        {"RE: INVOICE", 7},
        {"Re: Fwd: AW[2]: INVOICE", 7},
        {"Re: OK", 0},
        {"PDF", 0},
        {"NEWS", 4},
        {"123456 / 789", 0},
        {"A1 B2 C3", 0},
        {"\xd0\xa1\xd0\xa0\xd0\x9e\xd0\xa7\xd0\x9d\xd0\x9e", 6},             /* Cyrillic capitals */
        {"\xd0\xa1\xd1\x80\xd0\xbe\xd1\x87\xd0\xbd\xd0\xbe", 0},             /* Cyrillic */
        {"\xce\x91\xce\x92\xce\x93\xce\x94\xce\x95", 5},                     /* Greek capitals */
        {"\xe8\xab\x8b\xe6\xb1\x82\xe6\x9b\xb8\xe3\x81\xae\xe4\xbb\xb6", 0}, /* Japanese has no case */
        {"\xe8\xab\x8b\xe6\xb1\x82\xe6\x9b\xb8\xe3\x81\xae\xe4\xbb\xb6 FAX1", 0},
        {"STRASSE GR\xc3\x9c\xc3\x9f", 0},
        {"", 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t length = 0;
        bool caps = mw_subject_all_caps(cases[i].text, &length);
        g_assert_cmpint(caps, ==, cases[i].length > 0);
        if (caps)
            g_assert_cmpint(length, ==, cases[i].length);
    }
}

static void test_check(void) {
    static const struct {
        const char *header, *want;
        double scale;
    } cases[] = {
        {"Subject: Your order", "", 1},
        {"X-Other: y", "MISSING_SUBJECT", 1},
        {"Subject:", "EMPTY_SUBJECT", 1},
        {"Subject:  \t ", "EMPTY_SUBJECT", 1},
        {"Subject: PLEASE PAY THE INVOICE FROM LAST MONTH AT ONCE", "SUBJ_ALL_CAPS", 1},
        {"Subject: PAY NOW!!!", "SUBJ_ALL_CAPS", 10.0 / 40},
        {"Subject: =?utf-8?B?0KHQoNCe0KfQndCe?=", "SUBJ_ALL_CAPS", 6.0 / 40},
        {"Subject: caf\xe9", "SUBJECT_NEEDS_ENCODING", 1},
        {"Subject: \xf4\xc5\xd3\xd4 \xf4\xc5\xd3\xd4", "SUBJECT_NEEDS_ENCODING", 1}, /* KOI8-R */
        {"Subject: caf\xc3\xa9", "", 1},
        {"Subject: see https://shop.example now", "URL_IN_SUBJECT", 1},
        {"Subject: see "
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         "a"
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         "a",
         "LONG_SUBJ", 204.0 / 400},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *message = g_strconcat("From: a@example.org\n", cases[i].header, "\n\nhello\n", NULL);
        world w = world_new(&(world_spec){.message = message});
        world_run(&w, &mw_check_subject);
        g_assert_cmpstr(world_symbols(&w), ==, cases[i].want);
        if (*cases[i].want)
            g_assert_cmpfloat_with_epsilon(((mw_finding *)w.facts->findings->pdata[0])->scale, cases[i].scale,
                                           1e-9);
        world_free(&w);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/subject/caps", test_caps);
    g_test_add_func("/check/subject/check", test_check);
    return g_test_run();
}
