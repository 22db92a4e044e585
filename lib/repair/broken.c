/* From the signatures of a mail to the searches that are worth their time. */
#include "dkim/verify.h"
#include "repair/repair.h"

enum { MAX_REPAIRS = 3 }; /* broken signatures whose edit is searched */

void mw_repair_broken(mw_arena *arena, const mw_message *message, GPtrArray *signatures, int64_t budget_ms) {
    for (guint i = 0, searched = 0; i < signatures->len && searched < MAX_REPAIRS; i++) {
        mw_dkim *dkim = signatures->pdata[i];
        const mw_signature *s = &dkim->examined->signature;
        if (dkim->cause != MW_DKIM_CHANGED)
            continue;
        mw_repair_target target = {
            .message = message,
            .field = s->field,
            .domain = s->domain,
            .signed_fields = mw_span_of(s->signed_fields),
            .header_canon = s->header_canon,
            .body_canon = s->body_canon,
            .hash = s->hash,
            .signature = s->signature,
            .body_hash = s->body_hash,
            .original = dkim->examined->original,
            .has_length = s->has_length,
            .length = s->length,
            .key = dkim->examined->key->key,
            .budget_us = (searched++ == 0 ? budget_ms : budget_ms / 2) * 1000,
        };
        dkim->repair = mw_repair_search(arena, &target);
    }
}
