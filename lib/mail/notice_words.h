/* What the wording of a text for people tells of it as a whole. */
#pragma once

#include "base/span.h"

/* Whose wording it is ("Exim", "qmail" ...), or "text". */
const char *mw_notice_form(mw_span text);
/* Only a delay. */
bool mw_notice_is_warning(mw_span text);
/* How much a text reads like a bounce: 0 not at all; 2 a phrase of bounces; 4 several. */
int mw_notice_likeness(mw_span text);
