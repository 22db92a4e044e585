#include "score/verdict.h"
#include "score/diagnosis.h"

const char *mw_outcome_name(mw_outcome outcome) {
    static const char *const names[] = {"accept",     "junk",        "defer",   "reject",    "unknown",
                                        "not_judged", "undelivered", "delayed", "delivered", "complaint"};
    return names[outcome];
}

const char *mw_decider_name(mw_decider decider) {
    static const char *const names[] = {NULL, "score", "blocker", "junk_blocker", "receiver", "bounce"};
    return names[decider];
}

/* ---- our own run ---- */

static mw_outcome run_outcome(const mw_diagnosis *d) {
    if (d->facts->automatic || (d->facts->evidence->sender_copy && !d->facts->bounce))
        return MW_OUTCOME_NOT_JUDGED;
    return d->score.complete ? (mw_outcome)d->score.action : MW_OUTCOME_UNKNOWN;
}

static mw_decider run_decider(const mw_diagnosis *d, mw_outcome action) {
    if (action == MW_OUTCOME_UNKNOWN || action == MW_OUTCOME_NOT_JUDGED)
        return MW_BY_NOTHING;
    return d->score.by_blocker ? MW_BY_BLOCKER : d->score.by_junk_blocker ? MW_BY_JUNK_BLOCKER : MW_BY_SCORE;
}

static const char *summary(mw_arena *arena, const mw_verdict *v) {
    return mw_printf(arena, "%s, %.2f of %g points%s%s", mw_outcome_name(v->action), v->score, v->limit,
                     v->cause ? ": " : "", v->cause ? v->cause : "");
}

const mw_verdict *mw_verdict_of_run(mw_arena *arena, const mw_diagnosis *d) {
    const mw_cause *cause = d->cause;
    const mw_remedy *first = cause->remedies->len ? cause->remedies->pdata[0] : NULL;
    const mw_finding *finding = first ? first->finding : NULL;
    mw_verdict *v = mw_new(arena, mw_verdict);
    *v = (mw_verdict){
        .action = run_outcome(d),
        .score = d->score.points,
        .max_score = d->score.max_points,
        .limit = d->limit,
        .profile = d->profile->name,
        .check = finding ? finding->symbol->check : NULL,
        .symbol = finding ? finding->symbol->name : NULL,
        .who = finding ? mw_finding_owner(finding) : "nobody",
        .cause = cause->text,
        .finding = finding,
    };
    v->by = run_decider(d, v->action);
    v->complete = v->action != MW_OUTCOME_UNKNOWN && v->action != MW_OUTCOME_NOT_JUDGED;
    v->summary = summary(arena, v);
    return v;
}

/* ---- a bounce ---- */

static const mw_bounce_recipient *leading_recipient(const mw_bounce *bounce) {
    static const char *const actions[] = {"failed", "delayed"};
    for (size_t i = 0; i < G_N_ELEMENTS(actions); i++)
        for (guint k = 0; k < bounce->recipients->len; k++) {
            const mw_bounce_recipient *r = bounce->recipients->pdata[k];
            if (strcmp(r->action, actions[i]) == 0)
                return r;
        }
    return bounce->recipients->len ? bounce->recipients->pdata[0] : NULL;
}

static mw_outcome bounce_outcome(const mw_bounce *bounce) {
    switch (bounce->kind) {
    case MW_BOUNCE_DELAY:
        return MW_OUTCOME_DELAYED;
    case MW_BOUNCE_SUCCESS:
        return MW_OUTCOME_DELIVERED;
    case MW_BOUNCE_COMPLAINT:
        return MW_OUTCOME_COMPLAINT;
    default:
        return MW_OUTCOME_UNDELIVERED;
    }
}

static void tell_bounce(mw_verdict *v, const mw_bounce *bounce) {
    const mw_bounce_recipient *r = leading_recipient(bounce);
    const mw_meaning *m = r ? r->meaning : NULL;
    v->recipient = r;
    if (bounce->kind == MW_BOUNCE_COMPLAINT) {
        v->cause = "A recipient marked the mail as unwanted.";
        v->who = "sender";
    } else if (m) {
        v->check = m->cause;
        v->cause = m->meaning;
        v->who = bounce->backscatter ? "nobody" : m->owner;
    }
}

const mw_verdict *mw_verdict_make(mw_arena *arena, const mw_diagnosis *d, const mw_verdict *own_run) {
    const mw_bounce *bounce = d->facts->bounce;
    if (!bounce)
        return own_run;
    mw_verdict *v = mw_new(arena, mw_verdict);
    *v = (mw_verdict){
        .action = bounce_outcome(bounce),
        .by = MW_BY_BOUNCE,
        .score = own_run->score,
        .max_score = own_run->max_score,
        .limit = own_run->limit,
        .profile = own_run->profile,
        .complete = true,
        .who = "nobody",
    };
    tell_bounce(v, bounce);
    v->summary = mw_printf(arena, "%s%s%s", mw_outcome_name(v->action), v->cause ? ": " : "",
                           v->cause ? v->cause : "");
    return v;
}
