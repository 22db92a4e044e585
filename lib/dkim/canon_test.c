#include "dkim/canon_slow.h"

static mw_span copy(mw_arena *arena, const char *text) {
    return (mw_span){mw_memdup(arena, text, strlen(text)), strlen(text)};
}

static void take(void *data, const char *bytes, size_t len) {
    g_string_append_len(data, bytes, (gssize)len);
}

static GString *fast_body(mw_span body, mw_canon canon, size_t step) {
    GString *out = g_string_new(NULL);
    mw_canon_body state;
    mw_canon_body_start(&state, canon, take, out);
    for (size_t at = 0; at < body.len; at += step)
        mw_canon_body_feed(&state, mw_span_slice(body, at, at + step));
    mw_canon_body_end(&state);
    g_assert_cmpuint(state.written, ==, out->len);
    return out;
}

static void test_body(void) {
    static const struct {
        const char *body, *simple, *relaxed;
    } cases[] = {
        {"", "\r\n", ""},
        {"\r\n", "\r\n", ""},
        {"\r\n\r\n\r\n", "\r\n", ""},
        {" \r\n", " \r\n", ""},
        {" ", " \r\n", ""},
        {"a", "a\r\n", "a\r\n"},
        {"a\r\n", "a\r\n", "a\r\n"},
        {"a\r\n\r\n\r\n", "a\r\n", "a\r\n"},
        {"a\r\n\r\nb", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"},
        {" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"},
        {"a \t\r\n \r\n\r\n", "a \t\r\n \r\n", "a\r\n"},
        {"a\r", "a\r\r\n", "a\r\r\n"},
        {"a\rb\r\n", "a\rb\r\n", "a\rb\r\n"},
        {"a \rb\r\n", "a \rb\r\n", "a \rb\r\n"},
        {"a\r\r\n\r\n", "a\r\r\n", "a\r\r\n"},
        {"\r\n\r\na", "\r\n\r\na\r\n", "\r\n\r\na\r\n"},
        {"\ta", "\ta\r\n", " a\r\n"},
        {"0123456789abcdef0123456789abcdef  x \r\n0123456789abcde\t0123456789abcdef  \r\n",
         "0123456789abcdef0123456789abcdef  x \r\n0123456789abcde\t0123456789abcdef  \r\n",
         "0123456789abcdef0123456789abcdef x\r\n0123456789abcde 0123456789abcdef\r\n"},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        for (int canon = 0; canon < 2; canon++) {
            mw_span body = copy(arena, cases[i].body);
            GString *slow = slow_body(body, canon), *whole = fast_body(body, canon, SIZE_MAX / 2);
            g_assert_cmpstr(slow->str, ==, canon ? cases[i].relaxed : cases[i].simple);
            g_assert_cmpstr(whole->str, ==, slow->str);
            g_string_free(slow, TRUE);
            g_string_free(whole, TRUE);
        }
}

/* Random texts of the bytes that matter, in pieces of every size. */
static void test_body_random(void) {
    static const char letters[] = " \t\r\nab \r\n";
    GRand *rand = g_rand_new_with_seed(6376);
    for (int round = 0; round < 6000; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        int parts = g_rand_int_range(rand, 0, 30);
        for (int i = 0; i < parts; i++) {
            int kind = g_rand_int_range(rand, 0, 8);
            if (kind == 0)
                g_string_append(text, "some longer words in a row, to be passed over");
            else if (kind < 3)
                g_string_append(text, "\r\n");
            else
                g_string_append_c(text, letters[g_rand_int_range(rand, 0, sizeof(letters) - 1)]);
        }
        g_autofree char *exact = g_memdup2(text->str, text->len);
        mw_span body = {exact, text->len};
        for (int canon = 0; canon < 2; canon++) {
            g_autofree char *want = g_string_free(slow_body(body, canon), FALSE);
            g_autofree char *got =
                g_string_free(fast_body(body, canon, (size_t)g_rand_int_range(rand, 1, 60)), FALSE);
            g_assert_cmpstr(got, ==, want);
        }
    }
    g_rand_free(rand);
}

static void test_field(void) {
    static const struct {
        const char *raw, *relaxed;
    } cases[] = {
        {"A: X", "a:X\r\n"},
        {"B \t:\tY \t\r\n\tZ  ", "b:Y Z\r\n"},
        {"Subject:", "subject:\r\n"},
        {"Subject: \r\n ", "subject:\r\n"},
        {"SUBJect: a:b\r\n\t c", "subject:a:b c\r\n"},
        {"X:a\rb", "x:a\rb\r\n"},
        {"X:\r\n a", "x:a\r\n"},
        {"no colon", "no colon\r\n"},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GString) out = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_string_truncate(out, 0);
        mw_canon_field(out, copy(arena, cases[i].raw), MW_CANON_RELAXED);
        g_assert_cmpstr(out->str, ==, cases[i].relaxed);
        g_string_truncate(out, 0);
        mw_canon_field(out, copy(arena, cases[i].raw), MW_CANON_SIMPLE);
        g_assert_true(g_str_has_prefix(out->str, cases[i].raw));
        g_assert_cmpuint(out->len, ==, strlen(cases[i].raw) + 2);
    }
}

static void test_signature(void) {
    static const struct {
        const char *raw, *emptied;
    } cases[] = {
        {"S: a=1; b=xyz; c=2", "S: a=1; b=; c=2"},
        {"S: a=1; b=x\r\n y\r\n z", "S: a=1; b="},
        {"S: b=xyz", "S: b="},
        {"S: a=1;\r\n b \t=\r\n xyz ;bh=q", "S: a=1;\r\n b \t=;bh=q"},
        {"S: bb=1; ab=2; bh=3; b_=4", "S: bb=1; ab=2; bh=3; b_=4"},
        {"S: a=b=c; z=;b=b=b", "S: a=b=c; z=;b="},
        {"S: b", "S: b"},
        {"S", "S"},
        {"S:", "S:"},
        {"S:;", "S:;"},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GString) out = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_string_truncate(out, 0);
        mw_canon_signature(out, copy(arena, cases[i].raw), MW_CANON_SIMPLE);
        g_assert_cmpstr(out->str, ==, cases[i].emptied);
    }
    g_string_truncate(out, 0);
    mw_canon_signature(out, copy(arena, "Sig : a=1;\r\n\tb=xx\r\n yy ; c=2 "), MW_CANON_RELAXED);
    g_assert_cmpstr(out->str, ==, "sig:a=1; b=; c=2");
}

static void test_select(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const char *mail =
        "Received: 1\r\nFrom: a\r\nRECEIVED: 2\r\nTo: b\r\nreceived : 3\r\nno colon\r\nS: x\r\nS: y\r\n\r\n";
    const mw_message *message = mw_message_read(arena, mw_span_of(mail), NULL);
    const mw_canon_index *index = mw_canon_index_new(arena, message);
    static const struct {
        const char *h, *got; /* by the values */
        int except;
    } cases[] = {
        {"from:to", "a b", -1},
        {"Received:RECEIVED:received:received", "3 2 1", -1},
        {" to\r\n : from : subject: from ", "b a", -1},
        {"", "", -1},
        {":::", "", -1},
        {"s:s:s", "y x", -1},
        {"s:s:s", "x", 7},
        {"s:s:from", "y a", 6},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const mw_field *except = cases[i].except < 0 ? NULL : &message->fields[cases[i].except];
        GPtrArray *fields = mw_canon_select(arena, index, mw_span_of(cases[i].h), except);
        g_autoptr(GString) got = g_string_new(NULL);
        for (guint f = 0; f < fields->len; f++)
            g_string_append_printf(got, "%s%s", f ? " " : "", mw_field_text(arena, fields->pdata[f]));
        g_assert_cmpstr(got->str, ==, cases[i].got);
    }
}

static void test_names(void) {
    static const struct {
        const char *text;
        bool good;
        mw_canon header, body;
    } cases[] = {
        {"relaxed/relaxed", true, MW_CANON_RELAXED, MW_CANON_RELAXED},
        {"relaxed", true, MW_CANON_RELAXED, MW_CANON_SIMPLE},
        {"simple", true, MW_CANON_SIMPLE, MW_CANON_SIMPLE},
        {"Simple/RELAXED", true, MW_CANON_SIMPLE, MW_CANON_RELAXED},
        {"", false, 0, 0},
        {"relaxed/", false, 0, 0},
        {"/relaxed", false, 0, 0},
        {"nofws", false, 0, 0},
        {"relaxed/simple/simple", false, 0, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        mw_canon header = 9, body = 9;
        bool good = mw_canon_read(mw_span_of(cases[i].text), &header, &body);
        g_assert_cmpint(good, ==, cases[i].good);
        g_assert_cmpint(header, ==, good ? cases[i].header : 9);
        g_assert_cmpint(body, ==, good ? cases[i].body : 9);
    }
    mw_canon header = 9, body = 9;
    g_assert_true(mw_canon_read((mw_span){NULL, 0}, &header, &body));
    g_assert_cmpint(header, ==, MW_CANON_SIMPLE);
    g_assert_cmpint(body, ==, MW_CANON_SIMPLE);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/canon/body", test_body);
    g_test_add_func("/canon/body-random", test_body_random);
    g_test_add_func("/canon/field", test_field);
    g_test_add_func("/canon/signature", test_signature);
    g_test_add_func("/canon/select", test_select);
    g_test_add_func("/canon/names", test_names);
    return g_test_run();
}
