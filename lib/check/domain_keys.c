/* --domain: the DKIM keys under the selectors that were named, and under common ones (data/selectors.tsv). */
#include "base/limits.h"
#include "check/check.h"
#include "check/domain.h"
#include "dkim/key_find.h"

static const char *key_name(const mw_facts *facts, const char *selector) {
    return mw_printf(facts->arena, "%s._domainkey.%s", selector, facts->domain->name);
}

/* Named ones first; of const char *. */
static GPtrArray *selectors(const mw_facts *facts) {
    GPtrArray *all = mw_array_new(facts->arena);
    for (guint i = 0; i < facts->domain->selectors->len; i++)
        g_ptr_array_add(all, facts->domain->selectors->pdata[i]);
    const mw_table *table = mw_data_table(facts->data, "selectors.tsv", NULL);
    for (guint i = 0; table && i < table->rows->len; i++) {
        const char *selector = ((const char *const *)table->rows->pdata[i])[0];
        if (!g_ptr_array_find_with_equal_func(all, selector, g_str_equal, NULL))
            g_ptr_array_add(all, (gpointer)selector);
    }
    return all;
}

static void prefetch(mw_facts *facts) {
    GPtrArray *all = selectors(facts);
    for (guint i = 0; i < all->len; i++)
        mw_dns_prefetch_text(facts->dns, key_name(facts, all->pdata[i]), MW_TYPE_TXT, MW_FOR_AUTH,
                             "DKIM key");
}

static const char *good_words(const mw_facts *facts, const mw_dkim_key *found) {
    const mw_key *key = found->key;
    return mw_printf(facts->arena, "%s, %u bits%s%s", key->type_name, key->bits,
                     key->testing ? ", t=y (only testing)" : "",
                     found->notice ? mw_printf(facts->arena, "; %s", found->notice) : "");
}

static void judge(mw_facts *facts, const char *selector, const mw_dkim_key *found) {
    enum { LEAST_BITS = 1024, WISE_BITS = 2048 };
    const mw_key *key = found->key;
    if (found->state == MW_KEY_BAD && found->meant)
        mw_hit(facts, "DOMAIN_KEY_BROKEN", "%s", found->reason)->fix =
            mw_printf(facts->arena, "Replace the TXT record at %s by an alias (CNAME) of %s.", found->name,
                      found->meant);
    else if (found->state == MW_KEY_BAD && key && key->problem == MW_KEY_REVOKED)
        return; /* so it is meant */
    else if (found->state == MW_KEY_BAD)
        mw_hit(facts, "DOMAIN_KEY_BROKEN", "%s", found->reason)->fix =
            found->n_keys > 1
                ? mw_printf(facts->arena, "Leave only one key record at %s.", found->name)
                : mw_printf(facts->arena, "Copy the key's text to %s anew, whole.", found->name);
    else if (key->type == MW_KEY_RSA && key->bits < LEAST_BITS)
        mw_hit(facts, "DOMAIN_KEY_WEAK",
               "the key under the selector %s has %u bits: receivers take none below 1,024", selector,
               key->bits);
    else if (key->type == MW_KEY_RSA && key->bits < WISE_BITS)
        mw_notice(facts, "The key under the selector %s has %u bits; 2,048 are advised.", selector,
                  key->bits);
    if (found->state == MW_KEY_FOUND && key->testing)
        mw_hit(facts, "DOMAIN_KEY_TESTING",
               "the key under the selector %s says t=y, only testing: receivers may count its signatures as "
               "none",
               selector);
}

static void add(mw_facts *facts, const char *selector, const mw_dkim_key *found) {
    mw_domain_key *key = mw_new(facts->arena, mw_domain_key);
    *key = (mw_domain_key){.selector = selector,
                           .good = found->state == MW_KEY_FOUND,
                           .words = found->state == MW_KEY_FOUND ? good_words(facts, found) : found->reason};
    g_ptr_array_add(facts->domain->keys, key);
}

static bool all_ed25519(const mw_facts *facts) {
    bool any = false;
    for (guint i = 0; i < facts->domain->keys->len; i++) {
        const mw_domain_key *key = facts->domain->keys->pdata[i];
        if (key->good && !g_str_has_prefix(key->words, "ed25519"))
            return false;
        any |= key->good;
    }
    return any;
}

static void run(mw_facts *facts) {
    GPtrArray *all = selectors(facts);
    guint named = facts->domain->selectors->len;
    facts->domain->selectors_tried = all->len;
    for (guint i = 0; i < all->len; i++) {
        const mw_dkim_key *found = mw_dkim_key_find(facts->arena, facts->dns, key_name(facts, all->pdata[i]));
        if (i < named && found->state == MW_KEY_DNS)
            mw_unknown(facts, "DOMAIN_KEY_BROKEN", "%s", found->reason)->counts_for_exit = !facts->no_dns;
        if (i < named && found->state == MW_KEY_ABSENT)
            mw_hit(facts, "DOMAIN_KEY_MISSING", "there is no key under the selector %s: %s",
                   (const char *)all->pdata[i], found->reason);
        if (i < named || found->state == MW_KEY_FOUND || found->state == MW_KEY_BAD)
            add(facts, all->pdata[i], found);
        if (found->state == MW_KEY_FOUND || found->state == MW_KEY_BAD)
            judge(facts, all->pdata[i], found);
    }
    if (all_ed25519(facts))
        mw_hit(facts, "DKIM_ED25519_ONLY",
               "all keys that were found are ed25519, which Gmail and Microsoft do not verify");
}

const mw_check mw_check_domain_keys = {
    .name = "domain_keys", .prefetch = prefetch, .run = run, .subject = MW_OF_DOMAIN};
