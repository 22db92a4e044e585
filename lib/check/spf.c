#include "base/limits.h"
#include "check/check.h"
#include "check/client.h"
#include "check/domain.h"

/* Symbols of what is wrong with a record beside its result. */
static const struct {
    const char *id, *symbol;
} advice_symbols[] = {
    {"plusall", "R_SPF_PLUSALL"},
    {"too_many_lookups", "SPF_TOO_MANY_LOOKUPS"},
    {"void", "SPF_VOID_LOOKUP"},
    {"ptr", "SPF_PTR"},
    {"wide_range", "SPF_WIDE_RANGE"},
    {"long_record", "SPF_LONG_RECORD"},
    {"include_none", "SPF_INCLUDE_NONE"},
    {"include_broken", "SPF_BROKEN_INCLUDE"},
    {"unused_terms", "SPF_UNUSED_TERMS"},
    {"no_all", "SPF_NO_ALL"},
    {"nearly", "SPF_NEARLY_A_RECORD"},
    {"moved", "SPF_SERVER_MOVED"},
    {"own_server", "SPF_OWN_SERVER_MISSING"},
};

static mw_spf_request request_of(const mw_facts *facts) {
    const mw_envelope *envelope = facts->envelope;
    const char *sender = envelope->mail_from;
    if (!sender && envelope->mail_from_domain) /* RFC 7208 section 4.3 */
        sender = mw_printf(facts->arena, "postmaster@%s", envelope->mail_from_domain);
    return (mw_spf_request){.client_ip = envelope->client_ip,
                            .helo = envelope->helo,
                            .mail_from = sender,
                            .receiver = envelope->received_by,
                            .now = mw_facts_at(facts)};
}

/* Why SPF is not to be judged at all; NULL: it is. Without an address SPF says so itself. */
static const char *not_to_be_judged(const mw_facts *facts) {
    bool given = facts->envelope->client_ip_given, known = facts->envelope->client_ip.family;
    return given || !known ? mw_delivery_untestable(facts) : mw_client_untestable(facts);
}

/* Of a domain the whole record is followed: by an address that none lists, where none is given. */
static mw_spf_request domain_request(const mw_facts *facts) {
    mw_spf_request request = request_of(facts);
    if (!facts->envelope->client_ip_given)
        request.client_ip = (mw_ip){.family = 4};
    request.mail_from = mw_printf(facts->arena, "postmaster@%s", facts->domain->name);
    return request;
}

static void prefetch(mw_facts *facts) {
    if (!facts->domain && not_to_be_judged(facts))
        return;
    mw_spf_request request = facts->domain ? domain_request(facts) : request_of(facts);
    mw_spf_prefetch(facts->arena, facts->dns, &request);
}

/* ---- words ---- */

/* Look-ups are told where they come near the limit. */
enum { MANY_LOOKUPS = 7 };

/* " (9 of 10 look-ups; judged by the HELO name)" and the like, or "". */
static const char *aside(const mw_facts *facts, const mw_spf *spf) {
    const char *helo = strcmp(spf->identity, "helo") != 0 ? NULL
                       : facts->envelope->mail_from
                           ? "judged by the HELO name, as the envelope sender is empty"
                           : "judged by the HELO name, as the envelope sender is not known";
    const char *cost = spf->lookups > MANY_LOOKUPS
                           ? mw_printf(facts->arena, "%d of %d look-ups", spf->lookups, MW_MAX_SPF_LOOKUPS)
                           : NULL;
    if (!helo && !cost)
        return "";
    return mw_printf(facts->arena, " (%s%s%s)", cost ? cost : "", cost && helo ? "; " : "", helo ? helo : "");
}

static const char *via(const mw_facts *facts, const mw_spf *spf) {
    const char *matched = spf->matched ? spf->matched : "";
    return spf->matched_path ? mw_printf(facts->arena, "\"%s\" of %s", matched, spf->matched_path)
                             : mw_printf(facts->arena, "\"%s\"", matched);
}

static bool ends_in_all(const mw_spf *spf) {
    return spf->matched && mw_span_ends(mw_span_of(spf->matched), "all") && strlen(spf->matched) <= 4;
}

static mw_finding *not_listed(mw_facts *facts, const mw_spf *spf, const char *symbol) {
    const char *ip = mw_ip_text(facts->arena, &facts->envelope->client_ip);
    mw_finding *finding;
    if (!spf->matched)
        finding = mw_hit(facts, symbol, "%s says nothing about %s: its record has no all at its end%s",
                         spf->domain, ip, aside(facts, spf));
    else if (ends_in_all(spf))
        finding = mw_hit(facts, symbol, "%s does not list %s, and its record ends in %s%s", spf->domain, ip,
                         spf->matched, aside(facts, spf));
    else
        finding = mw_hit(facts, symbol, "%s excludes %s by %s%s", spf->domain, ip, via(facts, spf),
                         aside(facts, spf));
    finding->fix = mw_printf(
        facts->arena,
        "If %s is a server of yours or of your provider's, add it to the SPF record of %s. If it is "
        "not, the mail was forged or forwarded, and the record is right as it is.",
        ip, spf->domain);
    const char *forwarder = mw_client_handed_on_by(facts);
    if (forwarder) {
        finding->owner = "forwarder";
        finding->summary = mw_printf(facts->arena,
                                     "%s. The mail was forwarded by %s, which left the envelope sender as "
                                     "it was",
                                     finding->summary, forwarder);
        finding->fix = mw_printf(
            facts->arena,
            "Let the forwarder write an envelope sender of its own (SRS), and the author's server sign "
            "with DKIM, which lasts over a forward. Nothing is to be changed in the SPF record of %s: "
            "the server is the forwarder's.",
            spf->domain);
    }
    return finding;
}

static mw_finding *passed(mw_facts *facts, const mw_spf *spf) {
    return mw_hit(facts, "R_SPF_ALLOW", "%s may send for %s: %s%s",
                  mw_ip_text(facts->arena, &facts->envelope->client_ip), spf->domain, via(facts, spf),
                  aside(facts, spf));
}

/* It may be a fail: had the DNS answered, or were the sender or the client known. */
static void unanswered(mw_facts *facts, const mw_spf *spf) {
    const char *why = spf->problem ? spf->problem : "no answer";
    mw_finding *finding =
        spf->domain ? mw_unknown(facts, "R_SPF_FAIL", "SPF of %s was not settled: %s", spf->domain, why)
                    : mw_unknown(facts, "R_SPF_FAIL", "SPF was not settled: %s", why);
    finding->counts_for_exit = true;
    finding->if_well = "R_SPF_ALLOW";
    if (spf->result == MW_SPF_UNTESTABLE && !facts->envelope->helo && strstr(why, "--helo"))
        finding->fix =
            "Look up in the receiver's log by which name the server greeted it (HELO), and run mailwhy "
            "again with --helo and that name.";
}

static mw_finding *no_record(mw_facts *facts, const mw_spf *spf) {
    mw_finding *finding = mw_hit(facts, "R_SPF_NA", "%s%s", spf->problem, aside(facts, spf));
    if (strstr(spf->problem, " is an alias (CNAME) of "))
        finding->fix =
            mw_printf(facts->arena,
                      "Nothing can stand beside the CNAME at %s. Publish the SPF record where it leads "
                      "to, or replace the CNAME by the address and a TXT record.",
                      spf->domain);
    return finding;
}

static mw_finding *report_result(mw_facts *facts, const mw_spf *spf) {
    switch (spf->result) {
    case MW_SPF_PASS:
        return passed(facts, spf);
    case MW_SPF_FAIL:
        return not_listed(facts, spf, "R_SPF_FAIL");
    case MW_SPF_SOFTFAIL:
        return not_listed(facts, spf, "R_SPF_SOFTFAIL");
    case MW_SPF_NEUTRAL:
        return not_listed(facts, spf, "R_SPF_NEUTRAL");
    case MW_SPF_NONE:
        return no_record(facts, spf);
    case MW_SPF_PERMERROR:
        return mw_hit(facts, "R_SPF_PERMFAIL", "%s", spf->problem);
    case MW_SPF_TEMPERROR:
        unanswered(facts, spf);
        return mw_hit(facts, "R_SPF_DNSFAIL", "%s", spf->problem);
    case MW_SPF_UNTESTABLE:
        unanswered(facts, spf);
        return NULL;
    }
    return NULL;
}

/* ---- then and now ---- */

/* The claim speaks of something else than what was judged. A property that is not there says nothing. */
static bool differs(const mw_claim *claim, const char *property, const char *judged) {
    const char *value = mw_claim_property(claim, property);
    if (!value)
        return false;
    const char *at = strrchr(value, '@');
    mw_span domain = mw_span_trim(mw_span_of(at ? at + 1 : value));
    if (mw_span_ends(domain, ">"))
        domain.len--;
    return !mw_span_is(domain, judged);
}

static bool is_other_client(const mw_facts *facts, const mw_claim *claim) {
    const char *value = mw_claim_property(claim, "client-ip");
    mw_ip ip;
    return value && mw_ip_parse(mw_span_of(value), &ip) && !mw_ip_equal(&ip, &facts->envelope->client_ip);
}

/* The judging server's own record of a pass, for the same sender. */
static bool recorded_pass(const mw_facts *facts, const mw_spf *spf) {
    const mw_claim *claim = facts->claims ? mw_claims_trusted(facts->claims, "spf") : NULL;
    if (!claim || facts->envelope->client_ip_given || g_strcmp0(claim->result, "pass") != 0)
        return false;
    if (strcmp(spf->identity, "helo") == 0)
        return !differs(claim, "smtp.helo", spf->domain) && !differs(claim, "helo", spf->domain) &&
               !is_other_client(facts, claim);
    return !differs(claim, "smtp.mailfrom", spf->domain) && !differs(claim, "envelope-from", spf->domain) &&
           !is_other_client(facts, claim) &&
           (!mw_claim_property(claim, "smtp.helo") || mw_claim_property(claim, "smtp.mailfrom"));
}

/* What passed at delivery fails now because the record is another one: it costs nothing. */
static void compare_with_then(mw_facts *facts, const mw_spf *spf, mw_finding *finding) {
    if (spf->result == MW_SPF_PASS || spf->result == MW_SPF_TEMPERROR || !recorded_pass(facts, spf))
        return;
    finding->scale = 0;
    finding->summary = mw_printf(
        facts->arena, "changed since: the receiver recorded a pass at delivery; today: %s", finding->summary);
}

/* ---- advice ---- */

static const char *symbol_of(const char *id) {
    for (size_t i = 0; i < G_N_ELEMENTS(advice_symbols); i++)
        if (strcmp(advice_symbols[i].id, id) == 0)
            return advice_symbols[i].symbol;
    return NULL;
}

/* It would have an address put into the record. */
static bool authorises(const mw_spf_advice *advice) {
    return strcmp(advice->id, "moved") == 0 || strcmp(advice->id, "own_server") == 0;
}

/* It tells how the result itself is mended. */
static bool mends_result(const mw_spf_advice *advice) {
    return advice->is_problem || authorises(advice);
}

/* The address is out of a bounce's text, which anybody can write. */
static bool is_hearsay(const mw_facts *facts) {
    for (guint i = 0; facts->mine && i < facts->mine->len; i++)
        if (mw_ip_equal(facts->mine->pdata[i], &facts->envelope->client_ip))
            return false;
    return facts->bounce && !facts->envelope->client_ip_given;
}

/* Of a defect that is the result's own problem only the fix is needed: the row is there. */
static void report_advice(mw_facts *facts, const mw_spf *spf, mw_finding *result) {
    for (guint i = 0; i < spf->advice->len; i++) {
        const mw_spf_advice *advice = spf->advice->pdata[i];
        const char *symbol = symbol_of(advice->id);
        bool hearsay = authorises(advice) && is_hearsay(facts);
        if (mw_client_handed_out(facts, advice->reverse_name))
            continue;
        if (result && mends_result(advice) && !hearsay)
            result->fix = advice->fix;
        if (!symbol || (result && advice->is_problem))
            continue;
        mw_finding *finding = mw_hit(facts, symbol, "%s", advice->text);
        finding->fix = hearsay ? result ? result->fix : NULL : advice->fix;
        if (result && mends_result(advice))
            finding->because_of = result->symbol->name; /* one repair for both */
    }
}

/* The record alone: whom it lets send is said only of an address that was given. */
static void run_domain(mw_facts *facts) {
    mw_spf_request request = domain_request(facts);
    const mw_spf *spf = facts->spf = mw_spf_check(facts->arena, facts->dns, &request);
    bool open = !facts->envelope->client_ip_given && spf->record && spf->result != MW_SPF_PERMERROR &&
                spf->result != MW_SPF_TEMPERROR;
    mw_finding *finding = open ? NULL : report_result(facts, spf);
    if (finding)
        finding->evidence = spf->record;
    report_advice(facts, spf, finding);
    if (!open)
        return;
    mw_spf *record = mw_memdup(facts->arena, spf, sizeof *spf);
    record->result = MW_SPF_UNTESTABLE;
    record->matched = record->matched_path = record->explanation = NULL;
    record->problem = "no sending server was named: --client-ip IP judges one";
    facts->spf = record;
}

static void run(mw_facts *facts) {
    if (facts->domain) {
        run_domain(facts);
        return;
    }
    const char *why_not = not_to_be_judged(facts);
    if (why_not) {
        facts->spf = mw_spf_untestable(facts->arena, why_not);
        if (mw_delivery_untestable(facts))
            mw_notice(facts, "SPF was not checked: %s", why_not);
        else
            unanswered(facts, facts->spf);
        return;
    }
    mw_spf_request request = request_of(facts);
    const mw_spf *spf = facts->spf = mw_spf_check(facts->arena, facts->dns, &request);
    mw_finding *finding = report_result(facts, spf);
    if (finding) {
        finding->evidence = spf->record;
        compare_with_then(facts, spf, finding);
    }
    report_advice(facts, spf, finding);
}

const mw_check mw_check_spf = {.name = "spf", .prefetch = prefetch, .run = run, .subject = MW_OF_BOTH};
