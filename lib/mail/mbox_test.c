#include "base/arena.h"
#include "mail/mbox.h"
#include "mail/store.h"

#define FROM "From ida@kiln.example Fri Nov 27 09:00:05 2026\n"
#define HEADER "From: ida@kiln.example\nSubject: glaze\n"

typedef struct box_case {
    const char *file;
    const char *mails[4]; /* the end of each mail, one after the other */
} box_case;

static const box_case cases[] = {
    {FROM HEADER "\none\n\n" FROM HEADER "\ntwo\n", {"one\n", "two\n"}},
    {FROM HEADER "\none\n" FROM HEADER "\ntwo", {"two"}}, /* no empty line between them: one, as it seems */
    {FROM HEADER "\none\n" FROM HEADER "\ntwo\n\n" FROM HEADER "\nthree\n" FROM HEADER "\nfour\n",
     {"one\n", "two\n", "three\n", "four\n"}}, /* where others have one it is a slip */
    {FROM HEADER "\r\none\r\n\r\n" FROM "To: x@kiln.example\r\n\r\n", {"one\r\n", "\r\n\r\n"}},
    {FROM HEADER FROM HEADER "\n", {"glaze\n", "glaze\n\n"}}, /* without a body */
    {FROM HEADER "\none\n\nFrom here it is far\nTo: the mill\n", {"the mill\n"}},
    {FROM HEADER "Content-Length: 30\n\none\n\n" FROM "To: quoted\nin it\n" FROM HEADER "\ntwo\n",
     {"one\n", "in it\n", "two\n"}},
    {FROM HEADER "Content-Length: 69\n\none\n\n" FROM "To: quoted\nin it\n\n\n" FROM HEADER "\ntwo\n",
     {"in it\n", "two\n"}},
    {FROM HEADER "Content-Length: 9999\n\none\n\n" FROM HEADER "\ntwo\n", {"one\n", "two\n"}},
    {FROM HEADER "Content-Length: 0\n\n" FROM HEADER "\ntwo\n", {"0\n\n", "two\n"}},
    {"\xef\xbb\xbf\n" FROM HEADER "\none\n", {"one\n"}},
};

static void test_split(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) bytes = g_bytes_new(cases[i].file, strlen(cases[i].file));
        g_autoptr(mw_store) store = mw_store_new(bytes, "box.eml");
        guint n = 0;
        for (mw_store_mail *mail; (mail = mw_store_next(store)); mw_store_mail_free(mail), n++) {
            g_assert_cmpuint(n, <, 4);
            gsize size;
            const char *data = g_bytes_get_data(mail->bytes, &size);
            const char *want = cases[i].mails[n] ? cases[i].mails[n] : "(none)";
            g_autofree char *found = g_strndup(data, size);
            if (!g_str_has_suffix(found, want))
                g_test_message("case %zu mail %u: [%s] wanted [%s]", i, n + 1, found, want), g_test_fail();
        }
        if (n < 4 && cases[i].mails[n])
            g_test_message("case %zu: %u mails only", i, n), g_test_fail();
    }
}

#define TAKEN "Received: from kiln.example by mx.mill.example; Fri, 27 Nov 2026 09:00:05 +0000\n" HEADER
#define LAST FROM TAKEN "\nlast\n"

/* How many mails the file parts in. */
static guint count_mails(const char *file) {
    g_autoptr(GBytes) bytes = g_bytes_new(file, strlen(file));
    g_autoptr(mw_store) store = mw_store_new(bytes, "box");
    guint n = 0;
    for (mw_store_mail *mail; (mail = mw_store_next(store)); mw_store_mail_free(mail))
        n++;
    return n;
}

/* A mail of a header with that length (what is within it, or -1: none) and a body. */
static char *with_length(const char *body, gssize length) {
    return length < 0 ? g_strdup_printf(FROM TAKEN "\n%s\n", body)
                      : g_strdup_printf(FROM TAKEN "Content-Length: %zd\n\n%s\n", length, body);
}

/* Whoever writes a mail can write how long it is, too: it hides no mail that was delivered behind it, but
 * where all mails of the file say how long they are. */
static void test_lying_length(void) {
    static const char two[] = FROM TAKEN "\ntwo\n\n", quoted[] = "see\n\n" FROM TAKEN "\nquoted\n",
                      draft[] = "see\n\n" FROM HEADER "\nquoted\n";
    gssize one = (gssize)strlen("one\n\n"), within = one + (gssize)strlen(two);
    g_autofree char *middle = with_length("one\n", within - 1),
                    *end = with_length("one\n", within + (gssize)strlen(LAST)),
                    *honest = with_length("four\n", 5), *own = with_length(quoted, (gssize)strlen(quoted)),
                    *held = with_length(draft, (gssize)strlen(draft));
    const struct {
        const char *mails[4];
        guint parts;
    } files[] = {
        {{middle, two, LAST}, 3},         /* it reaches to the end of the second */
        {{end, two, LAST}, 3},            /* to the end of the file */
        {{middle, two, honest, LAST}, 4}, /* beside another of the kind */
        {{LAST "\n", middle, two, honest}, 4},
        {{own, honest}, 2}, /* all have one: it is the quoted mail of a body */
        {{honest, own}, 2},
        {{held, LAST}, 2}, /* what is quoted was delivered to nobody */
        {{own, LAST}, 3},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GString) file = g_string_new(NULL);
        for (size_t k = 0; k < 4 && files[i].mails[k]; k++)
            g_string_append(file, files[i].mails[k]);
        g_test_message("file %zu", i);
        g_assert_cmpuint(count_mails(file->str), ==, files[i].parts);
    }
}

/* Each says that it reaches to the end of all: the file is not read through for each. */
static void test_lying_lengths(void) {
    enum { MAILS = 20000 };
    g_autoptr(GString) file = g_string_new(NULL);
    size_t size = strlen(FROM TAKEN "Content-Length: 00000000\n\nx\n\n");
    for (size_t left = MAILS; left-- > 0;)
        g_string_append_printf(file, FROM TAKEN "Content-Length: %08zu\n\nx\n\n", left * size + 3);
    g_assert_cmpuint(count_mails(file->str), ==, MAILS);
}

/* The name within the file, and what is said of the mail program's own entry. */
static void test_names(void) {
    static const char file[] =
        "From MAILER-DAEMON Fri Nov 27 10:19:38 2026\nSubject: FOLDER INTERNAL DATA\nX-IMAP: 1 2\n"
        "\nkept by the mail program\n\n" FROM HEADER "\none\n\n" FROM HEADER "\ntwo\n";
    g_autoptr(GBytes) bytes = g_bytes_new_static(file, sizeof file - 1);
    g_autoptr(mw_store) store = mw_store_new(bytes, "box");
    g_autoptr(mw_store_mail) one = mw_store_next(store), two = mw_store_next(store);
    g_assert_cmpstr(one->name, ==, "1");
    g_assert_nonnull(one->remark);
    g_assert_cmpstr(two->name, ==, "2");
    g_assert_null(two->remark);
    g_assert_null(mw_store_next(store));
    g_assert_null(mw_store_next(store));
}

static void test_single(void) {
    static const char *const files[] = {"", HEADER "\ntext\n\n" FROM HEADER "\n", FROM HEADER "\none\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GBytes) bytes = g_bytes_new_static(files[i], strlen(files[i]));
        g_autoptr(mw_store) store = mw_store_new(bytes, "box.eml");
        g_autoptr(mw_store_mail) mail = mw_store_next(store);
        g_assert_nonnull(mail);
        g_assert_null(mail->name);
        g_assert_null(mw_store_next(store));
    }
}

/* What is not called a mail is taken for an mbox. */
static void test_called(void) {
    static const char file[] = FROM HEADER "\none\n" FROM HEADER "\ntwo\n";
    static const struct {
        const char *called;
        guint mails;
    } named[] = {{NULL, 2}, {"both.mbox", 2}, {"Inbox", 2}, {"one.eml", 1}, {"ONE.EML", 1}};
    g_autoptr(GBytes) bytes = g_bytes_new_static(file, sizeof file - 1);
    for (size_t i = 0; i < G_N_ELEMENTS(named); i++) {
        g_autoptr(mw_store) store = mw_store_new(bytes, named[i].called);
        guint n = 0;
        for (mw_store_mail *mail; (mail = mw_store_next(store)); mw_store_mail_free(mail))
            n++;
        g_assert_cmpuint(n, ==, named[i].mails);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mbox/split", test_split);
    g_test_add_func("/mbox/lying_length", test_lying_length);
    g_test_add_func("/mbox/lying_lengths", test_lying_lengths);
    g_test_add_func("/mbox/names", test_names);
    g_test_add_func("/mbox/called", test_called);
    g_test_add_func("/mbox/single", test_single);
    return g_test_run();
}
