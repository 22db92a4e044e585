/* The tree after the evaluation: what matched, what each record said, what each term cost. */
#include "spf/front.h"

static mw_spf_result qualified(char qualifier) {
    switch (qualifier) {
    case '-':
        return MW_SPF_FAIL;
    case '~':
        return MW_SPF_SOFTFAIL;
    case '?':
        return MW_SPF_NEUTRAL;
    default:
        return MW_SPF_PASS;
    }
}

static mw_spf_result settle(mw_spf_run *run, mw_spf_branch *branch);

/* False: the evaluation did not come past this term. */
static bool settle_step(mw_spf_run *run, mw_spf_step *step) {
    mw_spf_term *out = step->out;
    switch (step->term->kind) {
    case MW_SPF_ALL:
        out->evaluated = out->matched = true;
        return true;
    case MW_SPF_IP4:
    case MW_SPF_IP6:
        out->evaluated = true;
        out->matched = mw_spf_in_network(run, step->term, step->term->ip);
        return true;
    case MW_SPF_EXP:
    case MW_SPF_UNKNOWN_MODIFIER:
        return true;
    default:
        break;
    }
    if (step->child) {
        mw_spf_result result = settle(run, step->child);
        out->matched = step->term->kind == MW_SPF_INCLUDE && result == MW_SPF_PASS;
        for (size_t i = 0; step->child->record && i < step->child->record->n_terms; i++)
            out->lookups += step->child->steps[i].out->lookups;
    }
    return out->evaluated && !step->stopped;
}

/* As deep as the evaluation went: at most one level more than the look-ups allow. */
static mw_spf_result settle(mw_spf_run *run, mw_spf_branch *branch) {
    const mw_spf_record *record = branch->record;
    mw_spf_node *node = branch->node;
    if (!record)
        return node->result;
    for (size_t i = 0; i < record->n_terms; i++) {
        mw_spf_step *step = &branch->steps[i];
        if (step->term->kind == MW_SPF_REDIRECT)
            continue;
        if (!settle_step(run, step))
            return node->result = run->stopped ? run->verdict : MW_SPF_UNTESTABLE;
        if (step->out->matched)
            return node->result = qualified(step->term->qualifier);
    }
    if (record->redirect < 0)
        return node->result = MW_SPF_NEUTRAL;
    mw_spf_step *redirect = &branch->steps[record->redirect];
    settle_step(run, redirect);
    if (redirect->stopped || !redirect->child)
        return node->result = run->stopped ? run->verdict : MW_SPF_UNTESTABLE;
    return node->result = redirect->child->node->result;
}

mw_spf_result mw_spf_settle(mw_spf_run *run) {
    if (run->root)
        settle(run, run->root);
    return run->stopped ? run->verdict : run->root->node->result;
}
