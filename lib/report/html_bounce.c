/* A bounce in the HTML report: what the receiver said, with the words that decided marked, and what they
 * mean. */
#include "report/answer.h"
#include "report/html_parts.h"

enum { MAX_GROUPS = 4, MAX_NAMES = 5 };

static void write_marked(mw_page *p, const char *text, size_t from, size_t to) {
    mw_span all = mw_span_of(text);
    mw_markup_text(p->m, mw_span_dup(p->arena, mw_span_slice(all, 0, from)));
    mw_page_element(p, "mark", NULL, mw_span_dup(p->arena, mw_span_slice(all, from, to)));
    mw_markup_text(p->m, mw_span_dup(p->arena, mw_span_from(all, to)));
}

/* Where no wording decided, the code did. */
static void write_words(mw_page *p, const mw_bounce_recipient *r) {
    const char *text = *r->reply->match ? r->reply->match : r->diagnostic;
    const char *code = r->enhanced_status ? r->enhanced_status : r->reply_code;
    size_t from = 0, to = 0;
    const char *at = code ? strstr(text, code) : NULL;
    if (!mw_reply_decisive(p->d->facts->replies, p->arena, r->meaning, text, &from, &to) && at) {
        from = (size_t)(at - text);
        to = from + strlen(code);
    }
    write_marked(p, text, from, to);
}

static void write_group(mw_page *p, const GPtrArray *group) {
    const mw_bounce_recipient *r = group->pdata[0];
    if (!r->diagnostic)
        return;
    mw_page_element(p, "p", "soft",
                    mw_printf(p->arena, "%s%s to %s:", r->remote_host ? r->remote_host : "The receiver",
                              r->reply->command ? mw_printf(p->arena, ", at %s,", r->reply->command) : "",
                              mw_reply_names_of(p->arena, group, MAX_NAMES)));
    mw_page_open(p, "blockquote", NULL);
    mw_page_open(p, "p", "mono");
    write_words(p, r);
    mw_markup_close(p->m);
    mw_markup_close(p->m);
    if (r->meaning)
        mw_page_element(p, "p", "b", mw_printf(p->arena, "\u2192 %s", r->meaning->meaning));
}

void mw_page_reply(mw_page *p) {
    const mw_bounce *bounce = p->d->facts->bounce;
    if (!bounce || !p->d->facts->replies || bounce->recipients->len == 0)
        return;
    const GPtrArray *groups = mw_reply_groups(p->arena, bounce);
    mw_page_open(p, "section", "box reply");
    mw_page_element(p, "h3", NULL, "The reply, and the words that decide");
    for (guint i = 0; i < groups->len && i < MAX_GROUPS; i++)
        write_group(p, groups->pdata[i]);
    if (groups->len > MAX_GROUPS)
        mw_page_element(p, "p", "soft",
                        mw_printf(p->arena, "and %u other replies", groups->len - MAX_GROUPS));
    mw_markup_close(p->m);
}
