#include "base/printable.h"
#include "check/position.h"
#include "dns/types.h"
#include "report/domain.h"
#include "report/json_parts.h"
#include "report/plan.h"

/* Keys stand in the order of the documented schema. */

static mw_json *document(mw_arena *a, const char *file) {
    mw_json *o = mw_json_object();
    mw_json_int(o, "schema", 2);
    mw_json_text(a, o, "mailwhy", MAILWHY_VERSION);
    mw_json_text(a, o, "file", file);
    return o;
}

static mw_json *answer(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_receiver_answer *r = item;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "name", r->receiver->name);
    mw_json_text(a, o, "action", mw_outcome_name(r->action));
    mw_json_text(a, o, "rule", r->rule ? r->rule->id : NULL);
    mw_json_text(a, o, "reply", r->reply);
    return o;
}

static mw_json *verdict(mw_arena *a, const mw_verdict *v) {
    if (!v)
        return NULL;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "action", mw_outcome_name(v->action));
    mw_json_text(a, o, "by", mw_decider_name(v->by));
    mw_json_points(o, "score", v->score);
    mw_json_points(o, "max_score", v->max_score);
    mw_json_points(o, "limit", v->limit);
    mw_json_text(a, o, "profile", v->profile);
    mw_json_bool(o, "complete", v->complete);
    mw_json_text(a, o, "check", v->check);
    mw_json_text(a, o, "symbol", v->symbol);
    mw_json_text(a, o, "who", v->who);
    mw_json_text(a, o, "party", v->party);
    mw_json_bool(o, "forged", v->forged);
    mw_json_bool(o, "deceptive", v->deceptive);
    mw_json_text(a, o, "cause", v->cause);
    mw_json_text(a, o, "summary", v->summary);
    mw_json_list(a, o, "receivers", v->receivers, answer, NULL);
    return o;
}

static mw_json *evidence(mw_arena *a, const mw_facts *f) {
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "grade", mw_grade_name(f->evidence->grade));
    mw_json_strings(a, o, "notes", f->evidence->notes);
    return o;
}

static const char *decoded_field(mw_arena *a, const mw_facts *facts, const char *name) {
    const mw_field *field = mw_message_field(facts->message, name);
    return field ? mw_header_decoded(a, field) : NULL;
}

static mw_json *message(mw_arena *a, const mw_facts *f) {
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "from", decoded_field(a, f, "From"));
    mw_json_text(a, o, "from_domain", f->from_domain);
    mw_json_text(a, o, "subject", decoded_field(a, f, "Subject"));
    mw_json_text(a, o, "date", decoded_field(a, f, "Date"));
    mw_json_text(a, o, "message_id", decoded_field(a, f, "Message-ID"));
    mw_json_int(o, "size", (int64_t)f->message->original.len);
    return o;
}

static mw_json *envelope(mw_arena *a, const mw_facts *f) {
    const mw_envelope *e = f->envelope;
    mw_json *o = mw_json_object();
    mw_json_address(a, o, "client_ip", &e->client_ip);
    mw_json_text(a, o, "helo", e->helo);
    mw_json_text(a, o, "mail_from", e->mail_from);
    mw_json_text(a, o, "mail_from_domain", e->mail_from_domain);
    mw_json_strings(a, o, "rcpt_to", e->rcpt_to);
    mw_json_time(a, o, "received_at", e->received_at);
    mw_json_text(a, o, "confidence", mw_confidence_name(e->confidence));
    mw_json_strings(a, o, "reasons", e->reasons);
    return o;
}

static mw_json *hop(mw_arena *a, const void *item, const void *boundary) {
    const mw_hop *h = item;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "from_name", h->from_name);
    mw_json_text(a, o, "from_rdns", h->from_rdns);
    mw_json_address(a, o, "from_ip", &h->from_ip);
    mw_json_text(a, o, "by", h->by);
    mw_json_text(a, o, "with", h->with);
    mw_json_bool(o, "tls", h->tls);
    mw_json_time(a, o, "at", h->at);
    if (h->delay_known)
        mw_json_int(o, "delay_seconds", h->delay);
    else
        mw_json_put(o, "delay_seconds", NULL);
    mw_json_bool(o, "boundary", h == boundary);
    mw_json_text(a, o, "role", mw_role_name(h->role));
    mw_json_text(a, o, "reason", h->reason);
    return o;
}

static mw_json *claim(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_claim *c = item;
    mw_json *o = mw_json_object(), *properties = mw_json_object();
    mw_json_text(a, o, "source", c->source);
    mw_json_text(a, o, "by", c->by);
    mw_json_bool(o, "trusted", c->trusted);
    mw_json_text(a, o, "method", c->method);
    mw_json_text(a, o, "result", c->result);
    mw_json_text(a, o, "reason", c->reason);
    for (size_t k = 0; k < c->n_properties; k++)
        mw_json_text(a, properties, mw_utf8(a, mw_span_of(c->properties[k].name)), c->properties[k].value);
    mw_json_put(o, "properties", properties);
    return o;
}

static mw_json *rdns(mw_arena *a, const mw_facts *f) {
    static const char *const results[] = {"pass", "none", "mismatch", "temperror", "untestable"};
    if (!f->rdns)
        return NULL;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "result", results[f->rdns->result]);
    mw_json_strings(a, o, "names", f->rdns->names);
    mw_json_strings(a, o, "confirmed", f->rdns->confirmed);
    return o;
}

static mw_json *list_entry(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    static const char *const states[] = {"listed", "clean", "refused", "dead", "unknown", "not_asked"};
    const mw_list_entry *e = item;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "zone", e->zone);
    mw_json_text(a, o, "subject", e->subject);
    mw_json_text(a, o, "state", states[e->state]);
    mw_json_strings(a, o, "codes", e->codes);
    mw_json_text(a, o, "meaning", e->meaning);
    mw_json_text(a, o, "url", e->url);
    return o;
}

static bool no_advice(const mw_diagnosis *d) {
    return d->verdict->forged || d->verdict->deceptive;
}

static mw_json *finding(mw_arena *a, const void *item, const void *diagnosis) {
    const mw_finding *x = item;
    const mw_field *field = mw_finding_field(((const mw_diagnosis *)diagnosis)->facts, x);
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "symbol", x->symbol->name);
    mw_json_points(o, "points", x->points);
    mw_json_text(a, o, "group", x->symbol->group);
    mw_json_text(a, o, "state", x->state == MW_HIT ? "hit" : "unknown");
    mw_json_text(a, o, "summary", x->summary);
    mw_json_text(a, o, "evidence", x->evidence);
    mw_json_text(a, o, "owner", mw_finding_owner(x));
    mw_json_text(a, o, "fix", no_advice(diagnosis) ? NULL : mw_finding_fix(x));
    mw_json_text(a, o, "because_of", x->because_of);
    mw_json_int_or_null(o, "line", (int64_t)mw_finding_line(((const mw_diagnosis *)diagnosis)->facts, x));
    mw_json_text(a, o, "field", field ? mw_span_dup(a, field->name) : NULL);
    mw_json_bool(o, "accepted", x->accepted);
    return o;
}

static mw_json *fix(mw_arena *a, const void *item, const void *diagnosis) {
    const mw_diagnosis *d = diagnosis;
    const mw_remedy *r = item;
    const char *words = mw_finding_fix(r->finding);
    if (!words)
        return NULL;
    mw_json *o = mw_json_object();
    const mw_fix *proven = mw_diagnosis_fix(d, r->key);
    const mw_score *after = proven ? &proven->after : &r->after;
    mw_json_text(a, o, "symbol", r->finding->symbol->name);
    mw_json_text(a, o, "owner", mw_finding_owner(r->finding));
    mw_json_text(a, o, "text", proven ? mw_printf(a, "Publish this record. %s", proven->why) : words);
    mw_json_text(a, o, "record", proven ? proven->record : NULL);
    mw_json_points(o, "score_after", after->points);
    mw_json_text(a, o, "action_after", mw_action_name(after->action));
    mw_json_bool(o, "proven", proven != NULL);
    return o;
}

static void symbols(mw_arena *a, mw_json *o, const char *key, const GPtrArray *all) {
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < all->len; i++)
        g_ptr_array_add(names, (gpointer)((const mw_finding *)all->pdata[i])->symbol->name);
    mw_json_strings(a, o, key, names);
}

static mw_json *what_if(mw_arena *a, const mw_diagnosis *d) {
    mw_json *o = mw_json_object();
    mw_json_put(o, "before", verdict(a, d->before->verdict));
    symbols(a, o, "gone", mw_diagnosis_only_in(a, d->before, d));
    symbols(a, o, "new", mw_diagnosis_only_in(a, d, d->before));
    return o;
}

static mw_json *dns(mw_arena *a, const mw_diagnosis *d) {
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "source", d->dns.source);
    mw_json_int(o, "queries", d->dns.queries);
    mw_json_int(o, "unanswered", d->dns.unanswered);
    mw_json_int(o, "elapsed_ms", d->dns.elapsed_ms);
    return o;
}

/* What was authenticated; null where there is no mail to speak of: a bounce without the returned one. */
static void authentication(mw_arena *a, mw_json *o, const mw_facts *f) {
    bool judged = !f->bounce || f->bounce->original;
    mw_json_put(o, "spf", judged ? mw_json_spf(a, f) : NULL);
    if (judged)
        mw_json_dkim(a, o, f);
    else
        mw_json_put(o, "dkim", NULL);
    mw_json_put(o, "arc", judged ? mw_json_arc(a, f) : NULL);
    mw_json_put(o, "dmarc", judged ? mw_json_dmarc(a, f) : NULL);
}

static mw_json *diagnosis(mw_arena *a, const mw_diagnosis *d) {
    const mw_facts *f = d->facts;
    const mw_trace *t = f->trace;
    mw_json *o = document(a, d->file);
    mw_json_text(a, o, "kind", d->kind);
    mw_json_put(o, "verdict", verdict(a, d->verdict));
    mw_json_put(o, "own_run", verdict(a, d->own_run));
    mw_json_put(o, "carried", d->carried ? diagnosis(a, d->carried) : NULL);
    mw_json_put(o, "evidence", evidence(a, f));
    if (f->domain)
        mw_json_put(o, "domain", mw_json_domain(a, f));
    mw_json_put(o, "message", f->domain ? NULL : message(a, f));
    mw_json_put(o, "envelope", !f->bounce || f->bounce->original ? envelope(a, f) : NULL);
    mw_json_list(a, o, "trace", t->hops, hop, t->boundary < 0 ? NULL : t->hops->pdata[t->boundary]);
    mw_json_list(a, o, "claims", f->claims, claim, NULL);
    authentication(a, o, f);
    mw_json_put(o, "rdns", rdns(a, f));
    mw_json_then_now(a, o, f);
    mw_json_list(a, o, "lists", f->list_entries, list_entry, NULL);
    mw_json_put(o, "bounce", mw_json_bounce(a, d));
    mw_json_list(a, o, "findings", f->findings, finding, d);
    mw_json_list(a, o, "fixes", mw_diagnosis_remedies(a, d), fix, d);
    if (d->before)
        mw_json_put(o, "what_if", what_if(a, d));
    mw_json_receivers(a, o, d->receivers);
    mw_json_strings(a, o, "notices", f->notices);
    mw_json_put(o, "dns", dns(a, d));
    return o;
}

char *mw_json_write(const mw_diagnosis *d) {
    g_autoptr(mw_arena) a = mw_arena_new();
    return mw_json_dump(diagnosis(a, d));
}

char *mw_json_write_line(const mw_diagnosis *d) {
    g_autoptr(mw_arena) a = mw_arena_new();
    return mw_json_line(diagnosis(a, d));
}

char *mw_json_error_line(const char *file, const char *text) {
    g_autoptr(mw_arena) a = mw_arena_new();
    mw_json *o = document(a, file);
    mw_json_text(a, o, "error", text);
    return mw_json_line(o);
}

static mw_json *question(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_asked *q = item;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "name", mw_name_text(a, &q->name));
    mw_json_text(a, o, "type", mw_type_text(a, q->type));
    mw_json_text(a, o, "purpose", mw_purpose_name(q->purpose));
    mw_json_text(a, o, "why", q->why);
    return o;
}

static mw_json *pattern(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_pattern *p = item;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "why", p->why);
    mw_json_text(a, o, "pattern", p->pattern);
    return o;
}

char *mw_plan_json(const mw_plan *plan) {
    g_autoptr(mw_arena) a = mw_arena_new();
    mw_json *o = document(a, plan->file);
    mw_json_text(a, o, "source", plan->source);
    mw_json_list(a, o, "queries", plan->questions, question, NULL);
    mw_json_list(a, o, "patterns", plan->patterns, pattern, NULL);
    return mw_json_dump(o);
}
