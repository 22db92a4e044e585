#include "report/letter.h"
#include "bounce/bounce.h"
#include "report/layout.h"

#define WORTH_WRITING 0.2

enum { LETTER_WIDTH = 72, MAX_STEPS = 5, MAX_RECIPIENTS = 10 };

bool mw_letter_to_read(const char *name, mw_letter_to *out) {
    static const char *const names[] = {"", "customer", "provider", "recipient"};
    for (int i = MW_LETTER_CUSTOMER; i <= MW_LETTER_RECIPIENT; i++)
        if (strcmp(name, names[i]) == 0) {
            *out = (mw_letter_to)i;
            return true;
        }
    return false;
}

static void paragraph(mw_layout *l, const char *text) {
    mw_layout_wrap(l, MW_PLAIN, 0, 0, text);
    mw_layout_end(l);
}

static void fact(mw_layout *l, const char *label, const char *value) {
    if (value && *value)
        mw_layout_wrap(l, MW_PLAIN, 0, 4, mw_printf(l->arena, "%s: %s", label, value));
}

static const char *decoded(mw_layout *l, const mw_facts *f, const char *name) {
    const mw_field *field = mw_message_field(f->message, name);
    return field ? mw_header_decoded(l->arena, field) : NULL;
}

/* The first recipient that was not reached; NULL when it is no bounce. */
static const mw_bounce_recipient *refused(const mw_facts *f) {
    for (guint i = 0; f->bounce && i < f->bounce->recipients->len; i++) {
        const mw_bounce_recipient *r = f->bounce->recipients->pdata[i];
        if (strcmp(r->action, "failed") == 0 || strcmp(r->action, "delayed") == 0)
            return r;
    }
    return NULL;
}

static const char *to_whom(mw_layout *l, const mw_facts *f) {
    g_autoptr(GString) names = g_string_new(NULL);
    const GPtrArray *all = f->bounce ? f->bounce->recipients : f->envelope ? f->envelope->rcpt_to : NULL;
    for (guint i = 0; all && i < all->len && i < MAX_RECIPIENTS; i++) {
        const char *name =
            f->bounce ? ((const mw_bounce_recipient *)all->pdata[i])->recipient : (const char *)all->pdata[i];
        if (name)
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", name);
    }
    return names->len ? mw_strdup(l->arena, names->str) : decoded(l, f, "To");
}

static const char *queue_id(const mw_facts *f) {
    if (f->bounce && f->bounce->queue_id)
        return f->bounce->queue_id;
    if (!f->trace || f->trace->boundary < 0)
        return NULL;
    return ((const mw_hop *)f->trace->hops->pdata[f->trace->boundary])->id;
}

/* What a support ticket needs to find the mail in a log. */
static void write_facts(mw_layout *l, const mw_diagnosis *d) {
    const mw_facts *f = d->facts;
    const mw_envelope *e = f->envelope;
    const mw_bounce_recipient *r = refused(f);
    fact(l, "From", decoded(l, f, "From"));
    fact(l, "To", to_whom(l, f));
    fact(l, "Subject", decoded(l, f, "Subject"));
    fact(l, "Date", decoded(l, f, "Date"));
    fact(l, "Message-ID", decoded(l, f, "Message-ID"));
    if (e && e->mail_from)
        fact(l, "Envelope sender", *e->mail_from ? e->mail_from : "<>");
    if (e && e->client_ip.family)
        fact(l, "Sending server",
             e->helo ? mw_printf(l->arena, "%s (%s)", mw_ip_text(l->arena, &e->client_ip), e->helo)
                     : mw_ip_text(l->arena, &e->client_ip));
    fact(l, "Receiving server", r ? r->remote_host : e ? e->received_by : NULL);
    if (e && e->received_at != MW_TIME_UNKNOWN)
        fact(l, "Handed over", mw_time_rfc3339(l->arena, e->received_at));
    if (f->bounce)
        fact(l, "Arrival", f->bounce->arrival_date);
    fact(l, "Queue ID", queue_id(f));
    fact(l, "Reply", r ? r->diagnostic : NULL);
    mw_layout_end(l);
}

/* What the mail itself shows, and what is to be done about it, the weightiest first. */
/* The first step's is the cause, with what follows from it. */
static const char *found_words(mw_layout *l, const mw_diagnosis *d, const mw_remedy *r, guint place) {
    bool cause = place == 0 && d->cause->text && d->cause->n_together <= 1;
    return cause ? d->cause->text : mw_printf(l->arena, "%s.", r->finding->summary);
}

/* What the provider can do nothing about, and what is too small to write of. */
static bool is_for(const mw_diagnosis *d, const mw_remedy *r, mw_letter_to to) {
    const char *owner = mw_finding_owner(r->finding);
    bool others = strcmp(owner, "author") == 0 || strcmp(owner, "recipient") == 0;
    bool weighs =
        mw_diagnosis_fix(d, r->key) || r->flips || d->score.points - r->after.points >= WORTH_WRITING;
    return weighs && !(others && to == MW_LETTER_PROVIDER);
}

static void write_steps(mw_layout *l, const mw_diagnosis *d, mw_letter_to to) {
    const GPtrArray *remedies = d->cause ? mw_diagnosis_remedies(l->arena, d) : NULL;
    guint number = 0;
    for (guint i = 0; remedies && i < remedies->len && number < MAX_STEPS; i++) {
        const mw_remedy *r = remedies->pdata[i];
        const mw_fix *fix = mw_diagnosis_fix(d, r->key);
        if (!mw_finding_fix(r->finding) || mw_finding_cause(d->facts, r->finding) || !is_for(d, r, to))
            continue;
        if (number == 0)
            paragraph(l, "What was found, and what to do:");
        mw_layout_wrap(l, MW_PLAIN, 0, 3,
                       mw_printf(l->arena, "%u. Found: %s", ++number, found_words(l, d, r, i)));
        g_string_append(l->out, "   ");
        mw_layout_wrap(l, MW_PLAIN, 3, 3, fix ? "Publish this record:" : mw_finding_fix(r->finding));
        if (!fix)
            continue;
        mw_layout_whole(l, 3, fix->record);
        g_string_append(l->out, "   ");
        mw_layout_wrap(l, MW_PLAIN, 3, 3, fix->why);
    }
    if (number)
        mw_layout_end(l);
}

/* What to do is told only to who can do it. */
static void write_reply(mw_layout *l, const mw_bounce_recipient *r, mw_letter_to to) {
    if (!r || !r->meaning)
        return;
    paragraph(l, mw_printf(l->arena, "In plain words: %s", r->meaning->meaning));
    if (r->claim == MW_CLAIM_CONFIRMED || r->claim == MW_CLAIM_CONTRADICTED)
        paragraph(l, mw_printf(l->arena, "Our own check %s: %s.",
                               r->claim == MW_CLAIM_CONFIRMED ? "bears it out" : "says otherwise",
                               r->claim_evidence));
    bool theirs = strcmp(r->meaning->owner, "receiver") == 0 || strcmp(r->meaning->owner, "recipient") == 0;
    if (to == MW_LETTER_RECIPIENT && r->claim == MW_CLAIM_CONTRADICTED)
        paragraph(l, "Please have the check of your side looked into.");
    else if (*r->meaning->action && (to != MW_LETTER_RECIPIENT || theirs))
        paragraph(l, mw_printf(l->arena, "What helps: %s", r->meaning->action));
}

static const char *outcome(mw_layout *l, const mw_diagnosis *d) {
    const mw_bounce_recipient *r = refused(d->facts);
    if (r)
        return strcmp(r->action, "failed") == 0 ? "it was not delivered"
                                                : "it is still waiting to be delivered";
    if (d->score.action == MW_ACCEPT)
        return "nothing was found for which it would be refused";
    return mw_printf(l->arena, "by our check it is %s", mw_action_words(d->score.action));
}

char *mw_letter_write(const mw_diagnosis *d, mw_letter_to to) {
    static const char *const openings[] = {
        [MW_LETTER_CUSTOMER] = "we have looked into the mail described below: %s.",
        [MW_LETTER_PROVIDER] = "please help us with the mail described below: %s.",
        [MW_LETTER_RECIPIENT] =
            "this is about the mail to you that is described below: %s. Please pass this on to "
            "whoever runs your mail server; the details let them find it in their log.",
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_layout layout = {.out = g_string_new(NULL), .arena = arena, .width = LETTER_WIDTH}, *l = &layout;
    paragraph(l, "Hello,");
    const char *how = outcome(l, d);
    const char *opening = openings[to];
    const char *gap = strstr(opening, "%s");
    paragraph(l, mw_printf(arena, "%.*s%s%s", (int)(gap - opening), opening, how, gap + 2));
    if (d->facts->bounce && d->facts->bounce->backscatter)
        paragraph(
            l, mw_printf(arena, "%s %s",
                         to == MW_LETTER_CUSTOMER
                             ? "You did not send it: somebody used your address, and you need change nothing."
                             : "It did not come from us: somebody used our address.",
                         d->facts->bounce->backscatter_why));
    write_facts(l, d);
    if (!d->facts->bounce || !d->facts->bounce->backscatter)
        write_reply(l, refused(d->facts), to);
    if (to == MW_LETTER_RECIPIENT && refused(d->facts))
        paragraph(l, "If your side refuses it by a rule of its own, only your side can lift that.");
    else
        write_steps(l, d, to);
    paragraph(l, to == MW_LETTER_CUSTOMER ? "Kind regards" : "Thank you, and kind regards");
    return g_string_free(layout.out, FALSE);
}
