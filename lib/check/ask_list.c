#include "check/ask_list.h"

static const char why_test[] = "test entry of a list", why_ask[] = "entry in a list";

static void prefetch(mw_facts *facts, const mw_name *name, const char *why) {
    if (name->len)
        mw_dns_prefetch(facts->dns, name, MW_TYPE_A, MW_FOR_LIST, why);
}

void mw_list_prefetch(mw_facts *facts, const mw_zone *zone, const char *label) {
    mw_name name;
    if (!zone->dead && !zone->missing_key && mw_zone_name(zone, mw_span_of(label), &name))
        prefetch(facts, &name, why_ask);
}

void mw_list_prefetch_tests(mw_facts *facts, const mw_zone *zone) {
    if (zone->dead || zone->missing_key)
        return;
    for (size_t i = 0; i < zone->n_entries; i++)
        prefetch(facts, &zone->entries[i].name, why_test);
    prefetch(facts, &zone->negative_name, why_test);
}

static const mw_answer *ask(mw_facts *facts, const mw_name *name, const char *why) {
    return mw_dns_query(facts->dns, name, MW_TYPE_A, MW_FOR_LIST, why);
}

/* The first address that says "not for you", or NULL. */
static const uint8_t *refusal(const mw_zone *zone, const mw_answer *answer) {
    for (size_t i = 0; i < answer->n_records; i++)
        if (answer->records[i].len == 4 && mw_zone_refuses(zone, answer->records[i].data))
            return answer->records[i].data;
    return NULL;
}

static bool answers_as_tabled(const mw_answer *answer, const mw_ip *wanted) {
    for (size_t i = 0; i < answer->n_records; i++)
        if (wanted->family == 4 && answer->records[i].len == 4 &&
            memcmp(answer->records[i].data, wanted->bytes, 4) == 0)
            return true;
    return false;
}

static mw_list_answer not_believed(mw_list_state state, const char *problem) {
    return (mw_list_answer){.state = state, .problem = problem};
}

static mw_list_answer refused(mw_facts *facts, const uint8_t *address) {
    const char *said =
        address[0] == 127 ? "it does not serve this resolver" : "something on the way answers in its place";
    return not_believed(MW_LIST_REFUSED, mw_printf(facts->arena, "%s (answer %u.%u.%u.%u)", said, address[0],
                                                   address[1], address[2], address[3]));
}

static mw_list_answer failed(mw_facts *facts, mw_dns_status status) {
    if (status == MW_DNS_NOTRECORDED || status == MW_DNS_BUDGET)
        return not_believed(MW_LIST_NOT_ASKED, mw_dns_status_words(status));
    return not_believed(status == MW_DNS_REFUSED ? MW_LIST_REFUSED : MW_LIST_UNKNOWN,
                        mw_dns_status_words(status));
}

/* Clean: the test entries are as they should be. Anything else: why the list is void for this run. */
static mw_list_answer test_anew(mw_facts *facts, const mw_zone *zone) {
    mw_list_answer verdict =
        not_believed(MW_LIST_UNKNOWN, "it has no test entry: \"not listed\" proves nothing");
    bool answered = false;
    for (size_t i = 0; i < zone->n_entries && !answered; i++) {
        const mw_answer *answer = ask(facts, &zone->entries[i].name, why_test);
        const uint8_t *no = refusal(zone, answer);
        if (answers_as_tabled(answer, &zone->entries[i].wanted) ||
            (answer->status == MW_DNS_OK && answer->n_records && !no))
            answered = true;
        else if (no)
            verdict = refused(facts, no);
        else if (mw_dns_failed(answer->status))
            verdict = failed(facts, answer->status);
        else
            verdict = not_believed(MW_LIST_UNKNOWN, "it does not answer its own test entry from here");
    }
    if (zone->negative) {
        const mw_answer *answer = ask(facts, &zone->negative_name, why_test);
        const uint8_t *no = refusal(zone, answer);
        if (no)
            return refused(facts, no);
        if (answer->status == MW_DNS_OK)
            return not_believed(MW_LIST_DEAD, "it lists everything, even what must never be listed");
    }
    return answered ? not_believed(MW_LIST_CLEAN, NULL) : verdict;
}

/* Once a mail, however many addresses and domains are asked for. */
static mw_list_answer test(mw_facts *facts, const mw_zone *zone) {
    if (!facts->list_tests)
        facts->list_tests =
            mw_arena_own(facts->arena, g_hash_table_new(NULL, NULL), (GDestroyNotify)g_hash_table_unref);
    mw_list_answer *known = g_hash_table_lookup(facts->list_tests, zone);
    if (!known) {
        mw_list_answer verdict = test_anew(facts, zone);
        known = mw_memdup(facts->arena, &verdict, sizeof verdict);
        g_hash_table_insert(facts->list_tests, (gpointer)zone, known);
    }
    return *known;
}

static void read_codes(const mw_zone *zone, mw_list_answer *out) {
    for (size_t i = 0; i < out->answer->n_records; i++) {
        const mw_zone_code *code = NULL;
        if (out->answer->records[i].len == 4)
            while ((code = mw_zone_code_find(zone, out->answer->records[i].data, code)) != NULL &&
                   out->n_codes < G_N_ELEMENTS(out->codes))
                out->codes[out->n_codes++] = code;
    }
}

mw_list_answer mw_list_ask(mw_facts *facts, const mw_zone *zone, const char *label) {
    if (zone->dead)
        return not_believed(MW_LIST_DEAD, zone->dead);
    if (zone->missing_key)
        return not_believed(MW_LIST_NOT_ASKED,
                            mw_printf(facts->arena, "it needs a key (%s in keys.ini)", zone->missing_key));
    mw_name name;
    if (!mw_zone_name(zone, mw_span_of(label), &name))
        name.len = 0;
    const mw_answer *answer = ask(facts, &name, why_ask);
    const uint8_t *no = refusal(zone, answer);
    mw_list_answer result = no                              ? refused(facts, no)
                            : mw_dns_failed(answer->status) ? failed(facts, answer->status)
                                                            : test(facts, zone);
    result.answer = answer;
    /* A list without a test entry may be believed when it lists, not when it does not. */
    bool untested = result.state == MW_LIST_UNKNOWN && zone->n_entries == 0 && !mw_dns_failed(answer->status);
    if ((result.state != MW_LIST_CLEAN && !untested) || answer->status != MW_DNS_OK)
        return result;
    read_codes(zone, &result);
    result.state = result.n_codes ? MW_LIST_LISTED : MW_LIST_UNKNOWN;
    result.problem = result.n_codes ? NULL : "it gave an answer that it does not document";
    return result;
}
