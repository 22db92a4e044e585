#include "base/arena.h"
#include "base/data.h"
#include "base/domain.h"
#include "base/file.h"
#include "base/ip.h"
#include "base/pairs.h"
#include "base/printable.h"
#include "base/timestamp.h"

#include <glib/gstdio.h>

static void test_arena(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    char *small = mw_strdup(arena, "one");
    char *big = mw_alloc(arena, 1 << 20);
    char *after = mw_printf(arena, "%s-%d", small, 2);
    big[(1 << 20) - 1] = 1;
    g_assert_cmpstr(small, ==, "one");
    g_assert_cmpstr(after, ==, "one-2");
    for (int i = 0; i < 10000; i++) {
        uint64_t *p = mw_new(arena, uint64_t);
        g_assert_cmpuint(*p, ==, 0);
        *p = UINT64_MAX;
    }
}

static void test_printf(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autofree char *long_text = g_strnfill(5000, 'x'), *framed = g_strdup_printf("<%s>", long_text);
    g_assert_cmpstr(mw_printf(arena, "%s", ""), ==, "");
    g_assert_cmpstr(mw_printf(arena, "none"), ==, "none");
    g_assert_cmpstr(mw_printf(arena, "%s:%.*s;%u %zu%%", "a", 2, "bcd", UINT_MAX, SIZE_MAX), ==,
                    "a:bc;4294967295 18446744073709551615%");
    g_assert_cmpstr(mw_printf(arena, "%d %d %d", INT_MIN, 0, INT_MAX), ==, "-2147483648 0 2147483647");
    g_assert_cmpstr(mw_printf(arena, "%s %02d %5s %c", "then", 7, "b", '!'), ==, "then 07     b !");
    g_assert_cmpstr(mw_printf(arena, "<%s>", long_text), ==, framed);
    for (size_t len = 505; len < 520; len++) {
        g_autofree char *text = g_strnfill(len, 'y');
        g_assert_cmpstr(mw_printf(arena, "%s", text), ==, text);
    }
}

static void test_ip(void) {
    static const struct {
        const char *text, *want, *reversed;
        bool public;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", "1.2.0.192", true},
        {" [203.0.113.9] ", "203.0.113.9", "9.113.0.203", true},
        {"[IPv6:2001:db8::1]", "2001:db8::1",
         "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2", true},
        {"::ffff:192.0.2.7", "192.0.2.7", "7.2.0.192", true},
        {"fe80::1%eth0", "fe80::1", NULL, false},
        {"10.1.2.3", "10.1.2.3", NULL, false},
        {"172.31.0.1", "172.31.0.1", NULL, false},
        {"172.32.0.1", "172.32.0.1", NULL, true},
        {"100.64.0.1", "100.64.0.1", NULL, false},
        {"::1", "::1", NULL, false},
        {"fd00::1", "fd00::1", NULL, false},
        {"127.8.8.8", "127.8.8.8", NULL, false},
        {"192.0.2", NULL, NULL, false},
        {"192.0.2.1.", NULL, NULL, false},
        {"192.0.2.256", NULL, NULL, false},
        {"", NULL, NULL, false},
        {"[]", NULL, NULL, false},
        {"1:2:3:4:5:6:7:8:9", NULL, NULL, false},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        mw_ip ip = {0};
        bool ok = mw_ip_parse(mw_span_of(cases[i].text), &ip);
        g_assert_cmpint(ok, ==, cases[i].want != NULL);
        if (!ok)
            continue;
        g_assert_cmpstr(mw_ip_text(arena, &ip), ==, cases[i].want);
        g_assert_cmpint(mw_ip_public(&ip), ==, cases[i].public);
        if (cases[i].reversed)
            g_assert_cmpstr(mw_ip_reversed(arena, &ip), ==, cases[i].reversed);
    }
    mw_ip a, b;
    g_assert_true(mw_ip_parse(MW_SPAN("192.0.2.129"), &a) && mw_ip_parse(MW_SPAN("192.0.2.192"), &b));
    g_assert_true(mw_ip_in(&a, &b, 25));
    g_assert_false(mw_ip_in(&a, &b, 26));
    g_assert_true(mw_ip_in(&a, &b, 0));
}

static void test_time(void) {
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"Sun, 22 Nov 2026 01:40:34 +0000", "2026-11-22T01:40:34Z"},
        {"Sun, 22 Nov 2026 01:40:34 +0000 (UTC)", "2026-11-22T01:40:34Z"},
        {"22 Nov 26 01:40 EST", "2026-11-22T06:40:00Z"},
        {"Fri, 1 Jan 99 00:00:00 GMT", "1999-01-01T00:00:00Z"},
        {"22 Nov 126 01:40 +0000", "2026-11-22T01:40:00Z"},
        {"22-Nov-26 01:40 +0000", "2026-11-22T01:40:00Z"},
        {"22 Nov 0001 01:40 +0000", NULL},
        {"22-Nov-0026 01:40 +0000", NULL},
        {"Sun Nov 22 01:40:34 2026", "2026-11-22T01:40:34Z"},
        {"Sun, 22-Nov-2026 01:40:34 -0330", "2026-11-22T05:10:34Z"},
        {"Sun, 22 Nov 2026 01:40:34.123 +0100", "2026-11-22T00:40:34Z"},
        {"Sun, 22 Nov 2026 01:40:34 GMT+0200", "2026-11-21T23:40:34Z"},
        {"29 Feb 2024 23:59:60 +0000", "2024-03-01T00:00:00Z"},
        {"31 Feb 2024 23:59:00 +0000", NULL},
        {"22 Nov 2026", NULL},
        {"yesterday", NULL},
        {"", NULL},
        {"Sun, 22 Nov 2026 25:00:00 +0000", NULL},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        mw_time t = mw_time_read_mail(mw_span_of(cases[i].text), NULL);
        g_assert_cmpstr(mw_time_rfc3339(arena, t), ==, cases[i].want);
    }
    g_assert_cmpstr(mw_time_rfc3339(arena, mw_time_read_rfc3339(MW_SPAN("2026-11-22T02:00:00+01:30"))), ==,
                    "2026-11-22T00:30:00Z");
    g_assert_cmpstr(mw_time_rfc3339(arena, mw_time_read_rfc3339(MW_SPAN("2026-11-22"))), ==,
                    "2026-11-22T00:00:00Z");
    g_assert_true(mw_time_read_rfc3339(MW_SPAN("2026-11-22T02")) == MW_TIME_UNKNOWN);
    g_assert_cmpstr(mw_time_span(arena, 7800), ==, "2 h 10 min");
    g_assert_cmpstr(mw_time_span(arena, 0), ==, "0 s");
    g_assert_cmpstr(mw_time_span(arena, 86400 * 3), ==, "3 days");
}

/* Every place, in texts around the width of the blocks that are searched at once. */
static void test_search(void) {
    static const char *const needles[] = {"K", "[z", "Kz", "key-K", "the Key To It@"};
    for (size_t len = 0; len < 70; len++) {
        for (size_t n = 0; n < G_N_ELEMENTS(needles); n++) {
            g_autofree char *text = g_malloc(MAX(len, 1)); /* without a final NUL */
            size_t size = strlen(needles[n]);
            memset(text, '.', len);
            g_assert_cmpuint(mw_span_search((mw_span){text, len}, needles[n]), ==, SIZE_MAX);
            g_autofree char *upper = g_ascii_strup(needles[n], -1);
            for (size_t at = 0; at + size <= len; at++) {
                memset(text, '.', len);
                memcpy(text + at, upper, size);
                g_assert_cmpuint(mw_span_search((mw_span){text, len}, needles[n]), ==, at);
            }
        }
    }
    g_assert_cmpuint(mw_span_search(MW_SPAN("a{z[Z"), "[z"), ==, 3);
    g_assert_cmpuint(mw_span_search(MW_SPAN("x"), ""), ==, 0);
    g_assert_true(mw_span_holds(MW_SPAN("one Two"), (const char *const[]){"three", "tWO", NULL}));
    g_assert_false(mw_span_holds(MW_SPAN("one Two"), (const char *const[]){"three", "twos", NULL}));
    static const char *const words[] = {"one", "TWO", "x", "o", "ne tw", "neo", "\xc3\x9f", "a\xc3", NULL};
    mw_span text = MW_SPAN("One Two\xc3\x9f");
    mw_pairs pairs;
    mw_pairs_read(&pairs, text);
    for (size_t i = 0; words[i]; i++)
        g_assert_cmpuint(mw_pairs_search(&pairs, text, words[i]), ==, mw_span_search(text, words[i]));
    g_assert_cmpuint(mw_pairs_count(&pairs, text, words, 3), ==, 3);
    g_assert_cmpuint(mw_pairs_count(&pairs, text, words, 100), ==, 5);
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_words *kept = mw_words_new(arena, words);
    g_assert_cmpuint(mw_pairs_count_words(&pairs, text, kept, 100), ==, 5);
    mw_span ascii = MW_SPAN("One Two");
    mw_pairs_read(&pairs, ascii);
    g_assert_cmpuint(mw_pairs_count_words(&pairs, ascii, kept, 100), ==, 4);
    g_assert_false(mw_span_holds((mw_span){NULL, 0}, words));
    g_assert_true(mw_span_begins(text, (const char *const[]){"x", "one", NULL}));
    g_assert_false(mw_span_begins(text, (const char *const[]){"two", "ones", NULL}));
    mw_span stripped = mw_span_strip_end(mw_span_strip(MW_SPAN("--a-b--"), "-"), "-");
    g_assert_true(mw_span_is(stripped, "a-b"));
}

static void test_printable(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_assert_cmpstr(mw_printable(arena, "a\x1b[31mb\x07"), ==, "a\\u{1B}[31mb\\u{7}");
    g_assert_cmpstr(mw_printable(arena, "\xe2\x80\xae"
                                        "x\xe2\x80\x8b"),
                    ==, "\\u{202E}x\\u{200B}");
    g_assert_cmpstr(mw_printable(arena, "\x9b"
                                        "31m \xc2\x9b"),
                    ==, "\\x9B31m \\u{9B}");
    g_assert_cmpstr(mw_printable(arena, "Z\xc3\xbcrich\tM\xc3\xbcller"), ==, "Z\xc3\xbcrich M\xc3\xbcller");
    g_assert_cmpstr(mw_utf8(arena, (mw_span){"a\0b\xff", 4}), ==,
                    "a\xe2\x90\x80"
                    "b\xef\xbf\xbd");
    g_assert_cmpstr(mw_utf8(arena, MW_SPAN("\xc3\xbc\xe2\x82 \xef\xbf\xbd\xed\xa0\x80")), ==,
                    "\xc3\xbc\xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    g_autoptr(GString) cut = g_string_new(NULL);
    g_autofree char *json =
        mw_printable_json("{\n \"k\": \"\xc2\x9b\x7f\xe2\x80\xae\xf3\xa0\x80\x81Z\xc3\xbcrich\"}");
    g_assert_cmpstr(json, ==, "{\n \"k\": \"\\u009B\\u007F\\u202E\\uDB40\\uDC01Z\xc3\xbcrich\"}");
    mw_printable_append(cut, MW_SPAN("abcdef"), 3);
    g_assert_cmpstr(cut->str, ==, "abc...");
}

#define MARK "\xcc\x81"

static void test_marks(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const char *five = "e" MARK MARK MARK MARK MARK;
    g_assert_cmpstr(mw_printable(arena, five), ==, five);
    g_assert_cmpstr(mw_printable(arena, "e" MARK MARK MARK MARK MARK MARK "e" MARK), ==,
                    "e" MARK MARK MARK MARK MARK "\\u{301}e" MARK);
    g_assert_cmpstr(mw_printable(arena, MARK "e"), ==, "\\u{301}e");
    g_autofree char *json = mw_printable_json("{\"k\": \"e" MARK MARK MARK MARK MARK MARK "\"}");
    g_assert_cmpstr(json, ==, "{\"k\": \"e" MARK MARK MARK MARK MARK "\\u0301\"}");
    g_autofree char *ascii = mw_printable_ascii("Z\xc3\xbcrich \xf0\x9f\x98\x80\n\xff", MW_ASCII_TEXT);
    g_assert_cmpstr(ascii, ==, "Z\\u{FC}rich \\u{1F600}\n\\xFF");
    g_autofree char *json_ascii = mw_printable_ascii("\xc3\xbc\xf0\x9f\x98\x80", MW_ASCII_JSON);
    g_assert_cmpstr(json_ascii, ==, "\\u00FC\\uD83D\\uDE00");
    g_autofree char *xml_ascii = mw_printable_ascii("<\xc3\xbc>\xff", MW_ASCII_XML);
    g_assert_cmpstr(xml_ascii, ==, "<&#xFC;>&#xFFFD;");
}

static void test_domain(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_assert_cmpstr(mw_domain_ascii(arena, MW_SPAN(" B\xc3\xbc"
                                                   "cher.Example. ")),
                    ==, "xn--bcher-kva.example");
    g_assert_cmpstr(mw_domain_unicode(arena, "xn--bcher-kva.example"), ==,
                    "b\xc3\xbc"
                    "cher.example");
    g_assert_cmpstr(mw_domain_registrable("a.b.example.co.uk"), ==, "example.co.uk");
    g_assert_cmpstr(mw_domain_registrable("co.uk"), ==, "co.uk");
    g_assert_cmpstr(mw_domain_registrable("192.0.2.1"), ==, "192.0.2.1");
    g_assert_true(mw_domain_same_organisation("mail.example.com", "www.example.com"));
    g_assert_false(mw_domain_same_organisation("a.github.io", "b.github.io"));
    g_assert_false(mw_domain_same_organisation("co.uk", "co.uk"));
    g_assert_true(mw_domain_below("a.EXAMPLE.com", "example.com"));
    g_assert_false(mw_domain_below("badexample.com", "example.com"));
    g_assert_false(mw_domain_valid("a..b"));
    g_assert_true(mw_domain_valid("_dmarc.example.com"));
}

static void test_span(void) {
    static const char *const names[] = {"From", "Reply-To"};
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GString) out = g_string_new("a");
    mw_span_append(out, (mw_span){NULL, 0});
    mw_span_append(out, MW_SPAN("b\0c"));
    mw_span copy = mw_span_copy(arena, mw_span_of_string(out));
    g_string_assign(out, "");
    g_assert_cmpmem(copy.data, copy.len, "ab\0c", 4);
    g_assert_cmpuint(mw_span_copy(arena, (mw_span){NULL, 0}).len, ==, 0);
    g_assert_true(mw_span_is_any(MW_SPAN("reply-to"), names, 2));
    g_assert_false(mw_span_is_any(MW_SPAN("reply-to"), names, 1));
}

static void test_data(void) {
    g_autoptr(mw_data) data = mw_data_new(NULL);
    g_autoptr(GError) error = NULL;
    const mw_ini *profile = mw_data_ini(data, "profiles/default.ini", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(mw_ini_get(profile, "profile", "limit"), ==, "13");
    g_assert_null(mw_data_ini(data, "no/such.ini", &error));
    g_assert_nonnull(error);
}

static void refuse_folder(const char *folder, const char *why) {
    g_autoptr(mw_data) data = mw_data_new(folder);
    g_autoptr(GError) error = NULL;
    g_assert_false(mw_data_load(data, &error));
    g_assert_nonnull(strstr(error->message, why));
}

/* Whether a run would ask for that file or not. */
static void refuse_file(const char *folder, const char *name, const char *text, const char *why) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    refuse_folder(folder, why);
    g_unlink(path);
}

/* A folder of the user's own: added to, or in place of, what is built in; what can't be read is an error. */
static void test_own_data(void) {
    g_autofree char *folder = g_dir_make_tmp("mailwhy-data-XXXXXX", NULL);
    g_autofree char *ini = g_build_filename(folder, "own.ini", NULL),
                    *tsv = g_build_filename(folder, "own.tsv", NULL);
    g_autofree char *unreadable = g_build_filename(folder, "boundary.tsv", NULL);
    g_assert_true(g_file_set_contents(ini, "[a]\nb=c\n", -1, NULL));
    g_assert_true(g_file_set_contents(tsv, "key\tvalue\nx\t1\n", -1, NULL));
    g_autoptr(mw_data) data = mw_data_new(folder);
    g_autoptr(GError) error = NULL;
    g_assert_true(mw_data_load(data, &error));
    const mw_ini *own = mw_data_ini(data, "own.ini", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(mw_ini_get(own, "a", "b"), ==, "c");
    const mw_table *table = mw_data_table(data, "own.tsv", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(table->rows->len, ==, 1);
    g_assert_cmpint(g_mkdir(unreadable, 0700), ==, 0);
    refuse_folder(folder, "boundary.tsv: a directory");
    g_rmdir(unreadable);
    refuse_file(folder, "boundary.tsv", "\xff\xfe\n", "no UTF-8");
    refuse_file(folder, "boundary.tsv", "one\tcolumn\n", "boundary.tsv:1: the columns");
    refuse_file(folder, "freemail.tsv", "what is this\n", "freemail.tsv:1: the columns");
    refuse_file(folder, "more.ini", "what is this\n", "more.ini: ");
    g_unlink(ini);
    g_unlink(tsv);
    g_rmdir(folder);
    refuse_folder(folder, "No such file");
}

static void test_read_file(void) {
    g_autoptr(GError) error = NULL;
    size_t len;
    g_autofree char *none = mw_file_read("/dev/null", 10, &len, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(none, ==, "");
    g_assert_cmpuint(len, ==, 0);
    int ends[2];
    g_assert_cmpint(pipe(ends), ==, 0);
    g_assert_cmpint(write(ends[1], "0123456789", 10), ==, 10);
    close(ends[1]);
    g_assert_null(mw_fd_read(ends[0], 9, &len, &error));
    g_assert_nonnull(strstr(error->message, "larger than"));
    close(ends[0]);
    g_clear_error(&error);
    g_assert_null(mw_file_read("/dev/zero", 1 << 20, &len, &error));
    g_assert_nonnull(strstr(error->message, "/dev/zero: larger than 1 MiB"));
    g_clear_error(&error);
    g_assert_null(mw_file_read("/", 10, &len, &error));
    g_assert_nonnull(strstr(error->message, "a directory"));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/arena", test_arena);
    g_test_add_func("/base/printf", test_printf);
    g_test_add_func("/base/ip", test_ip);
    g_test_add_func("/base/time", test_time);
    g_test_add_func("/base/search", test_search);
    g_test_add_func("/base/printable", test_printable);
    g_test_add_func("/base/marks", test_marks);
    g_test_add_func("/base/domain", test_domain);
    g_test_add_func("/base/span", test_span);
    g_test_add_func("/base/data", test_data);
    g_test_add_func("/base/own_data", test_own_data);
    g_test_add_func("/base/read_file", test_read_file);
    return g_test_run();
}
