#include "base/arena.h"
#include "base/language.h"
#include "base/timestamp.h"

typedef struct fixture {
    mw_data *data;
    mw_arena *arena;
    const mw_language *de;
} fixture;

static void set_up(fixture *f, G_GNUC_UNUSED gconstpointer unused) {
    GError *error = NULL;
    f->data = mw_data_new(NULL);
    f->arena = mw_arena_new();
    g_assert_true(mw_language_find(f->data, "de", &f->de, &error));
    g_assert_nonnull(f->de);
}

static void tear_down(fixture *f, G_GNUC_UNUSED gconstpointer unused) {
    mw_arena_free(f->arena);
    mw_data_free(f->data);
}

static void finds_languages(fixture *f, G_GNUC_UNUSED gconstpointer unused) {
    const mw_language *found = f->de;
    g_autoptr(GError) error = NULL;
    g_assert_true(mw_language_find(f->data, "en", &found, &error));
    g_assert_null(found);
    g_assert_false(mw_language_find(f->data, "klingon", &found, &error));
    g_assert_cmpstr(error->message, ==, "--lang klingon: there are en, de, es, fr");
    g_assert_true(mw_language_of_tag(f->data, "DE-at") == f->de);
    g_assert_null(mw_language_of_tag(f->data, "en-GB"));
    g_assert_null(mw_language_of_tag(f->data, "german"));
    g_assert_null(mw_language_of_tag(f->data, "it"));
    g_assert_null(mw_language_of_tag(f->data, NULL));
    g_assert_cmpstr(mw_language_name(f->de), ==, "de");
    g_assert_cmpstr(mw_language_name(NULL), ==, "en");
}

static void says_messages(fixture *f, G_GNUC_UNUSED gconstpointer unused) {
    g_assert_cmpstr(mw_say(f->arena, f->de, "{1} would refuse it.", "Gmail", NULL), ==,
                    "Gmail würde sie abweisen.");
    g_assert_cmpstr(mw_say(f->arena, NULL, "{1} would refuse it.", "Gmail", NULL), ==,
                    "Gmail would refuse it.");
    g_assert_cmpstr(mw_say(f->arena, f->de, "no row for {2}, {1}", "a{2}", "b%s", NULL), ==,
                    "no row for b%s, a{2}");
    g_assert_cmpstr(mw_say(f->arena, f->de, "no value for {3}", "a", NULL), ==, "no value for {3}");
}

/* What checks put together is found again: by its form, sentence by sentence, values that are texts, too. */
static void translates_what_was_put_together(fixture *f, G_GNUC_UNUSED gconstpointer unused) {
    static const char *const texts[][2] = {
        {"The recipient's mailbox is full.", "Das Postfach des Empfängers ist voll."},
        {"Add a:mx.shop.example to the SPF record of shop.example.",
         "Nehmen Sie a:mx.shop.example in den SPF-Eintrag von shop.example auf."},
        {"It begins with v=spf1 once. The server counts as the domain's own: the DNS of shop.example names "
         "it.",
         "Er beginnt nur einmal mit v=spf1. Der Server gilt als einer der Domain: Das DNS von shop.example "
         "nennt ihn."},
        {"Leave the tag out. See https://lists.example/x?a=b",
         "Lassen Sie den Teil weg. Siehe https://lists.example/x?a=b"},
        {"Nobody has written this sentence.", NULL},
        {"The recipient's mailbox is full. Nobody has written this sentence.", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_assert_cmpstr(mw_translated(f->arena, f->de, texts[i][0]), ==, texts[i][1]);
    g_assert_cmpstr(mw_translated(f->arena, NULL, "as it is"), ==, "as it is");
    g_assert_null(mw_translated(f->arena, f->de, NULL));
}

/* Thousands of sentences, and values that look like messages, cost no more than they must. */
static void takes_hostile_texts(fixture *f, G_GNUC_UNUSED gconstpointer unused) {
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 20000; i++)
        g_string_append(text, "Nobody says See {1}. ");
    g_assert_null(mw_translated(f->arena, f->de, text->str));
}

static void writes_dates(fixture *f, G_GNUC_UNUSED gconstpointer unused) {
    mw_time at = mw_time_read_rfc3339(mw_span_of("2026-01-05T09:07:00Z"));
    g_assert_cmpstr(mw_language_day(f->arena, f->de, at), ==, "05.01.2026");
    g_assert_cmpstr(mw_language_time(f->arena, f->de, at), ==, "05.01.2026, 09:07 Uhr UTC");
    g_assert_cmpstr(mw_language_day(f->arena, NULL, at), ==, "5 Jan 2026");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
#define CASE(name) g_test_add("/language/" #name, fixture, NULL, set_up, name, tear_down)
    CASE(finds_languages);
    CASE(says_messages);
    CASE(translates_what_was_put_together);
    CASE(takes_hostile_texts);
    CASE(writes_dates);
    return g_test_run();
}
