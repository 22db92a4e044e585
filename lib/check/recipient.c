/* Of a bounce: does the recipient's domain take mail, and was it asked at the right place? */
#include "base/domain.h"
#include "check/check.h"
#include "check/mail_host.h"

enum { MAX_JUDGED = 5 };

static const char *domain_of(mw_facts *facts, const char *address) {
    const char *at = address ? strrchr(address, '@') : NULL;
    mw_ip ip;
    if (!at || !at[1] || mw_ip_parse(mw_span_of(at + 1), &ip))
        return NULL;
    size_t len = strcspn(at + 1, "> ;");
    return mw_domain_ascii(facts->arena, (mw_span){at + 1, len});
}

/* The recipients that were not reached, each domain once: of const mw_bounce_recipient *. */
static GPtrArray *failed(mw_facts *facts) {
    GPtrArray *found = mw_array_new(facts->arena), *domains = mw_array_new(facts->arena);
    const mw_bounce *bounce = facts->bounce;
    for (guint i = 0; bounce && bounce->recipients && i < bounce->recipients->len && found->len < MAX_JUDGED;
         i++) {
        const mw_bounce_recipient *recipient = bounce->recipients->pdata[i];
        const char *domain = domain_of(facts, recipient->recipient);
        bool known = !domain || (recipient->action && strcmp(recipient->action, "delivered") == 0);
        for (guint j = 0; !known && j < domains->len; j++)
            known = strcmp(domains->pdata[j], domain) == 0;
        if (known)
            continue;
        g_ptr_array_add(domains, (gpointer)domain);
        g_ptr_array_add(found, (gpointer)recipient);
    }
    return found;
}

static void prefetch(mw_facts *facts) {
    GPtrArray *all = failed(facts);
    for (guint i = 0; i < all->len; i++)
        mw_mail_host_prefetch(facts, domain_of(facts, ((mw_bounce_recipient *)all->pdata[i])->recipient));
}

/* One letter more, less, other or swapped. */
static bool one_slip(const char *a, const char *b) {
    size_t n = strlen(a), m = strlen(b);
    if (n > m)
        return one_slip(b, a);
    if (m - n > 1 || m < 5)
        return false;
    size_t head = 0;
    while (head < n && a[head] == b[head])
        head++;
    size_t tail = 0;
    while (tail < n - head && a[n - 1 - tail] == b[m - 1 - tail])
        tail++;
    size_t left_a = n - head - tail, left_b = m - head - tail;
    if (left_a + left_b == 0)
        return false;
    if (left_a <= 1 && left_b <= 1)
        return true;
    return left_a == 2 && left_b == 2 && a[head] == b[head + 1] && a[head + 1] == b[head];
}

/* The well-known domain that was probably meant, or NULL. */
static const char *meant(mw_facts *facts, const char *domain) {
    const mw_table *table = mw_data_table(facts->data, "freemail.tsv", NULL);
    const char *found = NULL;
    for (guint i = 0; table && i < table->rows->len; i++) {
        const char *known = ((const char *const *)table->rows->pdata[i])[0];
        if (strcmp(known, domain) == 0)
            return NULL;
        if (one_slip(domain, known) && (!found || strcmp(known, "gmail.com") == 0))
            found = known;
    }
    return found;
}

static bool is_among(const GPtrArray *hosts, const char *host) {
    for (guint i = 0; i < hosts->len; i++)
        if (g_ascii_strcasecmp(hosts->pdata[i], host) == 0 ||
            mw_domain_same_organisation(hosts->pdata[i], host))
            return true;
    return false;
}

static void judge(mw_facts *facts, const mw_bounce_recipient *recipient) {
    const char *domain = domain_of(facts, recipient->recipient);
    const char *other = meant(facts, domain);
    if (other && !mw_found(facts, "RCPT_DOMAIN_TYPO"))
        mw_hit(facts, "RCPT_DOMAIN_TYPO", "%s may be mistyped: %s?", domain, other)->fix =
            mw_printf(facts->arena, "Check the address %s, and send to %s if that was meant.",
                      recipient->recipient, other);
    mw_mail_host host = mw_mail_host_read(facts, domain);
    bool answered = recipient->remote_host && recipient->reply_code; /* then it took mail at that time */
    if (answered && host.state != MW_HOST_NULL_MX && (!host.hosts || host.hosts->len == 0))
        return;
    if (host.state == MW_HOST_NULL_MX)
        mw_hit(facts, "RCPT_DOMAIN_NO_MAIL", "%s, the recipient's domain, says that it takes no mail",
               domain);
    else if (host.state == MW_HOST_NONE || host.state == MW_HOST_DEAD_MX)
        mw_hit(facts, "RCPT_DOMAIN_NO_MAIL", "%s, the recipient's domain, %s", domain, host.why);
    else if (host.state == MW_HOST_UNKNOWN)
        mw_notice(facts, "Whether %s, the recipient's domain, takes mail is not known: %s.", domain,
                  host.why);
    else if (recipient->remote_host && strchr(recipient->remote_host, '.') &&
             mw_domain_valid(recipient->remote_host) && host.hosts->len &&
             !is_among(host.hosts, recipient->remote_host))
        mw_hit(facts, "RCPT_NOT_ITS_MX", "%s answered, but is no mail server of %s today (%s)",
               recipient->remote_host, domain, (const char *)host.hosts->pdata[0]);
}

static void run(mw_facts *facts) {
    GPtrArray *all = failed(facts);
    for (guint i = 0; i < all->len; i++)
        judge(facts, all->pdata[i]);
}

const mw_check mw_check_recipient = {.name = "recipient", .prefetch = prefetch, .run = run};
