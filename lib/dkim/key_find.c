#include "dkim/key_find.h"
#include "base/domain.h"
#include "base/limits.h"

enum { SHOWN = 40 };

static const char why[] = "DKIM key";

/* SELECTOR._domainkey.DOMAIN.DOMAIN: where a key lands when it is entered with its whole name in a form that
 * adds the domain. False when there is no such name. */
static bool double_domain(const mw_name *name, mw_name *out) {
    size_t at = 0;
    bool found = false;
    while (!found && at < name->len && name->wire[at]) {
        mw_span label = {(const char *)name->wire + at + 1, name->wire[at]};
        found = mw_span_is(label, "_domainkey");
        at += 1 + label.len;
    }
    size_t domain = name->len - at;
    if (!found || domain < 2 || name->len - 1 + domain > sizeof(out->wire))
        return false;
    memcpy(out->wire, name->wire, name->len - 1u);
    memcpy(out->wire + name->len - 1, name->wire + at, domain);
    out->len = (uint8_t)(name->len - 1 + domain);
    return true;
}

static void ask_doubled(mw_dns *dns, const mw_name *name, const mw_answer *answer, void *data) {
    mw_name doubled;
    if (mw_dns_absent(answer->status) && double_domain(name, &doubled))
        mw_dns_prefetch(dns, &doubled, MW_TYPE_TXT, MW_FOR_AUTH, why);
}

void mw_dkim_key_prefetch(mw_dns *dns, const char *name) {
    mw_name wire;
    mw_dns_pattern(dns, why, "the name of a missing DKIM key with its domain once more", MW_FOR_AUTH);
    if (name && mw_name_read(mw_span_of(name), &wire))
        mw_dns_prefetch_then(dns, &wire, MW_TYPE_TXT, MW_FOR_AUTH, why, ask_doubled, NULL);
}

/* Where the missing key was entered instead, if it was. */
static void find_doubled(mw_arena *arena, mw_dns *dns, mw_dkim_key *out) {
    mw_name wire, doubled;
    if (!mw_name_read(mw_span_of(out->name), &wire) || !double_domain(&wire, &doubled))
        return;
    const mw_answer *answer = mw_dns_query(dns, &doubled, MW_TYPE_TXT, MW_FOR_AUTH, why);
    if (answer->status != MW_DNS_OK || answer->n_records == 0)
        return;
    mw_span text = mw_rdata_txt(arena, &answer->records[0]);
    if (mw_key_read(arena, text)->problem != MW_KEY_GOOD)
        return;
    out->elsewhere = mw_name_text(arena, &doubled);
    out->elsewhere_text = mw_span_dup(arena, text);
    out->reason =
        mw_printf(arena, "%s; it stands at %s instead: the domain was entered where it is added anyway",
                  out->reason, out->elsewhere);
}

/* "the name NAME", or behind an alias "NAME is an alias of TARGET, which". */
static const char *pointed_to(mw_arena *arena, const mw_answer *answer, const char *name) {
    if (answer->canonical.len == 0)
        return mw_printf(arena, "the name %s", name);
    return mw_printf(arena, "%s is an alias of %s, which", name, mw_name_text(arena, &answer->canonical));
}

static bool without_key(mw_arena *arena, const mw_answer *answer, mw_dkim_key *out) {
    if (answer->status == MW_DNS_NOTRECORDED || answer->status == MW_DNS_BUDGET) {
        out->state = MW_KEY_NOT_ASKED;
        out->reason = mw_printf(arena, "the key at %s was not asked for", out->name);
    } else if (mw_dns_failed(answer->status)) {
        out->state = MW_KEY_DNS;
        out->reason = mw_printf(arena, "the key at %s could not be had: %s", out->name,
                                mw_dns_status_words(answer->status));
    } else if (answer->bogus) {
        out->state = MW_KEY_DNS;
        out->reason =
            mw_printf(arena, "the key at %s could not be had: its DNSSEC signatures do not hold%s%s",
                      out->name, answer->why_bogus ? ": " : "", answer->why_bogus ? answer->why_bogus : "");
    } else if (answer->status == MW_DNS_NXDOMAIN || answer->status == MW_DNS_BADNAME) {
        out->state = MW_KEY_ABSENT;
        out->reason = mw_printf(arena, "no key: %s does not exist", pointed_to(arena, answer, out->name));
    } else if (answer->n_records == 0) {
        out->state = MW_KEY_ABSENT;
        out->reason = mw_printf(arena, "no key: %s has no TXT record", pointed_to(arena, answer, out->name));
    } else {
        return false;
    }
    return true;
}

/* It was written to be a key, whatever became of it. */
static bool means_key(mw_span record) {
    return mw_span_starts(record, "v=DKIM1") || mw_span_search(record, "p=") != SIZE_MAX;
}

/* The text is a full host name and nothing else: entered as TXT, meant as CNAME. */
static const char *host_in(mw_arena *arena, mw_span record) {
    mw_span text = mw_span_trim(record);
    if (mw_span_ends(text, "."))
        text.len--;
    const char *host = mw_span_dup(arena, text);
    const char *last = strrchr(host, '.');
    return last && mw_domain_valid(host) && g_ascii_isalpha(last[1]) ? host : NULL;
}

/* Other text at the name is no second key; two that could be keys are (RFC 6376 section 3.6.2.2). */
static bool may_be_key(const mw_key *key) {
    return key->problem != MW_KEY_FOREIGN && key->problem != MW_KEY_SYNTAX;
}

const mw_dkim_key *mw_dkim_key_find(mw_arena *arena, mw_dns *dns, const char *name) {
    mw_dkim_key *out = mw_new(arena, mw_dkim_key);
    out->name = name;
    out->state = MW_KEY_ABSENT;
    if (!name) {
        out->reason = "no key: the signature names no place for one";
        return out;
    }
    const mw_answer *answer = mw_dns_query_text(dns, name, MW_TYPE_TXT, MW_FOR_AUTH, why);
    out->alias = answer->canonical.len ? mw_name_text(arena, &answer->canonical) : NULL;
    if (without_key(arena, answer, out)) {
        if (out->state == MW_KEY_ABSENT)
            find_doubled(arena, dns, out);
        return out;
    }
    size_t keys = 0, broken = 0, n = MIN(answer->n_records, (size_t)MW_MAX_TXT_RECORDS);
    for (size_t i = 0; i < n; i++) {
        mw_span record = mw_rdata_txt(arena, &answer->records[i]);
        const mw_key *key = mw_key_read(arena, record);
        if (!out->key || (keys == 0 && may_be_key(key))) {
            out->key = key;
            out->record = record;
        }
        keys += may_be_key(key);
        if (key->problem != MW_KEY_GOOD && means_key(record))
            out->worst = mw_span_dup(arena, mw_span_slice(record, 0, MIN(record.len, (size_t)SHOWN)));
        broken += key->problem == MW_KEY_SYNTAX && means_key(record);
    }
    keys += broken;
    out->n_keys = keys;
    out->state = out->key->problem == MW_KEY_GOOD ? MW_KEY_FOUND : MW_KEY_BAD;
    if (keys > 1) {
        out->state = MW_KEY_BAD;
        out->reason = mw_printf(
            arena, "%s has %zu key records, and there must be one: receivers differ in which they take%s",
            name, keys,
            out->worst ? mw_printf(arena, "; the one that begins \"%s\" is broken", out->worst) : "");
    } else if (out->state == MW_KEY_BAD) {
        out->meant = host_in(arena, out->record);
        out->reason = out->meant
                          ? mw_printf(arena,
                                      "%s: the TXT record holds the host name %s, where an alias (CNAME) "
                                      "to it was meant",
                                      name, out->meant)
                          : mw_printf(arena, "%s: %s", name, out->key->reason);
    } else if (answer->n_records > 1) {
        out->notice =
            mw_printf(arena, "%s has %zu TXT records, one of them a key: some receivers refuse that", name,
                      answer->n_records);
    } else {
        out->notice = out->key->notice;
    }
    return out;
}
