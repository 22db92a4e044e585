#include "mail/evidence.h"

const char *mw_grade_name(mw_grade grade) {
    static const char *const names[] = {"raw",      "line-ends-changed", "mbox",       "headers-only",
                                        "body-cut", "rewritten",         "sender-copy"};
    return names[grade];
}

const mw_evidence *mw_evidence_read(mw_arena *arena, const mw_message *message, const mw_mime *mime,
                                    const mw_trace *trace) {
    mw_evidence *evidence = mw_new(arena, mw_evidence);
    evidence->notes = mw_array_new(arena);
    if (!message->has_body) {
        evidence->grade = MW_GRADE_HEADERS_ONLY;
        evidence->untestable_body = "only the header was saved";
    }
    return evidence;
}
