#include "score/score.h"
#include "score/composite.h"

#include <math.h>

const char *mw_action_name(mw_action action) {
    static const char *const names[] = {"accept", "junk", "defer", "reject"};
    return names[action];
}

const char *mw_action_words(mw_action action) {
    static const char *const words[] = {"accepted", "put into the junk folder", "put off", "rejected"};
    return words[action];
}

static double hundredths(double points) {
    return round(points * 100) / 100;
}

static void set_points(const mw_profile *profile, GPtrArray *findings) {
    for (guint i = 0; i < findings->len; i++) {
        mw_finding *finding = findings->pdata[i];
        double share = profile->whole_points && finding->scale > 0 ? 1 : finding->scale;
        finding->points = hundredths(mw_profile_points(profile, finding->symbol->name) * share);
    }
}

static mw_score add_up(const mw_profile *profile, double limit, GPtrArray *findings) {
    mw_score score = {0};
    double open = 0, open_for_exit = 0; /* what the unanswered questions could add */
    for (guint i = 0; i < findings->len; i++) {
        const mw_finding *finding = findings->pdata[i];
        if (finding->state == MW_HIT) {
            score.points += finding->points;
            if (mw_profile_blocks(profile, finding->symbol->name) && finding->scale > 0) {
                score.blocker = score.blocker ? score.blocker : finding;
                score.blockers++;
            }
        } else if (finding->points > 0) {
            score.unknown++;
            open += finding->points;
            open_for_exit += finding->counts_for_exit ? finding->points : 0;
        }
    }
    score.points = hundredths(score.points);
    score.max_points = hundredths(score.points + open);
    score.by_blocker = score.blocker && score.points < limit;
    score.complete = score.points >= limit || hundredths(score.points + open_for_exit) < limit;
    score.action = score.blocker || score.points >= limit       ? MW_REJECT
                   : score.points >= MIN(profile->junk, limit)  ? MW_JUNK
                   : score.points >= MIN(profile->defer, limit) ? MW_DEFER
                                                                : MW_ACCEPT;
    return score;
}

mw_score mw_score_findings(const mw_profile *profile, double limit, GPtrArray *findings) {
    set_points(profile, findings);
    return add_up(profile, limit, findings);
}

mw_score mw_score_facts(const mw_profile *profile, double limit, mw_facts *facts) {
    mw_composites_forget(facts, profile->composites);
    set_points(profile, facts->findings);
    mw_composites_apply(facts, profile->composites);
    return add_up(profile, limit, facts->findings);
}
