/* The total of the findings' points against a profile's limit.
 *
 * The room score owns what findings come to: points, cause, verdict, exit status. It may not know how a
 * report looks.
 */
#pragma once

#include "check/facts.h"
#include "score/profile.h"

typedef enum mw_action { MW_ACCEPT, MW_JUNK, MW_DEFER, MW_REJECT } mw_action;
const char *mw_action_name(mw_action action);  /* "accept" ... */
const char *mw_action_words(mw_action action); /* "accepted", "put into the junk folder" ... */

typedef struct mw_score {
    double points;     /* of the rows with state hit */
    double max_points; /* and of the unknown ones that count */
    int unknown;       /* how many those are */
    mw_action action;
    bool by_blocker;                /* a blocker refused it, not the total */
    bool by_junk_blocker;           /* a junk-blocker put it into the junk folder, not the total */
    const mw_finding *blocker;      /* the first blocker found, or NULL */
    const mw_finding *junk_blocker; /* the first junk-blocker found, or NULL */
    int blockers;                   /* how many were found */
    mw_action best, worst; /* whatever the unanswered questions of authentication and reverse DNS come to */
    bool complete;         /* the two are the same */
} mw_score;

/* Sets each finding's points, in hundredths, and adds them up. limit in place of the profile's own. */
mw_score mw_score_findings(const mw_profile *profile, double limit, GPtrArray *findings);
/* The total again of findings whose points are set, as of some of them. */
mw_score mw_score_sum(const mw_profile *profile, double limit, GPtrArray *findings);
/* The same with the profile's composites, which add rows of their own to facts->findings. */
mw_score mw_score_facts(const mw_profile *profile, double limit, mw_facts *facts);
