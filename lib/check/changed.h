/* Mails that were changed behind the server that took them in: nobody's fault on the sender's side. */
#pragma once

#include "check/facts.h"

/* Who changed this broken signature's mail on the recipient's side, in words: known by the boundary's own
 * record of a pass, or by what a filter of the boundary's host writes about its own edit. NULL: not known to
 * have been there. */
const char *mw_changed_behind(const mw_facts *facts, const mw_dkim *dkim);
