#include "report/letter.h"
#include "report/letter_parts.h"
#include "report/party.h"
#include "score/party.h"

enum { LETTER_WIDTH = 72, QUOTE_AT = 4, REPLY_SHOWN = 200, MAX_ALSO = 2 };

bool mw_letter_to_read(const char *name, mw_letter_to *out) {
    static const char *const names[] = {"", "customer", "provider", "recipient"};
    for (int i = MW_LETTER_CUSTOMER; i <= MW_LETTER_RECIPIENT; i++)
        if (strcmp(name, names[i]) == 0) {
            *out = (mw_letter_to)i;
            return true;
        }
    return false;
}

static bool is(const char *a, const char *b) {
    return a && strcmp(a, b) == 0;
}

/* One line or more of what is to be handed on, set in. */
static void quote(const letter *t, const char *text) {
    g_string_append_printf(t->l->out, "%*s", QUOTE_AT, "");
    mw_layout_wrap(t->l, MW_PLAIN, QUOTE_AT, QUOTE_AT, text);
}

/* ---- why ---- */

/* The sentence of letters.tsv for a check or a cause, in words for everybody; NULL: there is none. */
static const char *plain_words(const letter *t, const char *cause) {
    enum { CAUSE, WHY };
    const mw_table *table = mw_data_table(t->d->facts->data, "letters.tsv", NULL);
    for (guint i = 0; table && table->n_columns > WHY && cause && i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        if (strcmp(row[CAUSE], cause) != 0)
            continue;
        const char *domain = mw_party_domain(t->d->facts, cause);
        return SAY(t, row[WHY], domain ? domain : SAY(t, "The sender's domain"));
    }
    return NULL;
}

static const char *plain_words_of_lead(const letter *t) {
    const char *plain = plain_words(t, t->refused ? NULL : t->v->symbol);
    return plain ? plain : plain_words(t, t->v->check);
}

/* What was measured is told in English; who reads another language gets the plain words, and finds it quoted
 * in the details. */
static const char *measured(const letter *t) {
    const char *plain = t->in ? plain_words_of_lead(t) : NULL;
    return plain ? plain : t->v->cause ? mw_letter_told(t, t->v->cause) : NULL;
}

/* Why there is no judgement: what was found out, where the language can say it, else in general. */
static const char *why_open(const letter *t) {
    const char *said = mw_translated(t->arena, t->in, t->v->cause);
    if (said || !t->v->cause)
        return said;
    const mw_facts *f = t->d->facts;
    if (t->v->action == MW_OUTCOME_UNKNOWN)
        return SAY(t, "Something that decides is missing: the DNS was not asked or gave no answer, or the "
                      "copy does not show it.");
    if (f->automatic)
        return SAY(t, "It is an automatic answer. The mail that it answers did arrive.");
    return f->evidence->no_delivery ? SAY(t, "The file shows what a mail program displays, not the mail "
                                             "itself. Please save the mail whole, and send that.")
                                    : SAY(t, "The copy shows what was to be sent, not what a receiver saw. "
                                             "Please send the bounce or the reply, too.");
}

static const char *why_words(const letter *t) {
    bool own_slip = t->answer.owner && is(t->answer.owner, "sender") && !t->answer.better;
    bool for_all = t->to == MW_LETTER_CUSTOMER || (t->to == MW_LETTER_RECIPIENT && !t->refused);
    bool judged = t->v->action != MW_OUTCOME_UNKNOWN && t->v->action != MW_OUTCOME_NOT_JUDGED;
    const char *plain = !for_all || !judged ? NULL
                        : own_slip          ? NULL /* a mistyped address, say: the answer's words are plain */
                                            : plain_words_of_lead(t);
    if (plain)
        return plain;
    if (t->refused)
        return t->answer.means;
    return judged ? measured(t) : why_open(t);
}

static void write_why(const letter *t) {
    const char *why = why_words(t);
    if (why)
        mw_letter_paragraph(t, why);
    const mw_bounce_recipient *r = t->refused;
    if (r && r->claim == MW_CLAIM_CONTRADICTED)
        mw_letter_paragraph(
            t, SAY(t, "Our own check says otherwise, though: {1}.", mw_letter_told(t, r->claim_evidence)));
}

/* ---- whose move it is, and what to ask ---- */

static const mw_fix *record_of(const letter *t) {
    return t->finding ? mw_diagnosis_fix(t->d, mw_remedy_key(t->finding)) : NULL;
}

/* Its own advice, or at least its symbol's, in the letter's language. */
static const char *advice_of(const letter *t, const mw_finding *finding) {
    const char *text = mw_translated(t->arena, t->in, mw_finding_fix(finding));
    if (!text && finding->symbol->fix)
        text = mw_translated(t->arena, t->in, finding->symbol->fix);
    return text || !mw_finding_fix(finding) ? text : mw_letter_told(t, mw_finding_fix(finding));
}

static const char *advice(const letter *t) {
    const char *text = record_of(t) ? NULL : t->finding ? advice_of(t, t->finding) : t->answer.action;
    return text && *text ? text : NULL;
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
    if (t->refused && t->refused->diagnostic)
        return SAY(t, "A receiver refused our mail: \"{1}\"",
                   mw_letter_cut(t, t->refused->reply->match, REPLY_SHOWN));
    return measured(t);
}

/* The words to hand on, each line set in. */
static void write_quote(const letter *t) {
    const mw_fix *fix = record_of(t);
    const char *text = advice(t), *because = for_others(t) ? reason_to_paste(t) : NULL;
    if (!fix && !text)
        return;
    const char *why = because ? why_words(t) : NULL;
    if (because && g_strcmp0(because, why) != 0) /* where that does not stand above in the same words */
        quote(t, because);
    if (fix) {
        quote(t, SAY(t, "Please set this record in the DNS, in place of the one that is there:"));
        mw_layout_whole(t->l, QUOTE_AT, fix->record);
    } else {
        quote(t, text);
    }
    if (fix && fix->why)
        quote(t, mw_letter_told(t, fix->why));
    mw_layout_end(t->l);
}

static const char *by_name(const letter *t, const char *alone, const char *named) {
    return t->v->party ? SAY(t, named, t->v->party) : SAY(t, alone);
}

static const char *where_dns_is_kept(const letter *t) {
    const char *domain = mw_party_domain(t->d->facts, t->v->check), *party = t->v->party;
    if (domain && party)
        return SAY(t,
                   "This is changed in the settings of {1}, where its records are kept ({2}): often the "
                   "firm that you rent the domain from. Please ask them, or do it there yourself:",
                   domain, party);
    if (domain)
        return SAY(t,
                   "This is changed in the settings of {1}, where its records are kept: often the firm "
                   "that you rent the domain from. Please ask them, or do it there yourself:",
                   domain);
    return SAY(t, "This is changed in the settings of your domain, where its records are kept: often the "
                  "firm that you rent the domain from. Please ask them, or do it there yourself:");
}

/* No words of the reply were known. */
static bool by_code_alone(const mw_meaning *m) {
    return m->basis == MW_BASIS_CODE || m->basis == MW_BASIS_NONE;
}

/* The receiver told no reason: whether something of the sender's is broken is not known either. */
static bool no_reason(const letter *t) {
    const mw_meaning *m = t->refused ? t->refused->meaning : NULL;
    return m && (by_code_alone(m) || is(m->cause, "unknown"));
}

/* What the customer is told of whose move it is. */
static const char *move_words(const letter *t) {
    const char *who = owner(t);
    if (is(who, "dns"))
        return where_dns_is_kept(t);
    if (is(who, "server") || is(who, "provider"))
        return by_name(t,
                       "Your mail provider, or whoever runs the server that sends your mail, can mend it. "
                       "Please ask them:",
                       "Your mail provider, or whoever runs the server that sends your mail ({1}), can mend "
                       "it. Please ask them:");
    if (is(who, "author") || is(who, "sender"))
        return SAY(t, "It is in your own hands:");
    if (is(who, "forwarder"))
        return by_name(t, "The fault is with whoever passes the mail on. Please ask them:",
                       "The fault is with whoever passes the mail on ({1}). Please ask them:");
    if (is(who, "list"))
        return by_name(t, "The entry is taken off by the list's operator:",
                       "The entry is taken off by the list's operator ({1}):");
    if ((is(who, "receiver") || is(who, "recipient")) && no_reason(t))
        return SAY(t, "Only the receiver knows why, and its reply does not say it. What you can do:");
    if (is(who, "receiver") || is(who, "recipient"))
        return SAY(t, "It is on the recipient's side, and nothing of yours is broken. What you can do:");
    return SAY(t, "Nobody has to do anything:");
}

static const char *words_to_provider(const letter *t) {
    const char *who = owner(t);
    if (is(who, "server") || is(who, "provider") || is(who, "dns"))
        return SAY(t, "What we ask you to do:");
    if (is(who, "receiver") || is(who, "recipient"))
        return SAY(t, "It seems to lie with the receiver, and not with you. What is known to help:");
    if (is(who, "forwarder"))
        return SAY(t, "It seems to lie with whoever passes the mail on, and not with you. What they would "
                      "have to do:");
    return SAY(t, "It seems to lie with us, and not with you. What we are told to do:");
}

static const char *words_to_recipient(const letter *t) {
    const char *who = owner(t);
    if (t->refused && t->refused->claim == MW_CLAIM_CONTRADICTED)
        return SAY(t, "Please have the check of your side looked into.");
    if (is(who, "receiver") || is(who, "recipient"))
        return SAY(t, "The cause is on your side, and only whoever runs your mail server can look into it.");
    if (t->refused || t->v->action == MW_OUTCOME_REJECT)
        return SAY(t, "The cause seems to be on our side, and we see to it. If your side refuses the mail "
                      "by a rule of its own, only your side can lift that.");
    return SAY(t, "If it does not arrive, please look into your junk folder, and mark it there as wanted.");
}

static void write_move(const letter *t) {
    if (t->to == MW_LETTER_RECIPIENT) {
        mw_letter_paragraph(t, words_to_recipient(t));
    } else if (advice(t) || record_of(t)) {
        mw_letter_paragraph(t, t->to == MW_LETTER_PROVIDER ? words_to_provider(t) : move_words(t));
        write_quote(t);
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
    if (t->to == MW_LETTER_RECIPIENT || !t->finding)
        return;
    const GPtrArray *remedies = mw_diagnosis_remedies(t->arena, d);
    const mw_score *after = score_after(t, remedies);
    double left = after ? after->points : 0;
    guint told = 0;
    for (guint i = 0; after && after->action != MW_ACCEPT && i < remedies->len && told < MAX_ALSO; i++) {
        const mw_remedy *r = remedies->pdata[i];
        const char *text = advice_of(t, r->finding);
        bool enough = after->blockers == 0 && left < d->profile->junk;
        if (enough || strcmp(r->key, mw_remedy_key(t->finding)) == 0 || !text ||
            mw_finding_cause(d->facts, r->finding))
            continue;
        if (told++ == 0)
            mw_letter_paragraph(t, SAY(t, "That alone is not enough yet. Besides:"));
        quote(t, text);
        mw_layout_end(t->l);
        left -= d->score.points - r->after.points;
    }
}

/* ---- what can't be known ---- */

static void write_unknown(const letter *t) {
    const mw_meaning *m = t->refused ? t->refused->meaning : NULL;
    if (m && by_code_alone(m))
        mw_letter_paragraph(t, SAY(t, "The receiver gave no reason that we could read; what stands here is "
                                      "the usual one for such an answer. Only the receiver knows for sure."));
    else if (m && (is(m->cause, "policy") || is(m->cause, "reputation") || is(m->cause, "content")))
        mw_letter_paragraph(
            t, SAY(t, "The receiver decides this by rules of its own, which nobody else can look into."));
    else if (!t->d->facts->bounce && t->to == MW_LETTER_CUSTOMER && t->v->action <= MW_OUTCOME_REJECT)
        mw_letter_paragraph(t, SAY(t, "Each receiver has rules of its own: what one of them does is known "
                                      "for sure only from its answer."));
}

/* ---- the letter ---- */

static void write_backscatter(const letter *t) {
    const char *why = mw_letter_told(t, t->d->facts->bounce->backscatter_why);
    mw_letter_paragraph(t, t->to == MW_LETTER_CUSTOMER
                               ? SAY(t,
                                     "You did not send it: somebody used your address, and you need change "
                                     "nothing. {1}",
                                     why)
                               : SAY(t, "It did not come from us: somebody used our address. {1}", why));
}

/* It helps nobody but its author to say how it would get through. */
static void write_deceit(const letter *t) {
    mw_letter_paragraph(t, t->v->forged
                               ? SAY(t, "It was forged: it bears a sender's name that it does not come from. "
                                        "To refuse it is right.")
                               : SAY(t, "It is meant to deceive its reader, although it does come from the "
                                        "domain that it names."));
    if (t->v->if_owner)
        mw_letter_paragraph(t, mw_letter_told(t, t->v->if_owner));
    if (t->v->if_recipient)
        mw_letter_paragraph(t, mw_letter_told(t, t->v->if_recipient));
}

static void write_complaint(const letter *t) {
    mw_letter_paragraph(t, t->to == MW_LETTER_CUSTOMER
                               ? SAY(t, "Please take the address off your list, and write to it no more.")
                               : SAY(t, "We take the address off our list, and write to it no more."));
}

static void write_middle(const letter *t) {
    const mw_bounce *b = t->d->facts->bounce;
    if (t->d->doubt) {
        mw_letter_paragraph(t, mw_letter_told(t, t->d->doubt));
    } else if (b && b->backscatter) {
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
    letter t = {.l = &layout, .arena = arena, .in = d->language, .d = d, .v = d->verdict, .to = to};
    if (b && b->kind != MW_BOUNCE_SUCCESS && b->kind != MW_BOUNCE_COMPLAINT)
        t.refused = d->verdict->recipient;
    if (t.refused)
        t.answer = mw_reply_answer_read(arena, d, t.refused);
    t.finding = b ? t.answer.better : d->verdict->finding;
    mw_letter_paragraph(&t, SAY(&t, "Hello,"));
    mw_letter_opening(&t);
    write_middle(&t);
    mw_letter_paragraph(&t, to == MW_LETTER_CUSTOMER ? SAY(&t, "Kind regards")
                                                     : SAY(&t, "Thank you, and kind regards"));
    mw_letter_details(&t);
    return g_string_free(layout.out, FALSE);
}
