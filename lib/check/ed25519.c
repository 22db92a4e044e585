/* A mail that stands on an Ed25519 signature alone (RFC 8463), which large receivers do not verify. */
#include "check/check.h"

/* The good signature, if all good ones are of that kind; else NULL. */
static const mw_dkim *only_signature(const mw_facts *facts) {
    const mw_dkim *found = NULL;
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++) {
        const mw_dkim *dkim = facts->dkim->pdata[i];
        if (dkim->result != MW_DKIM_PASS)
            continue;
        if (g_strcmp0(dkim->algorithm, "ed25519-sha256") != 0)
            return NULL;
        found = found ? found : dkim;
    }
    return found;
}

static bool needs_signature(const mw_facts *facts) {
    bool spf = facts->spf && facts->spf->result == MW_SPF_PASS;
    const mw_dmarc_verdict *dmarc = facts->dmarc ? &facts->dmarc->rfc9989 : NULL;
    return !spf || (dmarc && dmarc->result == MW_DMARC_PASS && !dmarc->aligned_spf);
}

static void run(mw_facts *facts) {
    const mw_dkim *dkim = only_signature(facts);
    if (!dkim)
        return;
    if (!needs_signature(facts)) {
        mw_notice(
            facts,
            "the signature of %s is ed25519 alone, which Gmail and Microsoft do not verify; SPF passes, so "
            "it costs nothing here, but an RSA signature beside it is wise",
            dkim->domain);
        return;
    }
    mw_hit(facts, "DKIM_ED25519_ONLY",
           "the signature of %s (selector %s) is ed25519 alone, which Gmail and Microsoft do not verify: for "
           "them "
           "the mail has no valid signature",
           dkim->domain, dkim->selector)
        ->evidence = dkim->key_name;
}

const mw_check mw_check_ed25519 = {.name = "ed25519", .run = run};
