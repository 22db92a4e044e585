/* Whether name servers refuse a question, which libunbound does not tell from their failure: for both it says
 * SERVFAIL, without a reason. The question is asked once more of the same servers, and only the status of
 * what comes back counts. For unbound.c alone; one thread.
 */
#pragma once

#include "dns/source.h"

typedef struct mw_refusals mw_refusals;

/* servers: "192.0.2.1", "::1@5300", "fe80::1%eth0"; those after the third are not asked. */
mw_refusals *mw_refusals_new(const char *const *servers);
/* What is still open is never answered. */
void mw_refusals_free(mw_refusals *refusals);

/* Sends the question. It is answered by mw_refusals_process(), within half a second: with REFUSED, when every
 * server that says something refuses, else with SERVFAIL. False when it was not sent: too many are under way,
 * or the servers have said nothing to the last ones. */
bool mw_refusals_ask(mw_refusals *refusals, mw_question *question);

/* For poll(): appends the sockets to fds (of struct pollfd) and gives the time to wait in ms, -1: for ever.
 */
int mw_refusals_poll(mw_refusals *refusals, GArray *fds);
void mw_refusals_process(mw_refusals *refusals);

/* Puts the question to the servers only to see how long an answer takes; a few times in all, one at once.
 * False: not sent. */
bool mw_refusals_time(mw_refusals *refusals, mw_question *question);
/* An answer came, but only after libunbound would have stopped listening to it. */
bool mw_refusals_slow(const mw_refusals *refusals);
