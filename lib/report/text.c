#include "report/bounce.h"
#include "check/then_now.h"
#include "report/hops.h"
#include "report/layout.h"
#include "report/receivers_text.h"
#include "report/recorded.h"
#include "report/report.h"
#include "report/spf_tree.h"

/* Points that are no headline while the mail is accepted. */
#define WORTH_A_STEP 0.2

enum { MAX_SYMBOL_WIDTH = 32, SUBJECT_SHOWN = 70, NAME_SHOWN = 300, MAX_FIXES = 6 };

static const char *verdict_word(const mw_diagnosis *d) {
    static const char *const words[] = {"ACCEPTED", "JUNK FOLDER", "PUT OFF", "REJECTED"};
    if (d->facts->bounce) /* the receiver has decided already; this is only what we find ourselves */
        return d->score.action == MW_REJECT ? "OUR RUN REFUSES IT" : "OUR RUN";
    if (d->score.action == MW_REJECT)
        return words[MW_REJECT];
    if (d->facts->evidence->sender_copy)
        return "NOT JUDGED";
    return d->score.complete ? words[d->score.action] : "INCOMPLETE";
}

static mw_color verdict_color(const mw_diagnosis *d) {
    if (d->facts->bounce)
        return MW_YELLOW;
    if (d->score.action == MW_REJECT)
        return MW_RED;
    return d->score.action == MW_ACCEPT && d->score.complete && !d->facts->evidence->sender_copy ? MW_GREEN
                                                                                                 : MW_YELLOW;
}

static const char *range(mw_arena *arena, const mw_score *score) {
    if (score->unknown == 0)
        return "";
    return mw_printf(arena, ", up to %.2f if the %d unanswered check%s", score->max_points, score->unknown,
                     score->unknown == 1 ? " fails" : "s fail");
}

const char *mw_diagnosis_summary(mw_arena *arena, const mw_diagnosis *d) {
    const char *word = g_ascii_strdown(verdict_word(d), -1);
    mw_arena_own(arena, (char *)word, g_free);
    const char *why = d->cause->text ? mw_printf(arena, ": %s", d->cause->text) : "";
    return mw_printf(arena, "%s, %.2f of %g points%s%s", word, d->score.points, d->limit,
                     range(arena, &d->score), why);
}

static void write_verdict(mw_layout *l, const mw_diagnosis *d) {
    const mw_facts *f = d->facts;
    mw_layout_text(l, verdict_color(d), verdict_word(d));
    mw_layout_format(l, MW_BOLD, "   %.2f of %g", d->score.points, d->limit);
    g_string_append(l->out, range(l->arena, &d->score));
    if (d->score.by_blocker)
        mw_layout_format(l, MW_PLAIN, ", refused by %s alone", d->score.blocker->symbol->name);
    mw_layout_format(l, MW_DIM, "   (profile %s", d->profile->name);
    if (f->envelope->received_at != MW_TIME_UNKNOWN)
        mw_layout_format(l, MW_DIM, "; as of delivery, %s", mw_time_day(l->arena, f->envelope->received_at));
    mw_layout_text(l, MW_DIM, ")");
    mw_layout_end(l);
}

static const char *symbols(mw_layout *l, const GPtrArray *findings) {
    const char *text = "";
    for (guint i = 0; i < findings->len; i++) {
        const mw_finding *f = findings->pdata[i];
        text = mw_printf(l->arena, "%s%s%s %+.2f", text, i ? ", " : "", f->symbol->name, f->points);
    }
    return text;
}

static void write_what_if(mw_layout *l, const mw_diagnosis *d) {
    const mw_diagnosis *b = d->before;
    const GPtrArray *gone = mw_diagnosis_only_in(l->arena, b, d), *new = mw_diagnosis_only_in(l->arena, d, b);
    mw_layout_end(l);
    mw_layout_labelled(l, "What if",
                       "This is the report with the records given. Without them: %s, %.2f of %g%s.",
                       verdict_word(b), b->score.points, b->limit, range(l->arena, &b->score));
    mw_layout_labelled(l, "Gone", "%s", gone->len ? symbols(l, gone) : "nothing");
    if (new->len)
        mw_layout_labelled(l, "New", "%s", symbols(l, new));
}

/* A defect that this profile does not count, but that its owner can mend. */
static bool worth_mending(const mw_finding *f) {
    return f->state == MW_HIT && f->points == 0 && mw_finding_fix(f) &&
           strcmp(mw_finding_owner(f), "nobody") != 0;
}

static const char *nothing_counts(const mw_diagnosis *d) {
    if (d->facts->evidence->sender_copy && !d->facts->bounce)
        return "This copy shows what was to be sent, not what a receiver saw. Give the bounce or the reply, "
               "too: "
               "mailwhy this.eml --bounce FILE";
    if (d->facts->evidence->sender_copy && !d->facts->envelope->client_ip.family)
        return "Nothing of weight was found in this copy. What only the receiver saw can't be tested on it.";
    for (guint i = 0; i < d->facts->findings->len; i++)
        if (worth_mending(d->facts->findings->pdata[i]))
            return "Nothing of weight counts in this profile. What other receivers may count is below.";
    return "Nothing of weight was found against this mail.";
}

/* The proven record, to be copied; else what the finding says. */
static void write_advice(mw_layout *l, const mw_diagnosis *d, const char *label, const char *number,
                         const mw_finding *finding, const char *note) {
    const mw_fix *fix = mw_diagnosis_fix(d, mw_remedy_key(finding));
    if (fix) {
        mw_layout_labelled(l, label, "%sPublish this record%s:", number, note);
        mw_layout_whole(l, MW_LABEL_WIDTH, fix->record);
        mw_layout_labelled(l, "", "%s", fix->why);
    } else if (mw_finding_fix(finding)) {
        mw_layout_labelled(l, label, "%s%s%s", number, mw_finding_fix(finding), note);
    }
}

static void write_cause(mw_layout *l, const mw_diagnosis *d) {
    const mw_cause *cause = d->cause;
    mw_layout_end(l);
    if (!mw_diagnosis_has_first_step(d)) {
        bool told = cause->text && cause->remedies->len == 0;
        mw_layout_labelled(l, "Cause", "%s", told ? cause->text : nothing_counts(d));
        return;
    }
    mw_layout_labelled(l, d->score.action == MW_ACCEPT ? "Against" : "Cause", "%s", cause->text);
    mw_layout_labelled(l, "Who acts", "%s.", mw_owner_words(cause->owner));
    const mw_remedy *first = cause->remedies->pdata[0];
    const mw_fix *proven = cause->n_together <= 1 ? mw_diagnosis_fix(d, first->key) : NULL;
    for (guint i = 0; i < (proven ? 1 : MAX(cause->n_together, 1)); i++)
        write_advice(l, d, i ? "" : "Do first", "", ((mw_remedy *)cause->remedies->pdata[i])->finding, "");
    const mw_score *after = proven ? &proven->after : &cause->after;
    mw_layout_labelled(l, "After it", "%.2f of %g: %s%s", after->points, d->limit,
                       mw_action_words(after->action), proven ? " (run again with this record)" : "");
    if (after->action != MW_ACCEPT && cause->remedies->len > MAX(cause->n_together, 1))
        mw_layout_labelled(l, "", "More stands against this mail: the next steps are below.");
}

static const char *sure_words(const mw_envelope *e) {
    static const char *const words[] = {"not known", "a guess; check it and give --client-ip", "likely",
                                        "sure"};
    return words[e->confidence];
}

/* ", reverse name mail.example.org" and the like; "" where nothing is known. */
static const char *rdns_words(mw_layout *l, const mw_rdns *rdns) {
    if (!rdns || rdns->result == MW_RDNS_UNTESTABLE || rdns->result == MW_RDNS_TEMPERROR)
        return "";
    if (rdns->result == MW_RDNS_NONE)
        return ", no reverse DNS";
    const GPtrArray *names = rdns->confirmed && rdns->confirmed->len ? rdns->confirmed : rdns->names;
    if (!names || names->len == 0)
        return "";
    return mw_printf(l->arena, ", reverse name %s%s", (const char *)names->pdata[0],
                     rdns->result == MW_RDNS_MISMATCH ? " (which does not lead back)" : "");
}

static const char *recipients(mw_layout *l, const GPtrArray *all) {
    if (all->len == 0)
        return NULL;
    return all->len == 1 ? all->pdata[0]
                         : mw_printf(l->arena, "%s and %u more", (const char *)all->pdata[0], all->len - 1);
}

/* The start of a text that may be of any length; it is made printable where it is written. */
static const char *start_of(mw_layout *l, const char *text) {
    if (!text || strlen(text) <= NAME_SHOWN)
        return text;
    g_autoptr(GString) shown = g_string_new(NULL);
    mw_printable_append(shown, mw_span_of(text), NAME_SHOWN);
    return mw_strndup(l->arena, shown->str, shown->len);
}

static void write_who(mw_layout *l, const mw_diagnosis *d) {
    const mw_facts *f = d->facts;
    const mw_envelope *e = f->envelope;
    const mw_field *from = mw_message_field(f->message, "From"),
                   *subject = mw_message_field(f->message, "Subject");
    char ip[MW_IP_TEXT];
    mw_layout_end(l);
    mw_layout_labelled(l, "From", "%s",
                       from ? start_of(l, mw_header_decoded(l->arena, from)) : "(no From field)");
    g_autoptr(GString) shown = g_string_new(NULL);
    mw_printable_append(shown, mw_span_of(subject ? mw_header_decoded(l->arena, subject) : "(no subject)"),
                        SUBJECT_SHOWN);
    mw_layout_labelled(l, "Subject", "%s", shown->str);
    if (e->client_ip.family || e->helo)
        mw_layout_labelled(l, "Sent by", "%s%s%s%s%s%s",
                           e->client_ip.family ? mw_ip_print(&e->client_ip, ip) : "an unknown address",
                           e->helo ? ", calling itself " : "", e->helo ? start_of(l, e->helo) : "",
                           rdns_words(l, f->rdns), e->mail_from ? "; envelope sender " : "",
                           !e->mail_from   ? ""
                           : *e->mail_from ? start_of(l, e->mail_from)
                                           : "<> (a bounce or notice)");
    else if (!f->evidence->sender_copy)
        mw_layout_labelled(l, "Sent by",
                           "not known: no Received field tells; give --client-ip IP to check the sender");
    const char *to = start_of(l, recipients(l, e->rcpt_to));
    /* why this hop is the one: for who has to doubt it; -v tells all */
    const char *because =
        e->confidence <= MW_CONFIDENCE_LOW && e->reasons->len ? (const char *)e->reasons->pdata[0] : NULL;
    if (e->received_by)
        mw_layout_labelled(l, "Taken by", "%s%s%s%s%s (%s%s%s)", e->received_by, to ? ", for " : "",
                           to ? to : "", e->received_at == MW_TIME_UNKNOWN ? "" : ", ",
                           e->received_at == MW_TIME_UNKNOWN ? "" : mw_time_text(l->arena, e->received_at),
                           sure_words(e), because ? ": " : "", because ? because : "");
    if (f->attached)
        mw_layout_labelled(l, "Attached", "%s", f->attached);
    if (d->delivered)
        mw_layout_labelled(
            l, "Note", "This is a delivered copy: it was taken in. What follows %s count against it.",
            d->score.action == MW_REJECT ? "would, at a receiver like this profile," : "would");
}

/* ---- the breakdown ---- */

static int row_rank(const mw_finding *f) {
    return f->state != MW_HIT ? 3 : f->points > 0 ? 0 : f->points < 0 ? 2 : 1;
}

static int by_points(gconstpointer a, gconstpointer b) {
    const mw_finding *x = *(const mw_finding *const *)a, *y = *(const mw_finding *const *)b;
    if (row_rank(x) != row_rank(y))
        return row_rank(x) - row_rank(y);
    if (x->points != y->points)
        return x->points > y->points ? -1 : 1;
    return strcmp(x->symbol->name, y->symbol->name);
}

typedef struct rows {
    mw_layout *layout;
    const mw_diagnosis *diagnosis;
    int symbol_width;
} rows;

static void write_row(rows *r, const mw_finding *f, int indent) {
    mw_layout *l = r->layout;
    int points_at = 2 + r->symbol_width + 2;
    int pad = points_at - 2 - indent - (int)strlen(f->symbol->name);
    g_string_append_printf(l->out, "%*s", 2 + indent, "");
    mw_layout_text(l, MW_PLAIN, f->symbol->name);
    g_string_append_printf(l->out, "%*s", MAX(pad, 1), "");
    if (f->state == MW_HIT)
        mw_layout_format(l,
                         f->points > 0   ? MW_RED
                         : f->points < 0 ? MW_GREEN
                                         : MW_PLAIN,
                         "%+6.2f", f->points);
    else
        mw_layout_format(l, MW_YELLOW, "%6s", "?");
    g_string_append(l->out, "  ");
    int column = points_at + 8;
    bool blocks =
        f->state == MW_HIT && f->scale > 0 && mw_profile_blocks(r->diagnosis->profile, f->symbol->name);
    mw_layout_wrap(l, MW_PLAIN, column, column,
                   blocks ? mw_printf(l->arena, "%s [refuses by itself]", f->summary) : f->summary);
}

/* Consequences stand under their cause; two levels are enough for a reader. */
static void write_with_consequences(rows *r, const GPtrArray *sorted, const mw_finding *f, int depth) {
    write_row(r, f, depth);
    for (guint i = 0; depth < 2 && i < sorted->len; i++) {
        const mw_finding *other = sorted->pdata[i];
        if (other != f && other->because_of && strcmp(other->because_of, f->symbol->name) == 0)
            write_with_consequences(r, sorted, other, depth + 1);
    }
}

static void write_breakdown(mw_layout *l, const mw_diagnosis *d) {
    GPtrArray *sorted = mw_array_new(l->arena);
    rows r = {.layout = l, .diagnosis = d, .symbol_width = 20};
    for (guint i = 0; i < d->facts->findings->len; i++) {
        mw_finding *f = d->facts->findings->pdata[i];
        if (f->state == MW_HIT || f->points > 0) {
            g_ptr_array_add(sorted, f);
            r.symbol_width = MIN(MAX(r.symbol_width, (int)strlen(f->symbol->name) + 1), MAX_SYMBOL_WIDTH);
        }
    }
    if (sorted->len == 0)
        return;
    g_ptr_array_sort(sorted, by_points);
    mw_layout_end(l);
    for (guint i = 0; i < sorted->len; i++) {
        const mw_finding *f = sorted->pdata[i];
        const mw_finding *cause = mw_finding_cause(d->facts, f);
        if (!cause || cause == f)
            write_with_consequences(&r, sorted, f, 0);
    }
    g_string_append_printf(l->out, "%*s------\n%*s", r.symbol_width + 4, "", r.symbol_width + 4, "");
    mw_layout_format(l, MW_BOLD, "%+6.2f", d->score.points);
    bool over = d->score.points >= d->limit;
    mw_layout_format(l, MW_PLAIN, "  %s %g%s", over ? "rejected from" : "rejects from", d->limit,
                     !over && d->score.action == MW_REJECT ? "; refused by one finding alone" : "");
    mw_layout_end(l);
}

/* ---- what else to do, and what is not known ---- */

typedef struct steps {
    mw_layout *l;
    const mw_diagnosis *d;
    guint first, number; /* numbered on from those of "Do first" */
} steps;

/* off: the points that it takes away, where it does. */
static void write_step(steps *s, const mw_finding *finding, double off) {
    mw_arena *arena = s->l->arena;
    if (s->number == 0)
        mw_layout_end(s->l);
    const char *label = s->number ? "" : "Then";
    const mw_fix *fix = mw_diagnosis_fix(s->d, mw_remedy_key(finding));
    const char *note = off >= 0.005 ? mw_printf(arena, " (%+.2f)", -off) : "";
    if (fix)
        note = mw_printf(arena, " (tried: %.2f of %g)", fix->after.points, s->d->limit);
    write_advice(s->l, s->d, label, mw_printf(arena, "%u. ", s->first + s->number), finding, note);
    s->number++;
}

static bool has_remedy(const GPtrArray *remedies, const mw_finding *finding) {
    for (guint i = 0; i < remedies->len; i++) {
        const mw_finding *f = ((const mw_remedy *)remedies->pdata[i])->finding;
        if (f == finding || strcmp(f->symbol->group, finding->symbol->group) == 0)
            return true;
    }
    return false;
}

/* One proven record serves several findings: the first of them tells it. */
static bool is_told(const mw_diagnosis *d, guint place) {
    const GPtrArray *findings = d->facts->findings;
    const char *key = mw_remedy_key(findings->pdata[place]);
    for (guint i = 0; i < place && mw_diagnosis_fix(d, key); i++)
        if (worth_mending(findings->pdata[i]) && strcmp(mw_remedy_key(findings->pdata[i]), key) == 0)
            return true;
    return false;
}

static void write_then(mw_layout *l, const mw_diagnosis *d) {
    const GPtrArray *remedies = d->cause->remedies, *findings = d->facts->findings;
    guint done = MAX(d->cause->n_together, 1);
    steps s = {l, d, .first = mw_diagnosis_has_first_step(d) ? done + 1 : 1};
    if (d->facts->bounce && d->facts->bounce->backscatter)
        return;
    for (guint i = done; i < remedies->len && s.number < MAX_FIXES; i++) {
        const mw_remedy *r = remedies->pdata[i];
        const mw_fix *fix = mw_diagnosis_fix(d, r->key);
        double off = d->score.points - (fix ? fix->after.points : r->after.points);
        if (mw_finding_fix(r->finding) && (fix || off >= WORTH_A_STEP) &&
            !mw_finding_cause(d->facts, r->finding))
            write_step(&s, r->finding, off);
    }
    for (guint i = 0; i < findings->len && s.number < MAX_FIXES; i++) {
        const mw_finding *f = findings->pdata[i];
        if (worth_mending(f) && !f->because_of && !has_remedy(remedies, f) && !is_told(d, i))
            write_step(&s, f, 0);
    }
}

static void write_then_now(mw_layout *l, const mw_diagnosis *d) {
    const char *words = mw_then_now_words(l->arena, mw_then_now_read(l->arena, d->facts));
    if (words)
        mw_layout_labelled(l, "Then/now", "%s", words);
}

static void write_notices(mw_layout *l, const mw_diagnosis *d) {
    const mw_facts *f = d->facts;
    bool any = false;
    for (guint i = 0; i < f->findings->len; i++) {
        const mw_finding *x = f->findings->pdata[i];
        if (x->state == MW_HIT || x->points > 0)
            continue;
        if (!any)
            mw_layout_end(l);
        mw_layout_labelled(l, any ? "" : "Unknown", "%s: %s", x->symbol->name, x->summary);
        any = true;
    }
    for (guint i = 0; i < f->notices->len; i++) {
        if (!any)
            mw_layout_end(l);
        mw_layout_labelled(l, any ? "" : "Unknown", "%s", (const char *)f->notices->pdata[i]);
        any = true;
    }
    /* LF line ends are what every Unix host saves: only -v speaks of them */
    bool quiet = f->evidence->grade == MW_GRADE_RAW || f->evidence->grade == MW_GRADE_LINE_ENDS;
    for (guint i = 0; i < f->evidence->notes->len && !quiet; i++)
        mw_layout_labelled(l, i ? "" : "File", "%s", (const char *)f->evidence->notes->pdata[i]);
}

/* The tree, where SPF is what the reader has to understand. */
static void write_spf(mw_layout *l, const mw_diagnosis *d, int verbose) {
    const mw_spf *spf = d->facts->spf;
    if (!spf || !spf->tree)
        return;
    if (verbose > 0 || (spf->result != MW_SPF_PASS && spf->tree->n_terms)) {
        mw_layout_end(l);
        mw_spf_tree_write(l, spf);
    }
}

/* Then and now. */
static void write_recorded(mw_layout *l, const mw_diagnosis *d) {
    const mw_recorded *recorded = mw_recorded_read(l->arena, d->facts);
    if (!recorded->results && recorded->notes->len == 0)
        return;
    mw_layout_end(l);
    if (recorded->results)
        mw_layout_labelled(l, "Recorded", "%s noted %s; %s%s.", recorded->by ? recorded->by : "the receiver",
                           recorded->results,
                           recorded->differs         ? "this run differs: "
                           : recorded->compared == 0 ? "this run could judge none of it"
                                                     : "this run says the same",
                           recorded->differs ? recorded->differs : "");
    for (guint i = 0; i < recorded->notes->len; i++)
        mw_layout_labelled(l, i || recorded->results ? "" : "Recorded", "%s",
                           (const char *)recorded->notes->pdata[i]);
}

static void write_dmarc(mw_layout *l, const mw_diagnosis *d) {
    const mw_dmarc *dmarc = d->facts->dmarc;
    if (dmarc && dmarc->difference)
        mw_layout_labelled(l, "DMARC", "%s", dmarc->difference);
}

static void write_details(mw_layout *l, const mw_diagnosis *d) {
    const mw_facts *f = d->facts;
    mw_layout_end(l);
    for (guint i = 0; i < f->envelope->reasons->len; i++)
        mw_layout_labelled(l, i ? "" : "Sender", "%s", (const char *)f->envelope->reasons->pdata[i]);
    mw_hops_write(l, f);
    for (guint i = 0; i < f->findings->len; i++) {
        const mw_finding *x = f->findings->pdata[i];
        if (x->evidence)
            mw_layout_labelled(l, i ? "" : "Evidence", "%s: %s", x->symbol->name, x->evidence);
    }
    mw_layout_labelled(l, "DNS", "%s: %u queries, %u unanswered, %" G_GINT64_FORMAT " ms", d->dns.source,
                       d->dns.queries, d->dns.unanswered, d->dns.elapsed_ms);
}

char *mw_text_write(const mw_diagnosis *d, const mw_text_style *style) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_layout layout = {
        .out = g_string_new(NULL), .arena = arena, .width = style->width, .color = style->color};
    mw_layout *l = &layout;
    const mw_bounce *bounce = d->facts->bounce;
    if (bounce) {
        mw_bounce_write(l, d, style->verbose);
        if (!bounce->original || (style->verbose <= 0 && mw_bounce_stands_alone(d)))
            return g_string_free(layout.out, FALSE);
        mw_layout_end(l);
    }
    write_verdict(l, d);
    if (style->verbose >= 0) {
        if (d->before)
            write_what_if(l, d);
        write_cause(l, d);
        write_who(l, d);
        write_breakdown(l, d);
        write_then(l, d);
        write_spf(l, d, style->verbose);
        write_then_now(l, d);
        write_notices(l, d);
        write_dmarc(l, d);
        write_recorded(l, d);
        mw_receivers_write(l, d->receivers, style->verbose);
    }
    if (style->verbose > 0)
        write_details(l, d);
    return g_string_free(layout.out, FALSE);
}
