/* Many mails as one HTML page: how they ended, what they share, what mends most, and each mail. */
#include "report/head.h"
#include "report/html.h"
#include "report/html_parts.h"
#include "report/summary_parts.h"

enum { MAX_PAGES = 300, MAX_LISTED = 10000, MAX_ROWS = 100, MAX_CAUSE = 200 };

typedef struct mw_tally_page {
    const char *file, *word, *cause, *class;
    const char *html; /* NULL: there was no room */
} mw_tally_page;

void mw_tally_add_page(mw_tally *t, const mw_diagnosis *d) {
    if (t->pages->len >= MAX_LISTED)
        return;
    mw_tally_page *page = mw_new(t->arena, mw_tally_page);
    g_autofree char *html = NULL;
    mw_color color = mw_head_color(d->verdict);
    g_autoptr(GString) cause = g_string_new(NULL);
    mw_printable_append(cause, mw_span_of(d->verdict->cause ? d->verdict->cause : ""), MAX_CAUSE);
    if (t->pages->len < MAX_PAGES) {
        g_autofree char *id = g_strdup_printf("m%u", t->pages->len + 1);
        html = mw_html_part(d, id);
    }
    *page = (mw_tally_page){
        .file = mw_strdup(t->arena, d->file),
        .word = mw_printf(t->arena, "%s%s",
                          color == MW_RED     ? "\u2716 "
                          : color == MW_GREEN ? "\u2714 "
                                              : "? ",
                          mw_head_word(t->arena, d->verdict)),
        .cause = mw_strdup(t->arena, cause->str),
        .class = color == MW_RED     ? "t-bad"
                 : color == MW_GREEN ? "t-good"
                                     : "t-warn",
        .html = mw_strdup(t->arena, html),
    };
    g_ptr_array_add(t->pages, page);
}

static void table_open(mw_page *p, const char *title, const char *const *heads, size_t n) {
    mw_page_open(p, "section", "box");
    mw_page_element(p, "h2", NULL, title);
    mw_page_table(p, heads, n);
}

/* left: how many more there are than it holds. */
static void table_close(mw_page *p, guint left) {
    mw_page_table_end(p);
    if (left)
        mw_page_element(p, "p", "soft", mw_printf(p->arena, "and %u more (--format json has them)", left));
    mw_markup_close(p->m);
}

static guint over(const GPtrArray *rows) {
    return rows->len > MAX_ROWS ? rows->len - MAX_ROWS : 0;
}

/* A row that begins with a number of all mails, as a bar. */
static void row(mw_page *p, unsigned mails, unsigned of, const char *what, const char *const *cells,
                size_t n) {
    mw_markup_open(p->m, "tr");
    mw_page_element(p, "td", "n", mw_printf(p->arena, "%u", mails));
    mw_markup_open(p->m, "td");
    mw_markup_open(p->m, "meter");
    mw_markup_attribute(p->m, "min", "0");
    mw_markup_attribute(p->m, "max", mw_printf(p->arena, "%u", MAX(of, 1)));
    mw_markup_attribute(p->m, "value", mw_printf(p->arena, "%u", MIN(mails, of)));
    mw_markup_attribute(p->m, "aria-label", mw_printf(p->arena, "%s: %u of %u mails", what, mails, of));
    mw_markup_close(p->m);
    mw_markup_close(p->m);
    for (size_t i = 0; i < n; i++)
        mw_page_element(p, "td", NULL, cells[i]);
    mw_markup_close(p->m);
}

static void write_outcomes(mw_page *p, const mw_tally *t) {
    static const char *const heads[] = {"mails", "share", "what became of them"};
    table_open(p, "How they end", heads, G_N_ELEMENTS(heads));
    for (int i = 0; i <= MW_OUTCOME_COMPLAINT; i++) {
        const char *name = mw_outcome_name((mw_outcome)i);
        if (t->outcomes[i])
            row(p, t->outcomes[i], t->mails, name, &name, 1);
    }
    table_close(p, 0);
}

static void write_clusters(mw_page *p, const mw_tally *t) {
    static const char *const heads[] = {"mails",    "share", "cause",      "what they share",
                                        "who acts", "days",  "for example"};
    GPtrArray *all = mw_tally_clusters(p->arena, t);
    if (all->len == 0)
        return;
    table_open(p, "What they share", heads, G_N_ELEMENTS(heads));
    for (guint i = 0; i < all->len && i < MAX_ROWS; i++) {
        const mw_tally_cluster *c = all->pdata[i];
        const char *const cells[] = {
            mw_printf(p->arena, "%s%s%s", c->cause, c->title ? ", " : "", c->title ? c->title : ""),
            mw_printf(p->arena, "%s%s%s%s", c->whose ? c->what : "", c->whose ? " " : "",
                      mw_tally_text_or(c->whose), c->deceives ? MW_TALLY_DECEIVES : ""),
            c->deceives ? "" : mw_owner_words(c->who ? c->who : ""),
            mw_tally_days(p->arena, c->first, c->last), c->examples[0]};
        row(p, c->mails, t->mails, cells[0], cells, G_N_ELEMENTS(cells));
    }
    table_close(p, over(all));
}

static void write_fixes(mw_page *p, const mw_tally *t) {
    static const char *const heads[] = {"mails", "share", "change", "who", "why"};
    GPtrArray *all = mw_tally_fixes(p->arena, t);
    if (all->len == 0)
        return;
    table_open(p, "What one change mends (tried on each of these mails)", heads, G_N_ELEMENTS(heads));
    for (guint i = 0; i < all->len && i < MAX_ROWS; i++) {
        const mw_tally_fix *f = all->pdata[i];
        const char *const cells[] = {f->record ? f->record
                                               : mw_printf(p->arena, "%s%s%s", f->symbol,
                                                           f->whose ? ": " : "", f->whose ? f->whose : ""),
                                     mw_owner_words(f->who ? f->who : ""), f->text};
        row(p, f->mails, t->mails, f->symbol, cells, G_N_ELEMENTS(cells));
    }
    table_close(p, over(all));
}

static void write_contents(mw_page *p, const mw_tally *t) {
    static const char *const heads[] = {"mail", "what becomes of it", "why"};
    if (t->pages->len == 0)
        return;
    table_open(p, "The mails", heads, G_N_ELEMENTS(heads));
    for (guint i = 0; i < t->pages->len; i++) {
        const mw_tally_page *page = t->pages->pdata[i];
        mw_markup_open(p->m, "tr");
        mw_markup_open(p->m, "td");
        if (page->html) {
            mw_markup_open(p->m, "a");
            mw_page_id(p, "href", "#", mw_printf(p->arena, "m%u", i + 1));
        }
        mw_markup_text(p->m, page->file);
        if (page->html)
            mw_markup_close(p->m);
        mw_markup_close(p->m);
        mw_page_element(p, "td", page->class, page->word);
        mw_page_element(p, "td", NULL, page->cause);
        mw_markup_close(p->m);
    }
    table_close(p, t->mails - MIN(t->mails, t->pages->len));
}

static void write_failures(mw_page *p, const mw_tally *t) {
    static const char *const heads[] = {"file", "why it was not read"};
    if (t->failures->len == 0)
        return;
    table_open(p, "Not read", heads, G_N_ELEMENTS(heads));
    for (guint i = 0; i < t->failures->len && i < MAX_ROWS; i++) {
        const mw_tally_failure *f = t->failures->pdata[i];
        const char *const cells[] = {f->file, f->text};
        mw_page_row(p, "td", cells, G_N_ELEMENTS(cells));
    }
    table_close(p, over(t->failures));
}

char *mw_tally_html(const mw_tally *t) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const char *title = mw_printf(arena, "mailwhy: %u mail%s", t->mails, t->mails == 1 ? "" : "s");
    const char *when = mw_tally_days(arena, t->first, t->last);
    mw_page page = mw_page_begin(arena, title), *p = &page;
    mw_markup_open(p->m, "header");
    mw_page_element(p, "h1", NULL, title);
    if (when)
        mw_page_element(p, "p", "soft", when);
    mw_markup_close(p->m);
    mw_page_open(p, "main", "stack");
    write_outcomes(p, t);
    write_clusters(p, t);
    write_fixes(p, t);
    write_contents(p, t);
    write_failures(p, t);
    for (guint i = 0; i < t->pages->len; i++)
        if (((const mw_tally_page *)t->pages->pdata[i])->html)
            mw_markup_raw(p->m, ((const mw_tally_page *)t->pages->pdata[i])->html);
    mw_markup_close(p->m);
    mw_markup_open(p->m, "footer");
    mw_page_element(p, "p", "soft",
                    mw_printf(arena, "mailwhy %s. Only DNS questions left the computer that made this.",
                              MAILWHY_VERSION));
    return mw_markup_end(p->m);
}
