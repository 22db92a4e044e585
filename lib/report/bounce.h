/* The report on a bounce, with one head: what happened, what the receiver said, what it means, is it so, who
 * acts, and what they do. */
#pragma once

#include "report/layout.h"
#include "report/report.h"

/* verbose > 0: replies whole, and all recipients, however many different replies there are. */
void mw_bounce_write(mw_layout *layout, const mw_diagnosis *diagnosis, int verbose);

/* "guest@shop.example: There is no such address", for one line. */
const char *mw_bounce_line(mw_arena *arena, const mw_diagnosis *diagnosis);
