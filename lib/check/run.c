#include "check/check.h"
#include "check/client.h"

static bool fits(const mw_facts *facts, const mw_check *check) {
    return check->subject == MW_OF_BOTH || (check->subject == MW_OF_DOMAIN) == (facts->domain != NULL);
}

void mw_checks_prefetch(mw_facts *facts) {
    for (const mw_check *const *check = mw_checks; *check; check++)
        if ((*check)->prefetch && fits(facts, *check))
            (*check)->prefetch(facts);
}

void mw_checks_run(mw_facts *facts) {
    mw_checks_prefetch(facts);
    for (const mw_check *const *check = mw_checks; *check; check++) {
        guint before = facts->findings->len;
        bool shown = !(*check)->as_written || !facts->evidence || !facts->evidence->displayed;
        if (fits(facts, *check) && shown)
            (*check)->run(facts);
        for (guint i = before; i < facts->findings->len; i++)
            ((mw_finding *)facts->findings->pdata[i])->check = (*check)->name;
    }
}

/* name: of a finding, which has it from its check. */
static bool is_dependent(const char *name) {
    for (const mw_check *const *check = mw_checks; *check; check++)
        if ((*check)->name == name)
            return (*check)->depends;
    return false;
}

static bool is_well(const char *const *keys, const mw_symbol *symbol) {
    return g_strv_contains(keys, symbol->group) || g_strv_contains(keys, symbol->name);
}

static void assume_spf(mw_facts *facts) {
    mw_spf *spf = mw_new(facts->arena, mw_spf);
    if (facts->spf)
        *spf = *facts->spf;
    spf->result = MW_SPF_PASS;
    spf->problem = NULL;
    if (mw_client_handed_on_by(facts)) /* SPF can pass for the forwarder alone */
        spf->domain = mw_client_handed_on_by(facts);
    facts->spf = spf;
}

/* Every signature verifies, as it would in an unchanged mail with its keys in place. */
static void assume_dkim(mw_facts *facts) {
    GPtrArray *all = mw_array_new(facts->arena);
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++) {
        mw_dkim *dkim = mw_memdup(facts->arena, facts->dkim->pdata[i], sizeof *dkim);
        dkim->result = dkim->body_hash = dkim->signature = MW_DKIM_PASS;
        dkim->reason = NULL;
        g_ptr_array_add(all, dkim);
    }
    facts->dkim = all;
}

static void assume_rdns(mw_facts *facts) {
    mw_rdns *rdns = mw_new(facts->arena, mw_rdns);
    if (facts->rdns)
        *rdns = *facts->rdns;
    rdns->result = MW_RDNS_PASS;
    facts->rdns = rdns;
}

/* Of these alone are the facts and findings that other checks build on. */
static bool others_build_on(const char *const *keys) {
    static const char *const groups[] = {"spf", "dkim", "arc", "rdns", NULL};
    for (; *keys; keys++)
        if (g_strv_contains(groups, *keys))
            return true;
    return false;
}

/* The checks that depend on others, over what is assumed. */
static void run_again(mw_facts *facts, const char *const *keys) {
    for (const mw_check *const *check = mw_checks; *check; check++) {
        guint before = facts->findings->len;
        if ((*check)->depends && fits(facts, *check))
            (*check)->run(facts);
        for (guint i = facts->findings->len; i-- > before;) {
            mw_finding *finding = facts->findings->pdata[i];
            finding->check = (*check)->name;
            if (is_well(keys, finding->symbol))
                g_ptr_array_remove_index(facts->findings, i);
        }
    }
}

mw_facts *mw_checks_assume(const mw_facts *base, const char *const *keys) {
    mw_facts *facts = mw_memdup(base->arena, base, sizeof *base);
    facts->findings = mw_array_new(base->arena);
    facts->notices = mw_array_new(base->arena);
    bool again = others_build_on(keys);
    for (guint i = 0; i < base->findings->len; i++) {
        const mw_finding *finding = base->findings->pdata[i];
        if (!is_well(keys, finding->symbol) && !(again && is_dependent(finding->check)))
            g_ptr_array_add(facts->findings, mw_memdup(base->arena, finding, sizeof *finding));
    }
    if (g_strv_contains(keys, "spf"))
        assume_spf(facts);
    if (g_strv_contains(keys, "dkim"))
        assume_dkim(facts);
    if (g_strv_contains(keys, "rdns"))
        assume_rdns(facts);
    if (again)
        run_again(facts, keys);
    return facts;
}
