/* What a tally holds, for its writers: summary_text.c and summary_data.c. */
#pragma once

#include "report/summary.h"

enum { MW_TALLY_EXAMPLES = 3 };
#define MW_TALLY_DECEIVES " (forged or deceiving, as it seems)"

/* What mails have in common: why, and whose. */
typedef struct mw_tally_cluster {
    const char *cause;  /* the check, or of bounces the reply's class */
    const char *title;  /* the symbol, or the reply's reason; or NULL */
    const char *what;   /* "domain", "address", "receiver", "edit"; or NULL */
    const char *whose;  /* that one; or NULL */
    const char *who;    /* must act */
    const char *action; /* what they do; or NULL */
    bool deceives; /* these are forged or deceive, or are bounces that may be forged: nothing is advised */
    unsigned mails;
    mw_time first, last;
    const char *examples[MW_TALLY_EXAMPLES];
} mw_tally_cluster;

/* One change, and the mails whose own run shows that it mends them. */
typedef struct mw_tally_fix {
    const char *record; /* of the DNS: laid over each of these runs; NULL: something to be done in words */
    const char *text;
    const char *symbol, *what, *whose, *who;
    unsigned mails;   /* that come out better with it */
    unsigned touched; /* in which it was tried */
    const char *examples[MW_TALLY_EXAMPLES];
} mw_tally_fix;

typedef struct mw_tally_failure {
    const char *file, *text;
} mw_tally_failure;

struct mw_tally {
    mw_arena *arena;
    unsigned mails, outcomes[MW_OUTCOME_COMPLAINT + 1];
    GHashTable *by_key;                     /* key -> cluster or fix */
    GPtrArray *clusters, *fixes, *failures; /* of mw_tally_cluster *, mw_tally_fix *, mw_tally_failure * */
    mw_time first, last;
    GPtrArray *pages; /* of mw_tally_page *: see html_summary.c */
};

/* The text, or "" for none. */
static inline const char *mw_tally_text_or(const char *text) {
    return text ? text : "";
}
/* The order of clusters: those with most mails first. For g_ptr_array_sort(). */
int mw_tally_by_mails(gconstpointer a, gconstpointer b);
/* "20 Nov 2026 to 22 Nov 2026"; or NULL. In summary_text.c. */
char *mw_tally_days(mw_arena *arena, mw_time first, mw_time last);
/* Those with most mails first. */
GPtrArray *mw_tally_clusters(mw_arena *arena, const mw_tally *tally);
/* Those that mend most mails first; none that mends no mail. */
GPtrArray *mw_tally_fixes(mw_arena *arena, const mw_tally *tally);
