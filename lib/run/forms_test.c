#include "mailwhy.h"
#include "run/said.h"

#include <string.h>
#include <glib/gstdio.h>

/* Every golden case with a mail, through the public library: in every form, redacted too, as letters to all
 * readers in one of the languages in turns, and again out of its recording. What they say is held against
 * what is wanted by cmd/golden and its like; here it is that all of them can be had of all, quickly enough
 * for sanitizers and valgrind. */

enum { NOW = 1795348800, LONG_MAIL = 1 << 20 };

static const char *const formats[] = {"text",     "json",   "jsonl", "html",
                                      "markdown", "github", "junit", "sarif"};
static const char *const readers[] = {"customer", "provider", "recipient"};
static const char *const languages[] = {"en", "de", "fr", "es"};

static unsigned replayed;

static const mw_option *find_option(const char *name) {
    const mw_option *o = mw_options();
    while (o->name && strcmp(o->name, name) != 0)
        o++;
    return o->name ? o : NULL;
}

/* The options of the case's args; those of the command alone, and what is wrong on purpose, are passed over.
 */
static void set_options(mw_context *context) {
    g_autofree char *text = NULL;
    if (!g_file_get_contents("args", &text, NULL, NULL))
        return;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **l = lines; *l; l++) {
        if (!g_str_has_prefix(*l, "--"))
            continue;
        g_auto(GStrv) words = g_strsplit(*l + 2, "=", 2);
        const mw_option *o = find_option(words[0]);
        const char *value = words[1];
        if (o && o->argument && !value && l[1])
            value = *++l;
        if (o && strcmp(o->name, "timeout") != 0)
            mw_context_set(context, o->name, value, NULL);
    }
}

/* For the case in the current folder, with its DNS or a recording's; NULL where its options can't be had
 * together. */
static mw_context *open_case(const char *recording, const char *language) {
    g_autoptr(mw_context) context = mw_context_new();
    if (recording)
        mw_context_set(context, "replay", recording, NULL);
    else if (g_file_test("dns.zone", G_FILE_TEST_EXISTS))
        mw_context_set(context, "zone", "dns.zone", NULL);
    else
        mw_context_set(context, "no-dns", NULL, NULL);
    set_options(context);
    if (language)
        mw_context_set(context, "lang", language, NULL);
    return mw_context_open(context, TRUE, NULL) ? g_steal_pointer(&context) : NULL;
}

static unsigned write_form(const mw_report *report, const char *format, int verbose) {
    mw_style style = {.verbose = verbose, .width = 80};
    g_autofree char *text = mw_report_format(report, format, &style, NULL);
    if (text)
        check_said(text);
    return text != NULL;
}

static unsigned write_forms(const mw_report *report, int verbose) {
    unsigned written = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
        written += write_form(report, formats[i], verbose);
    return written;
}

/* A recorded run says the same again. */
static void check_replay(const mw_report *first, const char *bytes, gsize size) {
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "mailwhy-recording-XXXXXX", NULL);
    int fd = g_mkstemp(path);
    g_assert_cmpint(fd, >=, 0);
    g_assert_true(g_close(fd, NULL));
    g_autofree char *recording = mw_report_recording(first);
    g_assert_true(g_file_set_contents(path, recording, -1, NULL));
    g_autofree char *was = mw_report_format(first, "json", NULL, NULL);
    g_autoptr(mw_context) context = open_case(path, NULL);
    bool is_plan = strstr(was, "\"patterns\": ["); /* of questions that were not asked */
    if (context && !is_plan) {                     /* else its options rule a recording out */
        g_autoptr(mw_report) again = mw_context_diagnose(context, "message.eml", bytes, size, NOW, NULL);
        g_autofree char *is = mw_report_format(again, "json", NULL, NULL);
        g_assert_true(strcmp(is, was) == 0);
        replayed++;
    }
    g_assert_cmpint(g_unlink(path), ==, 0);
}

static unsigned check_reports(const char *bytes, gsize size) {
    g_autoptr(mw_context) context = open_case(NULL, NULL);
    g_autoptr(mw_report) report =
        context ? mw_context_diagnose(context, "message.eml", bytes, size, NOW, NULL) : NULL;
    if (!report)
        return 0;
    check_replay(report, bytes, size);
    unsigned written = write_forms(report, 0) + write_forms(report, 1);
    mw_report_redact(report, "mail");
    return written + write_forms(report, 0);
}

/* A letter is text; a page has all three of them in it. */
static unsigned check_letters(const char *bytes, gsize size, const char *language) {
    g_autoptr(mw_context) context = open_case(NULL, language);
    unsigned written = 0;
    for (size_t i = 0; context && i < G_N_ELEMENTS(readers); i++) {
        g_assert_true(mw_context_set(context, "reply", readers[i], NULL));
        g_autoptr(mw_report) report = mw_context_diagnose(context, "message.eml", bytes, size, NOW, NULL);
        if (!report)
            continue;
        written += write_form(report, "text", 0) + (i == 0 ? write_form(report, "html", 0) : 0);
    }
    return written;
}

static void test_every_form(void) {
    g_autofree char *cases = g_build_filename(g_getenv("MAILWHY_SOURCE"), "testdata", "cases", NULL);
    g_autoptr(GDir) dir = g_dir_open(cases, 0, NULL);
    unsigned tried = 0, written = 0;
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *folder = g_build_filename(cases, name, NULL), *bytes = NULL;
        gsize size;
        if (g_chdir(folder) != 0 || !g_file_get_contents("message.eml", &bytes, &size, NULL) ||
            size > LONG_MAIL)
            continue;
        g_test_message("%s", name);
        written += check_reports(bytes, size);
        written += check_letters(bytes, size, languages[tried++ % G_N_ELEMENTS(languages)]);
    }
    g_test_message("%u cases, %u texts, %u replayed", tried, written, replayed);
    g_assert_cmpuint(tried, >, 200);
    g_assert_cmpuint(replayed, >, 100);
    g_assert_cmpuint(written, >, 20 * tried);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/forms/every-form", test_every_form);
    return g_test_run();
}
