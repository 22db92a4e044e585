/* How much of a body a MIME parser gets: everything of an ordinary mail, and no more objects than limits.h
 * says. */
#include "base/limits.h"
#include "mail/bound.h"

#include <glib.h>
#include <string.h>

#define MIXED "Content-Type: multipart/mixed; boundary=\"b\""

static char *times(const char *before, const char *piece, size_t n, const char *after) {
    GString *text = g_string_new(before);
    while (n--)
        g_string_append(text, piece);
    g_string_append(text, after);
    return g_string_free(text, FALSE);
}

/* The bytes without a NUL behind them. */
static size_t bound(const char *type, const char *body) {
    size_t len = strlen(body);
    g_autofree char *copy = g_memdup2(body, len);
    return mw_mime_bound((mw_span){type, strlen(type)}, (mw_span){copy, len});
}

static const struct {
    const char *type, *before, *piece, *after;
    size_t most; /* pieces that are let through */
} kinds[] = {
    {MIXED, "", "--b\r\n\r\n", "--b--\r\n", MW_MAX_PARTS},
    {MIXED, "", "--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n", "--b--\r\n", MW_MAX_PARTS},
    {"Content-Type: multipart/mixed; boundary=b", "", "--b  \r\n\r\n", "", MW_MAX_PARTS},
    {"Content-Type: multipart/mixed;\r\n boundary = b ", "", "--b\n\n", "", MW_MAX_PARTS},
    {"Content-Type: multipart/mixed; boundary=\"\\b\"", "", "--b\r\n\r\n", "", MW_MAX_PARTS},
    {"Content-Type: message/rfc822", "", "Content-Type: message/rfc822\r\n\r\n", "", MW_MAX_PARTS},
    {"Content-Type: multipart/digest; boundary=b", "", "--b\r\n\r\nSubject: a\r\n\r\n", "", MW_MAX_PARTS / 2},
    {MIXED, "--b\r\n", "a: b\r\n", "\r\nhello\r\n", MW_MAX_PART_FIELDS},
    {MIXED, "--b\r\nContent-Type: text/plain", "; p=a", "\r\n\r\nhello\r\n", MW_MAX_PARAMETERS},
    {MIXED, "--b\r\nX-A: ", "0123456789012345678901234567890123456789", "\r\n\r\nhello\r\n",
     MW_MAX_PART_HEADERS / 40},
};

static void test_kinds(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *few = times(kinds[i].before, kinds[i].piece, 100, kinds[i].after);
        g_assert_cmpuint(bound(kinds[i].type, few), ==, strlen(few));
        g_autofree char *many = times(kinds[i].before, kinds[i].piece, kinds[i].most + 10, kinds[i].after);
        size_t let = bound(kinds[i].type, many);
        g_assert_cmpuint(let, <, strlen(many));
        g_assert_cmpuint(let, <=, strlen(kinds[i].before) + (kinds[i].most + 1) * strlen(kinds[i].piece));
    }
}

/* Boundaries that are declared within are counted as well; lines that look like one are none. */
static void test_nested(void) {
    g_autoptr(GString) nested = g_string_new(NULL);
    for (int i = 0; i < MW_MAX_PARTS + 10; i++)
        g_string_append_printf(nested, "--n%d\r\nContent-Type: multipart/mixed; boundary=n%d\r\n\r\n", i,
                               i + 1);
    g_assert_cmpuint(bound("Content-Type: multipart/mixed; boundary=n0", nested->str), <, nested->len);
    g_autofree char *text = times("", "-- \r\n--c\r\n---\r\n", MW_MAX_PARTS, "");
    g_assert_cmpuint(bound(MIXED, text), ==, strlen(text));
    g_autofree char *plain = times("", "a; b; c: d\r\n", MW_MAX_PARAMETERS, "");
    g_assert_cmpuint(bound("Content-Type: text/plain", plain), ==, strlen(plain));
    g_assert_cmpuint(bound("", ""), ==, 0);
}

static void test_field(void) {
    g_autofree char *few = times("Content-Type: text/plain", "; p=a", 100, "");
    g_autofree char *many = times("Content-Type: text/plain", "; p=a", MW_MAX_PARAMETERS, "");
    g_autofree char *large = times("Content-Type: ", "0123456789", MW_MAX_PART_HEADERS / 10, "");
    g_assert_true(mw_mime_field_bound((mw_span){few, strlen(few)}));
    g_assert_false(mw_mime_field_bound((mw_span){many, strlen(many)}));
    g_assert_false(mw_mime_field_bound((mw_span){large, strlen(large)}));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mail/bound/kinds", test_kinds);
    g_test_add_func("/mail/bound/nested", test_nested);
    g_test_add_func("/mail/bound/field", test_field);
    return g_test_run();
}
