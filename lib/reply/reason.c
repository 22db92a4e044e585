#include "reply/reason.h"

static bool one_of(const char *text, const char *const *list) {
    for (size_t i = 0; text && list[i]; i++) {
        if (strcmp(text, list[i]) == 0)
            return true;
    }
    return false;
}

static bool address_status(const char *enhanced) {
    return enhanced && (g_str_has_prefix(enhanced, "5.1.") || g_str_has_prefix(enhanced, "4.1."));
}

/* The status speaks of a mailbox that is there. */
static bool mailbox_status(const char *enhanced) {
    static const char *const list[] = {"5.2.0", "5.2.1", "5.2.4", NULL};
    return one_of(enhanced, list);
}

const char *mw_reply_reason(const char *reason, const mw_smtp_reply *reply) {
    static const char *const content[] = {"DATA", "end of DATA", NULL};
    static const char *const general[] = {"policyviolation", "securityerror", "onhold", NULL};
    static const char *const session[] = {"EHLO", "connect", NULL};
    if (!reason)
        return NULL;
    if (strcmp(reason, "userunknown") == 0) {
        bool late = one_of(reply->command, content) && !address_status(reply->enhanced);
        return late || (!reply->command && mailbox_status(reply->enhanced)) ? "filtered" : reason;
    }
    if (strcmp(reason, "mesgtoobig") == 0 && reply->enhanced && g_str_has_suffix(reply->enhanced, ".2.3"))
        return "exceedlimit";
    if (!one_of(reason, general) || !reply->command)
        return reason;
    if (strcmp(reply->command, "MAIL FROM") == 0)
        return "rejected";
    return one_of(reply->command, session) ? "blocked" : reason;
}
