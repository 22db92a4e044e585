/* How a letter begins: which mail it is about, and what became of it. */
#include "report/letter_parts.h"

enum { MAX_RECIPIENTS = 3, SUBJECT_SHOWN = 80, NAME_SHOWN = 80 };

const char *mw_letter_to_whom(const letter *t) {
    const mw_facts *f = t->d->facts;
    const GPtrArray *all = f->bounce ? f->bounce->recipients : f->envelope ? f->envelope->rcpt_to : NULL;
    const char *names = "";
    guint n = 0;
    for (guint i = 0; all && i < all->len; i++) {
        const char *name =
            f->bounce ? ((const mw_bounce_recipient *)all->pdata[i])->recipient : (const char *)all->pdata[i];
        if (name && n++ < MAX_RECIPIENTS)
            names =
                mw_printf(t->arena, "%s%s%s", names, *names ? ", " : "", mw_letter_cut(t, name, NAME_SHOWN));
    }
    return n > MAX_RECIPIENTS ? SAY(t, "{1} ... ({2} in all)", names, mw_printf(t->arena, "%u", n)) : names;
}

mw_time mw_letter_date(const letter *t) {
    const mw_facts *f = t->d->facts;
    if (!mw_letter_has_mail(t))
        return MW_TIME_UNKNOWN;
    const char *date = mw_letter_field(t, "Date");
    int zone;
    mw_time at = date ? mw_time_read_mail(mw_span_of(date), &zone) : MW_TIME_UNKNOWN;
    return at == MW_TIME_UNKNOWN && f->envelope ? f->envelope->received_at : at;
}

/* What is known of the mail: {1} its subject, {2} the day, {3} to whom. Nameless: it did not come back. */
enum { BARE, DATED, TO, DATED_TO, NAMELESS, NAMELESS_TO, KNOWN };

/* Whose mail it is. To the recipient it always went "to you". */
enum { YOURS, OURS, OURS_TO_YOU, ANY, ANY_TO_YOU, WHOSE };

static const char *const which[WHOSE][KNOWN] = {
    [YOURS] = {"this is about your mail {1}.", "this is about your mail {1} of {2}.",
               "this is about your mail {1} to {3}.", "this is about your mail {1} of {2} to {3}.",
               "this is about your mail.", "this is about your mail to {3}."},
    [OURS] = {"please help us with our mail {1}.", "please help us with our mail {1} of {2}.",
              "please help us with our mail {1} to {3}.", "please help us with our mail {1} of {2} to {3}.",
              "please help us with our mail.", "please help us with our mail to {3}."},
    [OURS_TO_YOU] =
        {"this is about our mail {1} to you.",
         "this is about our mail {1} to you of {2}.", [NAMELESS] = "this is about our mail to you."},
    [ANY] = {"this is about the mail {1}.", "this is about the mail {1} of {2}.",
             "this is about the mail {1} to {3}.", "this is about the mail {1} of {2} to {3}.",
             "this is about a mail.", "this is about a mail to {3}."},
    [ANY_TO_YOU] = {"this is about the mail {1} to you.",
                    "this is about the mail {1} to you of {2}.", [NAMELESS] = "this is about a mail to you."},
};

static const char *which_mail(const letter *t) {
    const mw_bounce *b = t->d->facts->bounce;
    bool theirs = t->v->forged || t->v->deceptive || t->d->doubt ||
                  (b && b->backscatter); /* nobody's who writes or gets the letter */
    bool to_you = t->to == MW_LETTER_RECIPIENT;
    int whose = theirs ? to_you ? ANY_TO_YOU : ANY : to_you ? OURS_TO_YOU : OURS;
    if (t->to == MW_LETTER_CUSTOMER && !theirs)
        whose = YOURS;
    const char *subject = mw_letter_field(t, "Subject"), *to = to_you ? "" : mw_letter_to_whom(t);
    if (!mw_letter_has_mail(t))
        return SAY(t, which[whose][*to ? NAMELESS_TO : NAMELESS], "", "", to);
    const char *title = subject && *subject ? SAY(t, "\"{1}\"", mw_letter_cut(t, subject, SUBJECT_SHOWN))
                                            : SAY(t, "(without a subject)");
    mw_time at = mw_letter_date(t);
    bool dated = at != MW_TIME_UNKNOWN;
    return SAY(t, which[whose][(dated ? DATED : BARE) + (*to ? TO : BARE)], title,
               dated ? mw_language_day(t->arena, t->in, at) : "", to);
}

static const char *outcome(const letter *t) {
    static const char *const words[] = {
        [MW_OUTCOME_ACCEPT] = "A usual receiver should take it: nothing wrong was found with it.",
        [MW_OUTCOME_JUNK] = "It is likely to land in the junk folder.",
        [MW_OUTCOME_DEFER] = "It is likely to be put off.",
        [MW_OUTCOME_REJECT] = "A usual receiver would refuse it.",
        [MW_OUTCOME_UNKNOWN] = "It could not be judged to the end.",
        [MW_OUTCOME_NOT_JUDGED] = "It could not be judged from this copy.",
        [MW_OUTCOME_UNDELIVERED] = "It was not delivered.",
        [MW_OUTCOME_DELAYED] = "It is still waiting to be delivered.",
        [MW_OUTCOME_DELIVERED] = "It was delivered.",
        [MW_OUTCOME_COMPLAINT] = "It was delivered, and its recipient marked it as unwanted.",
    };
    const mw_verdict *v = t->v;
    for (guint i = 0; v->by == MW_BY_RECEIVER && v->action == MW_OUTCOME_REJECT && i < v->receivers->len;
         i++) {
        const mw_receiver_answer *a = v->receivers->pdata[i];
        if (a->action == MW_OUTCOME_REJECT)
            return SAY(t, "{1} would refuse it.", a->receiver->title);
    }
    if (v->action == MW_OUTCOME_ACCEPT && v->elsewhere && v->elsewhere->action == MW_OUTCOME_REJECT)
        return SAY(t, "{1} would refuse it, and perhaps others would, too.", v->elsewhere->receiver->title);
    if (v->action == MW_OUTCOME_ACCEPT && v->cause)
        return SAY(t, "Most receivers would take it, but something is wrong with it.");
    return SAY(t, words[v->action]);
}

void mw_letter_opening(const letter *t) {
    bool pass_on = t->to == MW_LETTER_RECIPIENT && t->refused;
    mw_letter_paragraph(
        t, mw_printf(t->arena, "%s %s%s%s", which_mail(t), outcome(t), pass_on ? " " : "",
                     pass_on ? SAY(t, "Please pass this on to whoever runs your mail server.") : ""));
}
