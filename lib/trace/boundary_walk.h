/* The walk down the Received lines, as the vote on its choice needs it. */
#pragma once

#include "trace/boundary.h"

/* What the walk down the hops knows. */
typedef struct mw_walk {
    mw_arena *arena;
    const mw_hosts *hosts;
    GPtrArray *hops;
    const mw_surroundings *around;
    GHashTable *receivers; /* folded organisations of the receiving side */
    bool unsure;           /* a step rested on little */
    bool self_styled;      /* the client where it ends calls itself by a name of the receiving side */
    bool nat;              /* the boundary hop shows only a private address */
    int gateway;           /* the last hop at which the recipient's filter handed it over, or -1 */
    int gap;               /* the last hop above a line that is missing, or -1 */
    GPtrArray *reasons;
} mw_walk;

/* NULL when there is no such hop. */
const mw_hop *mw_walk_hop(const mw_walk *walk, int i);
void mw_walk_assign(mw_walk *walk, int i, mw_role role, const char *reason);

/* The server itself looked the client's name up, and back: not only the client says it. */
bool mw_walk_is_looked_up(const mw_hop *hop);

/* Index of the hop where the mail enters by the order of the lines; -1 when there is none. *login gets the
 * submission at which the walk ended, or -1. */
int mw_walk_down(mw_walk *walk, int *login);

/* The record stands where only the receiving side writes: above the hop's line, or, for hosts that are known
 * to write there, between it and the next Received line. */
bool mw_walk_is_record(const mw_walk *walk, int boundary, const mw_record *record);
