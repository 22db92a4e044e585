#include "base/limits.h"
#include "check/identities.h"
#include "base/domain.h"
#include "check/client.h"

typedef struct collector {
    mw_facts *facts;
    GPtrArray *found;
    unsigned left_out;
} collector;

static void put(collector *c, const char *subject, const char *label, mw_ask ask, const char *where) {
    for (guint i = 0; i < c->found->len; i++) {
        mw_identity *known = c->found->pdata[i];
        if (strcmp(known->subject, subject) == 0) {
            known->asks |= ask;
            return;
        }
    }
    if (c->found->len >= MW_MAX_LIST_DOMAINS) {
        c->left_out++;
        return;
    }
    mw_identity *identity = mw_new(c->facts->arena, mw_identity);
    *identity = (mw_identity){subject, label, ask, where};
    g_ptr_array_add(c->found, identity);
}

/* Lists of domains are never asked for an address, a suffix or a name that can't be one. */
static void put_domain(collector *c, const char *domain, mw_ask ask, const char *where) {
    mw_ip ip;
    if (!domain || mw_ip_parse(mw_span_of(domain), &ip))
        return;
    const char *ascii = mw_domain_ascii(c->facts->arena, mw_span_of(domain));
    const char *registrable = mw_domain_registrable(ascii);
    if (mw_domain_valid(registrable) && strchr(registrable, '.') && !mw_domain_is_public_suffix(registrable))
        put(c, registrable, registrable, ask, where);
}

static void put_reply_to(collector *c) {
    const mw_field *field = mw_message_field(c->facts->message, "Reply-To");
    GPtrArray *addresses = field ? mw_addresses(c->facts->arena, field) : NULL;
    for (guint i = 0; addresses && i < addresses->len; i++)
        put_domain(c, ((mw_address *)addresses->pdata[i])->domain, MW_ASK_REPLY_TO, "the Reply-To address");
}

static void put_dkim(collector *c) {
    for (guint i = 0; c->facts->dkim && i < c->facts->dkim->len; i++) {
        const mw_dkim *dkim = c->facts->dkim->pdata[i];
        if (dkim->result == MW_DKIM_PASS)
            put_domain(c, dkim->domain, MW_ASK_DKIM, "the DKIM signature");
    }
}

static void put_links(collector *c) {
    const mw_links *links = mw_facts_links(c->facts);
    for (guint i = 0; i < links->all->len; i++) {
        const mw_link *link = links->all->pdata[i];
        char *address = link->url.ip.family ? mw_ip_text(c->facts->arena, &link->url.ip) : NULL;
        if (address && mw_ip_public(&link->url.ip))
            put(c, address, mw_ip_reversed(c->facts->arena, &link->url.ip), MW_ASK_LINK_IP, "a link");
        else if (!address)
            put_domain(c, link->url.host, MW_ASK_LINK, "a link");
    }
}

GPtrArray *mw_identities(mw_facts *facts, unsigned *left_out) {
    collector c = {facts, mw_array_new(facts->arena), 0};
    for (guint i = 0; facts->from && i < facts->from->len; i++)
        put_domain(&c, ((mw_address *)facts->from->pdata[i])->domain, MW_ASK_FROM, "the From address");
    put_domain(&c, facts->envelope->mail_from_domain, MW_ASK_MAIL_FROM, "the MAIL FROM address");
    if (!mw_client_untestable(facts))
        put_domain(&c, facts->envelope->helo, MW_ASK_HELO, "the HELO name");
    put_reply_to(&c);
    put_dkim(&c);
    put_links(&c);
    *left_out = c.left_out;
    return c.found;
}

GPtrArray *mw_identities_hosts(mw_facts *facts) {
    GPtrArray *found = mw_array_new(facts->arena);
    const mw_links *links = mw_facts_links(facts);
    for (guint i = 0; i < links->all->len && found->len < MW_MAX_LIST_HOSTS; i++) {
        const mw_url *url = &((const mw_link *)links->all->pdata[i])->url;
        if (!url->host || url->ip.family || !mw_domain_valid(url->host) || !strchr(url->host, '.'))
            continue;
        bool known = false;
        for (guint j = 0; j < found->len; j++)
            known |= strcmp(found->pdata[j], url->host) == 0;
        if (!known)
            g_ptr_array_add(found, (gpointer)url->host);
    }
    return found;
}
