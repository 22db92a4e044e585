/* --domain: the facts of a domain that is judged without a mail. The rest of a diagnosis is as of a mail, and
 * the checks that need one do not run. */
#pragma once

#include "check/facts.h"
#include "run/settings.h"

/* A mail with no more than an address of the domain in From, which stands for it. */
mw_span mw_domain_mail(mw_arena *arena, const char *domain);
/* All that is read out of a mail elsewhere. */
void mw_domain_fill(mw_facts *facts, const mw_settings *settings);
