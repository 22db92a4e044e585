/* The part of the text report that speaks of a bounce: who was not reached, what was said, what it means. */
#pragma once

#include "report/layout.h"
#include "report/report.h"

/* verbose > 0: all recipients, however many different replies there are. */
void mw_bounce_write(mw_layout *layout, const mw_diagnosis *diagnosis, int verbose);

/* Nothing that our own run can find in the mail is what the bounce is about, so that it needs telling only to
 * who asks for all. */
bool mw_bounce_stands_alone(const mw_diagnosis *diagnosis);
