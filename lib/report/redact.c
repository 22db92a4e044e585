#include "report/redact.h"
#include "base/printable.h"
#include "check/domain.h"
#include "report/blank.h"

#define HIDDEN "(hidden)"

/* A diagnosis is all its own: that its parts are const is meant for the writers. */
#define OWN(type, pointer) ((type *)(pointer))

static void out(mw_blank *b, const char *const *place) {
    *OWN(const char *, place) = mw_blank_out(b, *place);
}

static void all_out(mw_blank *b, const GPtrArray *texts) {
    for (guint i = 0; texts && i < texts->len; i++)
        texts->pdata[i] = (gpointer)mw_blank_out(b, texts->pdata[i]);
}

/* ---- what is to go ---- */

static const char *const people[] = {"From",
                                     "Sender",
                                     "Reply-To",
                                     "To",
                                     "Cc",
                                     "Bcc",
                                     "Return-Path",
                                     "Delivered-To",
                                     "X-Original-To",
                                     "Envelope-To",
                                     "X-Envelope-To",
                                     "X-Envelope-From",
                                     "Resent-From",
                                     "Resent-To",
                                     "Errors-To",
                                     "Disposition-Notification-To",
                                     "Apparently-To",
                                     "X-Sender",
                                     "X-Failed-Recipients"};
static const char *const topics[] = {"Subject", "Thread-Topic", "Comments", "Keywords", "Summary"};
static const char *const ids[] = {"Message-ID", "In-Reply-To", "References", "Resent-Message-ID"};

static bool is_any(const mw_field *field, const char *const *names, size_t n) {
    return mw_span_is_any(field->name, names, n);
}

static void learn_person(mw_blank *b, const mw_address *a) {
    mw_blank_address(b, a->address);
    if (a->display_name && strchr(a->display_name, '@'))
        mw_blank_address(b, a->display_name);
    else
        mw_blank_name(b, a->display_name);
}

/* Where an address was encoded as if it were a name, too: as its readers show it. */
static GPtrArray *addresses_of(mw_arena *arena, const mw_field *field) {
    GPtrArray *all = mw_addresses(arena, field);
    for (guint i = 0; i < all->len; i++)
        if (((const mw_address *)all->pdata[i])->domain)
            return all;
    mw_field shown = *field;
    shown.value = mw_span_of(mw_header_decoded(arena, field));
    return mw_addresses(arena, &shown);
}

static void learn_field(mw_arena *arena, mw_blank *b, const mw_field *field) {
    if (is_any(field, people, G_N_ELEMENTS(people))) {
        GPtrArray *all = addresses_of(arena, field);
        for (guint i = 0; i < all->len; i++)
            learn_person(b, all->pdata[i]);
    } else if (is_any(field, topics, G_N_ELEMENTS(topics))) {
        mw_blank_text(b, mw_header_decoded(arena, field));
        mw_blank_text(b, mw_field_text(arena, field));
    }
}

static void learn_message(mw_arena *arena, mw_blank *b, const mw_message *m) {
    for (size_t i = 0; m && i < m->n_fields; i++)
        learn_field(arena, b, &m->fields[i]);
    if (m)
        mw_blank_quotes_of(b, m->raw);
}

static void learn_mime(mw_blank *b, const mw_mime *mime) {
    for (size_t i = 0; mime && i < mime->n_parts; i++)
        mw_blank_file(b, mime->parts[i].file_name);
}

/* Where people wrote: behind the first server that the mail was handed to. */
static bool is_private(const mw_facts *f, const mw_hop *hop) {
    return hop->role == MW_ROLE_SUBMISSION &&
           !(hop->from_ip.family && mw_ip_equal(&hop->from_ip, &f->envelope->client_ip));
}

static void learn_hops(mw_arena *arena, mw_blank *b, const mw_facts *f) {
    for (guint i = 0; f->trace && i < f->trace->hops->len; i++) {
        const mw_hop *hop = f->trace->hops->pdata[i];
        if (is_private(f, hop)) {
            mw_blank_host(b, hop->from_name);
            mw_blank_host(b, hop->from_rdns);
            mw_blank_host(b, hop->from_ip.family ? mw_ip_text(arena, &hop->from_ip) : NULL);
        }
        if (hop->login && !strchr(hop->login, '@'))
            mw_blank_name(b, hop->login);
        mw_blank_address(b, hop->for_address);
        mw_blank_address(b, hop->envelope_from);
    }
}

/* What was done to a mail is told in the words of the mail, and by several findings. */
static void learn_edits(mw_blank *b, const GPtrArray *signatures) {
    for (guint i = 0; signatures && i < signatures->len; i++) {
        const mw_repair *r = ((const mw_dkim *)signatures->pdata[i])->repair;
        for (guint k = 0; r && r->edits && k < r->edits->len; k++)
            mw_blank_sentence(b, r->edits->pdata[k]);
    }
}

static void learn_facts(mw_blank *b, const mw_facts *f) {
    mw_arena *arena = f->arena;
    learn_message(arena, b, f->message);
    learn_mime(b, f->mime);
    learn_hops(arena, b, f);
    learn_edits(b, f->dkim);
    mw_blank_address(b, f->envelope ? f->envelope->mail_from : NULL);
    for (guint i = 0; f->envelope && i < f->envelope->rcpt_to->len; i++)
        mw_blank_address(b, f->envelope->rcpt_to->pdata[i]);
    if (!f->bounce)
        return;
    learn_message(arena, b, f->bounce->original);
    mw_blank_address(b, f->bounce->sender);
    for (guint i = 0; i < f->bounce->recipients->len; i++) {
        const mw_bounce_recipient *r = f->bounce->recipients->pdata[i];
        mw_blank_address(b, r->recipient);
        mw_blank_address(b, r->original);
    }
}

/* ---- the mail ---- */

static const char *people_of(mw_arena *arena, mw_blank *b, const mw_field *field) {
    GPtrArray *all = addresses_of(arena, field);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < all->len; i++) {
        const mw_address *a = all->pdata[i];
        const char *name = a->display_name ? mw_blank_out(b, a->display_name) : NULL;
        bool same = name && strcmp(name, a->display_name) == 0; /* a word of ours, such as "Support" */
        g_string_append_printf(text, "%s%s%s%s%s", i ? ", " : "", name ? (same ? "Name" : name) : "",
                               name ? " <" : "", mw_blank_out(b, a->address), name ? ">" : "");
    }
    return mw_strdup(arena, text->str);
}

/* What stands in a field that no report is about may be anything. */
static const char *value_of(mw_arena *arena, mw_blank *b, const mw_field *field) {
    static const char *const technical[] = {"Received",
                                            "DKIM-Signature",
                                            "Date",
                                            "MIME-Version",
                                            "Content-Type",
                                            "Content-Transfer-Encoding",
                                            "ARC-Seal",
                                            "ARC-Message-Signature",
                                            "ARC-Authentication-Results",
                                            "Authentication-Results",
                                            "Received-SPF",
                                            "Precedence",
                                            "Auto-Submitted",
                                            "List-Id",
                                            "List-Unsubscribe-Post",
                                            "X-Mailer",
                                            "User-Agent",
                                            "X-Spam-Status",
                                            "X-Spam-Flag",
                                            "X-Spamd-Result",
                                            "Resent-Date"};
    if (is_any(field, people, G_N_ELEMENTS(people)))
        return people_of(arena, b, field);
    if (is_any(field, ids, G_N_ELEMENTS(ids)) || !is_any(field, technical, G_N_ELEMENTS(technical)))
        return HIDDEN;
    return mw_blank_out(b, mw_header_decoded(arena, field));
}

static void redact_message(mw_arena *arena, mw_blank *b, const mw_message *given) {
    mw_message *m = OWN(mw_message, given);
    for (size_t i = 0; m && i < m->n_fields; i++) {
        mw_field *field = OWN(mw_field, &m->fields[i]);
        const char *value = value_of(arena, b, field);
        field->value = mw_span_of(mw_printf(arena, " %s", value));
        field->raw = mw_span_of(mw_printf(arena, "%.*s: %s", (int)field->name.len, field->name.data, value));
    }
    if (m)
        m->body = (mw_span){"", 0};
}

static void redact_authors(mw_blank *b, const mw_facts *f) {
    for (guint i = 0; f->from && i < f->from->len; i++) {
        mw_address *a = f->from->pdata[i];
        out(b, &a->display_name);
        out(b, &a->address);
    }
}

/* ---- how it came ---- */

static void redact_hops(mw_blank *b, const mw_facts *f) {
    for (guint i = 0; f->trace && i < f->trace->hops->len; i++) {
        mw_hop *hop = f->trace->hops->pdata[i];
        if (is_private(f, hop))
            hop->from_ip = (mw_ip){0};
        const char **const places[] = {&hop->from_name,     &hop->from_rdns,   &hop->by,
                                       &hop->with,          &hop->for_address, &hop->login,
                                       &hop->envelope_from, &hop->reason};
        for (size_t k = 0; k < G_N_ELEMENTS(places); k++)
            out(b, places[k]);
    }
    if (f->trace)
        out(b, &f->trace->forwarded_by);
}

static void redact_envelope(mw_blank *b, const mw_envelope *e) {
    if (!e)
        return;
    out(b, &e->helo);
    out(b, &e->mail_from);
    all_out(b, e->rcpt_to);
    all_out(b, e->reasons);
}

static void redact_claims(mw_blank *b, const mw_facts *f) {
    for (guint i = 0; f->claims && i < f->claims->len; i++) {
        const mw_claim *c = f->claims->pdata[i];
        out(b, &c->reason);
        for (size_t k = 0; k < c->n_properties; k++) {
            if (g_str_has_suffix(c->properties[k].name, "auth"))
                *OWN(const char *, &c->properties[k].value) = HIDDEN;
            out(b, &c->properties[k].value);
        }
    }
}

/* ---- what was found ---- */

static void redact_spf_node(mw_blank *b, const mw_spf_node *node, int depth) {
    if (!node || depth > 20)
        return;
    out(b, &node->domain);
    out(b, &node->problem);
    for (size_t i = 0; i < node->n_terms; i++) {
        out(b, &node->terms[i].target);
        redact_spf_node(b, node->terms[i].child, depth + 1);
    }
}

static void redact_advice(mw_blank *b, const GPtrArray *advice) {
    for (guint i = 0; advice && i < advice->len; i++) {
        const mw_spf_advice *a = advice->pdata[i];
        out(b, &a->text);
        out(b, &a->fix);
    }
}

static void redact_spf(mw_blank *b, const mw_spf *spf) {
    if (!spf)
        return;
    redact_spf_node(b, spf->tree, 0);
    out(b, &spf->matched_path);
    out(b, &spf->explanation);
    out(b, &spf->problem);
    redact_advice(b, spf->advice);
}

static void redact_signatures(mw_blank *b, const GPtrArray *signatures) {
    for (guint i = 0; signatures && i < signatures->len; i++) {
        const mw_dkim *dkim = signatures->pdata[i];
        const char *const *const places[] = {&dkim->identity, &dkim->reason,   &dkim->now_differs,
                                             &dkim->notice,   &dkim->recorded, &dkim->changed_behind};
        for (size_t k = 0; k < G_N_ELEMENTS(places); k++)
            out(b, places[k]);
        const mw_repair *r = dkim->repair;
        for (guint k = 0; r && r->edits && k < r->edits->len; k++)
            r->edits->pdata[k] = (gpointer)mw_blank_quotes(b, r->edits->pdata[k]);
        if (r) {
            g_ptr_array_set_size(r->changes, 0); /* it is what was written */
            out(b, &r->made_by);
            *OWN(const char *, &r->note) = mw_blank_quotes(b, r->note);
        }
    }
}

static void redact_arc(mw_blank *b, const mw_arc *arc) {
    if (!arc)
        return;
    out(b, &arc->reason);
    for (guint i = 0; i < arc->sets->len; i++) {
        const mw_arc_set *set = arc->sets->pdata[i];
        out(b, &set->problem);
        out(b, &set->story);
    }
}

static void redact_dmarc(mw_blank *b, const mw_dmarc *d) {
    if (!d)
        return;
    const char *const *const places[] = {&d->alignment, &d->would_align, &d->difference, &d->rfc9989.reason,
                                         &d->rfc7489.reason};
    for (size_t k = 0; k < G_N_ELEMENTS(places); k++)
        out(b, places[k]);
    redact_advice(b, d->defects);
}

static void redact_findings(mw_blank *b, const mw_facts *f) {
    for (guint i = 0; i < f->findings->len; i++) {
        mw_finding *x = f->findings->pdata[i];
        bool of_mail = x->evidence && mw_message_field(f->message, mw_strndup(f->arena, x->evidence,
                                                                              strcspn(x->evidence, ":")));
        out(b, &x->summary);
        x->evidence = of_mail
                          ? mw_printf(f->arena, "%.*s: " HIDDEN, (int)strcspn(x->evidence, ":"), x->evidence)
                          : mw_blank_out(b, x->evidence);
        out(b, &x->fix);
        out(b, &x->owner);
    }
    all_out(b, f->notices);
    all_out(b, f->evidence ? f->evidence->notes : NULL);
}

static void redact_receivers(mw_blank *b, const GPtrArray *receivers) {
    for (guint i = 0; receivers && i < receivers->len; i++) {
        const mw_receiver *r = receivers->pdata[i];
        out(b, &r->predicted_reply);
        for (guint k = 0; k < r->rules->len; k++) {
            const mw_rule *rule = r->rules->pdata[k];
            out(b, &rule->detail);
            out(b, &rule->reply);
        }
    }
}

/* ---- a bounce ---- */

static void redact_reply(mw_blank *b, const mw_smtp_reply *reply) {
    if (!reply)
        return;
    out(b, &reply->text);
    out(b, &reply->words);
    out(b, &reply->match);
    out(b, &reply->command);
}

static void redact_recipient(mw_blank *b, mw_bounce_recipient *r) {
    const char **const places[] = {&r->recipient, &r->original, &r->diagnostic, &r->context,
                                   &r->claim_evidence};
    for (size_t k = 0; k < G_N_ELEMENTS(places); k++)
        out(b, places[k]);
    redact_reply(b, r->reply);
}

static void redact_bounce(mw_blank *b, const mw_bounce *bounce) {
    if (!bounce)
        return;
    out(b, &bounce->sender);
    out(b, &bounce->notice);
    out(b, &bounce->backscatter_why);
    for (guint i = 0; i < bounce->recipients->len; i++)
        redact_recipient(b, bounce->recipients->pdata[i]);
}

/* ---- the answer ---- */

static void redact_verdict(mw_blank *b, const mw_verdict *v) {
    if (!v)
        return;
    const char *const *const places[] = {&v->cause, &v->summary, &v->if_owner, &v->if_recipient};
    for (size_t k = 0; k < G_N_ELEMENTS(places); k++)
        out(b, places[k]);
    for (guint i = 0; v->receivers && i < v->receivers->len; i++)
        out(b, &((const mw_receiver_answer *)v->receivers->pdata[i])->reply);
    if (v->elsewhere)
        out(b, &v->elsewhere->reply);
}

static void learn(mw_blank *b, const mw_diagnosis *d) {
    if (d->carried)
        learn(b, d->carried);
    if (d->before)
        learn(b, d->before);
    learn_facts(b, d->facts);
}

static void redact(mw_blank *b, mw_diagnosis *d) {
    const mw_facts *f = d->facts;
    redact_findings(b, f);
    redact_envelope(b, f->envelope);
    redact_claims(b, f);
    redact_hops(b, f);
    redact_authors(b, f);
    redact_spf(b, f->spf);
    redact_signatures(b, f->dkim);
    redact_arc(b, f->arc);
    redact_dmarc(b, f->dmarc);
    redact_bounce(b, f->bounce);
    redact_message(f->arena, b, f->message);
    if (f->bounce && f->bounce->original != f->message)
        redact_message(f->arena, b, f->bounce->original);
    redact_receivers(b, d->receivers);
    redact_receivers(b, d->big_receivers);
    redact_verdict(b, d->verdict);
    if (d->own_run != d->verdict)
        redact_verdict(b, d->own_run);
    if (d->cause)
        out(b, &d->cause->text);
    if (d->carried)
        redact(b, OWN(mw_diagnosis, d->carried));
    if (d->before)
        redact(b, OWN(mw_diagnosis, d->before));
}

void mw_redact(mw_diagnosis *d) {
    mw_blank *b = mw_blank_new(d->facts->arena, d->facts->catalogue);
    learn(b, d);
    redact(b, d);
    d->redacted = true;
    g_ptr_array_add(d->facts->notices,
                    (gpointer) "Names, addresses of people, subjects and what was written are taken "
                               "out of this report; the domains and servers are the real ones.");
}
