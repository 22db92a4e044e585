/* The search over a mail and a body hash that was made of some other mail: nothing may be claimed but what
 * hashes right, and no input may take it out of its bounds. */
#include "repair/repair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_OCTETS = 1024 }; /* a search that fails takes longer, the more places it has */

/* An Ed25519 key of a text: no signature of the input fits it, so nothing can be proven. */
static const char record[] = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 4 || size > MOST_OCTETS)
        return 0;
    g_autoptr(mw_arena) arena = mw_arena_new();
    uint8_t how = data[0];
    mw_span bytes = {mw_memdup(arena, data + 1, size - 1), size - 1};
    const mw_message *message = mw_message_read(arena, bytes, NULL);
    if (!message || message->n_fields == 0 || !message->has_body)
        return 0;
    mw_canon canon = how & 1 ? MW_CANON_RELAXED : MW_CANON_SIMPLE;
    /* the hash of the body without its first or last line, so that the search has something to find */
    mw_span body = message->body;
    size_t line = mw_span_find(body, '\n');
    mw_span signed_body = how & 2 && line != SIZE_MAX ? mw_span_from(body, line + 1)
                                                      : mw_span_slice(body, 0, body.len - body.len / 4);
    mw_body_want want = {.canon = canon, .hash = MW_SHA256, .has_length = how & 4, .length = how >> 3};
    mw_body_hashes(&signed_body, 1, &want, 1);
    mw_repair_target target = {
        .message = message,
        .field = &message->fields[how % message->n_fields],
        .domain = "example.org",
        .signed_fields = MW_SPAN("from:to:cc:subject:date:reply-to:message-id:mime-version:content-type:"
                                 "content-transfer-encoding:list-id:from:subject"),
        .header_canon = how & 8 ? MW_CANON_RELAXED : MW_CANON_SIMPLE,
        .body_canon = canon,
        .hash = MW_SHA256,
        .signature = {(const char *)data, MIN(size, 64)},
        .body_hash = {(const char *)want.value.bytes, want.value.len},
        .has_length = want.has_length,
        .length = want.length,
        .key = mw_key_read(arena, MW_SPAN(record)),
        .budget_ms = 1,
    };
    g_assert_cmpint(target.key->problem, ==, MW_KEY_GOOD);
    const mw_repair *repair = mw_repair_search(arena, &target);
    g_assert_false(repair && repair->proven);
    return 0;
}
