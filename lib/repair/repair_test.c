#include "repair/repair.h"
#include "dkim/signer_test.h"
#include "dkim/taglist.h"

/* ---- mails to sign ---- */

static const char plain_header[] = "From: \"Ana Mar\" <ana@shop.example>\r\n"
                                   "To: staff@lists.example.org, bo@example.net\r\n"
                                   "Subject: Opening hours\r\n"
                                   "Date: Mon, 02 Nov 2026 10:00:00 +0000\r\n"
                                   "Message-ID: <hours.1@shop.example>\r\n"
                                   "MIME-Version: 1.0\r\n"
                                   "Content-Type: text/plain; charset=utf-8; format=flowed\r\n"
                                   "Content-Transfer-Encoding: 8bit\r\n";
static const char plain_body[] = "Dear all,\r\n"
                                 "\r\n"
                                 "From Monday on the shop opens at 9.\r\n"
                                 ".NET courses are in room 4.\r\n"
                                 "Gr\xc3\xbc\xc3\x9f"
                                 "e aus K\xc3\xb6ln\r\n"
                                 "-- \r\n"
                                 "Ana\r\n";

static const char parts_header[] = "From: Ana <ana@shop.example>\r\n"
                                   "To: staff@lists.example.org\r\n"
                                   "Subject: Re: Caf\xc3\xa9\r\n"
                                   "Date: Mon, 02 Nov 2026 10:00:00 +0000\r\n"
                                   "Message-ID: <hours.2@shop.example>\r\n"
                                   "MIME-Version: 1.0\r\n"
                                   "Content-Type: multipart/alternative; boundary=\"inner-1\"\r\n";
static const char parts_body[] = "--inner-1\r\n"
                                 "Content-Type: text/plain; charset=utf-8\r\n"
                                 "\r\n"
                                 "The shop opens at 9.\r\n"
                                 "Ana\r\n"
                                 "--inner-1\r\n"
                                 "Content-Type: text/html; charset=utf-8\r\n"
                                 "\r\n"
                                 "<html><body class=\"a\"><p>The shop opens at <b>9</b>.</p>\r\n"
                                 "<p>Ana</p>\r\n"
                                 "</body></html>\r\n"
                                 "--inner-1--\r\n";

static const char long_header[] = "From: Ana <ana@shop.example>\r\n"
                                  "To: staff@lists.example.org\r\n"
                                  "Subject: The opening hours of the shop in the old harbour street,\r\n"
                                  " and those of the cafe beside it\r\n"
                                  "Date: Mon, 02 Nov 2026 10:00:00 +0000\r\n"
                                  "Message-ID: <hours.3@shop.example>\r\n";
static const char lone_body[] = "The list is ready:\r\n"
                                "10%\r20%\r30% of it, the rest follows\r\n"
                                "Ana\r\n";

static const char qp_header[] = "From: Ana <ana@shop.example>\r\n"
                                "Subject: Opening hours\r\n"
                                "Date: Mon, 02 Nov 2026 10:00:00 +0000\r\n"
                                "MIME-Version: 1.0\r\n"
                                "Content-Type: text/plain; charset=utf-8\r\n"
                                "Content-Transfer-Encoding: quoted-printable\r\n";
static const char qp_body[] =
    "Gr=C3=BC=C3=9Fe aus K=C3=B6ln, wo der Laden um 9 Uhr =C3=B6ffnet, und zwar =\r\n"
    "an allen Tagen au=C3=9Fer Sonntag.\r\n";

enum { RELAXED = 1, SIMPLE = 2, ED25519 = 4, LENGTH = 8 };

static const char h_all[] = "from:to:cc:reply-to:subject:date:message-id:mime-version:content-type:"
                            "content-transfer-encoding";

typedef struct replacement {
    const char *from, *to; /* from NULL: to is put at the end */
} replacement;

static char *apply(const char *mail, const replacement *edits) {
    g_autoptr(GString) out = g_string_new(mail);
    for (size_t i = 0; i < 4 && (edits[i].from || edits[i].to); i++) {
        if (!edits[i].from) {
            g_string_append(out, edits[i].to);
            continue;
        }
        if (!strstr(out->str, edits[i].from))
            g_error("no \"%s\" in %s", edits[i].from, out->str);
        g_string_replace(out, edits[i].from, edits[i].to, 1);
    }
    return g_strdup(out->str);
}

/* A mail in transit: signed, then changed, then looked at. */
typedef struct transit {
    mw_arena *arena;
    const char *key;
    const char *c, *algorithm;
    int64_t length; /* of l=, -1: none */
} transit;

static char *sign(const transit *t, const char *header, const char *body, const char *h) {
    mw_arena *a = t->arena;
    mw_body_want want = {.hash = MW_SHA256, .has_length = t->length >= 0, .length = (uint64_t)t->length};
    mw_canon canon;
    g_assert_true(mw_canon_read(mw_span_of(t->c), &canon, &want.canon));
    mw_span piece = mw_span_of(body);
    mw_body_hashes(&piece, 1, &want, 1);
    const char *l = t->length >= 0 ? mw_printf(a, " l=%d;", (int)t->length) : "";
    const char *own = mw_printf(a,
                                "DKIM-Signature: v=1; a=%s; c=%s; d=shop.example; s=k1;%s\r\n"
                                "\th=%s;\r\n\tbh=%s;\r\n\tb=",
                                t->algorithm, t->c, l, h, mw_digest_text(a, &want.value));
    const mw_message *message =
        mw_message_read(a, mw_span_of(mw_printf(a, "%s\r\n%s\r\n%s", own, header, body)), NULL);
    g_autoptr(GString) data = g_string_new(NULL);
    GPtrArray *fields = mw_canon_select(a, mw_canon_index_new(a, message), mw_span_of(h), message->fields);
    for (guint i = 0; i < fields->len; i++)
        mw_canon_field(data, ((const mw_field *)fields->pdata[i])->raw, canon);
    mw_canon_signature(data, mw_span_of(own), canon);
    mw_span signature = signer_sign(a, t->key, MW_SHA256, (mw_span){data->str, data->len});
    g_autofree char *b = g_base64_encode((const guchar *)signature.data, signature.len);
    return mw_printf(a, "%s%s\r\n%s\r\n%s", own, b, header, body);
}

static const mw_repair *look(const transit *t, const char *mail, size_t len) {
    mw_arena *a = t->arena;
    const mw_message *message = mw_message_read(a, (mw_span){mw_memdup(a, mail, len), len}, NULL);
    g_assert_nonnull(message);
    const mw_field *field = mw_message_field(message, "DKIM-Signature");
    mw_taglist tags = mw_taglist_read(a, field->value);
    bool ed25519 = strcmp(t->algorithm, "ed25519-sha256") == 0;
    const char *record =
        mw_printf(a, "v=DKIM1; k=%s; p=%s", ed25519 ? "ed25519" : "rsa", signer_public(a, t->key, false));
    mw_repair_target target = {
        .message = message,
        .field = field,
        .domain = "shop.example",
        .signed_fields = mw_taglist_get(&tags, "h"),
        .hash = MW_SHA256,
        .signature = mw_tag_base64(a, mw_taglist_get(&tags, "b")),
        .body_hash = mw_tag_base64(a, mw_taglist_get(&tags, "bh")),
        .has_length = t->length >= 0,
        .length = (uint64_t)t->length,
        .key = mw_key_read(a, mw_span_of(record)),
        .budget_us = 20 * G_USEC_PER_SEC,
    };
    g_assert_true(mw_canon_read(mw_span_of(t->c), &target.header_canon, &target.body_canon));
    return mw_repair_search(a, &target);
}

static char *all_edits(const mw_repair *repair) {
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; repair && i < repair->edits->len; i++)
        g_string_append_printf(out, "%s%s", i ? " | " : "", (const char *)repair->edits->pdata[i]);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* ---- edits that are found ---- */

static const struct found_case {
    const char *header, *body;
    unsigned ways; /* RELAXED, SIMPLE, ED25519 */
    replacement edits[4];
    const char *words; /* a part of them */
} found_cases[] = {
    {plain_header,
     plain_body,
     RELAXED | SIMPLE | ED25519,
     {{NULL, "_____\r\nstaff mailing list\r\n\r\nleave: mailto:x\r\n"}},
     "4 lines were added at the end of the text, beginning \"_____\""},
    /* plain lines behind a body that was encoded on the way */
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"Encoding: 8bit", "Encoding: base64"},
      {"Dear all,\r\n\r\nFrom Monday on the shop opens at 9.\r\n.NET courses are in room "
       "4.\r\nGr\xc3\xbc\xc3\x9f"
       "e aus K\xc3\xb6ln\r\n-- \r\nAna\r\n",
       "RGVhciBhbGwsDQoNCkZyb20gTW9uZGF5IG9uIHRoZSBzaG9wIG9wZW5zIGF0IDkuDQouTkVUIGNv\r\n"
       "dXJzZXMgYXJlIGluIHJvb20gNC4NCkdyw7zDn2UgYXVzIEvDtmxuDQotLSANCkFuYQ0K\r\n"},
      {NULL, "_____\r\nstaff list\r\n"}},
     "2 lines were added at the end of the text, beginning \"_____\" | the text was re-encoded from 8bit to "
     "base64"},
    /* a line was escaped and a footer added before the whole was encoded */
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"Encoding: 8bit", "Encoding: base64"},
      {"Dear all,\r\n\r\nFrom Monday on the shop opens at 9.\r\n.NET courses are in room "
       "4.\r\nGr\xc3\xbc\xc3\x9f"
       "e aus K\xc3\xb6ln\r\n-- \r\nAna\r\n",
       "RGVhciBhbGwsDQoNCj5Gcm9tIE1vbmRheSBvbiB0aGUgc2hvcCBvcGVucyBhdCA5Lg0KLk5FVCBj\r\n"
       "b3Vyc2VzIGFyZSBpbiByb29tIDQuDQpHcsO8w59lIGF1cyBLw7Zsbg0KLS0gDQpBbmENCl9fX19f\r\n"
       "DQpzdGFmZiBsaXN0DQo=\r\n"}},
     "\">\" was put in front of 1 line that began with \"From \""},
    {long_header,
     lone_body,
     RELAXED | SIMPLE,
     {{"10%\r20%\r30% of", "10% 20% 30% of"}},
     "several lone CRs within a line became blanks"},
    {long_header,
     lone_body,
     SIMPLE,
     {{"Subject: The opening hours of the shop in the old harbour street,\r\n and",
       "Subject: [staff] The opening hours of the shop in the old harbour street, and"}},
     "\"[staff]\" was put in front of the subject, and its fold was lost"},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{NULL, "\r\n\r\n-- \r\nscanned\r\n"}},
     "2 lines were added at the end of the text, beginning \"--\""},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE | ED25519,
     {{"\r\n\r\nDear", "\r\n\r\nCAUTION: external\r\n\r\nDear"}},
     "1 line was put in front of the text, beginning \"CAUTION: external\""},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"\r\n\r\nDear", "\r\n\r\nCAUTION\r\nDear"}, {NULL, "bye\r\n"}},
     "beginning \"CAUTION\" | 1 line was added at the end of the text, beginning \"bye\""},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"\r\n\r\nDear", "\r\n\r\n\r\n\r\nDear"}},
     "2 empty lines were put in front of the text"},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{".NET", "advert one\r\nadvert two\r\n.NET"}},
     "2 lines were put into the text behind line 3, beginning \"advert one\""},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE | ED25519,
     {{"Subject: ", "Subject: [staff] "}},
     "\"[staff]\" was put in front of the subject"},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"Subject: ", "Subject: ***SPAM*** "}},
     "\"***SPAM***\" was put in front of the subject"},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"Subject: ", "Subject: EXTERNAL: "}},
     "\"EXTERNAL:\" was put in front of the subject"},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"Opening hours", "Opening hours [EXTERNAL]"}},
     "\"[EXTERNAL]\" was put behind the subject"},
    {plain_header,
     plain_body,
     RELAXED | ED25519,
     {{"From: \"Ana Mar\" <ana@shop.example>",
       "From: Ana Mar via staff <staff@lists.example.org>\r\nReply-To: Ana Mar <ana@shop.example>"}},
     "From was rewritten: when the mail was signed it was \"\"Ana Mar\" <ana@shop.example>\""},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"From: \"Ana Mar\" <ana@shop.example>",
       "From: \"'Ana Mar' via staff\" <staff@lists.example.org>\r\nX-Original-From: \"Ana Mar\" "
       "<ana@shop.example>"},
      {"Subject: ", "Subject: [staff] "},
      {NULL, "_____\r\nstaff\r\n"}},
     "From was rewritten"},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"Message-ID:", "Date: Tue, 03 Nov 2026 00:00:00 +0000\r\nMessage-ID:"}},
     "a second Date was added (\"Tue, 03 Nov 2026 00:00:00 +0000\")"},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"Date: Mon", "Reply-To: staff@lists.example.org\r\nDate: Mon"}},
     "Reply-To was added (\"staff@lists.example.org\")"},
    {plain_header, plain_body, RELAXED | SIMPLE, {{"MIME-Version: 1.0\r\n", ""}}, "MIME-Version"},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"charset=utf-8; format=flowed", "charset=\"utf-8\"; format=\"flowed\""}},
     "Content-Type was rewritten"},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"charset=utf-8; format=flowed", "charset=UTF-8; format=flowed"}},
     "Content-Type was rewritten"},
    {plain_header,
     plain_body,
     SIMPLE,
     {{"staff@lists.example.org, bo", "staff@lists.example.org,\r\n\tbo"}},
     "To was folded anew"},
    {plain_header,
     plain_body,
     SIMPLE,
     {{"MIME-Version:", "Mime-Version:"}},
     "the field name MIME-Version was written as Mime-Version"},
    {plain_header,
     plain_body,
     SIMPLE,
     {{"-- \r\nAna", "--\r\nAna"}},
     "the blank behind \"--\" was taken away"},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"\r\nFrom Monday", "\r\n>From Monday"}},
     "\">\" was put in front of 1 line"},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"\r\n.NET", "\r\n..NET"}},
     "the dot at the start of 1 line was doubled"},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"\r\nFrom Monday", "\r\n>From Monday"}, {"\r\n.NET", "\r\n..NET"}},
     "\">\" was put in front of 1 line"},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"\r\nFrom Monday", "\r\n>From Monday"}, {NULL, "_____\r\nstaff\r\n"}},
     "\">\" was put in front of 1 line"},
    {plain_header,
     plain_body,
     RELAXED | SIMPLE,
     {{"Gr\xc3\xbc\xc3\x9f"
       "e aus K\xc3\xb6ln\r\n-- ",
       "Gr=C3=BC=C3=9Fe aus K=C3=B6ln\r\n--=20"},
      {"8bit", "quoted-printable"}},
     "the text was re-encoded from 8bit to quoted-printable"},
    {parts_header,
     parts_body,
     RELAXED | SIMPLE,
     {{"--inner-1--", "--inner-1\r\nContent-Type: text/plain\r\n\r\nlist footer\r\n--inner-1--"}},
     "a part (text/plain, beginning \"list footer\") was added"},
    {parts_header,
     parts_body,
     RELAXED | SIMPLE,
     {{"multipart/alternative; boundary=\"inner-1\"\r\n\r\n",
       "multipart/mixed; boundary=outer\r\n\r\n--outer\r\nContent-Type: multipart/alternative; "
       "boundary=\"inner-1\"\r\n\r\n"},
      {"--inner-1--\r\n",
       "--inner-1--\r\n\r\n--outer\r\nContent-Type: text/plain\r\n\r\nlist footer\r\n--outer--\r\n"},
      {"Subject: ", "Subject: [staff] "}},
     "the whole text was put into a multipart/mixed, as its part 1"},
    {parts_header,
     parts_body,
     RELAXED | SIMPLE,
     {{"The shop", "CAUTION\r\nThe shop"},
      {"class=\"a\">", "class=\"a\"><div>CAUTION: <b>external</b></div>"}},
     "text was put at the start of the HTML part, beginning \"CAUTION: external\""},
    {parts_header,
     parts_body,
     RELAXED | SIMPLE,
     {{"Ana\r\n--inner", "Ana\r\n--\r\nYou get this as a member\r\n--inner"},
      {"</body>", "<hr>You get this<br></body>"}},
     "2 lines were added at the end of the text part"},
    {parts_header,
     parts_body,
     RELAXED | SIMPLE,
     {{"Re: Caf\xc3\xa9", "=?utf-8?q?Re=3A_Caf=C3=A9?="}},
     "the subject was encoded anew"},
    {parts_header,
     parts_body,
     RELAXED | SIMPLE,
     {{"Re: Caf\xc3\xa9", "=?UTF-8?B?UmU6IENhZsOp?="}},
     "the subject was encoded anew"},
    {qp_header,
     qp_body,
     RELAXED | SIMPLE,
     {{"quoted-printable", "8bit"},
      {qp_body, "Gr\xc3\xbc\xc3\x9f"
                "e aus K\xc3\xb6ln, wo der Laden um 9 Uhr \xc3\xb6"
                "ffnet, und zwar an allen Tagen au\xc3\x9f"
                "er Sonntag.\r\n"}},
     "the text was re-encoded from quoted-printable to 8bit"},
};

static void run_found(const struct found_case *c, unsigned way) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    transit t = {.arena = arena,
                 .key = way == ED25519 ? signer_ed25519 : signer_rsa1024,
                 .algorithm = way == ED25519 ? "ed25519-sha256" : "rsa-sha256",
                 .c = way == SIMPLE ? "simple/simple" : "relaxed/relaxed",
                 .length = -1};
    char *signed_mail = sign(&t, c->header, c->body, h_all);
    g_autofree char *changed = apply(signed_mail, c->edits);
    const mw_repair *repair = look(&t, changed, strlen(changed));
    g_autofree char *got = all_edits(repair);
    if (!repair || !repair->proven || !strstr(got, c->words))
        g_error("wanted \"%s\" (%s), got %s \"%s\" of\n%s", c->words, t.c,
                repair && repair->proven ? "proven" : "not proven", got, changed);
    g_assert_nonnull(repair->avoided_by);
}

static void test_found(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(found_cases); i++)
        for (unsigned way = RELAXED; way <= ED25519; way *= 2)
            if (found_cases[i].ways & way)
                run_found(&found_cases[i], way);
}

/* ---- what is not found, or only half ---- */

static void test_half(void) {
    static const struct {
        replacement edits[4];
        const char *words; /* NULL: nothing is said */
    } cases[] = {
        {{{"Subject: ", "Subject: [staff] "}, {"opens at 9", "opens at 8"}},
         "\"[staff]\" was put in front of the subject | the text was changed, too, in a way that was not "
         "found"},
        {{{"ana@shop", "eve@shop"}, {NULL, "_____\r\nstaff\r\n"}},
         "2 lines were added at the end of the text, beginning \"_____\" | the signed header was changed, "
         "too, in "
         "a way that was not found"},
        {{{"opens at 9", "opens at 8"}}, NULL},
        {{{"hours.1", "hours.7"}}, NULL},
        {{{"hours.1", "hours.7"}, {"opens at 9", "opens at 8"}}, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        transit t = {arena, signer_rsa1024, "relaxed/relaxed", "rsa-sha256", -1};
        g_autofree char *changed = apply(sign(&t, plain_header, plain_body, h_all), cases[i].edits);
        const mw_repair *repair = look(&t, changed, strlen(changed));
        g_autofree char *got = all_edits(repair);
        g_assert_false(repair && repair->proven);
        g_assert_cmpstr(got, ==, cases[i].words ? cases[i].words : "");
    }
}

/* The lines that differ, and no others. */
static void test_changes(void) {
    static const replacement edits[4] = {{"Subject: ", "Subject: [staff] "}, {NULL, "_____\r\nstaff\r\n"}};
    g_autoptr(mw_arena) arena = mw_arena_new();
    transit t = {arena, signer_rsa1024, "relaxed/relaxed", "rsa-sha256", -1};
    g_autofree char *changed = apply(sign(&t, plain_header, plain_body, h_all), edits);
    const mw_repair *repair = look(&t, changed, strlen(changed));
    g_assert_true(repair && repair->proven);
    g_autoptr(GString) signs = g_string_new(NULL);
    for (guint i = 0; i < repair->changes->len; i++)
        g_string_append_c(signs, ((const mw_change *)repair->changes->pdata[i])->sign);
    g_assert_cmpstr(signs->str, ==, "-+++");
    const mw_change *const *lines = (const mw_change *const *)(void *)repair->changes->pdata;
    g_assert_true(g_str_has_prefix(lines[0]->text, "subject:"));
    g_assert_true(g_str_has_prefix(lines[1]->text, "subject:[staff] "));
    g_assert_cmpstr(lines[0]->text + strlen("subject:"), ==, lines[1]->text + strlen("subject:[staff] "));
    g_assert_cmpstr(lines[2]->text, ==, "_____");
    g_assert_cmpstr(lines[3]->text, ==, "staff");
}

static void test_nothing_broken(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    transit t = {arena, signer_rsa1024, "relaxed/simple", "rsa-sha256", -1};
    const char *mail = sign(&t, plain_header, plain_body, h_all);
    g_assert_null(look(&t, mail, strlen(mail)));
    transit other = t;
    other.key = signer_rsa2048; /* not made with this key */
    g_assert_null(look(&other, mail, strlen(mail)));
}

static void test_length(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    transit t = {arena, signer_rsa1024, "relaxed/relaxed", "rsa-sha256", 60};
    const replacement edits[4] = {{"\r\n\r\nDear", "\r\n\r\nCAUTION\r\nDear"}};
    g_autofree char *changed = apply(sign(&t, plain_header, plain_body, h_all), edits);
    const mw_repair *repair = look(&t, changed, strlen(changed));
    g_autofree char *got = all_edits(repair);
    g_assert_true(repair && repair->proven);
    g_assert_nonnull(
        strstr(got, "\"CAUTION\" (in the covered prefix: l= protects no more than the first 60 bytes"));
}

static void test_made_by(void) {
    static const struct {
        const char *above, *made_by;
    } cases[] = {
        {"", NULL},
        {"List-Id: The staff <staff.lists.example.org>\r\n", "the list staff.lists.example.org"},
        {"Received: from b.example by mx.example.net with ESMTP; Mon, 02 Nov 2026 10:00:09 +0000\r\n"
         "Received: from a.example by lists.example.org (Postfix);\r\n Mon, 02 Nov 2026 10:00:05 +0000\r\n",
         "lists.example.org, the first server that took the mail after it was signed"},
        {"Received: from b.example by mx.example.net with ESMTP; Mon, 02 Nov 2026 10:00:09 +0000\r\n"
         "Authentication-Results: lists.example.org; dkim=pass header.d=shop.example\r\n"
         "Received: from a.example by lists.example.org (Postfix);\r\n Mon, 02 Nov 2026 10:00:05 +0000\r\n",
         "mx.example.net, the first server behind the one that still saw it pass"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        transit t = {arena, signer_rsa1024, "relaxed/relaxed", "rsa-sha256", -1};
        const replacement edits[4] = {{"Subject: ", "Subject: [staff] "}};
        g_autofree char *changed = apply(sign(&t, plain_header, plain_body, h_all), edits);
        const char *mail = mw_printf(arena, "%s%s", cases[i].above, changed);
        const mw_repair *repair = look(&t, mail, strlen(mail));
        g_assert_true(repair && repair->proven);
        g_assert_cmpstr(repair->made_by, ==, cases[i].made_by);
    }
}

/* One byte of a signed mail is another: no edit may be claimed as the whole truth. */
static void test_random_edits(void) {
    GRand *rand = g_rand_new_with_seed(6376);
    for (int round = 0; round < 60; round++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        transit t = {arena, signer_rsa1024, round % 2 ? "simple/simple" : "relaxed/relaxed", "rsa-sha256",
                     -1};
        bool parts = round % 3 == 0;
        char *mail = sign(&t, parts ? parts_header : plain_header, parts ? parts_body : plain_body, h_all);
        /* a letter within the text of what is signed */
        const char *start = strstr(mail, parts ? "The shop" : "Monday on");
        size_t at = (size_t)(start - mail) + (size_t)g_rand_int_range(rand, 0, 20);
        if (!g_ascii_isalpha(mail[at]))
            continue;
        mail[at] = (char)(mail[at] == 'q' ? 'z' : 'q');
        const mw_repair *repair = look(&t, mail, strlen(mail));
        g_assert_false(repair && repair->proven);
    }
    g_rand_free(rand);
}

/* What is called base64 and is none is searched to the end, too: the bound on work or time is not met. */
static void test_undecodable(void) {
    static const char header[] = "From: Ana <ana@shop.example>\r\nSubject: Hours\r\nMIME-Version: 1.0\r\n"
                                 "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n";
    static const char body[] = "VGhlIHNob3AgaXMgb3Blbi4K\r\n*** no base64 ***\r\n";
    static const replacement edits[] = {{"VGhl", "VGhm"}, {NULL, NULL}};
    g_autoptr(mw_arena) arena = mw_arena_new();
    transit t = {arena, signer_rsa1024, "relaxed/relaxed", "rsa-sha256", -1};
    g_autofree char *mail = apply(sign(&t, header, body, "from:subject"), edits);
    g_assert_null(look(&t, mail, strlen(mail)));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/repair/found", test_found);
    g_test_add_func("/repair/half", test_half);
    g_test_add_func("/repair/changes", test_changes);
    g_test_add_func("/repair/nothing-broken", test_nothing_broken);
    g_test_add_func("/repair/length", test_length);
    g_test_add_func("/repair/made-by", test_made_by);
    g_test_add_func("/repair/random-edits", test_random_edits);
    g_test_add_func("/repair/undecodable", test_undecodable);
    return g_test_run();
}
