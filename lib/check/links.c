/* Links: what is shown against where it leads, and how addresses are disguised. */
#include "base/domain.h"
#include "check/check.h"
#include "check/client.h"
#include "check/lookalike.h"

/* One row a symbol: the first link speaks for it, the others are counted. */
typedef struct tally {
    mw_facts *facts;
    const mw_table *tlds; /* data/tlds/suspicious.tsv */
} tally;

static mw_finding *once(tally *t, const char *symbol, double scale, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
static mw_finding *once(tally *t, const char *symbol, double scale, const char *format, ...) {
    mw_finding *found = mw_found(t->facts, symbol);
    if (found && found->scale >= scale)
        return found;
    va_list args;
    va_start(args, format);
    const char *summary = mw_vprintf(t->facts->arena, format, args);
    va_end(args);
    if (!found)
        found = mw_hit(t->facts, symbol, "%s", summary);
    found->summary = summary;
    found->scale = scale;
    return found;
}

/* "wrapper", "shortener", "counter" or NULL. */
static const char *kind_of_host(const tally *t, const char *host) {
    const char *const *row = mw_data_row_below(t->facts->data, "links.tsv", host);
    return row ? row[1] : NULL;
}

static bool is_kind(const tally *t, const char *host, const char *kind) {
    const char *is = host ? kind_of_host(t, host) : NULL;
    return is && strcmp(is, kind) == 0;
}

static bool is_web(const mw_url *url) {
    return url->host &&
           (strcmp(url->scheme, "http") == 0 || strcmp(url->scheme, "https") == 0 || !*url->scheme);
}

/* Names of files that are domains, too: shown alone they are taken for files. */
static bool looks_like_file(const char *domain) {
    static const char *const suffixes[] = {".zip", ".mov", ".sh", ".py", ".pl", ".rs", ".md", ".so", ".ps"};
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++)
        if (g_str_has_suffix(domain, suffixes[i]) && strchr(domain, '.') == strrchr(domain, '.'))
            return true;
    return false;
}

/* The web address that the text of a link shows: false when it shows none. */
static bool shown_address(mw_facts *facts, const char *shown, mw_url *out) {
    mw_span text = mw_span_trim(mw_span_of(shown));
    while (text.len && strchr("\"'<([", text.data[0]))
        text = mw_span_from(text, 1);
    size_t end = 0;
    while (end < text.len && (unsigned char)text.data[end] > ' ' && !strchr("\"<>)]", text.data[end]))
        end++;
    mw_span first = mw_span_slice(text, 0, end);
    bool alone = mw_span_trim(mw_span_from(text, end)).len <= 2;
    bool plain = mw_span_starts(first, "www.");
    if (mw_span_starts(first, "http://") || mw_span_starts(first, "https://"))
        return mw_url_read(facts->arena, first, out) && out->host &&
               (out->ip.family || (strchr(out->host, '.') && mw_domain_known_tld(out->host)));
    if ((!plain && !alone) || mw_span_find(first, '@') != SIZE_MAX || first.len > 512)
        return false;
    while (first.len && strchr(".,;:!?", first.data[first.len - 1]))
        first.len--;
    if (!mw_url_read(facts->arena, mw_span_of(mw_printf(facts->arena, "//%.*s", (int)first.len, first.data)),
                     out) ||
        !out->host || out->ip.family)
        return false;
    return mw_domain_valid(out->host) && strchr(out->host, '.') && mw_domain_known_tld(out->host) &&
           !looks_like_file(out->host);
}

/* The site whose short host it is; the host itself when it is nobody's. */
static const char *site_of(const tally *t, const char *host) {
    const char *const *row = mw_data_row_below(t->facts->data, "link_aliases.tsv", host);
    return row ? row[1] : host;
}

static bool same(const tally *t, const mw_url *a, const mw_url *b) {
    if (a->ip.family || b->ip.family)
        return mw_ip_equal(&a->ip, &b->ip);
    return g_ascii_strcasecmp(a->host, b->host) == 0 || mw_domain_same_organisation(a->host, b->host) ||
           mw_domain_same_organisation(site_of(t, a->host), site_of(t, b->host));
}

/* Where a link leads behind a service that wraps links to check them; false when that cannot be told. */
static bool unwrapped(tally *t, const mw_url *url, mw_url *out) {
    *out = *url;
    if (!is_kind(t, url->host, "wrapper"))
        return true;
    GPtrArray *nested = mw_url_nested(t->facts->arena, url, 1);
    return nested->len && mw_url_read(t->facts->arena, *(mw_span *)nested->pdata[0], out) && out->host;
}

static bool is_own(const mw_facts *facts, const char *host) {
    return facts->from_domain && mw_domain_same_organisation(host, facts->from_domain);
}

/* The sender's own domain vouches for the link: it is the one that is shown, or to which it leads, and the
 * mail is proved to be from it; or it is shown on a link through the host that counts the clicks. */
static bool is_vouched_for(const tally *t, const mw_url *shown, const mw_url *target) {
    const mw_facts *facts = t->facts;
    if (!is_own(facts, shown->host) && !is_own(facts, target->host))
        return false;
    if (is_own(facts, shown->host) && is_kind(t, target->host, "counter"))
        return true;
    const mw_claim *then = mw_claims_trusted(facts->claims, "dmarc");
    return (facts->dmarc && facts->dmarc->rfc9989.result == MW_DMARC_PASS) ||
           (then && strcmp(then->result, "pass") == 0);
}

/* A service that is not the author sends it, and says so: SPF or a signature passes for that one. */
static bool passes_for(const mw_facts *facts, const char *host) {
    const mw_spf *spf = facts->spf;
    if (spf && spf->result == MW_SPF_PASS && spf->domain &&
        (!host || mw_domain_same_organisation(spf->domain, host)))
        return true;
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++) {
        const mw_dkim *dkim = facts->dkim->pdata[i];
        if (dkim->result == MW_DKIM_PASS && dkim->domain &&
            (!host || mw_domain_same_organisation(dkim->domain, host)))
            return true;
    }
    return false;
}

/* The link goes through whoever sends the mail, who counts the clicks: that deceives nobody. */
static bool is_of_the_service(const tally *t, const mw_url *shown, const mw_url *target) {
    const mw_facts *facts = t->facts;
    const char *mail_from = facts->envelope->mail_from_domain;
    if (target->ip.family)
        return false;
    if (is_kind(t, target->host, "counter"))
        return true;
    if (mw_client_forwarder(facts)) /* who only hands a mail on puts no links of its own into it */
        return false;
    if (passes_for(facts, target->host) ||
        (mail_from && mw_domain_same_organisation(mail_from, target->host)))
        return true;
    return is_own(facts, shown->host) && passes_for(facts, NULL) &&
           !mw_lookalike(facts->arena, target->host, shown->host);
}

static void check_shown(tally *t, const mw_link *link) {
    mw_facts *facts = t->facts;
    mw_url shown, target;
    if (link->kind != MW_LINK_ANCHOR || !*link->shown || !is_web(&link->url) ||
        !shown_address(facts, link->shown, &shown) || !unwrapped(t, &link->url, &target) ||
        same(t, &shown, &target))
        return;
    mw_deceives deceives = is_of_the_service(t, &shown, &target) ? MW_DECEIVES_NOBODY : MW_DECEIVES_LINK;
    if (target.ip.family && !shown.ip.family)
        once(t, "HTTP_TO_IP", 1, "a link shows %s and leads to the bare address %s", shown.host, target.host)
            ->deceives = deceives;
    if (is_vouched_for(t, &shown, &target))
        return;
    double weight = target.ip.family || shown.ip.family
                        ? 0.5
                        : mw_lookalike_weight(facts->arena, shown.host, target.host);
    mw_finding *finding = once(t, "PHISHING", weight, "a link shows %s and leads to %s", shown.host,
                               mw_domain_unicode(facts->arena, target.host));
    finding->evidence = mw_printf(facts->arena, "%s -> %s", link->shown, link->url.text);
    finding->deceives = MAX(finding->deceives, deceives);
    if (strcmp(shown.scheme, "https") == 0 && strcmp(target.scheme, "http") == 0)
        once(t, "HTTP_TO_HTTPS", 1, "a link shows https://%s and leads to http://%s", shown.host,
             target.host);
}

static void check_disguise(tally *t, const mw_link *link) {
    const mw_url *url = &link->url;
    if (!is_web(url))
        return;
    if (url->oddities & MW_URL_ZERO_WIDTH)
        once(t, "ZERO_WIDTH_SPACE_URL", 1, "a link to %s has invisible characters in its name", url->host)
            ->deceives = MW_DECEIVES_LINK;
    if (url->oddities & MW_URL_MIXED_SCRIPT)
        once(t, "OMOGRAPH_URL", 1, "the name in a link mixes letters of different alphabets: %s", url->host)
            ->deceives = MW_DECEIVES_LINK;
    const char *how = url->oddities & MW_URL_USERINFO       ? "another name stands before an @ in it"
                      : url->oddities & MW_URL_NUMBER_HOST  ? "its address is written as a number"
                      : url->oddities & MW_URL_PERCENT_HOST ? "letters of its name are encoded"
                                                            : NULL;
    if (how) {
        mw_finding *finding = once(t, "R_SUSPICIOUS_URL", 1, "a link to %s is disguised: %s", url->host, how);
        finding->evidence = url->text;
        finding->deceives = MW_DECEIVES_LINK;
    }
    if (url->ip.family && link->kind != MW_LINK_NESTED && mw_ip_public(&url->ip))
        once(t, "URL_IP", 1, "a link leads to the bare address %s", url->host);
}

static void check_lookalike(tally *t, const mw_link *link) {
    const char *own = t->facts->from_domain;
    if (own && is_web(&link->url) && !link->url.ip.family &&
        mw_lookalike(t->facts->arena, link->url.host, own))
        once(t, "LOOKALIKE_DOMAIN", 1, "a link leads to %s, which looks like %s but is another domain",
             link->url.host, own)
            ->deceives = MW_DECEIVES_LINK;
}

static void check_host(tally *t, const mw_link *link) {
    if (!is_web(&link->url) || link->url.ip.family)
        return;
    const char *host = link->url.host;
    if (is_kind(t, host, "shortener"))
        once(t, "URL_SHORTENER", 1, "a link goes through %s, which hides where it leads", host);
    const char *dot = strrchr(host, '.');
    for (guint i = 0; dot && t->tlds && i < t->tlds->rows->len; i++)
        if (strcmp(((const char *const *)t->tlds->rows->pdata[i])[0], dot + 1) == 0)
            once(t, "SUSPICIOUS_TLD", 1, "a link leads to %s: much spam uses .%s", host, dot + 1);
}

static void check_kind(tally *t, const mw_link *link) {
    const mw_url *url = &link->url;
    if (link->kind == MW_LINK_REFRESH)
        once(t, "HTML_META_REFRESH_URL", 1, "opened, the mail goes to %s by itself",
             url->host ? url->host : url->text);
    if (link->kind == MW_LINK_FORM && url->host)
        once(t, "HTML_FORM", 1, "the mail holds a form that sends what is entered to %s", url->host);
    if (link->kind == MW_LINK_ANCHOR &&
        (strcmp(url->scheme, "data") == 0 || strcmp(url->scheme, "javascript") == 0 ||
         strcmp(url->scheme, "vbscript") == 0))
        once(t, "LINK_WITH_CODE", 1, "a link holds a page or program itself (%s:)", url->scheme);
}

static void run(mw_facts *facts) {
    const mw_links *links = mw_facts_links(facts);
    tally t = {facts, mw_data_table(facts->data, "tlds/suspicious.tsv", NULL)};
    for (guint i = 0; i < links->all->len; i++) {
        const mw_link *link = links->all->pdata[i];
        check_shown(&t, link);
        check_disguise(&t, link);
        check_lookalike(&t, link);
        check_host(&t, link);
        check_kind(&t, link);
    }
    if (links->left_out)
        mw_notice(facts, "%zu further links of this mail were not looked at.", links->left_out);
}

const mw_check mw_check_links = {.name = "links", .run = run, .depends = true};
