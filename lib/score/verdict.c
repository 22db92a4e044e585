#include "score/verdict.h"
#include "base/domain.h"
#include "score/deceit.h"
#include "score/diagnosis.h"
#include "score/party.h"
#include "score/words.h"

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

static bool is_judged(const mw_facts *facts) {
    const mw_evidence *e = facts->evidence;
    /* that it answers by itself is what the mail says */
    if (facts->automatic && (mw_disowned(facts) || mw_deceit_find(facts).by))
        return true;
    return !facts->automatic && (!(e->sender_copy || e->no_delivery) || facts->bounce);
}

static mw_outcome run_outcome(const mw_diagnosis *d) {
    if (!is_judged(d->facts))
        return MW_OUTCOME_NOT_JUDGED;
    return d->score.complete ? (mw_outcome)d->score.action : MW_OUTCOME_UNKNOWN;
}

static mw_decider run_decider(const mw_diagnosis *d, mw_outcome action) {
    if (action == MW_OUTCOME_UNKNOWN || action == MW_OUTCOME_NOT_JUDGED)
        return MW_BY_NOTHING;
    return d->score.by_blocker ? MW_BY_BLOCKER : d->score.by_junk_blocker ? MW_BY_JUNK_BLOCKER : MW_BY_SCORE;
}

static void take_finding(mw_verdict *v, const mw_finding *finding) {
    v->finding = finding;
    v->check = finding->symbol->check;
    v->symbol = finding->symbol->name;
    v->who = mw_finding_owner(finding);
}

static const char *who_of_check(const char *check) {
    static const char *const owners[][2] = {{"spf", "dns"},     {"dmarc", "dns"},    {"dkim", "server"},
                                            {"rdns", "server"}, {"helo", "server"},  {"list", "server"},
                                            {"sender", "dns"},  {"arc", "forwarder"}};
    for (size_t i = 0; check && i < G_N_ELEMENTS(owners); i++)
        if (strcmp(owners[i][0], check) == 0)
            return owners[i][1];
    return check ? "author" : "server"; /* without one it is TLS */
}

static void take_lead(mw_verdict *v, const mw_diagnosis *d, const mw_lead *lead) {
    if (lead->rule) {
        v->rule = lead->rule;
        v->check = lead->rule->check;
        v->who = who_of_check(v->check);
    }
    if (lead->finding)
        take_finding(v, lead->finding);
    v->cause = mw_words_cause(d->facts, lead, &d->score, d->cause);
}

static bool no_answers(const mw_diagnosis *d) {
    return d->facts->no_dns || (d->dns.queries > 0 && d->dns.unanswered >= d->dns.queries);
}

static void take_open(mw_verdict *v, const mw_diagnosis *d) {
    mw_open_question open = mw_lead_open(d->facts, d->profile);
    bool silent = no_answers(d);
    v->cause = mw_words_open(d->facts, &open, &d->score, silent);
    if (silent)
        return;
    if (open.root) {
        take_finding(v, open.root);
    } else if (open.row) {
        take_finding(v, open.row);
        v->who = "nobody"; /* the reader can settle it */
    }
}

static const char *not_judged_words(const mw_facts *facts) {
    return facts->automatic ? "Not judged: this is an automatic answer. The mail that it answers did arrive."
           : facts->evidence->no_delivery
               ? "Not judged: this file shows what a mail program displays, not the mail itself. Save the "
                 "mail "
                 "whole: mailwhy --explain export."
               : "Not judged: this copy shows what was to be sent, not what a receiver saw. "
                 "Give the bounce or the "
                 "reply, too: mailwhy FILE --bounce FILE.";
}

/* ---- forged, deceptive ---- */

static void take_deceit(mw_verdict *v, const mw_facts *facts) {
    mw_deceit deceit = mw_deceit_find(facts);
    v->forged = deceit.forged;
    v->deceptive = deceit.deceptive;
    v->if_owner = deceit.if_owner;
    v->if_recipient = deceit.if_recipient;
    if (!deceit.by)
        return;
    v->who = "nobody";
    const char *shown = v->finding == deceit.by ? "" : mw_words_finding(facts, deceit.by);
    const char *right = v->action == MW_OUTCOME_REJECT ? " The refusal is right." : "";
    if (deceit.forged)
        v->cause = mw_printf(facts->arena, "%s%s%s It looks forged: nothing shows that %s sent it.%s",
                             v->cause ? v->cause : "", *shown && v->cause ? " " : "", shown,
                             facts->from_domain ? facts->from_domain : "its author", right);
    else
        v->cause =
            mw_printf(facts->arena, "%s%s%s It is meant to deceive, though it is proved to be from %s.",
                      v->cause ? v->cause : "", *shown && v->cause ? " " : "", shown,
                      facts->from_domain ? facts->from_domain : "its author");
}

/* ---- receivers ---- */

/* An unanswered question of authentication or reverse DNS: lists and the rest leave no answer open. */
static const mw_rule *open_rule(const mw_receiver *receiver) {
    static const char *const checks[] = {"spf", "dkim", "dmarc", "rdns", NULL};
    for (guint i = 0; i < receiver->rules->len; i++) {
        const mw_rule *rule = receiver->rules->pdata[i];
        if (rule->applies && rule->state == MW_RULE_UNKNOWN && rule->check &&
            g_strv_contains(checks, rule->check) && strcmp(rule->enforcement, "none") != 0)
            return rule;
    }
    return NULL;
}

static mw_outcome rule_outcome(const mw_rule *rule) {
    return strcmp(rule->enforcement, "reject") == 0  ? MW_OUTCOME_REJECT
           : strcmp(rule->enforcement, "defer") == 0 ? MW_OUTCOME_DEFER
                                                     : MW_OUTCOME_JUNK;
}

const mw_receiver_answer *mw_verdict_answer(mw_arena *arena, const mw_receiver *receiver, bool all) {
    const mw_rule *unmet = mw_lead_rule(receiver, all), *open = open_rule(receiver);
    mw_receiver_answer *answer = mw_new(arena, mw_receiver_answer);
    *answer = (mw_receiver_answer){.receiver = receiver, .rule = unmet ? unmet : open};
    answer->action = unmet && (!open || rule_outcome(unmet) == MW_OUTCOME_REJECT) ? rule_outcome(unmet)
                     : open                                                       ? MW_OUTCOME_UNKNOWN
                                                                                  : MW_OUTCOME_ACCEPT;
    answer->reply = unmet ? unmet->reply : NULL;
    return answer;
}

/* The worst first: reject, unknown, defer, junk, accept. */
static int severity(mw_outcome action) {
    static const int ranks[] = {[MW_OUTCOME_ACCEPT] = 0,
                                [MW_OUTCOME_JUNK] = 1,
                                [MW_OUTCOME_DEFER] = 2,
                                [MW_OUTCOME_UNKNOWN] = 3,
                                [MW_OUTCOME_REJECT] = 4};
    return ranks[action];
}

static const mw_receiver_answer *worst(const GPtrArray *answers) {
    const mw_receiver_answer *found = NULL;
    for (guint i = 0; i < answers->len; i++) {
        const mw_receiver_answer *answer = answers->pdata[i];
        if (!found || severity(answer->action) > severity(found->action))
            found = answer;
    }
    return found;
}

static GPtrArray *all_answers(mw_arena *arena, const GPtrArray *receivers) {
    GPtrArray *answers = mw_array_new(arena);
    for (guint i = 0; i < receivers->len; i++)
        g_ptr_array_add(answers, (gpointer)mw_verdict_answer(arena, receivers->pdata[i], false));
    return answers;
}

/* With --for the named receivers' rules are the answer, as far as they have one: that no published rule is
 * against a mail does not mean that it is taken, so then our own run's answer stands. */
static void take_receivers(mw_verdict *v, const mw_diagnosis *d) {
    const mw_receiver_answer *first = worst(v->receivers);
    if (!first || first->action == MW_OUTCOME_ACCEPT)
        return;
    mw_lead lead = {mw_lead_shown(d->facts, first->rule), first->rule, first->receiver};
    v->finding = NULL;
    v->symbol = NULL;
    v->action = first->action;
    v->by = first->action == MW_OUTCOME_UNKNOWN ? MW_BY_NOTHING : MW_BY_RECEIVER;
    take_lead(v, d, &lead);
}

static const mw_receiver_answer *elsewhere(mw_arena *arena, const GPtrArray *receivers) {
    for (guint i = 0; receivers && i < receivers->len; i++) {
        const mw_receiver *receiver = receivers->pdata[i];
        if (mw_lead_rule(receiver, true))
            return mw_verdict_answer(arena, receiver, true);
    }
    return NULL;
}

/* ---- together ---- */

static const char *summary(mw_arena *arena, const mw_verdict *v) {
    return mw_printf(arena, "%s, %.2f of %g points%s%s", mw_outcome_name(v->action), v->score, v->limit,
                     v->cause ? ": " : "", v->cause ? v->cause : "");
}

static void judge(mw_arena *arena, mw_verdict *v, const mw_diagnosis *d) {
    if (v->action == MW_OUTCOME_NOT_JUDGED) {
        v->cause = not_judged_words(d->facts);
        return;
    }
    if (v->action == MW_OUTCOME_UNKNOWN) {
        take_open(v, d);
    } else {
        mw_lead lead = mw_lead_find(d->facts, &d->score, d->cause, d->big_receivers);
        take_lead(v, d, &lead);
    }
    if (v->receivers)
        take_receivers(v, d);
    else if (v->action != MW_OUTCOME_REJECT && v->action != MW_OUTCOME_UNKNOWN)
        v->elsewhere = elsewhere(arena, d->big_receivers);
    take_deceit(v, d->facts);
}

const mw_verdict *mw_verdict_of_run(mw_arena *arena, const mw_diagnosis *d) {
    mw_verdict *v = mw_new(arena, mw_verdict);
    *v = (mw_verdict){
        .action = run_outcome(d),
        .score = d->score.points,
        .max_score = d->score.max_points,
        .limit = d->limit,
        .profile = d->profile->name,
        .who = "nobody",
        .receivers = d->receivers ? all_answers(arena, d->receivers) : NULL,
    };
    v->by = run_decider(d, v->action);
    judge(arena, v, d);
    v->complete = v->action != MW_OUTCOME_UNKNOWN && v->action != MW_OUTCOME_NOT_JUDGED;
    v->party = mw_party_name(d, v);
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

/* The reply is about what our own run's cause is about: authentication is one matter. */
static bool same_matter(const char *class, const char *check) {
    static const char *const pairs[][2] = {{"dnsbl", "list"},   {"reputation", "list"}, {"ptr", "rdns"},
                                           {"url", "list"},     {"url", "link"},        {"content", "link"},
                                           {"syntax", "header"}};
    static const char *const proof[] = {"spf", "dkim", "dmarc", "arc", NULL};
    if (!class || !check || strcmp(class, check) == 0)
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (strcmp(pairs[i][0], class) == 0 && strcmp(pairs[i][1], check) == 0)
            return true;
    return g_strv_contains(proof, class) && g_strv_contains(proof, check);
}

/* What would refuse the mail once the receiver's reason is gone. */
static const mw_finding *refuses_besides(const mw_verdict *v, const mw_verdict *own_run,
                                         const mw_bounce *bounce) {
    bool refuses = own_run->action == MW_OUTCOME_REJECT && own_run->finding;
    return refuses && bounce->kind == MW_BOUNCE_FAILURE && !bounce->backscatter && v->recipient &&
                   !same_matter(v->check, own_run->check)
               ? own_run->finding
               : NULL;
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
    v->party = mw_party_name(d, v);
    v->beside = refuses_besides(v, own_run, bounce);
    v->summary = mw_printf(arena, "%s%s%s", mw_outcome_name(v->action), v->cause ? ": " : "",
                           v->cause ? v->cause : "");
    return v;
}
