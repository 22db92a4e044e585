/* The HTML report: one file, nothing from elsewhere, no script. Every text of the mail is escaped, no link of
 * it lives. */
#include "report/html.h"
#include "report/bounce.h"
#include "report/head.h"
#include "report/html_parts.h"
#include "report/letter.h"
#include "report/sender.h"

static mw_layout keeping(mw_page *p, GString *scratch) {
    return (mw_layout){.out = scratch, .arena = p->arena, .width = 100, .lines = mw_array_new(p->arena)};
}

/* ---- the first screen ---- */

static const char *class_of(const mw_verdict *v) {
    mw_color color = mw_head_color(v);
    return color == MW_RED ? "bad" : color == MW_GREEN ? "good" : "warn";
}

static const char *sign_of(const mw_verdict *v) {
    mw_color color = mw_head_color(v);
    return color == MW_RED ? "\u2716 " : color == MW_GREEN ? "\u2714 " : "? ";
}

static void write_verdict(mw_page *p) {
    const mw_diagnosis *d = p->d;
    const mw_verdict *v = d->verdict;
    g_autoptr(GString) scratch = g_string_new(NULL);
    mw_layout layout = keeping(p, scratch);
    mw_page_open(p, "section", mw_printf(p->arena, "box verdict %s", class_of(v)));
    mw_markup_attribute(p->m, "aria-label",
                        *p->prefix ? mw_printf(p->arena, "Verdict on %s", d->file) : "Verdict");
    mw_page_element(p, "h2", mw_printf(p->arena, "t-%s", class_of(v)),
                    mw_printf(p->arena, "%s%s", sign_of(v), mw_head_word(p->arena, v)));
    if (d->facts->bounce)
        mw_bounce_write(&layout, d, 0);
    else
        mw_head_write(&layout, d, v, 0);
    const char *reason = d->facts->bounce ? mw_bounce_line(p->arena, d) : mw_head_reason(p->arena, d, v);
    if (*reason)
        mw_page_element(p, "p", "soft", reason);
    mw_page_lines(p, layout.lines);
    mw_markup_close(p->m);
}

/* Of those that --for names; without it the large ones', by their rules for all senders. */
static const GPtrArray *answers_of(mw_page *p) {
    const GPtrArray *named = p->run ? p->run->receivers : NULL, *big = p->d->big_receivers;
    if (named || !big || p->d->verdict->action == MW_OUTCOME_NOT_JUDGED)
        return named;
    GPtrArray *answers = mw_array_new(p->arena);
    for (guint i = 0; i < big->len; i++)
        g_ptr_array_add(answers, (gpointer)mw_verdict_answer(p->arena, big->pdata[i], true));
    return answers;
}

static void write_receivers_chips(mw_page *p) {
    const GPtrArray *answers = answers_of(p);
    static const char *const words[] = {"nothing against it", "junk folder", "puts it off", "refuses it",
                                        "not known"};
    static const char *const classes[] = {"t-good", "t-warn", "t-warn", "t-bad", "t-warn"};
    static const char *const signs[] = {"\u2714", "\u26a0", "\u26a0", "\u2716", "?"};
    if (!answers || answers->len == 0)
        return;
    mw_page_open(p, "section", "box");
    mw_page_element(p, "h3", NULL, "By the published rules of receivers");
    for (guint i = 0; i < answers->len; i++) {
        const mw_receiver_answer *a = answers->pdata[i];
        guint k = MIN((guint)a->action, 4);
        mw_page_open(p, "span", "chip");
        mw_markup_text(p->m, mw_printf(p->arena, "%s: ", a->receiver->title));
        mw_page_element(p, "span", classes[k], mw_printf(p->arena, "%s %s", signs[k], words[k]));
        mw_markup_close(p->m);
    }
    mw_markup_close(p->m);
}

static void write_sender(mw_page *p) {
    g_autoptr(GString) scratch = g_string_new(NULL);
    mw_layout layout = keeping(p, scratch);
    if (p->d->facts->bounce && !p->d->facts->bounce->original)
        return;
    mw_sender_write(&layout, p->d, 0);
    mw_page_open(p, "section", "box");
    mw_page_element(p, "h3", NULL, "The mail");
    mw_page_lines(p, layout.lines);
    mw_markup_close(p->m);
}

static void write_letters(mw_page *p) {
    static const char *const titles[] = {[MW_LETTER_CUSTOMER] = "To the customer",
                                         [MW_LETTER_PROVIDER] = "To the provider",
                                         [MW_LETTER_RECIPIENT] = "To the recipient"};
    mw_page_section(p, "letters", "Letters to copy", "measured facts, ready to paste", false);
    for (mw_letter_to to = MW_LETTER_CUSTOMER; to <= MW_LETTER_RECIPIENT; to++) {
        g_autofree char *text = mw_letter_write(p->d, to);
        mw_page_element(p, "h3", NULL, titles[to]);
        mw_markup_open(p->m, "pre");
        mw_markup_attribute(p->m, "lang", mw_language_name(p->d->language));
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++) {
            mw_markup_text(p->m, *line);
            mw_markup_raw(p->m, "\n");
        }
        mw_markup_close(p->m);
    }
    mw_markup_close(p->m);
    mw_markup_close(p->m);
}

static void write_top(mw_page *p) {
    const mw_facts *f = p->d->facts;
    const mw_field *subject = f->message ? mw_message_field(f->message, "Subject") : NULL;
    mw_markup_open(p->m, "header");
    mw_page_element(p, "h1", NULL, mw_printf(p->arena, "mailwhy: %s", p->d->file));
    if (subject)
        mw_page_element(p, "p", NULL,
                        mw_printf(p->arena, "\u201c%s\u201d", mw_header_decoded(p->arena, subject)));
    if (f->envelope->received_at != MW_TIME_UNKNOWN)
        mw_page_element(p, "p", "soft", mw_time_text(p->arena, f->envelope->received_at));
    mw_markup_close(p->m);
}

static void write_head(mw_page *p, const char *title) {
    mw_markup *m = p->m;
    mw_markup_open(m, "head");
    mw_markup_open(m, "meta");
    mw_markup_attribute(m, "charset", "utf-8");
    mw_markup_close(m);
    mw_markup_open(m, "meta");
    mw_markup_attribute(m, "name", "viewport");
    mw_markup_attribute(m, "content", "width=device-width, initial-scale=1");
    mw_markup_close(m);
    mw_markup_open(m, "meta");
    mw_markup_attribute(m, "http-equiv", "Content-Security-Policy");
    mw_markup_attribute(m, "content", "default-src 'none'; style-src 'unsafe-inline'; img-src data:");
    mw_markup_close(m);
    mw_markup_open(m, "meta");
    mw_markup_attribute(m, "name", "referrer");
    mw_markup_attribute(m, "content", "no-referrer");
    mw_markup_close(m);
    mw_page_element(p, "title", NULL, title);
    mw_markup_open(m, "style");
    mw_markup_raw(m, mw_page_style);
    mw_markup_close(m);
    mw_markup_close(m);
}

/* Of several mails each without what a mail alone has room for. */
static void write_sections(mw_page *p, bool whole) {
    mw_page_steps(p);
    mw_page_spf(p);
    mw_page_dkim(p);
    mw_page_dmarc(p);
    mw_page_then_now(p);
    mw_page_lists(p);
    mw_page_receivers(p);
    if (whole)
        mw_page_mail(p);
    mw_page_findings(p, whole);
    mw_page_unknown(p);
    if (whole)
        mw_page_asked(p);
    mw_page_symbols(p);
}

/* A page of its own, or a piece of another one, is begun; its root is left open. */
static mw_page begin(mw_arena *arena, const mw_diagnosis *d, const char *prefix, const char *title) {
    mw_page page = {.m = mw_markup_new(prefix ? "" : "html"), .arena = arena, .d = d, .prefix = prefix};
    if (prefix) {
        mw_page_open(&page, "article", "report");
        return page;
    }
    page.prefix = "";
    mw_markup_open(page.m, "html");
    mw_markup_attribute(page.m, "lang", "en");
    write_head(&page, title);
    mw_markup_open(page.m, "body");
    return page;
}

/* How the report is made again, by the name of the file alone: where it lay is nobody's business. */
static void write_command(mw_page *p) {
    const mw_diagnosis *d = p->d;
    if (!d || d->redacted || strchr(d->file, ':') || strcmp(d->file, "-") == 0)
        return;
    g_autofree char *base = g_path_get_basename(d->file), *file = g_shell_quote(base);
    g_autoptr(GString) out = g_string_new("mailwhy");
    if (strcmp(d->profile->name, "default") != 0)
        g_string_append_printf(out, " --profile=%s", d->profile->name);
    for (guint i = 0; d->receivers && i < d->receivers->len; i++)
        g_string_append_printf(out, "%s%s",
                               i ? "," : " --for=", ((const mw_receiver *)d->receivers->pdata[i])->name);
    static const char harmless[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-+@%";
    bool plain = base[0] != '-' && strspn(base, harmless) == strlen(base);
    g_string_append_printf(out, " %s%s", base[0] == '-' ? "-- " : "", plain ? base : file);
    mw_page_open(p, "p", "soft");
    mw_markup_text(p->m, "To make it again: ");
    mw_page_element(p, "code", NULL, out->str);
    mw_markup_close(p->m);
}

static void write_footer(mw_page *p, const char *more) {
    mw_markup_open(p->m, "footer");
    mw_page_element(p, "p", "soft",
                    mw_printf(p->arena, "mailwhy %s%s. Only DNS questions left the computer that made this.",
                              MAILWHY_VERSION, more));
    write_command(p);
    mw_markup_close(p->m);
}

static void write_judged(mw_page *p) {
    mw_page_open(p, "div", "pair");
    mw_page_waterfall(p);
    mw_page_way(p);
    write_sender(p);
    mw_markup_close(p->m);
}

mw_page mw_page_begin(mw_arena *arena, const char *title) {
    return begin(arena, NULL, NULL, title);
}

static char *write_mail(const mw_diagnosis *d, const char *prefix, const char *id) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_bounce *bounce = d->facts->bounce;
    bool judged = !bounce || bounce->original;
    mw_page page =
        begin(arena, d, prefix, mw_printf(arena, "%s: %s", mw_head_word(arena, d->verdict), d->file));
    mw_page *p = &page;
    if (id)
        mw_markup_attribute(p->m, "id", id);
    p->run = !judged ? NULL : bounce ? d->own_run : d->verdict;
    write_top(p);
    mw_page_open(p, prefix ? "div" : "main", NULL);
    mw_page_open(p, "div", "first");
    write_verdict(p);
    mw_page_open(p, "div", "stack");
    mw_page_reply(p);
    write_receivers_chips(p);
    if (judged)
        mw_page_alignment(p);
    mw_markup_close(p->m);
    mw_markup_close(p->m);
    if (judged)
        write_judged(p);
    if (!id)
        write_letters(p);
    if (judged)
        write_sections(p, !id);
    mw_markup_close(p->m);
    if (!id)
        write_footer(
            p, mw_printf(arena, ", profile %s, %s", d->profile->name, mw_time_text(arena, d->facts->now)));
    return mw_markup_end(p->m);
}

char *mw_html_write(const mw_diagnosis *d, const char *prefix) {
    return write_mail(d, prefix, NULL);
}

char *mw_html_part(const mw_diagnosis *d, const char *id) {
    g_autofree char *prefix = g_strdup_printf("%s-", id);
    return write_mail(d, prefix, id);
}

char *mw_html_explain(mw_arena *arena, const mw_explain_request *request, const char *prefix,
                      GError **error) {
    g_autoptr(GString) scratch = g_string_new(NULL);
    mw_layout layout = {.out = scratch, .arena = arena, .width = 100, .lines = mw_array_new(arena)};
    mw_explain_request here = *request;
    here.on_page = prefix != NULL;
    if (!mw_explain_write(&layout, &here, error))
        return NULL;
    mw_page page = begin(arena, NULL, prefix, "What a mail server's reply means");
    mw_page *p = &page;
    mw_markup_open(p->m, "header");
    mw_page_element(p, prefix ? "h2" : "h1", NULL, "What this reply means");
    mw_markup_close(p->m);
    mw_page_open(p, prefix ? "div" : "main", NULL);
    mw_page_open(p, "section", "box");
    mw_markup_attribute(p->m, "aria-label", "Explanation");
    if (scratch->len)
        mw_page_element(p, "pre", NULL, scratch->str);
    mw_page_lines(p, layout.lines);
    mw_markup_close(p->m);
    mw_markup_close(p->m);
    write_footer(p, "");
    return mw_markup_end(p->m);
}
