#include "base/domain.h"
#include "check/changed.h"
#include "check/check.h"
#include "check/signature.h"
#include "repair/repair.h"

enum { REPAIR_BUDGET_MS = 200, MAX_TOLD = 5 };

mw_dkim_request mw_signature_request(const mw_facts *facts) {
    const mw_evidence *evidence = facts->evidence;
    return (mw_dkim_request){
        .message = facts->message,
        .at = facts->envelope->received_at,
        .now = facts->now,
        .untestable_body = evidence ? evidence->untestable_body : NULL,
        .untestable_header = evidence ? evidence->untestable_header : NULL,
    };
}

static void prefetch(mw_facts *facts) {
    mw_dkim_prefetch(facts->arena, facts->dns, facts->message);
}

/* ---- words ---- */

/* "example.org (selector s1)" */
static const char *signer(mw_arena *arena, const mw_dkim *dkim) {
    if (!dkim->domain)
        return "an unnamed domain";
    return dkim->selector ? mw_printf(arena, "%s (selector %s)", dkim->domain, dkim->selector) : dkim->domain;
}

static const char *with_edits(mw_arena *arena, const mw_dkim *dkim) {
    const mw_repair *repair = dkim->repair;
    if (!repair || !repair->proven || repair->edits->len == 0)
        return dkim->reason;
    g_autoptr(GString) text = g_string_new("what was done to it after signing: ");
    for (guint i = 0; i < repair->edits->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "", (const char *)repair->edits->pdata[i]);
    g_string_append(text, " (with that undone the signature verifies)");
    return mw_strdup(arena, text->str);
}

const char *mw_signature_fix(const mw_facts *facts, const mw_dkim *dkim) {
    mw_arena *arena = facts->arena;
    switch (dkim->cause) {
    case MW_DKIM_NO_KEY:
        if (dkim->key_alias)
            return mw_printf(arena,
                             "%s is an alias (CNAME) of %s, and no key stands there: switch signing on where "
                             "that name is kept, or replace the alias by a TXT record with the key. No TXT "
                             "record can stand beside an alias.",
                             dkim->key_name, dkim->key_alias);
        return mw_printf(arena,
                         "Publish the key as a TXT record at %s; the server or provider that signs shows its "
                         "text. Where the name is an alias of the provider's, switch signing on there. If "
                         "signing was moved to another selector, let the old key stand for a week.",
                         dkim->key_name);
    case MW_DKIM_BAD_KEY:
        if (dkim->mended && dkim->mended->type)
            return mw_printf(arena, "Replace the TXT record at %s by an alias (CNAME) of %s.", dkim->key_name,
                             dkim->mended->text);
        if (dkim->key_count > 1 && dkim->key_broken)
            return mw_printf(
                arena, "Delete the broken record at %s, the one that begins \"%s\", and leave the other key.",
                dkim->key_name, dkim->key_broken);
        if (dkim->key_count > 1)
            return mw_printf(arena,
                             "Leave only one key record at %s, that of the server which signs; delete the "
                             "others, or give each a selector of its own.",
                             dkim->key_name);
        return mw_printf(arena,
                         "Correct the TXT record at %s: copy the key's text anew, whole, from the server or "
                         "provider that signs.",
                         dkim->key_name);
    case MW_DKIM_WEAK:
        if (g_strcmp0(dkim->algorithm, "rsa-sha1") == 0)
            return "Let the server sign with rsa-sha256.";
        return "Make a new RSA key of 2,048 bits, publish it under a new selector, and let the server sign "
               "with it.";
    case MW_DKIM_TIME:
        return "Send the mail again. Let signatures live for days (x=), longer than a mail may wait in a "
               "queue, and keep the server's clock right.";
    case MW_DKIM_FROM:
        return "Send the mail with exactly one From field.";
    case MW_DKIM_OTHER_KEY:
        return mw_printf(arena,
                         "Compare the key that the server signs with to the one published at %s; after a "
                         "change of key, publish the new one under a new selector first.",
                         dkim->key_name);
    case MW_DKIM_MALFORMED:
        return "The program that signs writes a wrong signature: update it, or ask its maker.";
    case MW_DKIM_CHANGED:
        return mw_signature_advice(facts, dkim);
    case MW_DKIM_GOOD:
    case MW_DKIM_KEY_UNKNOWN:
    case MW_DKIM_NOT_WHOLE:
        break;
    }
    return NULL;
}

/* ---- who acts ---- */

/* The hop that is called so, top first; -1: none. */
static int hop_of(const mw_trace *trace, const char *host) {
    for (guint i = 0; host && trace && i < trace->hops->len; i++) {
        const mw_hop *hop = trace->hops->pdata[i];
        if (hop->by && g_ascii_strcasecmp(hop->by, host) == 0)
            return (int)i;
    }
    return -1;
}

/* The server that handed the mail over may send for the signing domain: it is the sender's own. */
static bool came_from_own_server(const mw_facts *facts, const mw_dkim *dkim) {
    const mw_spf *spf = facts->spf;
    return spf && spf->result == MW_SPF_PASS && spf->domain && dkim->domain &&
           mw_domain_same_organisation(spf->domain, dkim->domain);
}

static bool is_receiving(const mw_facts *facts, const char *host) {
    int hop = hop_of(facts->trace, host);
    return facts->trace && facts->trace->boundary >= 0 && hop >= 0 && hop <= facts->trace->boundary;
}

/* It still passed when the receiving side took it in. */
static bool changed_by_receiver(const mw_facts *facts, const mw_dkim *dkim) {
    const char *host = dkim->repair ? dkim->repair->host : NULL;
    return is_receiving(facts, host) && dkim->recorded && strcmp(dkim->recorded, "pass") == 0;
}

const char *mw_signature_editor(const mw_facts *facts, const mw_dkim *dkim) {
    const char *host = dkim->repair ? dkim->repair->host : NULL;
    if (!host || !is_receiving(facts, host) || changed_by_receiver(facts, dkim))
        return host;
    /* the one before it wrote no line of its own: it handed the mail over, changed */
    const mw_hop *boundary = facts->trace->hops->pdata[facts->trace->boundary];
    return boundary->from_rdns ? boundary->from_rdns : boundary->from_name;
}

const char *mw_signature_owner(const mw_facts *facts, const mw_dkim *dkim) {
    bool sha1 = g_strcmp0(dkim->algorithm, "rsa-sha1") == 0;
    switch (dkim->cause) {
    case MW_DKIM_OTHER_KEY:
        return "dns";
    case MW_DKIM_MALFORMED:
    case MW_DKIM_TIME:
        return "server"; /* the signer's, not the DNS's, doing */
    case MW_DKIM_WEAK:
        return sha1 ? "server" : "dns";
    case MW_DKIM_FROM:
        return "author";
    case MW_DKIM_CHANGED:
        break;
    default:
        return NULL;
    }
    if (changed_by_receiver(facts, dkim))
        return "receiver";
    const char *host = mw_signature_editor(facts, dkim);
    if (came_from_own_server(facts, dkim) ||
        (host && dkim->domain && mw_domain_same_organisation(host, dkim->domain)))
        return "server";
    return "forwarder";
}

const char *mw_signature_advice(const mw_facts *facts, const mw_dkim *dkim) {
    const mw_repair *repair = dkim->repair;
    if (repair && repair->is_somebodys && g_strcmp0(mw_signature_owner(facts, dkim), "server") == 0)
        return "Let your server make that change before the mail is signed, or not at all.";
    return repair ? repair->avoided_by : NULL;
}

/* ---- then and now ---- */

static const char *domain_of(const char *address) {
    const char *at = strrchr(address, '@');
    return at ? at + 1 : address;
}

static bool same_or_absent(const mw_claim *claim, const char *property, const char *value) {
    const char *noted = mw_claim_property(claim, property);
    return !noted || (value && g_ascii_strcasecmp(domain_of(noted), domain_of(value)) == 0);
}

/* header.b is the start of the signature's b= (RFC 6008). */
static bool same_signature(mw_arena *arena, const mw_claim *claim, const mw_dkim *dkim) {
    const char *start = mw_claim_property(claim, "header.b");
    size_t at = mw_span_search(dkim->field->value, start ? start : "");
    return !start || at != SIZE_MAX;
}

/* The judging server's own note about this signature, or NULL. */
static const mw_claim *claim_for(const mw_facts *facts, const mw_dkim *dkim) {
    for (guint i = 0; facts->claims && dkim->domain && i < facts->claims->len; i++) {
        const mw_claim *claim = facts->claims->pdata[i];
        bool named = mw_claim_property(claim, "header.d") || mw_claim_property(claim, "header.i");
        if (claim->trusted && claim->instance == 0 && strcmp(claim->method, "dkim") == 0 && named &&
            same_or_absent(claim, "header.d", dkim->domain) &&
            same_or_absent(claim, "header.s", dkim->selector) &&
            (mw_claim_property(claim, "header.d") ||
             mw_domain_below(domain_of(mw_claim_property(claim, "header.i")), dkim->domain)) &&
            same_signature(facts->arena, claim, dkim))
            return claim;
    }
    return NULL;
}

/* A pass at delivery that a later change of the key explains. */
static bool key_changed(const mw_dkim *dkim) {
    return dkim->cause == MW_DKIM_NO_KEY || dkim->cause == MW_DKIM_BAD_KEY ||
           dkim->cause == MW_DKIM_OTHER_KEY;
}

static void compare_with_then(mw_facts *facts) {
    for (guint i = 0; i < facts->dkim->len; i++) {
        mw_dkim *dkim = facts->dkim->pdata[i];
        const mw_claim *claim = claim_for(facts, dkim);
        if (!claim)
            continue;
        dkim->recorded = claim->result;
        dkim->changed_since = strcmp(claim->result, "pass") == 0 && key_changed(dkim);
    }
}

/* ---- findings ---- */

static const char *symbol_of(const mw_dkim *dkim) {
    switch (dkim->result) {
    case MW_DKIM_FAIL:
        return "R_DKIM_REJECT";
    case MW_DKIM_PERMERROR:
    case MW_DKIM_POLICY:
    case MW_DKIM_NEUTRAL:
        return "R_DKIM_PERMFAIL";
    case MW_DKIM_TEMPERROR:
        return "R_DKIM_TEMPFAIL";
    case MW_DKIM_PASS:
    case MW_DKIM_UNTESTABLE:
        break;
    }
    return NULL;
}

static bool is_unknown(const mw_dkim *dkim) {
    return dkim->result == MW_DKIM_TEMPERROR || dkim->result == MW_DKIM_UNTESTABLE;
}

/* l= below the body's size: what stands behind it is nobody's word. */
static void tell_rest(mw_facts *facts, const mw_dkim *dkim) {
    if (dkim->result != MW_DKIM_PASS || !dkim->has_length || !dkim->reason)
        return;
    mw_notice(facts, "The signature of %s covers %s of the mail's text (l=): anybody can have written %s.",
              dkim->domain, dkim->length ? "only the beginning" : "nothing",
              dkim->length ? "the rest" : "it");
}

static void tell(mw_facts *facts, const mw_dkim *dkim) {
    tell_rest(facts, dkim);
    if (dkim->notice)
        mw_notice(facts, "DKIM signature of %s: %s", signer(facts->arena, dkim), dkim->notice);
    if (dkim->now_differs)
        mw_notice(facts, "DKIM signature of %s: %s", signer(facts->arena, dkim), dkim->now_differs);
}

static void report_pass(mw_facts *facts, const mw_dkim *best) {
    mw_arena *arena = facts->arena;
    const char *others =
        facts->dkim->len > 1 ? mw_printf(arena, "; one of %u signatures", facts->dkim->len) : "";
    mw_hit(facts, "R_DKIM_ALLOW", "signed by %s, %s, %u bits%s%s%s", signer(arena, best), best->algorithm,
           best->key_bits, best->reason ? "; " : "", best->reason ? best->reason : "", others)
        ->evidence = best->key_name;
    for (guint i = 0, told = 0; i < facts->dkim->len && told < MAX_TOLD; i++) {
        const mw_dkim *dkim = facts->dkim->pdata[i];
        if (dkim->result == MW_DKIM_PASS)
            continue;
        mw_notice(facts, "another DKIM signature, of %s, does not count: %s", signer(arena, dkim),
                  with_edits(arena, dkim));
        told++;
    }
}

/* What a store had done was undone before anything was judged: the signatures that pass thereby prove it. */
static void tell_undone(mw_facts *facts) {
    for (guint i = 0; facts->message->unescaped && i < facts->dkim->len; i++) {
        mw_dkim *dkim = facts->dkim->pdata[i];
        if (dkim->result != MW_DKIM_PASS)
            continue;
        mw_repair *repair = mw_new(facts->arena, mw_repair);
        *repair = (mw_repair){.edits = mw_array_new(facts->arena),
                              .changes = mw_array_new(facts->arena),
                              .proven = true,
                              .made_by = "the mailbox file or the program that saved the mail"};
        g_ptr_array_add(repair->edits, (gpointer)facts->message->unescaped);
        dkim->repair = repair;
    }
}

/* The repair is the recipient's side's own: it names who did it, and asks nothing of the sender. */
static void tell_changer(mw_facts *facts) {
    for (guint i = 0; i < facts->dkim->len; i++) {
        mw_dkim *dkim = facts->dkim->pdata[i];
        dkim->changed_behind = mw_changed_behind(facts, dkim);
        if (!dkim->changed_behind || !dkim->repair)
            continue;
        mw_repair *repair = mw_memdup(facts->arena, dkim->repair, sizeof *repair);
        repair->made_by = dkim->changed_behind;
        repair->avoided_by = NULL;
        dkim->repair = repair;
    }
}

static void report_one(mw_facts *facts, const mw_dkim *dkim) {
    mw_arena *arena = facts->arena;
    const char *symbol = symbol_of(dkim), *text = with_edits(arena, dkim);
    mw_finding *finding;
    if (dkim->changed_since) {
        finding =
            mw_hit(facts, symbol, "changed since: the receiver recorded a pass for %s at delivery; today: %s",
                   dkim->domain, text);
        finding->scale = 0;
    } else if (dkim->changed_behind) {
        finding =
            mw_hit(facts, symbol, "changed on the recipient's side, after it was taken in: %s: %s; by %s",
                   signer(arena, dkim), text, dkim->changed_behind);
        finding->scale = 0;
        finding->owner = "receiver";
        finding->fix =
            "The sender has nothing to change. Whoever runs the recipient's side judges signatures before "
            "the mail is changed there, and not again behind that.";
        finding->evidence = dkim->key_name;
        return;
    } else {
        finding = mw_hit(facts, symbol, "%s: %s", signer(arena, dkim), text);
    }
    finding->fix = mw_signature_fix(facts, dkim);
    finding->owner = mw_signature_owner(facts, dkim);
    if (dkim->repair && dkim->repair->by_signer)
        finding->owner = "server";
    finding->evidence = dkim->key_name;
}

static const mw_dkim *find_unknown(const mw_facts *facts) {
    for (guint i = 0; i < facts->dkim->len; i++)
        if (is_unknown(facts->dkim->pdata[i]))
            return facts->dkim->pdata[i];
    return NULL;
}

/* One row a symbol, for the first signature that has it; the others are told. While one is not settled, it
 * may pass, and a failing one beside it counts for nothing. */
static void report_failures(mw_facts *facts) {
    static const char *const symbols[] = {"R_DKIM_REJECT", "R_DKIM_PERMFAIL", "R_DKIM_TEMPFAIL"};
    const mw_dkim *unknown = find_unknown(facts);
    guint told = 0;
    for (size_t o = 0; o < G_N_ELEMENTS(symbols); o++) {
        for (guint i = 0; i < facts->dkim->len; i++) {
            const mw_dkim *dkim = facts->dkim->pdata[i];
            if (g_strcmp0(symbol_of(dkim), symbols[o]) != 0)
                continue;
            if (!mw_found(facts, symbols[o]) && (o > 0 || !unknown))
                report_one(facts, dkim);
            else if (told++ < MAX_TOLD)
                mw_notice(facts, "DKIM signature of %s: %s", signer(facts->arena, dkim),
                          with_edits(facts->arena, dkim));
        }
    }
    if (!unknown)
        return;
    mw_finding *finding = mw_unknown(facts, "R_DKIM_REJECT", "DKIM was not settled for %s: %s",
                                     signer(facts->arena, unknown), unknown->reason);
    finding->counts_for_exit = unknown->cause == MW_DKIM_KEY_UNKNOWN;
    finding->if_well = "R_DKIM_ALLOW";
}

static const mw_dkim *find_pass(const mw_facts *facts) {
    for (guint i = 0; i < facts->dkim->len; i++)
        if (((const mw_dkim *)facts->dkim->pdata[i])->result == MW_DKIM_PASS)
            return facts->dkim->pdata[i];
    return NULL;
}

static void report_none(mw_facts *facts) {
    if (facts->evidence && facts->evidence->sender_copy)
        mw_notice(facts,
                  "DKIM was not checked: this is the sender's own copy, and servers sign on the way out");
    else if (facts->evidence && facts->evidence->no_delivery)
        mw_notice(facts, "DKIM was not checked: a mail program's view leaves out signatures");
    else if (mw_message_field(facts->message, "DKIM2-Signature"))
        mw_hit(facts, "R_DKIM_NA", "the mail is signed by DKIM2 alone, a draft which receivers do not go by")
            ->fix = "Sign with DKIM as well, as long as receivers decide by it.";
    else
        mw_hit(facts, "R_DKIM_NA", "no DKIM-Signature field");
}

/* Looks for what was done to the mail, in the time that is left for it. */
static void explain_broken(mw_facts *facts) {
    int64_t left = mw_dns_left_ms(facts->dns);
    bool broken = false;
    for (guint i = 0; i < facts->dkim->len; i++)
        broken |= ((const mw_dkim *)facts->dkim->pdata[i])->cause == MW_DKIM_CHANGED;
    if (left > 0)
        mw_repair_broken(facts->arena, facts->message, facts->dkim, MIN(left, REPAIR_BUDGET_MS));
    else if (broken)
        mw_notice(facts,
                  "What changed the mail was not looked for: the time for this mail was over (--timeout).");
}

static void run(mw_facts *facts) {
    mw_dkim_request request = mw_signature_request(facts);
    facts->dkim = mw_dkim_verify(facts->arena, facts->dns, &request);
    if (!facts->trial && !request.untestable_body && !request.untestable_header)
        explain_broken(facts);
    size_t count = mw_message_count(facts->message, "DKIM-Signature");
    if (count > facts->dkim->len)
        mw_notice(facts, "%zu DKIM signatures; only the first %u were verified", count, facts->dkim->len);
    tell_undone(facts);
    compare_with_then(facts);
    tell_changer(facts);
    const mw_dkim *best = find_pass(facts);
    if (facts->dkim->len == 0)
        report_none(facts);
    else if (best)
        report_pass(facts, best);
    else
        report_failures(facts);
    for (guint i = 0; i < facts->dkim->len && i < MAX_TOLD; i++)
        tell(facts, facts->dkim->pdata[i]);
}

const mw_check mw_check_dkim = {.name = "dkim", .prefetch = prefetch, .run = run};
