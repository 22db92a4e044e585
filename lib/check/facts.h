/* What is known of one mail, and what the checks made of it. One struct a diagnosis, in its arena. */
#pragma once

#include "dkim/arc.h"
#include "dmarc/dmarc.h"
#include "check/catalogue.h"
#include "bounce/bounce.h"
#include "trace/claims.h"
#include "trace/evidence.h"
#include "mail/links.h"
#include "trace/trace.h"

typedef enum mw_state { MW_HIT, MW_STATE_UNKNOWN } mw_state;

/* What a finding shows that is meant to deceive the reader of the mail. */
typedef enum mw_deceives {
    MW_DECEIVES_NOBODY,
    MW_DECEIVES_LINK, /* a link shows one place and leads to another, or is disguised */
    MW_DECEIVES_NAME, /* the name shown as sender is another address */
    MW_DECEIVES_LIST, /* no deception by itself: a stranger, the server or a link's domain, is on a list */
} mw_deceives;

typedef struct mw_finding {
    const mw_symbol *symbol;
    double scale;         /* the profile's points are taken times this: 0 to 1, 1 as a rule */
    mw_state state;       /* unknown: it could not be checked, and would count if it were so */
    bool counts_for_exit; /* an unanswered authentication or PTR question, or one that an option would settle
                           */
    const char *if_well;  /* of such a question: the symbol that a good answer would raise; or NULL */
    const char *summary;  /* one line: the measured fact; raw text, made safe by the writers */
    const char *evidence; /* the field, record or answer it stands on; or NULL */
    const char *owner;    /* who must act, instead of the symbol's own; or NULL */
    const char *fix;      /* instead of the symbol's own, with names filled in; or NULL */
    mw_deceives deceives;
    const char *because_of; /* the symbol of which it is a consequence; or NULL */
    double points;          /* set by the score */
    bool accepted;          /* named by a baseline: it counts for no exit status */
    const char *check;      /* by which check; set by mw_checks_run() */
} mw_finding;

typedef enum mw_rdns_result {
    MW_RDNS_PASS,
    MW_RDNS_NONE,
    MW_RDNS_MISMATCH,
    MW_RDNS_TEMPERROR,
    MW_RDNS_UNTESTABLE
} mw_rdns_result;

typedef struct mw_rdns {
    mw_rdns_result result;
    GPtrArray *names, *confirmed; /* of const char * */
    const char *problem;          /* or NULL */
} mw_rdns;

typedef enum mw_list_state {
    MW_LIST_LISTED,
    MW_LIST_CLEAN,
    MW_LIST_REFUSED,
    MW_LIST_DEAD,
    MW_LIST_UNKNOWN,
    MW_LIST_NOT_ASKED
} mw_list_state;

typedef struct mw_list_entry {
    const char *zone;    /* a key in it is never shown: "{key}.zen.dq.spamhaus.net" */
    const char *subject; /* the address or domain that was asked for */
    mw_list_state state;
    GPtrArray *codes;    /* of const char *: "127.0.0.2" */
    const char *meaning; /* "SBL", or why it is refused; or NULL */
    const char *url;     /* where to look or to ask for removal; or NULL */
} mw_list_entry;

typedef struct mw_facts {
    mw_arena *arena;
    mw_dns *dns; /* never NULL: with --no-dns every answer is NOTRECORDED */
    bool no_dns, no_lists;
    bool trial; /* only to see what would be: no search for what broke a signature */
    const mw_data *data;
    const mw_catalogue *catalogue;
    const GPtrArray *mine;     /* of const mw_ip *: the sender's own servers, as the user says; or NULL */
    const GPtrArray *sealers;  /* of const char *: domains whose ARC seals are believed; or NULL */
    const char *lists;         /* --lists: NULL or "default", "all", or zones */
    const GPtrArray *excluded; /* --exclude: of const char *, symbols; or NULL */
    mw_time now;

    struct mw_domain_facts *domain; /* --domain: a domain is judged, the mail is empty; else NULL */

    const mw_message *outer;   /* the one that the file is: it may carry the other */
    const mw_message *message; /* the one that is diagnosed: the returned original of a bounce */
    const mw_mime *mime;
    const char *attached; /* it was attached to the mail in the file: which of them, in words; or NULL */
    bool within_text;     /* so was the bounce, but within its text: no part of its own */
    const mw_evidence *evidence;
    const mw_trace *trace;
    const mw_envelope *envelope;
    GPtrArray *claims;
    bool automatic;                    /* an automatic answer (vacation and the like) */
    const mw_bounce *bounce;           /* NULL: no bounce */
    const mw_reply_catalogue *replies; /* of a bounce: what is known of replies; else NULL */
    GPtrArray *from;                   /* of mw_address *: every author of every From field */
    const char *from_domain;           /* of the first author, lower case A-labels; NULL */

    const mw_spf *spf; /* these are NULL until their check has run */
    GPtrArray *dkim;
    const mw_arc *arc;
    const mw_dmarc *dmarc;
    const mw_rdns *rdns;
    GPtrArray *list_entries;          /* of mw_list_entry * */
    GHashTable *list_tests;           /* what came of the test entries of each zone; NULL: none was asked */
    const struct mw_parties *parties; /* check/parties.h; NULL until that check has run */
    const mw_links *links;            /* NULL until mw_facts_links() was called */

    GPtrArray *findings;      /* of mw_finding * */
    GPtrArray *left_out;      /* the same of excluded symbols that were found; NULL where nobody asks */
    GPtrArray *notices;       /* of const char *: what could not be checked and why, and other remarks */
    const char *lists_notice; /* the one of them that names the lists without an answer: a detail; or NULL */
} mw_facts;

/* When it was delivered, else now. */
static inline mw_time mw_facts_at(const mw_facts *facts) {
    return facts->envelope->received_at == MW_TIME_UNKNOWN ? facts->now : facts->envelope->received_at;
}

/* The links of the mail, read once. */
const mw_links *mw_facts_links(mw_facts *facts);

/* At most that many bytes of a text, whole characters, then "..."; a quotation mark that is open is closed.
 */
const char *mw_shortened(mw_arena *arena, const char *text, size_t most);

/* The symbol was found. Returns the finding, for evidence, fix, scale and because_of. The symbol must be in
 * the catalogue. */
mw_finding *mw_hit(mw_facts *facts, const char *symbol, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* It could not be checked, and would cost its points if it were so. */
mw_finding *mw_unknown(mw_facts *facts, const char *symbol, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* A line for the reader that has no points. */
void mw_notice(mw_facts *facts, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The finding of that symbol with state hit, or NULL. */
mw_finding *mw_found(const mw_facts *facts, const char *symbol);
/* The finding of which this one is a consequence, where that was found, too; or NULL. */
mw_finding *mw_finding_cause(const mw_facts *facts, const mw_finding *finding);
/* How it is mended: in its own words, else in its symbol's; or NULL. */
const char *mw_finding_fix(const mw_finding *finding);
/* Who must act: the finding's own words on it before the symbol's. */
const char *mw_finding_owner(const mw_finding *finding);
