#include "dkim/dkim.h"
#include "dkim/opendkim.h"
#include "dkim/screen.h"
#include "dkim/signer_test.h"
#include "base/limits.h"
#include "dns/source.h"

#define DAY (24 * 60 * 60)
#define NOW 1795305600 /* 22 Nov 2026 00:00 UTC */

static const char headers[] =
    "From: Ann <ann@example.org>\r\nTo: bob@example.net\r\nSubject: Hello  there\r\n"
    "Date: Sun, 22 Nov 2026 00:00:00 +0000\r\n";
static const char body[] = "Hello Bob,\r\n\r\nthis is  the text. \r\n-- \r\nAnn\r\n\r\n";

/* ---- a world ---- */

typedef struct world {
    mw_arena *arena;
    mw_dns *dns;
} world;

static world world_new(const char *zone) {
    world w = {.arena = mw_arena_new()};
    GError *error = NULL;
    mw_source *source = zone ? mw_source_zone_bytes(mw_span_of(zone), "test", &error) : mw_source_none();
    g_assert_no_error(error);
    w.dns = mw_dns_new(source, NULL);
    mw_dns_start(w.dns);
    return w;
}

static void world_free(world *w) {
    mw_dns_free(w->dns);
    mw_arena_free(w->arena);
}

static char *keys_zone(mw_arena *arena) {
    static const struct {
        const char *name, *record; /* P, E, Q, K, S: the keys */
    } records[] = {
        {"sel", "v=DKIM1; k=rsa; p=P"},
        {"k1024", "v=DKIM1; p=K"},
        {"k768", "v=DKIM1; p=S"},
        {"ed", "v=DKIM1; k=ed25519; p=E"},
        {"pkcs1", "v=DKIM1; p=Q"},
        {"test", "v=DKIM1; t=y; p=P"},
        {"strict", "v=DKIM1; t=s; p=P"},
        {"web", "v=DKIM1; s=web; p=P"},
        {"sha1", "v=DKIM1; h=sha1; p=P"},
        {"revoked", "v=DKIM1; p="},
        {"quoted", "\"v=DKIM1; p=P\""},
        {"spf", "v=spf1 -all"},
        {"two", "v=DKIM1; p=P"},
        {"two", "v=DKIM1; p=K"},
        {"beside", "v=DKIM1; p=P"},
        {"beside", "v=spf1 -all"},
        {"beside2", "google-site-check=abc"},
        {"beside2", "v=DKIM1; p=P"},
        {"other", "v=DKIM1; p=K"},
    };
    GString *zone = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(records); i++) {
        g_autoptr(GString) record = g_string_new(records[i].record);
        g_string_replace(record, "p=P", mw_printf(arena, "p=%s", signer_public(arena, signer_rsa2048, false)),
                         1);
        g_string_replace(record, "p=Q", mw_printf(arena, "p=%s", signer_public(arena, signer_rsa2048, true)),
                         1);
        g_string_replace(record, "p=K", mw_printf(arena, "p=%s", signer_public(arena, signer_rsa1024, false)),
                         1);
        g_string_replace(record, "p=S", mw_printf(arena, "p=%s", signer_public(arena, signer_rsa768, false)),
                         1);
        g_string_replace(record, "p=E", mw_printf(arena, "p=%s", signer_public(arena, signer_ed25519, false)),
                         1);
        g_string_append(zone, signer_zone_line(arena,
                                               mw_printf(arena, "%s._domainkey.example.org", records[i].name),
                                               record->str));
    }
    char *cut = mw_strndup(
        arena, mw_printf(arena, "v=DKIM1; k=rsa; p=%s", signer_public(arena, signer_rsa2048, false)), 255);
    g_string_append(zone, signer_zone_line(arena, "cut._domainkey.example.org", cut));
    g_string_append(zone,
                    signer_zone_line(arena, "twice._domainkey.example.org.example.org",
                                     mw_printf(arena, "p=%s", signer_public(arena, signer_rsa2048, false))));
    g_string_append(zone, "empty._domainkey.example.org. 60 IN A 192.0.2.1\n"
                          "alias._domainkey.example.org. 60 IN CNAME alias.keys.example.net.\n"
                          "alias2._domainkey.example.org. 60 IN CNAME sel._domainkey.example.org.\n"
                          ";@ broken._domainkey.example.org. TXT SERVFAIL\n");
    char *out = mw_strdup(arena, zone->str);
    g_string_free(zone, TRUE);
    return out;
}

static const mw_dkim *verify_at(world *w, mw_span mail, mw_time at, mw_time now, const char *no_body,
                                const char *no_header) {
    GError *error = NULL;
    const mw_message *message =
        mw_message_read(w->arena, (mw_span){mw_memdup(w->arena, mail.data, mail.len), mail.len}, &error);
    g_assert_no_error(error);
    mw_dkim_request request = {
        .message = message, .at = at, .now = now, .untestable_body = no_body, .untestable_header = no_header};
    mw_dkim_prefetch(w->arena, w->dns, message);
    GPtrArray *all = mw_dkim_verify(w->arena, w->dns, &request);
    g_assert_cmpuint(all->len, >=, 1);
    return all->pdata[0];
}

static const mw_dkim *verify(world *w, const char *mail) {
    return verify_at(w, mw_span_of(mail), NOW, NOW, NULL, NULL);
}

/* ---- tables ---- */

enum { A_KEY, A_1024, A_768, AN_ED };
static const char *key_of(int key) {
    return key == A_1024  ? signer_rsa1024
           : key == A_768 ? signer_rsa768
           : key == AN_ED ? signer_ed25519
                          : signer_rsa2048;
}

#define T(algorithm, selector, more) \
    "v=1; a=" algorithm "; c=relaxed/relaxed; d=example.org; s=" selector "; h=from:to:subject:date" more

static void test_keys(void) {
    static const struct {
        const char *tags;
        int key;
        mw_dkim_result result;
        mw_dkim_cause cause;
        const char *reason; /* a part of it; NULL: there is none */
    } cases[] = {
        {T("rsa-sha256", "sel", ""), A_KEY, MW_DKIM_PASS, MW_DKIM_GOOD, NULL},
        {T("rsa-sha256", "k1024", ""), A_1024, MW_DKIM_PASS, MW_DKIM_GOOD, NULL},
        {T("ed25519-sha256", "ed", ""), AN_ED, MW_DKIM_PASS, MW_DKIM_GOOD, NULL},
        {T("rsa-sha256", "pkcs1", ""), A_KEY, MW_DKIM_PASS, MW_DKIM_GOOD, NULL},
        {T("rsa-sha256", "test", ""), A_KEY, MW_DKIM_PASS, MW_DKIM_GOOD, NULL},
        {T("rsa-sha256", "strict", ""), A_KEY, MW_DKIM_PASS, MW_DKIM_GOOD, NULL},
        {T("rsa-sha256", "beside", ""), A_KEY, MW_DKIM_PASS, MW_DKIM_GOOD, NULL},
        {T("rsa-sha256", "beside2", ""), A_KEY, MW_DKIM_PASS, MW_DKIM_GOOD, NULL},
        {T("rsa-sha256", "k768", ""), A_768, MW_DKIM_POLICY, MW_DKIM_WEAK, "768 bits"},
        {T("rsa-sha1", "sel", ""), A_KEY, MW_DKIM_POLICY, MW_DKIM_WEAK, "SHA-1"},
        {T("rsa-sha256", "strict", "; i=@mail.example.org"), A_KEY, MW_DKIM_PERMERROR, MW_DKIM_BAD_KEY,
         "no subdomains"},
        {T("rsa-sha256", "strict", "; i=ann@Example.ORG"), A_KEY, MW_DKIM_PASS, MW_DKIM_GOOD, NULL},
        {T("rsa-sha256", "web", ""), A_KEY, MW_DKIM_PERMERROR, MW_DKIM_BAD_KEY, "not for mail"},
        {T("rsa-sha256", "sha1", ""), A_KEY, MW_DKIM_PERMERROR, MW_DKIM_BAD_KEY, "does not allow"},
        {T("ed25519-sha256", "sel", ""), AN_ED, MW_DKIM_PERMERROR, MW_DKIM_BAD_KEY, "wrong type"},
        {T("rsa-sha256", "ed", ""), A_KEY, MW_DKIM_PERMERROR, MW_DKIM_BAD_KEY, "wrong type"},
        {T("rsa-sha256", "revoked", ""), A_KEY, MW_DKIM_PERMERROR, MW_DKIM_BAD_KEY, "revoked"},
        {T("rsa-sha256", "cut", ""), A_KEY, MW_DKIM_PERMERROR, MW_DKIM_BAD_KEY, "cut off at 255"},
        {T("rsa-sha256", "quoted", ""), A_KEY, MW_DKIM_PERMERROR, MW_DKIM_BAD_KEY, "quoted twice"},
        {T("rsa-sha256", "spf", ""), A_KEY, MW_DKIM_PERMERROR, MW_DKIM_BAD_KEY, "an SPF record"},
        {T("rsa-sha256", "two", ""), A_KEY, MW_DKIM_PERMERROR, MW_DKIM_BAD_KEY, "2 key records"},
        {T("rsa-sha256", "gone", ""), A_KEY, MW_DKIM_PERMERROR, MW_DKIM_NO_KEY,
         "gone._domainkey.example.org does not exist"},
        {T("rsa-sha256", "twice", ""), A_KEY, MW_DKIM_PERMERROR, MW_DKIM_NO_KEY,
         "stands at twice._domainkey.example.org.example.org instead"},
        {T("rsa-sha256", "alias", ""), A_KEY, MW_DKIM_PERMERROR, MW_DKIM_NO_KEY,
         "is an alias of alias.keys.example.net, which does not exist"},
        {T("rsa-sha256", "alias2", ""), A_KEY, MW_DKIM_PASS, MW_DKIM_GOOD, NULL},
        {T("rsa-sha256", "empty", ""), A_KEY, MW_DKIM_PERMERROR, MW_DKIM_NO_KEY, "has no TXT record"},
        {T("rsa-sha256", "broken", ""), A_KEY, MW_DKIM_TEMPERROR, MW_DKIM_KEY_UNKNOWN, "SERVFAIL"},
        {T("rsa-sha256", "other", ""), A_KEY, MW_DKIM_FAIL, MW_DKIM_OTHER_KEY, "not made with the key"},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    world w = world_new(keys_zone(arena));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *mail =
            signer_mail(arena, "DKIM-Signature", cases[i].tags, key_of(cases[i].key), headers, body);
        const mw_dkim *got = verify(&w, mail);
        if (got->result != cases[i].result || got->cause != cases[i].cause ||
            (cases[i].reason ? !got->reason || !strstr(got->reason, cases[i].reason) : got->reason != NULL))
            g_error("%s: %s, cause %d, %s", cases[i].tags, mw_dkim_result_name(got->result), (int)got->cause,
                    got->reason);
        g_assert_cmpint(got->body_hash, ==, MW_DKIM_PASS);
        g_assert_cmpstr(got->domain, ==, "example.org");
    }
    g_assert_nonnull(
        strstr(verify(&w, signer_mail(arena, "DKIM-Signature", cases[3].tags, signer_rsa2048, headers, body))
                   ->notice,
               "RSAPublicKey"));
    g_assert_nonnull(
        strstr(verify(&w, signer_mail(arena, "DKIM-Signature", cases[4].tags, signer_rsa2048, headers, body))
                   ->notice,
               "test"));
    g_assert_null(
        verify(&w, signer_mail(arena, "DKIM-Signature", cases[0].tags, signer_rsa2048, headers, body))
            ->notice);
    world_free(&w);
}

/* Every canonicalisation, both algorithms: libopendkim, which is no code of ours, agrees. */
static void test_agrees(void) {
    static const char *const canons[] = {"simple",         "relaxed",        "simple/simple",
                                         "simple/relaxed", "relaxed/simple", "relaxed/relaxed"};
    static const char *const bodies[] = {
        "", "\r\n", "a", "a \r\n \r\n\t\r\n", "a  b\tc\r\n\r\n\r\nd", " \r\n", "x\r\n..\r\n"};
    static const char *const heads[] = {
        "From: a@example.org\r\n",
        "FROM : a@example.org\r\nX: 1\r\nx:\t2\r\nX: 3\r\n\t4 \r\n",
        "Subject: \r\n folded\r\n\t twice  \r\nfrom:a@example.org\r\nX:\r\n",
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    world w = world_new(keys_zone(arena));
    for (size_t c = 0; c < G_N_ELEMENTS(canons); c++)
        for (size_t b = 0; b < G_N_ELEMENTS(bodies); b++)
            for (size_t h = 0; h < G_N_ELEMENTS(heads); h++)
                for (int ed = 0; ed < 2; ed++) {
                    const char *tags = mw_printf(
                        arena,
                        "v=1; a=%s; c=%s; d=example.org; s=%s; t=1795300000;\r\n h=from:x:x:x:subject:none",
                        ed ? "ed25519-sha256" : "rsa-sha256", canons[c], ed ? "ed" : "sel");
                    const mw_dkim *got =
                        verify(&w, signer_mail(arena, "DKIM-Signature", tags,
                                               ed ? signer_ed25519 : signer_rsa2048, heads[h], bodies[b]));
                    if (got->result != MW_DKIM_PASS || got->notice)
                        g_error("%s with body %zu, header %zu: %s, %s", tags, b, h, got->reason, got->notice);
                }
    world_free(&w);
}

static void replace(GString *mail, const char *from, const char *to) {
    g_assert_cmpuint(g_string_replace(mail, from, to, 1), ==, 1);
}

static void test_changes(void) {
    static const struct {
        const char *from, *to;
        const char *selector;
        mw_dkim_result body_hash, signature;
        const char *reason;
    } cases[] = {
        {"the text.", "the texts.", "sel", MW_DKIM_FAIL, MW_DKIM_PASS,
         "the body was changed after signing; the signed header"},
        {"Hello  there", "Hello, there", "sel", MW_DKIM_PASS, MW_DKIM_FAIL,
         "a signed header field was changed"},
        {"To: bob", "Cc: bob", "sel", MW_DKIM_PASS, MW_DKIM_FAIL, "signed are: from, to, subject, date"},
        {"\r\n\r\nHello", "\r\nSubject: two\r\n\r\nHello", "sel", MW_DKIM_PASS, MW_DKIM_FAIL,
         "changed, added or removed"},
        {"Hello  there", "Hello there", "sel", MW_DKIM_PASS, MW_DKIM_PASS, NULL},
        {"is  the", "is the", "sel", MW_DKIM_PASS, MW_DKIM_PASS, NULL},
        {"Ann\r\n\r\n", "Ann\r\n\r\n\r\n\r\n", "sel", MW_DKIM_PASS, MW_DKIM_PASS, NULL},
        {"s=sel", "s=k1024", "sel", MW_DKIM_PASS, MW_DKIM_FAIL,
         "not made with the key that k1024._domainkey.example.org holds now"},
        {"there", "where", "ed", MW_DKIM_PASS, MW_DKIM_FAIL, "or it was made with another key"},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    world w = world_new(keys_zone(arena));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        bool ed = strcmp(cases[i].selector, "ed") == 0;
        const char *mail = signer_mail(arena, "DKIM-Signature",
                                       ed ? T("ed25519-sha256", "ed", "") : T("rsa-sha256", "sel", ""),
                                       ed ? signer_ed25519 : signer_rsa2048, headers, body);
        g_autoptr(GString) changed = g_string_new(mail);
        replace(changed, cases[i].from, cases[i].to);
        const mw_dkim *got = verify(&w, changed->str);
        g_assert_cmpint(got->body_hash, ==, cases[i].body_hash);
        g_assert_cmpint(got->signature, ==, cases[i].signature);
        g_assert_cmpint(got->result, ==, cases[i].reason ? MW_DKIM_FAIL : MW_DKIM_PASS);
        g_assert_null(got->notice);
        if (cases[i].reason && !strstr(got->reason, cases[i].reason))
            g_error("%s: %s", cases[i].to, got->reason);
    }
    world_free(&w);
}

static void test_time(void) {
    static const struct {
        const char *tags;
        int64_t at, now; /* seconds from NOW; INT64_MIN: not known */
        mw_dkim_result result;
        const char *reason, *now_differs;
    } cases[] = {
        {"; t=1795305600; x=1795392000", 0, 0, MW_DKIM_PASS, NULL, NULL},
        {"; t=1795305600; x=1795392000", DAY, DAY, MW_DKIM_PASS, NULL, NULL},
        {"; t=1795305600; x=1795392000", 3600, 2 * DAY, MW_DKIM_PASS, NULL, "expired since, on 23 Nov 2026"},
        {"; t=1795305600; x=1795392000", 3 * DAY, 4 * DAY, MW_DKIM_PERMERROR,
         "expired 2 days before delivery (on 23 Nov 2026)", NULL},
        {"; t=1795305600; x=1795392000", INT64_MIN, 3 * DAY, MW_DKIM_PERMERROR, "expired 2 days ago", NULL},
        {"; t=1795305900", 0, 0, MW_DKIM_PASS, NULL, NULL},
        {"; t=1795305901", 0, 0, MW_DKIM_PERMERROR, "after the delivery", NULL},
        {"; t=1795309200", 0, DAY, MW_DKIM_PERMERROR, "1 h after the delivery", "no longer in the future"},
        {"; t=0", 0, 0, MW_DKIM_PASS, NULL, NULL},
        {"; t=99999999999", 0, 0, MW_DKIM_PERMERROR, "after the delivery", NULL},
        {"; t=1795305600; x=9223372036854775807", 0, 0, MW_DKIM_PASS, NULL, NULL},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    world w = world_new(keys_zone(arena));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *tags = mw_printf(arena, "%s%s", T("rsa-sha256", "sel", ""), cases[i].tags);
        const char *mail = signer_mail(arena, "DKIM-Signature", tags, signer_rsa2048, headers, body);
        mw_time at = cases[i].at == INT64_MIN ? MW_TIME_UNKNOWN : NOW + cases[i].at;
        const mw_dkim *got = verify_at(&w, mw_span_of(mail), at, NOW + cases[i].now, NULL, NULL);
        if (got->result != cases[i].result || (cases[i].reason && !strstr(got->reason, cases[i].reason)))
            g_error("%s: %s, %s", tags, mw_dkim_result_name(got->result), got->reason);
        if (cases[i].now_differs)
            g_assert_nonnull(strstr(got->now_differs, cases[i].now_differs));
        else
            g_assert_null(got->now_differs);
        g_assert_null(got->notice);
        g_assert_cmpint(got->signature, ==, MW_DKIM_PASS);
    }
    world_free(&w);
}

/* What is refused before any key is asked for; libopendkim would pass some of these. */
static void test_screen(void) {
    static const struct {
        const char *value, *problem;
    } cases[] = {
        {"v=1; a=rsa-sha256; d=e.org; s=s; h=from; bh=B; b=YQ==", NULL},
        {"v=1; a=rsa-sha256; d=e.org; s=s; h=from; bh=B; b=YQ==;", NULL},
        {"v=1; a=rsa-sha256; d=e.org; s=s; h= TO :\r\n From; bh=B; b=YQ==; i=a=40b@x.e.org", NULL},
        {"v=1; a=rsa-sha256; d=e.org; s=s; h=from; bh=B; b=YQ==;;", "malformed"},
        {"v=1; a=rsa-sha256; d=e.org; s=s; h=from; bh=B; b=YQ==; x-y=1", "malformed"},
        {"v=1; a=rsa-sha256; d=e.org; s=s; h=from; bh=B; b=YQ==; d=e.org", "d= twice"},
        {"v=1; a=rsa-sha256; d=e.org; s=s; h=from; bh=B; b=YQ==; z", "malformed"},
        {"a=rsa-sha256; d=e.org; s=s; h=from; bh=B; b=YQ==", "no v="},
        {"v=2; a=rsa-sha256; d=e.org; s=s; h=from; bh=B; b=YQ==", "v= is not 1"},
        {"v=1; d=e.org; s=s; h=from; bh=B; b=YQ==", "no a="},
        {"v=1; a=rsa-sha512; d=e.org; s=s; h=from; bh=B; b=YQ==", "rsa-sha512"},
        {"v=1; a=RSA-SHA256; d=e.org; s=s; h=from; bh=B; b=YQ==", "RSA-SHA256"},
        {"v=1; a=rsa-sha256; s=s; h=from; bh=B; b=YQ==", "no d="},
        {"v=1; a=rsa-sha256; d=; s=s; h=from; bh=B; b=YQ==", "d= is empty"},
        {"v=1; a=rsa-sha256; d=e.org.; s=s; h=from; bh=B; b=YQ==", "d= is no domain"},
        {"v=1; a=rsa-sha256; d=e..org; s=s; h=from; bh=B; b=YQ==", "d= is no domain"},
        {"v=1; a=rsa-sha256; d=e org; s=s; h=from; bh=B; b=YQ==", NULL},
        {"v=1; a=rsa-sha256; d=e/org; s=s; h=from; bh=B; b=YQ==", "d= is no domain"},
        {"v=1; a=rsa-sha256; d=e.org; s=a..b; h=from; bh=B; b=YQ==", "s= can't"},
        {"v=1; a=rsa-sha256; d=e.org; h=from; bh=B; b=YQ==", "no s="},
        {"v=1; a=rsa-sha256; d=e.org; s=s; h=to; bh=B; b=YQ==", "From is not among"},
        {"v=1; a=rsa-sha256; d=e.org; s=s; h=fromage; bh=B; b=YQ==", "From is not among"},
        {"v=1; a=rsa-sha256; d=e.org; s=s; bh=B; b=YQ==", "no h="},
        {"v=1; a=rsa-sha256; d=e.org; s=s; h=from; b=YQ==", "no bh="},
        {"v=1; a=rsa-sha256; d=e.org; s=s; h=from; bh=YQ==; b=YQ==", "bh= has 1 bytes"},
        {"v=1; a=rsa-sha256; d=e.org; s=s; h=from; bh=!; b=YQ==", "bh= is no base64"},
        {"v=1; a=rsa-sha256; d=e.org; s=s; h=from; bh=B; b=", "b= is empty"},
        {"v=1; a=rsa-sha256; d=e.org; s=s; h=from; bh=B; b=!", "b= is no base64"},
        {"v=1; a=rsa-sha256; c=nowsp; d=e.org; s=s; h=from; bh=B; b=YQ==", "c=nowsp"},
        {"v=1; a=rsa-sha256; l=-1; d=e.org; s=s; h=from; bh=B; b=YQ==", "l= is no number"},
        {"v=1; a=rsa-sha256; l=99999999999999999999999; d=e.org; s=s; h=from; bh=B; b=YQ==",
         "l= is no number"},
        {"v=1; a=rsa-sha256; t=soon; d=e.org; s=s; h=from; bh=B; b=YQ==", "t= is no number"},
        {"v=1; a=rsa-sha256; t=5; x=5; d=e.org; s=s; h=from; bh=B; b=YQ==", "before it was made"},
        {"v=1; a=rsa-sha256; q=http; d=e.org; s=s; h=from; bh=B; b=YQ==", "q="},
        {"v=1; a=rsa-sha256; q=x : dns/txt; d=e.org; s=s; h=from; bh=B; b=YQ==", NULL},
        {"v=1; a=rsa-sha256; i=@other.org; d=e.org; s=s; h=from; bh=B; b=YQ==", "not in its domain"},
        {"v=1; a=rsa-sha256; i=@xe.org; d=e.org; s=s; h=from; bh=B; b=YQ==", "not in its domain"},
        {"v=1; a=rsa-sha256; i=e.org; d=e.org; s=s; h=from; bh=B; b=YQ==", "no address"},
        {"v=1; a=rsa-sha256; i=a=; d=e.org; s=s; h=from; bh=B; b=YQ==", "badly encoded"},
        {"v=1; a=rsa-sha256; i=a@e.org=4; d=e.org; s=s; h=from; bh=B; b=YQ==", "badly encoded"},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    const char *hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) value = g_string_new(cases[i].value);
        g_string_replace(value, "bh=B", mw_printf(arena, "bh=%s", hash), 0);
        mw_field field = {.name = MW_SPAN("DKIM-Signature"),
                          .value = {mw_memdup(arena, value->str, value->len), value->len}};
        mw_signature signature;
        mw_signature_read(arena, &field, &signature);
        if (cases[i].problem ? !signature.problem || !strstr(signature.problem, cases[i].problem)
                             : signature.problem != NULL)
            g_error("%s: %s", cases[i].value, signature.problem);
    }
}

static void test_length(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    world w = world_new(keys_zone(arena));
    const char *mail =
        signer_mail(arena, "DKIM-Signature", T("rsa-sha256", "sel", "; l=42"), signer_rsa2048, headers, body);
    const mw_dkim *got = verify(&w, mail);
    g_assert_cmpint(got->result, ==, MW_DKIM_PASS);
    g_assert_null(got->reason);
    got = verify(&w, mw_printf(arena, "%sa footer\r\n", mail));
    g_assert_cmpint(got->result, ==, MW_DKIM_PASS);
    g_assert_nonnull(strstr(got->reason, "only the first 42 of the body's"));
    g_autoptr(GString) cut = g_string_new(mail);
    g_string_truncate(cut, cut->len - 9);
    got = verify(&w, cut->str);
    g_assert_cmpint(got->result, ==, MW_DKIM_FAIL);
    g_assert_nonnull(strstr(got->reason, "shorter than the 42 bytes"));
    world_free(&w);
}

/* Nothing is called changed that this copy can't show, and nothing is unknown that it can. */
static void test_untestable(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    world w = world_new(keys_zone(arena)), none = world_new(NULL);
    const char *mail =
        signer_mail(arena, "DKIM-Signature", T("rsa-sha256", "sel", ""), signer_rsa2048, headers, body);
    mw_span whole = mw_span_of(mail), head = mw_span_slice(whole, 0, mw_span_search(whole, "\r\n\r\nHello"));
    const mw_dkim *got = verify_at(&w, head, NOW, NOW, "only the headers were saved", NULL);
    g_assert_cmpint(got->result, ==, MW_DKIM_UNTESTABLE);
    g_assert_cmpint(got->signature, ==, MW_DKIM_PASS);
    g_assert_cmpint(got->body_hash, ==, MW_DKIM_UNTESTABLE);
    g_assert_nonnull(strstr(got->reason, "only the headers were saved"));
    g_autoptr(GString) changed = g_string_new(mail);
    replace(changed, "there", "where");
    got = verify_at(&w, (mw_span){changed->str, changed->len}, NOW, NOW, NULL, "written anew");
    g_assert_cmpint(got->result, ==, MW_DKIM_UNTESTABLE);
    g_assert_cmpint(got->signature, ==, MW_DKIM_UNTESTABLE);
    got = verify_at(&w, (mw_span){changed->str, changed->len}, NOW, NOW, "only the headers were saved", NULL);
    g_assert_cmpint(got->result, ==, MW_DKIM_FAIL);
    got = verify(&none, mail);
    g_assert_cmpint(got->result, ==, MW_DKIM_UNTESTABLE);
    g_assert_cmpint(got->body_hash, ==, MW_DKIM_PASS);
    g_assert_nonnull(strstr(got->reason, "not asked for; the body is as it was signed"));
    replace(changed, "Bob", "Rob");
    got = verify(&none, changed->str);
    g_assert_cmpint(got->result, ==, MW_DKIM_UNTESTABLE);
    g_assert_cmpint(got->body_hash, ==, MW_DKIM_FAIL);
    g_assert_nonnull(strstr(got->reason, "can't pass"));
    world_free(&w);
    world_free(&none);
}

static void test_from(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    world w = world_new(keys_zone(arena));
    const char *mail =
        signer_mail(arena, "DKIM-Signature", T("rsa-sha256", "sel", ""), signer_rsa2048, headers, body);
    const mw_dkim *got = verify(&w, mw_printf(arena, "From: other@example.com\r\n%s", mail));
    g_assert_cmpint(got->result, ==, MW_DKIM_PERMERROR);
    g_assert_cmpint(got->cause, ==, MW_DKIM_FROM);
    g_assert_nonnull(strstr(got->reason, "2 From fields and the signature covers 1"));
    g_assert_nonnull(strstr(got->notice, "accepts it all the same"));
    mail =
        signer_mail(arena, "DKIM-Signature", T("rsa-sha256", "sel", ":from"), signer_rsa2048, headers, body);
    got = verify(&w, mw_printf(arena, "From: other@example.com\r\n%s", mail));
    g_assert_cmpint(got->result, ==, MW_DKIM_FAIL);
    got = verify(&w, signer_mail(arena, "DKIM-Signature", T("rsa-sha256", "sel", ""), signer_rsa2048,
                                 "Subject: x\r\n", body));
    g_assert_cmpint(got->cause, ==, MW_DKIM_FROM);
    world_free(&w);
}

/* RFC 8463 appendix A: a mail with both algorithms that others signed. */
static void test_rfc8463(void) {
    static const char mail[] =
        "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d=football.example.com; "
        "i=@football.example.com;\r\n"
        " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n subject : date : message-id : from : "
        "subject : date;\r\n"
        " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
        " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n"
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n d=football.example.com; "
        "i=@football.example.com;\r\n"
        " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n date : message-id : from : subject : "
        "date;\r\n"
        " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
        " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n"
        " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n"
        " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n"
        "From: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\n"
        "Subject: Is dinner ready?\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
        "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\r\n"
        "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";
    static const char zone[] =
        "brisbane._domainkey.football.example.com. 60 IN TXT \"v=DKIM1; k=ed25519; "
        "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n"
        "test._domainkey.football.example.com. 60 IN TXT \"v=DKIM1; k=rsa; "
        "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/"
        "J16JYi0Qvx/b\" "
        "\"yYzCNb3W91y3FutACDfzwQ/BC/e/"
        "8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB\"\n";
    world w = world_new(zone);
    const mw_message *message = mw_message_read(w.arena, mw_span_of(mail), NULL);
    mw_dkim_request request = {.message = message, .at = NOW, .now = NOW};
    GPtrArray *all = mw_dkim_verify(w.arena, w.dns, &request);
    g_assert_cmpuint(all->len, ==, 2);
    for (guint i = 0; i < 2; i++) {
        const mw_dkim *got = all->pdata[i];
        g_assert_cmpint(got->result, ==, MW_DKIM_PASS);
        g_assert_null(got->notice);
        g_assert_cmpuint(got->key_bits, ==, i ? 1024 : 256);
    }
    world_free(&w);
}

/* Where libopendkim reads or writes out of bounds, or stops with an assertion: it must not get there. */
static void test_traps(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    world w = world_new(keys_zone(arena));
    g_autofree char *long_local = g_strnfill(300, 'a'), *name_list = g_strnfill(5000, ':');
    const char *tags[] = {
        /* h= names every field and one more, and the signature itself */
        T("rsa-sha256", "sel", ":dkim-signature:none"),
        T("rsa-sha256", "sel", ":dkim-signature:x-unsigned-0:x-unsigned-1"),
        T("rsa-sha256", "sel", ":from:to:subject:date:from:to:subject:date"),
        /* bad quoted-printable at the end, and a long i= */
        T("rsa-sha256", "sel", "; i=a="),
        T("rsa-sha256", "sel", "; i=a@example.org="),
        T("rsa-sha256", "sel", "; i=a@example.org=4"),
        mw_printf(arena, "%s; i=%s@example.org", T("rsa-sha256", "sel", ""), long_local),
        mw_printf(arena, "%s; i=%.260s@example.org", T("rsa-sha256", "sel", ""), long_local),
        mw_printf(arena, "%s; i==%.240s@example.org", T("rsa-sha256", "sel", ""), long_local),
        /* lists that it can't hold */
        mw_printf(arena, "%s%s", T("rsa-sha256", "sel", ""), name_list),
        T("rsa-sha256", "sel", "; l=0"),
        T("rsa-sha256", "sel", "; l=1844674407370955161"),
        T("rsa-sha256", "sel", "; z=a:b|c:=0;"),
        T("rsa-sha256", "sel", "; x=9223372036854775807"),
        T("rsa-sha256", "sel", "; t=1"),
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tags); i++) {
        const mw_dkim *got =
            verify(&w, signer_mail(arena, "DKIM-Signature", tags[i], signer_rsa2048, headers, body));
        g_assert_cmpstr(got->domain, ==, "example.org");
    }
    /* a field of zero length, one without a colon, a NUL, nothing but the signature */
    char *mail = signer_mail(arena, "DKIM-Signature", tags[0], signer_rsa2048, headers, body);
    verify(&w, mw_printf(arena, ": x\r\nno colon\r\n%s", mail));
    g_autoptr(GString) nul = g_string_new("X: a");
    g_string_append_len(nul, "\0b\r\n", 4);
    g_string_append(nul, mail);
    verify_at(&w, (mw_span){nul->str, nul->len}, NOW, NOW, NULL, NULL);
    verify(&w, "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=sel; h=dkim-signature:from;"
               " bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=YQ==\r\n");
    verify(&w, "DKIM-Signature:\r\n");
    world_free(&w);
}

/* A signature that the screen refuses is not even shown to libopendkim; one that covers it is not asked for.
 */
static void test_screened_out(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    world w = world_new(keys_zone(arena));
    char *bad = mw_printf(
        arena, "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=sel; h=from; i=a=; bh=x; b=y\r\n%s",
        headers);
    const char *mail = signer_mail(arena, "DKIM-Signature", T("rsa-sha256", "sel", ":dkim-signature"),
                                   signer_rsa2048, bad, body);
    const mw_message *message = mw_message_read(arena, mw_span_of(mail), NULL);
    mw_opendkim questions[2] = {0};
    for (int i = 0; i < 2; i++) {
        mw_signature *signature = mw_new(arena, mw_signature);
        mw_signature_read(arena, &message->fields[i], signature);
        questions[i] =
            (mw_opendkim){.signature = signature, .key = mw_dkim_key_find(arena, w.dns, signature->key_name)};
    }
    g_assert_true(mw_opendkim_suits(message, questions[0].signature, questions[0].key));
    g_assert_false(mw_opendkim_suits(message, questions[1].signature, questions[1].key));
    g_assert_cmpuint(mw_opendkim_choose(message, questions, 2), ==, 0);
    g_assert_false(questions[0].asked);
    g_assert_false(questions[1].asked);
    const mw_dkim *got = verify(&w, mail);
    g_assert_cmpint(got->result, ==, MW_DKIM_PASS);
    world_free(&w);
}

static void test_many(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    world w = world_new(keys_zone(arena));
    g_autoptr(GString) mail = g_string_new(NULL);
    for (int i = 0; i < 1000; i++)
        g_string_append_printf(mail,
                               "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s%d; l=%d; h=from; "
                               "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=YQ==\r\n",
                               i, i);
    g_string_append(mail, headers);
    g_string_append(mail, "\r\n");
    g_autofree char *line = g_strnfill(20 << 20, 'a');
    g_string_append(mail, line);
    const mw_message *message = mw_message_read(arena, (mw_span){mail->str, mail->len}, NULL);
    mw_dkim_request request = {.message = message, .at = NOW, .now = NOW};
    GPtrArray *all = mw_dkim_verify(arena, w.dns, &request);
    g_assert_cmpuint(all->len, ==, MW_MAX_SIGNATURES);
    for (guint i = 0; i < all->len; i++)
        g_assert_cmpint(((const mw_dkim *)all->pdata[i])->cause, ==, MW_DKIM_NO_KEY);
    world_free(&w);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dkim/rfc8463", test_rfc8463);
    g_test_add_func("/dkim/keys", test_keys);
    g_test_add_func("/dkim/agrees", test_agrees);
    g_test_add_func("/dkim/changes", test_changes);
    g_test_add_func("/dkim/time", test_time);
    g_test_add_func("/dkim/screen", test_screen);
    g_test_add_func("/dkim/length", test_length);
    g_test_add_func("/dkim/untestable", test_untestable);
    g_test_add_func("/dkim/from", test_from);
    g_test_add_func("/dkim/traps", test_traps);
    g_test_add_func("/dkim/screened-out", test_screened_out);
    g_test_add_func("/dkim/many", test_many);
    return g_test_run();
}
