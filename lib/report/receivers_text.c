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

static void write_receiver(mw_layout *l, const mw_receiver *receiver, int verbose) {
    mw_layout_end(l);
    mw_layout_text(l, MW_BOLD, receiver->title);
    mw_layout_format(l, MW_DIM, "   (%s; rules of %s)", receiver->covers, receiver->date);
    mw_layout_end(l);
    if (receiver->predicted_reply)
        mw_layout_labelled(l, "Would say", "%s   (rule %s)", receiver->predicted_reply,
                           receiver->decided_by->id);
    else
        mw_layout_labelled(l, "Would say", "%s",
                           receiver->unmet
                               ? "nothing that is known: what is not met here is not refused by itself"
                           : receiver->unknown ? "nothing against it, as far as can be told"
                                               : "nothing against it");
    write_state(l, receiver, true, MW_RULE_NOT_MET, true);
    write_state(l, receiver, true, MW_RULE_UNKNOWN, true);
    if (verbose > 0)
        write_state(l, receiver, true, MW_RULE_MET, true);
    if (!any_bulk(receiver))
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
