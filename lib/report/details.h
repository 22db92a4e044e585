/* What -v adds: why this sender, the way of the mail, on what each finding stands, and the DNS. */
#pragma once

#include "report/layout.h"
#include "score/diagnosis.h"

void mw_details_write(mw_layout *layout, const mw_diagnosis *diagnosis);
