/* What large receivers ask of senders, as rules that this mail meets or not, and the reply that each would
 * give. The rules are data: data/receivers/NAME.ini.
 *
 * The room receivers owns what single receivers ask for, and what they would reply. It may not know profiles
 * and points.
 */
#pragma once

#include "check/check.h"

typedef enum mw_rule_state { MW_RULE_MET, MW_RULE_NOT_MET, MW_RULE_UNKNOWN } mw_rule_state;
const char *mw_rule_state_name(mw_rule_state state); /* "met", "not_met", "unknown" */

typedef struct mw_rule {
    const char *id;   /* "G10" */
    const char *text; /* what is asked for */
    const char *who;  /* "all", "bulk", "forwarder" */
    bool applies;     /* to this mail: a rule for bulk senders only with --bulk */
    mw_rule_state state;
    bool visible;              /* a mail can show whether it is met: not how many recipients complain */
    const char *check;         /* what it is about, in the words of the symbols' check; or NULL */
    const mw_finding *finding; /* not met: the finding that shows the same; or NULL */
    const char *detail;        /* what was measured, or why it is unknown */
    const char *enforcement;   /* "reject", "defer", "junk", "none" */
    const char *reply;         /* what a sender who does not meet it is told; NULL: nothing is known */
} mw_rule;

typedef struct mw_receiver {
    const char *name;            /* "gmail" */
    const char *title;           /* "Gmail" */
    const char *covers;          /* which addresses */
    const char *bulk;            /* who is a bulk sender there */
    const char *source, *date;   /* of the rules */
    GPtrArray *rules;            /* of const mw_rule *, in the order in which a server meets them */
    const mw_rule *decided_by;   /* the first rule that rejects, else the first that defers; NULL: none */
    const char *predicted_reply; /* its reply, or NULL */
    unsigned unmet, unknown;     /* of the rules that apply */
} mw_receiver;

/* names: those of files in data/receivers ("gmail,yahoo"), or "all". After the checks have run; asks the DNS
 * about the sender's domains where a rule needs it. NULL and MW_ERROR_OPTION for a name that has no rules,
 * MW_ERROR_DATA for a broken file. The result holds const mw_receiver *. */
GPtrArray *mw_receivers_judge(mw_facts *facts, const char *names, bool bulk, GError **error);
/* The same for those by whom everybody is measured, whether the user names them or not (data/receivers.tsv):
 * an unmet rule of theirs that binds all senders is a cause. Rules that are met have no reply here. */
GPtrArray *mw_receivers_judge_big(mw_facts *facts, GError **error);
/* Asks ahead for what the rules need of the DNS. */
void mw_receivers_prefetch(mw_facts *facts);
/* Of all receivers with rules, the large ones first: of const char *. */
GPtrArray *mw_receivers_names(mw_arena *arena);
/* What is written of one; it lives as long as the data. NULL and MW_ERROR_DATA for a broken file. */
const mw_ini *mw_receivers_file(const mw_data *data, mw_arena *arena, const char *name, GError **error);
/* The same names are known, without a diagnosis: for a quick answer to a misspelt option. */
bool mw_receivers_known(mw_arena *arena, const char *names, GError **error);
