#include "report/json_parts.h"

/* ---- what receivers publish ---- */

static mw_json *rule(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_rule *r = item;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "id", r->id);
    mw_json_text(a, o, "state", mw_rule_state_name(r->state));
    mw_json_text(a, o, "text", r->text);
    mw_json_text(a, o, "detail", r->detail);
    mw_json_text(a, o, "who", r->who);
    mw_json_bool(o, "applies", r->applies);
    mw_json_bool(o, "visible", r->visible);
    mw_json_text(a, o, "enforcement", r->enforcement);
    mw_json_text(a, o, "reply", r->reply);
    return o;
}

static mw_json *receiver(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_receiver *r = item;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "name", r->name);
    mw_json_list(a, o, "rules", r->rules, rule, NULL);
    mw_json_text(a, o, "predicted_reply", r->predicted_reply);
    mw_json_text(a, o, "decided_by", r->decided_by ? r->decided_by->id : NULL);
    mw_json_text(a, o, "bulk", r->bulk);
    mw_json_text(a, o, "source", r->source);
    mw_json_text(a, o, "date", r->date);
    return o;
}

void mw_json_receivers(mw_arena *a, mw_json *o, const GPtrArray *all) {
    mw_json_list(a, o, "receivers", all, receiver, NULL);
}

/* ---- bounces ---- */

static mw_json *prediction(mw_arena *a, const mw_prediction *p) {
    if (!p)
        return NULL;
    const char *reply = p->rule && p->agreement != MW_AGREE_UNKNOWN ? p->rule->reply : NULL;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "agreement", mw_agreement_name(p->agreement));
    mw_json_text(a, o, "receiver", p->receiver->name);
    mw_json_text(a, o, "rule", p->rule ? p->rule->id : NULL);
    mw_json_bool(o, "as_bulk", p->as_bulk);
    mw_json_text(a, o, "predicted_reply", reply);
    return o;
}

/* A recipient with what was to be expected of its receiver. */
typedef struct told {
    const mw_language *language;
    const mw_bounce_recipient *recipient;
    const mw_prediction *prediction;
    bool doubted; /* the bounce may be forged: nothing is to be done on its word */
} told;

/* In the report's language, where it has them. */
static const char *words(mw_arena *a, const told *t, const char *text) {
    const char *said = mw_translated(a, t->language, text);
    return said ? said : text;
}

static mw_json *recipient(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const told *t = item;
    const mw_bounce_recipient *r = t->recipient;
    const mw_meaning *m = r->meaning;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "recipient", r->recipient);
    mw_json_text(a, o, "original_recipient", r->original);
    mw_json_text(a, o, "action", r->action);
    mw_json_text(a, o, "reply_code", r->reply_code);
    mw_json_text(a, o, "enhanced_status", r->enhanced_status);
    mw_json_text(a, o, "diagnostic", r->diagnostic);
    mw_json_text(a, o, "remote_host", r->remote_host);
    mw_json_text(a, o, "reason", m ? m->reason : NULL);
    mw_json_text(a, o, "cause", m ? m->cause : NULL);
    mw_json_text(a, o, "meaning", m ? words(a, t, m->meaning) : NULL);
    mw_json_text(a, o, "who", !m ? NULL : t->doubted ? "nobody" : mw_reply_who(m->owner));
    mw_json_text(a, o, "what_to_do", m && !t->doubted ? words(a, t, m->action) : NULL);
    mw_json_text(a, o, "stage", !m ? NULL : m->stage == MW_STAGE_SUBMISSION ? "submission" : "receiver");
    mw_json_text(a, o, "claim", mw_claim_check_name(r->claim));
    mw_json_text(a, o, "claim_evidence", r->claim_evidence);
    mw_json_put(o, "prediction", prediction(a, t->prediction));
    return o;
}

mw_json *mw_json_bounce(mw_arena *a, const mw_diagnosis *d) {
    static const char *const kinds[] = {"failure", "delay", "success", "complaint", "automatic answer"};
    const mw_bounce *b = d->facts->bounce;
    if (!b)
        return NULL;
    told *all = mw_new_n(a, told, b->recipients->len);
    for (guint i = 0; i < b->recipients->len; i++)
        all[i] = (told){d->language, b->recipients->pdata[i],
                        d->predictions ? d->predictions->pdata[i] : NULL, d->doubt != NULL};
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "kind", kinds[b->kind]);
    mw_json_text(a, o, "language", mw_language_name(d->language));
    mw_json_text(a, o, "form", b->form);
    mw_json_text(a, o, "reporting_mta", b->reporting_mta);
    mw_json_text(a, o, "queue_id", b->queue_id);
    mw_json_text(a, o, "arrival_date", b->arrival_date);
    mw_json_text(a, o, "returned", !b->original ? NULL : b->original_headers_only ? "headers" : "message");
    mw_json_bool(o, "backscatter", b->backscatter);
    mw_json_text(a, o, "backscatter_why", b->backscatter_why);
    mw_json_array(a, o, "recipients", all, b->recipients->len, sizeof *all, recipient);
    return o;
}
