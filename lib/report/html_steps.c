/* Of the HTML report: all that can be done, and all that was asked of the DNS. */
#include "report/html_parts.h"
#include "dns/source.h"
#include "dns/types.h"

enum { MAX_ASKED = 300 };

/* And the section around it. */
static void table_close(mw_page *p) {
    mw_page_table_end(p);
    mw_markup_close(p->m);
    mw_markup_close(p->m);
}

void mw_page_steps(mw_page *p) {
    static const char *const heads[] = {"what to do", "who", "for", "saves", "leaves", "known by"};
    const GPtrArray *all = mw_diagnosis_remedies(p->arena, p->d);
    guint n = 0;
    for (guint i = 0; i < all->len; i++)
        n += mw_finding_fix(((const mw_remedy *)all->pdata[i])->finding) != NULL;
    if (n == 0)
        return;
    mw_page_section(p, "steps", "All steps", mw_printf(p->arena, "%u, what helps most first", n), n > 1);
    mw_page_table(p, heads, G_N_ELEMENTS(heads));
    for (guint i = 0; i < all->len; i++) {
        const mw_remedy *r = all->pdata[i];
        const mw_fix *fix = mw_diagnosis_fix(p->d, r->key);
        const mw_score *after = fix ? &fix->after : &r->after;
        const char *words = mw_finding_fix(r->finding);
        const char *const cells[] = {
            fix ? mw_printf(p->arena, "Publish %s", fix->record) : words,
            mw_owner_words(mw_finding_owner(r->finding)),
            r->finding->symbol->name,
            mw_printf(p->arena, "%.2f", p->d->score.points - after->points),
            mw_printf(p->arena, "%.2f: %s", after->points, mw_action_words(after->action)),
            fix ? "a run with this record" : "the score without it"};
        if (words)
            mw_page_wide_row(p, heads, cells, G_N_ELEMENTS(cells));
    }
    table_close(p);
}

void mw_page_asked(mw_page *p) {
    static const char *const heads[] = {"name", "type", "what for", "answer"};
    if (p->d->redacted || !p->d->facts->dns) /* a name may hold the sender's own */
        return;
    GPtrArray *asked = mw_dns_questions(p->d->facts->dns, p->arena);
    if (asked->len == 0)
        return;
    mw_page_section(p, "asked", "DNS asked",
                    mw_printf(p->arena, "%s: %u questions, %u without an answer", p->d->dns.source,
                              p->d->dns.queries, p->d->dns.unanswered),
                    false);
    mw_page_table(p, heads, G_N_ELEMENTS(heads));
    for (guint i = 0; i < asked->len && i < MAX_ASKED; i++) {
        const mw_asked *q = asked->pdata[i];
        const char *const cells[] = {mw_name_text(p->arena, &q->name), mw_type_text(p->arena, q->type),
                                     q->why, mw_dns_status_name(q->status)};
        mw_page_row(p, "td", cells, G_N_ELEMENTS(cells));
    }
    table_close(p);
}

/* RFC 9989 section 4.7, in plain words. */
static const char *tag_words(mw_span name) {
    static const char *const words[][2] = {
        {"v", "that it is a DMARC record"},
        {"p", "what receivers are asked to do with mail that fails"},
        {"sp", "the same for its subdomains"},
        {"np", "the same for subdomains that do not exist"},
        {"adkim", "how near the DKIM domain must be: r the same organisation, s the very same"},
        {"aspf", "the same for the SPF domain"},
        {"rua", "where daily reports go"},
        {"ruf", "where reports of single mails go"},
        {"fo", "which single mails are reported"},
        {"t", "y: only a test, the policy is one step milder"},
        {"psd", "whether it is a public suffix"},
        {"pct", "a share of the mail; no longer in use"},
        {"rf", "the form of reports; no longer in use"},
        {"ri", "how often reports are sent; no longer in use"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (mw_span_is(name, words[i][0]))
            return words[i][1];
    return "not a tag that receivers know";
}

void mw_page_tags(mw_page *p, const char *record) {
    static const char *const heads[] = {"tag", "what it says"};
    mw_markup_open(p->m, "table");
    mw_markup_open(p->m, "thead");
    mw_page_row(p, "th", heads, G_N_ELEMENTS(heads));
    mw_markup_close(p->m);
    mw_markup_open(p->m, "tbody");
    for (mw_span rest = mw_span_of(record); rest.data;) {
        mw_span tag = mw_span_trim(mw_span_cut(&rest, ';')), value = tag;
        mw_span name = mw_span_trim(mw_span_cut(&value, '='));
        const char *const cells[] = {mw_span_dup(p->arena, tag), tag_words(name)};
        if (tag.len)
            mw_page_row(p, "td", cells, G_N_ELEMENTS(cells));
    }
    mw_markup_close(p->m);
    mw_markup_close(p->m);
}
