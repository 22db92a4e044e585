#include "check/then_now.h"
#include "report/json_parts.h"

static const char *recorded(const mw_facts *facts, const char *method) {
    const mw_claim *claim = mw_claims_trusted(facts->claims, method);
    return claim ? claim->result : NULL;
}

static mw_json *spf_node(mw_arena *a, const mw_spf_node *node);

static mw_json *spf_term(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_spf_term *t = item;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "term", t->text);
    mw_json_text(a, o, "target", t->target);
    mw_json_bool(o, "evaluated", t->evaluated);
    mw_json_bool(o, "matched", t->matched);
    mw_json_bool(o, "void", t->is_void);
    mw_json_bool(o, "over_limit", t->over_limit);
    mw_json_int(o, "lookups", t->lookups);
    if (t->child)
        mw_json_put(o, "tree", spf_node(a, t->child));
    return o;
}

static mw_json *spf_node(mw_arena *a, const mw_spf_node *node) {
    if (!node)
        return NULL;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "domain", node->domain);
    mw_json_text(a, o, "record", node->record);
    mw_json_text(a, o, "result", mw_spf_result_name(node->result));
    mw_json_text(a, o, "problem", node->problem);
    mw_json_array(a, o, "terms", node->terms, node->n_terms, sizeof node->terms[0], spf_term);
    if (node->n_left_out)
        mw_json_int(o, "terms_left_out", (int64_t)node->n_left_out);
    return o;
}

static mw_json *advice(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_spf_advice *x = item;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "id", x->id);
    mw_json_text(a, o, "text", x->text);
    mw_json_text(a, o, "fix", x->fix);
    return o;
}

mw_json *mw_json_spf(mw_arena *a, const mw_facts *f) {
    const mw_spf *s = f->spf;
    if (!s)
        return NULL;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "result", mw_spf_result_name(s->result));
    mw_json_text(a, o, "domain", s->domain);
    mw_json_text(a, o, "identity", s->identity);
    mw_json_text(a, o, "record", s->record);
    mw_json_text(a, o, "matched", s->matched);
    mw_json_text(a, o, "matched_path", s->matched_path);
    mw_json_int(o, "lookups", s->lookups);
    mw_json_int(o, "void_lookups", s->void_lookups);
    mw_json_text(a, o, "explanation", s->explanation);
    mw_json_text(a, o, "problem", s->problem);
    mw_json_put(o, "tree", spf_node(a, s->tree));
    mw_json_list(a, o, "advice", s->advice, advice, NULL);
    mw_json_text(a, o, "recorded", recorded(f, "spf"));
    return o;
}

static mw_json *repair(mw_arena *a, const mw_repair *r) {
    if (!r)
        return NULL;
    mw_json *o = mw_json_object();
    mw_json_strings(a, o, "edits", r->edits);
    mw_json_bool(o, "proven", r->proven);
    mw_json_text(a, o, "made_by", r->made_by);
    mw_json_text(a, o, "avoided_by", r->avoided_by);
    mw_json_text(a, o, "note", r->note);
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

static mw_json *signature(mw_arena *a, const void *item, const void *facts) {
    const mw_dkim *d = item;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "domain", d->domain);
    mw_json_text(a, o, "selector", d->selector);
    mw_json_text(a, o, "algorithm", d->algorithm);
    mw_json_int_or_null(o, "key_bits", d->key_bits);
    mw_json_text(a, o, "result", mw_dkim_result_name(d->result));
    mw_json_text(a, o, "body_hash", mw_dkim_result_name(d->body_hash));
    mw_json_text(a, o, "signature", mw_dkim_result_name(d->signature));
    mw_json_text(a, o, "reason", d->reason);
    mw_json_text(a, o, "now", d->now_differs);
    mw_json_text(a, o, "notice", d->notice);
    mw_json_put(o, "repair", repair(a, d->repair));
    mw_json_text(a, o, "recorded", recorded_dkim(facts, d));
    return o;
}

void mw_json_dkim(mw_arena *a, mw_json *o, const mw_facts *f) {
    mw_json_list(a, o, "dkim", f->dkim, signature, f);
}

static mw_json *arc_set(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_arc_set *s = item;
    mw_json *o = mw_json_object();
    mw_json_int(o, "instance", s->instance);
    mw_json_text(a, o, "sealer", s->sealer);
    mw_json_text(a, o, "chain", s->chain);
    mw_json_text(a, o, "seal", mw_dkim_result_name(s->seal));
    mw_json_text(a, o, "message_signature", mw_dkim_result_name(s->message_signature));
    mw_json_text(a, o, "problem", s->problem);
    mw_json_text(a, o, "story", s->story);
    return o;
}

mw_json *mw_json_arc(mw_arena *a, const mw_facts *f) {
    const mw_arc *c = f->arc;
    if (!c)
        return NULL;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "result", mw_arc_result_name(c->result));
    mw_json_int(o, "instances", c->instances);
    mw_json_int_or_null(o, "failed_instance", c->failed_instance);
    mw_json_text(a, o, "reason", c->reason);
    mw_json_int(o, "oldest_pass", c->oldest_pass);
    mw_json_list(a, o, "sets", c->sets, arc_set, NULL);
    return o;
}

static const char *disposition(const mw_dmarc_verdict *v) {
    return v->disposition == MW_POLICY_ABSENT ? "none" : mw_policy_name(v->disposition);
}

mw_json *mw_json_dmarc(mw_arena *a, const mw_facts *f) {
    const mw_dmarc *d = f->dmarc;
    if (!d)
        return NULL;
    const mw_dmarc_verdict *v = &d->rfc9989, *old = &d->rfc7489;
    mw_json *o = mw_json_object(), *other = mw_json_object();
    mw_json_text(a, o, "result", mw_dmarc_result_name(v->result));
    mw_json_text(a, o, "domain", d->domain);
    mw_json_text(a, o, "org_domain", v->org_domain);
    mw_json_text(a, o, "policy", mw_policy_name(v->policy));
    mw_json_text(a, o, "disposition", disposition(v));
    mw_json_bool(o, "aligned_spf", v->aligned_spf);
    mw_json_bool(o, "aligned_dkim", v->aligned_dkim);
    mw_json_text(a, o, "record", v->record);
    mw_json_text(a, o, "record_domain", v->record_domain);
    mw_json_text(a, o, "reason", v->reason);
    mw_json_text(a, o, "alignment", d->alignment);
    mw_json_text(a, o, "would_align", d->would_align);
    mw_json_text(a, o, "difference", d->difference);
    mw_json_list(a, o, "advice", d->defects, advice, NULL);
    mw_json_text(a, other, "result", mw_dmarc_result_name(old->result));
    mw_json_text(a, other, "disposition", disposition(old));
    mw_json_text(a, other, "policy", mw_policy_name(old->policy));
    mw_json_text(a, other, "org_domain", old->org_domain);
    mw_json_put(o, "rfc7489", other);
    mw_json_text(a, o, "recorded", recorded(f, "dmarc"));
    return o;
}

static mw_json *then_now(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_then_now *row = item;
    if (!row->differs)
        return NULL;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "method", row->method);
    mw_json_text(a, o, "subject", row->subject);
    mw_json_text(a, o, "recorded", row->recorded);
    mw_json_text(a, o, "now", row->now);
    mw_json_text(a, o, "why", row->why);
    return o;
}

void mw_json_then_now(mw_arena *a, mw_json *o, const mw_facts *f) {
    const GPtrArray *rows = mw_then_now_read(a, f);
    bool differs = false;
    for (guint i = 0; i < rows->len && !differs; i++)
        differs = ((const mw_then_now *)rows->pdata[i])->differs;
    if (differs)
        mw_json_list(a, o, "then_now", rows, then_now, NULL);
}
