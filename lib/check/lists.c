/* DNS lists: the connecting address, addresses further down the way, and the domains in the mail. */
#include "base/domain.h"
#include "base/limits.h"
#include "check/ask_list.h"
#include "check/check.h"
#include "check/client.h"
#include "check/domain.h"
#include "check/identities.h"
#include "dns/source.h"

enum { MAX_HOST_ADDRESSES = 2 };

static const char why_host[] = "address of a host in a link", why_host_entry[] = "entry of a host in a link";

/* By name in the one line for all lists that are of no use; JSON names every one. */
enum { LISTS_NAMED = 3 };

typedef struct asking {
    mw_facts *facts;
    bool judges_client;
    const GPtrArray *zones;
    const GPtrArray *servers; /* of mw_ip * */
    GPtrArray *no_codes;
    GHashTable *unusable; /* zone as shown -> why */
    GPtrArray *order;     /* of its keys */
} asking;

static bool asks_client(const asking *a, const mw_zone *zone) {
    const mw_envelope *envelope = a->facts->envelope;
    unsigned family = envelope->client_ip.family == 4 ? MW_ASK_IP4 : MW_ASK_IP6;
    if (!(zone->ask & family) || !a->judges_client)
        return false;
    bool null_sender = envelope->mail_from && !*envelope->mail_from;
    return strcmp(zone->kind, "null_sender") != 0 || null_sender;
}

/* --domain: the addresses of its mail servers, which are asked for like a sending server's. */
static GPtrArray *servers(mw_facts *facts) {
    GPtrArray *found = mw_array_new(facts->arena);
    for (guint i = 0; facts->domain && i < facts->domain->hosts->len; i++) {
        const mw_domain_host *host = facts->domain->hosts->pdata[i];
        for (guint j = 0; j < host->addresses->len && found->len < MW_MAX_LIST_HOPS; j++)
            if (mw_ip_public(host->addresses->pdata[j]))
                g_ptr_array_add(found, host->addresses->pdata[j]);
    }
    return found;
}

static bool asks_server(const mw_zone *zone, const mw_ip *ip) {
    return (zone->ask & (ip->family == 4 ? MW_ASK_IP4 : MW_ASK_IP6)) &&
           strcmp(zone->kind, "null_sender") != 0;
}

/* Public addresses below the boundary that no login handed over, each once. */
static GPtrArray *hops(mw_facts *facts) {
    GPtrArray *found = mw_array_new(facts->arena);
    const mw_trace *trace = facts->trace;
    if (!trace || trace->boundary < 0 || mw_client_untestable(facts))
        return found;
    for (guint i = (guint)trace->boundary + 1; i < trace->hops->len && found->len < MW_MAX_LIST_HOPS; i++) {
        const mw_hop *hop = trace->hops->pdata[i];
        if (hop->authenticated || hop->role == MW_ROLE_SUBMISSION || !mw_ip_public(&hop->from_ip) ||
            mw_ip_equal(&hop->from_ip, &facts->envelope->client_ip))
            continue;
        bool known = false;
        for (guint j = 0; j < found->len; j++)
            known |= mw_ip_equal(found->pdata[j], &hop->from_ip);
        if (!known)
            g_ptr_array_add(found, (gpointer)&hop->from_ip);
    }
    return found;
}

static bool asks_hop(const mw_zone *zone, const mw_ip *ip) {
    return zone->hops && (zone->ask & (ip->family == 4 ? MW_ASK_IP4 : MW_ASK_IP6));
}

static bool open_zones(mw_facts *facts, asking *a, GError **error) {
    *a = (asking){.facts = facts,
                  .judges_client = !mw_client_untestable(facts),
                  .zones = mw_zones_of(facts->data, facts->lists, error)};
    return a->zones != NULL;
}

static void prefetch_zone(asking *a, const mw_zone *zone, GPtrArray *identities, GPtrArray *below) {
    mw_facts *facts = a->facts;
    bool used = false;
    if (asks_client(a, zone)) {
        mw_list_prefetch(facts, zone, mw_ip_reversed(facts->arena, &facts->envelope->client_ip));
        used = true;
    }
    for (guint i = 0; i < below->len; i++)
        if (asks_hop(zone, below->pdata[i])) {
            mw_list_prefetch(facts, zone, mw_ip_reversed(facts->arena, below->pdata[i]));
            used = true;
        }
    for (guint i = 0; i < identities->len; i++) {
        const mw_identity *identity = identities->pdata[i];
        if (identity->asks & zone->ask) {
            mw_list_prefetch(facts, zone, identity->label);
            used = true;
        }
    }
    if (used)
        mw_list_prefetch_tests(facts, zone);
}

static void prefetch(mw_facts *facts) {
    asking a;
    unsigned left_out;
    if (facts->no_lists || !open_zones(facts, &a, NULL))
        return;
    GPtrArray *identities = mw_identities(facts, &left_out), *below = hops(facts);
    bool hosts = false;
    for (guint i = 0; i < a.zones->len; i++) {
        const mw_zone *zone = a.zones->pdata[i];
        if (zone->key)
            mw_dns_hide(facts->dns, zone->key);
        prefetch_zone(&a, zone, identities, below);
        hosts |= (zone->ask & MW_ASK_LINK_HOST) != 0;
    }
    /* which signatures pass is known only then */
    mw_dns_pattern(facts->dns, "entry in a list", "domains whose DKIM signature passes, in the domain lists",
                   MW_FOR_LIST);
    mw_dns_pattern(facts->dns, "test entry of a list", "the test entries of those lists", MW_FOR_LIST);
    GPtrArray *named = hosts ? mw_identities_hosts(facts) : NULL;
    if (named && named->len)
        mw_dns_pattern(facts->dns, why_host_entry, "the addresses of the hosts in links, in the IP lists",
                       MW_FOR_LIST);
    for (guint i = 0; named && i < named->len; i++)
        mw_dns_prefetch_text(facts->dns, named->pdata[i], MW_TYPE_A, MW_FOR_LIST, why_host);
}

static const char *removal_url(mw_facts *facts, const mw_zone *zone, const char *subject) {
    const char *mark = zone->url ? strstr(zone->url, "{q}") : NULL;
    return mark ? mw_printf(facts->arena, "%.*s%s%s", (int)(mark - zone->url), zone->url, subject, mark + 3)
                : zone->url;
}

static mw_list_entry *note(asking *a, const mw_zone *zone, const char *subject,
                           const mw_list_answer *answer) {
    mw_facts *facts = a->facts;
    mw_list_entry *entry = mw_new(facts->arena, mw_list_entry);
    bool answered = answer->answer && answer->answer->n_records;
    *entry = (mw_list_entry){zone->show,      subject,
                             answer->state,   answered ? mw_array_new(facts->arena) : a->no_codes,
                             answer->problem, NULL};
    for (size_t i = 0; answered && i < answer->answer->n_records; i++) {
        const mw_rdata *record = &answer->answer->records[i];
        if (record->len == 4)
            g_ptr_array_add(entry->codes, mw_printf(facts->arena, "%u.%u.%u.%u", record->data[0],
                                                    record->data[1], record->data[2], record->data[3]));
    }
    if (answer->state == MW_LIST_LISTED) {
        entry->meaning = answer->codes[0]->meaning;
        for (size_t i = 1; i < answer->n_codes; i++)
            entry->meaning = mw_printf(facts->arena, "%s, %s", entry->meaning, answer->codes[i]->meaning);
        entry->url = removal_url(facts, zone, subject);
    } else if (answer->state != MW_LIST_CLEAN && !g_hash_table_contains(a->unusable, zone->show)) {
        g_hash_table_insert(a->unusable, (gpointer)zone->show, (gpointer)answer->problem);
        g_ptr_array_add(a->order, (gpointer)zone->show);
    }
    g_ptr_array_add(facts->list_entries, entry);
    return entry;
}

/* Where an address stands. */
typedef enum place { AT_CLIENT, AT_HOP, AT_LINK } place;

/* A listed server, or a listed domain that is neither the author's nor the envelope sender's. */
static bool is_stranger(const mw_facts *facts, const char *subject, place in) {
    mw_ip ip;
    if (in != AT_CLIENT)
        return false;
    if (mw_ip_parse(mw_span_of(subject), &ip))
        return true;
    const char *own[] = {facts->from_domain, facts->envelope->mail_from_domain};
    for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
        if (own[i] && mw_domain_same_organisation(subject, own[i]))
            return false;
    return true;
}

/* One row a symbol, however many addresses or domains raise it. */
static void raise_symbol(asking *a, const mw_zone *zone, const mw_zone_code *code, const char *symbol,
                         const char *subject, const char *where, const mw_list_entry *entry, place in) {
    mw_facts *facts = a->facts;
    mw_finding *found = mw_found(facts, symbol);
    bool stranger = !strstr(zone->kind, "allow") && is_stranger(facts, subject, in);
    if (found) {
        found->deceives = stranger ? MW_DECEIVES_LIST : found->deceives;
        if (!strstr(found->summary, subject))
            found->summary = mw_printf(facts->arena, "%s; also %s%s", found->summary, subject, where);
        else if (!strstr(found->summary, zone->name))
            found->summary = mw_printf(facts->arena, "%s; also on %s", found->summary, zone->name);
        return;
    }
    const char *link = strstr(code->meaning, " ") || g_ascii_islower(*code->meaning) ? ": " : " ";
    found = mw_hit(facts, symbol, "%s%s is on the list %s%s%s%s", subject, where, zone->name, link,
                   code->meaning, mw_client_as_of_today(facts));
    found->deceives = stranger ? MW_DECEIVES_LIST : MW_DECEIVES_NOBODY;
    found->evidence = mw_printf(facts->arena, "%s at %s: %s", subject, zone->show,
                                entry->codes->len ? (const char *)entry->codes->pdata[0] : "");
    if (entry->url && found->symbol->fix)
        found->fix = mw_printf(facts->arena, "%s %s", found->symbol->fix,
                               mw_printf(facts->arena, "See %s", entry->url));
}

/* rspamd's names for one listing: RBL_SPAMHAUS_XBL, RECEIVED_SPAMHAUS_XBL, URIBL_XBL; NULL where it has none.
 */
static const char *symbol_at(mw_facts *facts, const char *symbol, place in) {
    if (!symbol || in == AT_CLIENT)
        return symbol;
    if (in == AT_HOP)
        return g_str_has_prefix(symbol, "RBL_") ? mw_printf(facts->arena, "RECEIVED_%s", symbol + 4) : NULL;
    if (!g_str_has_prefix(symbol, "RBL_SPAMHAUS_"))
        return NULL;
    bool css = g_str_has_suffix(symbol, "_CSS");
    return mw_printf(facts->arena, "URIBL_%s%s", css ? "SBL_" : "", symbol + 13);
}

static void raise_all(asking *a, const mw_zone *zone, const mw_list_answer *answer, const char *subject,
                      const char *where, const mw_list_entry *entry, place in) {
    for (size_t i = 0; i < answer->n_codes; i++) {
        const char *symbol = symbol_at(a->facts, answer->codes[i]->symbol, in);
        if (symbol && mw_catalogue_find(a->facts->catalogue, symbol))
            raise_symbol(a, zone, answer->codes[i], symbol, subject, where, entry, in);
    }
}

static void ask_one(asking *a, const mw_zone *zone, const char *subject, const char *label, const char *where,
                    place in) {
    mw_list_answer answer = mw_list_ask(a->facts, zone, label);
    const mw_list_entry *entry = note(a, zone, subject, &answer);
    if (answer.state == MW_LIST_LISTED)
        raise_all(a, zone, &answer, subject, where, entry, in);
}

static void ask_zone(asking *a, const mw_zone *zone, GPtrArray *identities, GPtrArray *below) {
    mw_facts *facts = a->facts;
    const mw_ip *client = &facts->envelope->client_ip;
    if (asks_client(a, zone))
        ask_one(a, zone, mw_ip_text(facts->arena, client), mw_ip_reversed(facts->arena, client), "",
                AT_CLIENT);
    for (guint i = 0; i < identities->len; i++) {
        const mw_identity *identity = identities->pdata[i];
        if (identity->asks & zone->ask)
            ask_one(a, zone, identity->subject, identity->label,
                    mw_printf(facts->arena, " (%s)", identity->where), AT_CLIENT);
    }
    const GPtrArray *own = a->servers;
    for (guint i = 0; i < own->len; i++)
        if (asks_server(zone, own->pdata[i]))
            ask_one(a, zone, mw_ip_text(facts->arena, own->pdata[i]),
                    mw_ip_reversed(facts->arena, own->pdata[i]), " (a mail server of the domain)", AT_CLIENT);
    for (guint i = 0; i < below->len; i++)
        if (asks_hop(zone, below->pdata[i]))
            ask_one(a, zone, mw_ip_text(facts->arena, below->pdata[i]),
                    mw_ip_reversed(facts->arena, below->pdata[i]), " (an earlier server on the way)", AT_HOP);
}

/* The addresses of hosts that links name, at a list of addresses: all asked ahead, then in order. */
static void ask_hosts(asking *a, const mw_zone *zone) {
    mw_facts *facts = a->facts;
    GPtrArray *hosts = zone->ask & MW_ASK_LINK_HOST ? mw_identities_hosts(facts) : NULL;
    for (int round = 0; hosts && round < 2; round++)
        for (guint i = 0; i < hosts->len; i++) {
            const char *host = hosts->pdata[i];
            const mw_answer *answer = mw_dns_query_text(facts->dns, host, MW_TYPE_A, MW_FOR_LIST, why_host);
            for (size_t j = 0; j < answer->n_records && j < MAX_HOST_ADDRESSES; j++) {
                mw_ip ip = {.family = 4};
                if (answer->records[j].len != 4)
                    continue;
                memcpy(ip.bytes, answer->records[j].data, 4);
                if (!mw_ip_public(&ip))
                    continue;
                const char *label = mw_ip_reversed(facts->arena, &ip);
                if (round == 0) {
                    mw_list_prefetch(facts, zone, label);
                    mw_list_prefetch_tests(facts, zone);
                } else {
                    ask_one(a, zone, mw_ip_text(facts->arena, &ip), label,
                            mw_printf(facts->arena, " (%s, named in a link)", host), AT_LINK);
                }
            }
        }
}

/* The zones from place first on that are unusable for the same reason, a few by name; they are done then. */
static void tell_same(asking *a, guint first, const char *why, GString *text) {
    guint same = 0;
    for (guint i = first; i < a->order->len; i++) {
        const char *zone = a->order->pdata[i], *other = g_hash_table_lookup(a->unusable, zone);
        if (!other || strcmp(other, why) != 0)
            continue;
        if (same < LISTS_NAMED)
            g_string_append_printf(text, "%s%s", same ? ", " : text->len ? "; " : "", zone);
        same++;
        g_hash_table_insert(a->unusable, (gpointer)zone, NULL);
    }
    if (same > LISTS_NAMED)
        g_string_append_printf(text, " and %u more", same - LISTS_NAMED);
    g_string_append_printf(text, " (%s)", why);
}

/* One line for all lists that gave no answer to go by, those with the same reason together. */
static void tell_unusable(asking *a) {
    guint n = a->order->len;
    if (!n)
        return;
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < n; i++) {
        const char *why = g_hash_table_lookup(a->unusable, a->order->pdata[i]);
        if (why)
            tell_same(a, i, why, text);
    }
    mw_notice(a->facts, "%u %s no answer to go by, and %s left out: %s.", n,
              n == 1 ? "list gave" : "lists gave", n == 1 ? "is" : "are", text->str);
    a->facts->lists_notice = a->facts->notices->pdata[a->facts->notices->len - 1];
}

static void run(mw_facts *facts) {
    if (facts->no_lists || facts->no_dns)
        return;
    asking a;
    unsigned left_out;
    g_autoptr(GError) error = NULL;
    if (!open_zones(facts, &a, &error)) {
        mw_notice(facts, "No list was asked: %s.", error->message);
        return;
    }
    a.unusable = mw_arena_own(facts->arena, g_hash_table_new(g_str_hash, g_str_equal),
                              (GDestroyNotify)g_hash_table_unref);
    a.order = mw_array_new(facts->arena);
    GPtrArray *identities = mw_identities(facts, &left_out), *below = hops(facts);
    const GPtrArray *own = a.servers = servers(facts);
    a.no_codes = mw_array_new(facts->arena);
    for (guint i = 0; i < a.zones->len; i++)
        for (guint k = 0; k < own->len; k++)
            if (asks_server(a.zones->pdata[i], own->pdata[k])) {
                mw_list_prefetch(facts, a.zones->pdata[i], mw_ip_reversed(facts->arena, own->pdata[k]));
                mw_list_prefetch_tests(facts, a.zones->pdata[i]);
            }
    for (guint i = 0; i < a.zones->len; i++)
        ask_zone(&a, a.zones->pdata[i], identities, below);
    for (guint i = 0; i < a.zones->len; i++)
        ask_hosts(&a, a.zones->pdata[i]);
    tell_unusable(&a);
    if (left_out)
        mw_notice(facts, "%u more domains of this mail were not looked up in lists.", left_out);
}

const mw_check mw_check_lists = {.name = "lists", .prefetch = prefetch, .run = run, .subject = MW_OF_BOTH};
