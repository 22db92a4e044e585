/* Inline SVG of the HTML report. Rows stand one below the other, with their words above their bars, so that
 * all can be read on a telephone; each picture has a title, a description and the same as a table. */
#include "report/html_parts.h"

#include <math.h>

enum { WIDTH = 400, MAX_ROWS = 14, MAX_WORDS = 50, LETTER = 7 };

static const char *cut(mw_page *p, const char *text, size_t most) {
    g_autoptr(GString) shown = g_string_new(NULL);
    mw_printable_append(shown, mw_span_of(text ? text : ""), most);
    return mw_strdup(p->arena, shown->str);
}

static void number(mw_page *p, const char *name, double value) {
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    mw_markup_attribute(p->m, name, g_ascii_formatd(text, sizeof text, "%.1f", value));
}

static void svg_open(mw_page *p, const char *id, double height, const char *title, const char *words) {
    mw_markup_open(p->m, "svg");
    mw_markup_attribute(p->m, "viewBox", mw_printf(p->arena, "0 0 %d %d", WIDTH, (int)ceil(height)));
    mw_markup_attribute(p->m, "role", "img");
    mw_markup_attribute(p->m, "aria-labelledby",
                        mw_printf(p->arena, "%s%s-title %s%s-words", p->prefix, id, p->prefix, id));
    mw_markup_open(p->m, "title");
    mw_page_id(p, "id", "", mw_printf(p->arena, "%s-title", id));
    mw_markup_text(p->m, title);
    mw_markup_close(p->m);
    mw_markup_open(p->m, "desc");
    mw_page_id(p, "id", "", mw_printf(p->arena, "%s-words", id));
    mw_markup_text(p->m, words);
    mw_markup_close(p->m);
}

static void text_at(mw_page *p, double x, double y, const char *class, const char *anchor, const char *text) {
    mw_markup_open(p->m, "text");
    number(p, "x", x);
    number(p, "y", y);
    if (class)
        mw_markup_attribute(p->m, "class", class);
    if (anchor)
        mw_markup_attribute(p->m, "text-anchor", anchor);
    mw_markup_text(p->m, text);
    mw_markup_close(p->m);
}

static void rect_at(mw_page *p, double x, double y, double width, double height, const char *class) {
    mw_markup_open(p->m, "rect");
    number(p, "x", x);
    number(p, "y", y);
    number(p, "width", MAX(width, 1));
    number(p, "height", height);
    mw_markup_attribute(p->m, "rx", "2");
    mw_markup_attribute(p->m, "class", class);
    mw_markup_close(p->m);
}

static void line_at(mw_page *p, double x1, double y1, double x2, double y2, const char *class) {
    mw_markup_open(p->m, "line");
    number(p, "x1", x1);
    number(p, "y1", y1);
    number(p, "x2", x2);
    number(p, "y2", y2);
    mw_markup_attribute(p->m, "class", class);
    mw_markup_close(p->m);
}

static void data_open(mw_page *p, const char *const *heads, size_t n) {
    mw_page_open(p, "details", "data");
    mw_page_element(p, "summary", NULL, "the same as a table");
    mw_markup_open(p->m, "div");
    mw_markup_open(p->m, "table");
    mw_markup_open(p->m, "thead");
    mw_page_row(p, "th", heads, n);
    mw_markup_close(p->m);
    mw_markup_open(p->m, "tbody");
}

static void data_close(mw_page *p) {
    for (int i = 0; i < 4; i++)
        mw_markup_close(p->m);
}

/* ---- who is compared with whom ---- */

static const char *fit_words(const mw_dmarc_identifier *id) {
    if (id->fit == MW_FIT_ALIGNED && !id->passes)
        return id->temperror || id->untestable ? "the same organisation, but not known whether it passes"
                                               : "the same organisation, but it does not pass";
    static const char *const words[] = {
        [MW_FIT_ALIGNED] = "the same organisation",
        [MW_FIT_TOO_STRICT] = "not the very same, as the record asks",
        [MW_FIT_OTHER] = "another organisation",
        [MW_FIT_TEMPERROR] = "not known: DNS failed",
        [MW_FIT_UNKNOWN] = "not known",
    };
    return words[id->fit];
}

static const char *fit_class(const mw_dmarc_identifier *id) {
    if (id->temperror || id->untestable || id->fit == MW_FIT_TEMPERROR || id->fit == MW_FIT_UNKNOWN)
        return "t-warn";
    return id->passes && id->fit == MW_FIT_ALIGNED ? "t-good" : "t-bad";
}

static const char *fit_sign(const mw_dmarc_identifier *id) {
    const char *class = fit_class(id);
    return strcmp(class, "t-good") == 0 ? "\u2714" : strcmp(class, "t-bad") == 0 ? "\u2716" : "?";
}

static const char *who(const mw_dmarc_identifier *id) {
    return id->dkim ? "DKIM" : "SPF";
}

static void draw_alignment(mw_page *p, const mw_dmarc *dmarc, guint n) {
    enum { ROW = 40, TOP = 58 };
    svg_open(p, "alignment", TOP + (double)MAX(n, 1) * ROW, "Who is compared with whom",
             dmarc->alignment ? dmarc->alignment : "");
    text_at(p, 10, 18, "soft", NULL, "From: what people see");
    rect_at(p, 10, 24, WIDTH - 20, 26, "f-box");
    text_at(p, 20, 42, "b", NULL, cut(p, dmarc->domain, MAX_WORDS));
    for (guint i = 0; i < n; i++) {
        const mw_dmarc_identifier *id = dmarc->identifiers->pdata[i];
        double y = TOP + i * ROW;
        line_at(p, 24, 50, 24, y + 16, "line");
        line_at(p, 24, y + 16, 40, y + 16, "line");
        text_at(p, 46, y + 14, NULL, NULL,
                mw_printf(p->arena, "%s %s: %s", who(id), id->result ? id->result : "",
                          cut(p, id->domain ? id->domain : "not known", MAX_WORDS - 10)));
        text_at(p, 46, y + 31, fit_class(id), NULL,
                mw_printf(p->arena, "%s %s", fit_sign(id), fit_words(id)));
    }
    if (n == 0)
        text_at(p, 46, TOP + 12, "t-bad", NULL, "\u2716 neither SPF nor DKIM speaks for a domain");
    mw_markup_close(p->m);
}

void mw_page_alignment(mw_page *p) {
    static const char *const heads[] = {"check", "domain", "result", "against From"};
    const mw_dmarc *dmarc = p->d->facts->dmarc;
    if (!dmarc || !dmarc->domain)
        return;
    guint n = MIN(dmarc->identifiers->len, 5);
    const mw_dmarc_verdict *v = &dmarc->rfc9989;
    mw_page_open(p, "section", "box");
    mw_page_element(p, "h3", NULL, "Who is who");
    draw_alignment(p, dmarc, n);
    mw_page_element(p, "p",
                    v->result == MW_DMARC_PASS   ? "t-good b"
                    : v->result == MW_DMARC_FAIL ? "t-bad b"
                                                 : "t-warn b",
                    mw_printf(p->arena, "DMARC: %s%s%s", mw_dmarc_result_name(v->result),
                              v->policy != MW_POLICY_ABSENT ? ", the domain asks for " : "",
                              v->policy != MW_POLICY_ABSENT ? mw_policy_name(v->policy) : ""));
    data_open(p, heads, G_N_ELEMENTS(heads));
    for (guint i = 0; i < n; i++) {
        const mw_dmarc_identifier *id = dmarc->identifiers->pdata[i];
        const char *const cells[] = {who(id), id->domain, id->result, fit_words(id)};
        mw_page_row(p, "td", cells, G_N_ELEMENTS(cells));
    }
    data_close(p);
    mw_markup_close(p->m);
}

/* ---- the score ---- */

typedef struct bar {
    const char *label;
    double from, to;
    const char *class;
} bar;

static int heavier(gconstpointer a, gconstpointer b) {
    const mw_finding *x = *(const mw_finding *const *)a, *y = *(const mw_finding *const *)b;
    return (fabs(x->points) < fabs(y->points)) - (fabs(x->points) > fabs(y->points));
}

/* One bar a finding with points, the heaviest first, the small ones together; then the total, and what is
 * left after each fix. */
static GArray *bars_of(mw_page *p) {
    const mw_diagnosis *d = p->d;
    GArray *bars = g_array_new(FALSE, FALSE, sizeof(bar));
    GPtrArray *some = mw_array_new(p->arena);
    for (guint i = 0; i < d->facts->findings->len; i++) {
        mw_finding *f = d->facts->findings->pdata[i];
        if (f->state == MW_HIT && fabs(f->points) >= 0.005)
            g_ptr_array_add(some, f);
    }
    g_ptr_array_sort(some, heavier);
    double at = 0, rest = 0;
    for (guint i = 0; i < some->len; i++) {
        const mw_finding *f = some->pdata[i];
        if (i >= MAX_ROWS - 5 && some->len > MAX_ROWS - 4) {
            rest += f->points;
            continue;
        }
        bar b = {mw_printf(p->arena, "%s %+.2f", f->symbol->name, f->points), at, at + f->points,
                 f->points > 0 ? "f-bad" : "f-good"};
        g_array_append_val(bars, b);
        at += f->points;
    }
    if (fabs(rest) >= 0.005) {
        bar b = {mw_printf(p->arena, "the others together %+.2f", rest), at, at + rest,
                 rest > 0 ? "f-bad" : "f-good"};
        g_array_append_val(bars, b);
    }
    bar total = {mw_printf(p->arena, "total %.2f", d->score.points), 0, d->score.points, "f-warn"};
    g_array_append_val(bars, total);
    const GPtrArray *remedies =
        d->verdict->forged ? mw_array_new(p->arena) : mw_diagnosis_remedies(p->arena, d);
    for (guint i = 0; i < remedies->len && i < 3; i++) {
        const mw_remedy *r = remedies->pdata[i];
        const mw_fix *fix = mw_diagnosis_fix(d, r->key);
        double left = fix ? fix->after.points : r->after.points;
        bar b = {
            mw_printf(p->arena, "with %s mended %.2f", r->finding ? r->finding->symbol->name : r->key, left),
            0, left, "f-warn"};
        g_array_append_val(bars, b);
    }
    return bars;
}

typedef struct scale {
    double least, most;
} scale;

static double place(const scale *s, double points) {
    return 12 + (points - s->least) / (s->most - s->least) * (WIDTH - 24);
}

static void mark(mw_page *p, const scale *s, double points, double height, const char *words,
                 const char *anchor) {
    double x = place(s, points);
    line_at(p, x, 18, x, height, "mark");
    text_at(p, x, 13, "soft", anchor, words);
}

static scale scale_of(const mw_diagnosis *d, const GArray *bars) {
    scale s = {0, d->limit};
    for (guint i = 0; i < bars->len; i++) {
        const bar *b = &g_array_index(bars, bar, i);
        s.least = MIN(s.least, MIN(b->from, b->to));
        s.most = MAX(s.most, MAX(b->from, b->to));
    }
    s.most += (s.most - s.least) * 0.05 + 0.5;
    return s;
}

void mw_page_waterfall(mw_page *p) {
    static const char *const heads[] = {"what", "points, or what is left"};
    const mw_diagnosis *d = p->d;
    g_autoptr(GArray) bars = bars_of(p);
    enum { ROW = 27, TOP = 20 };
    double height = TOP + bars->len * ROW + 2;
    scale s = scale_of(d, bars);
    bool junk = isfinite(d->profile->junk) && d->profile->junk < d->limit;
    mw_page_open(p, "section", "box");
    mw_page_element(p, "h3", NULL, mw_printf(p->arena, "The score: %.2f of %g", d->score.points, d->limit));
    svg_open(p, "score", height, "The score, finding by finding",
             mw_printf(p->arena, "%.2f points in all; refused from %g on%s.", d->score.points, d->limit,
                       junk ? mw_printf(p->arena, ", junk folder from %g on", d->profile->junk) : ""));
    mark(p, &s, 0, height, "0", "middle");
    if (junk)
        mark(p, &s, d->profile->junk, height, mw_printf(p->arena, "junk %g", d->profile->junk), "middle");
    mark(p, &s, d->limit, height, mw_printf(p->arena, "limit %g", d->limit), "end");
    for (guint i = 0; i < bars->len; i++) {
        const bar *b = &g_array_index(bars, bar, i);
        double y = TOP + i * ROW, x1 = place(&s, MIN(b->from, b->to)), x2 = place(&s, MAX(b->from, b->to));
        const char *label = cut(p, b->label, MAX_WORDS);
        rect_at(p, 10, y + 1, (double)g_utf8_strlen(label, -1) * LETTER + 4, 14,
                "f-back"); /* over the marks */
        text_at(p, 12, y + 12, NULL, NULL, label);
        rect_at(p, x1, y + 16, x2 - x1, 8, b->class);
    }
    mw_markup_close(p->m);
    data_open(p, heads, G_N_ELEMENTS(heads));
    for (guint i = 0; i < bars->len; i++) {
        const bar *b = &g_array_index(bars, bar, i);
        const char *const cells[] = {b->label, mw_printf(p->arena, "%.2f", b->to - b->from)};
        mw_page_row(p, "td", cells, G_N_ELEMENTS(cells));
    }
    data_close(p);
    mw_markup_close(p->m);
}

/* ---- the way of the mail ---- */

static const char *role_words(mw_role role) {
    static const char *const words[] = {
        [MW_ROLE_INTERNAL] = "receiver's own",  [MW_ROLE_BOUNDARY] = "judged here",
        [MW_ROLE_FORWARDER] = "forwarded here", [MW_ROLE_SENDER] = "sender's side",
        [MW_ROLE_SUBMISSION] = "written here",
    };
    return words[role];
}

static const char *hop_from(mw_page *p, const mw_hop *hop) {
    const char *ip = mw_ip_text(p->arena, &hop->from_ip);
    const char *name = hop->from_name ? hop->from_name : hop->login ? "a login" : "(not named)";
    return cut(p, *ip ? mw_printf(p->arena, "%s [%s]", name, ip) : name, MAX_WORDS);
}

static const char *hop_how(mw_page *p, const mw_hop *hop) {
    const char *tls = hop->tls     ? (hop->tls_version ? hop->tls_version : "TLS")
                      : hop->local ? "within the host"
                                   : "no TLS noted";
    const char *delay =
        !hop->delay_known ? ""
        : hop->delay < 0  ? mw_printf(p->arena, ", clocks differ by %s", mw_time_span(p->arena, -hop->delay))
                          : mw_printf(p->arena, ", after %s", mw_time_span(p->arena, hop->delay));
    return mw_printf(p->arena, "%s%s%s", hop->authenticated ? "login, " : "", tls, delay);
}

static void draw_way(mw_page *p, const mw_trace *trace, guint n) {
    enum { ROW = 58, TOP = 0 };
    svg_open(p, "way", TOP + n * ROW, "The way of the mail",
             mw_printf(p->arena, "%u hops, the newest last.", trace->hops->len));
    for (guint i = 0; i < n; i++) {
        const mw_hop *hop = trace->hops->pdata[n - 1 - i];
        double y = TOP + i * ROW;
        bool judged = hop->role == MW_ROLE_BOUNDARY;
        if (i + 1 < n)
            line_at(p, 18, y + 12, 18, y + ROW + 12, "line");
        rect_at(p, 12, y + 6, 12, 12, judged ? "f-warn" : "f-box");
        text_at(p, 34, y + 16, judged ? "b" : NULL, NULL, hop_from(p, hop));
        text_at(p, 34, y + 33, "soft", NULL,
                mw_printf(p->arena, "to %s", cut(p, hop->by ? hop->by : "(not named)", MAX_WORDS)));
        text_at(p, 34, y + 49, judged ? "t-warn" : "soft", NULL,
                mw_printf(p->arena, "%s: %s", role_words(hop->role), hop_how(p, hop)));
    }
    mw_markup_close(p->m);
}

void mw_page_way(mw_page *p) {
    static const char *const heads[] = {"from", "to", "how", "what"};
    const mw_trace *trace = p->d->facts->trace;
    guint n = MIN(trace->hops->len, MAX_ROWS);
    if (n == 0)
        return;
    mw_page_open(p, "section", "box");
    mw_page_element(p, "h3", NULL, "The way of the mail");
    draw_way(p, trace, n);
    if (trace->hops->len > n)
        mw_page_element(p, "p", "soft", mw_printf(p->arena, "and %u hops before them", trace->hops->len - n));
    data_open(p, heads, G_N_ELEMENTS(heads));
    for (guint i = 0; i < n; i++) {
        const mw_hop *hop = trace->hops->pdata[n - 1 - i];
        const char *const cells[] = {hop_from(p, hop), hop->by, hop_how(p, hop), role_words(hop->role)};
        mw_page_row(p, "td", cells, G_N_ELEMENTS(cells));
    }
    data_close(p);
    mw_markup_close(p->m);
}
