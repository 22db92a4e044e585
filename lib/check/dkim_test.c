#include "dkim/signer_test.h"
#include "check/world_test.h"

extern const mw_check mw_check_dkim;
extern const mw_check mw_check_arc;

static const char headers[] = "From: Ann <ann@example.org>\r\nTo: bob@example.net\r\nSubject: Hello\r\n";
static const char body[] = "Hello Bob,\r\nthis is the text.\r\n";

static char *sign(mw_arena *arena, const char *selector, const char *head) {
    const char *tags = mw_printf(
        arena, "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=%s; h=from:subject", selector);
    return signer_mail(arena, "DKIM-Signature", tags, signer_rsa2048, head, body);
}

static char *zone_of(mw_arena *arena) {
    const char *record = mw_printf(arena, "v=DKIM1; p=%s", signer_public(arena, signer_rsa2048, false));
    return mw_printf(
        arena, "%s%s%s", signer_zone_line(arena, "sel._domainkey.example.org", record),
        signer_zone_line(arena, "other._domainkey.example.org",
                         mw_printf(arena, "v=DKIM1; p=%s", signer_public(arena, signer_rsa1024, false))),
        ";@ broken._domainkey.example.org. TXT SERVFAIL\n");
}

/* selectors: each signs over what is there, the last one on top; "!" behind one spoils its signature. */
static char *mail_of(mw_arena *arena, const char *selectors) {
    char *mail = mw_printf(arena, "%s\r\n%s", headers, body);
    mw_span rest = mw_span_of(selectors);
    for (mw_span name; rest.len && (name = mw_span_cut(&rest, ' ')).len;) {
        bool spoilt = name.data[name.len - 1] == '!';
        name.len -= spoilt;
        mw_span old = mw_span_of(mail);
        const char *head = mw_span_dup(arena, mw_span_slice(old, 0, mw_span_search(old, "\r\n\r\n") + 2));
        mail = sign(arena, mw_span_dup(arena, name), head);
        char *bh = strstr(mail, "bh=");
        if (spoilt)
            bh[3] = bh[3] == 'A' ? 'B' : 'A';
    }
    return mail;
}

static void test_symbols(void) {
    static const struct {
        const char *selectors, *symbols;
        guint notices; /* what is told of the signatures that have no row */
    } cases[] = {
        {"", "R_DKIM_NA", 0},
        {"sel", "R_DKIM_ALLOW", 0},
        {"sel!", "R_DKIM_REJECT", 0},
        {"gone", "R_DKIM_PERMFAIL", 0},
        {"broken", "R_DKIM_TEMPFAIL R_DKIM_REJECT?", 0},
        {"other", "R_DKIM_REJECT", 0},
        {"gone sel! sel", "R_DKIM_ALLOW", 2},
        {"sel sel!", "R_DKIM_ALLOW", 1},
        {"gone sel!", "R_DKIM_REJECT R_DKIM_PERMFAIL", 0},
        {"gone gone", "R_DKIM_PERMFAIL", 1},
        {"broken sel!", "R_DKIM_TEMPFAIL R_DKIM_REJECT?", 1},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        world w = world_new(&(world_spec){.message = mail_of(arena, cases[i].selectors),
                                          .zone = zone_of(arena),
                                          .at = "2026-11-22T00:00:00Z"});
        world_run(&w, &mw_check_dkim);
        g_assert_cmpstr(world_symbols(&w), ==, cases[i].symbols);
        const mw_finding *first = w.facts->findings->pdata[0];
        g_assert_cmpfloat(first->scale, ==, 1);
        g_assert_cmpuint(w.facts->notices->len, ==, cases[i].notices);
        world_free(&w);
    }
}

static void add_claim(world *w, const char *result, const char *selector) {
    mw_claim *claim = mw_new(w->arena, mw_claim);
    mw_property *properties = mw_new_n(w->arena, mw_property, 2);
    properties[0] = (mw_property){"header.d", "Example.org"};
    properties[1] = (mw_property){"header.s", selector};
    *claim = (mw_claim){
        .method = "dkim", .result = result, .trusted = true, .properties = properties, .n_properties = 2};
    g_ptr_array_add(w->facts->claims, claim);
}

/* The receiver recorded a pass, and only the key is gone since: no points. A body that differs has them. */
static void test_then_and_now(void) {
    static const struct {
        const char *selector, *recorded;
        bool changed_since;
    } cases[] = {
        {"gone", "pass", true},
        {"other", "pass", true},
        {"gone", "fail", false},
        {"sel!", "pass", false},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        world w = world_new(&(world_spec){.message = mail_of(arena, cases[i].selector),
                                          .zone = zone_of(arena),
                                          .at = "2026-11-22T00:00:00Z"});
        g_autofree char *selector = g_strndup(cases[i].selector, strcspn(cases[i].selector, "!"));
        add_claim(&w, cases[i].recorded, "unlike");
        add_claim(&w, cases[i].recorded, mw_strdup(w.arena, selector));
        world_run(&w, &mw_check_dkim);
        const mw_dkim *dkim = w.facts->dkim->pdata[0];
        const mw_finding *finding = w.facts->findings->pdata[0];
        g_assert_cmpstr(dkim->recorded, ==, cases[i].recorded);
        g_assert_cmpint(dkim->changed_since, ==, cases[i].changed_since);
        /* what the receiver saw pass is not charged, whoever changed the mail since */
        g_assert_cmpfloat(finding->scale, ==, strcmp(cases[i].recorded, "pass") == 0 ? 0 : 1);
        g_assert_cmpint(g_str_has_prefix(finding->summary, "changed since"), ==, cases[i].changed_since);
        world_free(&w);
    }
}

static void test_sender_copy(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    world w = world_new(&(world_spec){.message = mail_of(arena, "")});
    w.facts->evidence = &(mw_evidence){.grade = MW_GRADE_SENDER_COPY, .sender_copy = true};
    world_run(&w, &mw_check_dkim);
    g_assert_cmpstr(world_symbols(&w), ==, "");
    g_assert_cmpuint(w.facts->notices->len, ==, 1);
    world_free(&w);
}

static void test_arc(void) {
    static const struct {
        const char *fields, *symbols;
    } cases[] = {
        {"", "ARC_NA"},
        {"ARC-Seal: i=1; a=rsa-sha256; cv=none; d=example.org; s=sel; b=YQ==\r\n", "ARC_INVALID"},
        {"ARC-Seal: i=1; a=rsa-sha256; cv=none; d=example.org; s=sel; b=YQ==\r\n"
         "ARC-Message-Signature: i=1; a=rsa-sha256; d=example.org; s=sel; h=from; "
         "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=YQ==\r\n"
         "ARC-Authentication-Results: i=1; mx.example.org; spf=none\r\n",
         "ARC_REJECT"},
        {"ARC-Seal: i=1; a=rsa-sha256; cv=none; d=example.org; s=broken; b=YQ==\r\n"
         "ARC-Message-Signature: i=1; a=rsa-sha256; d=example.org; s=broken; h=from; "
         "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=YQ==\r\n"
         "ARC-Authentication-Results: i=1; mx.example.org; spf=none\r\n",
         "ARC_DNSFAIL ARC_REJECT?"},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        world w =
            world_new(&(world_spec){.message = mw_printf(arena, "%s%s\r\n%s", cases[i].fields, headers, body),
                                    .zone = zone_of(arena)});
        world_run(&w, &mw_check_arc);
        g_assert_cmpstr(world_symbols(&w), ==, cases[i].symbols);
        world_free(&w);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dkim/symbols", test_symbols);
    g_test_add_func("/dkim/then-and-now", test_then_and_now);
    g_test_add_func("/dkim/sender-copy", test_sender_copy);
    g_test_add_func("/arc/symbols", test_arc);
    return g_test_run();
}
