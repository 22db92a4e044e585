#include "check/bounce.h"

#include "base/domain.h"
#include "check/ask_list.h"
#include "check/client.h"
#include "check/mail_host.h"

/* ---- helpers ----------------------------------------------------------------------------------------- */

static void claim(mw_bounce_recipient *r, mw_claim_check check, const char *evidence) {
    r->claim = check;
    r->claim_evidence = evidence;
}

/* Somebody else than the reply's own words let expect. */
static void acts(mw_arena *arena, mw_bounce_recipient *r, const char *owner, const char *action) {
    mw_meaning *meaning = r->meaning ? mw_memdup(arena, r->meaning, sizeof *meaning) : NULL;
    if (!meaning)
        return;
    meaning->owner = owner;
    meaning->action = action;
    r->meaning = meaning;
}

/* What the reply refused is in order today: the general advice would mend what is whole. */
static void passes_today(mw_arena *arena, mw_bounce_recipient *r) {
    if (r->meaning && strcmp(r->meaning->owner, "receiver") == 0)
        return;
    acts(arena, r, "sender",
         "Send the mail again: what was refused passes today. If it comes back once more, ask the receiver's "
         "postmaster to look into it.");
}

static mw_ip client_of(const mw_facts *facts, const mw_reply_names *names) {
    for (guint i = 0; i < names->ips->len; i++) {
        const mw_ip *ip = names->ips->pdata[i];
        if (mw_ip_public(ip))
            return *ip;
    }
    return facts->envelope ? facts->envelope->client_ip : (mw_ip){0};
}

static const mw_zone *find_zone(const mw_facts *facts, const char *name) {
    GPtrArray *zones = mw_zones_choose(facts->data, facts->arena, name, NULL);
    return zones && zones->len ? zones->pdata[0] : NULL;
}

/* ---- lists ------------------------------------------------------------------------------------------- */

/* One line on a list and an address or domain, as of now; *check is what it means for the claim. */
static const char *ask(mw_facts *facts, const char *list, const char *subject, const char *label,
                       mw_claim_check *check) {
    *check = MW_CLAIM_NOT_REPRODUCIBLE;
    const char *dead = mw_zone_dead(facts->data, facts->arena, list);
    if (dead) {
        *check = MW_CLAIM_CONTRADICTED;
        return mw_printf(facts->arena, "%s. The receiver's settings are at fault, not your server", dead);
    }
    if (facts->no_lists)
        return mw_printf(facts->arena, "%s was not asked about %s (lists are switched off)", list, subject);
    const mw_zone *zone = find_zone(facts, list);
    if (!zone)
        return mw_printf(facts->arena, "%s is no list that can be asked", list);
    mw_list_answer answer = mw_list_ask(facts, zone, label);
    if (answer.state == MW_LIST_LISTED) {
        *check = MW_CLAIM_CONFIRMED;
        const char *meaning = answer.n_codes ? answer.codes[0]->meaning : NULL;
        return meaning ? mw_printf(facts->arena, "%s lists %s (%s) now", zone->show, subject, meaning)
                       : mw_printf(facts->arena, "%s lists %s now", zone->show, subject);
    }
    if (answer.state == MW_LIST_CLEAN)
        return mw_printf(facts->arena, "%s does not list %s now: the entry is gone, or it never was there",
                         zone->show, subject);
    return mw_printf(facts->arena, "%s did not tell about %s: %s", zone->show, subject,
                     answer.problem ? answer.problem : "no answer");
}

static void examine_list(mw_facts *facts, mw_bounce_recipient *r, const mw_reply_names *names) {
    if (!names->list)
        return;
    mw_ip ip = client_of(facts, names);
    bool domains = strstr(names->list, "dbl") || strstr(names->list, "uribl") || strstr(names->list, "surbl");
    mw_claim_check check = MW_CLAIM_NONE;
    const char *line = NULL;
    if (domains && names->domains->len)
        line = ask(facts, names->list, names->domains->pdata[0], names->domains->pdata[0], &check);
    else if (!domains && ip.family)
        line =
            ask(facts, names->list, mw_ip_text(facts->arena, &ip), mw_ip_reversed(facts->arena, &ip), &check);
    else if (mw_zone_dead(facts->data, facts->arena, names->list))
        line = ask(facts, names->list, "your server", "", &check);
    if (line)
        claim(r, check, line);
}

/* ---- authentication ---------------------------------------------------------------------------------- */

/* The address that the mail came from is one of the domain's own servers, which its SPF record forgot. */
static bool is_own_client(const mw_facts *facts, const char *domain) {
    for (guint i = 0; facts->mine && i < facts->mine->len; i++) {
        if (mw_ip_equal(facts->mine->pdata[i], &facts->envelope->client_ip))
            return true;
    }
    const GPtrArray *names = facts->rdns ? facts->rdns->confirmed : NULL;
    for (guint i = 0; names && i < names->len; i++) {
        if (mw_domain_same_organisation(names->pdata[i], domain) &&
            !mw_client_handed_out(facts, names->pdata[i]))
            return true;
    }
    return false;
}

/* Only the reply names the address, and anybody can write a bounce: that a record does not list a stranger's
 * address bears nothing out. */
static bool is_hearsay(const mw_facts *facts) {
    const mw_spf *spf = facts->spf;
    if (spf->result != MW_SPF_FAIL && spf->result != MW_SPF_SOFTFAIL && spf->result != MW_SPF_NEUTRAL)
        return false;
    for (guint i = 0; spf->advice && i < spf->advice->len; i++) {
        const char *id = ((const mw_spf_advice *)spf->advice->pdata[i])->id;
        if (strcmp(id, "own_server") == 0 || strcmp(id, "moved") == 0)
            return false;
    }
    return spf->domain && !facts->bounce->paired && !facts->envelope->client_ip_given &&
           !is_own_client(facts, spf->domain);
}

static void examine_spf(mw_facts *facts, mw_bounce_recipient *r) {
    const mw_spf *spf = facts->spf;
    if (!spf || spf->result == MW_SPF_UNTESTABLE || spf->result == MW_SPF_TEMPERROR) {
        claim(r, MW_CLAIM_NOT_REPRODUCIBLE,
              spf && spf->problem
                  ? mw_printf(facts->arena, "our SPF check could not judge: %s", spf->problem)
                  : "our SPF check needs the address of the sending server: give --client-ip");
        return;
    }
    const char *what = mw_printf(facts->arena, "our own SPF check of %s says %s",
                                 spf->domain ? spf->domain : "the domain", mw_spf_result_name(spf->result));
    bool passes = spf->result == MW_SPF_PASS;
    if (is_hearsay(facts)) {
        claim(r, MW_CLAIM_NOT_REPRODUCIBLE,
              mw_printf(facts->arena, "%s for %s, but only the bounce says that the mail came from there",
                        what, mw_ip_text(facts->arena, &facts->envelope->client_ip)));
        return;
    }
    claim(r, passes ? MW_CLAIM_NOT_REPRODUCIBLE : MW_CLAIM_CONFIRMED,
          passes ? mw_printf(facts->arena, "%s today; the record may have been mended since", what) : what);
    if (passes)
        passes_today(facts->arena, r);
}

static const mw_dkim *passing_signature(const mw_facts *facts) {
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++) {
        const mw_dkim *d = facts->dkim->pdata[i];
        if (d->result == MW_DKIM_PASS)
            return d;
    }
    return NULL;
}

/* A signature that holds over the returned mail held then, too; unless its key is only supposed. */
static void contradict(const mw_facts *facts, mw_bounce_recipient *r, const char *evidence) {
    if (!facts->trial) {
        claim(r, MW_CLAIM_CONTRADICTED, evidence);
        return;
    }
    claim(r, MW_CLAIM_NOT_REPRODUCIBLE,
          mw_printf(facts->arena, "with the records that are tried, %s", evidence));
    acts(facts->arena, r, "dns", "Publish the records that were tried, then send the mail again.");
}

static const mw_dkim *failing_signature(const mw_facts *facts) {
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++) {
        const mw_dkim *d = facts->dkim->pdata[i];
        if (d->result == MW_DKIM_FAIL || d->result == MW_DKIM_PERMERROR)
            return d;
    }
    return NULL;
}

static void examine_dkim(mw_facts *facts, mw_bounce_recipient *r) {
    const mw_dkim *pass = passing_signature(facts), *fail = failing_signature(facts);
    if (!facts->dkim)
        return;
    if (facts->dkim->len == 0 && facts->evidence->sender_copy) {
        claim(r, MW_CLAIM_NOT_REPRODUCIBLE,
              "the copy is from before it was signed: servers sign on the way out");
    } else if (facts->dkim->len == 0) {
        claim(r, MW_CLAIM_CONFIRMED,
              mw_message_field(facts->message, "DKIM2-Signature")
                  ? "the only signature of the returned mail is of DKIM2, a draft that receivers do not go by"
                  : "the returned mail carries no DKIM signature");
    } else if (pass && fail) { /* the reply may speak of either */
        const char *good = pass->domain ? pass->domain : "one domain";
        const char *bad = fail->domain ? fail->domain : "another domain";
        claim(r, MW_CLAIM_NOT_REPRODUCIBLE,
              mw_printf(facts->arena, "the signature of %s holds, that of %s does not", good, bad));
        acts(facts->arena, r, "provider",
             mw_printf(facts->arena,
                       "Have whoever signs for %s mend that signature, or leave it out: the one of %s holds.",
                       bad, good));
    } else if (pass) {
        contradict(
            facts, r,
            mw_printf(facts->arena,
                      "the signature of %s holds over the returned mail, if its key was published then, too",
                      pass->domain));
    } else {
        const mw_dkim *first = facts->dkim->pdata[0];
        bool judged = first->result == MW_DKIM_FAIL || first->result == MW_DKIM_PERMERROR;
        claim(r, judged ? MW_CLAIM_CONFIRMED : MW_CLAIM_NOT_REPRODUCIBLE,
              mw_printf(facts->arena, "our own check of the signature of %s: %s",
                        first->domain ? first->domain : "the mail",
                        first->reason ? mw_printf(facts->arena, "%s, %s", mw_dkim_result_name(first->result),
                                                  first->reason)
                                      : mw_dkim_result_name(first->result)));
    }
}

/* DMARC fails because SPF does, at an address that only the bounce names. */
static bool rests_on_hearsay(const mw_facts *facts) {
    return facts->spf && facts->spf->domain && facts->from_domain &&
           mw_domain_same_organisation(facts->spf->domain, facts->from_domain) && is_hearsay(facts);
}

static void examine_dmarc(mw_facts *facts, mw_bounce_recipient *r) {
    const mw_dmarc *dmarc = facts->dmarc;
    if (!dmarc)
        return;
    const mw_dmarc_verdict *v = &dmarc->rfc9989;
    const char *domain = dmarc->domain ? dmarc->domain : "the From domain";
    const mw_dkim *pass = passing_signature(facts);
    if (v->result == MW_DMARC_PASS && pass && v->aligned_dkim)
        contradict(facts, r,
                   mw_printf(facts->arena,
                             "the returned mail passes DMARC for %s: its signature of %s holds and is "
                             "aligned, if its key was published then, too",
                             domain, pass->domain));
    else if (v->result == MW_DMARC_FAIL && rests_on_hearsay(facts))
        claim(
            r, MW_CLAIM_NOT_REPRODUCIBLE,
            mw_printf(facts->arena,
                      "our own DMARC check for %s fails for %s, but only the bounce says that the mail came "
                      "from there",
                      domain, mw_ip_text(facts->arena, &facts->envelope->client_ip)));
    else if (v->result == MW_DMARC_FAIL)
        claim(r, MW_CLAIM_CONFIRMED,
              mw_printf(facts->arena, "our own DMARC check for %s fails, too", domain));
    else
        claim(r, MW_CLAIM_NOT_REPRODUCIBLE,
              mw_printf(facts->arena, "our own DMARC check for %s says %s", domain,
                        mw_dmarc_result_name(v->result)));
    if (v->result == MW_DMARC_PASS && r->claim == MW_CLAIM_NOT_REPRODUCIBLE && !facts->trial)
        passes_today(facts->arena, r);
}

static void examine_ptr(mw_facts *facts, mw_bounce_recipient *r) {
    if (!facts->rdns)
        return;
    const char *evidence[] = {
        "today the reverse name exists and leads back: it may have been set since",
        "the address has no reverse name", "the reverse name does not lead back to the address",
        "the reverse DNS did not answer", "the address of the sending server is not known: give --client-ip"};
    bool wrong = facts->rdns->result == MW_RDNS_NONE || facts->rdns->result == MW_RDNS_MISMATCH;
    claim(r, wrong ? MW_CLAIM_CONFIRMED : MW_CLAIM_NOT_REPRODUCIBLE,
          facts->rdns->problem && !wrong
              ? mw_printf(facts->arena, "the reverse DNS could not be judged: %s", facts->rdns->problem)
              : evidence[facts->rdns->result]);
    if (facts->rdns->result == MW_RDNS_PASS)
        passes_today(facts->arena, r);
}

static void examine_arc(mw_facts *facts, mw_bounce_recipient *r) {
    if (!facts->arc || facts->arc->result == MW_ARC_UNTESTABLE)
        return;
    bool fails = facts->arc->result == MW_ARC_FAIL;
    claim(r, fails ? MW_CLAIM_CONFIRMED : MW_CLAIM_NOT_REPRODUCIBLE,
          mw_printf(facts->arena, "our own check of the ARC chain says %s",
                    mw_arc_result_name(facts->arc->result)));
}

/* A defect of the HELO name that our own run found bears it out; a name that is fine today proves nothing. */
static void examine_helo(mw_facts *facts, mw_bounce_recipient *r) {
    for (guint i = 0; i < facts->findings->len; i++) {
        const mw_finding *finding = facts->findings->pdata[i];
        if (finding->state == MW_HIT && g_str_has_prefix(finding->symbol->name, "HFILTER_HELO_")) {
            claim(r, MW_CLAIM_CONFIRMED, finding->summary);
            return;
        }
    }
    claim(r, MW_CLAIM_NOT_REPRODUCIBLE,
          facts->envelope->helo
              ? mw_printf(facts->arena, "our own run finds nothing wrong with the HELO name %s",
                          facts->envelope->helo)
              : "the HELO name of the sending server is not known: give --helo");
}

/* A link or domain of the mail that a list names. */
static void examine_links(mw_facts *facts, mw_bounce_recipient *r) {
    for (guint i = 0; i < facts->findings->len; i++) {
        const mw_finding *finding = facts->findings->pdata[i];
        if (finding->state == MW_HIT && strcmp(finding->symbol->group, "domains") == 0 &&
            strcmp(finding->symbol->check, "list") == 0) {
            claim(r, MW_CLAIM_CONFIRMED, finding->summary);
            return;
        }
    }
    const mw_links *links = mw_facts_links(facts);
    if (!facts->bounce->original_headers_only && links)
        claim(r, MW_CLAIM_NOT_REPRODUCIBLE,
              links->all->len ? "our own run finds none of the returned mail's links on a list"
                              : "our own run finds no link in the returned mail");
}

static void examine_recipient(mw_facts *facts, mw_bounce_recipient *r) {
    const char *cause = r->meaning ? r->meaning->cause : NULL;
    if (!cause)
        return;
    const mw_reply_names *names = mw_bounce_names(facts->arena, r);
    if (strcmp(cause, "dnsbl") == 0 || (strcmp(cause, "url") == 0 && names->list))
        examine_list(facts, r, names);
    if (!facts->bounce->original)
        return;
    if (strcmp(cause, "spf") == 0)
        examine_spf(facts, r);
    else if (strcmp(cause, "dkim") == 0)
        examine_dkim(facts, r);
    else if (strcmp(cause, "dmarc") == 0)
        examine_dmarc(facts, r);
    else if (strcmp(cause, "ptr") == 0)
        examine_ptr(facts, r);
    else if (strcmp(cause, "helo") == 0)
        examine_helo(facts, r);
    else if (strcmp(cause, "arc") == 0)
        examine_arc(facts, r);
    else if (strcmp(cause, "url") == 0 && r->claim == MW_CLAIM_NONE)
        examine_links(facts, r);
}

/* ---- backscatter ------------------------------------------------------------------------------------- */

/* One of the domain's own mail servers. */
static bool is_mail_host(mw_facts *facts, const char *host, const char *domain) {
    mw_mail_host own = mw_mail_host_read(facts, domain);
    for (guint i = 0; own.hosts && i < own.hosts->len; i++) {
        if (g_ascii_strcasecmp(own.hosts->pdata[i], host) == 0)
            return true;
    }
    return mw_domain_same_organisation(host, domain);
}

/* The sending side itself tells of it: a server of the domain wrote the bounce, or has the address that the
 * mail came from; or a login is noted. */
static bool own_side(mw_facts *facts, const char *domain) {
    if (is_own_client(facts, domain))
        return true;
    const char *host = facts->bounce->reporting_mta;
    if (host && is_mail_host(facts, host, domain))
        return true;
    for (guint i = 0; host && facts->rdns && facts->rdns->names && i < facts->rdns->names->len; i++) {
        if (g_ascii_strcasecmp(facts->rdns->names->pdata[i], host) == 0)
            return true;
    }
    for (guint i = 0; facts->trace && i < facts->trace->hops->len; i++) {
        const mw_hop *hop = facts->trace->hops->pdata[i];
        if (hop->authenticated)
            return true;
    }
    return false;
}

/* A signature of the user's domain, or of the author's, holds. */
static bool is_signed_by_us(const mw_facts *facts, const char *domain) {
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++) {
        const mw_dkim *d = facts->dkim->pdata[i];
        if (d->result == MW_DKIM_PASS && d->domain &&
            (mw_domain_same_organisation(d->domain, domain) ||
             mw_domain_same_organisation(d->domain, facts->from_domain)))
            return true;
    }
    return false;
}

/* The returned mail was sent in the user's name by somebody else: it claims the user's domain, came from an
 * address that this domain's SPF record refuses, and carries no signature of the domain that holds. */
static void examine_backscatter(mw_facts *facts) {
    mw_bounce *bounce = (mw_bounce *)facts->bounce;
    const char *at = bounce->sender ? strrchr(bounce->sender, '@') : NULL;
    if (!at || !bounce->original || !facts->spf || facts->spf->result != MW_SPF_FAIL || !facts->from_domain)
        return;
    bool ours = facts->spf->domain && mw_domain_same_organisation(facts->spf->domain, at + 1);
    if (!ours || is_signed_by_us(facts, at + 1) || !facts->envelope->client_ip.family ||
        own_side(facts, at + 1))
        return;
    bounce->backscatter = true;
    /* who did not send the mail has nothing to mend, whatever the reply says */
    for (guint i = 0; i < bounce->recipients->len; i++)
        acts(facts->arena, bounce->recipients->pdata[i], "nobody", "Nothing, unless you know this mail.");
    bounce->backscatter_why =
        mw_printf(facts->arena,
                  "The returned mail came from %s, which %s does not allow to send, and no signature of the "
                  "domain holds.",
                  mw_ip_text(facts->arena, &facts->envelope->client_ip), facts->spf->domain);
}

/* RFC 5321 section 4.5.1. */
static const char *postmaster(mw_arena *arena, const mw_bounce_recipient *r) {
    const char *at = r->recipient ? strrchr(r->recipient, '@') : NULL;
    return at && mw_domain_valid(at + 1) ? mw_printf(arena, "postmaster@%s", at + 1)
                                         : "the receiver's postmaster";
}

void mw_bounce_examine(mw_facts *facts) {
    for (guint i = 0; i < facts->bounce->recipients->len; i++) {
        mw_bounce_recipient *r = facts->bounce->recipients->pdata[i];
        examine_recipient(facts, r);
        if (r->claim == MW_CLAIM_CONTRADICTED && strcmp(r->meaning->owner, "receiver") != 0)
            acts(facts->arena, r, "receiver",
                 mw_printf(
                     facts->arena,
                     "Ask %s to look into it, with what was measured; --reply recipient writes the message.",
                     postmaster(facts->arena, r)));
    }
    examine_backscatter(facts);
}

/* ---- a pasted reply ---------------------------------------------------------------------------------- */

static const char *txt_line(mw_facts *facts, const char *name, const char *start, const char *what,
                            const char *domain) {
    const mw_answer *answer = mw_dns_query_text(facts->dns, name, MW_TYPE_TXT, MW_FOR_AUTH, what);
    if (mw_dns_failed(answer->status))
        return mw_printf(facts->arena, "the %s of %s is not known: %s", what, domain,
                         mw_dns_status_words(answer->status));
    for (size_t i = 0; i < answer->n_records; i++) {
        mw_span txt = mw_rdata_txt(facts->arena, &answer->records[i]);
        if (mw_span_starts(txt, start))
            return mw_printf(facts->arena, "%s has this %s now: %.*s", domain, what,
                             (int)MIN(txt.len, (size_t)500), txt.data);
    }
    return mw_printf(facts->arena, "%s has no %s now", domain, what);
}

static const char *ptr_line(mw_facts *facts, const mw_ip *ip) {
    const char *text = mw_ip_text(facts->arena, ip);
    const mw_answer *answer = mw_dns_query_text(facts->dns, mw_ip_reverse_name(facts->arena, ip), MW_TYPE_PTR,
                                                MW_FOR_PTR, "reverse name");
    mw_name name;
    if (answer->status == MW_DNS_OK && answer->n_records && mw_rdata_name(&answer->records[0], &name))
        return mw_printf(facts->arena, "%s has the reverse name %s now", text,
                         mw_name_text(facts->arena, &name));
    if (!mw_dns_failed(answer->status))
        return mw_printf(facts->arena, "%s has no reverse name (PTR)", text);
    return mw_printf(facts->arena, "the reverse name of %s is not known: %s", text,
                     mw_dns_status_words(answer->status));
}

GPtrArray *mw_reply_look_up(mw_facts *facts, const mw_smtp_reply *reply) {
    mw_arena *arena = facts->arena;
    GPtrArray *lines = mw_array_new(arena);
    const mw_reply_names *names = mw_smtp_reply_names(arena, reply);
    for (guint i = 0; i < names->ips->len; i++) {
        const mw_ip *ip = names->ips->pdata[i];
        mw_claim_check check;
        if (!mw_ip_public(ip))
            continue;
        g_ptr_array_add(lines, (char *)ptr_line(facts, ip));
        const char *list = names->list ? names->list : "zen.spamhaus.org";
        g_ptr_array_add(lines,
                        (char *)ask(facts, list, mw_ip_text(arena, ip), mw_ip_reversed(arena, ip), &check));
    }
    for (guint i = 0; i < names->domains->len; i++) {
        const char *domain = names->domains->pdata[i];
        if (names->list && strcmp(domain, names->list) == 0)
            continue;
        g_ptr_array_add(lines, (char *)txt_line(facts, domain, "v=spf1", "SPF record", domain));
        g_ptr_array_add(lines, (char *)txt_line(facts, mw_printf(arena, "_dmarc.%s", domain), "v=DMARC1",
                                                "DMARC record", domain));
    }
    if (names->list && lines->len == 0) {
        const char *dead = mw_zone_dead(facts->data, arena, names->list);
        if (dead)
            g_ptr_array_add(lines, (char *)dead);
    }
    return lines;
}
