#include "dns/ldns.h"
#include "dns/packet.h"

#define HEAD(rcode, answers) "\0\0\x81" rcode "\0\1\0" answers "\0\0\0\0"
#define QUESTION "\3www\1a\0\0\1\0\1"                       /* www.a A IN, at 12 */
#define A_OF(owner) owner "\0\1\0\1\0\0\0\74\0\4\300\0\2\1" /* 60 s, 192.0.2.1 */
#define CNAME_OF(owner, len, target) owner "\0\5\0\1\0\0\0\36\0" len target

static const struct {
    const char *title, *bytes;
    size_t len;
    const char *want; /* NULL: no answer */
} cases[] = {
#define ROW(title, bytes, want) \
    { title, bytes, sizeof(bytes) - 1, want }
    ROW("answer", HEAD("\0", "\1") QUESTION A_OF("\300\14"), "OK 60 192.0.2.1"),
    ROW("case is folded", "\0\0\x81\0\0\1\0\1\0\0\0\0\3WWw\1A\0\0\1\0\1" A_OF("\300\14"), "OK 60 192.0.2.1"),
    ROW("alias", HEAD("\0", "\2") QUESTION CNAME_OF("\300\14", "\4", "\1b\300\20") A_OF("\300\43"),
        "OK 30 =b.a 192.0.2.1"),
    ROW("order does not matter",
        HEAD("\0", "\2") QUESTION A_OF("\1b\1a\0") CNAME_OF("\300\14", "\5", "\1b\1a\0"),
        "OK 30 =b.a 192.0.2.1"),
    ROW("alias to nothing", HEAD("\3", "\1") QUESTION CNAME_OF("\300\14", "\4", "\1b\300\20"),
        "NXDOMAIN 30 =b.a"),
    ROW("loop", HEAD("\0", "\1") QUESTION CNAME_OF("\300\14", "\2", "\300\14"), "SERVFAIL 0"),
    ROW("no data", HEAD("\0", "\0") QUESTION, "NODATA 0"),
    ROW("no name", HEAD("\3", "\0") QUESTION, "NXDOMAIN 0"),
    ROW("failed", HEAD("\2", "\0") QUESTION, "SERVFAIL 0"),
    ROW("refused", HEAD("\5", "\0") QUESTION, "REFUSED 0"),
    ROW("of a stranger", HEAD("\0", "\1") QUESTION A_OF("\1x\0"), "NODATA 0"),
    ROW("another question", HEAD("\0", "\0") "\3wwx\1a\0\0\1\0\1", NULL),
    ROW("another type", HEAD("\0", "\0") "\3www\1a\0\0\34\0\1", NULL),
    ROW("a question", "\0\0\1\0\0\1\0\0\0\0\0\0" QUESTION, NULL),
    ROW("header alone", "\0\0\x81\2\0\0\0\0\0\0\0\0", NULL),
    ROW("short", "\0\0\x81\2\0\1", NULL),
    ROW("empty", "", NULL),
    ROW("record cut", HEAD("\0", "\1") QUESTION "\300\14\0\1\0\1\0\0\0\74\0\4\300\0", NULL),
    ROW("record missing", HEAD("\0", "\1") QUESTION, NULL),
    ROW("pointer to itself", HEAD("\0", "\1") QUESTION A_OF("\300\33"), NULL),
    ROW("pointer ahead", HEAD("\0", "\1") QUESTION A_OF("\300\100"), NULL),
    ROW("bad label type", HEAD("\0", "\1") QUESTION A_OF("\100\14"), NULL),
    ROW("alias cut", HEAD("\0", "\1") QUESTION CNAME_OF("\300\14", "\2", "\1b"), NULL),
};

static mw_question question(void) {
    mw_question q = {.type = MW_TYPE_A};
    g_assert_true(mw_name_read(MW_SPAN("www.a"), &q.name));
    return q;
}

static void test_read(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        mw_question q = question();
        mw_answer answer = {.status = MW_DNS_BUDGET};
        g_autofree char *copy = g_malloc(MAX(cases[i].len, 1));
        memcpy(copy, cases[i].bytes, cases[i].len);
        bool ok = mw_packet_read(arena, (mw_span){copy, cases[i].len}, &q, &answer);
        g_test_message("%s", cases[i].title);
        g_assert_cmpint(ok, ==, cases[i].want != NULL);
        if (!ok) {
            g_assert_cmpint(answer.status, ==, MW_DNS_BUDGET);
            continue;
        }
        char *text = mw_printf(arena, "%s %u", mw_dns_status_name(answer.status), answer.ttl);
        if (answer.canonical.len)
            text = mw_printf(arena, "%s =%s", text, mw_name_text(arena, &answer.canonical));
        for (size_t k = 0; k < answer.n_records; k++)
            text = mw_printf(arena, "%s %s", text, mw_rdata_text(arena, q.type, &answer.records[k]));
        g_assert_cmpstr(text, ==, cases[i].want);
    }
}

/* Cut anywhere it is no answer or one with fewer records, and nothing outside is read. */
static void test_cut(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (size_t len = 0; len < cases[i].len; len++) {
            g_autoptr(mw_arena) arena = mw_arena_new();
            mw_question q = question();
            mw_answer answer;
            g_autofree char *copy = g_malloc(MAX(len, 1));
            memcpy(copy, cases[i].bytes, len);
            g_assert_false(mw_packet_read(arena, (mw_span){copy, len}, &q, &answer));
        }
    }
}

static void test_write(void) {
    mw_question q = question();
    uint8_t bytes[MW_PACKET_QUESTION];
    size_t len = mw_packet_write(&q, false, bytes);
    g_assert_cmpmem(bytes, len, "\0\0\1\0\0\1\0\0\0\0\0\1\3www\1a\0\0\1\0\1\0\0\51\20\0\0\0\0\0\0\0", 34);
    q.name.len = 255;
    g_assert_cmpuint(mw_packet_write(&q, true, bytes), ==, MW_PACKET_QUESTION);
    g_assert_cmpuint(bytes[3], ==, 0x20);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dns/packet/read", test_read);
    g_test_add_func("/dns/packet/cut", test_cut);
    g_test_add_func("/dns/packet/write", test_write);
    return g_test_run();
}
