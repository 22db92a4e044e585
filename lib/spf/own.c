#include "spf/own.h"

static mw_spf_result qualified(char qualifier) {
    return qualifier == '-'   ? MW_SPF_FAIL
           : qualifier == '~' ? MW_SPF_SOFTFAIL
           : qualifier == '?' ? MW_SPF_NEUTRAL
                              : MW_SPF_PASS;
}

static mw_spf_result evaluate(mw_spf_run *run, mw_spf_step *parent);

static bool matches_mx(mw_spf_run *run, mw_spf_step *step) {
    const mw_answer *answer = mw_spf_ask_mx(run, step);
    for (size_t i = 0; answer && i < answer->n_records; i++) {
        mw_name host;
        if (!mw_spf_mx_host(step, i, &host))
            continue;
        const mw_answer *addresses = mw_spf_ask_addresses(run, step, &host);
        if (!addresses)
            return false;
        if (mw_spf_match_addresses(run, step, addresses))
            return true;
    }
    return false;
}

static bool matches(mw_spf_run *run, mw_spf_step *step) {
    const mw_answer *answer;
    switch (step->term->kind) {
    case MW_SPF_ALL:
        return true;
    case MW_SPF_IP4:
    case MW_SPF_IP6:
        return mw_spf_in_network(run, step->term, step->term->ip);
    case MW_SPF_A:
        answer = step->name ? mw_spf_ask_addresses(run, step, step->name) : NULL;
        return answer && mw_spf_match_addresses(run, step, answer);
    case MW_SPF_EXISTS:
        answer = mw_spf_ask_exists(run, step);
        return step->out->matched = answer && answer->n_records;
    case MW_SPF_MX:
        return matches_mx(run, step);
    case MW_SPF_PTR:
        return mw_spf_ptr_matches(run, step) && !run->stopped;
    case MW_SPF_INCLUDE:
        return evaluate(run, step) == MW_SPF_PASS;
    default:
        return false;
    }
}

static mw_spf_result evaluate(mw_spf_run *run, mw_spf_step *parent) {
    mw_spf_branch *branch = mw_spf_fetch(run, parent);
    if (!branch)
        return run->verdict;
    const mw_spf_record *record = branch->record;
    for (size_t i = 0; i < record->n_terms; i++) {
        mw_spf_step *step = &branch->steps[i];
        if (mw_spf_counts(step->term->kind) &&
            (step->term->kind == MW_SPF_REDIRECT || !mw_spf_enter(run, step))) {
            if (run->stopped)
                return run->verdict;
            continue;
        }
        bool matched = matches(run, step);
        if (run->stopped)
            return run->verdict;
        if (matched)
            return qualified(step->term->qualifier);
    }
    if (record->redirect < 0)
        return MW_SPF_NEUTRAL;
    mw_spf_step *redirect = &branch->steps[record->redirect];
    return mw_spf_enter(run, redirect) ? evaluate(run, redirect) : run->verdict;
}

mw_spf_result mw_spf_evaluate_own(mw_spf_run *run) {
    mw_spf_result result = evaluate(run, NULL);
    return run->stopped ? run->verdict : result;
}
