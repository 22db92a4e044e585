#include "base/printable.h"
#include "dns/ldns.h"
#include "report/plan.h"
#include "check/then_now.h"
#include "report/report.h"

#include <jansson.h>

/* Keys stand in the order of the documented schema; an absent fact is null. */

typedef struct writer {
    mw_arena *arena;
} writer;

static json_t *text(writer *w, const char *value) {
    return value ? json_string(mw_utf8(w->arena, mw_span_of(value))) : json_null();
}

static json_t *strings(writer *w, const GPtrArray *values) {
    json_t *array = json_array();
    for (guint i = 0; values && i < values->len; i++)
        json_array_append_new(array, text(w, values->pdata[i]));
    return array;
}

static json_t *moment(writer *w, mw_time time) {
    return text(w, mw_time_rfc3339(w->arena, time));
}

static json_t *address(writer *w, const mw_ip *ip) {
    return ip->family ? text(w, mw_ip_text(w->arena, ip)) : json_null();
}

static json_t *decoded_field(writer *w, const mw_facts *facts, const char *name) {
    const mw_field *field = mw_message_field(facts->message, name);
    return field ? text(w, mw_header_decoded(w->arena, field)) : json_null();
}

static json_t *points(double value) {
    return json_real(value);
}

static const char *recorded(const mw_facts *facts, const char *method) {
    const mw_claim *claim = mw_claims_trusted(facts->claims, method);
    return claim ? claim->result : NULL;
}

static json_t *verdict(writer *w, const mw_diagnosis *d) {
    json_t *o = json_object();
    json_object_set_new(o, "action", text(w, mw_action_name(d->score.action)));
    json_object_set_new(o, "by", text(w, d->score.by_blocker ? "blocker" : "score"));
    json_object_set_new(o, "score", points(d->score.points));
    json_object_set_new(o, "max_score", points(d->score.max_points));
    json_object_set_new(o, "limit", points(d->limit));
    json_object_set_new(o, "profile", text(w, d->profile->name));
    json_object_set_new(o, "complete", json_boolean(d->score.complete));
    json_object_set_new(o, "cause", text(w, d->cause->text));
    json_object_set_new(o, "summary", text(w, mw_diagnosis_summary(w->arena, d)));
    return o;
}

static json_t *evidence(writer *w, const mw_facts *f) {
    json_t *o = json_object();
    json_object_set_new(o, "grade", text(w, mw_grade_name(f->evidence->grade)));
    json_object_set_new(o, "notes", strings(w, f->evidence->notes));
    return o;
}

static json_t *message(writer *w, const mw_facts *f) {
    json_t *o = json_object();
    json_object_set_new(o, "from", decoded_field(w, f, "From"));
    json_object_set_new(o, "from_domain", text(w, f->from_domain));
    json_object_set_new(o, "subject", decoded_field(w, f, "Subject"));
    json_object_set_new(o, "date", decoded_field(w, f, "Date"));
    json_object_set_new(o, "message_id", decoded_field(w, f, "Message-ID"));
    json_object_set_new(o, "size", json_integer((json_int_t)f->message->original.len));
    return o;
}

static json_t *envelope(writer *w, const mw_facts *f) {
    const mw_envelope *e = f->envelope;
    json_t *o = json_object();
    json_object_set_new(o, "client_ip", address(w, &e->client_ip));
    json_object_set_new(o, "helo", text(w, e->helo));
    json_object_set_new(o, "mail_from", text(w, e->mail_from));
    json_object_set_new(o, "mail_from_domain", text(w, e->mail_from_domain));
    json_object_set_new(o, "rcpt_to", strings(w, e->rcpt_to));
    json_object_set_new(o, "received_at", moment(w, e->received_at));
    json_object_set_new(o, "confidence", text(w, mw_confidence_name(e->confidence)));
    json_object_set_new(o, "reasons", strings(w, e->reasons));
    return o;
}

static json_t *hop(writer *w, const mw_hop *h, bool boundary) {
    json_t *o = json_object();
    json_object_set_new(o, "from_name", text(w, h->from_name));
    json_object_set_new(o, "from_rdns", text(w, h->from_rdns));
    json_object_set_new(o, "from_ip", address(w, &h->from_ip));
    json_object_set_new(o, "by", text(w, h->by));
    json_object_set_new(o, "with", text(w, h->with));
    json_object_set_new(o, "tls", json_boolean(h->tls));
    json_object_set_new(o, "at", moment(w, h->at));
    json_object_set_new(o, "delay_seconds", h->delay_known ? json_integer(h->delay) : json_null());
    json_object_set_new(o, "boundary", json_boolean(boundary));
    json_object_set_new(o, "role", text(w, mw_role_name(h->role)));
    json_object_set_new(o, "reason", text(w, h->reason));
    return o;
}

static json_t *trace(writer *w, const mw_facts *f) {
    json_t *array = json_array();
    for (guint i = 0; i < f->trace->hops->len; i++)
        json_array_append_new(array, hop(w, f->trace->hops->pdata[i], f->trace->boundary == (int)i));
    return array;
}

static json_t *claims(writer *w, const mw_facts *f) {
    json_t *array = json_array();
    for (guint i = 0; i < f->claims->len; i++) {
        const mw_claim *c = f->claims->pdata[i];
        json_t *o = json_object(), *properties = json_object();
        json_object_set_new(o, "source", text(w, c->source));
        json_object_set_new(o, "by", text(w, c->by));
        json_object_set_new(o, "trusted", json_boolean(c->trusted));
        json_object_set_new(o, "method", text(w, c->method));
        json_object_set_new(o, "result", text(w, c->result));
        json_object_set_new(o, "reason", text(w, c->reason));
        for (size_t k = 0; k < c->n_properties; k++)
            json_object_set_new(properties, mw_utf8(w->arena, mw_span_of(c->properties[k].name)),
                                text(w, c->properties[k].value));
        json_object_set_new(o, "properties", properties);
        json_array_append_new(array, o);
    }
    return array;
}

static json_t *spf_node(writer *w, const mw_spf_node *node) {
    if (!node)
        return json_null();
    json_t *o = json_object(), *terms = json_array();
    json_object_set_new(o, "domain", text(w, node->domain));
    json_object_set_new(o, "record", text(w, node->record));
    json_object_set_new(o, "result", text(w, mw_spf_result_name(node->result)));
    json_object_set_new(o, "problem", text(w, node->problem));
    for (size_t i = 0; i < node->n_terms; i++) {
        const mw_spf_term *t = &node->terms[i];
        json_t *term = json_object();
        json_object_set_new(term, "term", text(w, t->text));
        json_object_set_new(term, "target", text(w, t->target));
        json_object_set_new(term, "evaluated", json_boolean(t->evaluated));
        json_object_set_new(term, "matched", json_boolean(t->matched));
        json_object_set_new(term, "void", json_boolean(t->is_void));
        json_object_set_new(term, "over_limit", json_boolean(t->over_limit));
        json_object_set_new(term, "lookups", json_integer(t->lookups));
        if (t->child)
            json_object_set_new(term, "tree", spf_node(w, t->child));
        json_array_append_new(terms, term);
    }
    json_object_set_new(o, "terms", terms);
    if (node->n_left_out)
        json_object_set_new(o, "terms_left_out", json_integer((json_int_t)node->n_left_out));
    return o;
}

static json_t *advice(writer *w, const GPtrArray *all) {
    json_t *array = json_array();
    for (guint i = 0; all && i < all->len; i++) {
        const mw_spf_advice *a = all->pdata[i];
        json_t *o = json_object();
        json_object_set_new(o, "id", text(w, a->id));
        json_object_set_new(o, "text", text(w, a->text));
        json_object_set_new(o, "fix", text(w, a->fix));
        json_array_append_new(array, o);
    }
    return array;
}

static json_t *spf(writer *w, const mw_facts *f) {
    const mw_spf *s = f->spf;
    if (!s)
        return json_null();
    json_t *o = json_object();
    json_object_set_new(o, "result", text(w, mw_spf_result_name(s->result)));
    json_object_set_new(o, "domain", text(w, s->domain));
    json_object_set_new(o, "identity", text(w, s->identity));
    json_object_set_new(o, "record", text(w, s->record));
    json_object_set_new(o, "matched", text(w, s->matched));
    json_object_set_new(o, "matched_path", text(w, s->matched_path));
    json_object_set_new(o, "lookups", json_integer(s->lookups));
    json_object_set_new(o, "void_lookups", json_integer(s->void_lookups));
    json_object_set_new(o, "explanation", text(w, s->explanation));
    json_object_set_new(o, "problem", text(w, s->problem));
    json_object_set_new(o, "tree", spf_node(w, s->tree));
    json_object_set_new(o, "advice", advice(w, s->advice));
    json_object_set_new(o, "recorded", text(w, recorded(f, "spf")));
    return o;
}

static json_t *repair(writer *w, const mw_repair *r) {
    if (!r)
        return json_null();
    json_t *o = json_object();
    json_object_set_new(o, "edits", strings(w, r->edits));
    json_object_set_new(o, "proven", json_boolean(r->proven));
    json_object_set_new(o, "made_by", text(w, r->made_by));
    json_object_set_new(o, "avoided_by", text(w, r->avoided_by));
    json_object_set_new(o, "note", text(w, r->note));
    return o;
}

/* What the trusted host recorded for this signature: by its domain, and its selector where both name one. */
static const char *recorded_dkim(const mw_facts *f, const mw_dkim *d) {
    for (guint i = 0; i < f->claims->len; i++) {
        const mw_claim *c = f->claims->pdata[i];
        if (!c->trusted || strcmp(c->method, "dkim") != 0 || !d->domain)
            continue;
        const char *domain = mw_claim_property(c, "header.d"), *selector = mw_claim_property(c, "header.s");
        if (domain && g_ascii_strcasecmp(domain, d->domain) == 0 &&
            (!selector || !d->selector || g_ascii_strcasecmp(selector, d->selector) == 0))
            return c->result;
    }
    return NULL;
}

static json_t *dkim(writer *w, const mw_facts *f) {
    json_t *array = json_array();
    for (guint i = 0; f->dkim && i < f->dkim->len; i++) {
        const mw_dkim *d = f->dkim->pdata[i];
        json_t *o = json_object();
        json_object_set_new(o, "domain", text(w, d->domain));
        json_object_set_new(o, "selector", text(w, d->selector));
        json_object_set_new(o, "algorithm", text(w, d->algorithm));
        json_object_set_new(o, "key_bits", d->key_bits ? json_integer(d->key_bits) : json_null());
        json_object_set_new(o, "result", text(w, mw_dkim_result_name(d->result)));
        json_object_set_new(o, "body_hash", text(w, mw_dkim_result_name(d->body_hash)));
        json_object_set_new(o, "signature", text(w, mw_dkim_result_name(d->signature)));
        json_object_set_new(o, "reason", text(w, d->reason));
        json_object_set_new(o, "now", text(w, d->now_differs));
        json_object_set_new(o, "notice", text(w, d->notice));
        json_object_set_new(o, "repair", repair(w, d->repair));
        json_object_set_new(o, "recorded", text(w, recorded_dkim(f, d)));
        json_array_append_new(array, o);
    }
    return array;
}

static json_t *arc(writer *w, const mw_facts *f) {
    const mw_arc *a = f->arc;
    if (!a)
        return json_null();
    json_t *o = json_object(), *sets = json_array();
    json_object_set_new(o, "result", text(w, mw_arc_result_name(a->result)));
    json_object_set_new(o, "instances", json_integer(a->instances));
    json_object_set_new(o, "failed_instance",
                        a->failed_instance ? json_integer(a->failed_instance) : json_null());
    json_object_set_new(o, "reason", text(w, a->reason));
    json_object_set_new(o, "oldest_pass", json_integer(a->oldest_pass));
    for (guint i = 0; a->sets && i < a->sets->len; i++) {
        const mw_arc_set *s = a->sets->pdata[i];
        json_t *set = json_object();
        json_object_set_new(set, "instance", json_integer(s->instance));
        json_object_set_new(set, "sealer", text(w, s->sealer));
        json_object_set_new(set, "chain", text(w, s->chain));
        json_object_set_new(set, "seal", text(w, mw_dkim_result_name(s->seal)));
        json_object_set_new(set, "message_signature", text(w, mw_dkim_result_name(s->message_signature)));
        json_object_set_new(set, "problem", text(w, s->problem));
        json_object_set_new(set, "story", text(w, s->story));
        json_array_append_new(sets, set);
    }
    json_object_set_new(o, "sets", sets);
    return o;
}

static json_t *dmarc(writer *w, const mw_facts *f) {
    const mw_dmarc *d = f->dmarc;
    if (!d)
        return json_null();
    const mw_dmarc_verdict *v = &d->rfc9989, *old = &d->rfc7489;
    json_t *o = json_object(), *other = json_object();
    json_object_set_new(o, "result", text(w, mw_dmarc_result_name(v->result)));
    json_object_set_new(o, "domain", text(w, d->domain));
    json_object_set_new(o, "org_domain", text(w, v->org_domain));
    json_object_set_new(o, "policy", text(w, mw_policy_name(v->policy)));
    json_object_set_new(
        o, "disposition",
        text(w, v->disposition == MW_POLICY_ABSENT ? "none" : mw_policy_name(v->disposition)));
    json_object_set_new(o, "aligned_spf", json_boolean(v->aligned_spf));
    json_object_set_new(o, "aligned_dkim", json_boolean(v->aligned_dkim));
    json_object_set_new(o, "record", text(w, v->record));
    json_object_set_new(o, "record_domain", text(w, v->record_domain));
    json_object_set_new(o, "reason", text(w, v->reason));
    json_object_set_new(o, "alignment", text(w, d->alignment));
    json_object_set_new(o, "would_align", text(w, d->would_align));
    json_object_set_new(o, "difference", text(w, d->difference));
    json_object_set_new(o, "advice", advice(w, d->defects));
    json_object_set_new(other, "result", text(w, mw_dmarc_result_name(old->result)));
    json_object_set_new(
        other, "disposition",
        text(w, old->disposition == MW_POLICY_ABSENT ? "none" : mw_policy_name(old->disposition)));
    json_object_set_new(other, "policy", text(w, mw_policy_name(old->policy)));
    json_object_set_new(other, "org_domain", text(w, old->org_domain));
    json_object_set_new(o, "rfc7489", other);
    json_object_set_new(o, "recorded", text(w, recorded(f, "dmarc")));
    return o;
}

/* Only where the two differ: what was recorded stands at each result already. */
static json_t *then_now(writer *w, const mw_facts *f) {
    json_t *array = json_array();
    GPtrArray *rows = mw_then_now_read(w->arena, f);
    for (guint i = 0; i < rows->len; i++) {
        const mw_then_now *row = rows->pdata[i];
        if (!row->differs)
            continue;
        json_t *o = json_object();
        json_object_set_new(o, "method", text(w, row->method));
        json_object_set_new(o, "subject", text(w, row->subject));
        json_object_set_new(o, "recorded", text(w, row->recorded));
        json_object_set_new(o, "now", text(w, row->now));
        json_object_set_new(o, "why", text(w, row->why));
        json_array_append_new(array, o);
    }
    return array;
}

static json_t *rdns(writer *w, const mw_facts *f) {
    static const char *const results[] = {"pass", "none", "mismatch", "temperror", "untestable"};
    if (!f->rdns)
        return json_null();
    json_t *o = json_object();
    json_object_set_new(o, "result", text(w, results[f->rdns->result]));
    json_object_set_new(o, "names", strings(w, f->rdns->names));
    json_object_set_new(o, "confirmed", strings(w, f->rdns->confirmed));
    return o;
}

static json_t *lists(writer *w, const mw_facts *f) {
    static const char *const states[] = {"listed", "clean", "refused", "dead", "unknown", "not_asked"};
    json_t *array = json_array();
    for (guint i = 0; f->list_entries && i < f->list_entries->len; i++) {
        const mw_list_entry *e = f->list_entries->pdata[i];
        json_t *o = json_object();
        json_object_set_new(o, "zone", text(w, e->zone));
        json_object_set_new(o, "subject", text(w, e->subject));
        json_object_set_new(o, "state", text(w, states[e->state]));
        json_object_set_new(o, "codes", strings(w, e->codes));
        json_object_set_new(o, "meaning", text(w, e->meaning));
        json_object_set_new(o, "url", text(w, e->url));
        json_array_append_new(array, o);
    }
    return array;
}

static json_t *findings(writer *w, const mw_facts *f) {
    json_t *array = json_array();
    for (guint i = 0; i < f->findings->len; i++) {
        const mw_finding *x = f->findings->pdata[i];
        json_t *o = json_object();
        json_object_set_new(o, "symbol", text(w, x->symbol->name));
        json_object_set_new(o, "points", points(x->points));
        json_object_set_new(o, "group", text(w, x->symbol->group));
        json_object_set_new(o, "state", text(w, x->state == MW_HIT ? "hit" : "unknown"));
        json_object_set_new(o, "summary", text(w, x->summary));
        json_object_set_new(o, "evidence", text(w, x->evidence));
        json_object_set_new(o, "owner", text(w, x->symbol->owner));
        json_object_set_new(o, "fix", text(w, mw_finding_fix(x)));
        json_object_set_new(o, "because_of", text(w, x->because_of));
        json_array_append_new(array, o);
    }
    return array;
}

static json_t *fixes(writer *w, const mw_diagnosis *d) {
    json_t *array = json_array();
    for (guint i = 0; i < d->cause->remedies->len; i++) {
        const mw_remedy *r = d->cause->remedies->pdata[i];
        const char *fix = mw_finding_fix(r->finding);
        if (!fix)
            continue;
        json_t *o = json_object();
        bool proven = d->fix && strcmp(d->fix->key, r->key) == 0;
        const mw_score *after = proven ? &d->fix->after : &r->after;
        json_object_set_new(o, "text", text(w, fix));
        json_object_set_new(o, "record", text(w, proven ? d->fix->record : NULL));
        json_object_set_new(o, "score_after", points(after->points));
        json_object_set_new(o, "action_after", text(w, mw_action_name(after->action)));
        json_object_set_new(o, "proven", json_boolean(proven));
        json_array_append_new(array, o);
    }
    return array;
}

static json_t *rules(writer *w, const GPtrArray *all) {
    json_t *array = json_array();
    for (guint i = 0; i < all->len; i++) {
        const mw_rule *r = all->pdata[i];
        json_t *o = json_object();
        json_object_set_new(o, "id", text(w, r->id));
        json_object_set_new(o, "state", text(w, mw_rule_state_name(r->state)));
        json_object_set_new(o, "text", text(w, r->text));
        json_object_set_new(o, "detail", text(w, r->detail));
        json_object_set_new(o, "who", text(w, r->who));
        json_object_set_new(o, "applies", json_boolean(r->applies));
        json_object_set_new(o, "enforcement", text(w, r->enforcement));
        json_object_set_new(o, "reply", text(w, r->reply));
        json_array_append_new(array, o);
    }
    return array;
}

static json_t *receivers(writer *w, const GPtrArray *all) {
    json_t *array = json_array();
    for (guint i = 0; all && i < all->len; i++) {
        const mw_receiver *r = all->pdata[i];
        json_t *o = json_object();
        json_object_set_new(o, "name", text(w, r->name));
        json_object_set_new(o, "rules", rules(w, r->rules));
        json_object_set_new(o, "predicted_reply", text(w, r->predicted_reply));
        json_object_set_new(o, "decided_by", text(w, r->decided_by ? r->decided_by->id : NULL));
        json_object_set_new(o, "bulk", text(w, r->bulk));
        json_object_set_new(o, "source", text(w, r->source));
        json_object_set_new(o, "date", text(w, r->date));
        json_array_append_new(array, o);
    }
    return array;
}

static json_t *prediction(writer *w, const mw_prediction *p) {
    if (!p)
        return json_null();
    const char *reply = p->rule && p->agreement != MW_AGREE_UNKNOWN ? p->rule->reply : NULL;
    json_t *o = json_object();
    json_object_set_new(o, "agreement", text(w, mw_agreement_name(p->agreement)));
    json_object_set_new(o, "receiver", text(w, p->receiver->name));
    json_object_set_new(o, "rule", text(w, p->rule ? p->rule->id : NULL));
    json_object_set_new(o, "as_bulk", json_boolean(p->as_bulk));
    json_object_set_new(o, "predicted_reply", text(w, reply));
    return o;
}

static json_t *recipient(writer *w, const mw_bounce_recipient *r, const mw_prediction *p) {
    const mw_meaning *m = r->meaning;
    json_t *o = json_object();
    json_object_set_new(o, "recipient", text(w, r->recipient));
    json_object_set_new(o, "original_recipient", text(w, r->original));
    json_object_set_new(o, "action", text(w, r->action));
    json_object_set_new(o, "reply_code", text(w, r->reply_code));
    json_object_set_new(o, "enhanced_status", text(w, r->enhanced_status));
    json_object_set_new(o, "diagnostic", text(w, r->diagnostic));
    json_object_set_new(o, "remote_host", text(w, r->remote_host));
    json_object_set_new(o, "reason", text(w, m ? m->reason : NULL));
    json_object_set_new(o, "cause", text(w, m ? m->cause : NULL));
    json_object_set_new(o, "meaning", text(w, m ? m->meaning : NULL));
    json_object_set_new(o, "who", text(w, m ? m->owner : NULL));
    json_object_set_new(o, "what_to_do", text(w, m ? m->action : NULL));
    json_object_set_new(o, "stage",
                        text(w, !m                                ? NULL
                                : m->stage == MW_STAGE_SUBMISSION ? "submission"
                                                                  : "receiver"));
    json_object_set_new(o, "claim", text(w, mw_claim_check_name(r->claim)));
    json_object_set_new(o, "claim_evidence", text(w, r->claim_evidence));
    json_object_set_new(o, "prediction", prediction(w, p));
    return o;
}

static json_t *bounce(writer *w, const mw_diagnosis *d) {
    static const char *const kinds[] = {"failure", "delay", "success", "complaint", "automatic answer"};
    const mw_bounce *b = d->facts->bounce;
    if (!b)
        return json_null();
    json_t *o = json_object(), *all = json_array();
    for (guint i = 0; i < b->recipients->len; i++)
        json_array_append_new(
            all, recipient(w, b->recipients->pdata[i], d->predictions ? d->predictions->pdata[i] : NULL));
    json_object_set_new(o, "kind", text(w, kinds[b->kind]));
    json_object_set_new(o, "form", text(w, b->form));
    json_object_set_new(o, "reporting_mta", text(w, b->reporting_mta));
    json_object_set_new(o, "queue_id", text(w, b->queue_id));
    json_object_set_new(o, "arrival_date", text(w, b->arrival_date));
    json_object_set_new(o, "returned",
                        text(w, !b->original               ? NULL
                                : b->original_headers_only ? "headers"
                                                           : "message"));
    json_object_set_new(o, "backscatter", json_boolean(b->backscatter));
    json_object_set_new(o, "backscatter_why", text(w, b->backscatter_why));
    json_object_set_new(o, "recipients", all);
    return o;
}

static json_t *symbols(writer *w, const GPtrArray *all) {
    json_t *array = json_array();
    for (guint i = 0; i < all->len; i++)
        json_array_append_new(array, text(w, ((const mw_finding *)all->pdata[i])->symbol->name));
    return array;
}

static json_t *what_if(writer *w, const mw_diagnosis *d) {
    json_t *o = json_object();
    json_object_set_new(o, "before", verdict(w, d->before));
    json_object_set_new(o, "gone", symbols(w, mw_diagnosis_only_in(w->arena, d->before, d)));
    json_object_set_new(o, "new", symbols(w, mw_diagnosis_only_in(w->arena, d, d->before)));
    return o;
}

static json_t *dns(writer *w, const mw_diagnosis *d) {
    json_t *o = json_object();
    json_object_set_new(o, "source", text(w, d->dns.source));
    json_object_set_new(o, "queries", json_integer(d->dns.queries));
    json_object_set_new(o, "unanswered", json_integer(d->dns.unanswered));
    json_object_set_new(o, "elapsed_ms", json_integer(d->dns.elapsed_ms));
    return o;
}

static char *dump(json_t *o) {
    char *out = json_dumps(o, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    json_decref(o);
    g_autofree char *line = g_strconcat(out, "\n", NULL);
    free(out);
    return mw_printable_json(line);
}

char *mw_json_write(const mw_diagnosis *d) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    writer own = {.arena = arena}, *w = &own;
    const mw_facts *f = d->facts;
    bool judged = !f->bounce || f->bounce->original; /* else there is no mail to speak of */
    json_t *o = json_object();
    json_object_set_new(o, "schema", json_integer(1));
    json_object_set_new(o, "mailwhy", json_string(MAILWHY_VERSION));
    json_object_set_new(o, "file", text(w, d->file));
    json_object_set_new(o, "kind", text(w, d->kind));
    json_object_set_new(o, "verdict", verdict(w, d));
    json_object_set_new(o, "evidence", evidence(w, f));
    json_object_set_new(o, "message", message(w, f));
    json_object_set_new(o, "envelope", judged ? envelope(w, f) : json_null());
    json_object_set_new(o, "trace", trace(w, f));
    json_object_set_new(o, "claims", claims(w, f));
    json_object_set_new(o, "spf", judged ? spf(w, f) : json_null());
    json_object_set_new(o, "dkim", judged ? dkim(w, f) : json_null());
    json_object_set_new(o, "arc", judged ? arc(w, f) : json_null());
    json_object_set_new(o, "dmarc", judged ? dmarc(w, f) : json_null());
    json_object_set_new(o, "rdns", rdns(w, f));
    json_t *differences = then_now(w, f);
    if (json_array_size(differences))
        json_object_set(o, "then_now", differences);
    json_decref(differences);
    json_object_set_new(o, "lists", lists(w, f));
    json_object_set_new(o, "bounce", bounce(w, d));
    json_object_set_new(o, "findings", findings(w, f));
    json_object_set_new(o, "fixes", fixes(w, d));
    if (d->before)
        json_object_set_new(o, "what_if", what_if(w, d));
    json_object_set_new(o, "receivers", receivers(w, d->receivers));
    json_object_set_new(o, "notices", strings(w, f->notices));
    json_object_set_new(o, "dns", dns(w, d));
    return dump(o);
}

char *mw_plan_json(const mw_plan *plan) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    writer own = {.arena = arena}, *w = &own;
    json_t *o = json_object(), *questions = json_array(), *patterns = json_array();
    for (guint i = 0; i < plan->questions->len; i++) {
        const mw_asked *q = plan->questions->pdata[i];
        json_t *item = json_object();
        json_object_set_new(item, "name", text(w, mw_name_text(arena, &q->name)));
        json_object_set_new(item, "type", text(w, mw_type_text(arena, q->type)));
        json_object_set_new(item, "purpose", text(w, mw_purpose_name(q->purpose)));
        json_object_set_new(item, "why", text(w, q->why));
        json_array_append_new(questions, item);
    }
    for (guint i = 0; i < plan->patterns->len; i++) {
        const mw_pattern *p = plan->patterns->pdata[i];
        json_t *item = json_object();
        json_object_set_new(item, "why", text(w, p->why));
        json_object_set_new(item, "pattern", text(w, p->pattern));
        json_array_append_new(patterns, item);
    }
    json_object_set_new(o, "schema", json_integer(1));
    json_object_set_new(o, "mailwhy", json_string(MAILWHY_VERSION));
    json_object_set_new(o, "file", text(w, plan->file));
    json_object_set_new(o, "source", text(w, plan->source));
    json_object_set_new(o, "queries", questions);
    json_object_set_new(o, "patterns", patterns);
    return dump(o);
}
