#include "report/receivers_text.h"

static void write_rule(mw_layout *l, const mw_rule *rule, const char *mark, mw_color color) {
    mw_layout_format(l, color, "    %-8s", mark);
    mw_layout_format(l, MW_BOLD, "%-4s", rule->id);
    mw_layout_wrap(l, MW_PLAIN, 16, 16,
                   rule->detail ? mw_printf(l->arena, "%s: %s", rule->text, rule->detail) : rule->text);
}

static void write_state(mw_layout *l, const mw_receiver *receiver, bool apply, mw_rule_state state,
                        bool every) {
    static const struct {
        const char *mark;
        mw_color color;
    } marks[] = {{"met", MW_GREEN}, {"not met", MW_RED}, {"unknown", MW_YELLOW}};
    for (guint i = 0; i < receiver->rules->len; i++) {
        const mw_rule *rule = receiver->rules->pdata[i];
        if (rule->applies == apply && rule->state == state && (every || strcmp(rule->who, "forwarder") != 0))
            write_rule(l, rule, marks[state].mark, marks[state].color);
    }
}

static bool any_bulk(const mw_receiver *receiver) {
    for (guint i = 0; i < receiver->rules->len; i++) {
        const mw_rule *rule = receiver->rules->pdata[i];
        if (!rule->applies && strcmp(rule->who, "bulk") == 0 && rule->state == MW_RULE_NOT_MET)
            return true;
    }
    return false;
}

static guint count_unknown(const mw_receiver *receiver) {
    guint n = 0;
    for (guint i = 0; i < receiver->rules->len; i++) {
        const mw_rule *rule = receiver->rules->pdata[i];
        n += rule->applies && rule->state == MW_RULE_UNKNOWN;
    }
    return n;
}

/* Rules that can't be told, or that no mail shows, are for who asks for all. */
static void write_receiver(mw_layout *l, const mw_receiver *receiver, int verbose) {
    guint unknown = count_unknown(receiver);
    mw_layout_end(l);
    mw_layout_headline(l, MW_BOLD, receiver->title,
                       verbose > 0 ? mw_printf(l->arena, "%s; rules of %s", receiver->covers, receiver->date)
                                   : "");
    if (receiver->predicted_reply)
        mw_layout_labelled(l, "Would say", "%s   (rule %s)", receiver->predicted_reply,
                           receiver->decided_by->id);
    else
        mw_layout_labelled(l, "Would say", "%s",
                           receiver->unmet
                               ? "nothing that is known: what is not met here is not refused by itself"
                           : unknown ? "nothing against it, as far as can be told"
                                     : "nothing against it");
    write_state(l, receiver, true, MW_RULE_NOT_MET, true);
    if (verbose > 0) {
        write_state(l, receiver, true, MW_RULE_UNKNOWN, true);
        write_state(l, receiver, true, MW_RULE_MET, true);
    }
    if (!any_bulk(receiver) || verbose <= 0)
        return;
    g_string_append(l->out, "    ");
    mw_layout_wrap(l, MW_DIM, 4, 4,
                   mw_printf(l->arena, "For bulk senders alone (--bulk; %s):", receiver->bulk));
    write_state(l, receiver, false, MW_RULE_NOT_MET, false);
}

void mw_receivers_write(mw_layout *layout, const GPtrArray *receivers, int verbose) {
    for (guint i = 0; receivers && i < receivers->len; i++)
        write_receiver(layout, receivers->pdata[i], verbose);
}
