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

static mw_action action_of(const mw_profile *profile, double limit, double points, bool blocked,
                           bool junked) {
    return blocked || points >= limit                      ? MW_REJECT
           : junked || points >= MIN(profile->junk, limit) ? MW_JUNK
           : points >= MIN(profile->defer, limit)          ? MW_DEFER
                                                           : MW_ACCEPT;
}

static bool blocks(const mw_profile *profile, const mw_finding *finding) {
    return finding->scale > 0 && mw_profile_blocks(profile, finding->symbol->name);
}

static bool junks(const mw_profile *profile, const mw_finding *finding) {
    return finding->scale > 0 && mw_profile_junks(profile, finding->symbol->name);
}

/* What the unanswered questions could do, at worst and at best. */
typedef struct open_sums {
    double add, take; /* points: of all for add; the rest only of those that count for the exit status */
    double counted;
    bool blocked, junked;
} open_sums;

static void add_hit(mw_score *score, const mw_profile *profile, const mw_finding *finding) {
    score->points += finding->points;
    if (blocks(profile, finding)) {
        score->blocker = score->blocker ? score->blocker : finding;
        score->blockers++;
    } else if (junks(profile, finding)) {
        score->junk_blocker = score->junk_blocker ? score->junk_blocker : finding;
    }
}

static void add_open(mw_score *score, open_sums *open, const mw_profile *profile, const mw_finding *finding) {
    bool blocked = blocks(profile, finding), junked = junks(profile, finding);
    double cost = MAX(finding->points, 0);
    score->unknown += cost > 0 || blocked || junked;
    open->add += cost;
    if (!finding->counts_for_exit)
        return;
    open->counted += cost;
    open->blocked |= blocked;
    open->junked |= junked;
    if (finding->if_well)
        open->take += MIN(hundredths(mw_profile_points(profile, finding->if_well)), 0);
}

mw_score mw_score_sum(const mw_profile *profile, double limit, GPtrArray *findings) {
    mw_score score = {0};
    open_sums open = {0};
    for (guint i = 0; i < findings->len; i++) {
        const mw_finding *finding = findings->pdata[i];
        if (finding->state == MW_HIT)
            add_hit(&score, profile, finding);
        else
            add_open(&score, &open, profile, finding);
    }
    bool blocked = score.blocker != NULL, junked = score.junk_blocker != NULL;
    score.points = hundredths(score.points);
    score.max_points = hundredths(score.points + open.add);
    score.action = action_of(profile, limit, score.points, blocked, junked);
    score.worst = action_of(profile, limit, hundredths(score.points + open.counted), blocked || open.blocked,
                            junked || open.junked);
    score.best = action_of(profile, limit, hundredths(score.points + open.take), blocked, junked);
    score.complete = score.worst == score.best;
    score.by_blocker = score.blocker && score.points < limit;
    score.by_junk_blocker =
        score.action == MW_JUNK && score.junk_blocker && score.points < MIN(profile->junk, limit);
    return score;
}

mw_score mw_score_findings(const mw_profile *profile, double limit, GPtrArray *findings) {
    set_points(profile, findings);
    return mw_score_sum(profile, limit, findings);
}

mw_score mw_score_facts(const mw_profile *profile, double limit, mw_facts *facts) {
    mw_composites_forget(facts, profile->composites);
    set_points(profile, facts->findings);
    mw_composites_apply(facts, profile->composites);
    return mw_score_sum(profile, limit, facts->findings);
}
