/* Where in the mail a finding stands. */
#pragma once

#include "check/facts.h"

/* The header field that it stands on; NULL: none, or it is in the body. field->line is its line in the mail
 * that is diagnosed, from 1. */
const mw_field *mw_finding_field(const mw_facts *facts, const mw_finding *finding);
/* The same as a line of the file, where the mail may lie within another one; 0: none, or its lines are
 * encoded there. */
size_t mw_finding_line(const mw_facts *facts, const mw_finding *finding);
/* The signature that a finding of DKIM is about; NULL for other findings. */
const mw_dkim *mw_finding_signature(const mw_facts *facts, const mw_finding *finding);
/* What it is about, the same from run to run: an address, a domain, a list with its entry; "" for the mail as
 * a whole. Never NULL. */
const char *mw_finding_subject(mw_arena *arena, const mw_facts *facts, const mw_finding *finding);
