#include "report/head.h"
#include "report/party.h"

/* Points for which nobody takes a step. */
#define WORTH_A_STEP 0.2
/* Points that are worth a step although the mail passes without it. */
#define WORTH_MORE 1.0

enum { SHOWN_STEPS = 2, MAX_STEPS = 6 };

/* ---- the headline ---- */

static const char *titles(mw_arena *arena, const GPtrArray *answers, mw_outcome action) {
    const char *text = "";
    for (guint i = 0; answers && i < answers->len; i++) {
        const mw_receiver_answer *a = answers->pdata[i];
        if (a->action == action)
            text = mw_printf(arena, "%s%s%s", text, *text ? ", " : "", a->receiver->title);
    }
    return text;
}

static const char *upper(mw_arena *arena, const char *text) {
    g_autofree char *up = g_ascii_strup(text, -1);
    return mw_strdup(arena, up);
}

const char *mw_head_word(mw_arena *arena, const mw_verdict *v) {
    static const char *const words[] = {"WOULD PASS", "JUNK FOLDER", "WOULD BE PUT OFF", "WOULD BE REJECTED",
                                        "NOT KNOWN",  "NOT JUDGED",  "NOT DELIVERED",    "DELAYED",
                                        "DELIVERED",  "COMPLAINT"};
    static const char *const by_receiver[] = {"WOULD PASS AT", "JUNK FOLDER AT", "PUT OFF BY", "REFUSED BY"};
    if (v->by == MW_BY_RECEIVER && v->action <= MW_OUTCOME_REJECT)
        return mw_printf(arena, "%s %s", by_receiver[v->action],
                         upper(arena, titles(arena, v->receivers, v->action)));
    return words[v->action];
}

mw_color mw_head_color(const mw_verdict *v) {
    if (v->action == MW_OUTCOME_REJECT || v->action == MW_OUTCOME_UNDELIVERED)
        return MW_RED;
    bool good = v->action == MW_OUTCOME_ACCEPT || v->action == MW_OUTCOME_DELIVERED;
    return good && !v->deceptive && !v->forged ? MW_GREEN : MW_YELLOW;
}

static const char *blocker_words(mw_arena *arena, const mw_diagnosis *d, const mw_finding *blocker) {
    const mw_dmarc *dmarc = d->facts->dmarc;
    if (blocker && strcmp(blocker->symbol->group, "dmarc") == 0 && dmarc && dmarc->domain)
        return mw_printf(arena, "by the DMARC policy of %s",
                         dmarc->rfc9989.record_domain ? dmarc->rfc9989.record_domain : dmarc->domain);
    if (blocker && strcmp(blocker->symbol->check, "list") == 0)
        return "by a block list alone";
    return blocker ? mw_printf(arena, "by %s alone", blocker->symbol->name) : "";
}

/* ", up to 9.00 if the 2 unanswered checks fail": where an answer is open. */
static const char *range(mw_arena *arena, const mw_diagnosis *d) {
    const mw_score *s = &d->score;
    if (s->unknown == 0 || s->max_points <= s->points)
        return "";
    return s->unknown == 1
               ? mw_printf(arena, ", up to %.2f if the unanswered check fails", s->max_points)
               : mw_printf(arena, ", up to %.2f if the %d unanswered checks fail", s->max_points, s->unknown);
}

const char *mw_head_reason(mw_arena *arena, const mw_diagnosis *d, const mw_verdict *v) {
    const char *profile = strcmp(v->profile, "default") ? mw_printf(arena, " (profile %s)", v->profile) : "";
    const char *open = v->action == MW_OUTCOME_REJECT ? "" : range(arena, d); /* no answer makes it worse */
    const char *total = mw_printf(arena, "%.2f of %g%s%s", v->score, v->limit, open, profile);
    if (v->action == MW_OUTCOME_NOT_JUDGED)
        return "";
    if (v->forged)
        return mw_printf(arena, "%s: it looks forged (%s)",
                         v->action == MW_OUTCOME_REJECT ? "and rightly" : "but", total);
    if (v->deceptive)
        return mw_printf(arena, "%s: it is meant to deceive (%s)",
                         v->action == MW_OUTCOME_REJECT ? "and rightly" : "but", total);
    if (v->by == MW_BY_BLOCKER)
        return mw_printf(arena, "%s (%s)", blocker_words(arena, d, d->score.blocker), total);
    if (v->by == MW_BY_JUNK_BLOCKER)
        return mw_printf(arena, "%s (%s)", blocker_words(arena, d, d->score.junk_blocker), total);
    if (v->by == MW_BY_RECEIVER)
        return mw_printf(arena, "%s in our own count", total);
    return total;
}

/* ---- cause, who, do ---- */

void mw_head_advice(mw_layout *l, const mw_diagnosis *d, const char *label, const char *number,
                    const mw_finding *finding, const char *note) {
    const mw_fix *fix = mw_diagnosis_fix(d, mw_remedy_key(finding));
    const mw_language *in = d->facts->bounce ? d->language : NULL;
    const char *text = fix ? fix->why : mw_finding_fix(finding), *said = mw_translated(l->arena, in, text);
    if (fix) {
        mw_layout_labelled(l, label, "%s%s%s:", number, mw_say(l->arena, in, "Publish this record", NULL),
                           note);
        mw_layout_whole(l, MW_LABEL_WIDTH, fix->record);
        if (fix->why)
            mw_layout_labelled(l, "", "%s", said ? said : text);
    } else if (text) {
        mw_layout_labelled(l, label, "%s%s%s", number, said ? said : text, note);
    }
}

static const mw_remedy *remedy_of(const mw_diagnosis *d, const mw_finding *finding) {
    for (guint i = 0; finding && i < d->cause->remedies->len; i++) {
        const mw_remedy *r = d->cause->remedies->pdata[i];
        if (strcmp(r->key, mw_remedy_key(finding)) == 0)
            return r;
    }
    return NULL;
}

static const char *outcome_words(mw_action action) {
    static const char *const words[] = {"it passes here", "it goes to the junk folder", "it is put off",
                                        "it is still refused"};
    return words[action];
}

/* What takes part in the cause: the finding that leads, or the two or three that only together do. */
static guint n_together(const mw_diagnosis *d, const mw_verdict *v) {
    const mw_remedy *lead = remedy_of(d, v->finding);
    return lead && d->cause->remedies->pdata[0] == lead ? MAX(d->cause->n_together, 1) : 1;
}

static void write_after(mw_layout *l, const mw_diagnosis *d, const mw_verdict *v, guint together) {
    const mw_remedy *lead = remedy_of(d, v->finding);
    const mw_fix *fix = together == 1 ? mw_diagnosis_fix(d, mw_remedy_key(v->finding)) : NULL;
    const mw_score *after = fix ? &fix->after : !lead ? NULL : together > 1 ? &d->cause->after : &lead->after;
    if (!after)
        return;
    bool better = after->action < d->score.action || v->action != MW_OUTCOME_ACCEPT;
    if (better || fix)
        mw_layout_labelled(l, "After it", "%s (%.2f of %g%s).", outcome_words(after->action), after->points,
                           d->limit, fix ? "; tried with this record" : "");
}

/* A defect that this profile does not count, but that its owner can mend. */
static bool worth_mending(const mw_finding *f) {
    return f->state == MW_HIT && f->points == 0 && !f->because_of && mw_finding_fix(f) &&
           strcmp(mw_finding_owner(f), "nobody") != 0;
}

static bool same_key(const mw_finding *a, const mw_finding *b) {
    return a && b && strcmp(mw_remedy_key(a), mw_remedy_key(b)) == 0;
}

typedef struct step {
    const mw_finding *finding;
    double off; /* the points that it takes away */
} step;

/* The first sentence of a text: what is to be done, without the reasons. */
static const char *first_sentence(mw_arena *arena, const char *text) {
    const char *end = strstr(text, ". ");
    return end && end - text > 20 ? mw_strndup(arena, text, (size_t)(end - text) + 1) : text;
}

/* Whole sentences, as many as a few lines hold. */
static const char *in_short(mw_arena *arena, const char *text) {
    enum { MOST = 280 };
    size_t len = 0;
    for (const char *p = text; (p = strstr(p, ". ")) && p - text < MOST; p += 2)
        len = (size_t)(p - text) + 1;
    return strlen(text) <= MOST || !len ? text : mw_printf(arena, "%.*s (-v tells more)", (int)len, text);
}

/* Several lists, say, ask for the same to be done. */
static bool says_the_same(mw_arena *arena, const GArray *steps, const mw_finding *lead,
                          const mw_finding *finding) {
    const char *text = first_sentence(arena, mw_finding_fix(finding));
    if (lead && mw_finding_fix(lead) && strcmp(first_sentence(arena, mw_finding_fix(lead)), text) == 0)
        return true;
    for (guint i = 0; i < steps->len; i++)
        if (strcmp(first_sentence(arena, mw_finding_fix(g_array_index(steps, step, i).finding)), text) == 0)
            return true;
    return false;
}

/* What stands beside the cause, the heaviest first; with -v also what costs nothing here. */
static GArray *further_steps(mw_layout *l, const mw_diagnosis *d, const mw_verdict *v, int verbose) {
    const GPtrArray *remedies = mw_diagnosis_remedies(l->arena, d), *findings = d->facts->findings;
    GArray *steps = g_array_new(FALSE, FALSE, sizeof(step));
    guint together = n_together(d, v);
    for (guint i = 0; i < remedies->len; i++) {
        const mw_remedy *r = remedies->pdata[i];
        const mw_fix *fix = mw_diagnosis_fix(d, r->key);
        step s = {r->finding, d->score.points - (fix ? fix->after.points : r->after.points)};
        bool told = same_key(r->finding, v->finding) || (together > 1 && i < together);
        if (!told && mw_finding_fix(r->finding) && (fix || s.off >= WORTH_A_STEP) &&
            !mw_finding_cause(d->facts, r->finding) && !says_the_same(l->arena, steps, v->finding, s.finding))
            g_array_append_val(steps, s);
    }
    for (guint i = 0; verbose > 0 && i < findings->len; i++) {
        step s = {findings->pdata[i], 0};
        if (worth_mending(s.finding) && !same_key(s.finding, v->finding) && !remedy_of(d, s.finding))
            g_array_append_val(steps, s);
    }
    return steps;
}

/* Where the first step suffices, only what weighs much is worth a second one. */
static guint steps_shown(const mw_diagnosis *d, const mw_verdict *v, const GArray *steps, int verbose) {
    const mw_remedy *lead = remedy_of(d, v->finding);
    const mw_score *after = !lead ? &d->score : n_together(d, v) > 1 ? &d->cause->after : &lead->after;
    guint n = MIN(steps->len, verbose > 0 ? MAX_STEPS : SHOWN_STEPS);
    while (verbose <= 0 && after->action == MW_ACCEPT && n &&
           g_array_index(steps, step, n - 1).off < WORTH_MORE &&
           !mw_diagnosis_fix(d, mw_remedy_key(g_array_index(steps, step, n - 1).finding)))
        n--;
    return n;
}

static void write_steps(mw_layout *l, const mw_diagnosis *d, const mw_verdict *v, const GArray *steps,
                        int verbose) {
    guint number = n_together(d, v) + 1, shown = steps_shown(d, v, steps, verbose);
    for (guint i = 0; i < shown; i++) {
        const step *s = &g_array_index(steps, step, i);
        const mw_fix *fix = mw_diagnosis_fix(d, mw_remedy_key(s->finding));
        const char *note = fix ? mw_printf(l->arena, " (tried: %.2f of %g)", fix->after.points, d->limit)
                           : s->off >= 0.005 ? mw_printf(l->arena, " (%+.2f)", -s->off)
                                             : "";
        const char *label = i ? "" : "Then", *place = mw_printf(l->arena, "%u. ", number + i);
        if (fix || verbose > 0)
            mw_head_advice(l, d, label, place, s->finding, note);
        else
            mw_layout_labelled(l, label, "%s%s%s", place,
                               first_sentence(l->arena, mw_finding_fix(s->finding)), note);
    }
    if (shown && shown < steps->len)
        mw_layout_labelled(l, "", "and %u more step%s%s", steps->len - shown,
                           steps->len - shown == 1 ? "" : "s", verbose > 0 ? "" : " (-v)");
}

static void write_deceit(mw_layout *l, const mw_verdict *v) {
    if (v->if_owner)
        mw_layout_labelled(l, "Yours?", "%s", v->if_owner);
    if (v->if_recipient)
        mw_layout_labelled(l, "Got it?", "%s", v->if_recipient);
}

static void write_do(mw_layout *l, const mw_diagnosis *d, const mw_verdict *v, int verbose) {
    guint together = n_together(d, v);
    g_autoptr(GArray) steps = further_steps(l, d, v, verbose);
    const char *number = steps_shown(d, v, steps, verbose) ? "1. " : "";
    if (v->finding && together > 1)
        for (guint i = 0; i < together; i++)
            mw_head_advice(l, d, i ? "" : "Do", mw_printf(l->arena, "%u. ", i + 1),
                           ((const mw_remedy *)d->cause->remedies->pdata[i])->finding, "");
    else if (v->finding && (verbose > 0 || mw_diagnosis_fix(d, mw_remedy_key(v->finding))))
        mw_head_advice(l, d, "Do", number, v->finding, "");
    else if (v->finding && mw_finding_fix(v->finding))
        mw_layout_labelled(l, "Do", "%s%s", number, in_short(l->arena, mw_finding_fix(v->finding)));
    else if (v->rule)
        mw_layout_labelled(l, "Do", "%sSee that this is so: %s.", number, v->rule->text);
    if (v->finding)
        write_after(l, d, v, together);
    write_steps(l, d, v, steps, verbose);
}

/* What settles it is an option, which the cause names. */
static bool reader_settles(const mw_verdict *v) {
    return v->action == MW_OUTCOME_UNKNOWN && strcmp(v->who, "nobody") == 0 &&
           !(v->finding && v->finding->fix);
}

void mw_head_write(mw_layout *l, const mw_diagnosis *d, const mw_verdict *v, int verbose) {
    mw_layout_headline(l, mw_head_color(v), mw_head_word(l->arena, v), mw_head_reason(l->arena, d, v));
    mw_layout_labelled(l, "Cause", "%s", v->cause ? v->cause : "Nothing was found against this mail.");
    if (v->forged || v->deceptive) {
        write_deceit(l, v);
        return;
    }
    const char *who = mw_party_words(l->arena, d, v);
    if (who && v->cause)
        mw_layout_labelled(l, "Who", "%s.", who);
    if (v->cause && v->action != MW_OUTCOME_NOT_JUDGED && !reader_settles(v))
        write_do(l, d, v, verbose);
}
