#include "check/then_now.h"

#include "check/check.h"

enum { WEEK = 7 * 86400 };

static void add(mw_arena *arena, GPtrArray *rows, mw_then_now row) {
    row.differs = g_ascii_strcasecmp(row.recorded, row.now) != 0;
    if (!row.differs)
        row.why = NULL;
    g_ptr_array_add(rows, mw_memdup(arena, &row, sizeof row));
}

/* --- reasons ------------------------------------------------------------------------------------- */

static bool is(const char *a, const char *b) {
    return a && b && g_ascii_strcasecmp(a, b) == 0;
}

/* The address that the claim is about, when it names another one than ours. */
static const char *other_address(mw_arena *arena, const mw_facts *facts, const mw_claim *claim) {
    static const char *const names[] = {"client-ip", "smtp.remote-ip", "smtp.client-ip"};
    mw_ip ip;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = mw_claim_property(claim, names[i]);
        if (value && mw_ip_parse(mw_span_of(value), &ip))
            return mw_ip_equal(&ip, &facts->envelope->client_ip) ? NULL : mw_ip_text(arena, &ip);
    }
    return NULL;
}

static const char *why_spf(mw_arena *arena, const mw_facts *facts, const mw_claim *claim) {
    const mw_spf *spf = facts->spf;
    const char *other = other_address(arena, facts, claim);
    if (other)
        return mw_printf(arena, "the receiver judged %s", other);
    if (spf->result == MW_SPF_UNTESTABLE || spf->result == MW_SPF_TEMPERROR)
        return spf->problem ? spf->problem : "it could not be asked now";
    if (is(claim->result, "temperror") || is(claim->result, "error"))
        return "the DNS did not answer the receiver then";
    if (is(claim->result, "pass") && spf->result == MW_SPF_NONE)
        return "the SPF record is gone";
    if (is(claim->result, "none"))
        return "the SPF record was published since";
    return "the SPF record changed since, or the receiver judges it in its own way";
}

/* The signature that the claim is about: by domain, and selector where both name one. */
static const mw_dkim *signature_of(const mw_facts *facts, const mw_claim *claim) {
    const char *domain = mw_claim_property(claim, "header.d"),
               *selector = mw_claim_property(claim, "header.s");
    const char *identity = mw_claim_property(claim, "header.i");
    const char *at = identity ? strrchr(identity, '@') : NULL;
    if (!domain && at)
        domain = at + 1;
    const mw_dkim *found = NULL;
    for (guint i = 0; domain && i < facts->dkim->len; i++) {
        const mw_dkim *dkim = facts->dkim->pdata[i];
        bool same = is(dkim->domain, domain) || (at && dkim->identity && strchr(dkim->identity, '@') &&
                                                 is(strrchr(dkim->identity, '@') + 1, at + 1));
        if (same && (!selector || !dkim->selector || is(selector, dkim->selector)) &&
            (!found || (found->result != MW_DKIM_PASS && dkim->result == MW_DKIM_PASS)))
            found = dkim;
    }
    return found;
}

static const char *why_dkim(mw_arena *arena, const mw_claim *claim, const mw_dkim *dkim) {
    if (dkim->changed_since)
        return "the key was withdrawn or replaced since";
    if (is(claim->result, "pass") && dkim->body_hash == MW_DKIM_FAIL)
        return "the body was changed after the receiver saw it: on the way to the mailbox, or when it was "
               "saved";
    if (is(claim->result, "pass") && dkim->signature == MW_DKIM_FAIL)
        return "the header was changed after the receiver saw it, or the key was replaced since";
    if (is(claim->result, "temperror"))
        return "the DNS did not answer the receiver then";
    if (dkim->result == MW_DKIM_PASS)
        return "the receiver saw it changed, could not ask for the key, or judges it in its own way";
    return dkim->reason ? dkim->reason : "not known";
}

static const char *why_dmarc(const mw_facts *facts, const mw_claim *claim) {
    if (facts->dmarc->rfc9989.result == MW_DMARC_UNTESTABLE ||
        facts->dmarc->rfc9989.result == MW_DMARC_TEMPERROR)
        return "it could not be judged now";
    if (is(claim->result, "none") || is(claim->result, "bestguesspass"))
        return "the DMARC record was published since";
    if (facts->dmarc->rfc9989.result == MW_DMARC_NONE)
        return "the DMARC record is gone";
    return "it follows from SPF and DKIM, or the receiver judges it in its own way";
}

/* --- rows ---------------------------------------------------------------------------------------- */

static void add_dkim(mw_arena *arena, const mw_facts *facts, GPtrArray *rows) {
    for (guint i = 0; facts->dkim && i < facts->claims->len; i++) {
        const mw_claim *claim = facts->claims->pdata[i];
        if (!claim->trusted || claim->instance || strcmp(claim->method, "dkim") != 0)
            continue;
        const mw_dkim *dkim = signature_of(facts, claim);
        if (dkim)
            add(arena, rows,
                (mw_then_now){.method = "dkim",
                              .subject = dkim->domain,
                              .recorded = claim->result,
                              .now = mw_dkim_result_name(dkim->result),
                              .why = why_dkim(arena, claim, dkim)});
        else if (facts->dkim->len == 0)
            add(arena, rows,
                (mw_then_now){.method = "dkim",
                              .recorded = claim->result,
                              .now = "none",
                              .why = "the signature is no longer in the mail"});
    }
}

static void add_rdns(mw_arena *arena, const mw_facts *facts, GPtrArray *rows) {
    const char *then = facts->envelope->rdns;
    if (!then || facts->envelope->client_ip_given || !facts->rdns ||
        facts->rdns->result == MW_RDNS_UNTESTABLE)
        return;
    const char *now = facts->rdns->names->len ? facts->rdns->names->pdata[0] : "none";
    for (guint i = 0; i < facts->rdns->names->len; i++)
        if (mw_span_starts(mw_span_of(facts->rdns->names->pdata[i]), then))
            now = then;
    if (facts->rdns->result == MW_RDNS_TEMPERROR)
        now = "no answer";
    add(arena, rows,
        (mw_then_now){.method = "rdns",
                      .subject = mw_ip_text(arena, &facts->envelope->client_ip),
                      .recorded = then,
                      .now = now,
                      .why = facts->rdns->result == MW_RDNS_TEMPERROR ? "it could not be asked now"
                                                                      : "the reverse name changed since"});
}

GPtrArray *mw_then_now_read(mw_arena *arena, const mw_facts *facts) {
    GPtrArray *rows = mw_array_new(arena);
    const mw_claim *claim = mw_claims_trusted(facts->claims, "spf");
    if (claim && facts->spf && *claim->result)
        add(arena, rows,
            (mw_then_now){.method = "spf",
                          .subject = facts->spf->domain,
                          .recorded = claim->result,
                          .now = mw_spf_result_name(facts->spf->result),
                          .why = why_spf(arena, facts, claim)});
    add_dkim(arena, facts, rows);
    if ((claim = mw_claims_trusted(facts->claims, "arc")) && facts->arc && claim->instance == 0)
        add(arena, rows,
            (mw_then_now){.method = "arc",
                          .recorded = claim->result,
                          .now = mw_arc_result_name(facts->arc->result),
                          .why = facts->arc->reason ? facts->arc->reason : "not known"});
    if ((claim = mw_claims_trusted(facts->claims, "dmarc")) && facts->dmarc && claim->instance == 0)
        add(arena, rows,
            (mw_then_now){.method = "dmarc",
                          .subject = facts->dmarc->domain,
                          .recorded = claim->result,
                          .now = mw_dmarc_result_name(facts->dmarc->rfc9989.result),
                          .why = why_dmarc(facts, claim)});
    add_rdns(arena, facts, rows);
    return rows;
}

const char *mw_then_now_words(mw_arena *arena, const GPtrArray *rows) {
    if (rows->len == 0)
        return NULL;
    GString *then = g_string_new("the receiver recorded"), *now = g_string_new(NULL);
    for (guint i = 0; i < rows->len && i < 12; i++) {
        const mw_then_now *row = rows->pdata[i];
        if (strcmp(row->method, "rdns") != 0 || row->differs)
            g_string_append_printf(then, " %s=%s", row->method, row->recorded);
        if (row->differs)
            g_string_append_printf(now, "%s%s=%s (%s)", now->len ? ", " : "", row->method, row->now,
                                   row->why);
    }
    const char *text = now->len ? mw_printf(arena, "%s; today's run says %s", then->str, now->str)
                                : mw_printf(arena, "%s; today's run says the same", then->str);
    if (strcmp(then->str, "the receiver recorded") == 0)
        text = NULL;
    g_string_free(then, TRUE);
    g_string_free(now, TRUE);
    return text;
}

/* --- what time has changed ----------------------------------------------------------------------- */

/* The reverse name was there when the mail came in; a row that counts its absence today is worth nothing
 * then. */
static void forgive_rdns(mw_facts *facts, mw_finding *finding) {
    finding->scale = 0;
    finding->summary =
        mw_printf(facts->arena, "changed since: at delivery the reverse name was %s; today: %s",
                  facts->envelope->rdns, finding->summary);
}

static bool had_reverse_name(const mw_facts *facts) {
    return facts->envelope->rdns && !facts->envelope->client_ip_given && facts->trace->boundary >= 0;
}

/* Directly below the line of the host that it names. The sender can write that, too, so it counts for
 * nothing; but what speaks against the mail no sender writes. */
static bool is_likely(const mw_facts *facts, const mw_claim *claim) {
    const mw_trace *trace = facts->trace;
    if (trace->boundary < 0 || claim->trusted || claim->instance || !claim->by)
        return false;
    const mw_hop *hop = trace->hops->pdata[trace->boundary];
    const mw_hop *below =
        trace->boundary + 1 < (int)trace->hops->len ? trace->hops->pdata[trace->boundary + 1] : NULL;
    return hop->by && claim->field > hop->field && (!below || claim->field < below->field) &&
           g_ascii_strcasecmp(hop->by, claim->by) == 0 && !mw_claims_trusted(facts->claims, claim->method);
}

static void tell_likely(mw_facts *facts) {
    static const char *const methods[] = {"spf", "dkim", "dmarc"};
    g_autoptr(GString) results = g_string_new(NULL);
    const char *by = NULL;
    for (size_t m = 0; m < G_N_ELEMENTS(methods); m++)
        for (guint i = 0; i < facts->claims->len; i++) {
            const mw_claim *claim = facts->claims->pdata[i];
            if (strcmp(claim->method, methods[m]) != 0 || !is_likely(facts, claim) ||
                !(is(claim->result, "fail") || is(claim->result, "softfail")))
                continue;
            g_string_append_printf(results, "%s%s=%s", results->len ? ", " : "", claim->method,
                                   claim->result);
            by = claim->by;
            break;
        }
    if (by)
        mw_notice(
            facts,
            "%s recorded %s, it seems: that stands below its own Received line, where a sender could write "
            "it, too, and is not counted.",
            by, results->str);
}

/* Lists and PTR tell of today: on mails older than a week the rows say so. */
static void run(mw_facts *facts) {
    mw_time at = facts->envelope->received_at;
    bool old = at != MW_TIME_UNKNOWN && facts->now != MW_TIME_UNKNOWN && facts->now - at > WEEK;
    if (!facts->bounce)
        tell_likely(facts);
    for (guint i = 0; i < facts->findings->len; i++) {
        mw_finding *finding = facts->findings->pdata[i];
        const char *group = finding->symbol->group;
        if (finding->state != MW_HIT || finding->scale <= 0)
            continue;
        bool absent = strcmp(finding->symbol->name, "RDNS_NONE") == 0 ||
                      strcmp(finding->symbol->name, "HFILTER_HOSTNAME_UNKNOWN") == 0;
        if (absent && had_reverse_name(facts) && facts->rdns && facts->rdns->result == MW_RDNS_NONE)
            forgive_rdns(facts, finding);
        else if (old && (strcmp(group, "rdns") == 0 || strcmp(group, "lists") == 0) &&
                 !strstr(finding->summary, "as of today"))
            finding->summary = mw_printf(facts->arena, "%s (as of today)", finding->summary);
    }
}

const mw_check mw_check_then_now = {.name = "then_now", .run = run};
