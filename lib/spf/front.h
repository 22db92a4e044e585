/* SPF's front end: who is asked, which record counts, what each term looks up, and the limits. What evaluates
 * stands behind it (spf_libspf2.c, and a small one of the tests) and asks it for everything: no text of the
 * domain's goes past it. Inside lib/spf only.
 */
#pragma once

#include "spf/spf.h"
#include "spf/macro.h"
#include "spf/parse.h"

typedef struct mw_spf_step mw_spf_step;
typedef struct mw_spf_branch mw_spf_branch;

/* One record of the tree while it is evaluated. */
struct mw_spf_branch {
    mw_spf_node *node;           /* what the report sees of it */
    const char *domain;          /* as expanded: any byte may stand in it */
    const mw_spf_record *record; /* NULL when there is none that is valid */
    const mw_spf_record *broken; /* the one with an error in it, or NULL */
    GPtrArray *texts;            /* of mw_span *: the records, when there are several; else NULL */
    const mw_rdata *rdata;       /* of the one record: its strings are told apart there; or NULL */
    mw_spf_step *steps;          /* one a term */
    mw_spf_step *parent;         /* the term that pulled it in; NULL at the top */
};

/* One term of it. */
struct mw_spf_step {
    const mw_spf_directive *term;
    mw_spf_term *out; /* what the report sees of it */
    mw_spf_branch *in, *child;
    const mw_name *name; /* of the target; NULL: not expanded yet, or no name that can exist */
    bool expanded, stopped;
    const mw_answer *mx;
    GPtrArray *voids; /* of const mw_name *: what had no address of the client's family; or NULL */
};

typedef struct mw_spf_run {
    mw_arena *arena;
    mw_dns *dns;
    const mw_spf_request *request;
    mw_spf_values values;
    const char *domain, *identity;
    mw_name name; /* of domain */
    mw_spf_branch *root;
    int lookups, voids;
    bool stopped; /* the verdict stands: nothing more is evaluated */
    mw_spf_result verdict;
    const char *why;
    const char *cause; /* the advice that belongs to it ("syntax", "void" ...), or NULL */
    bool reverse_asked, reverse_void;
    const char *names[10]; /* validated ones of the client (RFC 7208 section 5.5) */
    int n_names;
} mw_spf_run;

/* Finds the identity. False: there is nothing to evaluate, verdict and why are set (none, untestable). */
bool mw_spf_start(mw_spf_run *run, mw_arena *arena, mw_dns *dns, const mw_spf_request *request);

/* Fetches, selects and parses the record of the run's domain (parent NULL), or of an include's or redirect's
 * target. NULL when that ended the evaluation (run->stopped). */
mw_spf_branch *mw_spf_fetch(mw_spf_run *run, mw_spf_step *parent);

/* The term is evaluated now: counts it if it counts, and expands its target. False when that was one too many
 * (run->stopped). */
bool mw_spf_enter(mw_spf_run *run, mw_spf_step *step);

/* The look-ups of one term. NULL when the evaluation has ended; else an answer that is OK or empty (n_records
 * 0), its void counted. */
const mw_answer *mw_spf_ask_addresses(mw_spf_run *run, mw_spf_step *step, const mw_name *name);
const mw_answer *mw_spf_ask_exists(mw_spf_run *run, mw_spf_step *step);
/* The hosts too many end the evaluation. */
const mw_answer *mw_spf_ask_mx(mw_spf_run *run, mw_spf_step *step);
/* The i-th MX host; false for one that can't be asked (the null MX). */
bool mw_spf_mx_host(const mw_spf_step *step, size_t i, mw_name *out);
/* Whether a validated name of the client is the target or below it. False when the evaluation has ended, too.
 */
bool mw_spf_ptr_matches(mw_spf_run *run, mw_spf_step *step);

/* Validates the client's reverse names into run->names, once (section 5.5). */
void mw_spf_find_names(mw_spf_run *run);

/* The client's address is in the network of a term (ip4, ip6), or within its prefix of address. */
bool mw_spf_in_network(const mw_spf_run *run, const mw_spf_directive *term, const uint8_t *address);
/* One of an answer's addresses does so; notes the match. */
bool mw_spf_match_addresses(mw_spf_run *run, mw_spf_step *step, const mw_answer *answer);

/* Ends the evaluation; step and cause may be NULL. The first one counts. */
void mw_spf_stop(mw_spf_run *run, mw_spf_step *step, mw_spf_result verdict, const char *cause,
                 const char *format, ...) G_GNUC_PRINTF(5, 6);

/* After the evaluation: fills in the tree's matches, results and costs, and returns the top result. */
mw_spf_result mw_spf_settle(mw_spf_run *run);
/* The text of exp=, expanded; NULL without a usable one. For a settled run whose result is fail. */
const char *mw_spf_explain(mw_spf_run *run);

/* The two evaluators. Both leave the tree unsettled. */
mw_spf_result mw_spf_evaluate_libspf2(mw_spf_run *run);

/* Public text of what a domain wrote: whole (max 0) as valid UTF-8 with NULs made visible, else to be quoted
 * in a sentence: at most max characters, none of them invisible. */
const char *mw_spf_words(mw_arena *arena, mw_span text, size_t max);

/* Defects of a settled run: what brought about a permanent error, with its fix, and what is wrong beside the
 * result. of const mw_spf_advice *. Follows the whole record, within MW_MAX_SPF_WALK look-ups. */
GPtrArray *mw_spf_advise(mw_spf_run *run, mw_spf_result result);
/* The client is one of the domain's own servers by its names, but not in its record; NULL: it is not, or
 * passes. For a run with a valid record. */
const mw_spf_advice *mw_spf_advise_moved(mw_spf_run *run, mw_spf_result result);
/* The text with a blank wherever two of the record's strings are joined that are a term each; NULL: nowhere.
 * rdata (may be NULL) is the TXT record that text was read from. */
const char *mw_spf_split_joined(mw_arena *arena, const mw_rdata *rdata, mw_span text);
/* All that the term's look-ups missed has an address of the other family; asks the DNS. */
bool mw_spf_voids_by_family(mw_spf_run *run, const mw_spf_step *step);
/* "mx1.example.org and mx2.example.org": those names. */
const char *mw_spf_void_hosts(mw_arena *arena, const mw_spf_step *step);
/* All void look-ups of the run are of that kind, and there is one. */
bool mw_spf_all_voids_by_family(mw_spf_run *run);
/* The top record without the hosts that have no address of either kind; NULL: there is none. */
const char *mw_spf_without_dead(mw_spf_run *run, const char **left_out);
/* The top record with its addresses in front of what is looked up; NULL where that would change what it says,
 * or nothing. */
const char *mw_spf_addresses_first(mw_spf_run *run);
/* One record that says what all of them (of mw_span *) say; NULL where that can't be told. */
const char *mw_spf_merge(mw_arena *arena, const GPtrArray *texts);
/* The record of the run's domain without the mistake that ended the run, or that makes it pass over a
 * term; NULL: there is none, or what was meant can't be told. */
const mw_mended *mw_spf_mend(mw_spf_run *run);
/* The name of a mechanism that was meant by a wrong one ("ipv4": "ip4"), "redirect=" for redirect with a
 * colon; or NULL. */
const char *mw_spf_meant(mw_span name);
/* What to do about a record that breaks the grammar: a sentence that goes on behind a colon. */
const char *mw_spf_syntax_hint(mw_arena *arena, const mw_spf_record *record);
