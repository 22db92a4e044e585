#include "trace/authres.h"
#include "trace/claims.h"

/* "method=result(reason)[name=value ...]" of each claim, "; " between them. */
static char *describe(const GPtrArray *claims) {
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < claims->len; i++) {
        const mw_claim *c = claims->pdata[i];
        g_string_append_printf(out, "%s%s=%s", i ? "; " : "", c->method, c->result);
        if (c->reason)
            g_string_append_printf(out, "(%s)", c->reason);
        for (size_t p = 0; p < c->n_properties; p++)
            g_string_append_printf(out, "%s%s=%s", p ? " " : "[", c->properties[p].name,
                                   c->properties[p].value);
        if (c->n_properties)
            g_string_append_c(out, ']');
    }
    return g_string_free(out, FALSE);
}

static const struct {
    const char *value, *id, *claims;
    int instance;
    bool none, broken;
} values[] = {
    {"mx.example.net; spf=pass smtp.mailfrom=a@example.org", "mx.example.net",
     "spf=pass[smtp.mailfrom=a@example.org]", 0, false, false},
    {"mx.example.net 1; none", "mx.example.net", "", 0, true, false},
    {"mx.example.net;", "mx.example.net", "", 0, false, false},
    {"mx.example.net", "mx.example.net", "", 0, false, false},
    {"(start) mx.example.net (c1 (c2) c3) 1 ; spf (c) = (d) pass (good) smtp (e) . (f) mailfrom = (g) "
     "example.org (h)",
     "mx.example.net", "spf=pass(good)[smtp.mailfrom=example.org]", 0, false, false},
    {"mx.example.net; dkim/1=fail reason=\"bad signature\" header.d=example.org", "mx.example.net",
     "dkim=fail(bad signature)[reason=bad signature header.d=example.org]", 0, false, false},
    {"\"mx; example\"; spf=none", "mx; example", "spf=none", 0, false, false},
    {"mx.example.net; dkim=pass header.i=@example.org header.s=s1 header.b=\"abc/de+f\"; dkim=fail "
     "header.d=b.example",
     "mx.example.net",
     "dkim=pass[header.i=@example.org header.s=s1 header.b=abc/de+f]; dkim=fail[header.d=b.example]", 0,
     false, false},
    {"mx.example.net; spf=fail smtp.mailfrom=\"x; dkim=pass header.d=bank.example\"@evil.example; dmarc=fail",
     "mx.example.net",
     "spf=fail[smtp.mailfrom=\"x; dkim=pass header.d=bank.example\"@evil.example]; dmarc=fail", 0, false,
     false},
    {"mx.example.net; spf=fail (no; dkim=pass \\) header.d=bank.example) smtp.mailfrom=b", "mx.example.net",
     "spf=fail(no; dkim=pass \\) header.d=bank.example)[smtp.mailfrom=b]", 0, false, false},
    {"spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=example.org; dkim=none (message not signed) "
     "header.d=none;dmarc=bestguesspass action=none header.from=example.org;compauth=pass reason=109",
     NULL,
     "spf=pass(sender IP is 192.0.2.1)[smtp.mailfrom=example.org]; dkim=none(message not "
     "signed)[header.d=none]; dmarc=bestguesspass[action=none header.from=example.org]; "
     "compauth=pass(109)[reason=109]",
     0, false, false},
    {"i=2; mx.google.com; arc=pass (i=1 spf=pass); dmarc=pass (p=NONE sp=NONE dis=NONE) "
     "header.from=example.org",
     "mx.google.com", "arc=pass(i=1 spf=pass); dmarc=pass(p=NONE sp=NONE dis=NONE)[header.from=example.org]",
     2, false, false},
    {"i=1; mx.microsoft.com 1; spf=none; dmarc=none; dkim=none; arc=none", "mx.microsoft.com",
     "spf=none; dmarc=none; dkim=none; arc=none", 1, false, false},
    {"mx.example.net; dmarc=pass(p=NONE) header.from=example.org;", "mx.example.net",
     "dmarc=pass(p=NONE)[header.from=example.org]", 0, false, false},
    {"mx.example.net; ???; spf=pass", "mx.example.net", "spf=pass", 0, false, true},
    {"mx.example.net; spf=; dkim=pass", "mx.example.net", "dkim=pass", 0, false, true},
    {"mx.example.net; spf=pass smtp.mailfrom; dkim=pass", "mx.example.net", "spf=pass; dkim=pass", 0, false,
     true},
    {"mx.example.net; spf=pass (never closed; dkim=pass", "mx.example.net",
     "spf=pass(never closed; dkim=pass)", 0, false, false},
    {"mx.example.net; SPF=PASS smtp.MailFrom=A@Example.org", "mx.example.net",
     "spf=pass[smtp.mailfrom=A@Example.org]", 0, false, false},
    {"", NULL, "", 0, false, false},
};

static void test_authres(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        GPtrArray *claims = mw_array_new(arena);
        size_t len = strlen(values[i].value);
        g_autofree char *copy = g_memdup2(values[i].value, len);
        mw_authres head = mw_authres_read(arena, (mw_span){copy, len}, claims);
        g_autofree char *got = describe(claims);
        g_test_message("%s", values[i].value);
        g_assert_cmpstr(head.authserv_id, ==, values[i].id);
        g_assert_cmpstr(got, ==, values[i].claims);
        g_assert_cmpint(head.instance, ==, values[i].instance);
        g_assert_cmpint(head.none, ==, values[i].none);
        g_assert_cmpint(head.broken, ==, values[i].broken);
        for (guint c = 0; c < claims->len; c++)
            g_assert_cmpstr(((const mw_claim *)claims->pdata[c])->by, ==, values[i].id);
    }
}

static const struct {
    const char *field, *claims;
} fields[] = {
    {"Received-SPF: pass (mx.example: domain of example.org designates 192.0.2.1 as permitted sender) "
     "client-ip=192.0.2.1; envelope-from=a@example.org; helo=mail.example.org",
     "spf=pass(mx.example: domain of example.org designates 192.0.2.1 as permitted "
     "sender)[client-ip=192.0.2.1 envelope-from=a@example.org helo=mail.example.org]"},
    {"Received-SPF: Softfail (x) receiver=mx.example; client-ip=2001:db8::1; helo=\"a b\";",
     "spf=softfail(x)[receiver=mx.example client-ip=2001:db8::1 helo=a b]"},
    {"Received-SPF: none (mx.example: 192.0.2.1 is neither permitted nor denied)",
     "spf=none(mx.example: 192.0.2.1 is neither permitted nor denied)[client-ip=192.0.2.1]"},
    {"Received-SPF: fail (x) envelope-from=\"a; helo=evil\"@example.org; client-ip=192.0.2.1; helo=\"h\"",
     "spf=fail(x)[envelope-from=\"a; helo=evil\"@example.org client-ip=192.0.2.1 helo=h]"},
    {"Received-SPF: fail (x) envelope-from=\"a\\\" client-ip=203.0.113.9 \"@example.org client-ip=192.0.2.1",
     "spf=fail(x)[envelope-from=\"a\\\" client-ip=203.0.113.9 \"@example.org client-ip=192.0.2.1]"},
    {"Received-SPF: neutral 192.0.2.7", "spf=neutral[client-ip=192.0.2.7]"},
    {"Received-SPF: pass identity=mailfrom envelope-from=<> client-ip=192.0.2.1",
     "spf=pass[identity=mailfrom envelope-from= client-ip=192.0.2.1]"},
    {"X-HE-DKIM-Result: fail (bad signature)", "dkim=fail(fail (bad signature))"},
    {"X-Spam-Status: Yes, score=5.1 required=5.0 tests=A,B,\n\tC autolearn=no version=4.0",
     "spam=yes[score=5.1 required=5.0 tests=A,B, C autolearn=no version=4.0]"},
    {"X-Spam-Status: No, score=-1.2 tagged_above=-999 required=6.2 tests=[A=0.1, B=-0.2] autolearn=ham",
     "spam=no[score=-1.2 tagged_above=-999 required=6.2 tests=A=0.1, B=-0.2 autolearn=ham]"},
    {"X-Spamd-Result: default: True [16.20 / 15.00];\n\tA(1.00)[x];\n\tB(0.20)[]",
     "spam=yes[score=16.20 required=15.00 tests=A(1.00)[x]; B(0.20)[]]"},
    {"X-Forefront-Antispam-Report: "
     "CIP:192.0.2.1;CTRY:US;LANG:en;SCL:5;SRV:;SFV:SPM;H:mail.example;PTR:mail.example;CAT:SPM;SFS:(1);DIR:"
     "INB;",
     "scl=5[cip=192.0.2.1 ctry=US lang=en scl=5 sfv=SPM h=mail.example ptr=mail.example cat=SPM dir=INB]"},
    {"X-Microsoft-Antispam: BCL:3;ARA:1|2;", "bcl=3[bcl=3]"},
    {"X-MS-Exchange-Organization-SCL: 9", "scl=9(9)"},
    {"X-Greylist: delayed 123 seconds by postgrey-1.36 at mx.example.net; Sun, 1 Nov",
     "greylist=delayed(delayed 123 seconds by postgrey-1.36 at mx.example.net; Sun, 1 Nov)"},
    {"X-Greylist: Sender IP whitelisted, not delayed by milter-greylist",
     "greylist=passed(Sender IP whitelisted, not delayed by milter-greylist)"},
    {"X-SES-Spam-Verdict: PASS", "spam=pass(PASS)"},
    {"X-Unrelated: pass", ""},
};

static void test_fields(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autofree char *text = g_strconcat(fields[i].field, "\nFrom: a@example.org\n\nx\n", NULL);
        const mw_message *message = mw_message_read(arena, mw_span_of(text), NULL);
        g_autofree char *got = describe(mw_claims_read(arena, message));
        g_assert_cmpstr(got, ==, fields[i].claims);
    }
}

static void test_cap(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    GString *text = g_string_new("Authentication-Results: a.example");
    for (int i = 0; i < 5000; i++)
        g_string_append(text, "; spf=pass");
    g_string_append(text, "\nFrom: a@example.org\n\n");
    const mw_message *message = mw_message_read(arena, (mw_span){text->str, text->len}, NULL);
    g_assert_cmpuint(mw_claims_read(arena, message)->len, ==, 1000);
    g_string_free(text, TRUE);
}

/* A reason or a value is a text of some words: more is left out, and what stands behind is read. */
static void test_long(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autofree char *many = g_strnfill(100000, 'x');
    g_autofree char *text = g_strdup_printf("Authentication-Results: a.example; spf=fail reason=\"%s\" "
                                            "smtp.mailfrom=\"%s\"@b.example; dkim=pass header.d=%s\n\n",
                                            many, many, many);
    const mw_message *message = mw_message_read(arena, mw_span_of(text), NULL);
    GPtrArray *claims = mw_claims_read(arena, message);
    g_assert_cmpuint(claims->len, ==, 2);
    g_assert_cmpuint(strlen(((const mw_claim *)claims->pdata[0])->reason), ==, MW_MAX_CLAIM_VALUE);
    const char *sender = mw_claim_property(claims->pdata[0], "smtp.mailfrom");
    g_assert_cmpuint(strlen(sender), ==, MW_MAX_CLAIM_VALUE);
    g_assert_cmpstr(((const mw_claim *)claims->pdata[1])->result, ==, "pass");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mail/claims/authres", test_authres);
    g_test_add_func("/mail/claims/fields", test_fields);
    g_test_add_func("/mail/claims/cap", test_cap);
    g_test_add_func("/mail/claims/long", test_long);
    return g_test_run();
}
