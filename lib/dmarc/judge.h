/* Between the files of DMARC: one author domain as it is judged. */
#pragma once

#include "dmarc/discover.h"
#include "dmarc/dmarc.h"

typedef struct mw_dmarc_judge {
    mw_arena *arena;
    mw_dns *dns;
    mw_dmarc_finder *finder;
    const mw_dmarc_request *request;
    const char *domain;            /* the author domain */
    mw_dmarc_walk walk;            /* from it */
    const char *org;               /* by RFC 9989; NULL when the walk failed */
    const mw_dmarc_lookup *policy; /* whose record applies by RFC 9989; NULL: none, or not known */
    const mw_dmarc_lookup *policy_7489;
    GPtrArray *identifiers; /* of mw_dmarc_identifier * */
    int spare_walks;        /* for domains that did not pass: they serve the words alone */
    mw_dmarc_verdict rfc9989, rfc7489;
} mw_dmarc_judge;

/* Fills identifiers: the domains that SPF and DKIM speak for, SPF's first. */
void mw_dmarc_identify(mw_dmarc_judge *judge);
/* Sets fit and fit_7489 of each, against the policies that were found. */
void mw_dmarc_align(mw_dmarc_judge *judge);

/* The verdict in words: alignment, would_align and difference. */
const char *mw_dmarc_alignment_words(const mw_dmarc_judge *judge);
const char *mw_dmarc_would_align(const mw_dmarc_judge *judge);
const char *mw_dmarc_difference(mw_arena *arena, const mw_dmarc *dmarc);

/* What is wrong with the record: those of the walk, and with request->advice those that cost further
 * questions. Sets defects and bad_record. */
void mw_dmarc_advise(mw_dmarc_judge *judge, mw_dmarc *dmarc);
