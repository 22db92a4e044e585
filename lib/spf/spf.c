#include "spf/front.h"

static const char *const result_names[] = {
    [MW_SPF_NONE] = "none",           [MW_SPF_NEUTRAL] = "neutral",       [MW_SPF_PASS] = "pass",
    [MW_SPF_FAIL] = "fail",           [MW_SPF_SOFTFAIL] = "softfail",     [MW_SPF_TEMPERROR] = "temperror",
    [MW_SPF_PERMERROR] = "permerror", [MW_SPF_UNTESTABLE] = "untestable",
};

const char *mw_spf_result_name(mw_spf_result result) {
    return result_names[result];
}

/* Follows the matches from the top to the term that decided. */
static void find_match(mw_spf_run *run, mw_spf *spf) {
    const mw_spf_branch *branch = run->root;
    g_autoptr(GString) path = g_string_new(branch->node->domain);
    while (branch->record) {
        const mw_spf_step *next = NULL;
        for (size_t i = 0; i < branch->record->n_terms && !next; i++)
            if (branch->steps[i].out->matched)
                next = &branch->steps[i];
        if (!next && branch->record->redirect >= 0)
            next = &branch->steps[branch->record->redirect];
        if (!next)
            return;
        if (!next->child) {
            spf->matched = next->out->matched ? mw_spf_words(run->arena, next->term->text, 0) : NULL;
            break;
        }
        branch = next->child;
        g_string_append_printf(path, " > %s", branch->node->domain);
    }
    if (spf->matched && branch != run->root)
        spf->matched_path = mw_strdup(run->arena, path->str);
}

static void fill(mw_spf_run *run, mw_spf *spf) {
    spf->identity = run->identity;
    spf->domain = run->domain;
    spf->lookups = run->lookups;
    spf->void_lookups = run->voids;
    spf->problem = run->stopped ? run->why : NULL;
    if (!run->root)
        return;
    spf->tree = run->root->node;
    spf->record = run->root->node->record;
    if (!run->stopped)
        find_match(run, spf);
}

const mw_spf *mw_spf_check(mw_arena *arena, mw_dns *dns, const mw_spf_request *request) {
    mw_spf_run run;
    mw_spf *spf = mw_new(arena, mw_spf);
    bool usable = mw_spf_start(&run, arena, dns, request);
    spf->result = usable ? mw_spf_evaluate_libspf2(&run) : run.verdict;
    if (usable)
        mw_spf_settle(&run);
    fill(&run, spf);
    if (spf->result == MW_SPF_FAIL)
        spf->explanation = mw_spf_explain(&run);
    spf->advice = usable ? mw_spf_advise(&run, spf->result) : mw_array_new(arena);
    spf->mended = usable ? mw_spf_mend(&run) : NULL;
    return spf;
}

const mw_spf *mw_spf_untestable(mw_arena *arena, const char *why) {
    mw_spf *spf = mw_new(arena, mw_spf);
    *spf = (mw_spf){
        .result = MW_SPF_UNTESTABLE, .identity = "mailfrom", .problem = why, .advice = mw_array_new(arena)};
    return spf;
}
