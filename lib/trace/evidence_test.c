#include "trace/evidence.h"
#include "trace/read.h"
#include "mail/unwrap.h"

#define RECEIVED                                                                                            \
    "Received: from m.example (m.example [192.0.2.1]) by mx.example.net (Postfix) with ESMTP id 1; Sun, 1 " \
    "Nov 2026 10:00:00 +0000\r\n"
#define FROM "From: a@example.org\r\nSubject: x\r\nDate: Sun, 1 Nov 2026 10:00:00 +0000\r\n"
#define SIGNED "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; h=from; bh=aGk=; b=aGk=\r\n"
#define MULTI "Content-Type: multipart/mixed; boundary=\"b1\"\r\nMIME-Version: 1.0\r\n"

static const struct {
    const char *name, *text;
    mw_grade grade;
    bool body, header, sender_copy; /* untestable_body, untestable_header are set */
} cases[] = {
    {"raw", RECEIVED FROM "\r\nhello\r\n", MW_GRADE_RAW, false, false, false},
    {"LF",
     "Received: from m.example (m.example [192.0.2.1]) by mx.example.net (Postfix) with ESMTP id 1; Sun, 1 "
     "Nov 2026 10:00:00 +0000\nFrom: a@example.org\n\nhello\n",
     MW_GRADE_LINE_ENDS, false, false, false},
    {"mbox", "From a@example.org Sun Nov  1 10:00:00 2026\r\n" RECEIVED FROM "\r\nhello\r\n", MW_GRADE_STORED,
     false, false, false},
    {"mbox, escaped",
     "From a@example.org Sun Nov  1 10:00:00 2026\r\n" RECEIVED FROM "\r\nhello\r\n>From here\r\n",
     MW_GRADE_STORED, false, false, false},
    {"headers only", RECEIVED FROM, MW_GRADE_HEADERS_ONLY, true, false, false},
    {"headers only, signed", RECEIVED SIGNED FROM "\r\n", MW_GRADE_HEADERS_ONLY, true, false, false},
    {"headers only, multipart", RECEIVED MULTI FROM "\r\n", MW_GRADE_HEADERS_ONLY, true, false, false},
    {"empty body", RECEIVED FROM "\r\n\r\n", MW_GRADE_RAW, false, false, false},
    {"signed empty body",
     RECEIVED "DKIM-Signature: bh=frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=; b=x\r\n" FROM "\r\n\r\n",
     MW_GRADE_RAW, false, false, false},
    {"whole multipart", RECEIVED MULTI FROM "\r\n--b1\r\n\r\nhi\r\n--b1--\r\n", MW_GRADE_RAW, false, false,
     false},
    {"cut", RECEIVED MULTI FROM "\r\n--b1\r\n\r\nhi\r\n--b1\r\nContent-Type: image/png\r\n\r\nabc\r\n",
     MW_GRADE_BODY_CUT, true, false, false},
    {"cut in an mbox",
     "From a@example.org Sun Nov  1 10:00:00 2026\n" RECEIVED FROM "Content-Length: 500\r\n\r\nhello\r\n",
     MW_GRADE_BODY_CUT, true, false, false},
    {"cut in a store", RECEIVED FROM "Status: RO\r\nContent-Length: 500\r\n\r\nhello\r\n", MW_GRADE_BODY_CUT,
     true, false, false},
    {"a length above Received", "Content-Length: 500\r\n" RECEIVED FROM "\r\nhello\r\n", MW_GRADE_BODY_CUT,
     true, false, false},
    {"a length of the sender's", RECEIVED "Content-Length: 500\r\n" FROM "\r\nhello\r\n", MW_GRADE_RAW, false,
     false, false},
    {"a length that is signed",
     RECEIVED "DKIM-Signature: h=from:Content-Length; b=x\r\n" FROM
              "Status: RO\r\nContent-Length: 500\r\n\r\nhello\r\n",
     MW_GRADE_RAW, false, false, false},
    {"sender copy", FROM "Bcc: c@example.net\r\n\r\nhello\r\n", MW_GRADE_SENDER_COPY, false, true, true},
    {"signed sender copy", SIGNED FROM "\r\nhello\r\n", MW_GRADE_SENDER_COPY, false, false, true},
    {"draft", "X-Unsent: 1\r\n" FROM "\r\nhello\r\n", MW_GRADE_SENDER_COPY, false, true, true},
    {"login alone",
     "Received: from [10.1.1.1] (a [10.1.1.1]) by smtp.example.org (Postfix) with ESMTPSA id 1; Sun, 1 Nov "
     "2026 10:00:00 +0000\r\n" FROM "\r\nhello\r\n",
     MW_GRADE_SENDER_COPY, false, true, true},
    {"Received was cut",
     "Delivered-To: b@example.net\r\nAuthentication-Results: mx.example.net; spf=pass\r\n" FROM
     "\r\nhello\r\n",
     MW_GRADE_RAW, false, false, false},
    {"Outlook's text",
     "From: A B\r\nSent: Sunday, November 1, 2026 10:00 AM\r\nTo: C\r\nSubject: x\r\n\r\nhello\r\n",
     MW_GRADE_DISPLAYED, true, true, false},
    {"shown date",
     "From: A B <a@example.org>\r\nSubject: x\r\nDate: 1 de noviembre de 2026 at 10:00:00\r\nTo: "
     "c@example.net\r\n\r\nhello\r\n",
     MW_GRADE_DISPLAYED, true, true, false},
};

static const mw_evidence *grade(mw_arena *arena, mw_data *data, mw_span bytes) {
    const mw_message *message = mw_message_read(arena, bytes, NULL);
    g_assert_nonnull(message);
    mw_envelope envelope;
    GPtrArray *claims = mw_claims_read(arena, message);
    const mw_trace *trace = mw_trace_read(arena, data, message, claims, false, NULL, &envelope, NULL);
    return mw_evidence_read(arena, message, mw_mime_read(arena, message), trace, false);
}

static void test_grades(void) {
    g_autoptr(mw_data) data = mw_data_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        size_t len = strlen(cases[i].text);
        g_autofree char *copy = g_memdup2(cases[i].text, len);
        const mw_evidence *evidence = grade(arena, data, (mw_span){copy, len});
        g_test_message("%s", cases[i].name);
        g_assert_cmpstr(mw_grade_name(evidence->grade), ==, mw_grade_name(cases[i].grade));
        g_assert_cmpint(evidence->untestable_body != NULL, ==, cases[i].body);
        g_assert_cmpint(evidence->untestable_header != NULL, ==, cases[i].header);
        g_assert_cmpint(evidence->sender_copy, ==, cases[i].sender_copy);
        g_assert_cmpint(evidence->notes->len > 0, ==, cases[i].grade != MW_GRADE_RAW);
    }
}

static void test_forwarded_inline(void) {
    g_autoptr(mw_data) data = mw_data_new(NULL);
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_evidence *evidence =
        grade(arena, data,
              MW_SPAN(RECEIVED "From: a@example.org\r\nSubject: Fwd: offer\r\n\r\nlook\r\n---------- "
                               "Forwarded message ---------\r\nFrom: b\r\n"));
    g_assert_true(evidence->forwarded_inline);
}

#define INNER "From: in@example.org\r\nSubject: inner\r\n\r\nhello\r\n"
#define PART "--b1\r\nContent-Type: message/rfc822\r\n\r\n" INNER "\r\n"

static void test_unwrap(void) {
    static const struct {
        const char *body;
        unsigned count;
        bool only;
    } wraps[] = {
        {PART "--b1--\r\n", 1, true},
        {"--b1\r\nContent-Type: text/plain\r\n\r\nplease look\r\n" PART "--b1--\r\n", 1, true},
        {PART PART "--b1--\r\n", 2, true},
        {"--b1\r\nContent-Type: text/plain\r\n\r\nplease look\r\n--b1--\r\n", 0, false},
        {PART "--b1\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--b1--\r\n", 1, false},
        {"--b1\r\nContent-Type: application/octet-stream; name=\"a.eml\"\r\nContent-Transfer-Encoding: "
         "base64\r\n"
         "Content-Disposition: attachment; filename=\"a.eml\"\r\n\r\n"
         "RnJvbTogaW5AZXhhbXBsZS5vcmcNClN1YmplY3Q6IGlubmVyDQoNCmhlbGxvDQo=\r\n--b1--\r\n",
         1, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(wraps); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autofree char *text = g_strconcat(RECEIVED FROM MULTI "\r\n", wraps[i].body, NULL);
        const mw_message *message = mw_message_read(arena, mw_span_of(text), NULL);
        const mw_wrapped *wrapped = mw_unwrap(arena, message, mw_mime_read(arena, message));
        g_test_message("case %zu", i);
        g_assert_cmpuint(wrapped->inner->len, ==, wraps[i].count);
        g_assert_cmpint(wrapped->only, ==, wraps[i].only);
        if (wraps[i].count == 0)
            continue;
        const mw_inner *inner = mw_unwrap_part(arena, wrapped, 0, NULL);
        g_assert_cmpstr(inner->subject, ==, "inner");
        g_assert_true(mw_span_starts(inner->bytes, "From: in@example.org"));
        g_autoptr(GError) error = NULL;
        g_assert_null(mw_unwrap_part(arena, wrapped, 9, &error));
        g_assert_nonnull(strstr(error->message, "1: inner"));
    }
}

static void test_export(void) {
    g_autoptr(mw_data) data = mw_data_new(NULL);
    g_autoptr(mw_arena) arena = mw_arena_new();
    const char *text = mw_evidence_export(arena, data, NULL);
    g_assert_nonnull(strstr(text, "Thunderbird"));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mail/evidence/grades", test_grades);
    g_test_add_func("/mail/evidence/forwarded_inline", test_forwarded_inline);
    g_test_add_func("/mail/evidence/unwrap", test_unwrap);
    g_test_add_func("/mail/evidence/export", test_export);
    return g_test_run();
}
