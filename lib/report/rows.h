/* The breakdown: what counts, what breaks something, and in a line what passed. */
#pragma once

#include "report/layout.h"
#include "score/diagnosis.h"

/* Rows with points, and those without that break something; with verbose all. What the
 * verdict's head has told already is not told again. False: there was
 * none. */
bool mw_rows_write(mw_layout *layout, const mw_diagnosis *diagnosis, const mw_verdict *verdict, int verbose);

/* "Passed    SPF, DKIM (shop.example), DMARC, reverse DNS, 12 lists" */
void mw_rows_passed(mw_layout *layout, const mw_diagnosis *diagnosis);

/* What is not known, in a line; with verbose a line each, and why. */
void mw_rows_unknown(mw_layout *layout, const mw_diagnosis *diagnosis, int verbose);
