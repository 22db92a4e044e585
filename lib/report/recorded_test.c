#include "report/recorded.h"

typedef struct recorded_case {
    const char *claims; /* "method result reason action", several with "|"; "-" for none */
    const char *results, *differs, *note;
} recorded_case;

/* This run: SPF fail, one DKIM signature that passes, DMARC pass, no ARC. */
static const recorded_case cases[] = {
    {"", NULL, NULL, NULL},
    {"spf fail - -|dkim pass - -|dmarc pass - -", "spf=fail, dkim=pass, dmarc=pass", NULL, NULL},
    {"spf hardfail - -", "spf=hardfail", NULL, NULL},
    {"dkim fail - -|dkim pass - -", "dkim=pass", NULL, NULL},
    {"spf pass - -|dkim fail - -", "spf=pass, dkim=fail", "spf is fail now, dkim is pass now", NULL},
    {"dmarc fail - oreject", "dmarc=fail", "dmarc is pass now", "action=oreject"},
    {"dmarc fail p=REJECT_sp=NONE_dis=NONE -", "dmarc=fail", "dmarc is pass now", "did not do what"},
    {"dmarc fail p=NONE_sp=REJECT_dis=NONE -", "dmarc=fail", "dmarc is pass now", NULL},
    {"dmarc pass p=REJECT_dis=NONE -", "dmarc=pass", NULL, NULL},
    {"compauth fail 001 -", NULL, NULL, "fail (reason 001): neither SPF nor DKIM passed"},
    {"compauth fail 000 -", NULL, NULL, "fail (reason 000): DMARC failed"},
    {"compauth pass 109 -", NULL, NULL, "pass (reason 109): SPF or DKIM passed"},
    {"compauth none 451 -", NULL, NULL, "passed over"},
    {"compauth fail 555 -", NULL, NULL, "not documented"},
};

static GPtrArray *read_claims(mw_arena *arena, const char *text, bool trusted) {
    GPtrArray *claims = mw_array_new(arena);
    g_auto(GStrv) rows = g_strsplit(text, "|", -1);
    for (char **row = rows; *row && **row; row++) {
        g_auto(GStrv) words = g_strsplit(*row, " ", 4);
        mw_claim *claim = mw_new(arena, mw_claim);
        *claim = (mw_claim){.source = "Authentication-Results",
                            .by = "mx.example.net",
                            .trusted = trusted,
                            .method = mw_strdup(arena, words[0]),
                            .result = mw_strdup(arena, words[1])};
        if (strcmp(words[2], "-") != 0)
            claim->reason = mw_strdup(arena, g_strdelimit(words[2], "_", ' '));
        if (strcmp(words[3], "-") != 0) {
            mw_property *action = mw_new(arena, mw_property);
            *action = (mw_property){"action", mw_strdup(arena, words[3])};
            claim->properties = action;
            claim->n_properties = 1;
        }
        g_ptr_array_add(claims, claim);
    }
    return claims;
}

static const mw_recorded *judge(mw_arena *arena, const char *claims, bool trusted) {
    static const mw_spf spf = {.result = MW_SPF_FAIL};
    static const mw_dmarc dmarc = {.rfc9989 = {.result = MW_DMARC_PASS}};
    static const mw_envelope envelope = {.received_by = "mx.example.net"};
    static mw_dkim dkim = {.result = MW_DKIM_PASS};
    mw_facts *facts = mw_new(arena, mw_facts);
    facts->arena = arena;
    facts->data = mw_arena_own(arena, mw_data_new(NULL), (GDestroyNotify)mw_data_free);
    facts->claims = read_claims(arena, claims, trusted);
    facts->envelope = &envelope;
    facts->spf = &spf;
    facts->dmarc = &dmarc;
    facts->dkim = mw_array_new(arena);
    g_ptr_array_add(facts->dkim, &dkim);
    return mw_recorded_read(arena, facts);
}

static void test_cases(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const recorded_case *c = &cases[i];
        g_autoptr(mw_arena) arena = mw_arena_new();
        const mw_recorded *recorded = judge(arena, c->claims, true);
        g_test_message("%s", c->claims);
        g_assert_cmpstr(recorded->results, ==, c->results);
        g_assert_cmpstr(recorded->differs, ==, c->differs);
        g_assert_cmpuint(recorded->notes->len, ==, c->note ? 1 : 0);
        if (c->note)
            g_assert_nonnull(strstr(recorded->notes->pdata[0], c->note));
    }
}

/* What the sender's side wrote is not what the receiver recorded. */
static void test_not_trusted(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_recorded *recorded = judge(arena, "dmarc fail - oreject|compauth fail 001 -", false);
    g_assert_null(recorded->results);
    g_assert_cmpuint(recorded->notes->len, ==, 0);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/recorded/cases", test_cases);
    g_test_add_func("/recorded/not_trusted", test_not_trusted);
    return g_test_run();
}
