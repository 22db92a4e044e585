/* Is the mail meant to deceive its reader? Then nothing is advised that would help whoever wrote it. */
#pragma once

#include "check/facts.h"

typedef struct mw_deceit {
    bool forged;          /* the author domain did not send it, and a deception stands beside that */
    bool deceptive;       /* the deception in a mail that its author domain did send */
    const mw_finding *by; /* the deception; or NULL */
    const char *if_owner, *if_recipient; /* what those two can do: a sentence or two each; or NULL */
} mw_deceit;

/* Never of a bounce, a Sent copy, or a mail from a server that --mine names. An unsigned mail through a
 * mailing service is neither, whatever the service does to its links. */
mw_deceit mw_deceit_find(const mw_facts *facts);

/* The author domain did not send it, by its DMARC or SPF; what a forwarder changed and what was not answered
 * are no denial. */
bool mw_denied(const mw_facts *facts);

/* DMARC fails, and the author domain asks for such mail to be refused or put aside. */
bool mw_disowned(const mw_facts *facts);
