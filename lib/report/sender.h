/* Whose mail it is, who sent it, and who took it. */
#pragma once

#include "report/layout.h"
#include "score/diagnosis.h"

void mw_sender_write(mw_layout *layout, const mw_diagnosis *diagnosis, int verbose);
