#include "report/hops.h"

enum { MAX_SHOWN = 50, CLOCK_SKEW = 2, SHOWN_NAME = 46, AFTER_WIDTH = 9, GAP = 2 };

typedef struct row {
    const char *number, *after, *from, *to, *how, *what;
} row;

static const char *short_name(mw_arena *arena, const char *name) {
    g_autoptr(GString) shown = g_string_new(NULL);
    mw_printable_append(shown, mw_span_of(name), SHOWN_NAME);
    return mw_strdup(arena, shown->str);
}

static const char *from_words(mw_arena *arena, const mw_hop *hop) {
    const char *ip = mw_ip_text(arena, &hop->from_ip);
    if (!hop->from_name && !*ip)
        return hop->login ? mw_printf(arena, "login %s", short_name(arena, hop->login)) : "(itself)";
    const char *name = short_name(arena, hop->from_name ? hop->from_name : "(no HELO)");
    bool same = hop->from_name && *hop->from_name == '[';
    return *ip && !same ? mw_printf(arena, "%s [%s]", name, ip) : name;
}

static const char *how_words(mw_arena *arena, const mw_hop *hop) {
    const char *way = hop->authenticated ? "login" : hop->local ? "within the host" : "";
    const char *tls = hop->tls ? (hop->tls_version ? hop->tls_version : "TLS") : "";
    return mw_printf(arena, "%s%s%s", way, *way && *tls ? ", " : "", tls);
}

static const char *what_words(const mw_hop *hop) {
    static const char *const words[] = {
        [MW_ROLE_INTERNAL] = "receiver's own",  [MW_ROLE_BOUNDARY] = "judged here",
        [MW_ROLE_FORWARDER] = "forwarded here", [MW_ROLE_SENDER] = "sender's side",
        [MW_ROLE_SUBMISSION] = "written here",
    };
    return words[hop->role];
}

static const char *after_words(mw_arena *arena, const mw_hop *hop) {
    if (!hop->delay_known)
        return "";
    return hop->delay < 0 ? mw_printf(arena, "-%s", mw_time_span(arena, -hop->delay))
                          : mw_printf(arena, "+%s", mw_time_span(arena, hop->delay));
}

static row row_of(mw_arena *arena, const mw_hop *hop, guint number) {
    return (row){mw_printf(arena, "%u", number), after_words(arena, hop),
                 from_words(arena, hop),         hop->by ? short_name(arena, hop->by) : "(not named)",
                 how_words(arena, hop),          what_words(hop)};
}

static void cell(mw_layout *l, const char *text, int width) {
    const char *shown = mw_printable(l->arena, text);
    g_string_append(l->out, shown);
    g_string_append_printf(l->out, "%*s", MAX(width + GAP - (int)mw_printable_width(shown), GAP), "");
}

static void write_wide(mw_layout *l, const row *rows, guint n, const int *widths) {
    for (guint i = 0; i <= n; i++) {
        const row head = {"#", "after", "from", "to", "how", "what"}, *r = i ? &rows[i - 1] : &head;
        cell(l, i ? "" : "Way", MW_LABEL_WIDTH - GAP);
        cell(l, r->number, widths[0]);
        cell(l, r->after, widths[1]);
        cell(l, r->from, widths[2]);
        cell(l, r->to, widths[3]);
        cell(l, r->how, widths[4]);
        mw_layout_text(l, MW_PLAIN, r->what);
        mw_layout_end(l);
    }
}

/* Two lines a hop, where the columns have no room side by side. */
static void write_stacked(mw_layout *l, const row *rows, guint n) {
    enum { AT = MW_LABEL_WIDTH + 2 + GAP + AFTER_WIDTH + GAP };
    for (guint i = 0; i < n; i++) {
        const row *r = &rows[i];
        cell(l, i ? "" : "Way", MW_LABEL_WIDTH - GAP);
        cell(l, r->number, 2);
        cell(l, r->after, AFTER_WIDTH);
        mw_layout_wrap(
            l, MW_PLAIN, AT, AT,
            mw_printf(l->arena, "%s to %s%s%s: %s", r->from, r->to, *r->how ? ", " : "", r->how, r->what));
    }
}

static void widen(int *width, const char *text) {
    *width = MAX(*width, (int)mw_printable_width(text));
}

static void write_times(mw_layout *l, const mw_trace *trace) {
    for (guint i = 0; i < trace->hops->len && i < MAX_SHOWN; i++) {
        const mw_hop *hop = trace->hops->pdata[i];
        if (hop->delay_known && hop->delay < -CLOCK_SKEW)
            mw_layout_labelled(l, "", "hop %u is %s earlier than the one before it: their clocks differ",
                               trace->hops->len - i, mw_time_span(l->arena, -hop->delay));
    }
    if (trace->slowest < 0)
        return;
    const mw_hop *hop = trace->hops->pdata[trace->slowest];
    if (hop->delay >= 60)
        mw_layout_labelled(l, "", "the longest wait: %s before hop %u", mw_time_span(l->arena, hop->delay),
                           trace->hops->len - (guint)trace->slowest);
}

void mw_hops_write(mw_layout *l, const mw_facts *facts) {
    const mw_trace *trace = facts->trace;
    guint all = trace->hops->len, n = MIN(all, MAX_SHOWN);
    row *rows = mw_new_n(l->arena, row, n);
    int widths[] = {1, 5, 4, 2, 3};
    for (guint i = 0; i < n; i++) {
        rows[i] = row_of(l->arena, trace->hops->pdata[n - 1 - i], all - n + i + 1);
        const char *const cells[] = {rows[i].number, rows[i].after, rows[i].from, rows[i].to, rows[i].how};
        for (size_t k = 0; k < G_N_ELEMENTS(cells); k++)
            widen(&widths[k], mw_printable(l->arena, cells[k]));
    }
    int width = MW_LABEL_WIDTH + (int)strlen("sender's side");
    for (size_t k = 0; k < G_N_ELEMENTS(widths); k++)
        width += widths[k] + GAP;
    if (n && width <= l->width)
        write_wide(l, rows, n, widths);
    else
        write_stacked(l, rows, n);
    if (all > n)
        mw_layout_labelled(l, "", "and %u more before them", all - n);
    write_times(l, trace);
    if (trace->loop)
        mw_layout_labelled(l, "", "one host took it in more than twice: it went in a loop");
    if (trace->too_many)
        mw_layout_labelled(l, "", "there are more Received lines than were read");
    if (trace->forwarded_by)
        mw_layout_labelled(l, "", "forwarded by %s", trace->forwarded_by);
}
