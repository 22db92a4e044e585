#include "bounce/bounce.h"

#include "base/domain.h"

/* Sendmail's own last line says only that a program failed; what the program said stands before it. */
static bool only_follow_up(const mw_bounce_recipient *r) {
    return mw_span_search(mw_span_of(r->reply->words), "... service unavailable") != SIZE_MAX;
}

/* The words around the reply; of a follow-up only those in front of it. */
static const mw_smtp_reply *before_code(mw_arena *arena, const mw_bounce_recipient *r) {
    mw_span text = mw_span_of(r->context);
    size_t at = r->reply_code && only_follow_up(r) ? mw_span_search(text, r->reply_code) : SIZE_MAX;
    mw_smtp_reply *all = mw_memdup(arena, mw_smtp_reply_read(arena, mw_span_slice(text, 0, at)), sizeof *all);
    all->words = all->match = all->text;
    return all;
}

/* The words suppose that the sender's own server said them, but another one did. */
static bool said_by_another(const mw_bounce *bounce, const mw_bounce_recipient *r) {
    mw_ip ip;
    return r->remote_host && bounce->reporting_mta && strchr(r->remote_host, '.') &&
           !mw_ip_parse(mw_span_of(r->remote_host), &ip) &&
           !mw_domain_same_organisation(r->remote_host, bounce->reporting_mta);
}

/* Without a reply the sender's own server says that it finds no way to the recipient's domain; only where it
 * keeps that domain itself it is the mailbox that is missing. */
static bool no_way(const mw_bounce *bounce, const mw_bounce_recipient *r) {
    const char *at = r->recipient ? strrchr(r->recipient, '@') : NULL;
    bool words = mw_span_search(mw_span_of(r->reply->words), "unrouteable address") != SIZE_MAX ||
                 mw_span_search(mw_span_of(r->reply->words), "unroutable address") != SIZE_MAX;
    return words && !r->reply_code && !r->reply->host && at && bounce->reporting_mta &&
           !mw_domain_same_organisation(bounce->reporting_mta, at + 1);
}

/* The server that wrote the bounce could not run a program of its own, before it asked anybody. */
static bool own_fault(const mw_bounce *bounce, const mw_bounce_recipient *r) {
    static const char *const programs[] = {"can't exec", "cannot exec", "sendmail", "pipe to", NULL};
    const char *at = r->recipient ? strrchr(r->recipient, '@') : NULL;
    bool local = mw_span_starts(mw_span_of(r->reply->text), "x-") && !r->remote_host;
    bool receivers =
        at && bounce->reporting_mta && mw_domain_same_organisation(bounce->reporting_mta, at + 1);
    return local && !receivers && mw_span_holds(mw_span_of(r->reply->text), programs);
}

/* A check of the client judged an address that no client on the Internet has: the receiver's own network
 * stands between. Without such an address NULL. */
static const mw_ip *judged_private(mw_arena *arena, mw_bounce_recipient *r, const mw_meaning *m) {
    static const char *const of_client[] = {"spf", "ptr", "helo", "dnsbl", "dmarc", "reputation", NULL};
    const mw_ip *found = NULL;
    if (!g_strv_contains(of_client, m->cause) || m->stage != MW_STAGE_RECEIVER)
        return NULL;
    const mw_reply_names *names = mw_bounce_names(arena, r);
    for (guint i = 0; i < names->ips->len; i++) {
        const mw_ip *ip = names->ips->pdata[i];
        if (mw_ip_equal(ip, &r->reply->host_ip))
            continue;
        if (mw_ip_public(ip))
            return NULL; /* it saw that one, too */
        found = found ? found : ip;
    }
    return found;
}

/* Only a status that says nothing, and nobody is quoted: had a server spoken, its words would stand here. */
static bool waits_unsaid(const mw_bounce_recipient *r) {
    return strcmp(r->action, "delayed") == 0 && !r->reply_code && !*r->reply->words && r->enhanced_status &&
           strcmp(r->enhanced_status, "4.0.0") == 0;
}

/* What the reply means where the report around it says more than its words. */
static void settle_meaning(mw_arena *arena, const mw_bounce *bounce, mw_bounce_recipient *r) {
    mw_meaning m = *r->meaning;
    const mw_ip *private = judged_private(arena, r, &m);
    if (private) {
        m.owner = "receiver";
        m.meaning =
            mw_printf(arena,
                      "The receiver judged the private address %s, which is of its own network, in place of "
                      "your mail server's.",
                      mw_ip_text(arena, private));
        m.action =
            "Nothing is wrong on your side. Tell the recipient by another way: their mail server does not "
            "see "
            "who connects to it (a container, a proxy or NAT stands in front), and refuses everybody's mail.";
    } else if (strcmp(m.cause, "greylist") == 0 && strcmp(r->action, "failed") == 0) {
        m.owner = "provider";
        m.action = "Send the mail again. If it comes back once more, your provider's mail server gives up "
                   "too early: "
                   "it must try again after some minutes.";
    } else if (strcmp(m.cause, "unknown") == 0 && waits_unsaid(r)) {
        m.cause = "network";
        m.reason = "networkerror";
        m.owner = "receiver";
        m.meaning =
            "The mail still waits, and the notice quotes no server's reply: most often the recipient's "
            "server could not be reached.";
        m.action = "Wait; if it lasts, tell the recipient by another way.";
    } else if (strcmp(m.cause, "mailbox") == 0 && no_way(bounce, r)) {
        m.cause = "network";
        m.reason = "hostunknown";
        m.owner = "sender";
        m.meaning =
            "Your mail server found no way to the recipient's domain: the DNS names no mail server for it.";
        m.action = "Check the spelling of the domain; if it is right, its owner must repair the DNS.";
    } else if (strcmp(m.cause, "system") == 0 && own_fault(bounce, r)) {
        m.owner = "provider";
        m.meaning =
            "The server that was to send the mail could not start a program of its own; no receiver saw it.";
        m.action = "Whoever runs that server looks at its set-up. Nothing is wrong at the receiver.";
    } else if (strcmp(m.cause, "relay") == 0 && m.stage == MW_STAGE_RECEIVER && said_by_another(bounce, r)) {
        m.owner = "receiver";
        m.meaning =
            "The server that the recipient's domain names says that it does not take mail for this address.";
        m.action =
            "Tell the recipient by another way: the mail settings of their domain (MX), or their server, are "
            "wrong.";
    } else {
        return;
    }
    r->meaning = mw_memdup(arena, &m, sizeof m);
}

/* By the reply itself, and where its words are none that are known, by those around it. */
static const mw_meaning *meaning_of(mw_arena *arena, const mw_reply_catalogue *catalogue,
                                    const mw_bounce_recipient *r) {
    mw_smtp_reply reply = *r->reply;
    bool own_words = reply.code && !reply.enhanced && *reply.words; /* x.5.0 is what programs make of any */
    reply.enhanced = own_words && g_str_has_suffix(r->enhanced_status ? r->enhanced_status : "", ".5.0")
                         ? NULL
                         : r->enhanced_status;
    const mw_meaning *own = mw_reply_meaning(catalogue, arena, &reply);
    if ((own->basis == MW_BASIS_TEXT && !only_follow_up(r)) || !r->context)
        return own;
    const mw_meaning *told = mw_reply_meaning(catalogue, arena, before_code(arena, r));
    bool general =
        own->basis != MW_BASIS_STATUS || strcmp(own->cause, "unknown") == 0 || *r->reply->words == '\0';
    return told->basis == MW_BASIS_TEXT && general ? told : own;
}

/* No sentence says that a mail was given up that still waits, or that one is tried again that was given up.
 */
static void settle_outcome(mw_arena *arena, const mw_reply_catalogue *catalogue, mw_bounce_recipient *r) {
    bool waits = strcmp(r->action, "delayed") == 0;
    mw_meaning *m = mw_memdup(arena, r->meaning, sizeof *m);
    const char *action = mw_reply_in_outcome(catalogue, m->action, waits);
    if (!waits && strcmp(action, m->action) != 0 && strcmp(m->owner, "nobody") == 0)
        m->owner = "receiver"; /* it goes on only where somebody does something */
    m->meaning = mw_reply_in_outcome(catalogue, m->meaning, waits);
    m->action = action;
    r->meaning = m;
}

void mw_bounce_explain(mw_arena *arena, const mw_reply_catalogue *catalogue, const mw_bounce *bounce) {
    if (bounce->kind != MW_BOUNCE_FAILURE && bounce->kind != MW_BOUNCE_DELAY)
        return;
    for (guint i = 0; i < bounce->recipients->len; i++) {
        mw_bounce_recipient *r = bounce->recipients->pdata[i];
        if (strcmp(r->action, "failed") != 0 && strcmp(r->action, "delayed") != 0)
            continue;
        r->meaning = meaning_of(arena, catalogue, r);
        settle_meaning(arena, bounce, r);
        settle_outcome(arena, catalogue, r);
    }
}

const mw_reply_names *mw_bounce_names(mw_arena *arena, mw_bounce_recipient *r) {
    if (!r->names)
        r->names = mw_smtp_reply_names(arena, r->reply);
    return r->names;
}

const mw_ip *mw_bounce_client_ip(mw_arena *arena, const mw_bounce *bounce) {
    const mw_ip *only = NULL;
    for (guint i = 0; i < bounce->recipients->len; i++) {
        mw_bounce_recipient *r = bounce->recipients->pdata[i];
        const mw_reply_names *names = mw_bounce_names(arena, r);
        for (guint k = 0; k < names->ips->len; k++) {
            const mw_ip *ip = names->ips->pdata[k];
            if (!mw_ip_public(ip) || mw_ip_equal(ip, &r->reply->host_ip))
                continue;
            if (only && !mw_ip_equal(only, ip))
                return NULL;
            only = ip;
        }
    }
    return only;
}

const char *mw_bounce_spf_domain(mw_arena *arena, const mw_bounce *bounce) {
    const char *only = NULL;
    for (guint i = 0; i < bounce->recipients->len; i++) {
        const char *domain = mw_bounce_names(arena, bounce->recipients->pdata[i])->spf_domain;
        if (domain && only && strcmp(domain, only) != 0)
            return NULL;
        if (domain)
            only = domain;
    }
    return only;
}

bool mw_bounce_about_mail(const mw_bounce_recipient *recipient) {
    static const char *const others[] = {"mailbox", "relay", "size", "network", "system", "greylist"};
    const mw_meaning *m = recipient->meaning;
    if (!m || m->stage == MW_STAGE_SUBMISSION)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        if (strcmp(m->cause, others[i]) == 0)
            return false;
    }
    return true;
}
