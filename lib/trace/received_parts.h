/* The clauses of a Received field, as its readers share them. */
#pragma once

#include "trace/received.h"

enum { MW_MAX_KEPT = 12 }; /* words or comments of one clause that are looked at */

typedef enum mw_clause {
    MW_NONE,
    MW_FROM,
    MW_BY,
    MW_VIA,
    MW_WITH,
    MW_ID,
    MW_FOR,
    MW_OVER,
    MW_N_CLAUSES
} mw_clause;

typedef struct mw_parts {
    size_t n_words[MW_N_CLAUSES], n_comments[MW_N_CLAUSES];
    bool seen[MW_N_CLAUSES];
    bool apart; /* its from clause was read by mw_parts_cut_helo(): {HELO, address} are its comments */
    size_t address_comment; /* index in comments[MW_FROM] of the one with the address; SIZE_MAX */
    size_t date_at;         /* of a word that may begin a date, behind a clause; SIZE_MAX */
    mw_pairs pairs;         /* of the whole value */
    mw_span words[MW_N_CLAUSES][MW_MAX_KEPT],
        comments[MW_N_CLAUSES][MW_MAX_KEPT]; /* as many as are counted */
} mw_parts;

/* The from clause where a comment (HELO text) holds what the client said of itself, whatever that is: qmail,
 * IronPort and their kin write it as it came. The server's own comment with the address is the last one in
 * front of the last "by"; all between is the client's. True and the text from "by" on in *rest when it is so.
 */
bool mw_parts_cut_helo(mw_parts *parts, mw_span value, mw_span *rest);

/* Fills what the from clause tells: address, HELO, reverse name. */
void mw_received_from(mw_arena *arena, mw_hop *hop, mw_parts *parts);

/* The word that text begins with; *rest is what stands behind it. */
mw_span mw_received_word(mw_span *rest);
/* Without these bytes at both ends. */
static inline mw_span mw_received_strip(mw_span text, const char *bytes) {
    return mw_span_strip_end(mw_span_strip(text, bytes), bytes);
}
/* A host name as a server notes the reverse name: with a dot, of name characters, no address; else NULL. */
const char *mw_received_host(mw_arena *arena, mw_span name);
