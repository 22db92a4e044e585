/* The receivers' part of the text report. */
#pragma once

#include "report/layout.h"
#include "receivers/receivers.h"

/* receivers (of const mw_receiver *) may be NULL: nothing is written. verbose > 0: the rules that are met,
 * too. */
void mw_receivers_write(mw_layout *layout, const GPtrArray *receivers, int verbose);
