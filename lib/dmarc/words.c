#include "dmarc/judge.h"
#include "base/domain.h"

enum { MANY_SIGNATURES = 5 };

static const char *said_by(mw_arena *arena, const mw_dmarc_identifier *id) {
    const char *what = id->dkim ? "DKIM" : "SPF";
    if (id->passes)
        return mw_printf(arena, "%s passes", what);
    if (id->untestable)
        return mw_printf(arena, "%s can't be tested", what);
    return mw_printf(arena, "%s gives %s", what, id->result);
}

static const char *fit_words(const mw_dmarc_judge *judge, const mw_dmarc_identifier *id) {
    switch (id->fit) {
    case MW_FIT_ALIGNED:
        return strcmp(id->domain, judge->domain) == 0
                   ? "the very domain in From"
                   : mw_printf(judge->arena, "in the same organisation as From (%s)",
                               judge->org ? judge->org : mw_domain_registrable(judge->domain));
    case MW_FIT_TOO_STRICT:
        return mw_printf(judge->arena, "in the same organisation, but %s=s asks for %s itself",
                         id->dkim ? "adkim" : "aspf", judge->domain);
    case MW_FIT_OTHER:
        /* by the suffix list one organisation, but no record says so */
        if (mw_domain_same_organisation(id->domain, judge->domain))
            return mw_printf(judge->arena, "which no DMARC record ties to %s", judge->domain);
        return mw_printf(judge->arena, "of another organisation than %s", judge->domain);
    case MW_FIT_TEMPERROR:
        return "of which the DNS did not tell whose it is";
    default:
        return "of which it is not known whose it is";
    }
}

static void append_identifier(const mw_dmarc_judge *judge, const mw_dmarc_identifier *id, GString *out) {
    g_string_append(out, said_by(judge->arena, id));
    if (!id->domain) {
        g_string_append(out, "; its domain is not known.");
        return;
    }
    g_string_append(out, id->dkim ? mw_printf(judge->arena, " for d=%s, ", id->domain)
                                  : mw_printf(judge->arena, " for %s (%s), ", id->domain, id->label));
    g_string_append(out, fit_words(judge, id));
    g_string_append_c(out, '.');
}

const char *mw_dmarc_alignment_words(const mw_dmarc_judge *judge) {
    GString *out = g_string_new(mw_printf(judge->arena, "From is %s.", judge->domain));
    bool dkim = false;
    for (guint i = 0; i < judge->identifiers->len; i++) {
        const mw_dmarc_identifier *id = judge->identifiers->pdata[i];
        dkim |= id->dkim;
        if (i > MANY_SIGNATURES) {
            g_string_append_printf(out, " %u more signatures.", judge->identifiers->len - i);
            break;
        }
        g_string_append_c(out, ' ');
        append_identifier(judge, id, out);
    }
    if (!dkim)
        g_string_append(out, judge->request->dkim2_alone
                                 ? " The only signature is of DKIM2, a draft that DMARC does not go by."
                                 : " There is no DKIM signature.");
    char *text = mw_strndup(judge->arena, out->str, out->len);
    g_string_free(out, TRUE);
    return text;
}

/* The most promising identifier: one that passes and misses narrowly, then one that passes, then one that
 * would align if it passed. */
static const mw_dmarc_identifier *nearest(const mw_dmarc_judge *judge, bool passes, mw_dmarc_fit fit,
                                          int dkim) {
    for (guint i = 0; i < judge->identifiers->len; i++) {
        const mw_dmarc_identifier *id = judge->identifiers->pdata[i];
        if (id->passes == passes && id->fit == fit && (dkim < 0 || id->dkim == (dkim > 0)) && id->domain)
            return id;
    }
    return NULL;
}

static const char *strict_words(const mw_dmarc_judge *judge, const mw_dmarc_identifier *id) {
    const char *owner = judge->policy ? judge->policy->domain : judge->domain;
    if (strcmp(id->label, "HELO") == 0)
        return mw_printf(
            judge->arena,
            "Sign with DKIM as d=%s, write aspf=r instead of aspf=s in the DMARC record of %s, or "
            "send such mail with From at %s: the envelope sender is empty, and SPF speaks for the "
            "server's name alone.",
            judge->domain, owner, id->domain);
    return mw_printf(judge->arena,
                     id->dkim
                         ? "Write adkim=r instead of adkim=s in the DMARC record of %s, or sign with d=%s "
                           "itself."
                         : "Write aspf=r instead of aspf=s in the DMARC record of %s, or use a MAIL FROM "
                           "address in %s itself.",
                     owner, judge->domain);
}

static const char *failing_words(const mw_dmarc_judge *judge, const mw_dmarc_identifier *id) {
    if (id->dkim)
        return mw_printf(judge->arena,
                         "Mend the DKIM signature of d=%s, which gives %s: it aligns as soon as it passes.",
                         id->domain, id->result);
    return mw_printf(judge->arena, "Let SPF pass for %s, which gives %s: it aligns as soon as it passes.",
                     id->domain, id->result);
}

/* What SPF says of a forwarder is of no use to the author: a signature is all that lasts. */
static const char *forwarded_words(const mw_dmarc_judge *judge) {
    const mw_dmarc_identifier *id = nearest(judge, false, MW_FIT_ALIGNED, 1);
    const char *who = judge->request->forwarder;
    if (id && !id->untestable && !id->temperror)
        return mw_printf(judge->arena,
                         "Mend the DKIM signature of d=%s, which gives %s. The mail was forwarded by %s, and "
                         "only a signature lasts over a forward.",
                         id->domain, id->result, who);
    if ((id = nearest(judge, true, MW_FIT_OTHER, 1)))
        return mw_printf(
            judge->arena,
            "Let the author's server sign with DKIM as d=%s (not as d=%s). If %s forwarded the mail, "
            "as its envelope says, SPF speaks for the forwarder, as it must, and only a signature "
            "lasts. If nobody wrote it, it is forged.",
            judge->domain, id->domain, who);
    return mw_printf(
        judge->arena,
        "Let the author's server sign with DKIM as d=%s. If %s forwarded the mail, as its envelope "
        "says, SPF speaks for the forwarder, as it must, and only a signature lasts. If nobody "
        "wrote it, it is forged.",
        judge->domain, who);
}

const char *mw_dmarc_would_align(const mw_dmarc_judge *judge) {
    const mw_dmarc_identifier *id;
    if (judge->request->forwarder)
        return forwarded_words(judge);
    if ((id = nearest(judge, true, MW_FIT_TOO_STRICT, -1)))
        return strict_words(judge, id);
    if ((id = nearest(judge, false, MW_FIT_ALIGNED, 1)) && !id->untestable && !id->temperror)
        return failing_words(judge, id);
    if ((id = nearest(judge, true, MW_FIT_OTHER, 1)))
        return mw_printf(judge->arena, "Let the service that signs with d=%s sign with d=%s instead.",
                         id->domain, judge->domain);
    if ((id = nearest(judge, true, MW_FIT_OTHER, 0)) && strcmp(id->label, "HELO") == 0)
        return mw_printf(
            judge->arena,
            "Sign with DKIM as d=%s: the envelope sender is empty, and SPF speaks for the server's "
            "name %s alone.",
            judge->domain, id->domain);
    if (id)
        return mw_printf(
            judge->arena,
            "If %s sends for you: let it sign with DKIM as d=%s. If not, somebody else wrote under "
            "your name, the mail is forged, and nothing is to be changed.",
            id->domain, judge->domain);
    if ((id = nearest(judge, false, MW_FIT_ALIGNED, 0)) && !id->untestable && !id->temperror)
        return mw_printf(judge->arena, "Sign with DKIM as d=%s, or let SPF pass for %s, which gives %s.",
                         judge->domain, id->domain, id->result);
    return mw_printf(judge->arena, "Sign with DKIM as d=%s.", judge->domain);
}

static const char *does(const mw_dmarc_verdict *v) {
    switch (v->result) {
    case MW_DMARC_PASS:
        return "let it pass DMARC";
    case MW_DMARC_FAIL:
        return v->disposition == MW_POLICY_REJECT       ? "reject it"
               : v->disposition == MW_POLICY_QUARANTINE ? "quarantine it"
                                                        : "note a DMARC failure and do nothing";
    case MW_DMARC_NONE:
        return "find no DMARC policy for it";
    default:
        return "not know what DMARC asks for";
    }
}

const char *mw_dmarc_difference(mw_arena *arena, const mw_dmarc *dmarc) {
    const mw_dmarc_verdict *now = &dmarc->rfc9989, *old = &dmarc->rfc7489;
    if (now->result == old->result && now->disposition == old->disposition)
        return NULL;
    return mw_printf(
        arena,
        "Receivers that follow RFC 9989 will %s; those that still follow RFC 7489 and the public suffix "
        "list will %s.",
        does(now), does(old));
}
