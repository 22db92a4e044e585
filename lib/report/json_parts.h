/* The larger parts of the JSON report. For json*.c alone. */
#pragma once

#include "report/json_value.h"
#include "report/report.h"

/* NULL for what was not judged. */
mw_json *mw_json_spf(mw_arena *arena, const mw_facts *facts);
mw_json *mw_json_arc(mw_arena *arena, const mw_facts *facts);
mw_json *mw_json_dmarc(mw_arena *arena, const mw_facts *facts);
mw_json *mw_json_bounce(mw_arena *arena, const mw_diagnosis *diagnosis);

/* Each puts its list into the report. */
void mw_json_dkim(mw_arena *arena, mw_json *report, const mw_facts *facts);
void mw_json_receivers(mw_arena *arena, mw_json *report, const GPtrArray *all);
/* Only where the two differ: what was recorded stands at each result already. */
void mw_json_then_now(mw_arena *arena, mw_json *report, const mw_facts *facts);
