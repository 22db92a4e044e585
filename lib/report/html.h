/* The report as one HTML file. */
#pragma once

#include "score/diagnosis.h"

/* The caller frees it. redact: the mail itself is left out; its words elsewhere are the caller's to hide. */
char *mw_html_write(const mw_diagnosis *diagnosis, bool redact);
