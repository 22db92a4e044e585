#include "dmarc/opendmarc.h"

#include <opendmarc/dmarc.h>

typedef DMARC_POLICY_T policy_context;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(policy_context, opendmarc_policy_connect_shutdown)

static mw_enforce from_library(OPENDMARC_STATUS_T status) {
    switch (status) {
    case DMARC_POLICY_PASS:
        return MW_ENFORCE_PASS;
    case DMARC_POLICY_NONE:
        return MW_ENFORCE_NONE;
    case DMARC_POLICY_QUARANTINE:
        return MW_ENFORCE_QUARANTINE;
    case DMARC_POLICY_REJECT:
        return MW_ENFORCE_REJECT;
    default:
        return MW_ENFORCE_ERROR;
    }
}

static mw_enforce ask_library(mw_policy policy, bool aligned_spf, bool aligned_dkim) {
    u_char ip[] = "192.0.2.1", aligned[] = "aligned.invalid", other[] = "unaligned.invalid", selector[] = "s";
    char record[64];
    g_snprintf(record, sizeof record, "v=DMARC1; p=%s; adkim=s; aspf=s", mw_policy_name(policy));
    g_autoptr(policy_context) context = opendmarc_policy_connect_init(ip, 0);
    if (!context || opendmarc_policy_store_from_domain(context, aligned) != DMARC_PARSE_OKAY ||
        opendmarc_policy_store_dmarc(context, (u_char *)record, aligned, NULL) != DMARC_PARSE_OKAY ||
        opendmarc_policy_store_spf(context, aligned_spf ? aligned : other, DMARC_POLICY_SPF_OUTCOME_PASS,
                                   DMARC_POLICY_SPF_ORIGIN_MAILFROM, NULL) != DMARC_PARSE_OKAY ||
        opendmarc_policy_store_dkim(context, aligned_dkim ? aligned : other, selector,
                                    DMARC_POLICY_DKIM_OUTCOME_PASS, NULL) != DMARC_PARSE_OKAY)
        return MW_ENFORCE_ERROR;
    return from_library(opendmarc_get_policy_to_enforce(context));
}

mw_enforce mw_dmarc_enforce(mw_policy policy, bool aligned_spf, bool aligned_dkim) {
    static gint known[MW_POLICY_REJECT + 1][2][2]; /* the answers, and 1: these are all that can be asked */
    if (policy == MW_POLICY_ABSENT)
        return MW_ENFORCE_ERROR;
    gint *kept = &known[policy][aligned_spf][aligned_dkim], answer = g_atomic_int_get(kept);
    if (!answer) {
        answer = (gint)ask_library(policy, aligned_spf, aligned_dkim) + 1;
        if (answer != MW_ENFORCE_ERROR + 1)
            g_atomic_int_set(kept, answer);
    }
    return (mw_enforce)(answer - 1);
}
