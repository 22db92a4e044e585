/* How long the search takes, by kind of edit, and how long where there is nothing to find. */
#include "repair/repair.h"
#include "dkim/signer_test.h"

#include <stdio.h>

static const char header[] = "From: Ana <ana@shop.example>\r\nTo: staff@lists.example.org\r\n"
                             "Subject: Opening hours\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\n"
                             "Message-ID: <1@shop.example>\r\nMIME-Version: 1.0\r\n"
                             "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n";
static const char h[] = "from:to:cc:reply-to:subject:date:message-id:mime-version:content-type:"
                        "content-transfer-encoding";

typedef struct signed_mail {
    const mw_field *own;
    mw_digest_value body_hash;
    mw_span signature;
} signed_mail;

/* What a signer sees; the signature's own field stands apart, as the last line of the header. */
static signed_mail sign(mw_arena *arena, const mw_message *message) {
    signed_mail out = {.own = mw_message_field(message, "DKIM-Signature")};
    mw_body_want want = {.canon = MW_CANON_RELAXED, .hash = MW_SHA256};
    mw_body_hashes(&message->body, 1, &want, 1);
    out.body_hash = want.value;
    g_autoptr(GString) data = g_string_new(NULL);
    GPtrArray *fields = mw_canon_select(arena, mw_canon_index_new(arena, message), mw_span_of(h), out.own);
    for (guint i = 0; i < fields->len; i++)
        mw_canon_field(data, ((const mw_field *)fields->pdata[i])->raw, MW_CANON_RELAXED);
    mw_canon_signature(data, out.own->raw, MW_CANON_RELAXED);
    out.signature = signer_sign(arena, signer_rsa2048, MW_SHA256, (mw_span){data->str, data->len});
    return out;
}

static void measure(const char *name, const char *from, const char *to, const char *end, size_t lines) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GString) mail = g_string_new("DKIM-Signature: v=1; b=\r\n");
    g_string_append_printf(mail, "%s\r\n", header);
    for (size_t i = 0; i < lines; i++)
        g_string_append_printf(mail, "line %zu of the text, caf\xc3\xa9 and all that goes with it\r\n", i);
    const mw_message *before =
        mw_message_read(arena, (mw_span){mw_memdup(arena, mail->str, mail->len), mail->len}, NULL);
    signed_mail s = sign(arena, before);
    if (from)
        g_string_replace(mail, from, to, 1);
    g_string_append(mail, end);
    const mw_message *after = mw_message_read(arena, (mw_span){mail->str, mail->len}, NULL);
    const char *record = mw_printf(arena, "v=DKIM1; p=%s", signer_public(arena, signer_rsa2048, false));
    mw_repair_target target = {
        .message = after,
        .field = mw_message_field(after, "DKIM-Signature"),
        .domain = "shop.example",
        .signed_fields = mw_span_of(h),
        .header_canon = MW_CANON_RELAXED,
        .body_canon = MW_CANON_RELAXED,
        .hash = MW_SHA256,
        .signature = s.signature,
        .body_hash = {(const char *)s.body_hash.bytes, s.body_hash.len},
        .key = mw_key_read(arena, mw_span_of(record)),
        .budget_us = 200 * 1000,
    };
    gint64 start = g_get_monotonic_time();
    const mw_repair *repair = mw_repair_search(arena, &target);
    printf("%-34s %9zu bytes  %-10s %8.1f ms\n", name, mail->len,
           repair && repair->proven ? "proven" : "not proven",
           (double)(g_get_monotonic_time() - start) / 1000);
}

int main(void) {
    measure("footer", NULL, NULL, "_____\r\nstaff\r\n", 40);
    measure("subject tag", "Subject: ", "Subject: [staff] ", "", 40);
    measure("tag and footer", "Subject: ", "Subject: [staff] ", "_____\r\nstaff\r\n", 40);
    measure("banner", "\r\n\r\n", "\r\n\r\nCAUTION\r\n", "", 40);
    measure("From rewritten", "From: Ana <ana@shop.example>",
            "From: Ana via staff <staff@lists.example.org>\r\nReply-To: Ana <ana@shop.example>", "", 40);
    measure("lines in the middle", "line 7 ", "buy\r\nnow\r\nline 7 ", "", 40);
    measure("doubled field", "Message-ID", "Date: Tue, 03 Nov 2026 10:00:00 +0000\r\nMessage-ID", "", 40);
    measure("nothing to find", "line 7 ", "line 8 ", "", 40);
    measure("nothing to find, header, too", "ana@", "eve@", "", 40);
    measure("nothing to find, 1 MB", "line 7 ", "line 8 ", "", 17000);
    measure("footer, 25 MB", NULL, NULL, "_____\r\nstaff\r\n", 390000);
    measure("nothing to find, 25 MB", "line 7 ", "line 8 ", "", 390000);
    return 0;
}
