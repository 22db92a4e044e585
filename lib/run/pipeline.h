/* One message through all the layers, in order: the facts of a mail, the checks, the score, the cause. */
#pragma once

#include "report/report.h"
#include "run/world.h"

/* Asks ahead for what the rules of receivers need: those of --for, and of who refused a bounced mail. False
 * and MW_ERROR_DATA for a broken file of rules. */
bool mw_ask_for_receivers(const mw_world *world, mw_facts *facts, GError **error);

/* The facts of a mail alone, with no check run. NULL as below. */
mw_facts *mw_read_facts(mw_arena *arena, const mw_world *world, mw_span bytes, mw_time now, GError **error);

/* --check-reply: what the DNS says now of what a pasted reply names. Of const char *. */
GPtrArray *mw_look_up_reply(mw_arena *arena, const mw_world *world, mw_span text, mw_time now);

/* The mail around the one that is diagnosed is to be judged, too: a phish may stand around a genuine mail, or
 * around one that a report hands on without claiming a failure. */
bool mw_carries_another(const mw_facts *facts);
/* A report of a failure stands for itself; but one that came in the name of a domain, from a server that is
 * not seen to be its own, may be forged: the mail around it is judged, too. Its facts; NULL: it need not be.
 * around: the same world, led by that mail. */
mw_facts *mw_read_doubtful(const mw_facts *bounced, const mw_world *around, mw_span bytes, mw_time now);

/* Everything lives in the arena. NULL and an error when the bytes are no mail. */
const mw_diagnosis *mw_diagnose(mw_arena *arena, const mw_world *world, const char *file, mw_span bytes,
                                mw_time now, GError **error);

/* The host that wrote a bounce, where its address is to be asked for as a guess at the sending server; or
 * NULL. */
const char *mw_reporter_to_ask(const mw_facts *facts);
#define MW_WHY_REPORTER "the reporting host's address"
#define MW_WHY_RELAY "whether the reverse name of a host of the receiving side leads back"
