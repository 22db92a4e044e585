/* What folds below the first screen of the HTML report: the checks one by one. */
#include "report/html_parts.h"
#include "check/then_now.h"
#include "check/position.h"
#include "report/symbol_page.h"

enum { MAX_LEVELS = 10, MAX_LISTED = 200 };

static void section_end(mw_page *p) {
    mw_markup_close(p->m);
    mw_markup_close(p->m);
}

static void pair(mw_page *p, const char *label, const char *text) {
    if (!text || !*text)
        return;
    mw_page_element(p, "dt", NULL, label);
    mw_page_element(p, "dd", NULL, text);
}

/* A sign and a word: "pass" is good, "fail" bad, all else open. */
static void result(mw_page *p, const char *element, const char *word) {
    bool good = strcmp(word, "pass") == 0;
    bool bad = strcmp(word, "fail") == 0 || strcmp(word, "permerror") == 0 || strcmp(word, "softfail") == 0;
    mw_page_element(p, element,
                    good  ? "t-good"
                    : bad ? "t-bad"
                          : "t-warn",
                    mw_printf(p->arena, "%s %s",
                              good  ? "\u2714"
                              : bad ? "\u2716"
                                    : "?",
                              word));
}

/* ---- findings ---- */

/* Of those with its symbol: what the mail's lines link to. */
static bool is_first(const GPtrArray *findings, const mw_finding *finding) {
    for (guint i = 0; i < findings->len; i++) {
        const mw_finding *f = findings->pdata[i];
        if (f->symbol == finding->symbol)
            return f == finding;
    }
    return false;
}

static void write_finding(mw_page *p, const mw_finding *f, bool lines) {
    const mw_symbol *s = f->symbol;
    const mw_field *field = mw_finding_field(p->d->facts, f);
    mw_markup_open(p->m, "tr");
    if (is_first(p->d->facts->findings, f))
        mw_page_id(p, "id", "", mw_printf(p->arena, "f-%s", s->name));
    mw_page_open(p, "td", NULL);
    mw_markup_open(p->m, "a");
    mw_markup_attribute(p->m, "class", "mono");
    mw_page_id(p, "href", "#", mw_printf(p->arena, "s-%s", s->name));
    mw_markup_text(p->m, s->name);
    mw_markup_close(p->m);
    if (field && lines) {
        mw_markup_text(p->m, " ");
        mw_markup_open(p->m, "a");
        mw_page_id(p, "href", "#", mw_printf(p->arena, "line-%zu", field->line));
        mw_markup_text(p->m, mw_printf(p->arena, "line %zu", field->line));
        mw_markup_close(p->m);
    }
    mw_markup_close(p->m);
    mw_page_element(p, "td", "n", f->state == MW_HIT ? mw_printf(p->arena, "%+.2f", f->points) : "not known");
    mw_page_open(p, "td", NULL);
    mw_page_element(p, "p", NULL, f->summary);
    bool harmful = p->d->verdict->forged || p->d->verdict->deceptive;
    const mw_fix *fix = mw_diagnosis_fix(p->d, mw_remedy_key(f));
    if (!harmful && fix)
        mw_page_element(p, "pre", NULL, fix->record);
    if (!harmful && mw_finding_fix(f))
        mw_page_element(p, "p", "soft", mw_printf(p->arena, "Mend it: %s", mw_finding_fix(f)));
    mw_page_element(p, "p", "soft",
                    mw_printf(p->arena, "What it is: %s. %s", s->title, s->explain ? s->explain : ""));
    mw_markup_close(p->m);
    mw_markup_close(p->m);
}

void mw_page_findings(mw_page *p, bool lines) {
    static const char *const heads[] = {"finding", "points", "what was measured"};
    const GPtrArray *all = p->d->facts->findings;
    mw_page_section(p, "findings", "All findings", mw_printf(p->arena, "%u", all->len), false);
    mw_page_table(p, heads, G_N_ELEMENTS(heads));
    for (guint i = 0; i < all->len && i < MAX_LISTED; i++)
        write_finding(p, all->pdata[i], lines);
    mw_page_table_end(p);
    section_end(p);
}

/* ---- the symbols' pages ---- */

static void write_page(mw_page *p, const mw_symbol *s) {
    GPtrArray *parts = mw_symbol_page(p->arena, p->d->facts->data, s);
    bool harmful = p->d->verdict->forged || p->d->verdict->deceptive; /* nobody is told how it gets through */
    mw_markup_open(p->m, "article");
    mw_page_id(p, "id", "", mw_printf(p->arena, "s-%s", s->name));
    mw_page_element(p, "h3", NULL, mw_printf(p->arena, "%s: %s", s->name, s->title));
    mw_markup_open(p->m, "dl");
    for (guint i = 0; i < parts->len; i++) {
        const mw_page_part *part = parts->pdata[i];
        if (harmful && (strcmp(part->label, "Do") == 0 || strcmp(part->label, "Good mail") == 0))
            continue;
        mw_page_element(p, "dt", NULL, part->label);
        for (guint k = 0; k < part->lines->len; k++)
            mw_page_element(p, "dd", part->verbatim ? "mono" : NULL, part->lines->pdata[k]);
    }
    mw_markup_close(p->m);
    mw_markup_open(p->m, "p");
    mw_markup_open(p->m, "a");
    mw_page_id(p, "href", "#", mw_printf(p->arena, "f-%s", s->name));
    mw_markup_text(p->m, "Back to what was measured");
    mw_markup_close(p->m);
    mw_markup_close(p->m);
    mw_markup_close(p->m);
}

void mw_page_symbols(mw_page *p) {
    const GPtrArray *all = p->d->facts->findings;
    if (all->len == 0)
        return;
    mw_page_section(p, "symbols", "What the findings mean", "a page for each", false);
    for (guint i = 0; i < all->len && i < MAX_LISTED; i++)
        if (is_first(all, all->pdata[i]))
            write_page(p, ((const mw_finding *)all->pdata[i])->symbol);
    section_end(p);
}

/* ---- SPF ---- */

static void write_node(mw_page *p, const mw_spf *spf, const mw_spf_node *node, int level);

static void write_term(mw_page *p, const mw_spf *spf, const mw_spf_term *term, int level) {
    mw_markup_open(p->m, "li");
    mw_page_element(p, "code", term->matched && !term->child ? "decides" : NULL, term->text);
    mw_page_element(p, "span", "soft",
                    mw_printf(p->arena, "%s%s%s",
                              term->lookups ? mw_printf(p->arena, "  %d look-up%s", term->lookups,
                                                        term->lookups == 1 ? "" : "s")
                                            : "",
                              term->over_limit ? ", over the ten"
                              : term->is_void  ? ", finds nothing"
                                               : "",
                              term->matched     ? ": matches"
                              : term->evaluated ? ": no match"
                                                : ": not reached"));
    if (term->child && level < MAX_LEVELS)
        write_node(p, spf, term->child, level + 1);
    mw_markup_close(p->m);
}

static void write_node(mw_page *p, const mw_spf *spf, const mw_spf_node *node, int level) {
    mw_page_element(p, "p", level ? "soft" : "b",
                    mw_printf(p->arena, "%s: %s", node->domain, mw_spf_result_name(node->result)));
    if (node->problem)
        mw_page_element(p, "p", "t-bad", node->problem);
    if (node->n_terms == 0)
        return;
    mw_page_open(p, "ul", "tree");
    for (size_t i = 0; i < node->n_terms; i++)
        write_term(p, spf, &node->terms[i], level);
    mw_markup_close(p->m);
}

/* Of ten look-ups, as a bar. */
static void write_meter(mw_page *p, int lookups) {
    mw_markup_open(p->m, "p");
    mw_markup_text(p->m, mw_printf(p->arena, "%d of 10 look-ups ", lookups));
    mw_markup_open(p->m, "meter");
    mw_markup_attribute(p->m, "min", "0");
    mw_markup_attribute(p->m, "max", "10");
    mw_markup_attribute(p->m, "high", "8");
    mw_markup_attribute(p->m, "aria-label", "DNS look-ups of ten");
    mw_markup_attribute(p->m, "value", mw_printf(p->arena, "%d", MIN(lookups, 10)));
    mw_markup_text(p->m, mw_printf(p->arena, "%d of 10", lookups));
    mw_markup_close(p->m);
    mw_markup_close(p->m);
}

void mw_page_spf(mw_page *p) {
    const mw_spf *spf = p->d->facts->spf;
    if (!spf)
        return;
    const char *word = mw_spf_result_name(spf->result);
    mw_page_section(p, "spf", "SPF",
                    mw_printf(p->arena, "%s, %d of 10 look-ups, %d of 2 that find nothing", word,
                              spf->lookups, spf->void_lookups),
                    spf->result != MW_SPF_PASS && spf->tree != NULL);
    mw_markup_open(p->m, "dl");
    pair(p, "Domain", spf->domain);
    pair(p, "Identity",
         spf->identity && strcmp(spf->identity, "helo") == 0 ? "HELO name" : "envelope sender");
    pair(p, "Record", spf->record);
    pair(p, "Decided by", spf->matched);
    pair(p, "Problem", spf->problem);
    mw_markup_close(p->m);
    write_meter(p, spf->lookups);
    if (spf->tree)
        write_node(p, spf, spf->tree, 0);
    for (guint i = 0; spf->advice && i < spf->advice->len; i++) {
        const mw_spf_advice *a = spf->advice->pdata[i];
        mw_page_element(p, "p", NULL, mw_printf(p->arena, "%s. %s", a->text, a->fix ? a->fix : ""));
    }
    section_end(p);
}

/* ---- DKIM and ARC ---- */

static void write_changes(mw_page *p, const GPtrArray *changes) {
    static const char *const heads[] = {"when", "line, in the form in which it is signed"};
    if (changes->len == 0)
        return;
    mw_page_table(p, heads, G_N_ELEMENTS(heads));
    for (guint i = 0; i < changes->len; i++) {
        const mw_change *c = changes->pdata[i];
        mw_markup_open(p->m, "tr");
        mw_page_element(p, "td", "mono", c->sign == '-' ? "\u2212 signed" : c->sign == '+' ? "+ now" : "");
        mw_page_open(p, "td", "mono");
        mw_page_element(p,
                        c->sign == '-'   ? "del"
                        : c->sign == '+' ? "ins"
                                         : "span",
                        NULL, *c->text ? c->text : "(an empty line)");
        mw_markup_close(p->m);
        mw_markup_close(p->m);
    }
    mw_page_table_end(p);
}

/* What was done, in words and as a diff. */
static void write_edits(mw_page *p, const mw_repair *repair) {
    mw_page_element(p, "h3", NULL,
                    repair->proven ? "What was changed after signing (undone, the signature verifies)"
                                   : "What was changed after signing, as far as it can be told");
    mw_markup_open(p->m, "ul");
    for (guint i = 0; i < repair->edits->len; i++)
        mw_page_element(p, "li", NULL, repair->edits->pdata[i]);
    mw_markup_close(p->m);
    write_changes(p, repair->changes);
    mw_markup_open(p->m, "dl");
    pair(p, "Made by", repair->made_by);
    pair(p, "Avoided by", repair->avoided_by);
    pair(p, "Note", repair->note);
    mw_markup_close(p->m);
}

static void write_signature(mw_page *p, const mw_dkim *dkim) {
    mw_page_open(p, "div", "card");
    mw_page_open(p, "h3", NULL);
    mw_markup_text(p->m, mw_printf(p->arena, "%s, selector %s: ", dkim->domain ? dkim->domain : "(no domain)",
                                   dkim->selector ? dkim->selector : "(none)"));
    result(p, "span", mw_dkim_result_name(dkim->result));
    mw_markup_close(p->m);
    mw_markup_open(p->m, "p");
    mw_markup_text(p->m, "header ");
    result(p, "span", mw_dkim_result_name(dkim->signature));
    mw_markup_text(p->m, ", body ");
    result(p, "span", mw_dkim_result_name(dkim->body_hash));
    mw_markup_close(p->m);
    mw_markup_open(p->m, "dl");
    pair(p, "Key",
         dkim->key_bits ? mw_printf(p->arena, "%s, %u bits, at %s", dkim->algorithm ? dkim->algorithm : "",
                                    dkim->key_bits, dkim->key_name ? dkim->key_name : "")
                        : dkim->key_name);
    pair(p, "Why", dkim->reason);
    pair(p, "Signed", dkim->signed_at != MW_TIME_UNKNOWN ? mw_time_text(p->arena, dkim->signed_at) : NULL);
    pair(p, "Recorded then", dkim->recorded);
    pair(p, "Note", dkim->notice);
    mw_markup_close(p->m);
    if (dkim->repair && dkim->repair->edits->len)
        write_edits(p, dkim->repair);
    mw_markup_close(p->m);
}

static void write_arc(mw_page *p, const mw_arc *arc) {
    if (!arc || arc->result == MW_ARC_NONE)
        return;
    mw_page_element(
        p, "h3", NULL,
        mw_printf(p->arena, "ARC: %s, %d instances", mw_arc_result_name(arc->result), arc->instances));
    if (arc->reason)
        mw_page_element(p, "p", NULL, arc->reason);
    for (guint i = 0; i < arc->sets->len; i++) {
        const mw_arc_set *set = arc->sets->pdata[i];
        mw_page_element(p, "p", NULL,
                        mw_printf(p->arena, "%d. %s: %s", set->instance,
                                  set->sealer ? set->sealer : "(not named)",
                                  set->story     ? set->story
                                  : set->problem ? set->problem
                                                 : ""));
    }
}

void mw_page_dkim(mw_page *p) {
    const mw_facts *f = p->d->facts;
    guint n = f->dkim ? f->dkim->len : 0;
    bool broken = false;
    for (guint i = 0; i < n; i++)
        broken |= ((const mw_dkim *)f->dkim->pdata[i])->result != MW_DKIM_PASS;
    mw_page_section(p, "dkim", "DKIM",
                    n ? mw_printf(p->arena, "%u signature%s", n, n == 1 ? "" : "s") : "no signature", broken);
    for (guint i = 0; i < n; i++)
        write_signature(p, f->dkim->pdata[i]);
    if (n == 0)
        mw_page_element(p, "p", NULL, "The mail has no DKIM-Signature field.");
    write_arc(p, f->arc);
    section_end(p);
}

/* ---- DMARC, then and now ---- */

void mw_page_dmarc(mw_page *p) {
    const mw_dmarc *dmarc = p->d->facts->dmarc;
    if (!dmarc)
        return;
    const mw_dmarc_verdict *v = &dmarc->rfc9989;
    mw_page_section(p, "dmarc", "DMARC", mw_dmarc_result_name(v->result), v->result == MW_DMARC_FAIL);
    mw_markup_open(p->m, "dl");
    pair(p, "Domain", dmarc->domain);
    pair(p, "Record", v->record);
    pair(p, "Stands at", v->record_domain ? mw_printf(p->arena, "_dmarc.%s", v->record_domain) : NULL);
    pair(p, "Policy", v->policy != MW_POLICY_ABSENT ? mw_policy_name(v->policy) : NULL);
    pair(p, "Alignment", dmarc->alignment);
    pair(p, "Would align", dmarc->would_align);
    pair(p, "Why", v->reason);
    pair(p, "Differs", dmarc->difference);
    mw_markup_close(p->m);
    if (v->record)
        mw_page_tags(p, v->record);
    for (guint i = 0; dmarc->defects && i < dmarc->defects->len; i++) {
        const mw_spf_advice *a = dmarc->defects->pdata[i];
        mw_page_element(p, "p", NULL, mw_printf(p->arena, "%s. %s", a->text, a->fix ? a->fix : ""));
    }
    section_end(p);
}

void mw_page_then_now(mw_page *p) {
    static const char *const heads[] = {"check", "domain", "recorded at the delivery", "today",
                                        "why they differ"};
    GPtrArray *rows = mw_then_now_read(p->arena, p->d->facts);
    bool differs = false;
    for (guint i = 0; i < rows->len; i++)
        differs |= ((const mw_then_now *)rows->pdata[i])->differs;
    if (rows->len == 0)
        return;
    mw_page_section(p, "then", "Then and now", differs ? "they differ" : "the same", differs);
    mw_page_table(p, heads, G_N_ELEMENTS(heads));
    for (guint i = 0; i < rows->len; i++) {
        const mw_then_now *r = rows->pdata[i];
        const char *const cells[] = {r->method, r->subject, r->recorded, r->now, r->why};
        mw_page_wide_row(p, heads, cells, G_N_ELEMENTS(cells));
    }
    mw_page_table_end(p);
    section_end(p);
}

/* ---- lists, receivers ---- */

void mw_page_lists(mw_page *p) {
    static const char *const heads[] = {"list", "asked for", "answer", "meaning", "where to look"};
    const GPtrArray *entries = p->d->facts->list_entries;
    guint clean = 0, listed = 0;
    for (guint i = 0; i < entries->len; i++) {
        const mw_list_entry *e = entries->pdata[i];
        clean += e->state == MW_LIST_CLEAN;
        listed += e->state == MW_LIST_LISTED;
    }
    if (entries->len == 0)
        return;
    mw_page_section(p, "lists", "Block lists", mw_printf(p->arena, "%u listed, %u clean", listed, clean),
                    listed > 0);
    mw_page_table(p, heads, G_N_ELEMENTS(heads));
    for (guint i = 0; i < entries->len && i < MAX_LISTED; i++) {
        const mw_list_entry *e = entries->pdata[i];
        if (e->state == MW_LIST_CLEAN || e->state == MW_LIST_NOT_ASKED)
            continue;
        const char *code = e->codes && e->codes->len ? e->codes->pdata[0] : "no answer to go by";
        const char *const cells[] = {e->zone, e->subject, code, e->meaning, e->url};
        mw_page_wide_row(p, heads, cells, G_N_ELEMENTS(cells));
    }
    mw_page_table_end(p);
    section_end(p);
}

void mw_page_receivers(mw_page *p) {
    static const char *const heads[] = {"rule", "what is asked", "this mail"};
    static const char *const words[] = {"\u2714 met", "\u2716 not met", "? not known"};
    const GPtrArray *receivers = p->d->receivers;
    for (guint i = 0; receivers && i < receivers->len; i++) {
        const mw_receiver *r = receivers->pdata[i];
        mw_page_section(p, mw_printf(p->arena, "at-%s", r->name),
                        mw_printf(p->arena, "The rules of %s", r->title),
                        mw_printf(p->arena, "%u not met, rules of %s", r->unmet, r->date), r->unmet > 0);
        if (r->predicted_reply)
            mw_page_element(p, "pre", NULL, r->predicted_reply);
        mw_page_table(p, heads, G_N_ELEMENTS(heads));
        for (guint k = 0; k < r->rules->len; k++) {
            const mw_rule *rule = r->rules->pdata[k];
            const char *const cells[] = {rule->id, rule->text,
                                         mw_printf(p->arena, "%s%s%s", words[rule->state],
                                                   rule->detail ? ": " : "",
                                                   rule->detail ? rule->detail : "")};
            if (rule->applies)
                mw_page_row(p, "td", cells, G_N_ELEMENTS(cells));
        }
        mw_page_table_end(p);
        section_end(p);
    }
}

/* ---- what is not known ---- */

void mw_page_unknown(mw_page *p) {
    const mw_facts *f = p->d->facts;
    mw_page_section(p, "unknown", "What is not known, and remarks",
                    mw_printf(p->arena, "%u", f->notices->len + f->evidence->notes->len),
                    !p->d->verdict->complete);
    mw_markup_open(p->m, "ul");
    for (guint i = 0; i < f->findings->len && i < MAX_LISTED; i++) {
        const mw_finding *x = f->findings->pdata[i];
        if (x->state != MW_HIT)
            mw_page_element(p, "li", NULL, mw_printf(p->arena, "%s: %s", x->symbol->name, x->summary));
    }
    for (guint i = 0; i < f->notices->len && i < MAX_LISTED; i++)
        mw_page_element(p, "li", NULL, f->notices->pdata[i]);
    for (guint i = 0; i < f->evidence->notes->len && i < MAX_LISTED; i++)
        mw_page_element(p, "li", NULL, f->evidence->notes->pdata[i]);
    mw_page_element(p, "li", NULL,
                    mw_printf(p->arena, "DNS (%s): %u questions, %u without an answer", p->d->dns.source,
                              p->d->dns.queries, p->d->dns.unanswered));
    mw_markup_close(p->m);
    section_end(p);
}
