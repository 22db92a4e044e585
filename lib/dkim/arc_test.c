#include "dkim/arc.h"
#include "dkim/signer_test.h"
#include "base/limits.h"
#include "dns/source.h"

#define NOW 1795305600

static const char headers[] =
    "From: Ann <ann@example.org>\r\nTo: bob@example.net\r\nSubject: Hello  there\r\n";
static const char body[] = "Hello Bob,\r\n\r\nthis is  the text. \r\n";

/* ---- a forwarder ---- */

typedef struct hop {
    const char *aar;        /* behind "i=N; " */
    const char *ams, *seal; /* more tags; NULL: none */
    const char *cv;         /* NULL: as it should be */
    bool ed25519;
} hop;

static const char *last_of(const char *mail, const char *name, int instance) {
    g_autofree char *start = g_strdup_printf("%s: i=%d;", name, instance);
    const char *at = strstr(mail, start);
    g_assert_nonnull(at);
    return at;
}

/* The raw field that stands at this place, folded lines with it. */
static mw_span field_at(const char *at) {
    const char *end = at;
    do
        end = strstr(end + 2, "\r\n");
    while (end[2] == ' ' || end[2] == '\t');
    return (mw_span){at, (size_t)(end - at)};
}

/* The mail with one more set on top. */
static char *forward(mw_arena *arena, const char *mail, int i, const hop *h) {
    const char *key = h->ed25519 ? signer_ed25519 : signer_rsa2048;
    const char *common =
        mw_printf(arena, "i=%d; a=%s; d=fwd%d.example; s=%s; t=1795305000", i,
                  h->ed25519 ? "ed25519-sha256" : "rsa-sha256", i, h->ed25519 ? "ed" : "sel");
    const char *split = strstr(mail, "\r\n\r\n");
    const char *ams_tags =
        mw_printf(arena, "%s; c=relaxed/relaxed; h=from:to:subject%s", common, h->ams ? h->ams : "");
    char *signed_mail = signer_mail(arena, "ARC-Message-Signature", ams_tags, key,
                                    mw_strndup(arena, mail, (size_t)(split + 2 - mail)), split + 4);
    char *with_aar = mw_printf(arena, "ARC-Authentication-Results: i=%d; %s\r\n%s", i, h->aar, signed_mail);
    char *seal = mw_printf(arena, "ARC-Seal: %s; cv=%s%s; b=", common,
                           h->cv    ? h->cv
                           : i == 1 ? "none"
                                    : "pass",
                           h->seal ? h->seal : "");
    GString *data = g_string_new(NULL);
    for (int n = 1; n <= i; n++) {
        mw_canon_field(data, field_at(last_of(with_aar, "ARC-Authentication-Results", n)), MW_CANON_RELAXED);
        mw_canon_field(data, field_at(last_of(with_aar, "ARC-Message-Signature", n)), MW_CANON_RELAXED);
        if (n < i)
            mw_canon_field(data, field_at(last_of(with_aar, "ARC-Seal", n)), MW_CANON_RELAXED);
    }
    mw_canon_signature(data, mw_span_of(seal), MW_CANON_RELAXED);
    mw_span b = signer_sign(arena, key, MW_SHA256, (mw_span){data->str, data->len});
    g_string_free(data, TRUE);
    return mw_printf(arena, "%s%s\r\n%s", seal, signer_base64(arena, b.data, b.len), with_aar);
}

static const hop good = {
    .aar =
        "mx.fwd.example; spf=pass smtp.mailfrom=ann@example.org; dkim=pass header.d=example.org; dmarc=pass"};

static char *forwarded(mw_arena *arena, int times) {
    char *mail = mw_printf(arena, "%s\r\n%s", headers, body);
    for (int i = 1; i <= times; i++)
        mail = forward(arena, mail, i, &good);
    return mail;
}

/* ---- verifying ---- */

static char *zone_of(mw_arena *arena, int hops) {
    GString *zone = g_string_new(";@ sel._domainkey.broken.example. TXT SERVFAIL\n");
    for (int i = 1; i <= hops; i++) {
        g_string_append(zone, signer_zone_line(arena, mw_printf(arena, "sel._domainkey.fwd%d.example", i),
                                               mw_printf(arena, "v=DKIM1; p=%s",
                                                         signer_public(arena, signer_rsa2048, false))));
        g_string_append(zone, signer_zone_line(arena, mw_printf(arena, "ed._domainkey.fwd%d.example", i),
                                               mw_printf(arena, "v=DKIM1; k=ed25519; p=%s",
                                                         signer_public(arena, signer_ed25519, false))));
    }
    char *out = mw_strdup(arena, zone->str);
    g_string_free(zone, TRUE);
    return out;
}

static const mw_arc *verify_in(mw_arena *arena, mw_source *source, const char *mail, const char *no_body,
                               const char *no_header) {
    mw_dns *dns = mw_arena_own(arena, mw_dns_new(source, NULL), (GDestroyNotify)mw_dns_free);
    mw_dns_start(dns);
    const mw_message *message =
        mw_message_read(arena, (mw_span){mw_memdup(arena, mail, strlen(mail)), strlen(mail)}, NULL);
    g_assert_nonnull(message);
    mw_dkim_request request = {.message = message,
                               .at = NOW,
                               .now = NOW,
                               .untestable_body = no_body,
                               .untestable_header = no_header};
    mw_arc_prefetch(arena, dns, message);
    return mw_arc_verify(arena, dns, &request);
}

static const mw_arc *verify(mw_arena *arena, const char *mail) {
    GError *error = NULL;
    mw_source *source = mw_source_zone_bytes(mw_span_of(zone_of(arena, 6)), "test", &error);
    g_assert_no_error(error);
    return verify_in(arena, source, mail, NULL, NULL);
}

static const mw_arc_set *set_of(const mw_arc *arc, guint instance) {
    g_assert_cmpuint(arc->sets->len, >=, instance);
    return arc->sets->pdata[instance - 1];
}

static void test_pass(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_arc *arc = verify(arena, forwarded(arena, 0));
    g_assert_cmpint(arc->result, ==, MW_ARC_NONE);
    for (int n = 1; n <= 4; n++) {
        arc = verify(arena, forwarded(arena, n));
        g_assert_cmpstr(arc->reason, ==, NULL);
        g_assert_cmpint(arc->result, ==, MW_ARC_PASS);
        g_assert_cmpint(arc->instances, ==, n);
        g_assert_cmpint(arc->oldest_pass, ==, 0);
        g_assert_cmpstr(set_of(arc, (guint)n)->sealer, ==, mw_printf(arena, "fwd%d.example", n));
    }
    g_assert_cmpstr(set_of(arc, 1)->story, ==,
                    "mx.fwd.example saw spf=pass (ann@example.org), dkim=pass (example.org), dmarc=pass");
    hop ed = good;
    ed.ed25519 = true;
    arc = verify(arena, forward(arena, forwarded(arena, 1), 2, &ed));
    g_assert_cmpint(arc->result, ==, MW_ARC_PASS);
}

static void test_oldest(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    GString *mail = g_string_new(forwarded(arena, 2));
    g_string_append(mail, "a footer\r\n");
    const mw_arc *arc = verify(arena, mail->str);
    g_assert_cmpint(arc->result, ==, MW_ARC_FAIL);
    g_assert_cmpint(arc->failed_instance, ==, 2);
    g_assert_false(arc->structure);
    g_assert_nonnull(
        strstr(arc->reason, "message signature of instance 2 (fwd2.example): the body was changed"));
    arc = verify(arena, forward(arena, mail->str, 3, &good));
    g_assert_cmpint(arc->result, ==, MW_ARC_PASS);
    g_assert_cmpint(arc->oldest_pass, ==, 3);
    g_assert_cmpint(set_of(arc, 2)->message_signature, ==, MW_DKIM_FAIL);
    g_assert_cmpint(set_of(arc, 2)->seal, ==, MW_DKIM_PASS);
    g_string_free(mail, TRUE);
}

static void test_changes(void) {
    static const struct {
        const char *from, *to;
        int instance;
        bool structure;
        const char *reason;
    } cases[] = {
        {"Hello  there", "Hello, there", 3, false, "a header field that it covers"},
        {"this is", "that is", 3, false, "the body was changed"},
        {"ARC-Authentication-Results: i=1; mx", "ARC-Authentication-Results: i=1; my", 3, false,
         "seal of instance 3"},
        {"ARC-Authentication-Results: i=1;", "ARC-Authentication-Results: i=1 ", 0, true,
         "no instance number"},
        {"ARC-Authentication-Results: i=1;", "ARC-Authentication-Results: i=2;", 2, true,
         "more than one ARC-Authentication-Results"},
        {"ARC-Authentication-Results: i=1;", "X-Authentication-Results: i=1;", 1, true,
         "instance 1 has no ARC-Authentication-Results"},
        {"ARC-Seal: i=2", "ARC-Seal: i=51", 0, true, "no instance number"},
        {"ARC-Seal: i=2", "ARC-Seal: i=0", 0, true, "no instance number"},
        {"ARC-Seal: i=2", "ARC-Seal: i=5", 2, true, "has no ARC-Seal"},
        {"ARC-Seal: i=3; a=rsa-sha256", "ARC-Seal: i=3; a=rsa-sha1", 3, true, "rsa-sha1"},
        {"ARC-Seal: i=3; a=rsa-sha256; d=fwd3.example", "ARC-Seal: i=3; a=rsa-sha256; d=nowhere.example", 3,
         false, "does not exist"},
        {"ARC-Seal: i=3; a=rsa-sha256; d=fwd3.example; s=sel",
         "ARC-Seal: i=3; a=rsa-sha256; d=fwd3.example; s=ed", 3, false, "wrong type"},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    const char *mail = forwarded(arena, 3);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) changed = g_string_new(mail);
        g_assert_cmpuint(g_string_replace(changed, cases[i].from, cases[i].to, 1), ==, 1);
        const mw_arc *arc = verify(arena, changed->str);
        if (arc->result != MW_ARC_FAIL || arc->failed_instance != cases[i].instance ||
            arc->structure != cases[i].structure || !strstr(arc->reason, cases[i].reason))
            g_error("%s: %s, instance %d, %s", cases[i].to, mw_arc_result_name(arc->result),
                    arc->failed_instance, arc->reason);
        g_assert_cmpint(arc->key_gone, ==, strstr(cases[i].to, "nowhere") != NULL);
    }
}

static void test_chain_values(void) {
    static const struct {
        const char *cv1, *cv2;
        mw_arc_result result;
        bool structure;
        int instance;
    } cases[] = {
        {"none", "pass", MW_ARC_PASS, false, 0}, {"pass", "pass", MW_ARC_FAIL, true, 1},
        {"none", "none", MW_ARC_FAIL, true, 2},  {"none", "fail", MW_ARC_FAIL, false, 2},
        {"fail", "pass", MW_ARC_FAIL, true, 1},  {"none", "Pass", MW_ARC_FAIL, true, 2},
        {"none", "", MW_ARC_FAIL, true, 2},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        hop one = good, two = good;
        one.cv = cases[i].cv1;
        two.cv = cases[i].cv2;
        const mw_arc *arc =
            verify(arena, forward(arena, forward(arena, forwarded(arena, 0), 1, &one), 2, &two));
        g_assert_cmpint(arc->result, ==, cases[i].result);
        g_assert_cmpint(arc->structure, ==, cases[i].structure);
        g_assert_cmpint(arc->failed_instance, ==, cases[i].instance);
    }
}

static void test_tags(void) {
    static const struct {
        const char *ams, *seal;
        mw_arc_result result;
    } cases[] = {
        {"; unknown=1", "; unknown=1", MW_ARC_PASS},
        {":arc-seal", NULL, MW_ARC_FAIL},
        {":arc-authentication-results:arc-message-signature", NULL, MW_ARC_PASS},
        {NULL, "; h=from", MW_ARC_FAIL},
        {NULL, "; bh=abc", MW_ARC_FAIL},
        {"; l=10", NULL, MW_ARC_PASS},
        {"; l=1000", NULL, MW_ARC_FAIL},
        {"; u=1; u=2", NULL, MW_ARC_FAIL},
        {NULL, "; cv=none", MW_ARC_FAIL},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        hop h = good;
        h.ams = cases[i].ams;
        h.seal = cases[i].seal;
        const mw_arc *arc = verify(arena, forward(arena, forwarded(arena, 1), 2, &h));
        if (arc->result != cases[i].result)
            g_error("%zu: %s", i, arc->reason);
    }
}

static void test_unknown(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const char *mail = forwarded(arena, 2);
    const mw_arc *arc = verify_in(arena, mw_source_none(), mail, NULL, NULL);
    g_assert_cmpint(arc->result, ==, MW_ARC_UNTESTABLE);
    g_assert_false(arc->dns_failed);
    GError *error = NULL;
    char *zone = mw_printf(arena, "%s;@ sel._domainkey.fwd1.example. TXT SERVFAIL\n",
                           strstr(zone_of(arena, 2), "sel._domainkey.fwd2"));
    arc = verify_in(arena, mw_source_zone_bytes(mw_span_of(zone), "test", &error), mail, NULL, NULL);
    g_assert_no_error(error);
    g_assert_cmpint(arc->result, ==, MW_ARC_UNTESTABLE);
    g_assert_true(arc->dns_failed);
    g_assert_nonnull(strstr(arc->reason, "seal of instance 1"));

    mw_source *source = mw_source_zone_bytes(mw_span_of(zone_of(arena, 2)), "test", &error);
    char *head = mw_strndup(arena, mail, (size_t)(strstr(mail, "\r\n\r\n") + 4 - mail));
    arc = verify_in(arena, source, head, "only the headers were saved", NULL);
    g_assert_cmpint(arc->result, ==, MW_ARC_UNTESTABLE);
    g_assert_nonnull(strstr(arc->reason, "only the headers were saved"));
    source = mw_source_zone_bytes(mw_span_of(zone_of(arena, 2)), "test", &error);
    arc = verify_in(arena, source, strstr(mail, "ARC-Message-Signature: i=2"), NULL, "written anew");
    g_assert_cmpint(arc->result, ==, MW_ARC_UNTESTABLE);
}

/* Fifty sets pass, fifty-one don't, and thousands of fields take no time. */
static void test_many(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    GError *error = NULL;
    hop ed = good;
    ed.ed25519 = true;
    char *mail = forwarded(arena, 0);
    for (int i = 1; i <= MW_MAX_ARC_SETS; i++)
        mail = forward(arena, mail, i, &ed);
    mw_source *source = mw_source_zone_bytes(mw_span_of(zone_of(arena, MW_MAX_ARC_SETS)), "test", &error);
    const mw_arc *arc = verify_in(arena, source, mail, NULL, NULL);
    g_assert_cmpstr(arc->reason, ==, NULL);
    g_assert_cmpint(arc->result, ==, MW_ARC_PASS);
    arc = verify(arena, forward(arena, mail, MW_MAX_ARC_SETS + 1, &ed));
    g_assert_cmpint(arc->result, ==, MW_ARC_FAIL);
    g_assert_true(arc->structure);
    g_autoptr(GString) flood = g_string_new(NULL);
    for (int i = 0; i < 20000; i++)
        g_string_append_printf(flood, "ARC-Seal: i=%d; a=rsa-sha256; cv=none; d=x.example; s=s; b=YQ==\r\n",
                               i % 60);
    g_string_append(flood, forwarded(arena, 0));
    arc = verify(arena, flood->str);
    g_assert_cmpint(arc->result, ==, MW_ARC_FAIL);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/arc/pass", test_pass);
    g_test_add_func("/arc/oldest", test_oldest);
    g_test_add_func("/arc/changes", test_changes);
    g_test_add_func("/arc/chain-values", test_chain_values);
    g_test_add_func("/arc/tags", test_tags);
    g_test_add_func("/arc/unknown", test_unknown);
    g_test_add_func("/arc/many", test_many);
    return g_test_run();
}
