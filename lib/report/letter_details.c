/* What stands below a letter: what finds the mail in a log, as it is written there. */
#include "report/letter_parts.h"

enum { FACT_SHOWN = 300 };

static void fact(const letter *t, const char *message, const char *value) {
    if (value && *value)
        mw_layout_wrap(t->l, MW_PLAIN, 0, 4, SAY(t, message, mw_letter_cut(t, value, FACT_SHOWN)));
}

/* The field as it was written; in other languages the moment as they write it. */
static const char *date(const letter *t) {
    const char *written = mw_letter_field(t, "Date");
    mw_time at = written ? mw_time_read_mail(mw_span_of(written), NULL) : MW_TIME_UNKNOWN;
    return t->in && at != MW_TIME_UNKNOWN ? mw_language_time(t->arena, t->in, at) : written;
}

static const char *queue_id(const letter *t) {
    const mw_facts *f = t->d->facts;
    if (f->bounce && f->bounce->queue_id)
        return f->bounce->queue_id;
    if (!mw_letter_has_mail(t) || !f->trace || f->trace->boundary < 0)
        return NULL;
    return ((const mw_hop *)f->trace->hops->pdata[f->trace->boundary])->id;
}

static const char *client(const letter *t, const mw_envelope *e) {
    const char *ip = mw_ip_text(t->arena, &e->client_ip);
    return e->helo ? mw_printf(t->arena, "%s (%s)", ip, e->helo) : ip;
}

/* What was measured is in English, for whoever knows the terms; what a reply means is in the language, and so
 * is what a letter says where nothing was measured. */
static const char *cause(const letter *t) {
    const char *said = mw_translated(t->arena, t->in, t->v->cause);
    if (said || !t->v->cause)
        return said;
    if (t->refused)
        return t->answer.means;
    bool measured = !t->d->facts->bounce && t->v->action != MW_OUTCOME_NOT_JUDGED &&
                    (t->v->action != MW_OUTCOME_UNKNOWN || t->v->finding);
    return measured ? t->v->cause : NULL;
}

void mw_letter_details(const letter *t) {
    static const char *const heads[] = {
        [MW_LETTER_CUSTOMER] = "-- Details for your provider --",
        [MW_LETTER_PROVIDER] = "-- Details of the mail --",
        [MW_LETTER_RECIPIENT] = "-- Details for whoever runs your mail server --",
    };
    const mw_facts *f = t->d->facts;
    const mw_envelope *e = mw_letter_has_mail(t) ? f->envelope : NULL; /* else the notice's own */
    mw_layout_wrap(t->l, MW_PLAIN, 0, 0, SAY(t, heads[t->to]));
    fact(t, "From: {1}", mw_letter_field(t, "From"));
    fact(t, "To: {1}", mw_letter_to_whom(t));
    fact(t, "Subject: {1}", mw_letter_field(t, "Subject"));
    fact(t, "Date: {1}", date(t));
    fact(t, "Message-ID: {1}", mw_letter_field(t, "Message-ID"));
    if (!e && f->bounce)
        fact(t, "Envelope sender: {1}", f->bounce->sender);
    if (e && e->mail_from)
        fact(t, "Envelope sender: {1}", *e->mail_from ? e->mail_from : "<>");
    if (e && e->client_ip.family)
        fact(t, "Sending server: {1}", client(t, e));
    fact(t, "Receiving server: {1}", t->refused ? t->refused->remote_host : e ? e->received_by : NULL);
    if (e && e->received_at != MW_TIME_UNKNOWN)
        fact(t, "Handed over: {1}", mw_language_time(t->arena, t->in, e->received_at));
    fact(t, "Queue ID: {1}", queue_id(t));
    fact(t, "Reply: {1}", t->refused && t->refused->diagnostic ? t->refused->reply->match : NULL);
    if (t->to == MW_LETTER_CUSTOMER || (t->in && t->to == MW_LETTER_PROVIDER))
        fact(t, "Cause: {1}", cause(t));
}
