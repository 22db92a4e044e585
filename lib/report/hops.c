#include "report/hops.h"

enum { MAX_SHOWN = 50, CLOCK_SKEW = 2 };

static const char *client_words(mw_arena *arena, const mw_hop *hop) {
    const char *ip = mw_ip_text(arena, &hop->from_ip);
    if (!hop->from_name && !*ip)
        return hop->login ? mw_printf(arena, "login %s", hop->login) : "(itself)";
    GString *out = g_string_new(hop->from_name ? hop->from_name : "(no HELO)");
    if (*ip)
        g_string_append_printf(out, " [%s]", ip);
    if (hop->from_rdns && (!hop->from_name || g_ascii_strcasecmp(hop->from_rdns, hop->from_name) != 0))
        g_string_append_printf(out, ", reverse name %s%s", hop->from_rdns,
                               hop->forged ? " (does not lead back)" : "");
    if (hop->login)
        g_string_append_printf(out, ", logged in as %s", hop->login);
    char *text = mw_strdup(arena, out->str);
    g_string_free(out, TRUE);
    return text;
}

static const char *protocol_words(mw_arena *arena, const mw_hop *hop) {
    GString *out = g_string_new(NULL);
    if (hop->with)
        g_string_append_printf(out, "%s", hop->with);
    if (hop->tls)
        g_string_append_printf(out, "%s%s", out->len ? ", " : "",
                               hop->tls_version ? hop->tls_version : "TLS");
    if (hop->software)
        g_string_append_printf(out, "%s%s", out->len ? ", " : "", hop->software);
    const char *text = out->len ? mw_printf(arena, " (%s)", out->str) : "";
    g_string_free(out, TRUE);
    return text;
}

static void write_hop(mw_layout *l, const mw_trace *trace, guint i) {
    mw_arena *arena = l->arena;
    const mw_hop *hop = trace->hops->pdata[i];
    const char *at = hop->at == MW_TIME_UNKNOWN ? "no readable date" : mw_time_text(arena, hop->at);
    const char *delay = hop->delay_known && hop->delay > 0
                            ? mw_printf(arena, ", after %s", mw_time_span(arena, hop->delay))
                            : "";
    mw_layout_labelled(l, i ? "" : "Way", "%u %s: %s to %s%s, %s%s: %s", i + 1, mw_role_name(hop->role),
                       client_words(arena, hop), hop->by ? hop->by : "(host not named)",
                       protocol_words(arena, hop), at, delay, hop->reason ? hop->reason : "");
}

static void write_times(mw_layout *l, const mw_trace *trace) {
    for (guint i = 0; i < trace->hops->len && i < MAX_SHOWN; i++) {
        const mw_hop *hop = trace->hops->pdata[i];
        if (hop->delay_known && hop->delay < -CLOCK_SKEW)
            mw_layout_labelled(l, "", "hop %u is %s earlier than the hop below it: their clocks differ",
                               i + 1, mw_time_span(l->arena, -hop->delay));
    }
    if (trace->slowest < 0)
        return;
    const mw_hop *hop = trace->hops->pdata[trace->slowest];
    if (hop->delay >= 60)
        mw_layout_labelled(l, "", "the longest wait: %s before hop %d (%s)",
                           mw_time_span(l->arena, hop->delay), trace->slowest + 1,
                           hop->by ? hop->by : "host not named");
}

void mw_hops_write(mw_layout *l, const mw_facts *facts) {
    const mw_trace *trace = facts->trace;
    for (guint i = 0; i < trace->hops->len && i < MAX_SHOWN; i++)
        write_hop(l, trace, i);
    if (trace->hops->len > MAX_SHOWN)
        mw_layout_labelled(l, "", "and %u more", trace->hops->len - MAX_SHOWN);
    write_times(l, trace);
    if (trace->loop)
        mw_layout_labelled(l, "", "one host took it in more than twice: it went in a loop");
    if (trace->too_many)
        mw_layout_labelled(l, "", "there are more Received lines than were read");
    if (trace->forwarded_by)
        mw_layout_labelled(l, "", "forwarded by %s", trace->forwarded_by);
}
