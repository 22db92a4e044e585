#include "dmarc/record.h"
#include "base/limits.h"

typedef struct record_case {
    const char *text;
    mw_dmarc_kind kind;
    mw_policy itself, existing, missing;
    const char *defects; /* their ids, in order */
} record_case;

#define NONE MW_POLICY_NONE
#define QUAR MW_POLICY_QUARANTINE
#define REJECT MW_POLICY_REJECT
#define ABSENT MW_POLICY_ABSENT

static const record_case cases[] = {
    {"v=DMARC1; p=reject", MW_DMARC_RECORD, REJECT, REJECT, REJECT, ""},
    {"v=DMARC1;p=reject;", MW_DMARC_RECORD, REJECT, REJECT, REJECT, ""},
    {"V=DMARC1;P=Quarantine;SP=NONE", MW_DMARC_RECORD, QUAR, NONE, NONE, ""},
    {"v = DMARC1 ; p\t=\treject\t; sp = none ;; np=quarantine", MW_DMARC_RECORD, REJECT, NONE, QUAR, ""},
    {"v=DMARC1; rua=mailto:d@example.org; p=none; np=reject", MW_DMARC_RECORD, NONE, NONE, REJECT, ""},
    /* no usable p: none where reports are asked for, otherwise nothing */
    {"v=DMARC1", MW_DMARC_RECORD, ABSENT, ABSENT, ABSENT, "missing_p"},
    {"v=DMARC1; rua=mailto:d@example.org", MW_DMARC_RECORD, NONE, NONE, NONE, "missing_p"},
    {"v=DMARC1; p=banana", MW_DMARC_RECORD, ABSENT, ABSENT, ABSENT, "bad_value"},
    {"v=DMARC1; p=", MW_DMARC_RECORD, ABSENT, ABSENT, ABSENT, "bad_value"},
    {"v=DMARC1; p=r", MW_DMARC_RECORD, ABSENT, ABSENT, ABSENT, "bad_value"},
    {"v=DMARC1; p=banana; rua=mailto:d@example.org", MW_DMARC_RECORD, NONE, NONE, NONE, "bad_value"},
    {"v=DMARC1; p=reject; sp=nope; rua=d@example.org", MW_DMARC_RECORD, ABSENT, ABSENT, ABSENT,
     "bad_value uri"},
    {"v=DMARC1; p=reject; np=x; rua=https://example.org/r", MW_DMARC_RECORD, NONE, NONE, NONE, "bad_value"},
    /* what receivers ignore, and say so */
    {"v=DMARC1; p=reject; adkim=strict; aspf=x; pct=101; t=yes; psd=z", MW_DMARC_RECORD, REJECT, REJECT,
     REJECT, "bad_value bad_value bad_value bad_value bad_value"},
    {"v=DMARC1; p=reject; policy=none; fo=1; rf=afrf; ri=86400", MW_DMARC_RECORD, REJECT, REJECT, REJECT,
     "unknown_tag"},
    {"v=DMARC1; p=reject; nonsense; =x", MW_DMARC_RECORD, REJECT, REJECT, REJECT, "no_tag no_tag"},
    {"v=DMARC1; p=reject; rua=mailto:nobody", MW_DMARC_RECORD, REJECT, REJECT, REJECT, "uri"},
    {"v=DMARC1; p=reject; rua=mailto:a@example.org!10m,mailto:b@example.org", MW_DMARC_RECORD, REJECT, REJECT,
     REJECT, ""},
    {"v=DMARC1; p=reject; rua=mailto:a b@example.org", MW_DMARC_RECORD, REJECT, REJECT, REJECT, "uri"},
    {"v=DMARC1; p=reject; P=none", MW_DMARC_BROKEN, REJECT, REJECT, REJECT, "repeated_tag"},
    {"v=DMARC1; p=reject; x=1; x=2; x=3", MW_DMARC_BROKEN, REJECT, REJECT, REJECT,
     "unknown_tag repeated_tag"},
    /* meant, but none */
    {"v=dmarc1; p=reject", MW_DMARC_PRETENDER, ABSENT, ABSENT, ABSENT, "version"},
    {" v=DMARC1; p=reject", MW_DMARC_PRETENDER, ABSENT, ABSENT, ABSENT, "version"},
    {"\"v=DMARC1; p=reject\"", MW_DMARC_PRETENDER, ABSENT, ABSENT, ABSENT, "version"},
    {"v=DMARC1 p=reject", MW_DMARC_PRETENDER, ABSENT, ABSENT, ABSENT, "version"},
    {"v=DMARC1, p=reject", MW_DMARC_PRETENDER, ABSENT, ABSENT, ABSENT, "version"},
    {"v=DMARC2; p=reject", MW_DMARC_PRETENDER, ABSENT, ABSENT, ABSENT, "version"},
    {"v=DMARC1x; p=reject", MW_DMARC_PRETENDER, ABSENT, ABSENT, ABSENT, "version"},
    {"p=reject; v=DMARC1", MW_DMARC_PRETENDER, ABSENT, ABSENT, ABSENT, "version"},
    {"p=reject", MW_DMARC_PRETENDER, ABSENT, ABSENT, ABSENT, "version"},
    /* something else */
    {"", MW_DMARC_OTHER, ABSENT, ABSENT, ABSENT, ""},
    {"v=spf1 include:example.org -all", MW_DMARC_OTHER, ABSENT, ABSENT, ABSENT, ""},
    {"v=BIMI1; l=https://example.org/l.svg", MW_DMARC_OTHER, ABSENT, ABSENT, ABSENT, ""},
    {"google-site-verification=abc", MW_DMARC_OTHER, ABSENT, ABSENT, ABSENT, ""},
};

/* Exactly as long as the text: an over-read meets the allocator's edge. */
static const mw_dmarc_record *read_copy(mw_arena *arena, const char *text, size_t len) {
    g_autofree char *copy = g_memdup2(text, len);
    return mw_dmarc_record_read(arena, (mw_span){copy, len}, "_dmarc.example.org");
}

static char *defect_ids(const mw_dmarc_record *record) {
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < record->defects->len; i++) {
        const mw_spf_advice *advice = record->defects->pdata[i];
        g_string_append_printf(out, "%s%s", i ? " " : "", advice->id);
        g_assert_nonnull(advice->text);
        g_assert_nonnull(advice->fix);
    }
    return g_string_free(out, FALSE);
}

static void test_cases(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const record_case *c = &cases[i];
        const mw_dmarc_record *record = read_copy(arena, c->text, strlen(c->text));
        g_autofree char *ids = defect_ids(record);
        g_test_message("%s", c->text);
        g_assert_cmpint(record->kind, ==, c->kind);
        g_assert_cmpstr(ids, ==, c->defects);
        if (c->kind == MW_DMARC_OTHER || c->kind == MW_DMARC_PRETENDER)
            continue;
        g_assert_cmpint(mw_dmarc_record_policy(record, MW_FOR_ITSELF), ==, c->itself);
        g_assert_cmpint(mw_dmarc_record_policy(record, MW_FOR_EXISTING), ==, c->existing);
        g_assert_cmpint(mw_dmarc_record_policy(record, MW_FOR_MISSING), ==, c->missing);
    }
}

static void test_tags(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    static const char text[] = "v=DMARC1; p=reject; adkim=S; aspf=r; psd=Y; t=y; pct=7; "
                               "rua=mailto:A@Reports.Example!5m , https://example.org/in";
    const mw_dmarc_record *record = read_copy(arena, text, strlen(text));
    g_assert_true(record->adkim_strict);
    g_assert_false(record->aspf_strict);
    g_assert_cmpint(record->psd, ==, 'y');
    g_assert_true(record->testing);
    g_assert_cmpuint(record->pct, ==, 7);
    g_assert_cmpuint(record->n_rua, ==, 2);
    g_assert_cmpstr(record->rua[0].domain, ==, "reports.example");
    g_assert_null(record->rua[1].domain);
    g_assert_cmpuint(record->defects->len, ==, 0);
}

/* RFC 7489 does not know np= and so does not stumble over it. */
static void test_7489(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    static const char text[] = "v=DMARC1; p=reject; sp=quarantine; np=banana";
    const mw_dmarc_record *record = read_copy(arena, text, strlen(text));
    g_assert_cmpint(mw_dmarc_record_policy(record, MW_FOR_ITSELF), ==, ABSENT);
    g_assert_cmpint(mw_dmarc_record_policy_7489(record, false), ==, REJECT);
    g_assert_cmpint(mw_dmarc_record_policy_7489(record, true), ==, QUAR);
}

static void test_many_tags(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GString) text = g_string_new("v=DMARC1");
    for (int i = 0; i < 300; i++)
        g_string_append_printf(text, "; x%d=%d", i, i);
    g_string_append(text, "; p=reject");
    const mw_dmarc_record *record = read_copy(arena, text->str, text->len);
    g_assert_cmpint(record->kind, ==, MW_DMARC_RECORD);
    g_assert_cmpint(record->p, ==, REJECT);
    g_assert_cmpuint(record->defects->len, ==, MW_MAX_RECORD_DEFECTS);
}

static void test_long(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GString) text = g_string_new("v=DMARC1; p=quarantine; rua=");
    while (text->len < 60000)
        g_string_append(text, "mailto:d@example.org,");
    g_string_append(text, "mailto:d@example.org; aspf=s");
    const mw_dmarc_record *record = read_copy(arena, text->str, text->len);
    g_assert_cmpint(record->p, ==, QUAR);
    g_assert_true(record->aspf_strict);
    g_assert_cmpuint(record->n_rua, ==, MW_MAX_REPORT_URIS);
    g_assert_cmpuint(strlen(record->text), ==, text->len);
}

static void test_odd_bytes(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    static const char text[] = "v=DMARC1; p=reject\0; sp=none\xff; \x1b[31m=x; rua=\0,\xff";
    const mw_dmarc_record *record = read_copy(arena, text, sizeof text - 1);
    g_assert_cmpint(record->kind, ==, MW_DMARC_RECORD);
    g_assert_cmpint(mw_dmarc_record_policy(record, MW_FOR_ITSELF), ==, ABSENT);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dmarc_record/cases", test_cases);
    g_test_add_func("/dmarc_record/tags", test_tags);
    g_test_add_func("/dmarc_record/rfc7489", test_7489);
    g_test_add_func("/dmarc_record/many_tags", test_many_tags);
    g_test_add_func("/dmarc_record/long", test_long);
    g_test_add_func("/dmarc_record/odd_bytes", test_odd_bytes);
    return g_test_run();
}
