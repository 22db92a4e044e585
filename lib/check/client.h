/* May the connecting address be judged at all? Shared by the checks of reverse DNS, HELO and IP lists. */
#pragma once

#include "check/facts.h"

/* Why no receiving server judged this delivery at all: a copy from the sender's side, or a login; NULL when
 * one did. */
const char *mw_delivery_untestable(const mw_facts *facts);

/* Why there is no address to judge, in words that follow "because "; NULL when there is one. An address is
 * judged only when it is public, and stood outside when the judging server took the mail from it: never a
 * login (submission), never a sender's own copy. */
const char *mw_client_untestable(const mw_facts *facts);

/* The client's reverse name is one that a network gives its customers, and shows nothing of whose server it
 * is. False for NULL. */
bool mw_client_handed_out(const mw_facts *facts, const char *reverse_name);

/* Who forwarded the mail under an envelope sender of its own (SRS and the like), by name; NULL: nobody did,
 * as far as the mail shows. */
const char *mw_client_forwarder(const mw_facts *facts);
/* Who forwarded it at all: the same, or one that left the envelope sender as it was (an alias). */
const char *mw_client_handed_on_by(const mw_facts *facts);

/* The name that the judging server itself goes by, or NULL. */
const char *mw_client_receiver(const mw_facts *facts);

/* ", as of today" for look-ups of today about a mail that is older than a week, else "". */
const char *mw_client_as_of_today(const mw_facts *facts);
