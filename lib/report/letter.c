#include "report/letter.h"
#include "report/answer.h"
#include "report/layout.h"
#include "report/party.h"

enum {
    LETTER_WIDTH = 72,
    MAX_RECIPIENTS = 3,
    SUBJECT_SHOWN = 80,
    NAME_SHOWN = 80,
    FACT_SHOWN = 300,
    MAX_ALSO = 2
};

bool mw_letter_to_read(const char *name, mw_letter_to *out) {
    static const char *const names[] = {"", "customer", "provider", "recipient"};
    for (int i = MW_LETTER_CUSTOMER; i <= MW_LETTER_RECIPIENT; i++)
        if (strcmp(name, names[i]) == 0) {
            *out = (mw_letter_to)i;
            return true;
        }
    return false;
}

/* All that a letter is made of. */
typedef struct letter {
    mw_layout *l;
    const mw_diagnosis *d;
    const mw_verdict *v;
    mw_letter_to to;
    const mw_bounce_recipient *refused; /* of a bounce; or NULL */
    mw_reply_answer answer;             /* of that */
    const mw_finding *finding;          /* that is to be mended; or NULL */
} letter;

static void paragraph(mw_layout *l, const char *text) {
    mw_layout_wrap(l, MW_PLAIN, 0, 0, text);
    mw_layout_end(l);
}

static bool is(const char *a, const char *b) {
    return a && strcmp(a, b) == 0;
}

static const char *cut(mw_arena *arena, const char *text, size_t most) {
    g_autoptr(GString) shown = g_string_new(NULL);
    mw_printable_append(shown, mw_span_of(text), most);
    return mw_strdup(arena, shown->str);
}

static const char *decoded(mw_arena *arena, const mw_facts *f, const char *name) {
    const mw_field *field = mw_message_field(f->message, name);
    return field ? mw_header_decoded(arena, field) : NULL;
}

/* ---- what happened ---- */

static const char *to_whom(const letter *t) {
    const mw_facts *f = t->d->facts;
    mw_arena *arena = t->l->arena;
    const GPtrArray *all = f->bounce ? f->bounce->recipients : f->envelope ? f->envelope->rcpt_to : NULL;
    const char *names = "";
    guint n = 0;
    for (guint i = 0; all && i < all->len; i++) {
        const char *name =
            f->bounce ? ((const mw_bounce_recipient *)all->pdata[i])->recipient : (const char *)all->pdata[i];
        if (name && n++ < MAX_RECIPIENTS)
            names = mw_printf(arena, "%s%s%s", names, *names ? ", " : "", cut(arena, name, NAME_SHOWN));
    }
    if (n > MAX_RECIPIENTS)
        names = mw_printf(arena, "%s and %u more", names, n - MAX_RECIPIENTS);
    return names;
}

static const char *when(const letter *t) {
    const mw_facts *f = t->d->facts;
    mw_arena *arena = t->l->arena;
    const mw_field *date = mw_message_field(f->message, "Date");
    int zone;
    mw_time at = date ? mw_time_read_mail(mw_span_of(mw_field_text(arena, date)), &zone) : MW_TIME_UNKNOWN;
    if (at == MW_TIME_UNKNOWN && f->envelope)
        at = f->envelope->received_at;
    return at == MW_TIME_UNKNOWN ? "" : mw_printf(arena, " of %s", mw_time_day(arena, at));
}

/* 'the mail "Invoice 7" of 22 Nov 2026 to ines@orchard.example' */
static const char *which_mail(const letter *t, const char *article) {
    mw_arena *arena = t->l->arena;
    const char *subject = decoded(arena, t->d->facts, "Subject"),
               *to = t->to == MW_LETTER_RECIPIENT ? "" : to_whom(t);
    const char *title =
        subject && *subject ? mw_printf(arena, " \"%s\"", cut(arena, subject, SUBJECT_SHOWN)) : "";
    return mw_printf(arena, "%s mail%s%s%s%s", article, title, when(t), *to ? " to " : "", to);
}

static const char *outcome(mw_arena *arena, const mw_verdict *v) {
    static const char *const words[] = {
        [MW_OUTCOME_ACCEPT] = "should be taken by a usual receiver: nothing wrong was found with it",
        [MW_OUTCOME_JUNK] = "is likely to land in the junk folder",
        [MW_OUTCOME_DEFER] = "is likely to be put off",
        [MW_OUTCOME_REJECT] = "would be refused by a usual receiver",
        [MW_OUTCOME_UNKNOWN] = "could not be judged to the end",
        [MW_OUTCOME_NOT_JUDGED] = "could not be judged from this copy",
        [MW_OUTCOME_UNDELIVERED] = "was not delivered",
        [MW_OUTCOME_DELAYED] = "is still waiting to be delivered",
        [MW_OUTCOME_DELIVERED] = "was delivered",
        [MW_OUTCOME_COMPLAINT] = "was delivered, and its recipient marked it as unwanted",
    };
    for (guint i = 0; v->by == MW_BY_RECEIVER && v->action == MW_OUTCOME_REJECT && i < v->receivers->len;
         i++) {
        const mw_receiver_answer *a = v->receivers->pdata[i];
        if (a->action == MW_OUTCOME_REJECT)
            return mw_printf(arena, "would be refused by %s", a->receiver->title);
    }
    if (v->action == MW_OUTCOME_ACCEPT && v->elsewhere && v->elsewhere->action == MW_OUTCOME_REJECT)
        return mw_printf(arena, "would be refused by %s, and perhaps by others",
                         v->elsewhere->receiver->title);
    if (v->action == MW_OUTCOME_ACCEPT && v->cause)
        return "would be taken by most receivers, but something is wrong with it";
    return words[v->action];
}

/* ---- why ---- */

static const char *fill(mw_arena *arena, const char *text, const char *domain) {
    const char *place = strstr(text, "{domain}");
    return !place ? text
                  : mw_printf(arena, "%.*s%s%s", (int)(place - text), text,
                              domain ? domain : "The sender's domain", place + strlen("{domain}"));
}

/* The sentence for a check or a cause, in words for everybody; NULL: there is none. */
static const char *plain_words(const letter *t, const char *cause) {
    enum { CAUSE, WHY };
    const mw_table *table = mw_data_table(t->d->facts->data, "letters.tsv", NULL);
    for (guint i = 0; table && table->n_columns > WHY && cause && i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        if (strcmp(row[CAUSE], cause) == 0)
            return fill(t->l->arena, row[WHY], mw_party_domain(t->d->facts, cause));
    }
    return NULL;
}

static void write_why(const letter *t) {
    const char *cause = t->v->check;
    if (t->answer.owner && is(t->answer.owner, "sender") && !t->answer.better)
        cause = NULL; /* a mistyped address, say: the answer's own words are plain */
    bool for_all = t->to == MW_LETTER_CUSTOMER || (t->to == MW_LETTER_RECIPIENT && !t->refused);
    const char *plain = for_all ? plain_words(t, t->refused ? NULL : t->v->symbol) : NULL;
    if (!plain && for_all)
        plain = plain_words(t, cause);
    if (t->v->action == MW_OUTCOME_UNKNOWN || t->v->action == MW_OUTCOME_NOT_JUDGED)
        plain = NULL;
    const char *why = plain ? plain : t->refused ? t->answer.means : t->v->cause;
    if (why)
        paragraph(t->l, why);
    const mw_bounce_recipient *r = t->refused;
    if (r && r->claim == MW_CLAIM_CONTRADICTED)
        paragraph(t->l,
                  mw_printf(t->l->arena, "Our own check says otherwise, though: %s.", r->claim_evidence));
}

/* ---- whose move it is, and what to ask ---- */

static const char *advice(const letter *t) {
    const mw_fix *fix = t->finding ? mw_diagnosis_fix(t->d, mw_remedy_key(t->finding)) : NULL;
    return fix ? NULL : t->finding ? mw_finding_fix(t->finding) : t->answer.action ? t->answer.action : NULL;
}

static const char *owner(const letter *t) {
    return t->refused && t->answer.owner ? t->answer.owner : t->v->who;
}

/* What the customer hands on to somebody who knows the terms. */
static bool for_others(const letter *t) {
    static const char *const others[] = {"dns", "server", "provider", "forwarder", "list", NULL};
    return t->to == MW_LETTER_CUSTOMER && owner(t) && g_strv_contains(others, owner(t));
}

static const char *reason_to_paste(const letter *t) {
    enum { SHOWN_REPLY = 200 };
    if (t->refused && t->refused->diagnostic)
        return mw_printf(t->l->arena, "A receiver refused our mail: \"%s\"",
                         cut(t->l->arena, t->refused->reply->match, SHOWN_REPLY));
    return t->v->cause;
}

/* The words to hand on, each line set in. */
static void write_quote(const letter *t) {
    mw_layout *l = t->l;
    const mw_fix *fix = t->finding ? mw_diagnosis_fix(t->d, mw_remedy_key(t->finding)) : NULL;
    const char *text = advice(t);
    enum { AT = 4 };
    const char *because = for_others(t) ? reason_to_paste(t) : NULL;
    if (because && (fix || (text && *text))) {
        g_string_append_printf(l->out, "%*s", AT, "");
        mw_layout_wrap(l, MW_PLAIN, AT, AT, because);
    }
    if (fix) {
        g_string_append_printf(l->out, "%*s", AT, "");
        mw_layout_wrap(l, MW_PLAIN, AT, AT,
                       "Please set this record in the DNS, in place of the one that is there:");
        mw_layout_whole(l, AT, fix->record);
        if (fix->why) {
            g_string_append_printf(l->out, "%*s", AT, "");
            mw_layout_wrap(l, MW_PLAIN, AT, AT, fix->why);
        }
        mw_layout_end(l);
    } else if (text && *text) {
        g_string_append_printf(l->out, "%*s", AT, "");
        mw_layout_wrap(l, MW_PLAIN, AT, AT, text);
        mw_layout_end(l);
    }
}

/* What the customer is told of whose move it is. */
static const char *move_words(const letter *t) {
    mw_arena *arena = t->l->arena;
    const char *who = owner(t), *party = t->v->party;
    const char *by_name = party ? mw_printf(arena, " (%s)", party) : "";
    const char *domain = mw_party_domain(t->d->facts, t->v->check);
    if (is(who, "dns"))
        return mw_printf(
            arena,
            "This is changed in the settings of %s, where its records are kept%s: often the firm that you "
            "rent the domain from. Please ask them, or do it there yourself:",
            domain ? domain : "your domain", by_name);
    if (is(who, "server") || is(who, "provider"))
        return mw_printf(
            arena,
            "Your mail provider, or whoever runs the server that sends your mail%s, can mend it. "
            "Please ask them:",
            by_name);
    if (is(who, "author") || is(who, "sender"))
        return "It is in your own hands:";
    if (is(who, "forwarder"))
        return mw_printf(arena, "The fault is with whoever passes the mail on%s. Please ask them:", by_name);
    if (is(who, "list"))
        return mw_printf(arena, "The entry is taken off by the list's operator%s:", by_name);
    if (is(who, "receiver") || is(who, "recipient"))
        return "It is on the recipient's side, and nothing of yours is broken. What you can do:";
    return "Nobody has to do anything:";
}

static void write_move(const letter *t) {
    mw_layout *l = t->l;
    const char *who = owner(t);
    bool theirs = is(who, "receiver") || is(who, "recipient");
    if (t->to == MW_LETTER_CUSTOMER && (advice(t) || t->finding)) {
        paragraph(l, move_words(t));
        write_quote(t);
    } else if (t->to == MW_LETTER_PROVIDER) {
        bool yours = is(who, "server") || is(who, "provider") || is(who, "dns");
        paragraph(l, yours    ? "What we ask you to do:"
                     : theirs ? "It seems to lie with the receiver, and not with you. What is known to help:"
                     : is(who, "forwarder")
                         ? "It seems to lie with whoever passes the mail on, and not with you. What they "
                           "would have to do:"
                         : "It seems to lie with us, and not with you. What we are told to do:");
        write_quote(t);
    } else if (t->to == MW_LETTER_RECIPIENT && t->refused && t->refused->claim == MW_CLAIM_CONTRADICTED) {
        paragraph(l, "Please have the check of your side looked into.");
    } else if (t->to == MW_LETTER_RECIPIENT && theirs) {
        paragraph(l, "The cause is on your side, and only whoever runs your mail server can look into it.");
    } else if (t->to == MW_LETTER_RECIPIENT) {
        paragraph(
            l,
            t->refused || t->v->action == MW_OUTCOME_REJECT
                ? "The cause seems to be on our side, and we see to it. If your side refuses the mail by a "
                  "rule of "
                  "its own, only your side can lift that."
                : "If it does not arrive, please look into your junk folder, and mark it there as wanted.");
    }
}

/* What is left when the one that leads is mended. */
static const mw_score *score_after(const letter *t, const GPtrArray *remedies) {
    const mw_fix *fix = mw_diagnosis_fix(t->d, mw_remedy_key(t->finding));
    for (guint i = 0; !fix && i < remedies->len; i++) {
        const mw_remedy *r = remedies->pdata[i];
        if (strcmp(r->key, mw_remedy_key(t->finding)) == 0)
            return &r->after;
    }
    return fix ? &fix->after : NULL;
}

/* What would keep the mail out still, when that is done: no more than it takes. */
static void write_also(const letter *t) {
    const mw_diagnosis *d = t->d;
    mw_arena *arena = t->l->arena;
    if (t->to == MW_LETTER_RECIPIENT || !t->finding)
        return;
    const GPtrArray *remedies = mw_diagnosis_remedies(arena, d);
    const mw_score *after = score_after(t, remedies);
    double left = after ? after->points : 0;
    guint told = 0;
    for (guint i = 0; after && after->action != MW_ACCEPT && i < remedies->len && told < MAX_ALSO; i++) {
        const mw_remedy *r = remedies->pdata[i];
        const char *text = mw_finding_fix(r->finding);
        bool enough = after->blockers == 0 && left < d->profile->junk;
        if (enough || strcmp(r->key, mw_remedy_key(t->finding)) == 0 || !text ||
            mw_finding_cause(d->facts, r->finding))
            continue;
        if (told++ == 0)
            paragraph(t->l, "That alone is not enough yet. Besides:");
        g_string_append(t->l->out, "    ");
        mw_layout_wrap(t->l, MW_PLAIN, 4, 4, text);
        mw_layout_end(t->l);
        left -= d->score.points - r->after.points;
    }
}

/* ---- what can't be known ---- */

static void write_unknown(const letter *t) {
    const mw_meaning *m = t->refused ? t->refused->meaning : NULL;
    if (m && (m->basis == MW_BASIS_CODE || m->basis == MW_BASIS_NONE))
        paragraph(
            t->l,
            "The receiver gave no reason that we could read; what stands here is the usual one for such an "
            "answer. Only the receiver knows for sure.");
    else if (m && (is(m->cause, "policy") || is(m->cause, "reputation") || is(m->cause, "content")))
        paragraph(t->l, "The receiver decides this by rules of its own, which nobody else can look into.");
    else if (!t->d->facts->bounce && t->to == MW_LETTER_CUSTOMER && t->v->action <= MW_OUTCOME_REJECT)
        paragraph(t->l,
                  "Each receiver has rules of its own: what one of them does is known for sure only from its "
                  "answer.");
}

/* ---- what finds the mail in a log ---- */

static void fact(const letter *t, const char *label, const char *value) {
    if (value && *value)
        mw_layout_wrap(t->l, MW_PLAIN, 0, 4,
                       mw_printf(t->l->arena, "%s: %s", label, cut(t->l->arena, value, FACT_SHOWN)));
}

static const char *queue_id(const mw_facts *f) {
    if (f->bounce && f->bounce->queue_id)
        return f->bounce->queue_id;
    if (!f->trace || f->trace->boundary < 0)
        return NULL;
    return ((const mw_hop *)f->trace->hops->pdata[f->trace->boundary])->id;
}

static void write_details(const letter *t) {
    static const char *const heads[] = {
        [MW_LETTER_CUSTOMER] = "Details for your provider",
        [MW_LETTER_PROVIDER] = "Details",
        [MW_LETTER_RECIPIENT] = "Details for whoever runs your mail server",
    };
    const mw_facts *f = t->d->facts;
    const mw_envelope *e = f->envelope;
    mw_layout *l = t->l;
    mw_layout_wrap(l, MW_PLAIN, 0, 0, mw_printf(l->arena, "-- %s --", heads[t->to]));
    fact(t, "From", decoded(l->arena, f, "From"));
    fact(t, "To", to_whom(t));
    fact(t, "Subject", decoded(l->arena, f, "Subject"));
    fact(t, "Date", decoded(l->arena, f, "Date"));
    fact(t, "Message-ID", decoded(l->arena, f, "Message-ID"));
    if (e && e->mail_from)
        fact(t, "Envelope sender", *e->mail_from ? e->mail_from : "<>");
    if (e && e->client_ip.family)
        fact(t, "Sending server",
             e->helo ? mw_printf(l->arena, "%s (%s)", mw_ip_text(l->arena, &e->client_ip), e->helo)
                     : mw_ip_text(l->arena, &e->client_ip));
    fact(t, "Receiving server", t->refused ? t->refused->remote_host : e ? e->received_by : NULL);
    if (e && e->received_at != MW_TIME_UNKNOWN)
        fact(t, "Handed over", mw_time_text(l->arena, e->received_at));
    fact(t, "Queue ID", queue_id(f));
    fact(t, "Reply", t->refused && t->refused->diagnostic ? t->refused->reply->match : NULL);
    if (t->to == MW_LETTER_CUSTOMER && t->v->cause)
        fact(t, "Cause", t->v->cause);
}

/* ---- the letter ---- */

static void write_opening(const letter *t) {
    mw_arena *arena = t->l->arena;
    bool ours = t->to != MW_LETTER_CUSTOMER;
    const char *mail = which_mail(t, ours ? "our" : "your");
    if (t->v->forged || t->v->deceptive)
        mail = which_mail(t, "the");
    if (t->to == MW_LETTER_PROVIDER)
        paragraph(t->l, mw_printf(arena, "please help us with %s: it %s.", mail, outcome(arena, t->v)));
    else if (t->to == MW_LETTER_RECIPIENT && t->refused)
        paragraph(t->l,
                  mw_printf(arena, "%s to you %s. Please pass this on to whoever runs your mail server.",
                            mail, outcome(arena, t->v)));
    else
        paragraph(t->l, mw_printf(arena, "%s%s %s.", mail, t->to == MW_LETTER_RECIPIENT ? " to you" : "",
                                  outcome(arena, t->v)));
}

static void write_backscatter(const letter *t) {
    mw_layout *l = t->l;
    paragraph(l,
              mw_printf(l->arena, "%s %s",
                        t->to == MW_LETTER_CUSTOMER
                            ? "You did not send it: somebody used your address, and you need change nothing."
                            : "It did not come from us: somebody used our address.",
                        t->d->facts->bounce->backscatter_why));
}

/* It helps nobody but its author to say how it would get through. */
static void write_deceit(const letter *t) {
    mw_layout *l = t->l;
    paragraph(
        l, t->v->forged
               ? "It was forged: it bears a sender's name that it does not come from. To refuse it is "
                 "right."
               : "It is meant to deceive its reader, although it does come from the domain that it names.");
    if (t->v->if_owner)
        paragraph(l, t->v->if_owner);
    if (t->v->if_recipient)
        paragraph(l, t->v->if_recipient);
}

static void write_complaint(const letter *t) {
    paragraph(t->l, "Please take the address off your list, and write to it no more.");
}

static void write_middle(const letter *t) {
    const mw_bounce *b = t->d->facts->bounce;
    if (b && b->backscatter) {
        write_backscatter(t);
    } else if (t->v->forged || t->v->deceptive) {
        write_deceit(t);
    } else if (b && b->kind == MW_BOUNCE_COMPLAINT) {
        write_complaint(t);
    } else if (t->v->cause || t->refused) {
        write_why(t);
        if (t->v->action != MW_OUTCOME_NOT_JUDGED && t->v->action != MW_OUTCOME_DELIVERED)
            write_move(t);
        write_also(t);
        write_unknown(t);
    }
}

char *mw_letter_write(const mw_diagnosis *d, mw_letter_to to) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_layout layout = {.out = g_string_new(NULL), .arena = arena, .width = LETTER_WIDTH};
    const mw_bounce *b = d->facts->bounce;
    letter t = {.l = &layout, .d = d, .v = d->verdict, .to = to};
    if (b && b->kind != MW_BOUNCE_SUCCESS && b->kind != MW_BOUNCE_COMPLAINT)
        t.refused = d->verdict->recipient;
    if (t.refused)
        t.answer = mw_reply_answer_read(arena, d, t.refused);
    t.finding = b ? t.answer.better : d->verdict->finding;
    paragraph(&layout, "Hello,");
    write_opening(&t);
    write_middle(&t);
    paragraph(&layout, to == MW_LETTER_CUSTOMER ? "Kind regards" : "Thank you, and kind regards");
    write_details(&t);
    return g_string_free(layout.out, FALSE);
}
