/* Whoever must act, by the name of a host. */
#pragma once

#include "score/verdict.h"

/* For verdict->who, and what the verdict rests on; NULL where no name is known, or where it is a person. In
 * the mail's or the DNS's own words: to be made printable. */
const char *mw_party_name(const struct mw_diagnosis *diagnosis, const mw_verdict *verdict);

/* The domain that a check (or a reply's class) is about: SPF's, the signature's, that of the policy, of the
 * envelope sender; else the one in From. NULL: not known. */
const char *mw_party_domain(const mw_facts *facts, const char *check);
