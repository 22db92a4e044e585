/* --domain as text and JSON: what stands in place of the mail, its sender and its way. */
#pragma once

#include "report/json_value.h"
#include "report/layout.h"
#include "report/report.h"

/* The first line. */
void mw_domain_head_write(mw_layout *layout, const mw_diagnosis *diagnosis);
/* "3 things to mend, 1 not answered". */
const char *mw_domain_count_words(mw_arena *arena, const mw_diagnosis *diagnosis);
/* The servers and records, one line each. */
void mw_domain_write(mw_layout *layout, const mw_diagnosis *diagnosis);
/* What is wrong, and what to do about each; a proven record to be copied. */
void mw_domain_steps_write(mw_layout *layout, const mw_diagnosis *diagnosis);
/* NULL for a mail. */
mw_json *mw_json_domain(mw_arena *arena, const mw_facts *facts);
