#include "receivers/rule_tests.h"
#include "dmarc/discover.h"
#include "base/domain.h"

enum { DATE_SLACK = 7 * 24 * 3600 };

static mw_rule_state say(mw_rule_facts *on, mw_rule_state state, const char *detail) {
    on->detail = detail;
    return state;
}

static mw_rule_state met(mw_rule_facts *on, const char *detail) {
    return say(on, MW_RULE_MET, detail);
}

static mw_rule_state unmet(mw_rule_facts *on, const char *detail) {
    return say(on, MW_RULE_NOT_MET, detail);
}

static mw_rule_state unknown(mw_rule_facts *on, const char *detail) {
    return say(on, MW_RULE_UNKNOWN, detail);
}

/* What fails outweighs what is not known, and that what is well. */
static mw_rule_state worse(mw_rule_state a, mw_rule_state b) {
    if (a == MW_RULE_NOT_MET || b == MW_RULE_NOT_MET)
        return MW_RULE_NOT_MET;
    return a == MW_RULE_UNKNOWN || b == MW_RULE_UNKNOWN ? MW_RULE_UNKNOWN : MW_RULE_MET;
}

static mw_rule_state not_testable(mw_rule_facts *on) {
    return unknown(on, "not to be seen from a mail");
}

/* ---- the connection ---- */

static mw_rule_state ptr(mw_rule_facts *on) {
    const mw_rdns *rdns = on->facts->rdns;
    if (!rdns)
        return unknown(on, "the sending address is not known");
    switch (rdns->result) {
    case MW_RDNS_PASS:
        return met(on, rdns->confirmed && rdns->confirmed->len ? rdns->confirmed->pdata[0] : NULL);
    case MW_RDNS_NONE:
        return unmet(on, "there is no PTR record");
    case MW_RDNS_MISMATCH:
        return unmet(on, rdns->names && rdns->names->len
                             ? mw_printf(on->arena, "%s does not lead back to the address",
                                         (const char *)rdns->names->pdata[0])
                             : "the name does not lead back to the address");
    default:
        return unknown(on, rdns->problem ? rdns->problem : "the reverse DNS did not answer");
    }
}

static mw_rule_state ptr_of_own(mw_rule_facts *on) {
    static const char *const generic[] = {"HFILTER_HOSTNAME_1", "HFILTER_HOSTNAME_2", "HFILTER_HOSTNAME_3",
                                          "HFILTER_HOSTNAME_4", "HFILTER_HOSTNAME_5"};
    mw_rule_state state = ptr(on);
    for (size_t i = 0; state == MW_RULE_MET && i < G_N_ELEMENTS(generic); i++)
        if (mw_found(on->facts, generic[i]))
            return unmet(on,
                         mw_printf(on->arena, "%s looks like a name given out by the thousand", on->detail));
    return state;
}

static const mw_list_entry *spamhaus(const mw_rule_facts *on, bool *asked) {
    const GPtrArray *entries = on->facts->list_entries;
    const char *ip = mw_ip_text(on->arena, &on->facts->envelope->client_ip);
    *asked = false;
    for (guint i = 0; entries && i < entries->len; i++) {
        const mw_list_entry *entry = entries->pdata[i];
        if (!strstr(entry->zone, "spamhaus") || strcmp(entry->subject, ip) != 0)
            continue;
        *asked |= entry->state == MW_LIST_CLEAN;
        if (entry->state == MW_LIST_LISTED)
            return entry;
    }
    return NULL;
}

static bool has_code(const mw_list_entry *entry, unsigned from, unsigned to) {
    for (guint i = 0; entry->codes && i < entry->codes->len; i++) {
        mw_ip ip;
        if (mw_ip_parse(mw_span_of(entry->codes->pdata[i]), &ip) && ip.bytes[3] >= from && ip.bytes[3] <= to)
            return true;
    }
    return false;
}

static mw_rule_state not_on_spamhaus(mw_rule_facts *on) {
    bool asked;
    const mw_list_entry *entry = spamhaus(on, &asked);
    if (!entry)
        return asked ? met(on, NULL) : unknown(on, "Spamhaus was not asked, or gave no answer");
    /* ZEN: 4 to 7 are the XBL's */
    if (has_code(entry, 4, 7))
        on->variant = "xbl";
    return unmet(on, mw_printf(on->arena, "%s is on %s", entry->subject,
                               entry->meaning ? entry->meaning : entry->zone));
}

static mw_rule_state ptr_not_dynamic(mw_rule_facts *on) {
    bool asked;
    const mw_list_entry *entry = spamhaus(on, &asked);
    /* ZEN: 10 and 11 are the PBL's */
    if (entry && has_code(entry, 10, 11))
        return unmet(on, mw_printf(on->arena, "%s is on the PBL: its network sends no mail of its own",
                                   entry->subject));
    return ptr(on);
}

static mw_rule_state tls(mw_rule_facts *on) {
    const mw_trace *trace = on->facts->trace;
    if (trace->boundary < 0)
        return unknown(on, "no Received field tells how it was taken in");
    const mw_hop *hop = trace->hops->pdata[trace->boundary];
    if (hop->tls)
        return met(on, hop->tls_version ? hop->tls_version : hop->with);
    return hop->with ? unmet(on, mw_printf(on->arena, "it was taken in with %s", hop->with))
                     : unknown(on, "the Received field does not tell");
}

static mw_rule_state helo(mw_rule_facts *on) {
    const mw_envelope *envelope = on->facts->envelope;
    mw_ip ip;
    if (!envelope->helo)
        return unknown(on, "the HELO name is not known");
    mw_span name = mw_span_of(envelope->helo);
    if (name.len && name.data[0] != '[' && mw_ip_parse(name, &ip))
        return unmet(on, mw_printf(on->arena, "%s is a bare address", envelope->helo));
    if (envelope->received_by && g_ascii_strcasecmp(envelope->helo, envelope->received_by) == 0)
        return unmet(on, mw_printf(on->arena, "%s is the receiver's own name", envelope->helo));
    if (mw_span_find(name, '.') == SIZE_MAX && name.data[0] != '[')
        return unmet(on, mw_printf(on->arena, "%s is no full name", envelope->helo));
    return met(on, envelope->helo);
}

/* ---- authentication ---- */

static mw_rule_state spf(mw_rule_facts *on) {
    const mw_spf *spf = on->facts->spf;
    if (!spf || spf->result == MW_SPF_UNTESTABLE || spf->result == MW_SPF_TEMPERROR)
        return unknown(on, spf && spf->problem ? spf->problem : "SPF could not be judged");
    const char *words = mw_printf(on->arena, "SPF gives %s for %s", mw_spf_result_name(spf->result),
                                  spf->domain ? spf->domain : "the sender");
    return spf->result == MW_SPF_PASS ? met(on, words) : unmet(on, words);
}

static const char unread[] = "it is ed25519 alone, which is not verified there: an RSA signature is needed";

/* It passes, and the receiver can tell. */
static bool counts(const mw_rule_facts *on, const mw_dkim *dkim) {
    return dkim->result == MW_DKIM_PASS &&
           !(on->no_ed25519 && g_strcmp0(dkim->algorithm, "ed25519-sha256") == 0);
}

static mw_rule_state dkim(mw_rule_facts *on) {
    const GPtrArray *all = on->facts->dkim;
    const mw_dkim *open = NULL, *beyond = NULL;
    if (on->facts->evidence->sender_copy)
        return unknown(on, "the copy was saved before it was signed");
    if (!all || all->len == 0)
        return unmet(on, mw_message_field(on->facts->message, "DKIM2-Signature")
                             ? "the only signature is of DKIM2, a draft that is not verified"
                             : "there is no DKIM signature");
    for (guint i = 0; i < all->len; i++) {
        const mw_dkim *d = all->pdata[i];
        if (counts(on, d))
            return met(on, mw_printf(on->arena, "the signature of d=%s passes", d->domain ? d->domain : "?"));
        beyond = d->result == MW_DKIM_PASS ? d : beyond;
        if (d->result == MW_DKIM_UNTESTABLE || d->result == MW_DKIM_TEMPERROR)
            open = d;
    }
    if (open)
        return unknown(on, open->reason ? open->reason : "the signature could not be judged");
    if (beyond)
        return unmet(on, mw_printf(on->arena, "the signature of d=%s: %s",
                                   beyond->domain ? beyond->domain : "?", unread));
    const mw_dkim *first = all->pdata[0];
    return unmet(on, mw_printf(on->arena, "the signature of d=%s gives %s%s%s",
                               first->domain ? first->domain : "?", mw_dkim_result_name(first->result),
                               first->reason ? ": " : "", first->reason ? first->reason : ""));
}

/* A fail by -all is refused whatever else passes. */
static mw_rule_state spf_not_fail(mw_rule_facts *on) {
    mw_rule_state state = spf(on);
    return state == MW_RULE_NOT_MET && on->facts->spf->result != MW_SPF_FAIL ? met(on, on->detail) : state;
}

static mw_rule_state spf_or_dkim(mw_rule_facts *on) {
    mw_rule_state by_spf = spf(on);
    const char *first = on->detail;
    if (by_spf == MW_RULE_MET)
        return by_spf;
    mw_rule_state by_dkim = dkim(on);
    if (by_dkim == MW_RULE_MET)
        return by_dkim;
    on->detail = mw_printf(on->arena, "%s; %s", first, on->detail);
    return by_spf == MW_RULE_UNKNOWN || by_dkim == MW_RULE_UNKNOWN ? MW_RULE_UNKNOWN : MW_RULE_NOT_MET;
}

static mw_rule_state spf_and_dkim(mw_rule_facts *on) {
    mw_rule_state by_spf = spf(on);
    const char *first = on->detail;
    mw_rule_state state = worse(by_spf, dkim(on));
    on->detail = mw_printf(on->arena, "%s; %s", first, on->detail);
    return state;
}

static mw_rule_state ipv6(mw_rule_facts *on) {
    const mw_ip *ip = &on->facts->envelope->client_ip;
    if (ip->family == 4)
        return met(on, "it came over IPv4");
    if (ip->family == 0)
        return unknown(on, "the sending address is not known");
    mw_rule_state by_ptr = ptr(on);
    if (by_ptr == MW_RULE_NOT_MET) {
        on->variant = "ptr";
        return by_ptr;
    }
    const char *first = on->detail;
    mw_rule_state state = worse(by_ptr, spf_or_dkim(on));
    if (state == MW_RULE_UNKNOWN && by_ptr == MW_RULE_UNKNOWN)
        on->detail = first;
    return state;
}

static mw_rule_state spf_hard_fail(mw_rule_facts *on) {
    mw_rule_state by_spf = spf(on);
    if (by_spf != MW_RULE_NOT_MET)
        return by_spf;
    if (on->facts->spf->result != MW_SPF_FAIL)
        return met(on, on->detail);
    const char *first = on->detail;
    mw_rule_state by_dkim = dkim(on);
    if (by_dkim == MW_RULE_NOT_MET)
        on->detail = first;
    return by_dkim;
}

static mw_rule_state spf_not_suspicious(mw_rule_facts *on) {
    static const char *const symbols[] = {"R_SPF_PLUSALL", "SPF_WIDE_RANGE"};
    const mw_spf *spf = on->facts->spf;
    for (size_t i = 0; i < G_N_ELEMENTS(symbols); i++) {
        const mw_finding *finding = mw_found(on->facts, symbols[i]);
        if (finding)
            return unmet(on, finding->summary);
    }
    if (!spf || spf->result == MW_SPF_UNTESTABLE || spf->result == MW_SPF_TEMPERROR)
        return unknown(on, "the SPF record was not judged");
    return met(on, NULL);
}

static mw_rule_state key_size(mw_rule_facts *on) {
    const GPtrArray *all = on->facts->dkim;
    const mw_dkim *weak = NULL;
    bool known = false;
    if (!all || all->len == 0)
        return met(on, "there is no key to judge");
    for (guint i = 0; i < all->len; i++) {
        const mw_dkim *d = all->pdata[i];
        if (d->result == MW_DKIM_PASS)
            return met(on, d->key_bits ? mw_printf(on->arena, "%u bits", d->key_bits) : NULL);
        bool rsa = !d->algorithm || g_str_has_prefix(d->algorithm, "rsa");
        known |= d->key_bits > 0;
        if (rsa && d->key_bits > 0 && d->key_bits < 1024)
            weak = d;
    }
    if (weak)
        return unmet(on, mw_printf(on->arena, "the key of d=%s has %u bits",
                                   weak->domain ? weak->domain : "?", weak->key_bits));
    return known ? met(on, NULL) : unknown(on, "no key could be had");
}

/* ---- DMARC ---- */

static bool is_open(const mw_dmarc *dmarc) {
    return !dmarc || dmarc->rfc9989.result == MW_DMARC_TEMPERROR ||
           dmarc->rfc9989.result == MW_DMARC_UNTESTABLE;
}

static mw_rule_state open_dmarc(mw_rule_facts *on) {
    const mw_dmarc *dmarc = on->facts->dmarc;
    return unknown(on, dmarc && dmarc->rfc9989.reason ? dmarc->rfc9989.reason : "DMARC could not be judged");
}

static mw_rule_state dmarc_record(mw_rule_facts *on) {
    const mw_dmarc *dmarc = on->facts->dmarc;
    if (dmarc && dmarc->rfc9989.policy != MW_POLICY_ABSENT)
        return met(on, dmarc->rfc9989.record);
    return is_open(dmarc) ? open_dmarc(on) : unmet(on, dmarc->rfc9989.reason);
}

/* In the words of the finding, which are shorter than those on alignment. */
static const char *failure_words(const mw_rule_facts *on) {
    static const char *const symbols[] = {"DMARC_POLICY_REJECT", "DMARC_POLICY_QUARANTINE",
                                          "DMARC_POLICY_SOFTFAIL"};
    const mw_dmarc *dmarc = on->facts->dmarc;
    for (size_t i = 0; i < G_N_ELEMENTS(symbols); i++) {
        const mw_finding *finding = mw_found(on->facts, symbols[i]);
        if (finding)
            return finding->summary;
    }
    return dmarc->rfc9989.reason ? dmarc->rfc9989.reason : dmarc->alignment;
}

/* A signature of the domain that the receiver can read, for DMARC's part of a pass. */
static bool has_readable(const mw_rule_facts *on, const char *domain) {
    for (guint i = 0; on->facts->dkim && i < on->facts->dkim->len; i++) {
        const mw_dkim *d = on->facts->dkim->pdata[i];
        if (counts(on, d) && d->domain && g_ascii_strcasecmp(d->domain, domain) == 0)
            return true;
    }
    return false;
}

static bool stands_for(const mw_rule_facts *on, const mw_dmarc_identifier *id) {
    bool fits = id->fit == MW_FIT_ALIGNED || id->fit_7489 == MW_FIT_ALIGNED;
    return id->passes && fits && (!id->dkim || has_readable(on, id->domain));
}

/* DMARC passes by a signature alone that the receiver does not verify. */
static bool passes_unread(const mw_rule_facts *on) {
    const mw_dmarc *dmarc = on->facts->dmarc;
    if (!on->no_ed25519 || dmarc->rfc9989.result != MW_DMARC_PASS)
        return false;
    for (guint i = 0; i < dmarc->identifiers->len; i++)
        if (stands_for(on, dmarc->identifiers->pdata[i]))
            return false;
    return true;
}

static mw_rule_state dmarc_pass(mw_rule_facts *on) {
    const mw_dmarc *dmarc = on->facts->dmarc;
    if (is_open(dmarc))
        return open_dmarc(on);
    if (passes_unread(on))
        return unmet(on, mw_printf(on->arena, "DMARC rests on the signature: %s", unread));
    if (dmarc->rfc9989.result == MW_DMARC_PASS)
        return met(on, NULL);
    return unmet(on, failure_words(on));
}

static mw_rule_state dmarc_obeyed(mw_rule_facts *on) {
    const mw_dmarc *dmarc = on->facts->dmarc;
    if (is_open(dmarc))
        return open_dmarc(on);
    const mw_dmarc_verdict *v = &dmarc->rfc9989;
    if (v->result == MW_DMARC_FAIL && v->disposition == MW_POLICY_REJECT)
        return unmet(on, mw_printf(on->arena, "DMARC fails for %s, whose policy is reject", dmarc->domain));
    if (v->policy == MW_POLICY_REJECT && passes_unread(on))
        return unmet(on,
                     mw_printf(on->arena, "DMARC rests on the signature: %s; and the policy of %s is reject",
                               unread, dmarc->domain));
    return met(on, NULL);
}

static mw_rule_state aligned(mw_rule_facts *on) {
    const mw_dmarc *dmarc = on->facts->dmarc;
    bool open = !dmarc || dmarc->rfc9989.result == MW_DMARC_UNTESTABLE;
    if (on->facts->trace->forwarder >= 0)
        return met(on, "it was forwarded, which is exempt");
    for (guint i = 0; dmarc && i < dmarc->identifiers->len; i++) {
        const mw_dmarc_identifier *id = dmarc->identifiers->pdata[i];
        bool fits = id->fit == MW_FIT_ALIGNED || id->fit_7489 == MW_FIT_ALIGNED;
        if (stands_for(on, id))
            return met(on, mw_printf(on->arena, "%s passes for %s", id->dkim ? "DKIM" : "SPF", id->domain));
        open |= (id->temperror || id->untestable) && (fits || !id->domain);
    }
    if (open)
        return open_dmarc(on);
    if (dmarc && passes_unread(on))
        return unmet(on, mw_printf(on->arena, "DMARC rests on the signature: %s", unread));
    return unmet(on, failure_words(on));
}

/* SPF or DKIM for the domain in From, forwarded or not; want: 0 either of them, 1 DKIM alone. */
static mw_rule_state speaks_for_from(mw_rule_facts *on, bool dkim_alone) {
    const mw_dmarc *dmarc = on->facts->dmarc;
    bool open = !dmarc;
    for (guint i = 0; dmarc && i < dmarc->identifiers->len; i++) {
        const mw_dmarc_identifier *id = dmarc->identifiers->pdata[i];
        if (dkim_alone && !id->dkim)
            continue;
        if (stands_for(on, id))
            return met(on, mw_printf(on->arena, "%s passes for %s", id->dkim ? "DKIM" : "SPF", id->domain));
        open |= id->temperror || id->untestable;
    }
    if (open || on->facts->evidence->sender_copy)
        return open_dmarc(on);
    return unmet(on, dkim_alone ? "no DKIM signature of the domain in From passes"
                                : "neither SPF nor DKIM passes for the domain in From");
}

static mw_rule_state from_authenticated(mw_rule_facts *on) {
    return speaks_for_from(on, false);
}

static mw_rule_state dkim_aligned(mw_rule_facts *on) {
    return speaks_for_from(on, true);
}

static mw_rule_state not_from_gmail(mw_rule_facts *on) {
    const char *domain = on->facts->from_domain;
    if (!domain || (strcmp(domain, "gmail.com") != 0 && strcmp(domain, "googlemail.com") != 0))
        return met(on, NULL);
    return dmarc_pass(on);
}

/* ---- the sender's domains ---- */

static mw_rule_state exists(mw_rule_facts *on, const char *domain) {
    if (!domain)
        return MW_RULE_MET;
    mw_dns_status status = mw_dmarc_exists(on->facts->dns, domain);
    if (status == MW_DNS_NXDOMAIN)
        return unmet(on, mw_printf(on->arena, "%s does not exist", domain));
    return mw_dns_failed(status)
               ? unknown(on, mw_printf(on->arena, "%s: %s", domain, mw_dns_status_words(status)))
               : MW_RULE_MET;
}

static mw_rule_state domains_exist(mw_rule_facts *on) {
    mw_rule_state first = exists(on, on->facts->envelope->mail_from_domain);
    if (first == MW_RULE_NOT_MET)
        return first;
    mw_rule_state second = exists(on, on->facts->from_domain);
    if (second == MW_RULE_NOT_MET)
        on->variant = "from";
    return worse(first, second);
}

static mw_rule_state takes_mail(mw_rule_facts *on, const char *domain) {
    if (!domain)
        return MW_RULE_MET;
    const mw_answer *answer =
        mw_dns_query_text(on->facts->dns, domain, MW_TYPE_MX, MW_FOR_OTHER, "does the sender take mail");
    if (mw_dns_failed(answer->status))
        return unknown(on, mw_printf(on->arena, "%s: %s", domain, mw_dns_status_words(answer->status)));
    uint16_t preference;
    mw_name host;
    if (answer->status == MW_DNS_OK && answer->n_records == 1 &&
        mw_rdata_mx(&answer->records[0], &preference, &host) && host.len == 1)
        return unmet(on, mw_printf(on->arena, "%s has a null MX", domain));
    return MW_RULE_MET;
}

static mw_rule_state no_null_mx(mw_rule_facts *on) {
    mw_rule_state first = takes_mail(on, on->facts->envelope->mail_from_domain);
    return first == MW_RULE_NOT_MET ? first : worse(first, takes_mail(on, on->facts->from_domain));
}

/* ---- the header ---- */

static const char *const single[] = {"From",    "Sender", "Reply-To",   "To",          "Cc",        "Bcc",
                                     "Subject", "Date",   "Message-ID", "In-Reply-To", "References"};

static mw_rule_state single_fields(mw_rule_facts *on) {
    for (size_t i = 0; i < G_N_ELEMENTS(single); i++) {
        size_t n = mw_message_count(on->facts->message, single[i]);
        if (n > 1) {
            on->field = single[i];
            return unmet(on, mw_printf(on->arena, "%zu %s fields", n, single[i]));
        }
    }
    return met(on, NULL);
}

static guint authors(const mw_facts *facts) {
    guint n = 0;
    for (guint i = 0; i < facts->from->len; i++) {
        const mw_address *address = facts->from->pdata[i];
        n += address->domain && address->local_part && *address->domain;
    }
    return n;
}

static mw_rule_state one_author(mw_rule_facts *on) {
    size_t fields = mw_message_count(on->facts->message, "From");
    guint n = authors(on->facts);
    on->field = "From";
    if (fields > 1 || n > 1) {
        on->variant = "several";
        return unmet(on, fields > 1 ? mw_printf(on->arena, "%zu From fields", fields)
                                    : mw_printf(on->arena, "%u addresses in From", n));
    }
    if (fields == 0)
        return unmet(on, "there is no From field");
    return n == 1 ? met(on, NULL) : unmet(on, "From holds no valid address");
}

static mw_rule_state from_valid(mw_rule_facts *on) {
    size_t fields = mw_message_count(on->facts->message, "From");
    guint n = authors(on->facts);
    if (fields != 1)
        return unmet(on, fields ? mw_printf(on->arena, "%zu From fields", fields) : "there is no From field");
    if (n == 0)
        return unmet(on, "From holds no valid address");
    if (n > 1 && !mw_message_field(on->facts->message, "Sender"))
        return unmet(on, "From has several addresses, and there is no Sender field");
    return met(on, NULL);
}

static mw_rule_state message_id(mw_rule_facts *on) {
    const mw_field *field = mw_message_field(on->facts->message, "Message-ID");
    if (!field)
        return unmet(on, "there is no Message-ID");
    mw_span id = mw_span_of(mw_field_text(on->arena, field));
    size_t at = mw_span_find(id, '@');
    bool framed = id.len > 4 && id.data[0] == '<' && mw_span_find(id, '>') == id.len - 1;
    if (!framed || at == SIZE_MAX || at == 1 || at + 2 >= id.len || mw_span_find(id, ' ') != SIZE_MAX)
        return unmet(on, mw_printf(on->arena, "%s is no valid one", mw_field_text(on->arena, field)));
    return met(on, NULL);
}

static bool has_8bit(mw_span text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.data[i] >= 0x80)
            return true;
    return false;
}

/* An encoded word between angle brackets, where only an address may stand. */
static bool encoded_address(mw_span text) {
    while (text.data) {
        mw_span_cut(&text, '<');
        mw_span address = text;
        if (text.data)
            address = mw_span_cut(&text, '>');
        if (address.data && mw_span_search(address, "=?") != SIZE_MAX)
            return true;
    }
    return false;
}

static mw_rule_state clean_addresses(mw_rule_facts *on) {
    static const char *const addresses[] = {"From", "Sender", "Reply-To", "To", "Cc"};
    static const char *const tokens[] = {"Message-ID", "In-Reply-To", "References", "Date", "MIME-Version"};
    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
        const mw_field *field = mw_message_field(on->facts->message, addresses[i]);
        if (!field || !encoded_address(field->value))
            continue;
        on->field = addresses[i];
        return unmet(on, mw_printf(on->arena, "an address in %s holds an encoded word", addresses[i]));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(tokens); i++) {
        const mw_field *field = mw_message_field(on->facts->message, tokens[i]);
        if (!field || (!has_8bit(field->value) && mw_span_search(field->value, "=?") == SIZE_MAX))
            continue;
        on->field = tokens[i];
        return unmet(on, mw_printf(on->arena, "%s holds characters that it may not", tokens[i]));
    }
    return met(on, NULL);
}

static mw_rule_state date_near(mw_rule_facts *on) {
    const mw_field *field = mw_message_field(on->facts->message, "Date");
    mw_time date = field ? mw_time_read_mail(field->value, NULL) : MW_TIME_UNKNOWN;
    mw_time at = on->facts->envelope->received_at;
    on->field = "Date";
    if (date == MW_TIME_UNKNOWN)
        return unmet(on, field ? "Date is no date" : "there is no Date");
    if (at != MW_TIME_UNKNOWN && (date > at + DATE_SLACK || date < at - DATE_SLACK))
        return unmet(on, mw_printf(on->arena, "Date is %s off the delivery",
                                   mw_time_span(on->arena, date > at ? date - at : at - date)));
    return MW_RULE_MET;
}

static mw_rule_state well_formed(mw_rule_facts *on) {
    if (single_fields(on) == MW_RULE_NOT_MET || from_valid(on) == MW_RULE_NOT_MET) {
        on->field = on->field ? on->field : "From";
        return MW_RULE_NOT_MET;
    }
    if (clean_addresses(on) == MW_RULE_NOT_MET || date_near(on) == MW_RULE_NOT_MET)
        return MW_RULE_NOT_MET;
    const mw_address *author = on->facts->from->pdata[0];
    if (has_8bit(mw_span_of(author->address))) {
        on->field = "From";
        return unmet(on, "the address in From holds characters beyond ASCII");
    }
    return met(on, NULL);
}

/* ---- content, lists ---- */

static mw_rule_state no_listed_links(mw_rule_facts *on) {
    const GPtrArray *entries = on->facts->list_entries;
    bool clean = false;
    for (guint i = 0; entries && i < entries->len; i++) {
        const mw_list_entry *entry = entries->pdata[i];
        mw_ip ip;
        if (mw_ip_parse(mw_span_of(entry->subject), &ip))
            continue;
        if (entry->state == MW_LIST_LISTED)
            return unmet(on, mw_printf(on->arena, "%s is on %s", entry->subject, entry->zone));
        clean |= entry->state == MW_LIST_CLEAN;
    }
    return clean ? met(on, NULL) : unknown(on, "no list of sites was asked, or there is no link");
}

static mw_rule_state size(mw_rule_facts *on) {
    uint64_t bytes = on->facts->message->original.len;
    const char *words = mw_printf(on->arena, "it has %.1f MB", (double)bytes / (1024 * 1024));
    return bytes > on->limit ? unmet(on, words) : met(on, words);
}

static mw_rule_state feedback_id(mw_rule_facts *on) {
    return mw_message_field(on->facts->message, "Feedback-ID") ? met(on, NULL)
                                                               : unmet(on, "there is no Feedback-ID field");
}

static mw_rule_state unsubscribe(mw_rule_facts *on) {
    const mw_unsubscribe *u = &on->unsubscribe;
    if (u->https || u->mailto)
        return met(on, u->https && u->post ? "with one click" : NULL);
    return unmet(on,
                 u->present ? "List-Unsubscribe holds no usable address" : "there is no List-Unsubscribe");
}

static mw_rule_state one_click(mw_rule_facts *on) {
    const mw_unsubscribe *u = &on->unsubscribe;
    if (!u->present)
        return unmet(on, "there is no List-Unsubscribe");
    if (!u->https)
        return unmet(on, "List-Unsubscribe has no https address");
    if (!u->post)
        return unmet(on, u->bad_post ? "List-Unsubscribe-Post does not say List-Unsubscribe=One-Click"
                                     : "List-Unsubscribe-Post is missing");
    if (u->covered == MW_COVERED_UNKNOWN)
        return unknown(on, "the signature that covers it could not be judged");
    bool readable = false;
    for (guint i = 0; on->facts->dkim && i < on->facts->dkim->len; i++)
        readable |= counts(on, on->facts->dkim->pdata[i]);
    return u->covered == MW_COVERED_YES && readable
               ? met(on, NULL)
               : unmet(on, "no aligned DKIM signature that passes covers both fields");
}

static mw_rule_state forwarder_seals(mw_rule_facts *on) {
    const mw_arc *arc = on->facts->arc;
    if (on->facts->trace->forwarder < 0)
        return met(on, "it was not forwarded");
    if (!arc || arc->result == MW_ARC_UNTESTABLE)
        return unknown(on, "ARC could not be judged");
    if (arc->result == MW_ARC_PASS)
        return met(on, NULL);
    return unmet(on, arc->result == MW_ARC_NONE ? "there is no ARC seal" : "the ARC chain is broken");
}

/* Behind each test: what it is about, and the symbols that show the same in the breakdown, the one that leads
 * first. */
const mw_rule_kind *mw_rule_kind_find(const char *name) {
    static const mw_rule_kind kinds[] = {
        {"not_testable", not_testable, NULL, ""},
        {"ptr", ptr, "rdns", "RDNS_NONE HFILTER_HOSTNAME_UNKNOWN RDNS_DNSFAIL"},
        {"ptr_of_own", ptr_of_own, "rdns",
         "RDNS_NONE HFILTER_HOSTNAME_UNKNOWN RDNS_DNSFAIL HFILTER_HOSTNAME_5 HFILTER_HOSTNAME_4 "
         "HFILTER_HOSTNAME_3 HFILTER_HOSTNAME_2 HFILTER_HOSTNAME_1"},
        {"ptr_not_dynamic", ptr_not_dynamic, "rdns",
         "RBL_SPAMHAUS_PBL RDNS_NONE HFILTER_HOSTNAME_UNKNOWN RDNS_DNSFAIL"},
        {"not_on_spamhaus", not_on_spamhaus, "list",
         "RBL_SPAMHAUS_SBL RBL_SPAMHAUS_CSS RBL_SPAMHAUS_XBL RBL_SPAMHAUS_DROP RBL_SPAMHAUS_PBL"},
        {"ipv6", ipv6, "rdns",
         "RDNS_NONE HFILTER_HOSTNAME_UNKNOWN RDNS_DNSFAIL R_SPF_FAIL R_SPF_SOFTFAIL R_SPF_NEUTRAL "
         "R_SPF_PERMFAIL R_SPF_DNSFAIL R_DKIM_REJECT R_DKIM_PERMFAIL R_DKIM_TEMPFAIL R_SPF_NA R_DKIM_NA"},
        {"tls", tls, NULL, ""},
        {"helo", helo, "helo",
         "HFILTER_HELO_BAREIP HFILTER_HELO_BADIP HELO_IS_RECEIVER HFILTER_HELO_NOT_FQDN HFILTER_HELO_5 "
         "HFILTER_HELO_IP_A"},
        {"spf", spf, "spf", "R_SPF_FAIL R_SPF_SOFTFAIL R_SPF_NEUTRAL R_SPF_PERMFAIL R_SPF_DNSFAIL R_SPF_NA"},
        {"dkim", dkim, "dkim", "R_DKIM_REJECT R_DKIM_PERMFAIL R_DKIM_TEMPFAIL R_DKIM_NA"},
        {"spf_not_fail", spf_not_fail, "spf", "R_SPF_FAIL"},
        {"dkim_aligned", dkim_aligned, "dkim",
         "DKIM_ED25519_ONLY R_DKIM_REJECT R_DKIM_PERMFAIL R_DKIM_TEMPFAIL R_DKIM_NA"},
        {"from_authenticated", from_authenticated, "dmarc",
         "DMARC_POLICY_REJECT DMARC_POLICY_QUARANTINE DMARC_POLICY_SOFTFAIL DMARC_BAD_POLICY DMARC_NA "
         "DMARC_DNSFAIL"},
        {"size", size, "header", ""},
        {"feedback_id", feedback_id, "header", ""},
        {"spf_or_dkim", spf_or_dkim, "spf",
         "R_SPF_FAIL R_SPF_SOFTFAIL R_SPF_NEUTRAL R_SPF_PERMFAIL R_SPF_DNSFAIL R_DKIM_REJECT R_DKIM_PERMFAIL "
         "R_DKIM_TEMPFAIL R_SPF_NA R_DKIM_NA"},
        {"spf_and_dkim", spf_and_dkim, "dkim",
         "R_SPF_FAIL R_SPF_SOFTFAIL R_SPF_NEUTRAL R_SPF_PERMFAIL R_SPF_DNSFAIL R_DKIM_REJECT R_DKIM_PERMFAIL "
         "R_DKIM_TEMPFAIL R_DKIM_NA R_SPF_NA"},
        {"spf_hard_fail", spf_hard_fail, "spf", "R_SPF_FAIL"},
        {"spf_not_suspicious", spf_not_suspicious, "spf", "R_SPF_PLUSALL SPF_WIDE_RANGE"},
        {"key_size", key_size, "dkim", "R_DKIM_REJECT R_DKIM_PERMFAIL R_DKIM_TEMPFAIL"},
        {"dmarc_record", dmarc_record, "dmarc", "DMARC_NA DMARC_BAD_POLICY DMARC_DNSFAIL"},
        {"dmarc_pass", dmarc_pass, "dmarc",
         "DMARC_POLICY_REJECT DMARC_POLICY_QUARANTINE DMARC_POLICY_SOFTFAIL DMARC_BAD_POLICY DMARC_NA "
         "DMARC_DNSFAIL"},
        {"dmarc_obeyed", dmarc_obeyed, "dmarc", "DMARC_POLICY_REJECT"},
        {"aligned", aligned, "dmarc",
         "DMARC_POLICY_REJECT DMARC_POLICY_QUARANTINE DMARC_POLICY_SOFTFAIL DMARC_BAD_POLICY DMARC_NA "
         "DMARC_DNSFAIL"},
        {"not_from_gmail", not_from_gmail, "dmarc",
         "DMARC_POLICY_REJECT DMARC_POLICY_QUARANTINE DMARC_POLICY_SOFTFAIL DMARC_BAD_POLICY DMARC_NA "
         "DMARC_DNSFAIL"},
        {"domains_exist", domains_exist, "sender", "HFILTER_FROMHOST_NORES_A_OR_MX FROM_DOMAIN_NO_MAIL"},
        {"no_null_mx", no_null_mx, "sender", "MAIL_FROM_NULL_MX FROM_DOMAIN_NO_MAIL"},
        {"single_fields", single_fields, "header", "MULTIPLE_UNIQUE_HEADERS MULTIPLE_FROM"},
        {"one_author", one_author, "header",
         "MULTIPLE_FROM MULTIPLE_UNIQUE_HEADERS MISSING_FROM FROM_INVALID"},
        {"from_valid", from_valid, "header",
         "MULTIPLE_FROM MULTIPLE_UNIQUE_HEADERS MISSING_FROM FROM_INVALID"},
        {"message_id", message_id, "header", "MISSING_MID INVALID_MSGID"},
        {"clean_addresses", clean_addresses, "header",
         "FROM_INVALID INVALID_FROM_8BIT INVALID_RCPT_8BIT INVALID_MSGID INVALID_DATE"},
        {"well_formed", well_formed, "header",
         "MULTIPLE_UNIQUE_HEADERS MULTIPLE_FROM MISSING_FROM FROM_INVALID INVALID_FROM_8BIT "
         "INVALID_RCPT_8BIT MISSING_DATE INVALID_DATE DATE_IN_FUTURE DATE_IN_PAST INVALID_MSGID"},
        {"no_listed_links", no_listed_links, "list", ""},
        {"unsubscribe", unsubscribe, "header",
         "UNSUBSCRIBE_MISSING UNSUBSCRIBE_BROKEN UNSUBSCRIBE_NOT_ONE_CLICK UNSUBSCRIBE_NOT_SIGNED"},
        {"one_click", one_click, "header",
         "UNSUBSCRIBE_MISSING UNSUBSCRIBE_BROKEN UNSUBSCRIBE_NOT_ONE_CLICK UNSUBSCRIBE_NOT_SIGNED"},
        {"forwarder_seals", forwarder_seals, "arc", "ARC_REJECT ARC_INVALID ARC_NA"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}
