#include "check/check.h"
#include "check/signature.h"

static void prefetch(mw_facts *facts) {
    mw_arc_prefetch(facts->arena, facts->dns, facts->message);
}

static const char *sealers(mw_arena *arena, const mw_arc *arc) {
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < arc->sets->len && i < 5; i++) {
        const mw_arc_set *set = arc->sets->pdata[i];
        g_string_append_printf(text, "%s%s", i ? ", " : "", set->sealer ? set->sealer : "?");
    }
    return mw_printf(arena, "%s%s", text->str, arc->sets->len > 5 ? " ..." : "");
}

static const char *story(mw_arena *arena, const mw_arc *arc) {
    const mw_arc_set *first = arc->sets->len ? arc->sets->pdata[0] : NULL;
    return first && first->story ? mw_printf(arena, "; the first of them, %s", first->story) : "";
}

/* A pass that was recorded at delivery and that only a vanished key keeps from coming out again. */
static bool is_changed_since(const mw_facts *facts, const mw_arc *arc) {
    const mw_claim *claim = facts->claims ? mw_claims_trusted(facts->claims, "arc") : NULL;
    return arc->key_gone && claim && strcmp(claim->result, "pass") == 0;
}

static void report_fail(mw_facts *facts, const mw_arc *arc) {
    const char *symbol = arc->structure ? "ARC_INVALID" : "ARC_REJECT";
    if (is_changed_since(facts, arc))
        mw_hit(facts, symbol, "changed since: the receiver recorded a pass at delivery; today: %s",
               arc->reason)
            ->scale = 0;
    else
        mw_hit(facts, symbol, "%s", arc->reason);
}

static void report_unknown(mw_facts *facts, const mw_arc *arc) {
    if (arc->dns_failed)
        mw_hit(facts, "ARC_DNSFAIL", "%s", arc->reason);
    mw_finding *open = mw_unknown(facts, "ARC_REJECT", "the ARC chain was not settled: %s", arc->reason);
    open->counts_for_exit =
        !facts->evidence || (!facts->evidence->untestable_body && !facts->evidence->untestable_header);
    open->if_well = "ARC_ALLOW";
}

static void run(mw_facts *facts) {
    mw_dkim_request request = mw_signature_request(facts);
    const mw_arc *arc = facts->arc = mw_arc_verify(facts->arena, facts->dns, &request);
    switch (arc->result) {
    case MW_ARC_NONE:
        mw_hit(facts, "ARC_NA", "no ARC fields");
        break;
    case MW_ARC_PASS:
        mw_hit(facts, "ARC_ALLOW", "%d %s by %s%s", arc->instances, arc->instances == 1 ? "seal" : "seals",
               sealers(facts->arena, arc), story(facts->arena, arc));
        break;
    case MW_ARC_FAIL:
        report_fail(facts, arc);
        break;
    case MW_ARC_UNTESTABLE:
        report_unknown(facts, arc);
        break;
    }
}

const mw_check mw_check_arc = {.name = "arc", .prefetch = prefetch, .run = run};
