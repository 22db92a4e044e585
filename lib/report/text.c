#include "report/bounce.h"
#include "check/then_now.h"
#include "report/details.h"
#include "report/domain.h"
#include "report/head.h"
#include "report/layout.h"
#include "report/receivers_text.h"
#include "report/recorded.h"
#include "report/report.h"
#include "report/rows.h"
#include "report/sender.h"
#include "report/spf_tree.h"

enum { SHOWN_NOTES = 2 };

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
    mw_layout_labelled(l, "What if", "This is the report with the records given. Without them: %s.",
                       b->facts->domain ? mw_domain_count_words(l->arena, b)
                                        : mw_printf(l->arena, "%s   %s", mw_head_word(l->arena, b->verdict),
                                                    mw_head_reason(l->arena, b, b->verdict)));
    mw_layout_labelled(l, "Gone", "%s", gone->len ? symbols(l, gone) : "nothing");
    if (new->len)
        mw_layout_labelled(l, "New", "%s", symbols(l, new));
}

/* ---- what else there is to know ---- */

static void write_then_now(mw_layout *l, const mw_diagnosis *d, int verbose) {
    GPtrArray *rows = mw_then_now_read(l->arena, d->facts);
    bool differs = false;
    for (guint i = 0; i < rows->len; i++)
        differs |= ((const mw_then_now *)rows->pdata[i])->differs;
    const char *words = differs || verbose > 0 ? mw_then_now_words(l->arena, rows) : NULL;
    if (words)
        mw_layout_labelled(l, "Then/now", "%s", words);
}

/* How the file was saved, where that limits what can be said. LF line ends are what every Unix host saves:
 * only -v speaks of them. */
static void write_file(mw_layout *l, const mw_diagnosis *d, int verbose) {
    const mw_evidence *e = d->facts->evidence;
    bool plain = e->grade == MW_GRADE_RAW || e->grade == MW_GRADE_LINE_ENDS;
    guint most = verbose > 0 ? e->notes->len : plain ? 0 : SHOWN_NOTES;
    for (guint i = 0; i < MIN(e->notes->len, most); i++)
        mw_layout_labelled(l, i ? "" : "File", "%s", (const char *)e->notes->pdata[i]);
}

/* The tree, where SPF is what the reader has to understand. */
static void write_spf(mw_layout *l, const mw_diagnosis *d, const mw_verdict *v, int verbose) {
    const mw_spf *spf = d->facts->spf;
    bool cause = v->check && strcmp(v->check, "spf") == 0 && spf && spf->tree && spf->tree->n_terms;
    if (!spf || !spf->tree || !(verbose > 0 || (cause && mw_spf_tree_helps(spf))))
        return;
    mw_layout_end(l);
    mw_spf_tree_write(l, spf, verbose > 0);
}

/* Then and now. */
static void write_recorded(mw_layout *l, const mw_diagnosis *d, int verbose) {
    const mw_recorded *recorded = mw_recorded_read(l->arena, d->facts);
    bool results = recorded->results && verbose > 0;
    if (results)
        mw_layout_labelled(l, "Recorded", "%s noted %s; %s%s.", recorded->by ? recorded->by : "the receiver",
                           recorded->results,
                           recorded->differs         ? "this run differs: "
                           : recorded->compared == 0 ? "this run could judge none of it"
                                                     : "this run says the same",
                           recorded->differs ? recorded->differs : "");
    for (guint i = 0; i < recorded->notes->len; i++)
        mw_layout_labelled(l, i || results ? "" : "Recorded", "%s", (const char *)recorded->notes->pdata[i]);
}

static void write_dmarc(mw_layout *l, const mw_diagnosis *d) {
    const mw_dmarc *dmarc = d->facts->dmarc;
    if (dmarc && dmarc->difference)
        mw_layout_labelled(l, "DMARC", "%s", dmarc->difference);
}

static const char *codes_of(mw_arena *arena, const char *reply) {
    const mw_smtp_reply *read = mw_smtp_reply_read(arena, mw_span_of(reply));
    const char *both = read->code && read->enhanced ? " " : "";
    return mw_printf(arena, "%s%s%s", read->code ? read->code : "", both,
                     read->enhanced ? read->enhanced : "");
}

/* The rule asks for what the cause names: to prove the sender, SPF or DKIM will do. */
static bool is_same_fault(const mw_verdict *v, const mw_rule *rule) {
    static const char *const proofs[] = {"spf", "dkim", NULL};
    if (v->rule == rule)
        return true;
    if (!v->check || !rule->check)
        return false;
    return strcmp(v->check, rule->check) == 0 ||
           (g_strv_contains(proofs, v->check) && g_strv_contains(proofs, rule->check));
}

/* A big receiver that would not take it, where the user named none. */
static void write_elsewhere(mw_layout *l, const mw_verdict *v) {
    static const char *const verbs[] = {"takes", "puts into the junk folder", "puts off", "refuses",
                                        "may refuse"};
    const mw_receiver_answer *a = v->elsewhere;
    if (!a || a->action == MW_OUTCOME_ACCEPT || a->action > MW_OUTCOME_UNKNOWN || !a->rule)
        return;
    const char *codes = a->reply ? mw_printf(l->arena, " (%s)", codes_of(l->arena, a->reply)) : "";
    if (is_same_fault(v, a->rule))
        mw_layout_labelled(l, "Elsewhere", "%s %s it for that%s.", a->receiver->title, verbs[a->action],
                           codes);
    else
        mw_layout_labelled(l, "Elsewhere", "%s %s it%s: %s (--for %s).", a->receiver->title, verbs[a->action],
                           codes, a->rule->detail ? a->rule->detail : a->rule->text, a->receiver->name);
}

static void write_more(mw_layout *l, const mw_verdict *v) {
    if (v->symbol)
        mw_layout_labelled(l, "More", "mailwhy --explain %s", v->symbol);
}

/* Our own run on a mail, or on the one that a bounce returned. */
static void write_run(mw_layout *l, const mw_diagnosis *d, const mw_verdict *v, int verbose) {
    mw_head_write(l, d, v, verbose);
    if (d->before)
        write_what_if(l, d);
    write_file(l, d, verbose);
    write_elsewhere(l, v);
    mw_sender_write(l, d, verbose);
    if (!mw_rows_write(l, d, v, verbose))
        mw_layout_end(l);
    mw_rows_passed(l, d);
    mw_rows_unknown(l, d, verbose);
    write_then_now(l, d, verbose);
    write_dmarc(l, d);
    write_recorded(l, d, verbose);
    write_spf(l, d, v, verbose);
    mw_receivers_write(l, d->receivers, verbose);
    if (verbose > 0)
        mw_details_write(l, d);
}

static void write_line(mw_layout *l, const mw_diagnosis *d) {
    const mw_verdict *v = d->verdict;
    const char *reason = mw_head_reason(l->arena, d, v);
    mw_layout_text(l, mw_head_color(v), mw_head_word(l->arena, v));
    if (d->facts->bounce)
        mw_layout_format(l, MW_PLAIN, "   %s", mw_bounce_line(l->arena, d));
    else
        mw_layout_format(l, MW_PLAIN, "%s%s%s%s", *reason ? "   " : "", reason, v->cause ? ": " : "",
                         v->cause ? v->cause : "");
    mw_layout_end(l);
}

/* --domain. */
static void write_domain(mw_layout *l, const mw_diagnosis *d, int verbose) {
    mw_domain_head_write(l, d);
    if (d->before)
        write_what_if(l, d);
    mw_domain_write(l, d);
    mw_domain_steps_write(l, d);
    mw_layout_end(l);
    mw_rows_unknown(l, d, verbose);
    if (d->facts->spf && d->facts->spf->tree && d->facts->spf->tree->n_terms) {
        mw_layout_end(l);
        mw_spf_tree_write(l, d->facts->spf, verbose);
    }
    mw_receivers_write(l, d->receivers, verbose);
    if (verbose > 0) {
        mw_rows_write(l, d, d->verdict, verbose);
        mw_details_write(l, d);
    }
}

char *mw_text_write(const mw_diagnosis *d, const mw_text_style *style) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_layout layout = {
        .out = g_string_new(NULL), .arena = arena, .width = style->width, .color = style->color};
    mw_layout *l = &layout;
    if (style->verbose < 0) {
        if (d->facts->domain)
            mw_domain_head_write(l, d);
        else
            write_line(l, d);
    } else if (d->facts->domain) {
        write_domain(l, d, style->verbose);
    } else if (d->facts->bounce) {
        mw_bounce_write(l, d, style->verbose);
        if (style->verbose > 0 && d->own_run && d->facts->bounce->original) {
            mw_layout_end(l);
            write_run(l, d, d->own_run, style->verbose);
        }
    } else {
        write_run(l, d, d->verdict, style->verbose);
        write_more(l, d->verdict);
    }
    return g_string_free(layout.out, FALSE);
}
