#include "report/bounce.h"

enum { SHOWN_DIAGNOSTIC = 400, SHOWN_NAMES = 5, SHOWN_GROUPS = 20 };

static const char *headline(const mw_bounce *b) {
    switch (b->kind) {
    case MW_BOUNCE_FAILURE:
        return "NOT DELIVERED";
    case MW_BOUNCE_DELAY:
        return "DELAYED";
    case MW_BOUNCE_SUCCESS:
        return "DELIVERED";
    case MW_BOUNCE_COMPLAINT:
        return "COMPLAINT";
    default:
        return "AUTOMATIC ANSWER";
    }
}

static bool same_reply(const mw_bounce_recipient *a, const mw_bounce_recipient *b) {
    return strcmp(a->action, b->action) == 0 && g_strcmp0(a->reply->words, b->reply->words) == 0 &&
           g_strcmp0(a->reply_code, b->reply_code) == 0 &&
           g_strcmp0(a->enhanced_status, b->enhanced_status) == 0;
}

static const char *name_of(const mw_bounce_recipient *r) {
    return r->recipient ? r->recipient : "(a recipient that the bounce does not name)";
}

/* All recipients that got the same reply as number first, as one line. */
static const char *group_names(mw_layout *l, const mw_bounce *b, guint first, bool *done) {
    const mw_bounce_recipient *lead = b->recipients->pdata[first];
    const char *names = name_of(lead);
    guint n = 1;
    for (guint i = first + 1; i < b->recipients->len; i++) {
        const mw_bounce_recipient *r = b->recipients->pdata[i];
        if (done[i] || !same_reply(lead, r))
            continue;
        done[i] = true;
        if (++n <= SHOWN_NAMES)
            names = mw_printf(l->arena, "%s, %s", names, name_of(r));
    }
    return n > SHOWN_NAMES ? mw_printf(l->arena, "%s and %u more", names, n - SHOWN_NAMES) : names;
}

static const char *claim_words(mw_claim_check check) {
    static const char *const words[] = {"", "our own run bears it out", "our own run says otherwise",
                                        "can't be reproduced"};
    return words[check];
}

/* What the receiver's published rules let expect today of the mail that came back. */
static void write_prediction(mw_layout *l, const mw_prediction *p) {
    const char *title = p->receiver->title, *rule = "", *detail = "";
    if (p->rule)
        rule = mw_printf(l->arena, "%s's rule %s%s, \"%s\"", title, p->rule->id,
                         p->as_bulk ? " for bulk senders" : "", p->rule->text);
    if (p->rule && p->rule->detail)
        detail = mw_printf(l->arena, ": %s", p->rule->detail);
    switch (p->agreement) {
    case MW_AGREE_SAME:
        mw_layout_labelled(l, "Expected", "The same. The mail does not meet %s%s.", rule, detail);
        if (p->as_bulk)
            mw_layout_labelled(l, "", "It seems that %s counts the sender as a bulk sender.", title);
        break;
    case MW_AGREE_OTHER:
        mw_layout_labelled(l, "Beside it", "The mail does not meet %s%s. Mend that, too.", rule, detail);
        break;
    case MW_AGREE_NONE:
        mw_layout_labelled(l, "Expected",
                           "No refusal: today the mail meets every published rule of %s that can be checked "
                           "from outside. The cause was mended since, or only %s can see it.",
                           title, title);
        break;
    case MW_AGREE_UNKNOWN:
        mw_layout_labelled(l, "Expected", "Not known: %s can't be judged%s.", rule, detail);
        break;
    }
}

/* Our own run's first step mends what the reply is about, and says it with names. */
static bool is_first_step(const mw_diagnosis *d, const mw_bounce_recipient *r) {
    static const char *const same[][2] = {{"ptr", "rdns"},    {"spf", "spf"}, {"dkim", "dkim"},
                                          {"dmarc", "dmarc"}, {"arc", "arc"}, {"helo", "helo"}};
    const GPtrArray *remedies = d->cause->remedies;
    const char *key = remedies->len ? ((const mw_remedy *)remedies->pdata[0])->key : "";
    for (size_t i = 0; r->meaning && mw_diagnosis_has_first_step(d) && i < G_N_ELEMENTS(same); i++)
        if (strcmp(r->meaning->cause, same[i][0]) == 0)
            return strcmp(key, same[i][1]) == 0 && strcmp(r->meaning->owner, "receiver") != 0;
    return false;
}

static void write_recipient(mw_layout *l, const mw_bounce_recipient *r, const mw_prediction *prediction,
                            const char *names, bool below) {
    static const struct {
        const char *action, *label;
    } labels[] = {{"failed", "Not for"}, {"delayed", "Waits for"}, {"complained", "From"}};
    const char *label = "For";
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
        if (strcmp(r->action, labels[i].action) == 0)
            label = labels[i].label;
    }
    mw_layout_end(l);
    mw_layout_labelled(l, label, "%s%s%s", names, r->original ? ", written to as " : "",
                       r->original ? r->original : "");
    if (r->diagnostic) {
        g_autoptr(GString) shown = g_string_new(NULL);
        const char *reply = *r->reply->match ? r->reply->match : r->diagnostic;
        mw_printable_append(shown, mw_span_of(reply), SHOWN_DIAGNOSTIC);
        mw_layout_labelled(l, "Said", "\"%s\"%s%s", shown->str, r->remote_host ? ", by " : "",
                           r->remote_host ? r->remote_host : "");
    } else if (r->enhanced_status) {
        mw_layout_labelled(l, "Said", "only the status %s", r->enhanced_status);
    }
    const mw_meaning *m = r->meaning;
    if (!m)
        return;
    mw_layout_labelled(l, "It means", "%s", m->meaning);
    if (r->claim != MW_CLAIM_NONE)
        mw_layout_labelled(l, "Is it so?", "%s: %s.", claim_words(r->claim), r->claim_evidence);
    if (prediction)
        write_prediction(l, prediction);
    mw_layout_labelled(l, "Who acts", "%s.", mw_owner_words(m->owner));
    mw_layout_labelled(l, "Do", "%s", below ? "What stands under \"Do first\" below." : m->action);
    if (m->temporary && strcmp(r->action, "delayed") == 0)
        mw_layout_labelled(l, "", "The sending server tries again by itself.");
}

/* That nothing can be foretold is for who wants to know all. */
static const mw_prediction *prediction_of(const mw_diagnosis *d, guint i, int verbose) {
    const mw_prediction *p = d->predictions ? d->predictions->pdata[i] : NULL;
    return p && verbose <= 0 && p->agreement == MW_AGREE_UNKNOWN ? NULL : p;
}

/* Something that our own run looks at is what a reply is about. */
static bool any_about_mail(const mw_bounce *b) {
    for (guint i = 0; i < b->recipients->len; i++) {
        if (mw_bounce_about_mail(b->recipients->pdata[i]))
            return true;
    }
    return false;
}

bool mw_bounce_stands_alone(const mw_diagnosis *d) {
    const mw_bounce *b = d->facts->bounce;
    if (!b->original || b->backscatter || b->kind == MW_BOUNCE_COMPLAINT)
        return true;
    return !b->paired && b->kind != MW_BOUNCE_SUCCESS && !any_about_mail(b);
}

/* What our own run found about the recipient's address, and what weighs most of the rest, in short. */
static void write_beside(mw_layout *l, const mw_diagnosis *d) {
    for (guint i = 0; i < d->facts->findings->len; i++) {
        const mw_finding *f = d->facts->findings->pdata[i];
        if (f->state == MW_HIT && strcmp(f->symbol->group, "recipient") == 0)
            mw_layout_labelled(l, "Note", "%s. %s", f->summary, mw_finding_fix(f) ? mw_finding_fix(f) : "");
    }
    if (d->cause->text && !d->facts->bounce->backscatter)
        mw_layout_labelled(l, "Beside it", "%s", d->cause->text);
}

/* What the rest of the report stands on. */
static void write_returned(mw_layout *l, const mw_diagnosis *d, bool alone) {
    const mw_bounce *b = d->facts->bounce;
    const char *label = b->paired ? "Sent" : "Returned";
    const char *what = b->paired                        ? "This is the copy that was given."
                       : b->kind == MW_BOUNCE_COMPLAINT ? "The mail complained about is attached."
                       : b->original_headers_only       ? "The header of the mail came back."
                                                        : "The mail came back.";
    if (!b->original && b->kind != MW_BOUNCE_COMPLAINT && any_about_mail(b))
        mw_layout_labelled(l, label,
                           "The mail itself did not come back, so nothing of it can be checked. If you have "
                           "it in your Sent folder: mailwhy sent.eml --bounce THIS-FILE");
    else if (!b->original)
        mw_layout_labelled(l, label, "The mail itself is not in it.");
    else if (alone)
        mw_layout_labelled(l, label, "%s -v shows what our own run finds in it.", what);
    else
        mw_layout_labelled(l, label, "%s What our own run finds in it, as of now:", what);
}

/* Equal replies are told once. */
static void write_recipients(mw_layout *l, const mw_diagnosis *d, int verbose) {
    const mw_bounce *b = d->facts->bounce;
    bool *done = mw_new_n(l->arena, bool, b->recipients->len);
    const bool run_follows = !mw_bounce_stands_alone(d);
    guint groups = 0, left = 0;
    for (guint i = 0; i < b->recipients->len; i++) {
        if (done[i])
            continue;
        if (groups++ < SHOWN_GROUPS || verbose > 0)
            write_recipient(l, b->recipients->pdata[i], prediction_of(d, i, verbose),
                            group_names(l, b, i, done),
                            run_follows && is_first_step(d, b->recipients->pdata[i]));
        else
            left++;
    }
    if (left == 0)
        return;
    mw_layout_end(l);
    mw_layout_labelled(l, "More", "%u more recipients got other replies: -v or --format json tells them all.",
                       left);
}

void mw_bounce_write(mw_layout *l, const mw_diagnosis *d, int verbose) {
    const bool alone = verbose <= 0 && mw_bounce_stands_alone(d);
    const mw_bounce *b = d->facts->bounce;
    bool bad = b->kind == MW_BOUNCE_FAILURE;
    mw_layout_text(l, bad ? MW_RED : b->kind == MW_BOUNCE_SUCCESS ? MW_GREEN : MW_YELLOW, headline(b));
    if (b->reporting_mta)
        mw_layout_format(l, MW_PLAIN, "   told by %s", b->reporting_mta);
    if (b->queue_id)
        mw_layout_format(l, MW_DIM, ", queue %s", b->queue_id);
    mw_layout_end(l);
    if (b->backscatter) {
        mw_layout_end(l);
        mw_layout_labelled(
            l, "Not yours",
            "Probably: somebody else used your address. %s If you know this mail, the program "
            "that sent it (a shop, a newsletter) is missing in your SPF record. If not, there is "
            "nothing to do.",
            b->backscatter_why);
    }
    if (b->kind == MW_BOUNCE_COMPLAINT)
        mw_layout_labelled(l, "Note",
                           "A recipient marked your mail as unwanted. It was delivered; take the address off "
                           "your list.");
    write_recipients(l, d, verbose);
    mw_layout_end(l);
    write_returned(l, d, alone);
    if (alone && b->original)
        write_beside(l, d);
}
