#include "trace/received.h"

typedef struct mark {
    const char *text, *software;
} mark;

/* In the order in which they are looked for: the particular before the general. */
static const mark marks[] = {
    {".protection.outlook.com", "Exchange Online"},
    {".prod.outlook.com", "Exchange Online"},
    {"prod.exchangelabs.com", "Exchange Online"},
    {"Microsoft SMTPSVC", "Exchange 2003"},
    {"Microsoft SMTP Server", "Exchange"},
    {"with mapi", "Exchange"},
    {"by mx.google.com", "Gmail"},
    {"(Authentication Milter)", "Authentication Milter"},
    {"google.com with", "Gmail"},
    {"(amavis", "amavis"},
    {"amavisd", "amavis"},
    {"(OpenSMTPD)", "OpenSMTPD"},
    {"(Haraka", "Haraka"},
    {"(Exim ", "Exim"},
    {"CommuniGate", "CommuniGate"},
    {"(Kerio", "Kerio"},
    {"Domino Release", "Domino"},
    {"(MDaemon", "MDaemon"},
    {"mimecast.com", "Mimecast"},
    {"(PPS)", "Proofpoint"},
    {".ppops.net", "Proofpoint"},
    {"pphosted.com", "Proofpoint"},
    {"(Oracle Communications", "Oracle Messaging Server"},
    {"(Sun Java", "Oracle Messaging Server"},
    {"ecelerity", "Momentum"},
    {"(PowerMTA", "PowerMTA"},
    {"(Nemesis)", "Nemesis"},
    {"(Stalwart", "Stalwart"},
    {"(Coremail)", "Coremail"},
    {"(NewMX)", "QQ"},
    {"(mailgateway", "iCloud"},
    {"amazonaws.com", "Amazon SES"},
    {"(qmail ", "qmail"},
    {"qpsmtpd", "qpsmtpd"},
    {"/Yandex)", "Yandex"},
    {".yahoo.com", "Yahoo"},
    {"(Cyrus", "Cyrus"},
    {"(Dovecot", "Dovecot"},
    {"(fetchmail", "fetchmail"},
    {"MailEnable", "MailEnable"},
    {"(IceWarp", "IceWarp"},
    {"(Mercury/32", "Mercury"},
    {"(SurgeMail", "SurgeMail"},
    {"(SMTPD", "IMail"},
    {"(Symantec", "Symantec"},
    {"barracuda", "Barracuda"},
    {"zohomail", "Zoho"},
    {"(Postfix", "Postfix"},
    {"(Submit)", "Sendmail"},
};

/* Sendmail names its version and its configuration's: "(8.17.1/8.17.1)". */
static bool is_sendmail(mw_span value) {
    size_t at = mw_span_search(value, "(8.1");
    if (at == SIZE_MAX)
        return false;
    mw_span rest = mw_span_slice(value, at, at + 40);
    return mw_span_find(rest, '/') < mw_span_find(rest, ')');
}

const char *mw_received_software(mw_span value, const mw_pairs *pairs, const mw_hop *hop) {
    /* the client's name stands before "by" */
    size_t by = mw_span_starts(value, "by ") ? 0 : mw_span_search(mw_span_slice(value, 0, 4000), " by ");
    value = mw_span_slice(value, by == SIZE_MAX ? 0 : by, by == SIZE_MAX ? 2000 : by + 2000);
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        if (mw_pairs_search(pairs, value, marks[i].text) != SIZE_MAX)
            return marks[i].software;
    if (is_sendmail(value))
        return "Sendmail";
    if (hop->with && hop->helo_noted && g_ascii_strncasecmp(hop->with, "esmtp", 5) == 0 && hop->envelope_from)
        return "Exim";
    return NULL;
}

bool mw_received_looks_behind(const mw_hop *hop) {
    static const char *const those[] = {"Postfix", "Sendmail", "Exim", "OpenSMTPD", "Gmail"};
    for (size_t i = 0; i < G_N_ELEMENTS(those); i++)
        if (g_strcmp0(hop->software, those[i]) == 0)
            return true;
    return false;
}
