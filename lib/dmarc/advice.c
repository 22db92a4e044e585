#include "dmarc/judge.h"
#include "base/domain.h"

enum { MAX_REPORT_QUESTIONS = 3 };

static void add(mw_dmarc_judge *judge, mw_dmarc *dmarc, const char *id, const char *text, const char *fix) {
    mw_dmarc_defect(judge->arena, dmarc->defects, id, text, fix);
}

static void add_all(mw_dmarc *dmarc, mw_arena *arena, const mw_dmarc_record *record) {
    for (guint i = 0; i < record->defects->len; i++) {
        const mw_spf_advice *d = record->defects->pdata[i];
        mw_dmarc_defect(arena, dmarc->defects, d->id, d->text, d->fix);
    }
}

/* A name at which the owner of the author domain may have put a record: not a public suffix above it. */
static bool is_the_owners(const mw_dmarc_judge *judge, const char *domain) {
    return mw_domain_below(domain, mw_domain_registrable(judge->domain));
}

static void advise_step(mw_dmarc_judge *judge, mw_dmarc *dmarc, const mw_dmarc_lookup *step) {
    if (!is_the_owners(judge, step->domain))
        return;
    if (step->state == MW_DMARC_SEVERAL) {
        dmarc->bad_record = true;
        add(judge, dmarc, "several",
            mw_printf(judge->arena, "_dmarc.%s has %u DMARC records; receivers use none of them",
                      step->domain, step->count),
            mw_printf(judge->arena, "Leave one TXT record at _dmarc.%s and delete the others.",
                      step->domain));
    } else if (step->state == MW_DMARC_DUPLICATE) {
        dmarc->bad_record = true;
        add_all(dmarc, judge->arena, step->record);
    } else if (step->state == MW_DMARC_FOUND) {
        bool usable = mw_dmarc_record_policy(step->record, MW_FOR_ITSELF) != MW_POLICY_ABSENT;
        dmarc->bad_record |= !usable && (step == judge->policy || step == judge->policy_7489);
        if (step == judge->policy || step == judge->policy_7489)
            add_all(dmarc, judge->arena, step->record);
    } else if (step->pretender) {
        dmarc->bad_record = true;
        add_all(dmarc, judge->arena, step->pretender);
    }
}

static void advise_policy(mw_dmarc_judge *judge, mw_dmarc *dmarc, const mw_dmarc_record *record) {
    const char *domain = judge->policy->domain;
    if (record->sp != MW_POLICY_ABSENT && record->sp < record->p)
        add(judge, dmarc, "sp_weak",
            mw_printf(judge->arena,
                      "sp=%s is weaker than p=%s: anybody can still write as any name below %s, such as "
                      "billing.%s",
                      mw_policy_name(record->sp), mw_policy_name(record->p), domain, domain),
            mw_printf(judge->arena, "Write sp=%s, or leave sp= out.", mw_policy_name(record->p)));
    else if (record->np != MW_POLICY_ABSENT && record->np < record->p)
        add(judge, dmarc, "np_weak",
            mw_printf(judge->arena,
                      "np=%s is weaker than p=%s: anybody can still write as names below %s that do "
                      "not exist",
                      mw_policy_name(record->np), mw_policy_name(record->p), domain),
            "Leave np= out, or make it reject.");
    if (record->testing && record->p > MW_POLICY_NONE)
        add(judge, dmarc, "testing",
            mw_printf(judge->arena,
                      "t=y says that %s only tests its policy: receivers take it one step lower than "
                      "p=%s",
                      domain, mw_policy_name(record->p)),
            "Take t=y out once the reports look right.");
    if (record->pct < 100)
        add(judge, dmarc, "pct",
            mw_printf(judge->arena,
                      "pct=%u has been dropped: by RFC 9989 the policy holds for every mail; older "
                      "receivers apply it to %u of 100",
                      record->pct, record->pct),
            "Take pct= out; t=y is what takes a policy lower now.");
    if (judge->rfc9989.policy == MW_POLICY_NONE && record->p == MW_POLICY_NONE && record->n_rua == 0)
        add(judge, dmarc, "monitoring",
            mw_printf(judge->arena,
                      "p=none of %s only watches, and without rua= nobody gets to see the reports", domain),
            "Add rua=mailto:..., read the reports, then go on to p=quarantine or p=reject.");
    else if (judge->rfc9989.policy == MW_POLICY_NONE && record->p == MW_POLICY_NONE)
        add(judge, dmarc, "monitoring",
            mw_printf(judge->arena, "p=none of %s only watches: receivers do nothing about mail that fails",
                      domain),
            "Once the reports show that all own mail passes, go on to p=quarantine or p=reject.");
}

/* The DMARC record among the answer's; empty when there is none. */
static mw_span dmarc_text(mw_arena *arena, const mw_answer *answer) {
    for (size_t i = 0; i < answer->n_records; i++) {
        mw_span text = mw_span_trim(mw_rdata_txt(arena, &answer->records[i]));
        if (mw_span_starts(text, "v=DMARC1"))
            return text;
    }
    return (mw_span){NULL, 0};
}

/* RFC 7489 section 7.1, RFC 9990 section 4: another domain must say that it takes the reports. */
static void advise_reports(mw_dmarc_judge *judge, mw_dmarc *dmarc, const mw_dmarc_record *record) {
    const char *domain = judge->policy->domain;
    const char *asked[MAX_REPORT_QUESTIONS];
    size_t n = 0;
    for (size_t i = 0; i < record->n_rua && n < MAX_REPORT_QUESTIONS; i++) {
        const char *taker = record->rua[i].domain;
        bool skip = !taker || mw_domain_same_organisation(taker, domain) || mw_domain_below(taker, domain);
        for (size_t k = 0; k < n && !skip; k++)
            skip = strcmp(asked[k], taker) == 0;
        if (skip)
            continue;
        asked[n++] = taker;
        const char *name = mw_printf(judge->arena, "%s._report._dmarc.%s", domain, taker);
        const mw_answer *answer =
            mw_dns_query_text(judge->dns, name, MW_TYPE_TXT, MW_FOR_OTHER, "may DMARC reports go there");
        if (!mw_dns_absent(answer->status) &&
            (answer->status != MW_DNS_OK || dmarc_text(judge->arena, answer).len))
            continue;
        add(judge, dmarc, "reports",
            mw_printf(judge->arena,
                      "reports for %s go to %s, but %s does not say that it takes them, so receivers "
                      "send none",
                      domain, record->rua[i].text, taker),
            mw_printf(judge->arena, "Whoever runs %s publishes the TXT record \"v=DMARC1;\" at %s.", taker,
                      name));
    }
}

static const mw_mended *move_record(mw_arena *arena, const char *org, const char *from, mw_span text) {
    mw_mended *mended = mw_new(arena, mw_mended);
    *mended = (mw_mended){
        .name = mw_printf(arena, "_dmarc.%s", org),
        .text = mw_span_dup(arena, text),
        .how = mw_printf(arena, "It stands at %s, where no receiver looks: delete it there.", from)};
    return mended;
}

/* Where records are put by mistake. */
static void advise_places(mw_dmarc_judge *judge, mw_dmarc *dmarc) {
    const char *org = mw_domain_registrable(judge->domain);
    const char *names[] = {
        org,
        mw_printf(judge->arena, "dmarc.%s", org),
        mw_printf(judge->arena, "_dmarc.%s.%s", org, org),
    };
    if (mw_domain_is_public_suffix(org))
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        mw_dns_prefetch_text(judge->dns, names[i], MW_TYPE_TXT, MW_FOR_OTHER,
                             "a DMARC record at a wrong name");
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const mw_answer *answer = mw_dns_query_text(judge->dns, names[i], MW_TYPE_TXT, MW_FOR_OTHER,
                                                    "a DMARC record at a wrong name");
        mw_span text = answer->status == MW_DNS_OK ? dmarc_text(judge->arena, answer) : (mw_span){NULL, 0};
        if (text.len == 0)
            continue;
        if (!dmarc->mended)
            dmarc->mended = move_record(judge->arena, org, names[i], text);
        add(judge, dmarc, "wrong_name",
            mw_printf(judge->arena, "a DMARC record stands at %s, where no receiver looks", names[i]),
            mw_printf(judge->arena, "Move it to _dmarc.%s.", org));
    }
}

/* An alias where the record belongs, or a host's name as text where an alias belongs: no other record can be
 * laid beside the one, and the other is to be turned into one. */
static void find_alias(const mw_dmarc_judge *judge, mw_dmarc *dmarc) {
    for (size_t i = 0; i < judge->walk.n_steps && !dmarc->alias_at && !dmarc->mended; i++) {
        const mw_dmarc_lookup *step = judge->walk.steps[i];
        if (!is_the_owners(judge, step->domain) || step->state != MW_DMARC_NO_RECORD)
            continue;
        const char *name = mw_printf(judge->arena, "_dmarc.%s", step->domain);
        if (step->alias) {
            dmarc->alias_at = name;
            dmarc->alias_of = step->alias;
        } else if (step->meant) {
            mw_mended *mended = mw_new(judge->arena, mw_mended);
            *mended = (mw_mended){.name = name,
                                  .type = "CNAME",
                                  .text = step->meant,
                                  .how = "It takes the place of the TXT record that stands there now: delete "
                                         "that one."};
            dmarc->mended = mended;
        }
    }
}

void mw_dmarc_advise(mw_dmarc_judge *judge, mw_dmarc *dmarc) {
    g_ptr_array_set_size(dmarc->defects, 0);
    dmarc->bad_record = false;
    for (size_t i = 0; i < judge->walk.n_steps; i++)
        advise_step(judge, dmarc, judge->walk.steps[i]);
    if (judge->policy && is_the_owners(judge, judge->policy->domain)) {
        advise_policy(judge, dmarc, judge->policy->record);
        if (judge->request->advice)
            advise_reports(judge, dmarc, judge->policy->record);
    } else if (!judge->policy && !judge->walk.failed && !dmarc->bad_record) {
        find_alias(judge, dmarc);
        if (judge->request->advice && !dmarc->alias_at && !dmarc->mended)
            advise_places(judge, dmarc);
    }
}
