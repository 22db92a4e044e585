/* A whole header: claims, trace, envelope, evidence and attached mails. */
#include "trace/evidence.h"
#include "trace/read.h"
#include "mail/unwrap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static mw_data *data;
    if (!data)
        data = mw_data_new(NULL);
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_message *message = mw_message_read(arena, (mw_span){(const char *)bytes, size}, NULL);
    if (!message)
        return 0;
    GPtrArray *claims = mw_claims_read(arena, message);
    mw_envelope envelope;
    const mw_trace *trace = mw_trace_read(arena, data, message, claims, false, NULL, &envelope, NULL);
    g_assert(trace && trace->boundary < (int)trace->hops->len && envelope.rcpt_to && envelope.reasons);
    const mw_mime *mime = mw_mime_read(arena, message);
    mw_evidence_read(arena, message, mime, trace, false);
    mw_unwrap(arena, message, mime);
    return 0;
}
