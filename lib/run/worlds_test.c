#include "check/check.h"
#include "run/worlds.h"
#include "report/plan.h"

/* Over every golden case with a zone: what a run asks, --show-queries has told before. With each of the
 * options
 * (-m slow), or with one of them in turn. */

static bool in_plan(const mw_plan *plan, const mw_asked *asked) {
    for (guint i = 0; i < plan->questions->len; i++) {
        const mw_asked *q = plan->questions->pdata[i];
        if (q->type == asked->type && mw_name_equal(&q->name, &asked->name))
            return true;
    }
    for (guint i = 0; i < plan->patterns->len; i++) {
        if (g_str_equal(((const mw_pattern *)plan->patterns->pdata[i])->why, asked->why))
            return true;
    }
    return false;
}

/* Name and value; up to two of them for a run. */
static const char *const options[][4] = {
    {NULL},
    {"for", "all"},
    {"bounce", "550 5.7.26 SPF [tea-house.example] with ip: [203.0.113.99] = did not pass"},
    {"bounce", "554 5.7.1 Client host [198.51.100.9] blocked using bl.spamcop.net"},
    {"bounce", "554 5.7.1 sender domain shop.example blocked using dbl.spamhaus.org"},
    {"client-ip", "198.51.100.77", "helo", "foo.example"},
    {"client-ip", "2001:db8::5", "mail-from", "x@bar.example"},
    {"lists", "all"},
};

static mw_world open_world(mw_arena *arena, const char *zone, const char *const *option, bool show) {
    g_autoptr(GError) error = NULL;
    mw_settings *settings = mw_settings_new(arena);
    settings->zone = zone;
    settings->show_queries = show;
    for (size_t i = 0; i < 4 && option[i]; i += 2)
        g_assert_true(mw_settings_set(settings, option[i], option[i + 1], &error));
    mw_world world = {.settings = settings};
    world.data = mw_arena_own(arena, mw_data_new(NULL), (GDestroyNotify)mw_data_free);
    world.catalogue = mw_catalogue_new(world.data, arena, &error);
    g_assert_no_error(error);
    world.phrases = mw_phrases_of_data(world.data, &error);
    g_assert_no_error(error);
    world.profile = mw_profile_read(arena, world.data, "default", &error);
    g_assert_no_error(error);
    mw_source *source = mw_open_source(arena, settings, &error);
    g_assert_no_error(error);
    world.dns = mw_arena_own(arena, mw_dns_new(source, NULL), (GDestroyNotify)mw_dns_free);
    return world;
}

static void check_case(const char *zone, const char *const *option, mw_span bytes) {
    enum { NOW = 1795348800 };
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GError) error = NULL;
    mw_world world = open_world(arena, zone, option, true);
    const mw_plan *plan = mw_plan_read(arena, &world, "m", bytes, NOW, &error);
    if (!plan)
        return;
    g_assert_cmpuint(mw_dns_statistics(world.dns).queries, ==, 0);
    world = open_world(arena, zone, option, false);
    g_assert_nonnull(mw_diagnose(arena, &world, "m", bytes, NOW, &error));
    GPtrArray *questions = mw_dns_questions(world.dns, arena);
    for (guint i = 0; i < questions->len; i++) {
        const mw_asked *asked = questions->pdata[i];
        if (!in_plan(plan, asked))
            g_error("%s %s: %s is asked (%s), which --show-queries does not tell", zone,
                    option[0] ? option[1] : "", mw_name_text(arena, &asked->name), asked->why);
    }
}

static void test_asks_nothing_else(void) {
    g_autofree char *cases = g_build_filename(g_getenv("MAILWHY_SOURCE"), "testdata", "cases", NULL);
    g_autoptr(GDir) folder = g_dir_open(cases, 0, NULL);
    g_assert_nonnull(folder);
    unsigned seen = 0;
    for (const char *name; (name = g_dir_read_name(folder));) {
        g_autofree char *zone = g_build_filename(cases, name, "dns.zone", NULL);
        g_autofree char *file = g_build_filename(cases, name, "message.eml", NULL);
        g_autofree char *bytes = NULL;
        gsize size;
        if (!g_file_test(zone, G_FILE_TEST_EXISTS) || !g_file_get_contents(file, &bytes, &size, NULL))
            continue;
        for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
            if (g_test_slow() || i == seen % G_N_ELEMENTS(options))
                check_case(zone, options[i], (mw_span){bytes, size});
        }
        seen++;
    }
    g_assert_cmpuint(seen, >, 0);
}

static void test_contradictions(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GError) error = NULL;
    mw_settings *settings = mw_settings_new(arena);
    settings->no_dns = settings->recursive = true;
    g_assert_null(mw_open_source(arena, settings, &error));
    g_assert_error(error, MW_ERROR, MW_ERROR_OPTION);
}

static void test_bounce(void) {
    static const struct {
        const char *value;
        bool good;
    } cases[] = {
        {"550 5.7.1 mail refused", true},
        {"550", true},
        {"550 see /help.txt", true},
        {"/no/such/file", false},
        {"./gone.eml", false},
        {"gone.eml", false},
        {"", false},
        {" \r\n", false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autoptr(GError) error = NULL;
        g_test_message("%s", cases[i].value);
        g_assert_cmpint(mw_settings_set(mw_settings_new(arena), "bounce", cases[i].value, &error), ==,
                        cases[i].good);
        g_assert_cmpint(error == NULL, ==, cases[i].good);
    }
}

static void test_flags(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GError) error = NULL;
    mw_settings *settings = mw_settings_new(arena);
    g_assert_false(mw_settings_set(settings, "no-dns", "0", &error));
    g_assert_error(error, MW_ERROR, MW_ERROR_OPTION);
    g_assert_false(settings->no_dns);
    g_clear_error(&error);
    g_assert_true(mw_settings_set(settings, "no-dns", NULL, &error));
    g_assert_true(settings->no_dns);
    g_assert_false(mw_settings_set(settings, "helo", NULL, &error));
    g_assert_error(error, MW_ERROR, MW_ERROR_OPTION);
}

/* ---- --timeout: a mail's time, the work on it included. 0 seconds are over before anything began. ---- */

static const char *case_file(mw_arena *arena, const char *name, const char *file) {
    g_autofree char *path =
        g_build_filename(g_getenv("MAILWHY_SOURCE"), "testdata", "cases", name, file, NULL);
    return mw_strdup(arena, path);
}

/* The golden case with a zone, or without one with a name server that nobody asks any more. */
static const mw_diagnosis *diagnose_case(mw_arena *arena, const char *name, bool zone, double timeout) {
    enum { NOW = 1795348800 };
    g_autoptr(GError) error = NULL;
    mw_world world = open_world(arena, zone ? case_file(arena, name, "dns.zone") : NULL, options[0], false);
    mw_settings *settings = (mw_settings *)world.settings;
    settings->timeout = timeout;
    if (!zone)
        g_ptr_array_add(settings->resolvers, (gpointer) "127.0.0.1@1");
    mw_source *source = mw_open_source(arena, settings, &error);
    g_assert_no_error(error);
    world.dns = mw_arena_own(arena, mw_open_dns(source, settings), (GDestroyNotify)mw_dns_free);
    g_autofree char *bytes = NULL;
    gsize size;
    g_assert_true(g_file_get_contents(case_file(arena, name, "message.eml"), &bytes, &size, NULL));
    mw_span kept = {mw_memdup(arena, bytes, size), size};
    const mw_diagnosis *d = mw_diagnose_world(arena, &world, "m", kept, NOW, &error);
    g_assert_no_error(error);
    return d;
}

static bool tells_timeout(const mw_diagnosis *d) {
    for (guint i = 0; i < d->facts->notices->len; i++) {
        if (strstr(d->facts->notices->pdata[i], "(--timeout)"))
            return true;
    }
    return false;
}

static bool has_repair(const mw_diagnosis *d) {
    for (guint i = 0; i < d->facts->dkim->len; i++) {
        if (((const mw_dkim *)d->facts->dkim->pdata[i])->repair)
            return true;
    }
    return false;
}

static void test_out_of_time(void) {
    static const struct {
        const char *name;
        bool repair, record;
    } cases[] = {{"dmarc-broken-by-list", true, false},
                 {"answer-spf-fail", false, true},
                 {"answer-no-ptr", false, false}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_test_message("%s", cases[i].name);
        const mw_diagnosis *whole = diagnose_case(arena, cases[i].name, true, 600);
        g_assert_cmpint(has_repair(whole), ==, cases[i].repair);
        g_assert_cmpint(whole->fixes != NULL, ==, cases[i].record);
        g_assert_false(tells_timeout(whole));
        /* the answers are there: what is not looked for any more is told */
        const mw_diagnosis *late = diagnose_case(arena, cases[i].name, true, 0);
        g_assert_false(has_repair(late));
        g_assert_null(late->fixes);
        g_assert_cmpint(tells_timeout(late), ==, cases[i].repair || cases[i].record);
        g_assert_cmpint(late->verdict->action, ==, whole->verdict->action);
        /* no question is put any more: unknown is neither pass nor fail */
        const mw_diagnosis *unasked = diagnose_case(arena, cases[i].name, false, 0);
        g_assert_cmpint(unasked->verdict->action, ==, MW_OUTCOME_UNKNOWN);
        g_assert_false(unasked->verdict->complete);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/worlds/asks-nothing-else", test_asks_nothing_else);
    g_test_add_func("/worlds/out-of-time", test_out_of_time);
    g_test_add_func("/worlds/contradictions", test_contradictions);
    g_test_add_func("/worlds/bounce", test_bounce);
    g_test_add_func("/worlds/flags", test_flags);
    return g_test_run();
}
