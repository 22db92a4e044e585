/* The room repair: which edit broke a DKIM signature. The edits that mail systems make are undone, alone and
 * together, until the body gives bh= and the header the digest that was signed: what is found that way is
 * proven by the signature itself.
 *
 * The room repair owns the search for the edit that broke a signature. It may not know what a broken
 * signature costs, or who is to blame.
 */
#pragma once

#include "dkim/dkim.h"
#include "dkim/key.h"

/* A signature that does not verify, though its key is good. */
typedef struct mw_repair_target {
    const mw_message *message;
    const mw_field *field; /* the signature's own; one of message->fields */
    const char *domain;    /* d= */
    mw_span signed_fields; /* h= */
    mw_canon header_canon, body_canon;
    mw_hash hash;
    mw_span signature, body_hash; /* decoded b= and bh= */
    mw_digest_value original;     /* what the signature says was signed, where that is known already */
    bool has_length;              /* l= */
    uint64_t length;
    const mw_key *key;
    int64_t budget_us; /* what the search takes at most on an ordinary machine. Work is counted; this thread's
                          own time is the net under that, at twice as much */
} mw_repair_target;

/* The edits with the least cost that explain the failure; NULL where neither half is explained, or where the
 * signature was not made with this key. proven: header and body both verify with the edits undone. With
 * proven false one half is explained, and the last edit says which one is not. Deterministic unless the time
 * runs out; note says when the search was cut short, and then there may be no edits. Memory: a few times the
 * message at most. */
const mw_repair *mw_repair_search(mw_arena *arena, const mw_repair_target *target);

/* Searches for the edits of the first broken signatures among those that mw_dkim_verify() returned for a mail
 * of which header and body can be judged, and sets their repair. budget_ms, as above in milliseconds: all of
 * it for the first, half of it for each behind it. */
void mw_repair_broken(mw_arena *arena, const mw_message *message, GPtrArray *signatures, int64_t budget_ms);
