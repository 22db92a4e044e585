#include "dns/source.h"

static const struct {
    const char *name, *words;
} statuses[] = {
    [MW_DNS_OK] = {"OK", "answered"},
    [MW_DNS_NODATA] = {"NODATA", "has no such record"},
    [MW_DNS_NXDOMAIN] = {"NXDOMAIN", "does not exist"},
    [MW_DNS_SERVFAIL] = {"SERVFAIL", "the name server failed (SERVFAIL)"},
    [MW_DNS_REFUSED] = {"REFUSED", "the name server refused the question (REFUSED)"},
    [MW_DNS_TIMEOUT] = {"TIMEOUT", "no answer in time"},
    [MW_DNS_BADANSWER] = {"BADANSWER", "the name server's answer makes no sense"},
    [MW_DNS_NETERR] = {"NETERR", "the name server could not be reached"},
    [MW_DNS_BUDGET] = {"BUDGET", "not asked: too many DNS questions for one message"},
    [MW_DNS_BADNAME] = {"BADNAME", "no such name can exist in the DNS"},
    [MW_DNS_NOTRECORDED] = {"NOTRECORDED", "no DNS answer is at hand"},
};

const char *mw_dns_status_name(mw_dns_status status) {
    return statuses[status].name;
}

const char *mw_dns_status_words(mw_dns_status status) {
    return statuses[status].words;
}

bool mw_dns_status_read(mw_span name, mw_dns_status *out) {
    for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
        if (mw_span_is(name, statuses[i].name)) {
            *out = (mw_dns_status)i;
            return true;
        }
    }
    return false;
}
