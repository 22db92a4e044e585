/* DKIM2 (draft-ietf-dkim-dkim2-spec, November 2026): its fields are named, and nothing is made of them.
 * Versions of the draft do not verify one another's signatures, and a verifier needs the envelope. */
#include "check/check.h"
#include "dkim/taglist.h"

static void run(mw_facts *facts) {
    const mw_field *signature = mw_message_field(facts->message, "DKIM2-Signature");
    const mw_field *instance = mw_message_field(facts->message, "Message-Instance");
    if (!signature && !instance)
        return;
    mw_taglist tags = mw_taglist_read(facts->arena, signature ? signature->value : MW_SPAN(""));
    const char *domain = mw_tag_compact(facts->arena, mw_taglist_get(&tags, "d"));
    size_t n = mw_message_count(facts->message, "DKIM2-Signature");
    mw_finding *finding = mw_hit(facts, "DKIM2_DRAFT",
                                 "the mail carries %s%s%s%s: DKIM2 is a draft, and this is not verified here",
                                 signature ? n > 1 ? mw_printf(facts->arena, "%zu DKIM2-Signature fields", n)
                                                   : "a DKIM2-Signature field"
                                           : "a Message-Instance field",
                                 domain ? " (the first for " : "", domain ? domain : "", domain ? ")" : "");
    finding->evidence = mw_field_text(facts->arena, signature ? signature : instance);
}

const mw_check mw_check_dkim2 = {.name = "dkim2", .run = run};
