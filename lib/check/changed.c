#include "check/changed.h"

#include "base/limits.h"
#include "mail/mime.h"

static const char *boundary_host(const mw_facts *facts) {
    const mw_trace *trace = facts->trace;
    return trace && trace->boundary >= 0 ? ((const mw_hop *)trace->hops->pdata[trace->boundary])->by : NULL;
}

static const char *text_of(const mw_facts *facts, const char *name) {
    const mw_field *field = mw_message_field(facts->message, name);
    return field ? mw_field_text(facts->arena, field) : NULL;
}

static bool mentions(const mw_dkim *dkim, const char *word) {
    const mw_repair *repair = dkim->repair;
    for (guint i = 0; repair && i < repair->edits->len; i++)
        if (strstr(repair->edits->pdata[i], word))
            return true;
    return false;
}

/* The host's filter says that it wrote the subject anew, and that is all that was done. */
static const char *filter_of(const mw_facts *facts, const mw_dkim *dkim) {
    const char *host = boundary_host(facts), *server = text_of(facts, "X-Rspamd-Server");
    const char *action = text_of(facts, "X-Rspamd-Action"), *by = text_of(facts, "X-Spam-Checker-Version");
    if (!host || !dkim->repair || !dkim->repair->proven || !mentions(dkim, "the subject") ||
        dkim->repair->edits->len != 1)
        return NULL;
    if (action && strncmp(action, "rewrite subject", 15) == 0 &&
        (!server || g_ascii_strcasecmp(server, host) == 0))
        return mw_printf(facts->arena, "rspamd at %s, which says so in X-Rspamd-Action", host);
    if (by && strncmp(by, "SpamAssassin", 12) == 0 && strstr(by, host) &&
        mw_message_field(facts->message, "X-Spam-Prev-Subject"))
        return mw_printf(facts->arena, "SpamAssassin at %s, which says so in X-Spam-Prev-Subject", host);
    return NULL;
}

/* What a field above the boundary's record says of who handled the mail there. */
static const char *maker_in(const mw_facts *facts, const mw_dkim *dkim, const mw_field *field) {
    static const struct {
        const char *word, *name;
    } fetchers[] = {{"(fetchmail-", "fetchmail"}, {"(getmail", "getmail"}, {"by mpop", "mpop"}};
    const char *value = mw_field_text(facts->arena, field);
    for (size_t i = 0; mw_span_is(field->name, "Received") && i < G_N_ELEMENTS(fetchers); i++) {
        const char *by = strstr(value, " by ");
        if (!strstr(value, fetchers[i].word))
            continue;
        int n = by ? (int)strcspn(by + 4, " ;") : 0;
        return n ? mw_printf(facts->arena, "%s at %.*s, which fetched it from its mailbox", fetchers[i].name,
                             n, by + 4)
                 : mw_printf(facts->arena, "%s, which fetched it from its mailbox", fetchers[i].name);
    }
    if (mw_span_is(field->name, "X-Spam-Prev-Subject") && mentions(dkim, "the subject"))
        return "SpamAssassin on the recipient's side, which kept the old subject in X-Spam-Prev-Subject";
    if (mw_span_is(field->name, "X-Rspamd-Action") && mentions(dkim, "the subject"))
        return "rspamd on the recipient's side, which says so in X-Rspamd-Action";
    if (mw_span_is(field->name, "X-Disclaimer") || mw_span_is(field->name, "X-Altermime"))
        return mw_printf(facts->arena, "what puts notes into mails there (%.*s)", (int)field->name.len,
                         field->name.data);
    return NULL;
}

const char *mw_changed_behind(const mw_facts *facts, const mw_dkim *dkim) {
    if (dkim->cause != MW_DKIM_CHANGED || facts->bounce)
        return NULL;
    if (g_strcmp0(dkim->recorded, "pass") != 0)
        return filter_of(facts, dkim);
    const char *host = boundary_host(facts);
    for (size_t i = 0; i < facts->message->n_fields && i < MW_MAX_HOPS; i++) {
        const char *maker = maker_in(facts, dkim, &facts->message->fields[i]);
        if (maker)
            return maker;
    }
    return host ? mw_printf(facts->arena, "a program behind %s, where the signature still passed", host)
                : "a program behind the server that took it in, where the signature still passed";
}
